"""Sign-in and sign-out, each person's own desk, the pages that anybody meets, and the headers of every answer."""

import html
import re
from datetime import UTC, datetime

import html5lib
import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from netdesk import views
from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.models import Mail, Session, User
from tests.pages import words

pytestmark = pytest.mark.django_db

HOMES = {"contractor": "/", "surety": "/surety/", "dsure": "/d-sure/", "admin": "/admin/"}
WRONG = "ログインIDまたはパスワードが正しくありません。大文字と小文字の違いもご確認ください。"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def fail(request):
    raise ZeroDivisionError


urlpatterns = [path("fail/", fail), path("", include("netdesk.urls"))]


def sign_in(client: Client, username: str, password: str = PASSWORD, **typed):
    return client.post("/login/", {"username": username, "password": password, **typed})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def text_of(answer) -> str:
    """What a reader sees of a page that is valid HTML."""
    source = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(source)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", source)))


@pytest.mark.parametrize(("username", "desk"), [(one.username, one.desk) for one in SIGN_INS])
def test_sign_in_leads_each_person_to_their_own_desk(cast, client, username, desk):
    answer = sign_in(client, username)
    assert (answer.status_code, answer["Location"]) == (302, HOMES[desk])
    assert client.session["_auth_user_id"] == str(User.objects.get(username=username).pk)


@pytest.mark.parametrize(
    ("username", "password"), [("contractor", "wrong"), ("nobody", PASSWORD), ("CONTRACTOR", PASSWORD)]
)
def test_sign_in_with_a_wrong_pair_says_one_sentence_for_all(cast, client, username, password):
    answer = sign_in(client, username, password)
    assert (answer.status_code, list(answer.context["form"].non_field_errors())) == (200, [WRONG])
    assert WRONG in text_of(answer)
    assert not is_signed_in(client)


def test_sign_in_of_a_person_who_was_shut_out_says_the_same(cast, client):
    User.objects.filter(username="contractor").update(is_active=False)
    answer = sign_in(client, "contractor")
    assert (list(answer.context["form"].non_field_errors()), is_signed_in(client)) == ([WRONG], False)


def test_sign_in_with_nothing_typed_names_each_field(client):
    answer = sign_in(client, "", "")
    assert answer.context["form"].errors == {
        "username": ["ログインIDを入力してください"],
        "password": ["パスワードを入力してください"],
    }


def test_sign_in_never_shows_the_typed_password_again(cast, client):
    assert "a-wrong-password" not in sign_in(client, "contractor", "a-wrong-password").content.decode()


def test_sign_in_without_the_forms_own_token_is_refused_in_words(cast):
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, "contractor")
    assert answer.status_code == 403
    assert "操作を受け付けられませんでした" in text_of(answer)
    assert not is_signed_in(strict)


def test_sign_in_page_of_somebody_signed_in_leads_to_their_desk(cast, client):
    sign_in(client, "reviewer")
    answer = client.get("/login/")
    assert (answer.status_code, answer["Location"]) == (302, "/surety/")


@pytest.mark.parametrize("next_in", ["form", "address"])
def test_sign_in_goes_on_to_the_page_of_ours_that_was_asked_for(cast, client, next_in):
    page = "/contracts/?tab=keys"
    if next_in == "form":
        answer = sign_in(client, "contractor", next=page)
    else:
        answer = client.post("/login/?next=/contracts/%3Ftab=keys", {"username": "contractor", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, page)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " https://evil.example/",
        "\x08//evil.example/",
        "https://testserver@evil.example/",
    ],
)
def test_sign_in_never_leads_to_another_site(cast, client, elsewhere):
    page = client.get("/login/", {"next": elsewhere})
    assert (page.context["next"], 'name="next"' in page.content.decode()) == ("", False)
    answer = sign_in(client, "contractor", next=elsewhere)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_stranger_is_asked_to_sign_in_and_comes_back(cast, client):
    asked = client.get("/contracts/?tab=keys")
    assert (asked.status_code, asked["Location"]) == (302, "/login/?next=/contracts/%3Ftab%3Dkeys")
    page = client.get(asked["Location"])
    assert page.context["next"] == "/contracts/?tab=keys"
    assert '<input type="hidden" name="next" value="/contracts/?tab=keys">' in page.content.decode()


def test_sign_in_page_lists_the_demo_sign_ins_in_demo_mode_only(client, settings):
    shown = text_of(client.get("/login/"))
    settings.DEMO_MODE = False
    hidden = text_of(client.get("/login/"))
    for sign_in_of in SIGN_INS:
        assert (sign_in_of.username in shown, sign_in_of.who in shown) == (True, True)
    assert (PASSWORD in shown, PASSWORD in hidden, "nagano-approver" in hidden) == (True, False, False)


def test_sign_out_ends_the_session_and_leads_to_sign_in(cast, client):
    sign_in(client, "contractor")
    answer = client.post("/logout/")
    assert (answer.status_code, answer["Location"], is_signed_in(client)) == (302, "/login/", False)


def test_sign_out_by_an_address_alone_is_refused(cast, client):
    sign_in(client, "contractor")
    assert (client.get("/logout/").status_code, is_signed_in(client)) == (405, True)


@pytest.mark.parametrize(
    ("username", "desk"), [(one.username, one.desk) for one in SIGN_INS if one.desk != "contractor"]
)
def test_the_top_page_leads_everybody_else_to_their_own_desk(cast, client, username, desk):
    client.force_login(User.objects.get(username=username))
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, HOMES[desk])


