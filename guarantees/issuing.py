"""The approver's act: an approved guarantee becomes a certificate, and an electronic one is deposited in D-Sure with its key."""

from datetime import datetime

from django.db import transaction

from dsure import depositing, keys
from guarantees import accounts, certifying, facts, following, mails, numbering, quoting, statements, vault
from guarantees.documents import CertificateFacts, ReservationFacts
from guarantees.models import Application, Certificate, Guarantee, RequestedGuarantee, StaffMember
from guarantees.premiums import Premium
from guarantees.recording import record
from guarantees.terms import FIRST_TARGET, MOVES, Act, ApplicationStatus, Cause, Medium, Product, Status
from netdesk.acting import Refusal

FIRST_KEY_VERSION = 1


class NotIssued(Refusal):
    """The guarantee was not issued; each kind below says why."""


class NotApproved(NotIssued):
    """Not, or no longer, approved; or issued by somebody else a moment ago."""

    sentence = (
        "この保証は発行できる状況ではありません（発行済み、または承認されていません）。現在の状況を確認してください。"
    )


class SamePerson(NotIssued):
    """Whoever approved a guarantee does not issue it."""

    sentence = "承認した方は、同じ保証を発行できません。別の発行責任者が発行してください。"


class NotAnApprover(NotIssued):
    """Only the approver (発行責任者) issues."""

    sentence = "発行は発行責任者が行います。"


class ApprovalIsStale(NotIssued):
    """The facts are no longer those that were approved."""

    sentence = "承認後に内容が変わっています。審査へ戻して、もう一度承認してください。"


class PremiumNotPaid(NotIssued):
    """A premium paid per case has not arrived."""

    sentence = "保証料（都度納付）の入金が確認されていないため、発行できません。"


class PremiumToBeRepaid(NotIssued):
    """More was received than is owed."""

    sentence = (
        "入金済みの額が保証料を超えているため、発行できません。超過額の返金を記録してから、もう一度操作してください。"
    )


class PaymentConfirmedBySame(NotIssued):
    """Whoever confirmed the payment does not issue (design.md, section 8)."""

    sentence = "入金を確認した方は、同じ保証を発行できません。別の発行責任者が発行してください。"


class PremiumDiffers(NotIssued):
    """The rates that were agreed no longer give the premium that was agreed."""

    sentence = "承認した保証料と料率表が一致しないため、発行できません。審査へ戻して、もう一度承認してください。"


class NotElectronic(NotIssued):
    """The obligee does not take this work electronically."""


class NotFollowing(NotIssued):
    """The guarantee that this one follows has ended since."""


@transaction.atomic
def issue(*, requested: RequestedGuarantee, by: StaffMember) -> Guarantee:
    """The guarantee exists: number, sealed certificate, and if electronic its key, its deposit in D-Sure and the mail.

    All of it stands or none (design.md, section 8). Raises NotAnApprover, NotApproved, SamePerson, ApprovalIsStale,
    PremiumNotPaid, PremiumToBeRepaid, PaymentConfirmedBySame, PremiumDiffers, NotElectronic, NotFollowing.
    """
    requested = _locked(requested)
    _check(requested, by)
    premium = _agreed_premium(requested)
    arrived_at = depositing.arrival()
    guarantee, key = _numbered(requested, arrived_at)
    frozen = facts.for_certificate(requested, number=guarantee.number, mark="", issued_at=arrived_at)
    certificate = certifying.sealed(
        guarantee=guarantee,
        version=1,
        target=FIRST_TARGET,
        cause=Cause.ISSUE,
        frozen=frozen,
        issued_at=arrived_at,
        by=by,
    )
    if key:
        certifying.deposit(certificate, verifier=keys.verifier(guarantee.number, key))
    certificate.save(force_insert=True)
    _keep_statement(requested, certificate, frozen, premium)
    requested.status = Status.ISSUED
    requested.issued_at, requested.issued_by, requested.guarantee = arrived_at, by.user, guarantee
    requested.save(update_fields=["status", "issued_at", "issued_by", "guarantee"])
    if key and requested.application.wants_mail:
        mails.issue_complete(requested)
    details = {"sha256": certificate.sha256, "version": certificate.version, "target": certificate.target}
    record(Act.ISSUE, by=by.user, requested=requested, guarantee=guarantee, details=details)
    return guarantee


