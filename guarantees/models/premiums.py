"""The statements of what a guarantee costs, and of what is paid back."""

import uuid
from datetime import date, datetime, time
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.models.endorsements import Endorsement
from guarantees.models.guarantees import Guarantee
from guarantees.models.parties import Contractor, StaffMember
from guarantees.terms import REFUNDS, PremiumPayment, StatementKind


class PremiumStatementQuerySet(models.QuerySet["PremiumStatement"]):
    """Statements as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(guarantee__contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        return self if staff.branch_id is None else self.filter(guarantee__branch=staff.branch_id)

    def to_bill(self, before: datetime) -> Self:
        """Of guarantees paid monthly, made before this moment and on no bill yet."""
        monthly = Q(guarantee__requested__premium_payment=PremiumPayment.MONTHLY)
        return self.filter(monthly, made_at__lt=before, bill_line__isnull=True)

    def made_between(self, first: date | None, last: date | None) -> Self:
        """Made on these days in JST, both included; an end that is missing is open."""
        rows = self
        if first:
            rows = rows.filter(made_at__gte=timezone.make_aware(datetime.combine(first, time.min)))
        if last:
            rows = rows.filter(made_at__lte=timezone.make_aware(datetime.combine(last, time.max)))
        return rows


class PremiumStatement(models.Model):
    """What a guarantee costs, or what is paid back, as told to the contractor (保証料計算書): frozen facts and bytes. Append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="statements", verbose_name="保証契約")
    endorsement = models.ForeignKey(
        Endorsement, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name="異動"
    )
    kind = models.CharField("種類", max_length=14, choices=StatementKind)
    total_amount = models.PositiveBigIntegerField("金額")
    facts = models.JSONField("内容")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作成者")

    objects = PremiumStatementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証料計算書"
        ordering = ["-made_at", "-pk"]
        constraints = [known("kind", StatementKind, "statement")]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.get_kind_display()}"

    @property
    def signed_amount(self) -> int:
        """What it adds to what the contractor owes, in yen; a refund is less than nothing."""
        return -self.total_amount if self.kind in REFUNDS else self.total_amount


SIGNED = Case(
    When(kind__in=REFUNDS, then=-F("total_amount")), default=F("total_amount"), output_field=models.BigIntegerField()
)


def charged(guarantee: Guarantee) -> int:
    """What all statements of a guarantee come to, in yen."""
    return guarantee.statements.order_by().aggregate(total=Sum(SIGNED))["total"] or 0
