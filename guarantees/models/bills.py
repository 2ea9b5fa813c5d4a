"""The monthly collective bills (一括納付)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from guarantees.models.parties import Branch, Contractor, StaffMember
from guarantees.models.premiums import PremiumStatement


class BillQuerySet(models.QuerySet["Bill"]):
    """Bills as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        """Those of this person's branch; the head office sees every branch."""
        return self if staff.branch_id is None else self.filter(branch=staff.branch_id)


class Bill(models.Model):
    """What a contractor owes for one month's guarantees paid collectively (保証料請求書): frozen facts and bytes. Append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="bills", verbose_name="契約者")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="bills", verbose_name="取扱箇所")
    month = models.DateField("対象月", help_text="その月の1日")
    charged_amount = models.PositiveBigIntegerField("保証料の合計")
    refunded_amount = models.PositiveBigIntegerField("返還する保証料の合計")
    due_on = models.DateField("お支払い期限")
    facts = models.JSONField("内容")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作成者")

    objects = BillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証料請求書"
        ordering = ["-month", "contractor", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contractor", "month"], name="bill_is_once_per_contractor_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="bill_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.contractor}"

    @property
    def number(self) -> str:
        """請求番号: the month and the contractor's own number, so that none is given twice."""
        return f"{self.month:%Y%m}-{self.contractor.code}"

    @property
    def due_amount(self) -> int:
        """What is to be paid, in yen; 0 where more is paid back than charged."""
        return max(self.charged_amount - self.refunded_amount, 0)

    @property
    def surplus_amount(self) -> int:
        """What is to be paid back, in yen."""
        return max(self.refunded_amount - self.charged_amount, 0)


class BillLine(models.Model):
    """One statement stands on one bill, and on no other (請求明細). Append-only."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="lines", verbose_name="請求書")
    statement = models.OneToOneField(
        PremiumStatement, models.PROTECT, related_name="bill_line", verbose_name="保証料計算書"
    )

    class Meta:
        verbose_name = verbose_name_plural = "請求明細"
        ordering = ["bill", "pk"]

    def __str__(self) -> str:
        return f"{self.bill} {self.statement}"
