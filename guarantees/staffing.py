"""Who works for the surety, where and as what: each change is kept, and takes hold at once."""

from django.db import transaction

from guarantees.models import MasterChange, StaffMember
from guarantees.record_acts import MasterAct
from guarantees.terms import StaffRole
from netdesk.models import User


@transaction.atomic
def assign(*, member: StaffMember, by: User) -> StaffMember:
    """The person (a new or a changed row) works at this branch in this role; sessions that began before end."""
    before = StaffMember.objects.select_related("branch").select_for_update(of=("self",)).filter(pk=member.pk).first()
    was, now = _said(before), _said(member)
    member.save()
    if was != now:
        _record(member, by, was, now)
    return member


@transaction.atomic
def dismiss(*, member: StaffMember, by: User) -> None:
    """The person no longer works for the surety: the row goes, its history stays."""
    _record(member, by, _said(member), None)
    member.delete()


def _record(member: StaffMember, by: User, was: dict | None, now: dict | None) -> None:
    member.user.sessions.all().delete()
    MasterChange.objects.create(
        act=MasterAct.STAFF, subject=str(member.user), details={"from": was, "to": now}, changed_by=by
    )


def _said(member: StaffMember | None) -> dict | None:
    if member is None:
        return None
    return {"branch": str(member.branch or "本店"), "role": StaffRole(member.role).label}
