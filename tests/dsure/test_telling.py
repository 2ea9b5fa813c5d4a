"""Webhooks: what is sent, in what order, what happens when nobody takes it, and the administrator's pages of them."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dsure import announcing, connecting, telling
from dsure.models import Delivery, Deposit, Happened, Webhook
from netdesk.models import Mail
from tests.dsure.conftest import NUMBER
from tests.hooked import receiving
from tests.pages import client_of, summary_of, value_of, words

WEBHOOKS = "/d-sure/organisation/webhooks/"


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    with receiving(tmp_path) as receiver:
        monkeypatch.setattr(telling, "RULES", receiver.rules())
        yield receiver


@pytest.fixture
def hooked(administrator, receiver) -> tuple[Webhook, str]:
    """A webhook of the administrator's organisation, and its secret."""
    return connecting.add(url=receiver.url(), by=administrator)


@pytest.fixture
def deposit(hand_in, administrator, hooked) -> Deposit:
    """A guarantee in the register, whose registration is the first event."""
    from dsure import viewing

    handed = hand_in()
    viewing.look_up(by=administrator, number_text=handed.number, key_text=handed.key)
    return Deposit.objects.get()


def happen(deposit: Deposit, *kinds: Happened) -> None:
    for kind in kinds:
        announcing.announce(deposit, kind, at=timezone.now())


def sent(receiver) -> list[tuple]:
    return [tuple(json.loads(body).values()) for _, _, body in receiver.arrived]


def test_each_event_is_told_in_order_signed_and_without_anything_else(deposit, hooked, receiver):
    webhook, secret = hooked
    happen(deposit, Happened.REKEYED, Happened.CLOSED)
    telling.tell(webhook_id=webhook.pk)
    telling.tell(webhook_id=webhook.pk)  # nothing is left
    assert sent(receiver) == [("registered", NUMBER, 1), ("rekeyed", NUMBER, 2), ("closed", NUMBER, 3)]
    for _, headers, body in receiver.arrived:
        assert set(json.loads(body)) == {"event", "number", "cursor"}
        signed = headers["D-Sure-Timestamp"].encode() + b"." + body
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["D-Sure-Signature"] == f"v1={expected}"
        assert abs(int(headers["D-Sure-Timestamp"]) - timezone.now().timestamp()) < 60
    assert len({headers["D-Sure-Delivery"] for _, headers, _ in receiver.arrived}) == 3
    webhook.refresh_from_db()
    assert (webhook.told_cursor, webhook.tries) == (3, 0)
    assert set(Delivery.objects.values_list("tries", "status", "reason")) == {(1, 200, "")}


def test_an_announcement_leaves_one_job_with_an_id_alone_for_each_webhook(deposit, hooked, administrator, receiver):
    webhook, _ = hooked
    stopped, _ = connecting.add(url=receiver.url("/second"), by=administrator)
    connecting.stop(webhook=stopped, by=administrator)
    ProcrastinateJobs = ProcrastinateJob.objects.filter(task_name="dsure.tell")
    before = ProcrastinateJobs.count()
    happen(deposit, Happened.CLOSED)
    assert ProcrastinateJobs.count() == before + 1
    job = ProcrastinateJobs.order_by("-pk").first()
    assert (job.args, job.lock, job.queue_name) == ({"webhook_id": webhook.pk}, f"webhook:{webhook.pk}", "dsure")


def test_what_was_not_taken_holds_up_the_next_and_is_tried_again_after_growing_waits(deposit, hooked, receiver):
    webhook, _ = hooked
    happen(deposit, Happened.CLOSED)
    receiver.statuses = [500, 503]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for waited in (60, 300):
            telling.tell(webhook_id=webhook.pk)
            telling.tell(webhook_id=webhook.pk)  # it waits
            webhook.refresh_from_db()
            assert webhook.waits_until == timezone.now() + timedelta(seconds=waited)
            clock.shift(waited)
        telling.tell(webhook_id=webhook.pk)
    assert sent(receiver) == [("registered", NUMBER, 1)] * 3 + [("closed", NUMBER, 2)]
    first = Delivery.objects.get(event__cursor=1)
    assert (first.tries, first.status, first.reason) == (3, 200, "")


