"""Load the demo world once: made-up people, and a story that shows every state, told through the stages by a frozen clock."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from guarantees import demo_masters, demo_story
from guarantees.models import Branch, Contractor, ContractorMember, StaffMember
from guarantees.terms import StaffRole
from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.models import Desk, User

CONTRACTORS = {
    "contractor": {
        "code": "0000100001",
        "name": "○○建設 株式会社",
        "postal_code": "254-0000",
        "address": "神奈川県平塚市○○町1番1号",
        "phone": "0463-00-0000",
        "email": "soumu@example.jp",
    },
    "rival-contractor": {
        "code": "0000100002",
        "name": "△△土木 株式会社",
        "postal_code": "277-0000",
        "address": "千葉県柏市△△2番2号",
        "phone": "04-0000-0000",
        "email": "rival@example.jp",
    },
}
FULL_NAMES = {
    "contractor": "佐藤 花子",
    "rival-contractor": "鈴木 一郎",
    "reviewer": "高橋 恵",
    "approver": "田中 実",
    "nagano-reviewer": "伊藤 薫",
    "nagano-approver": "渡辺 誠",
    "head-approver": "山本 茂",
    "head-office": "山田 直樹",
    "officer": "中村 優",
    "officer-admin": "小林 直美",
    "rival-officer": "加藤 健",
    "operator": "運営 担当",
    "admin": "システム管理者",
}


class Command(BaseCommand):
    help = "Load the demo world (demo mode only). Run again, it changes nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--people-only", action="store_true", help="Without the story: nobody has applied yet.")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        if User.objects.filter(username=SIGN_INS[0].username).exists():
            return
        with transaction.atomic():
            self._load_people()
            call_command("load_demo_offices")
            if not options["people_only"]:
                call_command("load_demo_administration")
                demo_story.tell()
                demo_masters.tell()

    def _branch_of(self, username: str) -> Branch | None:
        """Nobody of the head office has a branch."""
        if username.startswith("head-"):
            return None
        return Branch.objects.get(name="長野支店" if "nagano" in username else "神奈川支店")

    def _load_people(self) -> None:
        for sign_in in SIGN_INS:
            is_admin = sign_in.desk == Desk.ADMIN
            user = User.objects.create_user(
                sign_in.username,
                PASSWORD,
                full_name=FULL_NAMES[sign_in.username],
                desk=sign_in.desk,
                email=f"{sign_in.username}@example.jp",
                is_staff=is_admin,
                is_superuser=is_admin,
            )
            if sign_in.desk == Desk.CONTRACTOR:
                contractor = Contractor.objects.create(**CONTRACTORS[sign_in.username])
                ContractorMember.objects.create(
                    user=user, contractor=contractor, section="総務部", post="主任", is_administrator=True
                )
            elif sign_in.desk == Desk.SURETY:
                branch = self._branch_of(sign_in.username)
                role = StaffRole.APPROVER if "approver" in sign_in.username else StaffRole.REVIEWER
                StaffMember.objects.create(user=user, branch=branch, role=role)
