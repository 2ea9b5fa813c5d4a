"""A guarantee is handed to a section of its organisation (引渡し): 契約 to 工事担当, or back. Each act is a row; the newest stands."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dsure.models import Department, Deposit, Handover, Officer
from netdesk.acting import Refusal


class AlreadyThere(Refusal):
    """The section has it already."""

    sentence = "この保証契約は、すでにその部署に引き渡されています。"


@transaction.atomic
def hand_over(*, by: Officer, public_id: UUID, department: Department, note: str = "") -> Handover:
    """The guarantee is with this section of the officer's organisation.

    Raises Deposit.DoesNotExist outside the register, Department.DoesNotExist for a closed or another organisation's, AlreadyThere.
    """
    register = Deposit.objects.in_register_of(by.obligee)
    deposit = register.select_for_update(of=("self",)).get(public_id=public_id)
    section = by.obligee.departments.open().get(pk=department.pk)
    last = deposit.handovers.order_by("-pk").first()
    if last and last.department_id == section.pk:
        raise AlreadyThere
    return Handover.objects.create(
        obligee=by.obligee,
        deposit=deposit,
        department=section,
        note=note,
        handed_at=timezone.now(),
        handed_by=by.user,
        organisation=by.organisation,
    )
