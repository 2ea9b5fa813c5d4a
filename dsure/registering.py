"""The operator's acts on organisations: registered with their sections and first administrator, renamed. Never a certificate."""

from django.db import IntegrityError, transaction

from dsure import administering
from dsure.administering import NotDone
from dsure.models import Act, Department, Obligee, Officer, Operator


class AlreadyRegistered(NotDone):
    """An organisation of this code is there."""

    sentence = "この発注者コードはすでに登録されています。一覧でコードを検索してください"


@transaction.atomic
def register(*, code: str, name: str, departments: list[str], person: dict[str, str], by: Operator) -> Obligee:
    """The organisation is there with these sections; the person is its first administrator, in the first section, and invited.

    `code`: five digits of JIS X 0402 (design.md 4). From now on the surety may deposit for it. Raises AlreadyRegistered.
    """
    try:
        with transaction.atomic():
            obligee = Obligee.objects.create(code=code, name=name)
    except IntegrityError:
        raise AlreadyRegistered from None
    obligee = administering.locked(obligee, by, may_be_operator=True)
    sections = [Department.objects.create(obligee=obligee, name=section) for section in departments]
    details = {"code": code, "name": name, "departments": departments}
    administering.record(Act.REGISTER, obligee, by.user, details=details)
    administering.enter(department=sections[0], person=person, is_administrator=True, act=Act.APPOINT, by=by)
    return obligee


@transaction.atomic
def rename(*, obligee: Obligee, name: str, by: Operator) -> Obligee:
    """The organisation bears this name from now on; what was frozen into certificates and logs keeps the name of then."""
    obligee = administering.locked(obligee, by, may_be_operator=True)
    before, obligee.name = obligee.name, name
    obligee.save(update_fields=["name"])
    if before != name:
        administering.record(Act.RENAME, obligee, by.user, details={"name": [before, name]})
    return obligee


@transaction.atomic
def appoint(*, department: Department, person: dict[str, str], by: Operator) -> Officer:
    """A further administrator of the organisation is invited: the way in where all of its own are gone. Raises NotSoNow, TooManyInvited."""
    obligee = administering.locked(department.obligee, by, may_be_operator=True)
    department = administering.open_department(obligee, department)
    return administering.enter(department=department, person=person, is_administrator=True, act=Act.APPOINT, by=by)