@pytest.mark.parametrize(
    ("username", "heading"),
    [
        ("contractor", "ようこそ、ネットデスクへ"),
        ("reviewer", "受付一覧"),
        ("officer", "電子証書を閲覧する"),
        ("operator", "登録されている発注者"),
        ("admin", "サイト管理"),
    ],
)
def test_each_desk_opens_with_its_own_page(cast, client, username, heading):
    client.force_login(User.objects.get(username=username))
    page = client.get("/", follow=True)
    assert page.status_code == 200
    assert heading in page.content.decode()


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("contractor", "/surety/"),
        ("contractor", "/d-sure/"),
        ("contractor", "/d-sure/operator/"),
        ("reviewer", "/contracts/"),
        ("reviewer", "/d-sure/"),
        ("officer", "/contracts/"),
        ("officer", "/surety/"),
        ("officer", "/d-sure/operator/"),
        ("operator", "/d-sure/register/"),
        ("operator", "/surety/"),
        ("admin", "/contracts/"),
        ("admin", "/surety/"),
        ("admin", "/d-sure/"),
    ],
)
def test_another_desks_page_is_not_there(cast, client, username, address):
    client.force_login(User.objects.get(username=username))
    answer = client.get(address)
    assert answer.status_code == 404
    assert "ページが見つかりません" in text_of(answer)


def test_demo_mails_shows_every_mail_newest_first_with_what_became_of_it(client):
    at = datetime(2026, 12, 1, 1, tzinfo=UTC)
    for number, changes in enumerate([{"sent_at": at}, {"failed_at": at, "reason": "…"}, {}], start=1):
        Mail.objects.create(
            message_id=str(number), to=f"{number}@example.jp", subject=f"件名{number}", body="本文 <b>", **changes
        )
    page = text_of(client.get("/demo/mails/"))
    words = ["件名3", "送信待ち", "3@example.jp", "件名2", "不達", "2@example.jp", "件名1", "送信済", "1@example.jp"]
    places = [page.index(word) for word in words]
    assert places == sorted(places)
    assert page.count("本文 <b>") == 3
    assert "デモモードでのみ表示されるページです。" in page


def test_demo_mails_without_a_mail_says_so(client):
    assert "送信されたメールはありません。" in text_of(client.get("/demo/mails/"))


def test_health_says_ok_to_anybody_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")
    assert (client.head("/health/").status_code, client.post("/health/").status_code) == (200, 405)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/login/", 200),
        ("get", "/health/", 200),
        ("get", "/demo/mails/", 200),
        ("get", "/", 302),
        ("get", "/nowhere/", 404),
        ("get", "/logout/", 405),
        ("get", "/admin/login/", 200),
    ],
)
def test_every_answer_carries_the_headers(client, method, address, status):
    answer = getattr(client, method)(address)
    assert (answer.status_code, {name: answer[name] for name in HEADERS}) == (status, HEADERS)


def test_a_missing_page_says_what_to_do(client):
    answer = client.get("/nowhere/")
    page = text_of(answer)
    assert answer.status_code == 404
    assert "お探しのページは、アドレスが違うか、現在は表示できません。登録済みの内容は変わっていません。" in page
    assert "/nowhere/" not in page


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_says_what_to_do_carries_the_headers_and_tells_nothing_of_itself(client):
    client.raise_request_exception = False
    answer = client.get("/fail/")
    page = text_of(answer)
    assert (answer.status_code, {name: answer[name] for name in HEADERS}) == (500, HEADERS)
    assert "サービス側で問題が発生しました。お客様の操作の誤りではありません。" in page
    assert "ZeroDivisionError" not in answer.content.decode()


def test_a_refused_form_carries_the_headers(cast):
    answer = Client(enforce_csrf_checks=True).post("/logout/")
    assert (answer.status_code, {name: answer[name] for name in HEADERS}) == (403, HEADERS)


@pytest.mark.parametrize("address", ["/login/", "/demo/mails/"])
def test_pages_about_people_are_kept_by_no_browser(client, address):
    assert "no-store" in client.get(address)["Cache-Control"]


def test_a_desks_page_is_kept_by_no_browser(cast, client):
    for username in ("contractor", "reviewer", "officer"):
        client.force_login(User.objects.get(username=username))
        assert "no-store" in client.get("/", follow=True)["Cache-Control"]


def test_a_process_of_d_sure_alone_lets_no_contractor_in(contractor, client, settings):
    settings.SITE = "dsure"
    answer = client.post("/login/", {"username": "contractor", "password": PASSWORD})
    assert "ログインIDまたはパスワードが正しくありません。" in words(answer)
    client.force_login(contractor.user)
    request = RequestFactory().get("/")
    request.user = contractor.user
    assert views.home(request).url == "/login/"
    assert client.get("/login/").status_code == 200


def test_sign_in_by_way_of_the_administration_pages_knows_its_desk(cast, client):
    client.post("/admin/login/", {"username": "admin", "password": PASSWORD})
    assert [session.desk for session in Session.objects.all()] == ["admin"]


@pytest.mark.parametrize("request_", [{"path": "/login"}, {"path": "/login/", "headers": {"host": "evil.example"}}])
def test_answers_before_any_view_deny_frames_too(client, request_):
    assert client.get(**request_)["X-Frame-Options"] == "DENY"
