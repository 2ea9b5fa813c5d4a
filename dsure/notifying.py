"""Notices to an organisation when something happens to a guarantee in its register: by mail, without document, key or link.

Only what the organisation opened once is told: before that it knows of a guarantee from its contractor alone, and a mail must
not show which numbers exist (design.md 6). See docs/decisions/0010-notices.md.
"""

from datetime import datetime

from django.db.models import TextChoices
from django.template.loader import render_to_string

from dsure.models import Department, Deposit, DepositedCertificate
from netdesk import mailing


class Event(TextChoices):
    """What happened, in the words of the mail."""

    AMENDED = "amended", "変更"
    CORRECTED = "corrected", "訂正"
    AMENDMENT_CANCELLED = "amendment_cancelled", "変更の取消し"
    KEY_REPLACED = "key_replaced", "認証キーの再発行"
    RELEASED = "released", "解除"
    CANCELLED = "cancelled", "解約"
    ANSWERED = "answered", "依頼・請求への回答"


def tell(deposit: Deposit, event: Event, *, at: datetime, detail: str = "") -> None:
    """The sections that want notices get a mail, inside the caller's transaction, if the guarantee is in the organisation's register.

    One statement where nobody is told, four where anybody is, whatever their number. A closed section takes none, by constraint.
    """
    departments = list(
        Department.objects.filter(takes_notices=True, obligee__register_entries__deposit=deposit).select_related(
            "obligee"
        )
    )
    if not departments:
        return
    facts = DepositedCertificate.objects.in_force().values_list("facts", flat=True).get(deposit=deposit)
    context = {"deposit": deposit, "facts": facts, "event": event, "detail": detail, "at": at}
    mailing.queue_all(
        to=[department.notice_email for department in departments],
        subject=f"【D-Sure】保証契約の{event.label}のお知らせ（{deposit.number}）",
        bodies=[
            render_to_string("mails/dsure/notice.txt", {**context, "department": department})
            for department in departments
        ],
    )
