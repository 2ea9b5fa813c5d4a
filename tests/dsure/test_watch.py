"""期限・変更の確認, and the monthly mail about it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dsure import depositing, digesting, foreseeing, keys, mailing, viewing
from dsure.models import Deposit, DigestWish
from netdesk.models import Mail
from tests.dsure.conftest import deposition, facts_of
from tests.dsure.test_elsewhere import enter
from tests.dsure.test_request_pages import RELEASE, send, url_of
from tests.pages import client_of, value_of, words

SOON, LAST, LATER, BEHIND = (f"14081-0000{number}M" for number in range(1, 5))
WATCH = reverse("dsure:watch")
JST = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 11, 20)


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def open_one(hand_in, officer):
    def opened(number: str, **facts) -> Deposit:
        handed = hand_in(number, **facts)
        viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
        return Deposit.objects.get(number=number)

    return opened


@pytest.fixture
def four(open_one):
    """Guarantees that end today, on the 60th day and on the 61st; and one whose work goes on after its end."""
    open_one(SOON, guarantee_ends_on=day(0), work_ends_on=day(0))
    open_one(LAST, guarantee_ends_on=day(60), work_ends_on=day(60))
    open_one(LATER, guarantee_ends_on=day(61), work_ends_on=day(50))
    open_one(BEHIND, guarantee_ends_on=day(90), work_ends_on=day(91))


def numbers(response) -> list[str]:
    return re.findall(r'data-label="(?:保証|保証契約番号)">\s*([^<]+)<', response.content.decode())


def tabs(response) -> list[str]:
    return re.findall(r"(?:終わる|越える|あった)保証（(\d+)）", response.content.decode())


def test_what_ends_within_sixty_days_is_listed_with_what_lives_elsewhere(officer, four):
    enter(officer, ends_on=TODAY + timedelta(days=30), issuer="○○銀行")
    enter(officer, ends_on=TODAY - timedelta(days=1), issuer="過ぎたもの")
    enter(officer, ends_on=TODAY + timedelta(days=61), issuer="先のもの")
    page = client_of(officer).get(WATCH)
    assert numbers(page) == [SOON, "○○銀行　AB-123", LAST]
    assert tabs(page) == ["3", "1", "0"]
    shown = words(page)
    for said in ("本日まで", "あと60日", "あと30日", "ほかの保証", "D-Sure"):
        assert said in shown


def test_what_ends_before_its_work_is_listed_by_the_facts_in_force(officer, four):
    client = client_of(officer)
    page = client.get(WATCH, {"tab": "behind"})
    assert numbers(page) == [BEHIND]
    assert "2027/02/18" in words(page) and "2027/02/19" in words(page)
    extended = facts_of(BEHIND, mark="変更－１", guarantee_ends_on=day(91), work_ends_on=day(91))
    depositing.deposit(deposition(BEHIND, version=2, facts=extended), arrived_at=timezone.now())
    assert numbers(client.get(WATCH, {"tab": "behind"})) == []


def test_what_changed_since_the_last_look_is_listed_until_it_is_looked_at(officer, four):
    client = client_of(officer)
    assert "閲覧の後に変更があった保証はありません。" in words(client.get(WATCH, {"tab": "changed"}))
    depositing.close(SOON, "cancelled", closed_at=timezone.now() + timedelta(minutes=1))
    page = client.get(WATCH, {"tab": "changed"})
    assert numbers(page) == [SOON]
    assert "保証契約が解約されました" in words(page)
    assert tabs(page) == ["1", "1", "1"]
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        client.get(reverse("dsure:certificate", args=[Deposit.objects.get(number=SOON).public_id]))
    assert tabs(client.get(WATCH)) == ["1", "1", "0"]


def test_others_guarantees_and_unopened_ones_are_not_watched(officer, rival_officer, four, hand_in):
    hand_in("14081-00009M", guarantee_ends_on=day(1))
    enter(officer, ends_on=TODAY)
    assert foreseeing.counts(rival_officer.obligee, TODAY) == {"ending": 0, "behind": 0, "changed": 0}
    assert "60日以内に終わる保証はありません。" in words(client_of(rival_officer).get(WATCH))
    assert foreseeing.counts(officer.obligee, TODAY) == {"ending": 3, "behind": 1, "changed": 0}


@pytest.mark.parametrize("tab", ["ending", "behind", "changed"])
def test_each_list_asks_as_often_for_three_as_for_one(officer, open_one, django_assert_num_queries, tab):
    client, counted = client_of(officer), []

    def one_more(number: str) -> None:
        open_one(number, guarantee_ends_on=day(10), work_ends_on=day(11))
        depositing.replace_verifier(number, keys.verifier(number, keys.make(number)), replaced_at=later)
        enter(officer, ends_on=TODAY + timedelta(days=20))

    later = timezone.now() + timedelta(hours=1)
    for made in ([SOON], [LAST, LATER]):
        for number in made:
            one_more(number)
        client.get(WATCH)
        with CaptureQueriesContext(connection) as queries:
            assert len(numbers(client.get(WATCH, {"tab": tab}))) >= len(made)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def wish(client, answer: str):
    return client.post(reverse("dsure:digest"), {"wish": answer, "token": value_of(client.get(WATCH), "token")})


@pytest.fixture
def addressed(officer):
    officer.user.email = "hanako@example.jp"
    officer.user.save(update_fields=["email"])
    return officer


def test_the_mail_is_wanted_and_unwanted_on_the_page(addressed):
    client = client_of(addressed)
    wish(client, "yes")
    assert DigestWish.objects.get().officer == addressed
    assert "お知らせを停止する" in words(client.get(WATCH))
    wish(client, "no")
    assert not DigestWish.objects.exists()


def test_without_an_address_it_is_refused_in_words(officer):
    client = client_of(officer)
    assert digesting.NoAddress.sentence in words(client.get(wish(client, "yes").url))
    assert not DigestWish.objects.exists()


def test_the_mail_tells_counts_alone_once_a_month_from_its_first_business_day_on(addressed, four):
    digesting.want(by=addressed)
    assert digesting.tell_all(TODAY) == 0  # it was wanted after November's first business day
    assert digesting.tell_all(date(2026, 12, 1)) == 1
    assert digesting.tell_all(date(2026, 12, 1)) == digesting.tell_all(date(2026, 12, 2)) == 0
    assert digesting.tell_all(date(2027, 1, 3)) == 0  # the year's end: offices are closed
    assert digesting.tell_all(date(2027, 1, 5)) == 1  # the worker stood still on the 4th
    first = Mail.objects.order_by("pk").first()
    assert (first.to, first.subject) == ("hanako@example.jp", digesting.SUBJECT)
    for said in ("12月の確認事項", "60日以内に保証期限が来る保証　　　　　　　　：2件", "：1件", "：0件"):
        assert said in first.body
    assert "http" not in first.body
    assert not re.search(r"[0-9]{5}-[0-9]{5}M|○○建設|道路改良工事", first.body)


def test_who_may_not_sign_in_any_more_is_told_nothing(addressed):
    digesting.want(by=addressed)
    addressed.user.is_active = False
    addressed.user.save(update_fields=["is_active"])
    assert digesting.tell_all(date(2026, 12, 1)) == 0
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("hour", "mails"), [(7, 0), (8, 1), (18, 0)])
def test_the_clock_tells_in_office_hours(addressed, hour, mails):
    digesting.want(by=addressed)
    with time_machine.travel(datetime(2026, 12, 1, hour, 5, tzinfo=JST), tick=False):
        mailing.tell_digest(timestamp=0)
    assert Mail.objects.count() == mails


def test_a_request_that_waits_shows_on_the_certificate_and_in_the_register(officer, open_one):
    deposit, client = open_one(SOON), client_of(officer)
    page = words(client.get(reverse("dsure:certificate", args=[deposit.public_id])))
    assert "まだ依頼も請求もしていません。" in page and "保証の解除を依頼する" in page
    send(client, url_of(deposit, "release"), RELEASE)
    assert "保証の解除依頼 回答待ち" in words(client.get(reverse("dsure:certificate", args=[deposit.public_id])))
    assert "保証の解除依頼" in words(client.get(reverse("dsure:register")))
    depositing.answer_request(deposit.requests.get().pk, "declined", answered_at=timezone.now())
    assert "保証の解除依頼" not in words(client.get(reverse("dsure:register")))
