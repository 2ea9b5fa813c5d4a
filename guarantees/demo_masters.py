"""How the demo world's register of obligees came to be: a made-up body whose terms changed once and will change again."""

from datetime import date, timedelta

from django.utils import timezone

from guarantees import importing, obligee_plan
from guarantees.demo_story import clock
from guarantees.forms.obligee_file import EVERY, LineForm, checked, labels
from guarantees.models import StaffMember
from guarantees.terms import TermsBasis, WorkKind
from netdesk import csv
from netdesk.formats import slashes

WHO = {"code": "90001", "name": "○○広域水道企業団", "titles": "○○広域水道企業団企業長"}
RULE = {
    "products": EVERY,
    "channel": "電子メールに「認証キー」のお知らせ（PDF）を添付して送信",
    "rule_source": "見本",
}


def tell() -> None:
    """Three files were taken in: terms that ended to be in force a month ago, those of today, and those of next month."""
    today = timezone.localdate()
    for days_ago, begins_in, minimum in ((200, 0, 10_000_000), (31, 1, 5_000_000), (1, 31, 1_300_000)):
        with clock(today - timedelta(days=days_ago)):
            _take_in(timezone.localdate() + timedelta(days=begins_in), minimum)


def _take_in(first_day: date, minimum: int) -> None:
    terms = {
        "kinds": WorkKind.WORKS.label,
        "in_force_from": slashes(first_day),
        "basis": TermsBasis.CONTRACT.label,
        "starts_on": "2025/04/01",
        "minimum_contract_price": str(minimum),
        "wording": f"請負金額{minimum // 10_000}万円以上の工事であること（見本）",
        "source": "見本",
    }
    cells = [(WHO | terms | RULE).get(name, "") for name in LineForm.base_fields]
    content = "".join(csv.lines([labels(LineForm), cells])).encode()
    by = StaffMember.objects.select_related("user").get(user__username="head-approver")
    file = importing.keep(content=content, by=by)
    lines = checked(content)
    fingerprint = obligee_plan.plan(lines).fingerprint(file.sha256)
    importing.take_in(file=file, lines=lines, fingerprint=fingerprint, by=by)
