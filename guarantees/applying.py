"""The contractor's acts: an application is drafted, submitted, submitted again after a return, or withdrawn."""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from guarantees import facts, following
from guarantees.models import Application, ContractorMember, RequestedGuarantee, Work
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
    """Something of the application was issued, or it is not at the surety."""

    sentence = "保証証書が発行された申込は取り下げられません。変更や解約は、申込送信先の支店へご連絡ください。"


@transaction.atomic
def save_draft(*, by: ContractorMember, public_id: uuid.UUID, declared: dict, requested: list[dict]) -> Application:
    """The draft of this id holds what was typed; made on first use. Each save raises the revision.

    `declared` are fields of Application, `requested` those of one RequestedGuarantee each. Raises NotOpen once the
    application is at the surety, PremiumPaid where a paid product is left out, NotFollowing where it names a guarantee
    that it cannot follow; another contractor's id meets Application.DoesNotExist.
    """
    application = _locked_own(by, public_id)
    is_new = application is None
    if application is None:
        application, is_new = _inserted(by, public_id, declared, requested)
    if not application.is_open_to_contractor:
        raise NotOpen
    if not is_new:
        for name, value in declared.items():
            setattr(application, name, value)
        application.revision += 1
        application.save(update_fields=[*declared, "revision"])
    _check_followed(RequestedGuarantee(application=application, **fields) for fields in requested)
    _replace_requested(application, requested)
    record(Act.DRAFT if is_new else Act.EDIT, by=by.user, application=application)
    return application


def _locked_own(by: ContractorMember, public_id: uuid.UUID) -> Application | None:
    """The contractor's own application of this id, locked; None where the id is free."""
    found = Application.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found and found.contractor_id != by.contractor_id:
        raise Application.DoesNotExist
    return found


def _inserted(
    by: ContractorMember, public_id: uuid.UUID, declared: dict, requested: list[dict]
) -> tuple[Application, bool]:
    """A new draft; or, after a double click, the one that the first click made while this one waited for it."""
    try:
        with transaction.atomic():
            made = Application.objects.create(
                public_id=public_id, work=_job(by, requested), contractor=by.contractor, drafted_by=by.user, **declared
            )
            return made, True
    except IntegrityError:
        first = _locked_own(by, public_id)
        if first is None:
            raise
        return first, False


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
    if application.revision != revision:
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
    """The whole application is withdrawn; possible while none of its guarantees is issued. Raises CannotWithdraw."""
    application = _locked(application)
    requested = application.requested.select_for_update().order_by("pk")
    is_issued = any(one.status == Status.ISSUED for one in requested)
    if is_issued or ApplicationStatus.WITHDRAWN not in APPLICATION_MOVES[ApplicationStatus(application.status)]:
        raise CannotWithdraw
    application.status = ApplicationStatus.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by = timezone.now(), by.user
    application.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    record(Act.WITHDRAW, by=by.user, application=application)
    return application


def _locked(application: Application) -> Application:
    return Application.objects.with_parties().select_for_update(of=("self",)).get(pk=application.pk)
