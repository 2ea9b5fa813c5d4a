"""Money received for premiums."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from guarantees.models.requested import RequestedGuarantee


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
