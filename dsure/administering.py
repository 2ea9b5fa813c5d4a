"""What every act on organisations, sections and officers has: who may do it, the lock, and the row in the log.

An organisation's row is locked first and without its key (deposits refer to it and must not wait), so that two administrators
cannot shut each other out. Source: issue 5, point 12.
"""

from django.db import transaction
from django.utils import timezone

from dsure.models import Act, AdministrativeAct, Department, Obligee, Officer, Operator
from netdesk import people
from netdesk.acting import Refusal
from netdesk.models import Desk, User


class NotDone(Refusal):
    """The act did not happen; each kind says why."""


class NotInCharge(NotDone):
    """Only an administrator of this organisation (or, for some acts, the operator) may do this."""

    sentence = "この操作は、所属する発注者の管理者だけが行えます。"


class NotSoNow(NotDone):
    """What the page showed is no longer so."""

    sentence = "状況が変わっているため、操作できませんでした。最新の状況を確認してください。"


class TooManyInvited(NotDone):
    """Too many people are invited who have not set a password yet."""

    sentence = f"招待中の職員が{people.MOST_INVITED}名います。パスワードの設定が済むか、利用を停止してから、もう一度操作してください。"


def locked(obligee: Obligee, by: Officer | Operator, *, may_be_operator: bool = False) -> Obligee:
    """The organisation's row, which every act on it locks first. Raises NotInCharge."""
    row = Obligee.objects.select_for_update(no_key=True).get(pk=obligee.pk)
    if isinstance(by, Operator):
        is_in_charge = may_be_operator and Operator.objects.filter(pk=by.pk, user__is_active=True).exists()
    else:
        is_in_charge = row.officers.filter(pk=by.pk, is_administrator=True, user__is_active=True).exists()
    if not is_in_charge:
        raise NotInCharge
    return row


def open_department(obligee: Obligee, department: Department) -> Department:
    """The section, if it is this organisation's and was not closed. Raises NotSoNow."""
    found = obligee.departments.open().filter(pk=department.pk).first()
    if found is None:
        raise NotSoNow
    return found


@transaction.atomic
def enter(
    *, department: Department, person: dict[str, str], is_administrator: bool, act: Act, by: Officer | Operator
) -> Officer:
    """A new officer of the section (`person`: full_name, email), invited by mail. The organisation is locked by the caller.

    Raises TooManyInvited.
    """
    obligee = department.obligee
    officers = list(obligee.officers.select_related("user"))
    if sum(officer.user.is_invited for officer in officers) >= people.MOST_INVITED:
        raise TooManyInvited
    user = people.enter(prefix=obligee.code, number=len(officers) + 1, desk=Desk.DSURE, **person)
    officer = Officer.objects.create(
        user=user, obligee=obligee, department=department, is_administrator=is_administrator
    )
    send_invitation(officer, by)
    record(act, obligee, by.user, officer=officer, details={"username": user.username, "email": user.email})
    return officer


def send_invitation(officer: Officer, by: Officer | Operator) -> None:
    """A mail with a fresh link; the links before it end."""
    inviter = "" if isinstance(by, Operator) else by.user.full_name
    people.invite(officer.user, "mails/dsure/invitation.txt", officer=officer, inviter=inviter)


def record(
    act: Act,
    obligee: Obligee,
    by: User,
    *,
    officer: Officer | None = None,
    about: str = "",
    reason: str = "",
    details: dict | None = None,
) -> None:
    """The act stands in the log."""
    AdministrativeAct.objects.create(
        act=act,
        obligee=obligee,
        officer=officer,
        about=about,
        reason=reason,
        details=details or {},
        done_at=timezone.now(),
        done_by=by,
    )
