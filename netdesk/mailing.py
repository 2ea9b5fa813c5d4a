"""Mails leave from a queue in PostgreSQL after commit: a row, a job that carries its id, at least once. No key is ever in a mail."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from netdesk.models import Mail

DOMAIN = "example.jp"
RETRY = RetryStrategy(max_attempts=10, exponential_wait=3)


def queue(*, to: str, subject: str, body: str, sent_for: str = "") -> Mail:
    """Put a mail into the outbox, inside the caller's transaction: it leaves after commit, or never.

    `sent_for` names those who may see whether it arrived, by a key of their own (`surety/34`).
    """
    mail = Mail.objects.create(to=to, subject=subject, body=body, message_id=_new_message_id(), sent_for=sent_for)
    send.defer(mail_id=mail.pk)
    return mail


def queue_all(*, to: Iterable[str], subject: str, bodies: Iterable[str]) -> None:
    """Put a mail for each address into the outbox, inside the caller's transaction: two statements for any number of them."""
    mails = Mail.objects.bulk_create(
        Mail(to=address, subject=subject, body=body, message_id=_new_message_id())
        for address, body in zip(to, bodies, strict=True)
    )
    jobs: list[dict[str, Any]] = [{"mail_id": mail.pk} for mail in mails]
    if jobs:
        send.batch_defer(*jobs)


def _new_message_id() -> str:
    return f"<{uuid.uuid4()}@{DOMAIN}>"


@app.task(name="netdesk.send", retry=RETRY)
def send(*, mail_id: int) -> None:
    """Hand one mail to the mail server. A failure is written on the row and tried again later, under the same Message-ID."""
    mail = Mail.objects.get(pk=mail_id)
    if mail.sent_at:
        return
    try:
        EmailMessage(mail.subject, mail.body, to=[mail.to], headers={"Message-ID": mail.message_id}).send()
    except Exception as error:
        Mail.objects.filter(pk=mail_id).update(
            failed_at=timezone.now(), reason=f"{type(error).__name__}: {error}"[:500]
        )
        raise
    Mail.objects.filter(pk=mail_id).update(sent_at=timezone.now(), failed_at=None, reason="")


def retry(mails: Iterable[Mail]) -> int:
    """Each of these mails is tried again now, unless it has left meanwhile. Returns how many."""
    waiting = [mail.pk for mail in mails if mail.sent_at is None]
    for mail_id in waiting:
        send.defer(mail_id=mail_id)
    return len(waiting)


@app.periodic(cron="*/5 * * * *")
@app.task(name="netdesk.retry_stalled", queueing_lock="netdesk.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Take up again the jobs of a worker that was killed: its heart has stopped beating."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
