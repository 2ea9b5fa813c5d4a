"""What reviewers write for one another."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from guarantees.models.applications import Application


class ReviewNote(models.Model):
    """A note of the branch on an application (審査メモ): never shown to the contractor. Append-only."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="notes", verbose_name="保証申込")
    text = models.TextField("メモ", max_length=1000)
    written_at = models.DateTimeField("記入日時", default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記入者")

    class Meta:
        verbose_name = verbose_name_plural = "審査メモ"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.application.receipt_number} {self.written_at:%Y-%m-%d %H:%M}"
