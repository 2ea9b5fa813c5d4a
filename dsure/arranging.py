"""What an organisation keeps itself: its sections, the hand-in rules that contractors read, and the phrase against look-alike sites."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dsure import administering
from dsure.administering import NotDone, NotSoNow
from dsure.models import Act, Department, HandInRule, Obligee, Officer, Product
from netdesk import people


class NameTaken(NotDone):
    """Another open section has this name."""

    sentence = "同じ名前の部署があります。別の部署名を入力してください"


class NotEmpty(NotDone):
    """Officers, disabled ones too, belong to the section."""

    sentence = "職員（利用停止中を含む）がいる部署は廃止できません。先に、職員の部署を変更してください。"


@transaction.atomic
def add_department(*, obligee: Obligee, record: dict[str, Any], by: Officer) -> Department:
    """A further section (`record`: name, notice_email, takes_notices). Raises NotInCharge, NameTaken."""
    obligee = administering.locked(obligee, by)
    department = Department(obligee=obligee, **record)
    _save(department)
    administering.record(Act.ADD_DEPARTMENT, obligee, by.user, about=department.name, details=_shown(department))
    return department


@transaction.atomic
def change_department(*, department: Department, record: dict[str, Any], by: Officer) -> Department:
    """The section's record reads so. Logs keep the name of then. Raises NotInCharge, NotSoNow, NameTaken."""
    obligee = administering.locked(department.obligee, by)
    department = administering.open_department(obligee, department)
    before, name = _shown(department), department.name
    for field, value in record.items():
        setattr(department, field, value)
    _save(department)
    changed = people.differences(before, _shown(department))
    if changed:
        administering.record(Act.CHANGE_DEPARTMENT, obligee, by.user, about=name, details=changed)
    return department


@transaction.atomic
def close_department(*, department: Department, by: Officer) -> Department:
    """The section is no longer offered anywhere. Raises NotInCharge, NotSoNow, NotEmpty."""
    obligee = administering.locked(department.obligee, by)
    department = administering.open_department(obligee, department)
    if department.officers.exists():
        raise NotEmpty
    department.closed_at, department.closed_by, department.takes_notices = timezone.now(), by.user, False
    department.save(update_fields=["closed_at", "closed_by", "takes_notices"])
    administering.record(Act.CLOSE_DEPARTMENT, obligee, by.user, about=department.name)
    return department


@transaction.atomic
def write_rule(*, obligee: Obligee, product: Product, rule: dict[str, Any], by: Officer) -> HandInRule:
    """Contractors read this rule (channel, address, subject, is_print_accepted, other_papers) in place of the surety's record."""
    obligee = administering.locked(obligee, by)
    return _write(Act.WRITE_RULE, obligee, product, by, **rule)


@transaction.atomic
def revert_rule(*, obligee: Obligee, product: Product, by: Officer) -> HandInRule:
    """Contractors read the surety's record of the product again. Raises NotInCharge, NotSoNow."""
    obligee = administering.locked(obligee, by)
    if not obligee.hand_in_rules.standing().filter(product=product).exists():
        raise NotSoNow
    return _write(Act.REVERT_RULE, obligee, product, by, gives_way=True)


@transaction.atomic
def change_phrase(*, obligee: Obligee, phrase: str, by: Officer) -> Obligee:
    """The phrase stands on the organisation's pages after sign-in; empty: none. The log does not repeat it."""
    obligee = administering.locked(obligee, by)
    obligee.phrase = phrase
    obligee.save(update_fields=["phrase"])
    administering.record(Act.PHRASE, obligee, by.user)
    return obligee


def _write(act: Act, obligee: Obligee, product: Product, by: Officer, **rule: Any) -> HandInRule:
    row = HandInRule.objects.create(
        obligee=obligee, product=product, written_at=timezone.now(), written_by=by.user, **rule
    )
    administering.record(act, obligee, by.user, about=Product(product).label)
    return row


def _save(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError:
        raise NameTaken from None


def _shown(department: Department) -> dict[str, str]:
    """What the log tells of a section."""
    return {
        "name": department.name,
        "notice_email": department.notice_email,
        "takes_notices": "受け取る" if department.takes_notices else "受け取らない",
    }
