"""What happened to the guarantees in an organisation's register, in the order of commit. Append-only."""

from django.db import models
from django.db.models import Q

from dsure.models.deposits import Deposit
from dsure.models.parties import Obligee


class Happened(models.TextChoices):
    """What an event tells of (変更通知の種類)."""

    REGISTERED = "registered", "保証証書一覧への登録"
    DEPOSITED = "deposited", "新しい版の発行"
    VOIDED = "voided", "版の取消し"
    REKEYED = "rekeyed", "認証キーの再発行"
    CLOSED = "closed", "解除・解約"
    ANSWERED = "answered", "依頼・請求への回答"


class Feed(models.Model):
    """The head of an organisation's events: the last cursor given. Its row lock makes the order of cursors that of commits."""

    obligee = models.OneToOneField(
        Obligee, models.PROTECT, primary_key=True, related_name="feed", verbose_name="発注者"
    )
    last_cursor = models.PositiveBigIntegerField("最後の通知番号")

    class Meta:
        verbose_name = verbose_name_plural = "変更通知の番号"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.last_cursor}"


class Event(models.Model):
    """One thing that happened to a registered guarantee (変更通知)."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="events", verbose_name="発注者")
    cursor = models.PositiveBigIntegerField("通知番号")
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="events", verbose_name="保証契約")
    kind = models.CharField("種類", max_length=10, choices=Happened)
    version = models.PositiveSmallIntegerField("版", null=True, blank=True)
    happened_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "変更通知"
        ordering = ["obligee", "cursor"]
        constraints = [
            models.UniqueConstraint(fields=["obligee", "cursor"], name="dsure_event_cursor_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=Happened.values), name="dsure_event_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["deposited", "voided"], version__isnull=False)
                | (~Q(kind__in=["deposited", "voided"]) & Q(version=None)),
                name="dsure_event_of_a_version_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.get_kind_display()}"
