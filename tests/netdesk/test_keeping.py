"""A POST that cannot be let in is kept for its person and browser, shown again, and never carried out by itself."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from guarantees.models import Application, Draft
from netdesk import keeping
from netdesk.demo import PASSWORD
from netdesk.models import KeptPost, Session, User
from tests import stories
from tests.pages import client_of, words
from tests.test_structure import all_urls
from tests.typed import typed

pytestmark = pytest.mark.django_db


def sign_in(browser: Client, username: str, **typed):
    return browser.post("/login/", {"username": username, "password": PASSWORD, **typed})


def signed_in(username: str = "contractor", **options) -> Client:
    browser = Client(**options)
    assert sign_in(browser, username).status_code == 302
    return browser


def form_of(browser: Client, url: str = "/applications/new/", **changes) -> dict[str, str]:
    """What the browser would send of this page, with what the contractor of the journey types."""
    html = browser.get(url).content.decode()
    hidden = {
        name: unescape(re.search(rf'name="{name}" value="([^"]*)"', html)[1]) for name in ("typed_by", "revision")
    }
    return hidden | typed(**changes)


def session_ends(username: str = "contractor") -> None:
    Session.objects.filter(user__username=username).delete()


def address() -> str:
    return reverse("guarantees:application-edit", args=[uuid.uuid4()])


def next_of(answer) -> str:
    """Where sign-in will lead, by the redirect to it."""
    split = urlsplit(answer["Location"])
    assert split.path == "/login/"
    return parse_qs(split.query)["next"][0]


def test_form_posted_after_the_session_ended_is_there_after_sign_in(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser, work__contract_price="五千万円", work__work_name="市道○○線")
    session_ends()

    where = next_of(browser.post(url, data))
    assert where == f"{url}?kept={KeptPost.objects.get().public_id}"
    assert "入力した内容は1時間お預かりしています。" in words(browser.get("/login/", {"next": where}))
    page = browser.get(sign_in(browser, "contractor", next=where)["Location"])

    said = page.content.decode()
    assert keeping.SHOWN_AGAIN in words(page)
    assert 'value="五千万円"' in said
    assert 'value="市道○○線"' in said
    assert "エラー：" not in said
    assert (Application.objects.count(), Draft.objects.count()) == (0, 0)


def test_form_that_was_shown_again_is_carried_out_by_the_person_and_then_no_longer_kept(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser)
    session_ends()
    where = next_of(browser.post(url, data))
    sign_in(browser, "contractor", next=where)

    assert browser.post(url, data)["Location"] == url.replace("edit", "confirm")
    assert Application.objects.get().work_name == "道路改良工事"
    assert KeptPost.objects.count() == 0


def test_other_person_in_the_same_browser_never_sees_what_was_kept(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser, work__work_name="秘密の工事")
    session_ends()
    where = next_of(browser.post(url, data))

    assert sign_in(browser, "rival-contractor", next=where)["Location"] == "/"
    assert browser.get(where).status_code == 404
    assert "秘密の工事" not in words(browser.get("/"))
    browser.post("/logout/")
    assert sign_in(browser, "contractor")["Location"] == where


def test_other_browser_never_sees_what_was_kept(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser)
    session_ends()
    where = next_of(browser.post(url, data))
    elsewhere = Client()

    assert sign_in(elsewhere, "contractor", next=where)["Location"] == "/"
    assert elsewhere.get(where).status_code == 404


def test_what_was_kept_is_gone_after_an_hour(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser)
    session_ends()
    where = next_of(browser.post(url, data))

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1), tick=True):
        assert sign_in(browser, "contractor", next=where)["Location"] == "/"
        assert browser.get(where).status_code == 404
        data = form_of(browser)
        session_ends()
        browser.post(address(), data)
    assert [str(kept.public_id) in where for kept in KeptPost.objects.all()] == [False]


def test_what_is_kept_is_encrypted_and_bound_to_its_person_and_page(contractor):
    browser = signed_in()
    url, data = address(), form_of(browser, work__work_name="秘密の工事")
    session_ends()
    browser.post(url, {**data, "csrfmiddlewaretoken": "x" * 64, "token": "t"})
    kept = KeptPost.objects.get()
    assert kept.kept_for == contractor.user
    assert "秘密の工事".encode() not in bytes(kept.body)
    assert "秘密".encode("unicode-escape") not in bytes(kept.body)

    body = bytes(kept.body)
    opened = keeping._cipher().decrypt(
        body[: keeping.NONCE_BYTES], body[keeping.NONCE_BYTES :], keeping._bound_to(kept)
    )
    assert set(json.loads(opened)) == data.keys() - {"typed_by"}

    KeptPost.objects.update(path=address())
    sign_in(browser, "contractor")
    assert browser.get(keeping.url_of(KeptPost.objects.get())).status_code == 404


def test_form_without_the_signed_name_or_browser_is_not_kept(contractor):
    browser = signed_in()
    data = form_of(browser)
    session_ends()
    for changed in ({"typed_by": ""}, {"typed_by": data["typed_by"][:-1] + "_"}):
        browser.post(address(), {**data, **changed})
    Client().post(address(), data)
    assert KeptPost.objects.count() == 0


def test_what_is_kept_is_shown_on_its_own_page_only(contractor):
    application = stories.drafted(contractor)
    browser = signed_in()
    data = form_of(browser, work__work_name="別の工事")
    session_ends()
    where = next_of(browser.post(address(), data))
    sign_in(browser, "contractor")
    other = reverse("guarantees:application-edit", args=[application.public_id])
    page = browser.get(f"{other}?{where.partition('?')[2]}")
    assert "別の工事" not in page.content.decode()
    assert 'value="道路改良工事"' in page.content.decode()


def test_post_to_a_page_that_is_not_marked_is_not_kept(contractor):
    browser = signed_in()
    data = form_of(browser)
    session_ends()
    assert next_of(browser.post("/d-sure/", data)) == "/d-sure/"
    assert KeptPost.objects.count() == 0


# Forms of words and amounts; none of them ever holds a password or an authentication key.
OF_THE_REVIEW = ("review-note", "review-message", "attach-obligee")
OF_MONEY = ("payment-confirm", "extra-payment-confirm", "repay", "bill-settle")
OF_PAPERS = ("dispatch", "dispatch-bill", "dispatch-take-back")
OF_D_SURE = ("send-back", "withdraw", "hand-over", "compare", "compare-certificate")
OF_REQUESTS = ("request-release", "request-partial-release", "request-claim")
OF_ELSEWHERE = ("elsewhere-new", "elsewhere-change", "elsewhere-close")


def test_no_page_that_takes_a_password_or_a_key_is_kept():
    marked = {
        name for name, url in all_urls() if name and getattr(get_resolver().resolve(url).func, "keeps_posts", False)
    }
    on_applications = {"application-edit", "return", "approve", "send-back", "decline", *OF_THE_REVIEW}
    on_guarantees = {"correction", "amendment-cancellation", "release", "cancellation"}
    of_the_surety = {f"surety-{name}" for name in on_guarantees} | {"request-answer", *OF_MONEY, *OF_PAPERS}
    assert marked == on_applications | of_the_surety | {"cancellation", *OF_D_SURE, *OF_REQUESTS, *OF_ELSEWHERE}


def test_reason_of_a_return_is_there_after_sign_in(contractor, reviewer):
    application = stories.submitted(contractor)
    browser = signed_in("reviewer")
    url = reverse("guarantees:return", args=[application.public_id])
    html = browser.get(url).content.decode()
    data = {"typed_by": re.search(r'name="typed_by" value="([^"]*)"', html)[1], "reason": "工期をご確認ください"}
    session_ends("reviewer")

    where = next_of(browser.post(url, data))
    page = browser.get(sign_in(browser, "reviewer", next=where)["Location"])

    assert "工期をご確認ください" in words(page)
    assert keeping.SHOWN_AGAIN in words(page)
    application.refresh_from_db()
    assert application.status == "submitted"


def test_form_whose_csrf_cookie_is_lost_is_shown_again_to_the_person_who_is_still_signed_in(contractor):
    browser = signed_in(enforce_csrf_checks=False)
    url, data = address(), form_of(browser, work__work_name="市道○○線")
    browser.handler.enforce_csrf_checks = True

    answer = browser.post(url, data, headers={"origin": "http://testserver"})

    assert answer["Location"] == f"{url}?kept={KeptPost.objects.get().public_id}"
    page = browser.get(answer["Location"])
    assert 'value="市道○○線"' in page.content.decode()
    assert keeping.SHOWN_AGAIN in words(page)
    assert Application.objects.count() == 0


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_form_that_another_site_posts_is_not_kept(contractor, origin):
    browser = signed_in()
    data = form_of(browser)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post(address(), data, headers={"origin": origin} if origin else {})
    assert (answer.status_code, KeptPost.objects.count()) == (403, 0)
    assert "お預かりしています" not in words(answer)


def test_form_of_one_person_that_arrives_under_another_is_told_of_but_not_shown(contractor):
    browser = signed_in()
    data = form_of(browser, work__work_name="秘密の工事")
    browser.post("/logout/")
    sign_in(browser, "rival-contractor")
    browser.handler.enforce_csrf_checks = True

    answer = browser.post(address(), data, headers={"origin": "http://testserver"})

    assert answer.status_code == 403
    assert "入力した内容は1時間お預かりしています。" in words(answer)
    assert KeptPost.objects.get().kept_for == contractor.user
    assert browser.get(keeping.url_of(KeptPost.objects.get())).status_code == 404


def test_browser_keeps_its_twenty_newest(contractor):
    browser = signed_in()
    data = form_of(browser)
    session_ends()
    for _ in range(22):
        browser.post(address(), data)
    assert KeptPost.objects.count() == keeping.MOST_PER_BROWSER


def test_sign_in_of_somebody_signed_in_already_leads_on_to_what_was_asked_for(contractor):
    assert client_of(contractor).get("/login/?next=/contracts/")["Location"] == "/contracts/"
    assert client_of(User.objects.get(username="reviewer")).get("/login/")["Location"] == "/surety/"
