"""Tell D-Sure's part of the demo story: what 平塚市's administrator arranged, and officers in every state. Called by `load_demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dsure import arranging, enlisting, registering, viewing
from dsure.models import Department, Officer, Operator, Product
from netdesk import throttling
from netdesk.demo import PASSWORD
from netdesk.models import TryCounter

RULE = {
    "channel": "電子メールにPDFを添付",
    "address": "平塚市 契約検査課（keiyaku@example.jp）",
    "subject": "【電子保証】工事名（会社名）",
    "is_print_accepted": False,
    "other_papers": "前払金請求書",
}
STOPPED, DISABLED, INVITED = "石井 亮", "三浦 早苗", "森 あゆみ"


class Command(BaseCommand):
    help = "Arrange a demo organisation, with officers in every state (demo mode only)."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        by = Officer.objects.select_related("user", "obligee", "department").get(user__username="officer-admin")
        self._arrange(by)
        self._people(by)
        operator = Operator.objects.select_related("user").get()
        registering.register(
            code="14215",
            name="海老名市",
            departments=["契約検査課"],
            person={"full_name": "大野 誠", "email": "ebina@example.jp"},
            by=operator,
        )

    def _arrange(self, by: Officer) -> None:
        section = {"notice_email": "keiyaku@example.jp", "takes_notices": True}
        arranging.change_department(department=by.department, record={"name": by.department.name, **section}, by=by)
        arranging.write_rule(obligee=by.obligee, product=Product.ADVANCE, rule=RULE, by=by)
        arranging.change_phrase(obligee=by.obligee, phrase="湘南の風と七夕", by=by)

    def _people(self, by: Officer) -> None:
        roads = Department.objects.get(obligee=by.obligee, name="道路整備課")
        for number, full_name in enumerate((STOPPED, DISABLED, INVITED), start=1):
            person = {"full_name": full_name, "email": f"roads-{number}@example.jp"}
            officer = enlisting.invite(department=roads, person=person, is_administrator=False, by=by)
            if full_name != INVITED:
                officer.user.set_password(PASSWORD)
                officer.user.save(update_fields=["password"])
            if full_name == STOPPED:
                TryCounter.objects.create(subject=viewing.subject_of(officer), failures=throttling.STOP_AT)
            if full_name == DISABLED:
                enlisting.disable(officer=officer, by=by)
