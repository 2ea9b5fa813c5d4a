"""The statements of what a guarantee costs, and the money received."""

import uuid
from datetime import date, datetime, time
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.models.guarantees import Guarantee
from guarantees.models.parties import Contractor
from guarantees.models.requested import RequestedGuarantee
from guarantees.terms import StatementKind


class PremiumStatementQuerySet(models.QuerySet["PremiumStatement"]):
    """Statements as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(guarantee__contractor=contractor)

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


class Payment(models.Model):
    """A premium paid per case was received (保証料の入金). Append-only; whoever confirms it is not the one who issues."""

    requested = models.ForeignKey(
        RequestedGuarantee, models.PROTECT, related_name="payments", verbose_name="申込の保証"
    )
    paid_amount = models.PositiveBigIntegerField("入金額")
    paid_on = models.DateField("入金日")
    confirmed_at = models.DateTimeField("確認日時", default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="確認者")

    class Meta:
        verbose_name = verbose_name_plural = "保証料の入金"
        ordering = ["-confirmed_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(paid_amount__gt=0), name="payment_is_positive")]

    def __str__(self) -> str:
        return f"{self.requested} {self.paid_amount}"
