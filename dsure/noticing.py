"""What became of a guarantee since its organisation last looked.

It is the organisation's look that counts, not the person's: acknowledgement, register and file are the organisation's, and a
change that one section has dealt with must not come back as news to the next. What was noticed stays readable: each version's
page shows what it changed. The person who has just looked goes on seeing the notice for half an hour, over reloads and prints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q

from dsure import differing
from dsure.models import Acknowledgement, Deposit, DepositedCertificate, Handover, How, Officer, State, VoidCause

ONE_LOOK = timedelta(minutes=30)


@dataclass(frozen=True)
class Happening:
    """One thing that was done to a guarantee, in words; `note` is the reason that was typed with it."""

    at: datetime
    words: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What the organisation has not seen yet: since when, what was in force then, what happened, and how the fields differ."""

    seen_at: datetime
    seen_target: str
    happened: list[Happening]
    differences: list[differing.Row]


def happened_since(deposit: Deposit, moment: datetime) -> list[Happening]:
    """What was done after a moment, oldest first; of a deposit that came `with_history`."""
    found: list[Happening] = []
    for version in deposit.certificates.all():
        if version.version > 1:
            what = "訂正した" if version.cause == VoidCause.CORRECTION else ""
            found.append(Happening(version.arrived_at, f"{what}{version.target}の電子証書が発行されました"))
        voiding = getattr(version, "voiding", None)
        if voiding and voiding.cause == VoidCause.AMENDMENT_CANCELLATION:
            found.append(Happening(voiding.voided_at, f"{version.target}が取り消されました（変更取消）"))
    for replacement in deposit.key_replacements.all():
        words = "認証キーが再発行されました（以前の認証キーでは閲覧できません）"
        found.append(Happening(replacement.replaced_at, words))
    for change in deposit.state_changes.all():
        found.append(Happening(change.closed_at, f"保証契約が{State(change.state).label}されました"))
    return sorted((one for one in found if one.at > moment), key=lambda one: one.at)


def done_here(answers: Iterable[Acknowledgement], handovers: Iterable[Handover]) -> list[Happening]:
    """What the organisation did: 受領, 返戻, 取消し and 引渡し, by whom."""
    found = []
    for one in answers:
        who = f"{one.organisation}　{one.acknowledged_by.full_name}"
        found.append(
            Happening(one.acknowledged_at, f"{one.get_kind_display()}（{one.certificate.target}）　{who}", one.reason)
        )
    for handover in handovers:
        who = f"{handover.organisation}　{handover.handed_by.full_name}"
        found.append(Happening(handover.handed_at, f"{handover.department.name}への引渡し　{who}", handover.note))
    return found


def in_force_at(versions: Iterable[DepositedCertificate], moment: datetime) -> DepositedCertificate | None:
    """The version that was in force just before a moment, or none."""
    there = [
        version
        for version in versions
        if version.arrived_at < moment
        and not (getattr(version, "voiding", None) and version.voiding.voided_at < moment)
    ]
    return max(there, key=lambda version: version.version, default=None)


def missed(deposit: Deposit, *, by: Officer, now: datetime) -> Missed | None:
    """What the officer is to be told, before this sight is logged; of a deposit `with_changes` and `with_history`."""
    since = max(deposit.changed_at, now - ONE_LOOK)
    just_now = Q(viewed_by=by.user, viewed_at__gte=since)
    sights = deposit.viewings.exclude(how=How.PDF).aggregate(
        last=Max("viewed_at", filter=Q(client=None) & ~just_now), opened=Min("viewed_at", filter=~Q(client=None))
    )
    seen_at = sights["last"] or sights["opened"]  # another system's reading is no look, unless no person has looked yet
    if seen_at is None or seen_at >= deposit.changed_at:
        return None
    versions = list(deposit.certificates.all())
    before, after = in_force_at(versions, seen_at), in_force_at(versions, now)
    return Missed(
        seen_at=seen_at,
        seen_target=before.target if before else "",
        happened=happened_since(deposit, seen_at),
        differences=_differences(before, after),
    )


def changed_by(certificate: DepositedCertificate, versions: Iterable[DepositedCertificate]) -> list[differing.Row]:
    """What a version changed against the one that was in force when it came; nothing of a first version."""
    return _differences(in_force_at(versions, certificate.arrived_at), certificate)


def _differences(before: DepositedCertificate | None, after: DepositedCertificate | None) -> list[differing.Row]:
    if before is None or after is None or before.pk == after.pk:
        return []
    return differing.rows(before.facts, after.facts)
