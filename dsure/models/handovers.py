"""To which section of an organisation a guarantee was handed (引渡し). Append-only: the newest row stands."""

from django.conf import settings
from django.db import models

from dsure.models.deposits import Deposit
from dsure.models.parties import Department, Obligee


class Handover(models.Model):
    """A guarantee handed to a section, 契約 or 工事担当 (担当部署への引渡し). The organisation ties both ends by trigger."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="+", verbose_name="発注者")
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="handovers", verbose_name="保証契約")
    department = models.ForeignKey(Department, models.PROTECT, related_name="handovers", verbose_name="引渡し先")
    note = models.CharField("メモ", max_length=200, blank=True)
    handed_at = models.DateTimeField("引渡し日時")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="引き渡した人"
    )
    organisation = models.CharField("発注者と部署", max_length=130)

    class Meta:
        verbose_name = verbose_name_plural = "担当部署への引渡し"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.department.name}"
