"""異動の申出: what contractor, surety and obligee ask for on an issued guarantee. One at a time on each.

What the surety registers itself, its own wish or the obligee's, is under review by that person at once. The review and
the second person are in `guarantees.endorsing`.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from dsure import depositing, reporting
from guarantees import comparing, facts
from guarantees.endorsement_terms import KeyReissueReason, RequestAnswer, RequestKind
from guarantees.locking import free_guarantee, recorded
from guarantees.models import Certificate, ContractorMember, Endorsement, Guarantee, StaffMember
from guarantees.refusals import (
    ChangedMeanwhile,
    NoKey,
    NoProcedureNeeded,
    NoSuchRequest,
    NotAmendable,
    NothingChanges,
    NothingToTakeBack,
    ReasonMissing,
    RequestTakenUp,
    TooMuchReleased,
)
from guarantees.terms import PRICE_ALONE_CHANGES_NOTHING, Act, AskedBy, EndorsementCause, EndorsementStatus


def needs_no_procedure(product: str, changed: set[str]) -> bool:
    """Is this a change of 請負金額 alone, where the certificate's note 2 says that nothing has to be done?"""
    return changed == {"contract_price"} and product in PRICE_ALONE_CHANGES_NOTHING


@transaction.atomic
def ask_amendment(
    *, guarantee: Guarantee, version: int, changes: dict, reason: str, by: ContractorMember
) -> Endorsement:
    """The contractor's 変更 is at the surety: `changes` to the facts of the version in force, which the person was shown.

    Raises NotAmendable, GuaranteeClosed, OneAtATime, ChangedMeanwhile, NothingChanges, NoProcedureNeeded.
    """
    if not guarantee.is_amendable:
        raise NotAmendable
    guarantee, in_force = free_guarantee(guarantee)
    changed = _changed(in_force, version, changes)
    if needs_no_procedure(guarantee.product, changed):
        raise NoProcedureNeeded
    after = facts.amended(in_force.facts, changes)
    return _asked(guarantee, EndorsementCause.AMENDMENT, in_force, by, reason, after)


@transaction.atomic
def ask_correction(*, guarantee: Guarantee, version: int, changes: dict, reason: str, by: StaffMember) -> Endorsement:
    """訂正: the version in force, which the person was shown, is to be replaced by one that says what was meant.

    Nothing follows from anything else: a deadline is corrected by itself. Raises GuaranteeClosed, OneAtATime,
    ChangedMeanwhile, NothingChanges, ReasonMissing.
    """
    guarantee, in_force = free_guarantee(guarantee)
    _changed(in_force, version, changes)
    after = {**in_force.facts, **changes}
    return _asked(guarantee, EndorsementCause.CORRECTION, in_force, by, reason, after)


@transaction.atomic
def ask_amendment_cancellation(*, guarantee: Guarantee, reason: str, by: StaffMember) -> Endorsement:
    """変更取消: the amendment in force is to be taken back, so that the version before stands again.

    Raises GuaranteeClosed, OneAtATime, NothingToTakeBack, ReasonMissing.
    """
    guarantee, in_force = free_guarantee(guarantee)
    before = certificate_before(in_force)
    if before is None:
        raise NothingToTakeBack
    cause = EndorsementCause.AMENDMENT_CANCELLATION
    return _asked(guarantee, cause, in_force, by, reason, before.facts)


def certificate_before(in_force: Certificate) -> Certificate | None:
    """The version that stands again when this one, an amendment, is taken back; None where only 新規 is left."""
    if in_force.is_first:
        return None
    standing = in_force.guarantee.certificates.not_voided().filter(version__lt=in_force.version)
    return standing.defer("pdf").order_by("-version").first()


@transaction.atomic
def ask_key_reissue(
    *, guarantee: Guarantee, why: KeyReissueReason, reason: str, by: ContractorMember | StaffMember
) -> Endorsement:
    """認証キー再発行: another key is to open the guarantee. `reason` may be empty unless `why` is OTHER.

    Raises NoKey, GuaranteeClosed, OneAtATime, ReasonMissing.
    """
    if not guarantee.is_electronic:
        raise NoKey
    guarantee, in_force = free_guarantee(guarantee)
    if why == KeyReissueReason.OTHER and not reason.strip():
        raise ReasonMissing
    said = "：".join(filter(None, [KeyReissueReason(why).label, reason.strip()]))
    return _asked(guarantee, EndorsementCause.KEY_REISSUE, in_force, by, said)


