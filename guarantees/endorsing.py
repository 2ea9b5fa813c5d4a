"""異動: what was asked for on an issued guarantee is taken back, reviewed, and carried out by a second person.

Every cause of an endorsement goes this way. It begins in `guarantees.asking`; what issuing makes of each cause is in
`guarantees.carrying_out`.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dsure import depositing
from guarantees import accounts, carrying_out, facts, statements
from guarantees.endorsement_terms import RequestAnswer
from guarantees.locking import in_force_of, locked_endorsement, locked_guarantee, recorded
from guarantees.models import Certificate, ContractorMember, Endorsement, Guarantee, StaffMember
from guarantees.refusals import (
    ApprovalIsStale,
    ChangedMeanwhile,
    GuaranteeClosed,
    NotAnApprover,
    NotAtThisStage,
    PaymentConfirmedBySame,
    PremiumNotPaid,
    ReasonMissing,
    SamePerson,
)
from guarantees.terms import Act, EndorsementStatus, GuaranteeState

NO_APPROVAL = {"approved_at": None, "approved_by": None, "approved_revision": None, "approved_sha256": ""}


@transaction.atomic
def take_back(*, endorsement: Endorsement, by: ContractorMember | StaffMember) -> Endorsement:
    """What was asked for is taken back: by the contractor before its review began, by the surety (its own) before approval.

    Raises NotAtThisStage.
    """
    endorsement = locked_endorsement(endorsement, EndorsementStatus.WITHDRAWN)
    may = endorsement.can_be_given_up if isinstance(by, StaffMember) else endorsement.can_be_taken_back
    if not may:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.WITHDRAWN
    endorsement.withdrawn_at, endorsement.withdrawn_by = timezone.now(), by.user
    endorsement.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    return recorded(Act.TAKE_BACK_ENDORSEMENT, endorsement, by)


@transaction.atomic
def take_up(*, endorsement: Endorsement, by: StaffMember) -> Endorsement:
    """The endorsement is under review by this person. Raises NotAtThisStage."""
    endorsement = locked_endorsement(endorsement, EndorsementStatus.UNDER_REVIEW)
    if endorsement.status != EndorsementStatus.RECEIVED:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.UNDER_REVIEW
    endorsement.taken_up_at, endorsement.taken_up_by = timezone.now(), by.user
    endorsement.save(update_fields=["status", "taken_up_at", "taken_up_by"])
    return recorded(Act.TAKE_UP_ENDORSEMENT, endorsement, by)


@transaction.atomic
def approve(*, endorsement: Endorsement, by: StaffMember, revision: int) -> Endorsement:
    """Approved, bound to the revision and the SHA-256 of the facts after it; another person issues it.

    An issued guarantee keeps its medium whatever the obligee's terms say by now (Q5), so they are not asked again.
    Raises NotAtThisStage, ChangedMeanwhile.
    """
    endorsement = locked_endorsement(endorsement, EndorsementStatus.APPROVED)
    if endorsement.revision != revision:
        raise ChangedMeanwhile
    endorsement.status = EndorsementStatus.APPROVED
    endorsement.approved_at, endorsement.approved_by = timezone.now(), by.user
    endorsement.approved_revision = revision
    endorsement.approved_sha256 = facts.sha256_of(endorsement.facts_after)
    endorsement.save(update_fields=["status", *NO_APPROVAL])
    return recorded(Act.APPROVE_ENDORSEMENT, endorsement, by, sha256=endorsement.approved_sha256)


@transaction.atomic
def send_back(*, endorsement: Endorsement, by: StaffMember, reason: str) -> Endorsement:
    """An approved endorsement is under review again, its approval gone. Raises NotAtThisStage, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    endorsement = locked_endorsement(endorsement, EndorsementStatus.UNDER_REVIEW)
    if endorsement.status != EndorsementStatus.APPROVED:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.UNDER_REVIEW
    for name, value in NO_APPROVAL.items():
        setattr(endorsement, name, value)
    endorsement.save(update_fields=["status", *NO_APPROVAL])
    return recorded(Act.SEND_BACK_ENDORSEMENT, endorsement, by, reason=reason)


