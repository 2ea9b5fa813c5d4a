"""Webhooks are told of their organisation's events, one after the other, by the queue's worker.

Source: issue 5, point 13. At least once, in the order of cursors; ten tries in a day, then the webhook is stopped and its
administrators get a mail. The body names number, event and cursor, and nothing that is anybody's secret.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from dsure import announcing
from dsure.models import Delivery, Event, Officer, Webhook
from netdesk import mailing, outgoing, vaults

# After each failed try but the tenth: 23 hours 51 minutes in all.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 360, 600)]
MOST_TRIES = len(WAITS) + 1
MOST_AT_ONCE = 100
RULES: outgoing.Rules | None = None  # tests put a server of their own in here


@app.task(name="dsure.tell", queue=announcing.QUEUE)
def tell(*, webhook_id: int) -> None:
    """The webhook was told all that it had not been told, or it waits for its next try."""
    for _ in range(MOST_AT_ONCE):
        delivery = _next(webhook_id)
        if delivery is None or not _try(delivery):
            return
    announcing.defer(webhook_id)


@app.task(name="dsure.tell_test", queue=announcing.QUEUE)
def tell_test(*, delivery_id: int) -> None:
    """The test message was sent once, however that went."""
    delivery = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    if delivery.tries == 0:
        _save(delivery, _send(delivery))


@app.periodic(cron="* * * * *")
@app.task(name="dsure.tell_waiting", queue=announcing.QUEUE, queueing_lock="dsure.tell_waiting")
def tell_waiting(timestamp: int) -> None:
    """The webhooks whose wait is over are tried again."""
    due = Webhook.objects.filter(stopped_at=None, waits_until__lte=timezone.now())
    for webhook_id in due.values_list("pk", flat=True):
        announcing.defer(webhook_id)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over time stamp, dot and body, in hexadecimal: what a receiver computes to know that it was us."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def body_of(delivery: Delivery) -> bytes:
    """What is sent: number, event and cursor."""
    event = delivery.event
    said = (
        {"event": event.kind, "number": event.deposit.number, "cursor": event.cursor}
        if event
        else {"event": "test", "number": None, "cursor": delivery.webhook.told_cursor}
    )
    return json.dumps(said, separators=(",", ":")).encode()


def _next(webhook_id: int) -> Delivery | None:
    """The delivery of the first event that the webhook has not been told, or none while there is nothing or it waits."""
    webhook = Webhook.objects.filter(pk=webhook_id, stopped_at=None).first()
    if webhook is None or (webhook.waits_until and webhook.waits_until > timezone.now()):
        return None
    untold = Event.objects.filter(obligee=webhook.obligee_id, cursor__gt=webhook.told_cursor)
    event = untold.select_related("deposit").order_by("cursor").first()
    if event is None:
        return None
    delivery, _ = Delivery.objects.get_or_create(webhook=webhook, event=event)
    delivery.webhook, delivery.event = webhook, event
    return delivery


def _send(delivery: Delivery) -> outgoing.Failed | outgoing.Refused | None:
    """Why the delivery was not taken, or nothing. No lock and no transaction is held meanwhile."""
    webhook, body = delivery.webhook, body_of(delivery)
    secret = vaults.take_out(bytes(webhook.secret), keys=settings.WEBHOOK_KEYS, bound_to=str(webhook.public_id))
    timestamp = str(int(timezone.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "D-Sure-Webhook/1",
        "D-Sure-Delivery": str(delivery.public_id),
        "D-Sure-Timestamp": timestamp,
        "D-Sure-Signature": f"v1={signature(secret, timestamp, body)}",
    }
    try:
        delivery.status = outgoing.post(webhook.url, body, headers, RULES)
    except outgoing.Failed as failure:
        delivery.status = failure.status
        return failure
    except outgoing.Refused as refusal:
        delivery.status = None
        return refusal
    return None


def _save(delivery: Delivery, failure: Exception | None) -> datetime:
    """The try stands on the delivery's row."""
    now = timezone.now()
    delivery.tries += 1
    delivery.tried_at, delivery.reason = now, str(failure or "")[:100]
    delivery.taken_at = None if failure else now
    delivery.save(update_fields=["tries", "tried_at", "status", "reason", "taken_at"])
    return now


def _try(delivery: Delivery) -> bool:
    """Send once and write down how it went; whether the next event may follow."""
    assert delivery.event is not None  # noqa: S101 (tests go another way)
    failure = _send(delivery)
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=delivery.webhook_id)
        now = _save(delivery, failure)
        if failure is None:
            webhook.told_cursor, webhook.tries, webhook.waits_until = delivery.event.cursor, 0, None
        else:
            webhook.tries += 1
            webhook.waits_until = now + WAITS[min(webhook.tries, len(WAITS)) - 1]
        webhook.save(update_fields=["told_cursor", "tries", "waits_until"])
        if webhook.tries >= MOST_TRIES and webhook.stopped_at is None:
            _give_up(webhook, now)
    return failure is None


def _give_up(webhook: Webhook, now: datetime) -> None:
    """The webhook is stopped, and the organisation's administrators are told by mail."""
    webhook.stopped_at, webhook.waits_until = now, None
    webhook.save(update_fields=["stopped_at", "waits_until"])
    administrators = Officer.objects.filter(obligee=webhook.obligee_id, is_administrator=True, user__is_active=True)
    for officer in administrators.select_related("user", "obligee").exclude(user__email=""):
        body = render_to_string("mails/webhook_stopped.txt", {"officer": officer, "webhook": webhook})
        mailing.queue(to=officer.user.email, subject="【D-Sure】Webhookを停止しました", body=body)
