"""Addresses of organisations that are told of events (Webhook), and how telling them went."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsure.models.events import Event
from dsure.models.parties import Obligee

LONGEST_URL = 300


class Webhook(models.Model):
    """An address that is told of each event in turn (Webhook). `told_cursor` is the last event that it took."""

    public_id = models.UUIDField("公開ID", default=uuid.uuid4, unique=True, editable=False)
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="webhooks", verbose_name="発注者")
    url = models.CharField("送信先のURL", max_length=LONGEST_URL)
    secret = models.BinaryField("署名用の秘密（暗号文）")
    told_cursor = models.PositiveBigIntegerField("送信済みの通知番号", default=0)
    tries = models.PositiveSmallIntegerField("続けて失敗した回数", default=0)
    waits_until = models.DateTimeField("次の送信", null=True, blank=True)
    made_at = models.DateTimeField("登録日時")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した人")
    stopped_at = models.DateTimeField("停止日時", null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停止した人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "Webhook"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="dsure_webhook_is_https"),
            models.CheckConstraint(  # stopped by nobody: by the machine, after a day of failures
                condition=Q(stopped_at__isnull=False) | Q(stopped_by=None), name="dsure_webhook_is_stopped_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event on its way to a webhook, or a test of it (送信). A row from the first try on; later tries write into it."""

    public_id = models.UUIDField("送信ID", default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries", verbose_name="Webhook")
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="変更通知"
    )
    tries = models.PositiveSmallIntegerField("送信した回数", default=0)
    tried_at = models.DateTimeField("最後に送信した日時", null=True, blank=True)
    status = models.PositiveSmallIntegerField("応答", null=True, blank=True)
    reason = models.CharField("失敗の理由", max_length=100, blank=True)
    taken_at = models.DateTimeField("受け取られた日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "Webhookの送信"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="dsure_delivery_is_one_an_event"),
        ]
        indexes = [models.Index(fields=["webhook", "-id"], name="dsure_delivery_newest_first")]

    def __str__(self) -> str:
        return str(self.event or "テスト送信")
