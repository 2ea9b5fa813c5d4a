"""The contractor's acts: an application is drafted, submitted, submitted again after a return, or withdrawn."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from guarantees import facts, following
from guarantees.models import Application, ContractorMember, Draft, RequestedGuarantee, Work
from guarantees.recording import record
from guarantees.terms import APPLICATION_MOVES, Act, ApplicationStatus, Medium, Status
from netdesk.acting import Refusal

# A guarantee that is asked for again after a return starts anew at the surety.
AFRESH = {"status": Status.RECEIVED, "taken_up_at": None, "taken_up_by": None, "declined_at": None, "declined_by": None}


class NotApplied(Refusal):
    """The act did not happen; each kind below says why."""


class NotOpen(NotApplied):
    """The application is at the surety, or was withdrawn: its facts are not the contractor's to change now."""

    sentence = "この申込は送信済みのため、変更できません。変更が必要なときは、申込送信先の支店へご連絡ください。"


class ChangedMeanwhile(NotApplied):
    """The application is no longer what the page showed."""

    sentence = "別の画面で内容が変更されています。最新の内容を確認してから、もう一度操作してください。"


class NotElectronic(NotApplied):
    """The obligee does not take this work electronically."""


class NotFollowing(NotApplied):
    """What is asked for cannot follow the guarantee that it names."""


class PremiumPaid(NotApplied):
    """A product whose premium was paid cannot be left out without a word to the branch."""

    sentence = "保証料の入金が確認されている保証は、申込から外せません。申込送信先の支店へご連絡ください。"


class CannotWithdraw(NotApplied):
    """Something of the application was issued."""

    sentence = "保証証書が発行された申込は取り下げられません。変更や解約は、申込送信先の支店へご連絡ください。"


class NothingToWithdraw(CannotWithdraw):
    """It was never sent, or is withdrawn already."""

    sentence = "この申込は送信されていないか、すでに取り下げられているため、取り下げられません。"


@transaction.atomic
def save_draft(
    *, by: ContractorMember, public_id: uuid.UUID, declared: dict, requested: list[dict], revision: int | None = None
) -> Application:
    """The application of this id declares what was typed; made on first use. Each save raises the revision.

    `declared` are fields of Application, `requested` those of one RequestedGuarantee each. What was saved as a mere
    draft of this id is taken up by it. Raises NotOpen once the application is at the surety, ChangedMeanwhile where
    `revision` (None: do not ask) is no longer that of the address, PremiumPaid where a paid product is left out,
    NotFollowing where it names a guarantee that it cannot follow; another contractor's id meets Application.DoesNotExist.
    """
    Draft.objects.hold(public_id)
    application = _locked_own(by, public_id)
    if application and not application.is_open_to_contractor:
        raise NotOpen
    draft = Draft.objects.filter(public_id=public_id).first()
    saved_last = draft or application
    saved = saved_last.revision if saved_last else 0
    if revision not in (None, saved):
        raise ChangedMeanwhile
    is_new = application is None
    if application is None:
        application = _inserted(by, public_id, {**declared, "revision": saved + 1}, requested)
    else:
        for name, value in declared.items():
            setattr(application, name, value)
        application.revision = saved + 1
        application.save(update_fields=[*declared, "revision"])
    _check_followed(RequestedGuarantee(application=application, **fields) for fields in requested)
    _replace_requested(application, requested)
    if draft:
        draft.delete()
    record(Act.DRAFT if is_new else Act.EDIT, by=by.user, application=application)
    return application


def _locked_own(by: ContractorMember, public_id: uuid.UUID) -> Application | None:
    """The contractor's own application of this id, locked; None where the id is free."""
    found = Application.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    drafts = Draft.objects.filter(public_id=public_id).exclude(contractor=by.contractor)
    if (found and found.contractor_id != by.contractor_id) or drafts.exists():
        raise Application.DoesNotExist
    return found


def _inserted(by: ContractorMember, public_id: uuid.UUID, declared: dict, requested: list[dict]) -> Application:
    """A new draft. A second click waits for the first at `hold`, and then finds what the first made."""
    work = _job(by, requested)
    return Application.objects.create(
        public_id=public_id, work=work, contractor=by.contractor, drafted_by=by.user, **declared
    )


def _job(by: ContractorMember, requested: list[dict]) -> Work:
    """The job of the guarantee that is followed, or a new one."""
    followed = next((fields["follows"] for fields in requested if fields.get("follows")), None)
    if followed and followed.contractor_id == by.contractor_id:
        return followed.work
    return Work.objects.create(contractor=by.contractor)


def _check_followed(requested: Iterable[RequestedGuarantee]) -> None:
    for one in requested:
        if sentence := following.fault(one):
            raise NotFollowing(sentence)


def _replace_requested(application: Application, requested: list[dict]) -> None:
    left_out = application.requested.exclude(product__in=[fields["product"] for fields in requested])
    if left_out.filter(payments__isnull=False).exists():
        raise PremiumPaid
    left_out.delete()
    for fields in requested:
        RequestedGuarantee.objects.update_or_create(
            application=application, product=fields["product"], defaults={**fields, **AFRESH}
        )


@transaction.atomic
def submit(*, application: Application, revision: int, by: ContractorMember) -> Application:
    """The application is at the surety, exactly in the revision that the person confirmed.

    Raises NotOpen, ChangedMeanwhile, NotElectronic with the obligee's rule that fails, or NotFollowing.
    """
    application = _locked(application)
    if ApplicationStatus.SUBMITTED not in APPLICATION_MOVES[ApplicationStatus(application.status)]:
        raise NotOpen
    if application.revision != revision or Draft.objects.filter(public_id=application.public_id).exists():
        raise ChangedMeanwhile
    requested = list(application.requested.select_for_update().order_by("pk"))
    if any(one.medium == Medium.ELECTRONIC for one in requested):
        failed = facts.failed_terms(application)
        if failed:
            raise NotElectronic(failed[0])
    _check_followed(requested)
    was_returned = application.status == ApplicationStatus.RETURNED
    application.status = ApplicationStatus.SUBMITTED
    application.submitted_at, application.submitted_by = timezone.now(), by.user
    application.save(update_fields=["status", "submitted_at", "submitted_by"])
    record(Act.RESUBMIT if was_returned else Act.SUBMIT, by=by.user, application=application)
    return application


@transaction.atomic
def withdraw(*, application: Application, by: ContractorMember) -> Application:
    """The whole application is withdrawn, with what was typed for its correction.

    Possible while none of its guarantees is issued (design.md, section 4). Raises CannotWithdraw, NothingToWithdraw.
    """
    application = _locked(application)
    requested = application.requested.select_for_update().order_by("pk")
    if any(one.status == Status.ISSUED for one in requested):
        raise CannotWithdraw
    if ApplicationStatus.WITHDRAWN not in APPLICATION_MOVES[ApplicationStatus(application.status)]:
        raise NothingToWithdraw
    Draft.objects.filter(public_id=application.public_id).delete()
    application.status = ApplicationStatus.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by = timezone.now(), by.user
    application.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    record(Act.WITHDRAW, by=by.user, application=application)
    return application


def _locked(application: Application) -> Application:
    return Application.objects.with_parties().select_for_update(of=("self",)).get(pk=application.pk)
