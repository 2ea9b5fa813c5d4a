"""異動: a change on an issued guarantee is asked for, taken back, reviewed, and carried out by a second person.

Every cause of an endorsement goes this way; what issuing makes of each is in `guarantees.carrying_out`.
"""

from django.db import transaction
from django.utils import timezone

from dsure import depositing
from guarantees import accounts, carrying_out, facts, statements
from guarantees.models import Certificate, ContractorMember, Endorsement, Guarantee, StaffMember
from guarantees.recording import record
from guarantees.terms import (
    ENDORSEMENT_MOVES,
    PRICE_ALONE,
    PRICE_ALONE_CHANGES_NOTHING,
    Act,
    AskedBy,
    EndorsementCause,
    EndorsementStatus,
    GuaranteeState,
)
from netdesk.acting import Refusal

NO_APPROVAL = {"approved_at": None, "approved_by": None, "approved_revision": None, "approved_sha256": ""}


class NotEndorsed(Refusal):
    """The act did not happen; each kind below says why."""


class NotAtThisStage(NotEndorsed):
    """Somebody else was faster, or the endorsement was taken back."""

    sentence = "この異動の状況が変わっているため、操作できませんでした。現在の状況を確認してください。"


class GuaranteeClosed(NotEndorsed):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約はすでに解除または解約されているため、変更できません。"


class NotAmendable(NotEndorsed):
    """A 契約保証予約 is not amended: what is promised is said anew."""

    sentence = "契約保証予約の内容は変更できません。変更が必要なときは、申込送信先の支店へご連絡ください。"


class OneAtATime(NotEndorsed):
    """Another endorsement of this guarantee is still open."""

    sentence = "この保証契約には、手続き中の異動があります。その手続きが終わってから、もう一度お申し込みください。"


class ChangedMeanwhile(NotEndorsed):
    """What the page showed is no longer what is in force, or no longer what is asked for."""

    sentence = "保証契約の内容が変わっています。最新の内容を確認してから、もう一度操作してください。"


class NothingChanges(NotEndorsed):
    """What is asked for is what is in force already."""

    sentence = "現在の内容から変更された項目がありません。"


class NoProcedureNeeded(NotEndorsed):
    """A change of the contract price alone does not touch this guarantee (note 2 of its certificate)."""

    sentence = PRICE_ALONE


class ReasonMissing(NotEndorsed):
    """A refusal without a word helps nobody."""

    sentence = "理由を入力してください。"


class NotAnApprover(NotEndorsed):
    """Only the approver (発行責任者) issues."""

    sentence = "発行は発行責任者が行います。"


class SamePerson(NotEndorsed):
    """Whoever approved an endorsement does not issue it."""

    sentence = "承認した方は、同じ異動を発行できません。別の発行責任者が発行してください。"


class PremiumNotPaid(NotEndorsed):
    """What a change adds to a premium paid per case has not arrived."""

    sentence = "追加保証料（都度納付）の入金が確認されていないため、発行できません。"


class PaymentConfirmedBySame(NotEndorsed):
    """Whoever confirmed the payment does not issue (design.md, section 8)."""

    sentence = "入金を確認した方は、同じ異動を発行できません。別の発行責任者が発行してください。"


class ApprovalIsStale(NotEndorsed):
    """The facts are no longer those that were approved."""

    sentence = "承認後に内容が変わっています。審査へ戻して、もう一度承認してください。"


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
    guarantee, certificate = _open_guarantee(guarantee)
    if certificate.version != version:
        raise ChangedMeanwhile
    changed = {name for name, value in changes.items() if certificate.facts[name] != value}
    if not changed:
        raise NothingChanges
    if needs_no_procedure(guarantee.product, changed):
        raise NoProcedureNeeded
    endorsement = Endorsement.objects.create(
        guarantee=guarantee,
        cause=EndorsementCause.AMENDMENT,
        asked_by_whom=AskedBy.CONTRACTOR,
        facts_before=certificate.facts,
        facts_after=facts.amended(certificate.facts, changes),
        reason=reason,
        asked_at=timezone.now(),
        asked_by=by.user,
    )
    return _recorded(Act.ASK_ENDORSEMENT, endorsement, by, reason=reason)


@transaction.atomic
def take_back(*, endorsement: Endorsement, by: ContractorMember) -> Endorsement:
    """What the contractor asked for is taken back, before its review began. Raises NotAtThisStage."""
    endorsement = _locked_for(endorsement, EndorsementStatus.WITHDRAWN)
    if not endorsement.can_be_taken_back:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.WITHDRAWN
    endorsement.withdrawn_at, endorsement.withdrawn_by = timezone.now(), by.user
    endorsement.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    return _recorded(Act.TAKE_BACK_ENDORSEMENT, endorsement, by)


@transaction.atomic
def take_up(*, endorsement: Endorsement, by: StaffMember) -> Endorsement:
    """The endorsement is under review by this person. Raises NotAtThisStage."""
    endorsement = _locked_for(endorsement, EndorsementStatus.UNDER_REVIEW)
    if endorsement.status != EndorsementStatus.RECEIVED:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.UNDER_REVIEW
    endorsement.taken_up_at, endorsement.taken_up_by = timezone.now(), by.user
    endorsement.save(update_fields=["status", "taken_up_at", "taken_up_by"])
    return _recorded(Act.TAKE_UP_ENDORSEMENT, endorsement, by)


