"""The branch's acts on what was submitted: take up or over, approve, send back, decline, return; notes, and words to the contractor."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from guarantees import declaring, facts, quoting
from guarantees.models import Addressee, Application, RequestedGuarantee, ReviewNote, StaffMember
from guarantees.recording import record
from guarantees.terms import APPLICATION_MOVES, MOVES, Act, ApplicationStatus, Medium, Product, Status
from netdesk.acting import Refusal

NO_PREMIUM = {"premium_amount": None, "premium_rate": None, "rate_table": None}
NO_APPROVAL = {
    "approved_at": None,
    "approved_by": None,
    "approved_revision": None,
    "approved_sha256": "",
    **NO_PREMIUM,
}


class NotReviewed(Refusal):
    """The act did not happen; each kind below says why."""


class NotAtThisStage(NotReviewed):
    """Somebody else was faster, or the application was returned or withdrawn."""

    sentence = "この申込の状況が変わっているため、操作できませんでした。現在の状況を確認してください。"


class ChangedMeanwhile(NotReviewed):
    """What the page showed is no longer what the application says."""

    sentence = "申込の内容が変更されています。最新の内容を確認してから、もう一度操作してください。"


class NotElectronic(NotReviewed):
    """The obligee does not take this work electronically."""


class DeadlineTooEarly(NotReviewed):
    """The deadline lies before the end of the work period."""

    sentence = "保証期限は、工期の終わりの日以降の日付を入力してください。"


class NoRates(NotReviewed):
    """Without a rate table nobody can agree to a premium."""

    sentence = "この商品の保証料率表がないため、承認できません。本店に連絡してください。"


class ReasonMissing(NotReviewed):
    """A return or a refusal without a word helps nobody."""

    sentence = "お客様へお知らせする理由を入力してください。"


class ObligeeIsListed(NotReviewed):
    """There is no typed obligee to attach."""

    sentence = "この申込の発注者は一覧の発注者です。結び付ける必要はありません。"


class AlreadyAgreed(NotReviewed):
    """An approval agreed to the obligee as it stands."""

    sentence = "承認済みの保証があるため、発注者を結び付けられません。審査へ戻してから、もう一度操作してください。"


@transaction.atomic
def take_up(*, application: Application, by: StaffMember) -> None:
    """Every received guarantee of the application is under review by this person. Raises NotAtThisStage."""
    application = _locked(application)
    received = application.requested.select_for_update().filter(status=Status.RECEIVED)
    if application.status != ApplicationStatus.SUBMITTED or not received:
        raise NotAtThisStage
    now = timezone.now()
    for requested in received:
        requested.status, requested.taken_up_at, requested.taken_up_by = Status.UNDER_REVIEW, now, by.user
        requested.save(update_fields=["status", "taken_up_at", "taken_up_by"])
    record(Act.TAKE_UP, by=by.user, application=application)


@transaction.atomic
def take_over(*, application: Application, by: StaffMember) -> None:
    """What colleagues have under review is this person's now. Raises NotAtThisStage where there is nothing of others."""
    application = _locked(application)
    under_review = application.requested.select_for_update(of=("self",)).filter(status=Status.UNDER_REVIEW)
    others = list(under_review.exclude(taken_up_by=by.user).select_related("taken_up_by").order_by("pk"))
    if application.status != ApplicationStatus.SUBMITTED or not others:
        raise NotAtThisStage
    before = sorted({one.taken_up_by.full_name for one in others if one.taken_up_by})
    for one in others:
        one.taken_up_at, one.taken_up_by = timezone.now(), by.user
        one.save(update_fields=["taken_up_at", "taken_up_by"])
    record(Act.TAKE_OVER, by=by.user, application=application, details={"reason": f"{'、'.join(before)}から引き継ぎ"})


@transaction.atomic
def approve(
    *, requested: RequestedGuarantee, by: StaffMember, revision: int, guarantee_ends_on: date | None = None
) -> RequestedGuarantee:
    """Approved, bound to the revision and the SHA-256 of the facts that this person reviewed; another person issues it.

    The premium by today's rates is agreed and stands (docs/decisions/0007). `guarantee_ends_on` is a deadline later than
    the end of the work period, or None. Raises NotAtThisStage, ChangedMeanwhile, NotElectronic, DeadlineTooEarly, NoRates.
    """
    requested = _locked_for(requested, Status.APPROVED)
    if requested.application.revision != revision:
        raise ChangedMeanwhile
    if guarantee_ends_on and guarantee_ends_on < requested.application.ends_on:
        raise DeadlineTooEarly
    if requested.medium == Medium.ELECTRONIC and (failed := facts.failed_terms(requested.application)):
        raise NotElectronic(failed[0])
    requested.guarantee_ends_on = guarantee_ends_on
    requested.status = Status.APPROVED
    requested.approved_at, requested.approved_by = timezone.now(), by.user
    requested.approved_revision = revision
    _agree_premium(requested, on=timezone.localdate(requested.approved_at))
    requested.approved_sha256 = facts.sha256_of(facts.reviewed(requested))
    requested.save(update_fields=["guarantee_ends_on", "status", *NO_APPROVAL])
    declared = declaring.snapshot(requested.application)
    details = {"sha256": requested.approved_sha256, "premium": requested.premium_amount, "facts": declared}
    record(Act.APPROVE, by=by.user, requested=requested, details=details)
    return requested


