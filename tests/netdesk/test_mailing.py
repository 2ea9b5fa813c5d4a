"""The outbox: a row and a job in one transaction, out once, a failure said on the row."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as mails
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from netdesk import mailing
from netdesk.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    """No frozen clock here: the queue is kept by PostgreSQL's own."""


MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_queue(db):
    """The tests' flush does not reach the queue's tables: what races of other tests committed is still there."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def no_server(settings):
    """A mail server that nobody runs: this machine refuses the connection."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def queued() -> Mail:
    return mailing.queue(to="soumu@example.jp", subject="電子保証（認証キー）発行完了のお知らせ", body="本文\n")


def test_queue_keeps_the_mail_and_a_job_that_carries_its_id_alone():
    with time_machine.travel(MORNING, tick=False):
        mail = queued()

    job = ProcrastinateJob.objects.get()
    kept = Mail.objects.values().get()
    assert kept == {
        "id": mail.pk,
        "message_id": mail.message_id,
        "to": "soumu@example.jp",
        "subject": "電子保証（認証キー）発行完了のお知らせ",
        "body": "本文\n",
        "queued_at": MORNING,
        "sent_at": None,
        "failed_at": None,
        "sent_for": "",
        "reason": "",
    }
    assert (job.task_name, job.args, job.status) == ("netdesk.send", {"mail_id": mail.pk}, "todo")
    assert uuid.UUID(mail.message_id.removeprefix("<").removesuffix("@example.jp>")).version == 4


def test_queue_rolled_back_leaves_neither_mail_nor_job():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queued()
        raise ZeroDivisionError
    assert (Mail.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_queue_sends_nothing_by_itself():
    queued()
    assert mails.outbox == []


def test_send_hands_the_mail_over_as_queued_and_notes_the_time():
    mail = queued()
    with time_machine.travel(MORNING, tick=False):
        mailing.send(mail_id=mail.pk)

    (sent,) = mails.outbox
    assert (sent.to, sent.from_email, sent.subject, sent.body) == (
        ["soumu@example.jp"],
        "netdesk@example.jp",
        "電子保証（認証キー）発行完了のお知らせ",
        "本文\n",
    )
    assert sent.message()["Message-ID"] == mail.message_id
    mail.refresh_from_db()
    assert (mail.sent_at, mail.failed_at, mail.reason) == (MORNING, None, "")


def test_send_a_second_time_hands_over_nothing():
    mail = queued()
    for _ in range(2):
        mailing.send(mail_id=mail.pk)
    assert len(mails.outbox) == 1


@pytest.mark.usefixtures("no_server")
def test_send_that_fails_says_why_on_the_row_and_fails_the_job():
    mail = queued()
    with time_machine.travel(MORNING, tick=False), pytest.raises(ConnectionRefusedError):
        mailing.send(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.failed_at, mail.reason) == (
        None,
        MORNING,
        "ConnectionRefusedError: [Errno 111] Connection refused",
    )


def test_send_after_a_failure_goes_out_under_the_same_message_id_and_forgets_the_failure(no_server, settings):
    mail = queued()
    with pytest.raises(ConnectionRefusedError):
        mailing.send(mail_id=mail.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailing.send(mail_id=mail.pk)

    mail.refresh_from_db()
    assert (mail.sent_at is None, mail.failed_at, mail.reason) == (False, None, "")
    assert [sent.message()["Message-ID"] for sent in mails.outbox] == [mail.message_id]


def test_send_of_a_mail_that_is_gone_is_an_error_for_the_job():
    with pytest.raises(Mail.DoesNotExist):
        mailing.send(mail_id=0)


def test_send_is_tried_ten_times_with_growing_waits():
    retry = mailing.send.retry_strategy
    assert (retry.max_attempts, retry.exponential_wait) == (10, 3)


def test_a_mail_is_never_both_sent_and_failed():
    mail = queued()
    with pytest.raises(IntegrityError, match="mail_is_sent_or_failed_not_both"), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(sent_at=MORNING, failed_at=MORNING)


def work_off_the_queue() -> None:
    """A worker that takes the jobs that are due and stops."""

    async def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            async with worker.open_async():
                await worker.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_what_was_committed_and_nothing_that_was_rolled_back():
    mail = queued()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queued()
        raise ZeroDivisionError

    work_off_the_queue()

    assert [sent.message()["Message-ID"] for sent in mails.outbox] == [mail.message_id]
    assert [job.status for job in ProcrastinateJob.objects.filter(task_name="netdesk.send")] == ["succeeded"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_server")
def test_a_worker_leaves_a_mail_that_failed_for_later():
    queued()
    work_off_the_queue()

    job, now = ProcrastinateJob.objects.get(task_name="netdesk.send"), timezone.now()
    assert (job.status, job.attempts) == ("todo", 1)
    assert now < job.scheduled_at < now + timedelta(seconds=10)


def test_queue_all_takes_the_same_statements_for_any_number(django_assert_num_queries):
    for number in (1, 3):
        people = [f"{number}-{one}@example.jp" for one in range(number)]
        with django_assert_num_queries(2):
            mailing.queue_all(to=people, subject="お知らせ", bodies=people)
    mails = Mail.objects.order_by("pk")
    assert [(mail.to, mail.body) for mail in mails] == [(mail.to, mail.to) for mail in mails]
    assert [job.args for job in ProcrastinateJob.objects.order_by("id")] == [{"mail_id": mail.pk} for mail in mails]
    with django_assert_num_queries(0):
        mailing.queue_all(to=[], subject="お知らせ", bodies=[])
