"""Who did what when: one chain of events, each with the hash of the one before it."""

from django.conf import settings
from django.db import models

from guarantees.models.applications import Application
from guarantees.models.guarantees import Guarantee
from guarantees.terms import Act, Product


class ChainHead(models.Model):
    """The end of the chain of events: one row, locked by whoever appends (made on first use)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_sequence = models.PositiveBigIntegerField("最後の通番", default=0)
    last_sha256 = models.CharField("最後のSHA-256", max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "記録の先頭"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="chain_head_is_one_row")]

    def __str__(self) -> str:
        return str(self.last_sequence)


class Event(models.Model):
    """One act on an application or guarantee (履歴). Append-only; order comes from the sequence, never from the time."""

    sequence = models.PositiveBigIntegerField("通番", primary_key=True)
    happened_at = models.DateTimeField("日時")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="行った者")
    act = models.CharField("行為", max_length=30, choices=Act)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="events", verbose_name="保証申込"
    )
    product = models.CharField("商品", max_length=12, choices=Product, blank=True)
    guarantee = models.ForeignKey(Guarantee, models.PROTECT, null=True, related_name="events", verbose_name="保証契約")
    revision = models.PositiveIntegerField("版", null=True)
    details = models.JSONField("内容", default=dict)
    previous_sha256 = models.CharField("前のSHA-256", max_length=64)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "履歴"
        ordering = ["sequence"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False) | models.Q(guarantee__isnull=False),
                name="event_is_about_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.act}"
