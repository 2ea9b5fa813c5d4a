"""保証金請求: an obligee's claim, filed in D-Sure, is taken up and answered by the branch. Paying it is no part of Net Desk."""

from django.db import transaction
from django.utils import timezone

from dsure import depositing, reporting
from dsure.reporting import FiledRequest
from guarantees.endorsement_terms import RequestAnswer, RequestKind
from guarantees.locking import locked_guarantee
from guarantees.models import Guarantee, StaffMember
from guarantees.recording import record
from guarantees.refusals import NoSuchRequest, ReasonMissing, RequestTakenUp
from guarantees.terms import Act


@transaction.atomic
def take_up_claim(*, guarantee: Guarantee, cursor: int, by: StaffMember) -> None:
    """The obligee reads in D-Sure that its claim is being looked into. Raises NoSuchRequest, RequestTakenUp."""
    guarantee = locked_guarantee(guarantee)
    filed = _claim(guarantee, cursor)
    if filed.answer:
        raise RequestTakenUp
    depositing.answer_request(cursor, RequestAnswer.TAKEN_UP, answered_at=timezone.now())
    details = {"request": cursor, "kind": filed.kind, "amount": filed.amount, "reason": filed.reason}
    record(Act.TAKE_UP_REQUEST, by=by.user, guarantee=guarantee, details=details)


@transaction.atomic
def answer_claim(*, guarantee: Guarantee, cursor: int, answer: RequestAnswer, reason: str, by: StaffMember) -> None:
    """The obligee reads in D-Sure how its claim ended and why: CARRIED_OUT or DECLINED, for good.

    Raises NoSuchRequest, RequestTakenUp unless it is taken up and not answered yet, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    guarantee = locked_guarantee(guarantee)
    filed = _claim(guarantee, cursor)
    if filed.answer != RequestAnswer.TAKEN_UP or answer == RequestAnswer.TAKEN_UP:
        raise RequestTakenUp
    depositing.answer_request(cursor, answer, answered_at=timezone.now(), note=reason.strip())
    details = {"request": cursor, "kind": filed.kind, "answer": answer, "reason": reason.strip()}
    record(Act.ANSWER_REQUEST, by=by.user, guarantee=guarantee, details=details)


def _claim(guarantee: Guarantee, cursor: int) -> FiledRequest:
    filed = reporting.request(cursor)
    if filed is None or (filed.number, filed.kind) != (guarantee.number, RequestKind.CLAIM):
        raise NoSuchRequest
    return filed