def _locked(requested: RequestedGuarantee) -> RequestedGuarantee:
    application = Application.objects.with_parties().select_for_update(of=("self",)).get(pk=requested.application_id)
    requested = RequestedGuarantee.objects.select_for_update(of=("self",)).get(pk=requested.pk)
    requested.application = application
    return requested


def _check(requested: RequestedGuarantee, by: StaffMember) -> None:
    """Everything that was true at approval is true now."""
    application = requested.application
    if not by.is_approver:
        raise NotAnApprover
    if application.status != ApplicationStatus.SUBMITTED or Status.ISSUED not in MOVES[Status(requested.status)]:
        raise NotApproved
    if requested.approved_by_id == by.user_id:
        raise SamePerson
    if (requested.approved_revision, requested.approved_sha256) != (
        application.revision,
        facts.sha256_of(facts.reviewed(requested)),
    ):
        raise ApprovalIsStale
    _check_payment(requested, by)
    if requested.medium == Medium.ELECTRONIC and (failed := facts.failed_terms(application)):
        raise NotElectronic(failed[0])
    if sentence := following.fault(requested):
        raise NotFollowing(sentence)


def _check_payment(requested: RequestedGuarantee, by: StaffMember) -> None:
    """What is paid per case was received in full, not more, and another person said so."""
    account = accounts.of(requested)
    if account.open:
        raise PremiumNotPaid
    if account.surplus:
        raise PremiumToBeRepaid
    if requested.payments.filter(confirmed_by=by.user_id).exists():
        raise PaymentConfirmedBySame


def _agreed_premium(requested: RequestedGuarantee) -> Premium:
    """The premium that the approval agreed to, computed once more by the same version of the rates."""
    if requested.rate_table is None:
        raise ApprovalIsStale
    try:
        premium = quoting.premium_by(requested.rate_table, requested)
    except quoting.NoRates as fault:
        raise PremiumDiffers from fault
    if (premium.amount, premium.rate) != (requested.premium_amount, requested.premium_rate):
        raise PremiumDiffers
    return premium


def _keep_statement(
    requested: RequestedGuarantee,
    certificate: Certificate,
    frozen: CertificateFacts | ReservationFacts,
    premium: Premium,
) -> None:
    """保証料計算書 (of a reservation 手数料通知書) for what was just issued, rendered once and stored with it."""
    made_on = facts.day_of(certificate.issued_at).isoformat()
    said = statements.facts_of(requested, frozen, premium, made_on=made_on)
    statements.keep(certificate.guarantee, said, made_at=certificate.issued_at, by=certificate.issued_by)


def _numbered(requested: RequestedGuarantee, arrived_at: datetime) -> tuple[Guarantee, str]:
    """The guarantee's row with its number, and the key in clear for the rest of this act ("" on paper)."""
    application = requested.application
    number = numbering.next_number(
        branch=application.branch, product=Product(requested.product), on=facts.day_of(arrived_at)
    )
    key = keys.make(number) if requested.medium == Medium.ELECTRONIC else ""
    guarantee = Guarantee.objects.create(
        number=number,
        product=requested.product,
        medium=requested.medium,
        contractor=application.contractor,
        branch=application.branch,
        work=application.work,
        obligee=application.obligee,
        obligee_code=application.obligee.code if application.obligee else "",
        issued_on=facts.day_of(arrived_at),
        key_ciphertext=vault.lock_away(key, number=number, key_version=FIRST_KEY_VERSION) if key else None,
        key_version=FIRST_KEY_VERSION if key else None,
    )
    return guarantee, key
