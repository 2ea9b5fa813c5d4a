"""What an organisation's administrator does to connect other systems: tokens of the API, and webhooks.

Source: issue 5, point 13. Both secrets are shown once, by the page that answers the act.
"""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dsure import administering, announcing
from dsure.administering import NotDone
from dsure.models import Act, Client, Delivery, Feed, Officer, Webhook
from dsure.models.clients import make_token, sha256_of_token
from netdesk import vaults

MOST_TOKENS, MOST_WEBHOOKS = 20, 5
SHOWN_ALREADY = "すでに受け付けています。一度だけ表示される値を控えられなかったときは、それを失効または停止して、新しく作成してください。"


class TooMany(NotDone):
    """The organisation has as many as it may have."""


class AlreadySo(NotDone):
    """Somebody did it already."""

    sentence = "すでにその状態になっています。最新の状況を確認してください。"


@transaction.atomic
def make(*, name: str, scopes: list[str], ends_on, by: Officer) -> tuple[Client, str]:
    """A token for a system of the administrator's organisation, and its text, which nothing here knows afterwards.

    Raises NotInCharge, TooMany.
    """
    obligee = administering.locked(by.obligee, by)
    if Client.objects.living().filter(obligee=obligee).count() >= MOST_TOKENS:
        raise TooMany(f"有効なトークンは{MOST_TOKENS}件までです。使っていないものを失効させてから発行してください。")
    token, prefix = make_token()
    client = Client.objects.create(
        obligee=obligee,
        name=name,
        prefix=prefix,
        token_sha256=sha256_of_token(token),
        scopes=sorted(scopes),
        ends_on=ends_on,
        made_at=timezone.now(),
        made_by=by.user,
    )
    details = {"prefix": prefix, "scopes": "、".join(client.scope_labels)}
    administering.record(Act.MAKE_TOKEN, obligee, by.user, about=name, details=details)
    return client, token


@transaction.atomic
def revoke(*, client: Client, by: Officer) -> Client:
    """The token opens nothing from now on. Raises NotInCharge, AlreadySo."""
    obligee = administering.locked(by.obligee, by)
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk, obligee=obligee)
    if client.revoked_at:
        raise AlreadySo
    client.revoked_at, client.revoked_by = timezone.now(), by.user
    client.save(update_fields=["revoked_at", "revoked_by"])
    administering.record(Act.REVOKE_TOKEN, obligee, by.user, about=client.name, details={"prefix": client.prefix})
    return client


@transaction.atomic
def add(*, url: str, by: Officer) -> tuple[Webhook, str]:
    """The address is told of every event from now on; the text of its secret is given once. Raises NotInCharge, TooMany."""
    obligee = administering.locked(by.obligee, by)
    if Webhook.objects.filter(obligee=obligee).count() >= MOST_WEBHOOKS:
        raise TooMany(f"Webhookは{MOST_WEBHOOKS}件まで登録できます。")
    feed = Feed.objects.select_for_update().filter(obligee=obligee).first()
    secret = f"dswh_{secrets.token_urlsafe(32)}"
    webhook = Webhook(obligee=obligee, url=url, told_cursor=feed.last_cursor if feed else 0)
    webhook.secret = vaults.lock_away(secret, keys=settings.WEBHOOK_KEYS, bound_to=str(webhook.public_id))
    webhook.made_at, webhook.made_by = timezone.now(), by.user
    webhook.save(force_insert=True)
    administering.record(Act.ADD_WEBHOOK, obligee, by.user, about="Webhook", details={"url": url})
    return webhook, secret


@transaction.atomic
def stop(*, webhook: Webhook, by: Officer) -> Webhook:
    """Nothing more is sent until somebody resumes it. Raises NotInCharge, AlreadySo."""
    webhook = _locked_webhook(webhook, by)
    if webhook.stopped_at:
        raise AlreadySo
    webhook.stopped_at, webhook.stopped_by = timezone.now(), by.user
    webhook.save(update_fields=["stopped_at", "stopped_by"])
    administering.record(Act.STOP_WEBHOOK, webhook.obligee, by.user, about="Webhook", details={"url": webhook.url})
    return webhook


@transaction.atomic
def resume(*, webhook: Webhook, by: Officer) -> Webhook:
    """It is told what it has not been told, in order, and so on. Raises NotInCharge, AlreadySo."""
    webhook = _locked_webhook(webhook, by)
    if webhook.stopped_at is None:
        raise AlreadySo
    webhook.stopped_at = webhook.stopped_by = webhook.waits_until = None
    webhook.tries = 0
    webhook.save(update_fields=["stopped_at", "stopped_by", "waits_until", "tries"])
    administering.record(Act.RESUME_WEBHOOK, webhook.obligee, by.user, about="Webhook", details={"url": webhook.url})
    announcing.defer(webhook.pk)
    return webhook


@transaction.atomic
def test(*, webhook: Webhook, by: Officer) -> Delivery:
    """A test message is on its way, once, even while the webhook is stopped. Raises NotInCharge."""
    webhook = _locked_webhook(webhook, by)
    delivery = Delivery.objects.create(webhook=webhook)
    announcing.defer_test(delivery.pk)
    return delivery


def _locked_webhook(webhook: Webhook, by: Officer) -> Webhook:
    obligee = administering.locked(by.obligee, by)
    return Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk, obligee=obligee)