def test_after_ten_tries_in_a_day_it_is_stopped_and_the_administrators_get_a_mail(
    deposit, hooked, receiver, administrator
):
    webhook, secret = hooked
    administrator.user.email = "soumu@example.jp"
    administrator.user.save()
    receiver.statuses = [500] * 99
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        for _ in range(30):
            telling.tell(webhook_id=webhook.pk)
            webhook.refresh_from_db()
            if webhook.stopped_at:
                break
            clock.move_to(webhook.waits_until)
    assert len(receiver.arrived) == 10
    assert timedelta(hours=23) < webhook.stopped_at - began < timedelta(days=1)
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("soumu@example.jp", "【D-Sure】Webhookを停止しました")
    assert webhook.url in mail.body and secret not in mail.body and NUMBER not in mail.body
    assert webhook.stopped_by is None
    happen(deposit, Happened.CLOSED)
    telling.tell(webhook_id=webhook.pk)
    assert len(receiver.arrived) == 10
    receiver.statuses = []
    connecting.resume(webhook=webhook, by=administrator)
    telling.tell(webhook_id=webhook.pk)
    assert sent(receiver)[10:] == [("registered", NUMBER, 1), ("closed", NUMBER, 2)]


def test_the_minutes_job_takes_up_those_whose_wait_is_over(deposit, hooked, receiver):
    webhook, _ = hooked
    jobs = ProcrastinateJob.objects.filter(task_name="dsure.tell")
    receiver.statuses = [500]
    telling.tell(webhook_id=webhook.pk)
    before = jobs.count()
    telling.tell_waiting(timestamp=0)
    assert jobs.count() == before
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        telling.tell_waiting(timestamp=0)
    assert jobs.count() == before + 1


def test_an_address_that_became_private_is_not_called(deposit, hooked, receiver, monkeypatch):
    webhook, _ = hooked
    monkeypatch.setattr(telling, "RULES", receiver.rules(resolve=lambda host, port: ["10.0.0.1"]))
    telling.tell(webhook_id=webhook.pk)
    assert receiver.arrived == []
    assert Delivery.objects.get().reason == "公開されていないIPアドレスには送信できません"


def test_another_organisations_events_are_not_told(hooked, receiver, hand_in, rival_officer):
    from dsure import viewing

    handed = hand_in("14081-00002M", obligee_code="12217", obligee_name="柏市")
    viewing.look_up(by=rival_officer, number_text=handed.number, key_text=handed.key)
    telling.tell(webhook_id=hooked[0].pk)
    assert receiver.arrived == []


def test_the_secret_lies_encrypted_and_bound_to_its_webhook(hooked, administrator, receiver):
    from cryptography.exceptions import InvalidTag
    from django.conf import settings

    from netdesk import vaults

    webhook, secret = hooked
    other, _ = connecting.add(url=receiver.url("/second"), by=administrator)
    assert secret.encode() not in bytes(webhook.secret)
    assert vaults.take_out(bytes(webhook.secret), keys=settings.WEBHOOK_KEYS, bound_to=str(webhook.public_id)) == secret
    with pytest.raises(InvalidTag):
        vaults.take_out(bytes(webhook.secret), keys=settings.WEBHOOK_KEYS, bound_to=str(other.public_id))


