"""What happens to a registered guarantee is told to its organisation: an event with the next cursor, and its webhooks.

The cursor's row lock is held until commit, so whoever has read up to a cursor never misses an event that commits later with a
lower one. What is not in the register is not told; its entry there is itself an event. Lock order: Deposit, then Feed.
"""

from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app

from dsure.models import Deposit, Event, Happened, RegisterEntry, Webhook

QUEUE = "dsure"  # worked off by D-Sure's own worker, which alone can open the webhooks' secrets
NEXT_CURSOR = """
INSERT INTO dsure_feed (obligee_id, last_cursor) VALUES (%s, 1)
ON CONFLICT (obligee_id) DO UPDATE SET last_cursor = dsure_feed.last_cursor + 1 RETURNING last_cursor
"""


def announce(deposit: Deposit, kind: Happened, *, at: datetime, version: int | None = None) -> None:
    """The event stands, if the guarantee is in its organisation's register; webhooks are told after commit.

    To be called inside the act's transaction, after its row and with the deposit locked or referred to.
    """
    if not RegisterEntry.objects.filter(deposit=deposit).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(NEXT_CURSOR, [deposit.obligee_id])
        (number,) = cursor.fetchone()
    Event.objects.create(
        obligee_id=deposit.obligee_id, cursor=number, deposit=deposit, kind=kind, version=version, happened_at=at
    )
    for webhook_id in Webhook.objects.filter(obligee=deposit.obligee_id, stopped_at=None).values_list("pk", flat=True):
        defer(webhook_id)


def defer(webhook_id: int) -> None:
    """A job tells this webhook what it has not been told; jobs of one webhook run one after the other."""
    job = app.configure_task("dsure.tell", queue=QUEUE, lock=f"webhook:{webhook_id}")
    job.defer(webhook_id=webhook_id)


def defer_test(delivery_id: int) -> None:
    """A job sends this test message, once."""
    app.configure_task("dsure.tell_test", queue=QUEUE).defer(delivery_id=delivery_id)