@transaction.atomic
def ask_cancellation(*, guarantee: Guarantee, reason: str, by: ContractorMember | StaffMember) -> Endorsement:
    """解約: the guarantee contract is to end. Raises GuaranteeClosed, OneAtATime, ReasonMissing."""
    guarantee, in_force = free_guarantee(guarantee)
    return _asked(guarantee, EndorsementCause.CANCELLATION, in_force, by, reason)


@transaction.atomic
def ask_release(*, guarantee: Guarantee, reason: str, by: StaffMember) -> Endorsement:
    """解除, which the obligee asked for on paper: what came through D-Sure is taken up by `take_up_request`.

    Raises GuaranteeClosed, OneAtATime, ReasonMissing.
    """
    guarantee, in_force = free_guarantee(guarantee)
    return _asked(guarantee, EndorsementCause.RELEASE, in_force, by, reason, asked_by_whom=AskedBy.OBLIGEE)


@transaction.atomic
def take_up_request(*, guarantee: Guarantee, cursor: int, by: StaffMember) -> Endorsement:
    """The obligee's request in D-Sure is taken up: a release, or of a part of it an amendment of the guaranteed amount.

    D-Sure tells the obligee so. Raises GuaranteeClosed, OneAtATime, NoSuchRequest, RequestTakenUp, TooMuchReleased.
    """
    guarantee, in_force = free_guarantee(guarantee)
    filed = reporting.request(cursor)
    if filed is None or filed.number != guarantee.number or filed.kind == RequestKind.CLAIM:
        raise NoSuchRequest
    if filed.answer:
        raise RequestTakenUp
    after, cause = in_force.facts, EndorsementCause.RELEASE
    if filed.kind == RequestKind.PARTIAL_RELEASE:
        after, cause = _partly_released(in_force.facts, filed.amount or 0), EndorsementCause.AMENDMENT
    depositing.answer_request(cursor, RequestAnswer.TAKEN_UP, answered_at=timezone.now())
    by_obligee = {"asked_by_whom": AskedBy.OBLIGEE, "request_cursor": cursor}
    return _asked(guarantee, cause, in_force, by, filed.reason, after, **by_obligee)


def _partly_released(facts: dict, amount: int) -> dict:
    """The facts with so much less of the guaranteed amount, in yen. Raises TooMuchReleased."""
    if not 0 < amount < facts["guaranteed_amount"]:
        raise TooMuchReleased
    return {**facts, "guaranteed_amount": facts["guaranteed_amount"] - amount}


def _changed(in_force: Certificate, version: int, changes: dict) -> set[str]:
    """The names of the facts that are not as they are in force. Raises ChangedMeanwhile, NothingChanges."""
    if in_force.version != version:
        raise ChangedMeanwhile
    changed = {name for name, value in changes.items() if in_force.facts[name] != value}
    if not changed:
        raise NothingChanges
    return changed


def _asked(
    guarantee: Guarantee,
    cause: EndorsementCause,
    in_force: Certificate,
    by: ContractorMember | StaffMember,
    reason: str,
    after: dict | None = None,
    **columns: Any,
) -> Endorsement:
    """The endorsement, received; or under review at once where the surety registered it. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    before, after = in_force.facts, in_force.facts if after is None else after
    endorsement = Endorsement(guarantee=guarantee, cause=cause, facts_before=before, facts_after=after)
    endorsement.reason, endorsement.asked_by_whom = reason.strip(), AskedBy.CONTRACTOR
    endorsement.asked_at, endorsement.asked_by = timezone.now(), by.user
    if isinstance(by, StaffMember):
        endorsement.asked_by_whom, endorsement.status = AskedBy.SURETY, EndorsementStatus.UNDER_REVIEW
        endorsement.taken_up_at, endorsement.taken_up_by = endorsement.asked_at, by.user
    for name, value in columns.items():
        setattr(endorsement, name, value)
    endorsement.save(force_insert=True)
    details: dict[str, Any] = {"reason": endorsement.reason, "asked_by": endorsement.asked_by_whom}
    if endorsement.request_cursor is not None:
        details["request"] = endorsement.request_cursor
    return recorded(Act.ASK_ENDORSEMENT, endorsement, by, changes=comparing.changes(before, after), **details)
