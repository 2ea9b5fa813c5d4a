"""Let a demo officer ask the surety for something, so that the demo world has requests. Called by `load_demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dsure import requesting
from dsure.models import Deposit, Officer


class Command(BaseCommand):
    help = "File a request about an opened certificate as a demo officer (demo mode only)."

    def add_arguments(self, parser) -> None:
        for name in ("username", "number", "kind", "reason"):
            parser.add_argument(name)
        parser.add_argument("--amount", type=int)

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        officer = Officer.objects.select_related("user", "obligee", "department").get(
            user__username=options["username"]
        )
        requesting.file_request(
            by=officer,
            deposit=Deposit.objects.get(number=options["number"]),
            kind=options["kind"],
            amount=options["amount"],
            reason=options["reason"],
            contact=f"{officer.organisation} {officer.user.full_name}（0463-00-0000）",
        )
