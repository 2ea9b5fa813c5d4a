"""Papers leave the branch: sent or handed over, recorded once each; a record made by mistake is taken back by a further row."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from guarantees import papers
from guarantees.models import Bill, BillLine, Dispatch, DispatchRetraction, Guarantee, StaffMember
from guarantees.recording import record
from guarantees.terms import Act
from netdesk.acting import Refusal


class NotDispatched(Refusal):
    """The act did not happen; each kind below says why."""


class NothingToSend(NotDispatched):
    """A paper of these went out already, or there is no such paper."""

    sentence = "選択した書類は、すでに発送または交付の記録があります。現在の状況を確認してください。"


class ImpossibleDay(NotDispatched):
    """No paper leaves on a day to come, or before it was made."""


class AlreadyTakenBack(NotDispatched):
    """Somebody else was faster."""

    sentence = "この記録はすでに取り消されています。"


class ReasonMissing(NotDispatched):
    """A record taken back without a word helps nobody."""

    sentence = "取り消す理由を入力してください。"


@transaction.atomic
def dispatch(
    *, of: Guarantee | Bill, keys: list[str], way: str, left_on: date, by: StaffMember, **how: str
) -> list[Dispatch]:
    """These papers of a guarantee, or receipts of a bill, left on this day. `how`: carrier, tracking_number, handed_to.

    Raises NothingToSend, ImpossibleDay.
    """
    locked = type(of)._default_manager.select_for_update(of=("self",)).get(pk=of.pk)
    chosen = [paper for paper in papers_of(locked) if paper.key in keys]
    if not chosen or len(chosen) != len(set(keys)) or any(paper.record for paper in chosen):
        raise NothingToSend
    if sentence := day_fault(left_on, max(paper.made_on for paper in chosen)):
        raise ImpossibleDay(sentence)
    guarantee = locked if isinstance(locked, Guarantee) else None
    shared: dict[str, Any] = {"guarantee": guarantee, "way": way, "left_on": left_on, **how}
    shared |= {"recorded_at": timezone.now(), "recorded_by": by.user}
    made = [Dispatch.objects.create(**{paper.kind: paper.row}, **shared) for paper in chosen]
    details = {"papers": [paper.label for paper in chosen], "way": way, "on": left_on.isoformat()}
    for about in _about(locked):
        record(Act.DISPATCH, by=by.user, guarantee=about, details=details)
    return made


def papers_of(of: Guarantee | Bill) -> list[papers.Paper]:
    """Every paper of a guarantee, or of a bill."""
    return papers.of_bill(of) if isinstance(of, Bill) else papers.of_guarantees([of])[of.pk]


def day_fault(left_on: date, made_on: date) -> str:
    """What is wrong with the day on which papers left, in a sentence; nothing where it can be."""
    if left_on > timezone.localdate():
        return "発送日・交付日は、本日以前の日付を入力してください"
    return (
        ""
        if left_on >= made_on
        else f"発送日・交付日は、書類を作成した日（{made_on:%Y/%m/%d}）以降の日付を入力してください"
    )


@transaction.atomic
def take_back(*, dispatch: Dispatch, reason: str, by: StaffMember) -> DispatchRetraction:
    """A record made by mistake no longer stands: the paper waits again. Raises ReasonMissing, AlreadyTakenBack."""
    if not reason.strip():
        raise ReasonMissing
    rows = Dispatch.objects.select_related("guarantee", "payment__bill").select_for_update(of=("self",))
    dispatch = rows.get(pk=dispatch.pk)
    if DispatchRetraction.objects.filter(dispatch=dispatch).exists():
        raise AlreadyTakenBack
    retraction = DispatchRetraction.objects.create(
        dispatch=dispatch, reason=reason.strip(), retracted_at=timezone.now(), retracted_by=by.user
    )
    of = dispatch.guarantee or (dispatch.payment and dispatch.payment.bill)
    for about in _about(of) if of else []:
        record(Act.TAKE_BACK_DISPATCH, by=by.user, guarantee=about, details={"reason": reason, "record": dispatch.text})
    return retraction


def _about(of: Guarantee | Bill) -> list[Guarantee]:
    """On whose time lines it is told: of a bill, on those of all its guarantees."""
    if isinstance(of, Guarantee):
        return [of]
    lines = BillLine.objects.filter(bill=of).select_related("statement__guarantee").order_by("pk")
    return list({line.statement.guarantee_id: line.statement.guarantee for line in lines}.values())
