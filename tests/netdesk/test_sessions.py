"""Sessions in PostgreSQL: each knows its desk and person, and ends when it should."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from netdesk.demo import PASSWORD
from netdesk.models import Session, User

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def sign_in(client: Client, username: str) -> str:
    """The session key of a person who has just signed in."""
    client.post(reverse("login"), {"username": username, "password": PASSWORD})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("guarantees:branches")).status_code == 200


@pytest.mark.parametrize(
    ("username", "desk"),
    [
        ("contractor", "contractor"),
        ("reviewer", "surety"),
        ("officer", "dsure"),
        ("operator", "dsure"),
        ("admin", "admin"),
    ],
)
def test_sign_in_keeps_a_session_with_its_desk_and_person(cast, client, username, desk):
    with time_machine.travel(MORNING, tick=False):
        key = sign_in(client, username)
    session = Session.objects.get()
    assert (session.session_key, session.desk, session.user) == (key, desk, User.objects.get(username=username))
    assert session.expire_date == MORNING + timedelta(hours=8)


def test_a_visitor_who_does_not_sign_in_leaves_no_session(client):
    client.get(reverse("login"))
    client.get("/")
    assert not Session.objects.exists()


def test_sign_in_gives_a_new_session_key_so_that_none_can_be_planted(cast, client):
    planted = sign_in(client, "contractor")
    client.post(reverse("logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert sign_in(client, "contractor") != planted


def test_sign_in_from_two_browsers_keeps_two_sessions(cast):
    keys = {sign_in(Client(), "contractor") for _ in range(2)}
    assert set(User.objects.get(username="contractor").sessions.values_list("pk", flat=True)) == keys
    assert len(keys) == 2


def test_sign_out_ends_this_session_in_the_database_and_leaves_the_other(cast):
    here, there = Client(), Client()
    key, other = sign_in(here, "contractor"), sign_in(there, "contractor")
    here.post(reverse("logout"))

    assert list(Session.objects.values_list("pk", flat=True)) == [other]
    here.cookies[settings.SESSION_COOKIE_NAME] = key
    assert (is_signed_in(here), is_signed_in(there)) == (False, True)


def test_a_session_whose_row_was_deleted_is_over(cast, client):
    sign_in(client, "contractor")
    assert is_signed_in(client)
    Session.objects.all().delete()
    assert not is_signed_in(client)


@pytest.mark.parametrize(("later", "is_over"), [(timedelta(hours=8, seconds=-1), False), (timedelta(hours=8), True)])
def test_a_session_is_over_after_eight_hours(cast, client, later, is_over):
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client, "contractor")
        clock.shift(later)
        assert is_signed_in(client) is not is_over


def test_a_session_of_a_person_who_was_shut_out_is_over(cast, client):
    sign_in(client, "contractor")
    User.objects.filter(username="contractor").update(is_active=False)
    assert not is_signed_in(client)


def test_a_session_from_before_a_new_password_is_over(cast, client):
    sign_in(client, "contractor")
    user = User.objects.get(username="contractor")
    user.set_password("another-long-password")
    user.save(update_fields=["password"])
    assert not is_signed_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_ends_with_the_browser(cast, client):
    sign_in(client, "contractor")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Lax", "", "")
