"""Let a demo officer open a certificate by number and key, so that the demo world has one that was opened. Called by `load_demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dsure import viewing
from dsure.models import Officer


class Command(BaseCommand):
    help = "Open a certificate as a demo officer (demo mode only)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")
        parser.add_argument("number")
        parser.add_argument("key")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        officer = Officer.objects.select_related("user", "obligee", "department").get(
            user__username=options["username"]
        )
        viewing.look_up(by=officer, number_text=options["number"], key_text=options["key"])
