"""What is awaited: premiums paid per case that have not come (保証料のご入金待ち), and money that is to be paid back."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from guarantees import accounts
from guarantees.models import (
    BankAccount,
    Branch,
    Contractor,
    Endorsement,
    PremiumStatement,
    RequestedGuarantee,
    StaffMember,
)
from guarantees.models.endorsements import EndorsementQuerySet
from guarantees.models.payments import NOTHING
from guarantees.models.premiums import SIGNED
from guarantees.models.requested import RequestedGuaranteeQuerySet
from guarantees.terms import GIVEN_UP, PRODUCT_SHORT, EndorsementStatus, PremiumPayment, Product, Status

PER_CASE = Q(premium_payment=PremiumPayment.PER_CASE)


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """One premium, or what a change adds to one, that has been asked for and has not come."""

    public_id: uuid.UUID
    is_extra: bool  # of a change; then `public_id` is that of the endorsement
    application_id: uuid.UUID
    receipt_number: str  # what the contractor puts before its name, so that the payment is known
    called: str  # 保証料, 予約手数料 or 追加保証料
    product: str
    number: str  # of the guarantee, where there is one already
    contractor_name: str
    work_name: str
    amount: int
    branch: Branch
    since: datetime
    into: BankAccount | None
    pay_by: date | None

    @property
    def is_late(self) -> bool:
        """Is the day over by which it was to be paid?"""
        return self.pay_by is not None and self.pay_by < timezone.localdate()

    @property
    def payer_name(self) -> str:
        """お振込名義, as the contractor is asked to give it."""
        return f"{self.receipt_number} {self.contractor_name}"


def of_branch(staff: StaffMember) -> list[Awaited]:
    """What this person's branch awaits, the longest first. As many queries for one as for many."""
    requested, endorsements = RequestedGuarantee.objects.for_staff(staff), Endorsement.objects.for_staff(staff)
    return _awaited(requested, endorsements)


def of_contractor(contractor: Contractor) -> list[Awaited]:
    """What the surety awaits of this contractor, the longest first."""
    own = RequestedGuarantee.objects.of_contractor(contractor)
    return _awaited(own, Endorsement.objects.of_contractor(contractor))


def _awaited(requested: RequestedGuaranteeQuerySet, endorsements: EndorsementQuerySet) -> list[Awaited]:
    told = {account.branch_id: account for account in BankAccount.objects.in_force(timezone.localdate())}
    rows = requested.at(Status.APPROVED).filter(PER_CASE).with_application()
    found = [_of_requested(one, told) for one in rows.filter(Q(received_amount__lt=F("premium_amount")))]
    found += [one for one in _of_endorsements(endorsements, told) if one.amount]
    return sorted(found, key=lambda one: (one.since, one.receipt_number))


def _of_requested(one: RequestedGuarantee, told: dict[int, BankAccount]) -> Awaited:
    application = one.application
    return Awaited(
        public_id=one.public_id,
        is_extra=False,
        application_id=application.public_id,
        receipt_number=application.receipt_number,
        called=one.charge_name,
        product=one.product_short,
        number="",
        contractor_name=application.contractor.name,
        work_name=application.work_name,
        amount=(one.premium_amount or 0) - one.received_amount,
        branch=application.branch,
        **_how(told.get(application.branch_id), one.approved_at),
    )


def _of_endorsements(rows: EndorsementQuerySet, told: dict[int, BankAccount]) -> Iterable[Awaited]:
    per_case = {"guarantee__requested__premium_payment": PremiumPayment.PER_CASE}
    own = rows.filter(status=EndorsementStatus.APPROVED, **per_case).with_guarantee()
    own = own.select_related("guarantee__requested__application", "guarantee__requested__rate_table")
    own = own.prefetch_related("guarantee__requested__rate_table__bands")
    for one in own.annotate(paid=Coalesce(Sum("payments__paid_amount"), NOTHING)):
        guarantee = one.guarantee
        yield Awaited(
            public_id=one.public_id,
            is_extra=True,
            application_id=guarantee.requested.application.public_id,
            receipt_number=one.receipt_number,
            called="追加保証料",
            product=PRODUCT_SHORT[Product(guarantee.product)],
            number=guarantee.number,
            contractor_name=guarantee.contractor.name,
            work_name=one.facts_before["work_name"],
            amount=accounts.Account(accounts.extra_of(one), one.paid).open,
            branch=guarantee.branch,
            **_how(told.get(guarantee.branch_id), one.approved_at),
        )


def _how(into: BankAccount | None, since: datetime | None) -> dict:
    return {"since": since, "into": into, "pay_by": accounts.pay_by(into, since) if into and since else None}


def to_repay(staff: StaffMember) -> list[RequestedGuarantee]:
    """Requested guarantees of this person's branch of which more was received than is owed, with `surplus_amount`; the oldest first."""
    statements = PremiumStatement.objects.filter(guarantee=OuterRef("guarantee")).order_by().values("guarantee")
    charged = Coalesce(Subquery(statements.annotate(total=Sum(SIGNED)).values("total")), NOTHING)
    rows = RequestedGuarantee.objects.for_staff(staff).with_application().filter(Q(received_amount__gt=0))
    owes_nothing = Q(application__status__in=GIVEN_UP) | Q(status=Status.DECLINED) | ~PER_CASE
    is_issued, is_approved = Q(status=Status.ISSUED), Q(status=Status.APPROVED)
    surplus = [
        rows.filter(owes_nothing).annotate(surplus_amount=F("received_amount")),
        rows.exclude(owes_nothing).filter(is_issued).annotate(surplus_amount=F("received_amount") - charged),
        rows.exclude(owes_nothing)
        .filter(is_approved)
        .annotate(surplus_amount=F("received_amount") - F("premium_amount")),
    ]
    found = [one for part in surplus for one in part.filter(surplus_amount__gt=0)]
    return sorted(found, key=lambda one: one.pk)
