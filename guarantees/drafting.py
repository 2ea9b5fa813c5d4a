"""一時保存: what was typed is saved as it is, and thrown away; and what stands at the address of an application."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from guarantees.models import Application, Contractor, ContractorMember, Draft
from guarantees.recording import record
from guarantees.terms import APPLICATION_MOVES, Act, ApplicationStatus
from netdesk.acting import Refusal

# What a form sends besides what was typed, and what a cleared section held (forms/clearing.py).
NOT_TYPED = {"csrfmiddlewaretoken", "typed_by", "revision", "keep", "clear", "restore"}


class NotSaved(Refusal):
    """The act did not happen; each kind below says why."""


class NotOpen(NotSaved):
    """The application is at the surety, or was withdrawn."""

    sentence = "この申込は送信済みのため、変更できません。変更が必要なときは、申込送信先の支店へご連絡ください。"


class ChangedMeanwhile(NotSaved):
    """Another page saved something at this address after this one was opened."""

    sentence = "別の画面で内容が変更されています。最新の内容を確認してから、もう一度操作してください。"


class Discarded(NotSaved):
    """What was at this address was thrown away in another page."""

    sentence = (
        "この申込は、別の画面で破棄されたため、送信できません。もう一度申し込む場合は、新しい申込を作成してください。"
    )


class NothingToDiscard(NotSaved):
    """Neither a draft nor an application that was never sent is at this address."""

    sentence = "作成中の申込ではないため、破棄できません。"


@dataclass(frozen=True)
class Standing:
    """What is saved at the address of an application: facts, what was typed on top of them, both or nothing."""

    application: Application | None
    draft: Draft | None

    @property
    def revision(self) -> int:
        """Counts every save at this address; nothing saved is 0."""
        saved = self.draft or self.application
        return saved.revision if saved else 0

    @property
    def is_there(self) -> bool:
        return bool(self.application or self.draft)


def was_discarded(contractor: Contractor, public_id: uuid.UUID, revision: int | None) -> bool:
    """Was what the contractor had at this address thrown away since a page showed it in this revision?

    An application that was never sent stays as a discarded row; a mere draft leaves nothing but the page's revision.
    """
    if Application.objects.discarded(contractor).filter(public_id=public_id).exists():
        return True
    there = Application.objects.filter(public_id=public_id), Draft.objects.filter(public_id=public_id)
    return bool(revision) and not any(rows.exists() for rows in there)


def standing(contractor: Contractor, public_id: uuid.UUID) -> Standing:
    """What this contractor has saved at this address. Another contractor's address raises Application.DoesNotExist."""
    application = Application.objects.with_parties().filter(public_id=public_id).first()
    draft = Draft.objects.select_related("saved_by").filter(public_id=public_id).first()
    if any(one and one.contractor_id != contractor.pk for one in (application, draft)):
        raise Application.DoesNotExist
    is_discarded = application is not None and application.status == ApplicationStatus.DISCARDED
    if is_discarded:
        raise Application.DoesNotExist
    return Standing(application, draft)


@transaction.atomic
def keep(*, by: ContractorMember, public_id: uuid.UUID, typed: dict[str, list[str]], revision: int | None) -> Draft:
    """What was typed is saved under this address, whatever it says; the application there, if any, is not touched.

    `typed` has the values of each box, `revision` is what the page was opened with (None: do not ask). Saving the same
    again changes nothing. Raises NotOpen, ChangedMeanwhile; another contractor's address, Application.DoesNotExist.
    """
    _hold(public_id)
    there = standing(by.contractor, public_id)
    if there.application and not there.application.is_open_to_contractor:
        raise NotOpen
    typed = {name: values for name, values in typed.items() if name not in NOT_TYPED}
    if there.draft and there.draft.typed == typed:
        return there.draft
    if revision is not None and revision != there.revision:
        raise ChangedMeanwhile
    draft = there.draft or Draft(public_id=public_id, contractor=by.contractor)
    draft.typed = typed
    draft.work_name = typed.get("work-work_name", [""])[0].strip()[:100]
    draft.revision = there.revision + 1
    draft.saved_at, draft.saved_by = timezone.now(), by.user
    draft.save()
    return draft


@transaction.atomic
def discard(*, by: ContractorMember, public_id: uuid.UUID) -> None:
    """The draft is gone, and an application that was never sent with it; one that was returned stays as it was sent.

    Raises NothingToDiscard; another contractor's address, Application.DoesNotExist.
    """
    _hold(public_id)
    there = standing(by.contractor, public_id)
    application = there.application
    is_unsent = application and ApplicationStatus.DISCARDED in APPLICATION_MOVES[ApplicationStatus(application.status)]
    if there.draft is None and not is_unsent:
        raise NothingToDiscard
    if there.draft:
        there.draft.delete()
    if application and is_unsent:
        application.status = ApplicationStatus.DISCARDED
        application.discarded_at, application.discarded_by = timezone.now(), by.user
        application.save(update_fields=["status", "discarded_at", "discarded_by"])
        record(Act.DISCARD, by=by.user, application=application)


def _hold(public_id: uuid.UUID) -> None:
    """Nobody else saves, sends or discards at this address until the transaction ends."""
    Draft.objects.hold(public_id)
    Application.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
