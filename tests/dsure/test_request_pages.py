"""依頼・請求: the pages by which an organisation asks the surety, and where it reads what became of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dsure import depositing, requesting, viewing
from dsure.models import Deposit, Request
from tests.dsure.conftest import NUMBER
from tests.pages import client_of, summary_of, value_of, words

CONTACT = {"person": "平塚　花子", "phone": "0463-00-0000"}
RELEASE = {"completed_on": "令和8年11月19日", "note": "検査済", **CONTACT}
PART = {"way": "left", "typed_amount": "5,000,000", "reason_text": "出来形の引渡し", **CONTACT}
CLAIM = {"typed_amount": "20000000", "reason_text": "契約を解除した", **CONTACT}


@pytest.fixture
def deposit(hand_in, officer) -> Deposit:
    """A guarantee of 20,000,000 yen that the organisation has opened."""
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return Deposit.objects.get(number=NUMBER)


def url_of(deposit: Deposit, kind: str) -> str:
    return reverse(f"dsure:request-{kind}", args=[deposit.public_id])


def send(client, url: str, typed: dict):
    """Type, look at the page that asks once more, and send; gives both answers."""
    confirm = client.post(url, typed)
    return confirm, client.post(url, {**typed, "token": value_of(confirm, "token")})


@pytest.mark.parametrize(
    ("kind", "typed", "amount", "reason", "asked"),
    [
        ("release", RELEASE, None, "工事の完成・引渡し（引渡しの日：2026年11月19日（令和8年11月19日））\n検査済", "解除する金額 全部"),
        ("partial-release", PART, 15_000_000, "出来形の引渡し", "解除する金額 15,000,000円 解除した後に残る保証金額 5,000,000円"),
        ("partial-release", PART | {"way": "released"}, 5_000_000, "出来形の引渡し", "解除する金額 5,000,000円 解除した後に残る保証金額 15,000,000円"),
        ("claim", CLAIM, 20_000_000, "契約を解除した", "請求する金額 20,000,000円"),
    ],
)  # fmt: skip
def test_what_is_asked_once_more_and_sent_is_filed(officer, deposit, kind, typed, amount, reason, asked):
    client, url = client_of(officer), url_of(deposit, kind)
    confirm, done = send(client, url, typed)
    shown = words(confirm)
    for said in ("まだ送信していません", "D-Sureの画面では取り消せません", "送信した後の流れ", "神奈川支店", asked):
        assert said in shown
    (filed,) = Request.objects.all()
    assert (filed.kind, filed.amount, filed.reason, filed.contact, filed.requested_by) == (
        kind.replace("-", "_"), amount, reason, "平塚市 契約検査課　平塚　花子　電話 0463-00-0000", officer.user,
    )  # fmt: skip
    assert done.url == reverse("dsure:request", args=[filed.public_id])
    page = words(client.get(done.url))
    assert "保証会社に送信しました。" in page
    assert "回答待ち" in page


def test_a_second_click_comes_to_the_first_result_and_files_nothing(officer, deposit):
    client, url = client_of(officer), url_of(deposit, "release")
    confirm = client.post(url, RELEASE)
    sent = {**RELEASE, "token": value_of(confirm, "token")}
    assert client.post(url, sent).url == client.post(url, sent).url
    assert Request.objects.count() == 1
    other = client.post(url, sent | {"note": "別の内容"})
    assert other.url == reverse("dsure:requests")
    assert "すでに別の内容で送信されています" in words(client.get(other.url))


def test_going_back_shows_the_form_as_it_was_typed(officer, deposit):
    client, url = client_of(officer), url_of(deposit, "claim")
    confirm = client.post(url, CLAIM)
    page = client.post(url, {**CLAIM, "token": value_of(confirm, "token"), "edit": "yes"})
    assert "契約を解除した" in page.content.decode()
    assert 'value="20000000"' in page.content.decode()
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "sentences"),
    [
        ("release", {}, ["完成・引渡し日を入力してください", "担当者の氏名を入力してください", "担当者の電話番号を入力してください"]),
        ("release", RELEASE | {"completed_on": "2026/11/21"}, ["完成・引渡し日は今日までの日付を入力してください"]),
        ("partial-release", PART | {"typed_amount": "20000000"}, ["金額は現在の保証金額（20,000,000円）より少ない金額を入力してください"]),
        ("partial-release", PART | {"typed_amount": "0", "way": ""}, ["入力する金額を選択してください", "金額は1円以上で入力してください"]),
        ("claim", CLAIM | {"typed_amount": "20000001"}, ["請求する金額は現在の保証金額（20,000,000円）以下で入力してください"]),
        ("claim", CLAIM | {"reason_text": " "}, ["請求の理由を入力してください"]),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_said_at_its_field(officer, deposit, kind, typed, sentences):
    page = client_of(officer).post(url_of(deposit, kind), typed)
    assert summary_of(page) == sentences
    assert not Request.objects.exists()


def test_what_waits_for_an_answer_hinders_the_next_of_its_kind_only(officer, deposit):
    client = client_of(officer)
    send(client, url_of(deposit, "release"), RELEASE)
    for kind in ("release", "partial-release"):
        page = client.get(url_of(deposit, kind))
        assert "回答を待っている依頼があります" in words(page)
        assert 'name="person"' not in page.content.decode()
    assert 'name="person"' in client.get(url_of(deposit, "claim")).content.decode()
    _, refused = send(client, url_of(deposit, "release"), RELEASE)
    assert refused.url == reverse("dsure:requests")
    assert requesting.OpenAlready.sentence in words(client.get(refused.url))
    depositing.close(NUMBER, "released", closed_at=timezone.now())
    assert "すでに解除または解約されています。" in words(client.get(url_of(deposit, "claim")))


def test_the_time_line_tells_each_answer_with_its_note(officer, deposit):
    client = client_of(officer)
    _, done = send(client, url_of(deposit, "claim"), CLAIM)
    filed = Request.objects.get()
    assert "神奈川支店）の受付を待っています" in words(client.get(done.url))
    now = timezone.now()
    depositing.answer_request(filed.pk, "taken_up", answered_at=now)
    assert "受付（手続中）" in words(client.get(reverse("dsure:requests") + "?tab=open"))
    depositing.answer_request(filed.pk, "declined", answered_at=now + timedelta(hours=1), note="<b>対象外</b>のため")
    page = words(client.get(done.url))
    assert page.index("依頼 平塚 花子") < page.index("受付 保証会社") < page.index("不可 保証会社 <b>対象外</b>のため")
    assert "該当する依頼・請求はありません。" in words(client.get(reverse("dsure:requests") + "?tab=open"))
    assert "不可" in words(client.get(reverse("dsure:requests") + "?tab=closed"))


def test_others_requests_and_guarantees_are_not_there(officer, rival_officer, deposit, hand_in):
    _, done = send(client_of(officer), url_of(deposit, "claim"), CLAIM)
    rival = client_of(rival_officer)
    assert rival.get(done.url).status_code == 404
    assert rival.get(url_of(deposit, "claim")).status_code == 404
    assert rival.post(url_of(deposit, "claim"), CLAIM).status_code == 404
    assert "依頼・請求はまだありません。" in words(rival.get(reverse("dsure:requests")))
    unopened = Deposit.objects.get(number=hand_in("14081-00002M").number)
    assert client_of(officer).get(url_of(unopened, "claim")).status_code == 404


def test_the_list_asks_as_often_for_three_as_for_one(officer, deposit, django_assert_num_queries):
    client, url = client_of(officer), reverse("dsure:requests")
    client.get(url)
    for count in (1, 2):
        for _ in range(count):
            Request.objects.create(
                deposit=deposit, kind="claim", amount=1, reason="理由", contact="連絡先",
                requested_at=timezone.now(), requested_by=officer.user,
            )  # fmt: skip
        with django_assert_num_queries(6):  # session, person, officer, open ones, all, rows
            client.get(url)
