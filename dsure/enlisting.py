"""An organisation's officers: invited, moved, made administrators, disabled, freed; and each officer's own record."""

from django.db import transaction

from dsure import administering, viewing
from dsure.administering import NotDone, NotInCharge, NotSoNow
from dsure.models import Act, Department, Officer, Operator
from netdesk import people, throttling
from netdesk.models import User


class LastAdministrator(NotDone):
    """Without an administrator nobody could invite or let in again."""

    sentence = "管理者が1名もいなくなるため、この操作はできません。先に、ほかの職員を管理者に設定してください。"


class NotOneself(NotDone):
    """Somebody else has to do this."""

    sentence = "ご自身に対してこの操作はできません。ほかの管理者に依頼してください。"


@transaction.atomic
def invite(*, department: Department, person: dict[str, str], is_administrator: bool, by: Officer) -> Officer:
    """A new officer of the section (`person`: full_name, email), with a mail to set a password. Raises NotInCharge, NotSoNow, TooManyInvited."""
    obligee = administering.locked(department.obligee, by)
    return administering.enter(
        department=administering.open_department(obligee, department),
        person=person,
        is_administrator=is_administrator,
        act=Act.INVITE,
        by=by,
    )


@transaction.atomic
def invite_again(*, officer: Officer, by: Officer | Operator) -> Officer:
    """The invited person gets a mail with a fresh link, and the links before it end. The operator invites administrators only.

    Raises NotInCharge, NotSoNow.
    """
    officer = _locked(officer, by, may_be_operator=True)
    if isinstance(by, Operator) and not officer.is_administrator:
        raise NotInCharge
    if not officer.user.is_invited:
        raise NotSoNow
    administering.send_invitation(officer, by)
    return _recorded(Act.INVITE_AGAIN, officer, by)


@transaction.atomic
def move(*, officer: Officer, department: Department, by: Officer) -> Officer:
    """The officer works in this section from now on; what they did before keeps the section of then. Raises NotInCharge, NotSoNow."""
    officer = _locked(officer, by)
    department = administering.open_department(officer.obligee, department)
    names = [officer.department.name, department.name]
    if officer.department_id == department.pk:
        return officer
    officer.department = department
    officer.save(update_fields=["department"])
    return _recorded(Act.MOVE, officer, by, details={"department": names})


@transaction.atomic
def make_administrator(*, officer: Officer, by: Officer) -> Officer:
    """The officer may do what an administrator may. Raises NotInCharge, NotSoNow."""
    officer = _locked(officer, by)
    if officer.is_administrator or not officer.user.is_active:
        raise NotSoNow
    return _set_administrator(officer, True, by, Act.MAKE_ADMINISTRATOR)


@transaction.atomic
def end_administrator(*, officer: Officer, by: Officer) -> Officer:
    """The officer is an officer like any other. Raises NotInCharge, NotSoNow, LastAdministrator."""
    officer = _locked(officer, by)
    if not officer.is_administrator:
        raise NotSoNow
    _keep_an_administrator(officer)
    return _set_administrator(officer, False, by, Act.END_ADMINISTRATOR)


@transaction.atomic
def disable(*, officer: Officer, by: Officer) -> Officer:
    """The officer may no longer sign in and is signed out everywhere at once. Raises NotInCharge, NotOneself, NotSoNow, LastAdministrator."""
    if officer.pk == by.pk:
        raise NotOneself
    officer = _locked(officer, by)
    if not officer.user.is_active:
        raise NotSoNow
    _keep_an_administrator(officer)
    people.disable(officer.user)
    return _recorded(Act.DISABLE, officer, by)


@transaction.atomic
def enable(*, officer: Officer, by: Officer) -> Officer:
    """The officer may sign in again, with the password of before. Raises NotInCharge, NotSoNow."""
    officer = _locked(officer, by)
    if officer.user.is_active:
        raise NotSoNow
    people.enable(officer.user)
    return _recorded(Act.ENABLE, officer, by)


@transaction.atomic
def free(*, officer: Officer, reason: str, by: Officer | Operator) -> Officer:
    """An account that a hundred failed look-ups stopped may look up again (security.md 2.5). Nobody frees the own one.

    Raises NotInCharge, NotOneself, NotSoNow.
    """
    if officer.user_id == by.user_id:
        raise NotOneself
    officer = _locked(officer, by, may_be_operator=True)
    subject = viewing.subject_of(officer)
    if subject not in throttling.stopped(subject):
        raise NotSoNow
    throttling.clear(subject)
    return _recorded(Act.FREE, officer, by, reason=reason)


@transaction.atomic
def change_profile(*, by: Officer, record: dict[str, str], password: str) -> Officer:
    """The officer's own full_name and email read as in `record`; a new address asks for the password. Raises WrongPassword."""
    user = User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    before = {name: getattr(user, name) for name in people.RECORD}
    people.change_record(user, record=record, password=password)
    changed = people.differences(before, record)
    return _recorded(Act.PROFILE, by, by, details=changed) if changed else by


def _locked(officer: Officer, by: Officer | Operator, *, may_be_operator: bool = False) -> Officer:
    obligee = administering.locked(officer.obligee, by, may_be_operator=may_be_operator)
    rows = obligee.officers.select_related("obligee", "department", "user")
    return rows.select_for_update(of=("self", "user"), no_key=True).get(pk=officer.pk)


def _keep_an_administrator(officer: Officer) -> None:
    """Somebody else must be able to sign in and invite: invited people who never came do not count."""
    others = officer.obligee.officers.filter(is_administrator=True, user__is_active=True).exclude(pk=officer.pk)
    if officer.is_administrator and not any(one.user.has_usable_password() for one in others.select_related("user")):
        raise LastAdministrator


def _set_administrator(officer: Officer, is_administrator: bool, by: Officer, act: Act) -> Officer:
    officer.is_administrator = is_administrator
    officer.save(update_fields=["is_administrator"])
    return _recorded(act, officer, by)


def _recorded(
    act: Act, officer: Officer, by: Officer | Operator, *, reason: str = "", details: dict | None = None
) -> Officer:
    administering.record(act, officer.obligee, by.user, officer=officer, reason=reason, details=details)
    return officer