def test_the_page_registers_shows_the_secret_once_and_tests_it(administrator, receiver, monkeypatch):
    monkeypatch.setattr("netdesk.outgoing.PORTS", (receiver.port,))
    monkeypatch.setattr("netdesk.outgoing.parse.__defaults__", ((receiver.port,),))
    browser = client_of(administrator)
    posted = {"url": receiver.url(), "token": value_of(browser.get(WEBHOOKS), "token")}
    made = browser.post(WEBHOOKS, posted)
    webhook = Webhook.objects.get()
    page = words(made)
    assert "Webhookを登録しました" in page and "no-store" in made["Cache-Control"]
    secret = next(word for word in page.split() if word.startswith("dswh_"))
    again = browser.post(WEBHOOKS, posted)  # a double click makes no second one, and shows nothing
    assert (again.status_code, Webhook.objects.count()) == (302, 1)
    at = reverse("dsure:webhook", args=[webhook.public_id])
    for path in (again["Location"], WEBHOOKS, at):
        assert secret not in browser.get(path).content.decode()
    token = value_of(browser.get(at), "token")
    assert browser.post(f"{at}test/", {"token": token})["Location"] == at
    assert "送信待ち" in words(browser.get(at))
    telling.tell_test(delivery_id=Delivery.objects.get().pk)
    assert sent(receiver) == [("test", None, 0)]
    assert "受取済み HTTP 200" in words(browser.get(at))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "送信先のURLを入力してください"),
        ("http://hooks.example.jp/", "https:// で始まるURLを入力してください"),
        ("https://hooks.example.jp:22/", "ポート番号は443・8443だけが使えます"),
        ("https://hooks.example.jp/" + "x" * 300, "送信先のURLは300文字以内で入力してください（現在325文字）"),
    ],
)
def test_an_address_that_may_not_be_is_said_at_its_field_and_kept(administrator, url, said):
    browser = client_of(administrator)
    response = browser.post(WEBHOOKS, {"url": url, "token": value_of(browser.get(WEBHOOKS), "token")})
    assert summary_of(response) == [said]
    assert not url or url in response.content.decode()
    assert not Webhook.objects.exists()


def test_only_the_own_administrator_reaches_a_webhook(hooked, colleague, rival_administrator, operator):
    at = reverse("dsure:webhook", args=[hooked[0].public_id])
    acts = [f"{at}{act}/" for act in ("test", "stop", "resume", "other")]
    for person, status in ((colleague, 403), (rival_administrator, 404), (operator, 404)):
        browser = client_of(person)
        assert {browser.get(at).status_code, *(browser.post(path).status_code for path in acts)} == {status}
    assert client_of(colleague).get(WEBHOOKS).status_code == 403
    assert not Delivery.objects.exists()


def test_it_is_stopped_and_resumed_by_hand_and_the_history_names_the_person(hooked, administrator):
    browser = client_of(administrator)
    at = reverse("dsure:webhook", args=[hooked[0].public_id])
    for act, said in (("stop", "停止中"), ("resume", "有効")):
        page = browser.get(at).content.decode()
        form = page[page.index(f"{at}{act}/") :]
        token = form[form.index('name="token" value="') + 20 :].split('"')[0]
        browser.post(f"{at}{act}/", {"token": token})
        assert said in words(browser.get(at))
    log = words(browser.get("/d-sure/organisation/log/"))
    assert "Webhookを再開" in log and "平塚 月子" in log
    with pytest.raises(connecting.AlreadySo):
        connecting.resume(webhook=hooked[0], by=administrator)


def test_five_webhooks_are_enough(administrator, receiver):
    for number in range(5):
        connecting.add(url=receiver.url(f"/{number}"), by=administrator)
    with pytest.raises(connecting.TooMany, match="5件まで"):
        connecting.add(url=receiver.url(), by=administrator)


def test_the_deliveries_take_the_same_queries_for_one_and_for_three(deposit, hooked, administrator, receiver):
    from tests.dsure.test_views import queries_of

    browser = client_of(administrator)
    at = reverse("dsure:webhook", args=[hooked[0].public_id])
    telling.tell(webhook_id=hooked[0].pk)
    one = queries_of(browser, at)
    happen(deposit, Happened.REKEYED, Happened.CLOSED)
    telling.tell(webhook_id=hooked[0].pk)
    assert queries_of(browser, at) == one