@transaction.atomic
def approve(*, endorsement: Endorsement, by: StaffMember, revision: int) -> Endorsement:
    """Approved, bound to the revision and the SHA-256 of the facts after it; another person issues it.

    An issued guarantee keeps its medium whatever the obligee's terms say by now (Q5), so they are not asked again.
    Raises NotAtThisStage, ChangedMeanwhile.
    """
    endorsement = _locked_for(endorsement, EndorsementStatus.APPROVED)
    if endorsement.revision != revision:
        raise ChangedMeanwhile
    endorsement.status = EndorsementStatus.APPROVED
    endorsement.approved_at, endorsement.approved_by = timezone.now(), by.user
    endorsement.approved_revision = revision
    endorsement.approved_sha256 = facts.sha256_of(endorsement.facts_after)
    endorsement.save(update_fields=["status", *NO_APPROVAL])
    return _recorded(Act.APPROVE_ENDORSEMENT, endorsement, by, sha256=endorsement.approved_sha256)


@transaction.atomic
def send_back(*, endorsement: Endorsement, by: StaffMember, reason: str) -> Endorsement:
    """An approved endorsement is under review again, its approval gone. Raises NotAtThisStage, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    endorsement = _locked_for(endorsement, EndorsementStatus.UNDER_REVIEW)
    if endorsement.status != EndorsementStatus.APPROVED:
        raise NotAtThisStage
    endorsement.status = EndorsementStatus.UNDER_REVIEW
    for name, value in NO_APPROVAL.items():
        setattr(endorsement, name, value)
    endorsement.save(update_fields=["status", *NO_APPROVAL])
    return _recorded(Act.SEND_BACK_ENDORSEMENT, endorsement, by, reason=reason)


@transaction.atomic
def decline(*, endorsement: Endorsement, by: StaffMember, reason: str) -> Endorsement:
    """The guarantee stays as it is; the contractor reads why. Raises NotAtThisStage, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    endorsement = _locked_for(endorsement, EndorsementStatus.DECLINED)
    endorsement.status = EndorsementStatus.DECLINED
    endorsement.declined_at, endorsement.declined_by = timezone.now(), by.user
    endorsement.message_to_contractor = reason.strip()
    endorsement.save(update_fields=["status", "declined_at", "declined_by", "message_to_contractor"])
    return _recorded(Act.DECLINE_ENDORSEMENT, endorsement, by, reason=reason)


@transaction.atomic
def issue(*, endorsement: Endorsement, by: StaffMember) -> Endorsement:
    """The endorsement is carried out: for an amendment, the next version of the certificate is in force everywhere.

    All of it stands or none (design.md, section 8). Raises NotAnApprover, NotAtThisStage, SamePerson, GuaranteeClosed,
    ApprovalIsStale, ChangedMeanwhile, PremiumNotPaid, PaymentConfirmedBySame.
    """
    endorsement = _locked_for(endorsement, EndorsementStatus.ISSUED)
    guarantee = _locked_guarantee(endorsement.guarantee)
    in_force = guarantee.certificates.in_force().defer("pdf").get()
    _check_issue(endorsement, guarantee, in_force, by)
    arrived_at = depositing.arrival()
    endorsement.guarantee = guarantee
    endorsement.certificate = carrying_out.BY_CAUSE[EndorsementCause(endorsement.cause)](
        endorsement, in_force, arrived_at, by
    )
    statements.settle(endorsement, before=in_force.facts, made_at=arrived_at, by=by)
    endorsement.status = EndorsementStatus.ISSUED
    endorsement.issued_at, endorsement.issued_by = arrived_at, by.user
    endorsement.save(update_fields=["status", "issued_at", "issued_by", "certificate"])
    return _recorded(Act.ISSUE_ENDORSEMENT, endorsement, by, sha256=endorsement.approved_sha256)


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


def _open_guarantee(guarantee: Guarantee) -> tuple[Guarantee, Certificate]:
    """The guarantee, locked, with the version in force, if something may be asked for on it now."""
    guarantee = _locked_guarantee(guarantee)
    if guarantee.state != GuaranteeState.IN_FORCE:
        raise GuaranteeClosed
    if guarantee.endorsements.open().exists():
        raise OneAtATime
    return guarantee, guarantee.certificates.in_force().defer("pdf").get()


def _locked_guarantee(guarantee: Guarantee) -> Guarantee:
    parties = Guarantee.objects.select_related("branch", "contractor", "obligee", "requested__application")
    return parties.select_for_update(of=("self",)).get(pk=guarantee.pk)


def _locked_for(endorsement: Endorsement, status: EndorsementStatus) -> Endorsement:
    """The row, locked, if it may move to this status now."""
    rows = Endorsement.objects.select_related("guarantee").select_for_update(of=("self",))
    endorsement = rows.get(pk=endorsement.pk)
    if status not in ENDORSEMENT_MOVES[EndorsementStatus(endorsement.status)]:
        raise NotAtThisStage
    return endorsement


def _recorded(act: Act, endorsement: Endorsement, by: ContractorMember | StaffMember, **details: str) -> Endorsement:
    """The endorsement, after the event of its act: every stage's last step."""
    about = {"endorsement": endorsement.pk, "cause": endorsement.cause, "revision": endorsement.revision, **details}
    record(act, by=by.user, guarantee=endorsement.guarantee, details=about)
    return endorsement
