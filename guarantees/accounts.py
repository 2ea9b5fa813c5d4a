"""What a premium paid per case owes and what came of it: the one reading of it, for the stages and for every page.

A requested guarantee has one account, from its approval to the end of the guarantee; a change that is asked for on it has one
of its own until it is carried out (docs/decisions/0007).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from guarantees import quoting
from guarantees.models import BankAccount, Endorsement, RequestedGuarantee
from guarantees.models.payments import received
from guarantees.models.premiums import charged
from guarantees.terms import GIVEN_UP, PremiumPayment, Status
from netdesk.business_days import is_business_day, next_business_day


@dataclass(frozen=True)
class Account:
    """In yen. `due` is None while no premium is agreed: received, under review, sent back, returned."""

    due: int | None
    received: int

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return max((self.due or 0) - self.received, 0)

    @property
    def surplus(self) -> int:
        """What is to be paid back; nothing while the premium is not agreed."""
        return 0 if self.due is None else max(self.received - self.due, 0)


def of(requested: RequestedGuarantee) -> Account:
    """The account of a requested guarantee (its application at hand), read now: in a stage, on the locked row."""
    rows = RequestedGuarantee.objects.filter(pk=requested.pk)
    so_far = charged(requested.guarantee) if requested.guarantee else 0
    return Account(due_of(requested, so_far), rows.values_list(received(), flat=True).get())


def due_of(requested: RequestedGuarantee, charged_amount: int) -> int | None:
    """What a requested guarantee paid per case owes; `charged_amount` is what its statements come to, once it is issued."""
    is_given_up = requested.application.status in GIVEN_UP or requested.status == Status.DECLINED
    if is_given_up or requested.premium_payment == PremiumPayment.MONTHLY:
        return 0
    return charged_amount if requested.status == Status.ISSUED else requested.premium_amount


def of_endorsement(endorsement: Endorsement) -> Account:
    """The account of an open change, read now."""
    paid = endorsement.payments.aggregate(total=Sum("paid_amount"))["total"] or 0
    return Account(extra_of(endorsement), paid)


def extra_of(endorsement: Endorsement) -> int:
    """What a change adds to a premium paid per case, in yen, by the rates that were agreed; nothing where it is billed monthly."""
    if endorsement.guarantee.requested.premium_payment == PremiumPayment.MONTHLY:
        return 0
    return max(difference_of(endorsement), 0)


def difference_of(endorsement: Endorsement) -> int:
    """What a change adds to the premium, in yen; less than nothing: what it pays back."""
    return quoting.difference_of(endorsement).amount


def paid_into(branch_id: int, *, on: date) -> BankAccount | None:
    """振込先 of a branch on this day; None where no account is known, and then the branch is asked."""
    return BankAccount.objects.in_force(on).filter(branch=branch_id).first()


def pay_by(account: BankAccount, requested_at) -> date:
    """お支払い期限: so many business days after the day on which the payment was asked for."""
    return days_later(timezone.localdate(requested_at), account.pay_within_days)


def days_later(day: date, count: int) -> date:
    """The day that is so many business days later."""
    for _ in range(count):
        day = next_business_day(day)
    return day


def last_business_day(month: date) -> date:
    """The last business day of the month after this one (its first day given): when a month's bill is due."""
    day = next_month(next_month(month)) - timedelta(days=1)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
