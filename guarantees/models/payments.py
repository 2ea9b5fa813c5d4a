"""The money: into which account, what was received, and what was paid back."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from guarantees.models.bills import Bill
from guarantees.models.endorsements import Endorsement
from guarantees.models.parties import Branch, StaffMember
from guarantees.models.requested import RequestedGuarantee
from guarantees.terms import OPEN_ENDORSEMENTS

NOTHING = Value(0, output_field=models.BigIntegerField())


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    """Accounts, by the day from which they are told."""

    def in_force(self, on: date) -> Self:
        """Of each branch, the account of this day."""
        return self.filter(starts_on__lte=on).order_by("branch_id", "-starts_on").distinct("branch_id")


class BankAccount(models.Model):
    """Into which account a branch's premiums are paid, from a day on (振込先); one that has begun is read only."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="bank_accounts", verbose_name="支店")
    starts_on = models.DateField("適用開始日")
    bank_name = models.CharField("金融機関名", max_length=30)
    bank_branch = models.CharField("支店名", max_length=30)
    kind = models.CharField("預金種目", max_length=10, default="普通")
    number = models.CharField("口座番号", max_length=7)
    holder = models.CharField("口座名義（カナ）", max_length=60)
    pay_within_days = models.PositiveSmallIntegerField("お支払い期限（承認日からの営業日数・見本）", default=10)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "振込先"
        ordering = ["branch", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "starts_on"], name="bank_account_is_once_per_day"),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{7}$"), name="bank_account_has_seven_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.bank_branch} {self.kind} {self.number}"

    @property
    def has_begun(self) -> bool:
        """Is it, or was it, told to contractors? Then nobody changes it any more."""
        return self.starts_on <= timezone.localdate()


class OfABranch(models.QuerySet):
    """Money of guarantees and of bills, as the surety's people may see it."""

    def for_staff(self, staff: StaffMember) -> Self:
        """That of this person's branch; the head office sees every branch."""
        own = Q(requested__application__branch=staff.branch_id) | Q(bill__branch=staff.branch_id)
        return self if staff.branch_id is None else self.filter(own)


class Payment(models.Model):
    """A payment was received, and a person of the surety says so (保証料の入金). Append-only.

    Of a premium paid per case (and then perhaps for one change of it), or of a monthly bill. Whoever confirms it does not issue (trigger).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested = models.ForeignKey(
        RequestedGuarantee, models.PROTECT, null=True, related_name="payments", verbose_name="申込の保証"
    )
    endorsement = models.ForeignKey(
        Endorsement, models.PROTECT, null=True, related_name="payments", verbose_name="異動（追加保証料）"
    )
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="payments", verbose_name="請求書")
    paid_amount = models.PositiveBigIntegerField("入金額")
    paid_on = models.DateField("入金日")
    confirmed_at = models.DateTimeField("確認日時", default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="確認者")

    objects = OfABranch.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証料の入金"
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(paid_amount__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(requested__isnull=False, bill__isnull=True)
                | Q(requested__isnull=True, endorsement__isnull=True, bill__isnull=False),
                name="payment_is_of_a_guarantee_or_a_bill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill or self.requested} {self.paid_amount}"


class Repayment(models.Model):
    """What was received above what is owed was paid back (保証料の返金). Append-only."""

    requested = models.ForeignKey(
        RequestedGuarantee, models.PROTECT, null=True, related_name="repayments", verbose_name="申込の保証"
    )
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="repayments", verbose_name="請求書")
    repaid_amount = models.PositiveBigIntegerField("返金額")
    repaid_on = models.DateField("返金日")
    reason = models.CharField("返金の事由", max_length=60)
    recorded_at = models.DateTimeField("記録日時", default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記録者")

    objects = OfABranch.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証料の返金"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(repaid_amount__gt=0), name="repayment_is_positive"),
            models.CheckConstraint(
                condition=Q(requested__isnull=False) ^ Q(bill__isnull=False),
                name="repayment_is_of_a_guarantee_or_a_bill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill or self.requested} -{self.repaid_amount}"


def received(requested: str = "pk") -> models.Expression:
    """What was received for a requested guarantee and not paid back, in yen. What came for a change still open is kept for it."""
    is_open = Q(endorsement__status__in=OPEN_ENDORSEMENTS)
    paid = Payment.objects.filter(requested=OuterRef(requested)).exclude(is_open)
    repaid = Repayment.objects.filter(requested=OuterRef(requested))
    return _sum(paid, "requested", "paid_amount") - _sum(repaid, "requested", "repaid_amount")


def _sum(rows: models.QuerySet, by: str, amount: str) -> models.Expression:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(total=Sum(amount)).values("total")), NOTHING)
