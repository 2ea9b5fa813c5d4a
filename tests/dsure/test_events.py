"""Events: what is told, to whom, and that cursors come in the order of commits."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dsure import announcing, depositing, keys, viewing
from dsure.models import Deposit, Event, Happened, Request, RequestAnswer
from tests.dsure.conftest import NUMBER, deposition
from tests.dsure.test_api import EVENTS, Caller, caller, rival_caller  # noqa: F401 (fixtures)
from tests.racing import at_once


def told() -> list[tuple]:
    return list(Event.objects.order_by("cursor").values_list("cursor", "deposit__number", "kind", "version"))


def test_what_happens_to_a_registered_guarantee_is_told_in_order(caller, hand_in, officer):  # noqa: F811
    handed, now = hand_in(), timezone.now()
    depositing.deposit(deposition(version=2), arrived_at=now)
    assert told() == []  # nothing before the organisation has opened it
    for _ in range(2):  # the second look-up is no second registration
        viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    corrected = deposition(version=3, target="変更－１", cause="correction", voids=2)
    for _ in range(2):  # the same again tells nobody
        depositing.deposit(corrected, arrived_at=now)
    depositing.replace_verifier(NUMBER, keys.verifier(NUMBER, keys.make(NUMBER)), replaced_at=now)
    request = Request.objects.create(
        deposit=Deposit.objects.get(),
        kind="release",
        reason="完成",
        contact="課",
        requested_at=now,
        requested_by=officer.user,
    )
    depositing.answer_request(request.pk, "carried_out", answered_at=now)
    depositing.close(NUMBER, "released", closed_at=now)
    assert told() == [
        (1, NUMBER, "registered", None),
        (2, NUMBER, "deposited", 3),
        (3, NUMBER, "voided", 2),
        (4, NUMBER, "rekeyed", None),
        (5, NUMBER, "answered", None),
        (6, NUMBER, "closed", None),
    ]
    assert RequestAnswer.objects.count() == 1
    said = caller.get(EVENTS, after=1, limit=2).json()
    assert (
        [(one["cursor"], one["event"], one["version"]) for one in said["items"]],
        said["next"],
        said["has_more"],
    ) == (
        [(2, "deposited", 3), (3, "voided", 2)],
        3,
        True,
    )
    assert caller.get(EVENTS, after=6).json() == {"items": [], "next": 6, "has_more": False}


def test_each_organisation_has_its_own_cursors(hand_in, officer, rival_officer, rival_caller):  # noqa: F811
    for person, handed in (
        (officer, hand_in()),
        (rival_officer, hand_in("14081-00002M", obligee_code="12217", obligee_name="柏市")),
    ):
        viewing.look_up(by=person, number_text=handed.number, key_text=handed.key)
    assert [(number, cursor) for cursor, number, _, _ in told()] == [(NUMBER, 1), ("14081-00002M", 1)]
    assert [one["number"] for one in rival_caller.get(EVENTS).json()["items"]] == ["14081-00002M"]


@pytest.mark.django_db(transaction=True)
def test_a_later_cursor_never_commits_before_an_earlier_one(hand_in, officer):
    """Somebody who read up to a cursor has missed nothing: the second act waits for the first one's commit."""
    numbers = [NUMBER, "14081-00002M"]
    for number in numbers:
        handed = hand_in(number)
        viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    first, second = Deposit.objects.order_by("number")
    has_cursor, seen = threading.Event(), []

    def slow() -> None:
        with transaction.atomic():
            announcing.announce(first, Happened.REKEYED, at=timezone.now())
            has_cursor.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")

    def quick() -> None:
        has_cursor.wait(10)
        with transaction.atomic():
            announcing.announce(second, Happened.CLOSED, at=timezone.now())
        seen.extend(told())

    at_once(slow, quick)
    assert [(cursor, kind) for cursor, _, kind, _ in seen] == [
        (1, "registered"),
        (2, "registered"),
        (3, "rekeyed"),
        (4, "closed"),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_gap(hand_in, officer):
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    deposit = Deposit.objects.get()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announcing.announce(deposit, Happened.CLOSED, at=timezone.now())
        raise ZeroDivisionError
    announcing.announce(deposit, Happened.REKEYED, at=timezone.now())
    assert [(cursor, kind) for cursor, _, kind, _ in told()] == [(1, "registered"), (2, "rekeyed")]
