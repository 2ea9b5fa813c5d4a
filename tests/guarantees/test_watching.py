"""The watch lists, each with its own rows of the own branch; and the mail that is tried again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dsure.models import Deposit, Failure, Request
from guarantees import watching
from guarantees.models import StaffMember
from guarantees.terms import Product
from netdesk import mailing
from netdesk.models import Mail
from tests import stories
from tests.pages import client_of, value_of, words

pytestmark = pytest.mark.django_db

JST = ZoneInfo("Asia/Tokyo")
EMPTY = "該当するものはありません。"


def on(month: int, day: int):
    return time_machine.travel(datetime(2026, month, day, 10, 0, tzinfo=JST), tick=True)


def look(person, tab: str, **asked) -> str:
    return words(client_of(person).get("/surety/watch/", {"tab": tab, **asked}))


def head_office(staff: StaffMember) -> StaffMember:
    staff.branch = None
    staff.save()
    return staff


@pytest.mark.parametrize("tab", watching.Watch.values)
def test_an_empty_list_says_so(reviewer, tab):
    assert EMPTY in look(reviewer, tab)


def test_unopened_after_so_many_business_days(contractor, reviewer, approver):
    with on(11, 13):  # a Friday: five business days ago
        stories.issued(contractor, reviewer, approver)
    with on(11, 16):
        stories.issued(contractor, reviewer, approver)
    said = look(reviewer, "unopened")
    assert "34081-00001M 2026/11/13 発行 5営業日のあいだ開かれていません ○○建設 株式会社" in said
    assert "34081-00002M" not in said
    assert "34081-00002M 2026/11/16 発行 4営業日のあいだ開かれていません" in look(reviewer, "unopened", days="４")
    assert "発行からの営業日数は60営業日以下で入力してください" in look(reviewer, "unopened", days="61")


def test_requests_that_are_not_answered_come_first_and_count_in_the_inbox(contractor, reviewer, approver, officer):
    stories.issued(contractor, reviewer, approver)
    filed = {"kind": Request.Kind.RELEASE, "reason": "工事が完成したため", "contact": "契約検査課"}
    filed |= {"requested_at": timezone.now(), "requested_by": officer.user}
    Request.objects.create(deposit=Deposit.objects.get(), **filed)
    assert "34081-00001M 保証の解除依頼 平塚市　2026/11/20 10:00 ○○建設 株式会社" in look(reviewer, "requests").replace(
        "平塚市 2026", "平塚市　2026"
    )
    assert "要対応 発注者からの依頼 1件" in words(client_of(reviewer).get("/surety/"))


def test_failed_look_ups_are_told_of_the_own_numbers_only(reviewer, nagano_approver, officer):
    now = timezone.now()
    for number, times, at in (
        ("34081-00009M", 3, now),
        ("34081-00008M", 2, now),
        ("34081-00007M", 3, now - timedelta(days=8)),
        ("37081-00001M", 4, now),
    ):
        failed = {"obligee": officer.obligee, "failed_at": at, "failed_by": officer.user}
        Failure.objects.bulk_create(Failure(number=number, **failed) for _ in range(times))
    said = look(reviewer, "failures")
    assert "34081-00009M 直近7日間に3回 この番号の保証契約はありません。" in said
    assert ("34081-00008M" in said, "34081-00007M" in said, "37081-00001M" in said) == (False, False, False)
    assert "要対応 照合の失敗 1件" in words(client_of(reviewer).get("/surety/"))
    everywhere = look(head_office(nagano_approver), "failures")
    assert everywhere.index("37081-00001M 直近7日間に4回") < everywhere.index("34081-00009M")


@pytest.mark.parametrize(("days", "is_told"), [(-1, False), (0, True), (30, True), (31, False)])
def test_ending_within_thirty_days(contractor, reviewer, approver, days, is_told):
    last = timezone.localdate() + timedelta(days=days)
    with on(10, 1):
        stories.issued(contractor, reviewer, approver, work_ends_on=last, work_starts_on=last, contracted_on=last)
    said = look(reviewer, "ending")
    assert ("34081-00001M" in said, "あと30日" in said, "本日まで" in said) == (is_told, days == 30, days == 0)


def test_a_guarantee_that_a_longer_work_period_has_outlasted(contractor, reviewer, approver):
    advance = stories.issued(contractor, reviewer, approver, stories.advance(), stories.performance())
    other = advance.requested.application.requested.get(product=Product.PERFORMANCE)
    from guarantees import issuing, reviewing

    issuing.issue(requested=reviewing.approve(requested=other, by=reviewer, revision=1), by=approver)
    assert EMPTY in look(reviewer, "period")
    stories.amended(contractor, reviewer, approver, advance, work_ends_on="2027-04-30")
    said = look(reviewer, "period")
    assert "34083-00001M 保証期限 2027年3月31日（令和9年3月31日）" in said
    assert "34081-00001M" not in said
    other.refresh_from_db()
    stories.amended(contractor, reviewer, approver, other.guarantee, work_ends_on="2027-04-30")
    assert EMPTY in look(reviewer, "period")


def test_mails_of_the_branch_that_did_not_arrive_are_tried_again_once(contractor, reviewer, approver, nagano_approver):
    stories.issued(contractor, reviewer, approver)
    mailing.queue(to="secret@example.jp", subject="パスワードの再設定", body="秘密")
    assert EMPTY in look(reviewer, "mails")
    Mail.objects.update(failed_at=timezone.now(), reason="SMTPRecipientsRefused: 550")
    mail = Mail.objects.get(to="soumu@example.jp")
    browser = client_of(reviewer)
    page = browser.get("/surety/watch/?tab=mails")
    assert "soumu@example.jp 電子保証（認証キー）発行完了のお知らせ" in words(page)
    assert "SMTPRecipientsRefused: 550" in words(page)
    assert "secret@example.jp" not in words(page)
    before = ProcrastinateJob.objects.count()
    for _ in range(2):
        browser.post(f"/surety/watch/mails/{mail.pk}/retry/", {"token": value_of(page, "token")})
    assert ProcrastinateJob.objects.count() == before + 1
    assert client_of(nagano_approver).post(f"/surety/watch/mails/{mail.pk}/retry/").status_code == 404
    assert "soumu@example.jp" in look(head_office(nagano_approver), "mails")
    Mail.objects.update(failed_at=None, reason="", queued_at=timezone.now() - timedelta(minutes=61))
    assert "送信を待っています" in look(reviewer, "mails")
    Mail.objects.update(sent_at=timezone.now())
    assert EMPTY in look(reviewer, "mails")


def test_lists_do_the_same_queries_for_one_row_and_for_three(
    contractor, reviewer, approver, django_assert_max_num_queries
):
    browser, counts = client_of(reviewer), []
    for rows in (1, 2):
        with on(11, 1):
            for _ in range(rows):
                stories.issued(contractor, reviewer, approver)
        with django_assert_max_num_queries(12) as queries:
            assert browser.get("/surety/watch/?tab=unopened").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