@transaction.atomic
def decline(*, endorsement: Endorsement, by: StaffMember, reason: str) -> Endorsement:
    """The guarantee stays as it is; whoever asked reads why: the contractor here, the obligee in D-Sure.

    Raises NotAtThisStage, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    endorsement = locked_endorsement(endorsement, EndorsementStatus.DECLINED)
    endorsement.status = EndorsementStatus.DECLINED
    endorsement.declined_at, endorsement.declined_by = timezone.now(), by.user
    endorsement.declined_reason = reason.strip()
    endorsement.save(update_fields=["status", "declined_at", "declined_by", "declined_reason"])
    _answer(endorsement, RequestAnswer.DECLINED, endorsement.declined_at, note=endorsement.declined_reason)
    return recorded(Act.DECLINE_ENDORSEMENT, endorsement, by, reason=reason)


@transaction.atomic
def issue(*, endorsement: Endorsement, by: StaffMember) -> Endorsement:
    """The endorsement is carried out, here and in D-Sure: for an amendment, the next version is in force everywhere.

    All of it stands or none (design.md, section 8). Raises NotAnApprover, NotAtThisStage, SamePerson, GuaranteeClosed,
    ApprovalIsStale, ChangedMeanwhile, PremiumNotPaid, PaymentConfirmedBySame, and what D-Sure refuses.
    """
    new_key = carrying_out.new_key(endorsement)  # slow on purpose, hence before any row is locked
    endorsement = locked_endorsement(endorsement, EndorsementStatus.ISSUED)
    guarantee = locked_guarantee(endorsement.guarantee)
    in_force = in_force_of(guarantee)
    _check_issue(endorsement, guarantee, in_force, by)
    arrived_at = depositing.arrival()
    endorsement.guarantee = guarantee
    made = carrying_out.carry_out(carrying_out.Order(endorsement, in_force, arrived_at, by, new_key))
    endorsement.certificate = made.certificate
    statements.settle(endorsement, before=in_force.facts, made_at=arrived_at, by=by)
    endorsement.status = EndorsementStatus.ISSUED
    endorsement.issued_at, endorsement.issued_by = arrived_at, by.user
    endorsement.save(update_fields=["status", "issued_at", "issued_by", "certificate"])
    _answer(endorsement, RequestAnswer.CARRIED_OUT, arrived_at)
    return recorded(Act.ISSUE_ENDORSEMENT, endorsement, by, sha256=endorsement.approved_sha256, **made.told)


def _answer(endorsement: Endorsement, answer: RequestAnswer, at: datetime, note: str = "") -> None:
    """The obligee reads the answer in D-Sure, where the endorsement came of a request there."""
    if endorsement.request_cursor is not None:
        depositing.answer_request(endorsement.request_cursor, answer, answered_at=at, note=note)


def _check_issue(endorsement: Endorsement, guarantee: Guarantee, in_force: Certificate, by: StaffMember) -> None:
    """Everything that was true at approval is true now."""
    if not by.is_approver:
        raise NotAnApprover
    if endorsement.approved_by_id == by.user_id:
        raise SamePerson
    if guarantee.state != GuaranteeState.IN_FORCE:
        raise GuaranteeClosed
    if (endorsement.approved_revision, endorsement.approved_sha256) != (
        endorsement.revision,
        facts.sha256_of(endorsement.facts_after),
    ):
        raise ApprovalIsStale
    if endorsement.facts_before != in_force.facts:
        raise ChangedMeanwhile
    if accounts.of_endorsement(endorsement).open:
        raise PremiumNotPaid
    if endorsement.payments.filter(confirmed_by=by.user_id).exists():
        raise PaymentConfirmedBySame
