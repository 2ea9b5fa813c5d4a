"""受領, 返戻 and 取消し by another system: once, however often it is sent."""

from django.db import transaction

from dsure import acknowledging
from dsure.models import Acknowledgement, Client, Deposit

Kind = Acknowledgement.Kind


@transaction.atomic
def answer(client: Client, number: str, version: int, kind: str, reason: str) -> Acknowledgement:
    """The row that says this of the version: the newest one, if it says the same already, or a new one.

    The guarantee's head is locked first, so that two sendings at once make one row. Raises Deposit.DoesNotExist, or an
    acknowledging.CannotAnswer.
    """
    register = Deposit.objects.in_register_of(client.obligee).select_for_update(of=("self",))
    deposit = register.get(number=number)
    newest = (
        Acknowledgement.objects.filter(certificate__deposit=deposit, certificate__version=version)
        .order_by("-pk")
        .first()
    )
    if newest and (newest.kind, newest.reason) == (kind, reason):
        return newest
    asked = {"by": client, "public_id": deposit.public_id, "version": version}
    if kind == Kind.RECEIVED:
        return acknowledging.acknowledge(**asked)
    act = acknowledging.send_back if kind == Kind.RETURNED else acknowledging.withdraw
    return act(**asked, reason=reason)
