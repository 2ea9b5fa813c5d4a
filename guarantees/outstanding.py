"""What the surety already answers for: a contractor's record."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from guarantees.models import Certificate, Contractor, Guarantee, RequestedGuarantee
from guarantees.terms import ApplicationStatus, GuaranteeState, Product, Status

OPEN = (Status.RECEIVED, Status.UNDER_REVIEW, Status.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A contractor's guarantees in numbers; the amount in yen. A reservation is a promise and is counted apart."""

    in_force: int
    amount: int
    reserved: int
    ended: int
    declined: int
    at_surety: int


def record(contractor: Contractor) -> Record:
    """What is in force today, what is over, and what was declined or is at the surety. Three queries."""
    standing = Certificate.objects.in_force().filter(
        guarantee_ends_on__gte=timezone.localdate(),
        guarantee__contractor=contractor,
        guarantee__state=GuaranteeState.IN_FORCE,
    )
    amount = Cast(KeyTextTransform("guaranteed_amount", "facts"), BigIntegerField())
    is_promise = Q(guarantee__product=Product.RESERVATION)
    now = standing.aggregate(
        in_force=Count("pk", filter=~is_promise),
        amount=Sum(amount, filter=~is_promise, default=0),
        reserved=Count("pk", filter=is_promise),
    )
    is_sent = Q(application__status=ApplicationStatus.SUBMITTED)
    asked = RequestedGuarantee.objects.filter(contractor=contractor).exclude(status=Status.ISSUED)
    others = asked.aggregate(
        declined=Count("pk", filter=Q(status=Status.DECLINED)),
        at_surety=Count("pk", filter=is_sent & Q(status__in=OPEN)),
    )
    every = Guarantee.objects.of_contractor(contractor).count()
    return Record(**now, **others, ended=every - now["in_force"] - now["reserved"])
