"""Check the chain of events: every hash, every sequence number, and the head."""

from django.core.management.base import BaseCommand, CommandError

from guarantees.models import Event
from guarantees.recording import first_broken


class Command(BaseCommand):
    help = "Verify the chain of events; names the first event that does not fit."

    def handle(self, *args, **options) -> None:
        broken = first_broken()
        if broken is not None:
            raise CommandError(f"The chain of events breaks at sequence {broken}.")
        self.stdout.write(f"{Event.objects.count()} events, the chain is whole.")
