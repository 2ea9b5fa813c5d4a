"""Let a demo officer open a certificate by number and key, answer it and hand it on, so that the demo world shows all of it.
Called by `load_demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dsure import acknowledging, attesting, handing_over, viewing
from dsure.models import DepositedCertificate, Officer


class Command(BaseCommand):
    help = "Open a certificate as a demo officer (demo mode only)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")
        parser.add_argument("number")
        parser.add_argument("key")
        parser.add_argument("--receive", action="store_true", help="受領, with a 電子証書閲覧確認書")
        parser.add_argument("--send-back", default="", help="返戻, for this reason")
        parser.add_argument("--hand-to", default="", help="to the section of this name")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        officers = Officer.objects.select_related("user", "obligee", "department")
        officer = officers.get(user__username=options["username"])
        opened = viewing.look_up(by=officer, number_text=options["number"], key_text=options["key"])
        self._answer(officer, opened, options)

    def _answer(self, officer: Officer, opened: DepositedCertificate, options: dict) -> None:
        shown = {"by": officer, "public_id": opened.deposit.public_id}
        version = {"version": opened.version}
        if options["receive"]:
            attesting.attest(**shown, **version)
            acknowledging.acknowledge(**shown, **version)
        if options["send_back"]:
            acknowledging.send_back(**shown, **version, reason=options["send_back"])
        if options["hand_to"]:
            section = officer.obligee.departments.get(name=options["hand_to"])
            handing_over.hand_over(**shown, department=section, note="設計変更の協議中です。")
