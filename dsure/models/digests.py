"""Who wants the monthly mail about what an organisation's guarantees need."""

from django.conf import settings
from django.db import models

from dsure.models.parties import Officer


class DigestWish(models.Model):
    """An officer who wants it (毎月のお知らせの希望); the row goes when they want it no more. `told_for`: the month of the last one."""

    officer = models.OneToOneField(Officer, models.PROTECT, related_name="digest_wish", verbose_name="職員")
    told_for = models.DateField("最後に知らせた月", null=True, blank=True)
    wished_at = models.DateTimeField("希望した日時")
    wished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="希望した人")

    class Meta:
        verbose_name = verbose_name_plural = "毎月のお知らせの希望"
        ordering = ["officer__obligee__code", "pk"]

    def __str__(self) -> str:
        return self.officer.user.full_name
