"""Tell the demo story of what 平塚市's officers keep beside the register: guarantees that live elsewhere, and the monthly mail.
Called by `load_demo`."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from dsure import digesting, entering
from dsure.models import Officer

BOND = {
    "kind": "bond",
    "issuer": "（見本）みなと損害保険 株式会社",
    "number": "AB-1234567",
    "contractor_name": "○○建設 株式会社",
    "work_name": "学校給食センター空調設備改修工事",
    "guaranteed_amount": 4_800_000,
    "url": "https://view.example.jp/bonds/",
    "place": "",
    "note": "閲覧用のパスワードは契約検査課で保管しています。",
}
BANK = {
    "kind": "bank",
    "issuer": "（見本）相模銀行 平塚支店",
    "number": "保証書第0001号",
    "contractor_name": "△△土木 株式会社",
    "work_name": "橋りょう補修工事（その２）",
    "guaranteed_amount": 3_100_000,
    "url": "",
    "place": "契約検査課 金庫（令和8年度 契約保証綴り）",
    "note": "",
}
PAPER = {
    "kind": "surety_paper",
    "issuer": "（見本）○○建設業保証株式会社",
    "number": "",
    "contractor_name": "□□造園 株式会社",
    "work_name": "総合公園植栽工事",
    "guaranteed_amount": 6_000_000,
    "url": "",
    "place": "契約検査課 書庫",
    "note": "",
}


class Command(BaseCommand):
    help = "Enter guarantees that live elsewhere, one in each state (demo mode only)."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        officers = Officer.objects.select_related("user", "obligee", "department")
        by, today = officers.get(user__username="officer"), timezone.localdate()
        checked = {"checker": by.user.full_name, "checked_on": today - timedelta(days=20)}
        soon = BOND | checked | {"ends_on": today + timedelta(days=24)}
        extended = soon | {
            "ends_on": today + timedelta(days=54),
            "checked_on": today,
            "note": "変更証券により期間を延長。",
        }
        bond = entering.enter(by=by, record=soon)
        entering.change(by=by, entry=bond, version=1, record=extended)
        entering.enter(by=by, record=BANK | checked | {"ends_on": today - timedelta(days=3)})
        entering.enter(by=by, record=PAPER | checked | {"ends_on": today + timedelta(days=200)})
        returned = entering.enter(
            by=by, record=BANK | checked | {"ends_on": today, "work_name": "橋りょう補修工事（その１）"}
        )
        entering.close(by=by, entry=returned, version=1, reason="工事が完成し、保証書を返却したため。")
        digesting.want(by=by)
