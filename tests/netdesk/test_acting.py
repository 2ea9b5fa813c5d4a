"""One-time tokens: a POST that acts is carried out once, whatever is clicked, reloaded or changed."""

import itertools
import json
import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils.crypto import salted_hmac

from netdesk import acting
from netdesk.models import ActToken, Desk, Mail, User
from tests.racing import at_once

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID(int=7)
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
EXPIRED = "画面の有効期限が切れています。内容を確認して、もう一度操作してください。"
OTHER = "この画面は、すでに別の内容で送信されています。現在の状況を確認してから、もう一度操作してください。"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("person", full_name="佐藤 花子", desk=Desk.CONTRACTOR)


@pytest.fixture
def rival() -> User:
    return User.objects.create_user("rival", full_name="鈴木 一郎", desk=Desk.CONTRACTOR)


def post(user: User, token: str, **typed):
    request = RequestFactory().post("/", {acting.FIELD: token, **typed})
    request.user = user
    return request


def leave_trace() -> str:
    """An act with an effect that can be counted."""
    made = Mail.objects.create(to="soumu@example.jp", subject="件名", message_id=str(uuid.uuid4()))
    return f"/results/{made.pk}/"


def once(request, do=leave_trace):
    return acting.once(request, act="submit", subject=SUBJECT, do=do)


def test_token_is_made_without_a_query_and_never_twice_the_same(person, django_assert_num_queries):
    with django_assert_num_queries(0):
        first, second = (acting.token(person, "submit", SUBJECT) for _ in range(2))
    assert first != second


def test_once_carries_out_keeps_the_token_and_goes_to_the_result(person):
    with time_machine.travel(MORNING, tick=False):
        token = acting.token(person, "submit", SUBJECT)
        answer = once(post(person, token, revision="1", csrfmiddlewaretoken="x"))

    kept = ActToken.objects.values().get()
    assert (answer.status_code, answer["Location"]) == (302, f"/results/{Mail.objects.get().pk}/")
    assert kept == {
        "id": uuid.UUID(signing.loads(token, salt=acting.SALT)[0]),
        "user_id": person.pk,
        "act": "submit",
        "subject": str(SUBJECT),
        "body_sha256": salted_hmac(acting.SALT, json.dumps([["revision", ["1"]]]), algorithm="sha256").hexdigest(),
        "result_url": answer["Location"],
        "used_at": MORNING,
    }


def test_once_a_second_time_acts_no_more_and_goes_to_the_first_result(person):
    token = acting.token(person, "submit", SUBJECT)
    first = once(post(person, token, revision="1", csrfmiddlewaretoken="of the first page"))
    second = once(post(person, token, revision="1", csrfmiddlewaretoken="after a reload"))
    assert first["Location"] == second["Location"]
    assert (Mail.objects.count(), ActToken.objects.count()) == (1, 1)


def test_once_with_other_contents_is_refused_in_words_and_the_first_stands(person):
    token = acting.token(person, "submit", SUBJECT)
    once(post(person, token, revision="1"))
    with pytest.raises(acting.OtherContents) as refusal:
        once(post(person, token, revision="2"))
    assert refusal.value.sentence == str(refusal.value) == OTHER
    assert (Mail.objects.count(), ActToken.objects.count()) == (1, 1)


def test_once_with_a_fresh_token_acts_again(person):
    for _ in range(2):
        once(post(person, acting.token(person, "submit", SUBJECT)))
    assert (Mail.objects.count(), ActToken.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "token_of",
    [
        lambda person, rival: "",
        lambda person, rival: "not-a-token",
        lambda person, rival: acting.token(rival, "submit", SUBJECT),
        lambda person, rival: acting.token(person, "withdraw", SUBJECT),
        lambda person, rival: acting.token(person, "submit", uuid.UUID(int=8)),
        lambda person, rival: acting.token(person, "submit", SUBJECT)[:-1] + "!",
        lambda person, rival: signing.dumps([str(uuid.uuid4()), person.pk, "submit", str(SUBJECT)], salt="other"),
    ],
    ids=["missing", "nonsense", "of another person", "of another act", "of another object", "altered", "other salt"],
)
def test_once_with_a_token_that_is_not_its_own_is_refused(person, rival, token_of):
    with pytest.raises(acting.TokenRefused) as refusal:
        once(post(person, token_of(person, rival)))
    assert refusal.value.sentence == EXPIRED
    assert (Mail.objects.count(), ActToken.objects.count()) == (0, 0)


@pytest.mark.parametrize(("age", "is_refused"), [(24 * 60 * 60, False), (24 * 60 * 60 + 1, True)])
def test_once_with_a_token_of_a_day_ago_is_refused_a_second_later(person, age, is_refused):
    with time_machine.travel(MORNING, tick=False) as clock:
        request = post(person, acting.token(person, "submit", SUBJECT))
        clock.shift(age)
        if is_refused:
            with pytest.raises(acting.TokenRefused):
                once(request)
        else:
            once(request)
    assert Mail.objects.count() == (0 if is_refused else 1)


def refuse() -> str:
    leave_trace()
    raise acting.Refusal


def test_once_refused_by_the_stage_keeps_nothing_and_the_token_is_good_again(person):
    request = post(person, acting.token(person, "submit", SUBJECT))
    with pytest.raises(acting.Refusal) as refusal:
        once(request, do=refuse)
    assert refusal.value.sentence == "この操作は行えません。"
    assert (Mail.objects.count(), ActToken.objects.count()) == (0, 0)

    once(request)
    assert (Mail.objects.count(), ActToken.objects.count()) == (1, 1)


def test_once_whose_act_breaks_a_constraint_says_so_and_keeps_nothing(person):
    def break_a_constraint() -> str:
        for _ in range(2):
            Mail.objects.create(to="soumu@example.jp", subject="件名", message_id="the same")
        return "/"

    with pytest.raises(IntegrityError, match="message_id"), transaction.atomic():
        once(post(person, acting.token(person, "submit", SUBJECT)), do=break_a_constraint)
    assert (Mail.objects.count(), ActToken.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_once_in_eight_threads_acts_once_and_all_go_to_the_same_result(person):
    token = acting.token(person, "submit", SUBJECT)
    answers = at_once(*[lambda: once(post(person, token, revision="1"))["Location"]] * 8)
    assert answers == [f"/results/{Mail.objects.get().pk}/"] * 8
    assert ActToken.objects.get().result_url == answers[0]


@pytest.mark.django_db(transaction=True)
def test_once_in_two_threads_with_other_contents_acts_for_one_and_refuses_the_other(person):
    token = acting.token(person, "submit", SUBJECT)
    answers = at_once(*(lambda n=n: once(post(person, token, revision=n)).status_code for n in "12"))
    assert sorted(str(answer) for answer in answers) == ["302", OTHER]
    assert (Mail.objects.count(), ActToken.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_once_refused_in_one_thread_lets_the_waiting_one_act(person):
    token, turns = acting.token(person, "submit", SUBJECT), itertools.count()

    def refused_at_first() -> str:
        return refuse() if next(turns) == 0 else leave_trace()

    answers = at_once(*[lambda: once(post(person, token), do=refused_at_first).status_code] * 2)
    assert sorted(str(answer) for answer in answers) == ["302", "この操作は行えません。"]
    assert (Mail.objects.count(), ActToken.objects.count()) == (1, 1)