def _agree_premium(requested: RequestedGuarantee, *, on: date) -> None:
    try:
        table = quoting.rates_of(Product(requested.product), on=on)
        premium = quoting.premium_by(table, requested)
    except quoting.NoRates as missing:
        raise NoRates from missing
    requested.premium_amount, requested.premium_rate, requested.rate_table = premium.amount, premium.rate, table


@transaction.atomic
def send_back(*, requested: RequestedGuarantee, by: StaffMember, reason: str) -> RequestedGuarantee:
    """An approved guarantee is under review again, its approval gone. Raises NotAtThisStage, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    requested = _locked_for(requested, Status.UNDER_REVIEW)
    if requested.status != Status.APPROVED:
        raise NotAtThisStage
    _without_approval(requested, Status.UNDER_REVIEW)
    record(Act.SEND_BACK, by=by.user, requested=requested, details={"reason": reason})
    return requested


@transaction.atomic
def decline(*, requested: RequestedGuarantee, by: StaffMember, reason: str) -> RequestedGuarantee:
    """The surety does not take this guarantee on; the contractor reads why. Raises NotAtThisStage, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    requested = _locked_for(requested, Status.DECLINED)
    requested.status = Status.DECLINED
    requested.declined_at, requested.declined_by = timezone.now(), by.user
    requested.save(update_fields=["status", "declined_at", "declined_by"])
    application = requested.application
    application.message_to_contractor = reason.strip()
    application.save(update_fields=["message_to_contractor"])
    record(Act.DECLINE, by=by.user, requested=requested, details={"reason": reason})
    return requested


@transaction.atomic
def return_to_contractor(*, application: Application, by: StaffMember, reason: str) -> Application:
    """The whole application is back with the contractor, approvals gone, the reason on its page.

    The event keeps what was declared, so that the changes can be told when it comes again. Possible while none of its guarantees is issued. Raises NotAtThisStage, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    application = _locked(application)
    requested = list(application.requested.select_for_update().order_by("pk"))
    details = {"reason": reason, "facts": declaring.snapshot(application)}
    is_issued = any(one.status == Status.ISSUED for one in requested)
    if is_issued or ApplicationStatus.RETURNED not in APPLICATION_MOVES[ApplicationStatus(application.status)]:
        raise NotAtThisStage
    for one in requested:
        if Status.RECEIVED in MOVES[Status(one.status)]:
            _without_approval(one, Status.RECEIVED)
    application.status = ApplicationStatus.RETURNED
    application.returned_at, application.returned_by = timezone.now(), by.user
    application.message_to_contractor = reason.strip()
    application.save(update_fields=["status", "returned_at", "returned_by", "message_to_contractor"])
    record(Act.RETURN, by=by.user, application=application, details=details)
    return application


@transaction.atomic
def tell(*, application: Application, by: StaffMember, message: str) -> Application:
    """弊社からお客様へのお知らせ says this on the contractor's page; empty text takes it away.

    Possible while the application is at the surety, after an issue too: a return has its reason. Raises NotAtThisStage.
    """
    application = _locked(application)
    if application.status != ApplicationStatus.SUBMITTED:
        raise NotAtThisStage
    application.message_to_contractor = message.strip()
    application.save(update_fields=["message_to_contractor"])
    details = {"reason": application.message_to_contractor or "（お知らせを消去）"}
    record(Act.TELL, by=by.user, application=application, details=details)
    return application


@transaction.atomic
def note(*, application: Application, by: StaffMember, text: str) -> ReviewNote:
    """A note for colleagues stands on the review page; the contractor never reads it."""
    return ReviewNote.objects.create(application=application, text=text.strip(), written_by=by.user)


@transaction.atomic
def attach_obligee(*, application: Application, by: StaffMember, addressee: Addressee) -> Application:
    """The obligee that was typed by hand is this one of the list; the medium stays as it is (design.md, section 4).

    A fact changed, so the revision goes up. Raises NotAtThisStage, ObligeeIsListed, AlreadyAgreed.
    """
    application = _locked(application)
    requested = list(application.requested.select_for_update().order_by("pk"))
    if application.status != ApplicationStatus.SUBMITTED:
        raise NotAtThisStage
    if application.obligee is not None:
        raise ObligeeIsListed
    if any(one.status in (Status.APPROVED, Status.ISSUED) for one in requested):
        raise AlreadyAgreed
    typed = f"{application.typed_obligee}（{application.typed_addressee}）"
    application.obligee, application.addressee = addressee.obligee, addressee
    application.typed_obligee = application.typed_addressee = ""
    application.revision += 1
    application.save(update_fields=["obligee", "addressee", "typed_obligee", "typed_addressee", "revision"])
    reason = f"{typed}を、{addressee.obligee.name}（{addressee.title}）に結び付け"
    record(Act.ATTACH_OBLIGEE, by=by.user, application=application, details={"reason": reason})
    return application


def _without_approval(requested: RequestedGuarantee, status: Status) -> None:
    requested.status = status
    for name, value in NO_APPROVAL.items():
        setattr(requested, name, value)
    requested.save(update_fields=["status", *NO_APPROVAL])


def _locked(application: Application) -> Application:
    return Application.objects.with_parties().select_for_update(of=("self",)).get(pk=application.pk)


def _locked_for(requested: RequestedGuarantee, status: Status) -> RequestedGuarantee:
    """The row, locked after its application, if it may move to this status now."""
    application = _locked(requested.application)
    requested = RequestedGuarantee.objects.select_for_update(of=("self",)).get(pk=requested.pk)
    requested.application = application
    if application.status != ApplicationStatus.SUBMITTED or status not in MOVES[Status(requested.status)]:
        raise NotAtThisStage
    return requested
