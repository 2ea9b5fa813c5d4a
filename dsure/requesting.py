"""What an organisation asks of the surety: release, release of a part, or a claim. Filed here, answered through `dsure.depositing`.

Source: design.md 3 and 4; issue 5.10.
"""

from django.db import connection, transaction
from django.utils import timezone

from dsure.models import Deposit, DepositedCertificate, Officer, Request, State
from dsure.models.requests import FINAL_ANSWERS
from netdesk.acting import Refusal

# Of each kind, what may not be open beside it: who asks for the whole has asked for the part.
EXCLUDES = {
    Request.Kind.RELEASE: (Request.Kind.RELEASE, Request.Kind.PARTIAL_RELEASE),
    Request.Kind.PARTIAL_RELEASE: (Request.Kind.RELEASE, Request.Kind.PARTIAL_RELEASE),
    Request.Kind.CLAIM: (Request.Kind.CLAIM,),
}
ONE_AFTER_ANOTHER = 0x44535551  # the lock of whoever files, so that the order of cursors is the order of commits


class NotFiled(Refusal):
    """Nothing was asked for; each kind below says why."""


class Closed(NotFiled):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約はすでに解除または解約されているため、依頼できません。"


class OpenAlready(NotFiled):
    """The same was asked for and has no last answer yet."""

    sentence = "この保証契約には、回答を待っている依頼があります。回答を確認してから、もう一度依頼してください。"


class AmountWrong(NotFiled):
    """A part is more than nothing and less than all; a claim is at most all."""

    sentence = "一部解除する金額は、現在の保証金額より少ない金額を入力してください。"


class ClaimWrong(AmountWrong):
    """A claim is more than nothing and at most what is guaranteed."""

    sentence = "請求する金額は、現在の保証金額以下の金額を入力してください。"


class ReasonMissing(NotFiled):
    """The surety has to know why."""

    sentence = "理由を入力してください。"


class ContactMissing(NotFiled):
    """The surety has to know whom to ask."""

    sentence = "連絡先を入力してください。"


@transaction.atomic
def file_request(*, by: Officer, deposit: Deposit, kind: str, amount: int | None, reason: str, contact: str) -> Request:
    """The surety's branch sees what the organisation asks for. `amount`, in yen: what is claimed, or what of the guaranteed
    amount is to be released; a release of the whole has none.

    Raises Deposit.DoesNotExist for what is not in the organisation's own register, Closed, OpenAlready, AmountWrong,
    ClaimWrong, ReasonMissing, ContactMissing.
    """
    kind = Request.Kind(kind)
    if not reason.strip():
        raise ReasonMissing
    if not contact.strip():
        raise ContactMissing
    own = Deposit.objects.in_register_of(by.obligee).select_for_update(of=("self",))
    deposit = own.get(pk=deposit.pk)
    _check(deposit, kind, amount)
    _wait_for_others()
    return Request.objects.create(
        deposit=deposit,
        kind=kind,
        amount=amount,
        reason=reason.strip(),
        contact=contact.strip(),
        requested_at=timezone.now(),
        requested_by=by.user,
    )


def _check(deposit: Deposit, kind: Request.Kind, amount: int | None) -> None:
    if deposit.state != State.IN_FORCE:
        raise Closed
    if deposit.requests.filter(kind__in=EXCLUDES[kind]).exclude(answers__answer__in=FINAL_ANSWERS).exists():
        raise OpenAlready
    facts = DepositedCertificate.objects.in_force().values_list("facts", flat=True).get(deposit=deposit)
    guaranteed = facts["guaranteed_amount"]
    if kind == Request.Kind.CLAIM and (amount is None or not 0 < amount <= guaranteed):
        raise ClaimWrong
    if kind == Request.Kind.PARTIAL_RELEASE and (amount is None or not 0 < amount < guaranteed):
        raise AmountWrong
    if kind == Request.Kind.RELEASE and amount is not None:
        raise ValueError("a release of the whole names no amount")


def _wait_for_others() -> None:
    """Until this transaction's end nobody else files: a number given out before is then committed before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AFTER_ANOTHER])
