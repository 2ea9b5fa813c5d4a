"""Passwords: changed by who knows the old one, set by a one-time link, asked for without telling who is known."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from netdesk import passwords
from netdesk.demo import PASSWORD
from netdesk.models import ActToken, Mail, Session, User
from tests.pages import summary_of, value_of, words
from tests.racing import at_once

pytestmark = pytest.mark.django_db

NEW = "correct horse battery staple"
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
REFUSED = "このリンクは使用できません。すでに使用されたか、有効期限（24時間）が過ぎています。"
SENT = "入力されたメールアドレスが登録されている場合は、新しいパスワードを設定するためのメールをお送りしました。"


def signed_in(username: str = "contractor", password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/login/", {"username": username, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/password/change/").status_code == 200


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None, token: str = ""):
    token = token or value_of(client.get("/password/change/"), "token")
    typed = {"old_password": old, "new_password": new, "again": new if again is None else again, "token": token}
    return client.post("/password/change/", typed)


def ask(address: str, client: Client | None = None):
    return (client or Client()).post("/password/reset/", {"address": address}, follow=True)


def link_in(mail: Mail) -> str:
    """The path behind the link of a mail; the link begins with BASE_URL."""
    return re.search(r"^http://127\.0\.0\.1:8000(/password/set/\S+)$", mail.body, re.MULTILINE).group(1)


def set_by(link: str, new: str = NEW, again: str | None = None):
    return Client().post(link, {"new_password": new, "again": new if again is None else again})


@pytest.mark.parametrize("username", ["contractor", "reviewer", "officer", "operator", "admin"])
def test_every_desk_changes_its_password(cast, username):
    client = signed_in(username)
    answer = change(client)
    assert (answer.status_code, answer["Location"]) == (302, "/password/changed/")
    assert "パスワードを変更しました" in words(client.get("/password/changed/"))
    assert is_signed_in(signed_in(username, NEW))
    assert not is_signed_in(signed_in(username))
    service = "D-Sure" if username in ("officer", "operator") else "Net Desk"
    assert [(mail.to, mail.subject) for mail in Mail.objects.all()] == [
        (f"{username}@example.jp", f"【{service}】パスワードを変更しました")
    ]


def test_change_ends_every_other_session_and_gives_this_one_a_new_key(cast):
    here, elsewhere, colleague = signed_in(), signed_in(), signed_in("reviewer")
    before = here.session.session_key
    change(here)
    assert (is_signed_in(here), is_signed_in(elsewhere), is_signed_in(colleague)) == (True, False, True)
    assert here.session.session_key != before
    assert Session.objects.filter(user__username="contractor").count() == 1


def test_change_sent_twice_goes_to_the_first_result_and_stays_signed_in(cast):
    client = signed_in()
    token = value_of(client.get("/password/change/"), "token")
    assert [change(client, token=token)["Location"] for _ in range(2)] == ["/password/changed/"] * 2
    assert is_signed_in(client)
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        (
            {"old": "", "new": "", "again": ""},
            [
                "現在のパスワードを入力してください",
                "新しいパスワードを入力してください",
                "新しいパスワード（確認）を入力してください",
            ],
        ),
        ({"old": "wrong"}, ["現在のパスワードが正しくありません。大文字と小文字の違いもご確認ください"]),
        ({"new": "fourteen-chars"}, ["新しいパスワードは15文字以上で入力してください"]),
        (
            {"new": "x" * 129},
            [
                "新しいパスワードは128文字以内で入力してください",
                "新しいパスワード（確認）は128文字以内で入力してください",
            ],
        ),
        (
            {"new": "yfdbufnjh10305070"},
            ["新しいパスワードは、推測されやすい言葉のため使用できません。ほかの言葉を組み合わせてください"],
        ),
        (
            {"again": NEW + "r"},
            ["新しいパスワード（確認）が、新しいパスワードと一致しません。同じものを入力してください"],
        ),
    ],
)
def test_change_refuses_in_words_and_shows_no_password_again(cast, typed, sentences):
    client = signed_in()
    answer = change(client, **typed)
    assert summary_of(answer) == sentences
    assert "<title>エラー：パスワードの変更" in answer.content.decode()
    assert not any(secret in answer.content.decode() for secret in (NEW, PASSWORD, "wrong", "yfdbufnjh"))
    assert is_signed_in(signed_in())


def test_change_keeps_fifteen_characters_with_every_kind_of_sign(cast):
    change(signed_in(), new="１５字の　合言葉 ★です。よね")
    assert is_signed_in(signed_in(password="１５字の　合言葉 ★です。よね"))


def test_change_makes_who_guesses_the_old_password_wait(cast):
    with time_machine.travel(MORNING, tick=False):
        client = signed_in()
        answers = [change(client, old=f"guess {number}") for number in range(6)]
        right = change(client)
    assert summary_of(answers[4]) == ["現在のパスワードが正しくありません。大文字と小文字の違いもご確認ください"]
    assert summary_of(answers[5]) == summary_of(right)
    assert re.fullmatch(
        r"続けて操作されたため、いまは受け付けられません。\d+秒後にもう一度操作してください", summary_of(right)[0]
    )


def test_the_token_of_a_change_does_not_keep_what_was_typed_to_be_guessed(cast):
    client = signed_in()
    change(client)
    typed = [["again", [NEW]], ["new_password", [NEW]], ["old_password", [PASSWORD]]]
    guessed = hashlib.sha256(json.dumps(typed).encode()).hexdigest()
    assert ActToken.objects.get().body_sha256 != guessed


def test_reset_sends_everybody_at_the_address_their_own_link(cast):
    User.objects.filter(username__in=["contractor", "reviewer"]).update(email="soumu@example.jp")
    assert SENT in words(ask("ＳＯＵＭＵ@example.jp"))
    mails = Mail.objects.order_by("pk")
    assert [(mail.to, mail.subject) for mail in mails] == [("soumu@example.jp", "【Net Desk】パスワードの再設定")] * 2
    assert sorted(re.search(r"ログインID：(\S+)", mail.body).group(1) for mail in mails) == ["contractor", "reviewer"]
    assert len({link_in(mail) for mail in mails}) == 2


@pytest.mark.parametrize("address", ["nobody@example.jp", "shut-out@example.jp", "contractor@example.jp.example.com"])
def test_reset_of_an_unknown_or_shut_out_person_says_the_same_and_sends_nothing(cast, address):
    User.objects.filter(username="officer").update(email="shut-out@example.jp", is_active=False)
    known = words(ask("contractor@example.jp"))
    Mail.objects.all().delete()
    assert words(ask(address)) == known
    assert not Mail.objects.exists()


def test_reset_runs_the_same_statements_for_known_and_unknown(cast):
    shapes = []
    for address in ("contractor@example.jp", "nobody@example.jp"):
        with CaptureQueriesContext(connection) as queries:
            passwords.send_reset_links(address=address)
        statements = [re.sub(r"'[^']*'|\d+|\"\w+_x\d+\"", "?", query["sql"]).split(" ")[0] for query in queries]
        shapes.append([one for one in statements if one not in ("ROLLBACK", "RELEASE")])
    assert shapes[0] == shapes[1]


def test_reset_and_links_of_the_other_operators_people_are_not_served(cast, settings):
    officer = User.objects.get(username="officer")
    link = passwords.link_for(officer).removeprefix(settings.BASE_URL)
    settings.SITE = "portal"
    assert SENT in words(ask("officer@example.jp"))
    assert (Mail.objects.count(), Client().get(link).status_code) == (0, 410)
    settings.SITE = "dsure"
    assert Client().get(link).status_code == 200


def test_reset_of_a_look_alike_address_sends_nothing(cast):
    User.objects.filter(username="contractor").update(email="mike@example.jp")
    ask("mıke@example.jp")
    assert not Mail.objects.exists()


def test_reset_link_names_our_address_whatever_host_was_asked_for(cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post("/password/reset/", {"address": "contractor@example.jp"})
    assert "evil" not in Mail.objects.get().body
    assert link_in(Mail.objects.get())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "メールアドレスを入力してください"),
        ("contractor", "メールアドレスは「abcde@example.jp」のように入力してください"),
    ],
)
def test_reset_refuses_what_is_no_address_in_words_and_keeps_it(cast, typed, sentence):
    answer = ask(typed)
    assert summary_of(answer) == [sentence]
    assert value_of(answer, "address") == typed if typed else True


@pytest.mark.parametrize("address", ["contractor@example.jp", "nobody@example.jp"])
def test_reset_asked_for_again_and_again_has_to_wait_known_or_not(cast, address):
    with time_machine.travel(MORNING, tick=False):
        for _ in range(5):
            assert SENT in words(ask(address))
        waiting = summary_of(ask(address))
    assert re.fullmatch(
        r"続けて操作されたため、いまは受け付けられません。\d+秒後にもう一度操作してください", waiting[0]
    )


def test_a_link_sets_the_password_once_and_ends_every_session(cast):
    elsewhere = signed_in()
    ask("contractor@example.jp")
    link = link_in(Mail.objects.get())
    page = Client().get(link)
    assert "佐藤 花子 さんのパスワードを設定します。" in words(page)
    assert 'autocomplete="new-password"' in page.content.decode()
    answer = set_by(link)
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert (is_signed_in(elsewhere), is_signed_in(signed_in()), is_signed_in(signed_in(password=NEW))) == (
        False,
        False,
        True,
    )
    for again in (Client().get(link), set_by(link, "another long enough password")):
        assert (again.status_code, REFUSED in words(again)) == (410, True)
    assert is_signed_in(signed_in(password=NEW))


def test_opening_a_link_changes_nothing(cast):
    ask("contractor@example.jp")
    link = link_in(Mail.objects.get())
    assert [Client().get(link).status_code for _ in range(3)] == [200] * 3
    assert is_signed_in(signed_in())


def test_a_link_with_a_bad_password_says_so_and_still_works(cast):
    ask("contractor@example.jp")
    link = link_in(Mail.objects.get())
    assert summary_of(set_by(link, "short")) == ["新しいパスワードは15文字以上で入力してください"]
    assert set_by(link).status_code == 302


def test_a_link_ends_after_a_day(cast):
    with time_machine.travel(MORNING, tick=False):
        ask("contractor@example.jp")
        link = link_in(Mail.objects.get())
    with time_machine.travel(MORNING + timedelta(hours=24), tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(MORNING + timedelta(hours=24, seconds=1), tick=False):
        assert (Client().get(link).status_code, set_by(link).status_code) == (410, 410)


@pytest.mark.parametrize("changes", [{"is_active": False}, {"email": "new@example.jp"}])
def test_a_link_ends_when_the_person_is_shut_out_or_has_another_address(cast, changes):
    ask("contractor@example.jp")
    User.objects.filter(username="contractor").update(**changes)
    assert set_by(link_in(Mail.objects.get())).status_code == 410


@pytest.mark.parametrize("person", ["x", "____", "MA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "0"])
def test_a_link_of_nobody_is_refused(cast, person):
    answer = Client().get(reverse("password-set", args=[person, "c0ffee-0123456789abcdef"]))
    assert (answer.status_code, REFUSED in words(answer)) == (410, True)


def test_another_persons_link_does_not_open_with_this_token(cast):
    ask("contractor@example.jp")
    token = link_in(Mail.objects.get()).split("/")[-2]
    other = passwords.link_for(User.objects.get(username="rival-contractor")).split("/")[-3]
    assert Client().get(reverse("password-set", args=[other, token])).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_a_link_used_by_two_at_once_works_for_one(cast):
    ask("contractor@example.jp")
    link = link_in(Mail.objects.get())
    answers = at_once(lambda: set_by(link).status_code, lambda: set_by(link, "a different long password").status_code)
    assert sorted(answers) == [302, 410]
