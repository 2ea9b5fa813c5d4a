"""The chain of events: whole after every act, broken by any change that does not come through it, never forked."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from guarantees import recording, reviewing
from guarantees.models import ChainHead, Event, Guarantee
from guarantees.terms import Act, Medium
from netdesk.models import User
from tests import stories
from tests.racing import at_once

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 12, 1, 1, 2, 3, 4, tzinfo=UTC)
ZEROS = "0" * 64


@pytest.fixture
def told(contractor, reviewer, approver) -> Guarantee:
    """A chain of seven events; the last one is of an issue, whose rows no stage made."""
    one = stories.approved(contractor, reviewer)
    reviewing.send_back(requested=one, by=approver, reason="割合をご確認ください。")
    one = reviewing.approve(requested=one, by=reviewer, revision=1)
    guarantee = Guarantee.objects.create(
        number="34081-00001M",
        product=one.product,
        medium=Medium.PAPER,
        contractor=one.application.contractor,
        branch=one.application.branch,
        work=one.application.work,
    )
    recording.record(Act.ISSUE, by=approver.user, requested=one, guarantee=guarantee)
    return guarantee


def by_hand(sql: str) -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE guarantees_event DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE guarantees_event ENABLE TRIGGER USER")


def test_each_act_appends_one_event_in_order(told):
    acts = [Act.DRAFT, Act.SUBMIT, Act.TAKE_UP, Act.APPROVE, Act.SEND_BACK, Act.APPROVE, Act.ISSUE]
    assert list(Event.objects.values_list("sequence", "act")) == list(enumerate(acts, start=1))
    assert [event.done_by.username for event in Event.objects.select_related("done_by")] == [
        "contractor",
        "contractor",
        "reviewer",
        "reviewer",
        "approver",
        "reviewer",
        "approver",
    ]


def test_each_event_carries_the_hash_of_the_one_before_and_the_head_that_of_the_last(told):
    previous = Event.objects.values_list("previous_sha256", flat=True)
    own = list(Event.objects.values_list("sha256", flat=True))
    assert list(previous) == [ZEROS, *own[:-1]]
    assert ChainHead.objects.values_list("last_sequence", "last_sha256").get() == (7, own[-1])
    assert recording.first_broken() is None


def test_record_keeps_who_did_what_to_what_when(contractor):
    application = stories.drafted(contractor)
    with time_machine.travel(MORNING, tick=False):
        event = recording.record(Act.EDIT, by=contractor.user, application=application, details={"reason": "試験"})
    before = Event.objects.get(sequence=1).sha256
    columns = [
        *(2, "2026-12-01T01:02:03.000004Z", contractor.user.pk, "edit", application.pk, "", None, 1),
        *({"reason": "試験"}, before),
    ]
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert event.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert Event.objects.values().get(sequence=2) == {
        "sequence": 2,
        "happened_at": MORNING,
        "done_by_id": contractor.user.pk,
        "act": "edit",
        "application_id": application.pk,
        "product": "",
        "guarantee_id": None,
        "revision": 1,
        "details": {"reason": "試験"},
        "previous_sha256": before,
        "sha256": event.sha256,
    }


def test_the_event_of_an_issue_names_guarantee_product_revision_and_bytes(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    event = Event.objects.get(act=Act.ISSUE)
    assert (event.application, event.product, event.guarantee, event.revision, event.details) == (
        guarantee.requested.application,
        "advance",
        guarantee,
        1,
        {"sha256": guarantee.certificates.get().sha256, "version": 1, "target": "新規"},
    )
    assert event.sequence == Event.objects.count()


@pytest.mark.parametrize(
    "moment",
    [MORNING, MORNING.astimezone(timezone(timedelta(hours=9))), MORNING.astimezone(timezone(-timedelta(hours=5)))],
)
def test_utc_text_is_one_text_for_one_moment(moment):
    assert recording.utc_text(moment) == "2026-12-01T01:02:03.000004Z"


def test_an_empty_chain_is_whole(db):
    assert (recording.first_broken(), ChainHead.objects.count()) == (None, 0)


COLUMNS = {
    "sequence": "sequence + 100",
    "happened_at": "happened_at + interval '1 microsecond'",
    "done_by_id": "(SELECT id FROM netdesk_user WHERE username = 'rival-contractor')",
    "act": "'withdraw'",
    "application_id": "NULL, guarantee_id = (SELECT id FROM guarantees_guarantee)",
    "product": "'interim'",
    "guarantee_id": "(SELECT CASE WHEN guarantee_id IS NULL THEN id END FROM guarantees_guarantee)",
    "revision": "revision + 1",
    "details": """details || '{"": 0}'""",
    "previous_sha256": "repeat('f', 64)",
    "sha256": "repeat('f', 64)",
}


def test_every_column_of_an_event_is_tried_below():
    assert COLUMNS.keys() == {field.column for field in Event._meta.fields}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_changed_by_hand_is_found_at_its_event(told, column):
    found = []
    for sequence in (1, 4, 7):
        with transaction.atomic():
            by_hand(f"UPDATE guarantees_event SET {column} = {COLUMNS[column]} WHERE sequence = {sequence}")
            found.append(recording.first_broken())
            transaction.set_rollback(True)
    assert found == [1, 4, 7]
    assert recording.first_broken() is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("DELETE FROM guarantees_event WHERE sequence = 1", 1),
        ("DELETE FROM guarantees_event WHERE sequence = 4", 4),
        ("DELETE FROM guarantees_event WHERE sequence = 7", 7),
        ("DELETE FROM guarantees_event WHERE sequence > 4", 5),
        ("DELETE FROM guarantees_event", 1),
        ("UPDATE guarantees_chainhead SET last_sequence = 6", 8),
        ("UPDATE guarantees_chainhead SET last_sha256 = repeat('f', 64)", 8),
        ("DELETE FROM guarantees_chainhead", 8),
    ],
)
def test_a_cut_or_a_changed_head_is_found(told, sql, broken):
    by_hand(sql)
    assert recording.first_broken() == broken


def test_two_events_swapped_are_found_at_the_first(told):
    by_hand("UPDATE guarantees_event SET sequence = 100 WHERE sequence = 3")
    by_hand("UPDATE guarantees_event SET sequence = 3 WHERE sequence = 4")
    by_hand("UPDATE guarantees_event SET sequence = 4 WHERE sequence = 100")
    assert recording.first_broken() == 3


def test_an_event_rewritten_with_a_fitting_hash_is_found_at_the_next(told):
    event = Event.objects.get(sequence=4)
    event.act = Act.DECLINE
    by_hand(f"UPDATE guarantees_event SET act = 'decline', sha256 = '{recording.sha256_of(event)}' WHERE sequence = 4")
    assert recording.first_broken() == 5


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE guarantees_event SET act = act",
        "DELETE FROM guarantees_event",
        "UPDATE guarantees_event SET revision = 9",
    ],
)
def test_an_event_is_neither_changed_nor_deleted(told, sql):
    with (
        pytest.raises(IntegrityError, match="event is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert recording.first_broken() is None


def test_verify_events_counts_a_whole_chain_and_names_where_a_broken_one_breaks(told, capsys):
    call_command("verify_events")
    assert capsys.readouterr().out == "7 events, the chain is whole.\n"
    by_hand("UPDATE guarantees_event SET revision = 9 WHERE sequence = 5")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_events")
    assert str(refusal.value) == "The chain of events breaks at sequence 5."


def test_an_event_rolled_back_leaves_no_gap(contractor):
    application = stories.drafted(contractor)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        recording.record(Act.EDIT, by=contractor.user, application=application)
        raise ZeroDivisionError
    assert recording.record(Act.EDIT, by=contractor.user, application=application).sequence == 2
    assert recording.first_broken() is None


@pytest.mark.django_db(transaction=True)
def test_record_in_eight_threads_appends_without_a_fork_from_the_first_event_on(contractor):
    application = stories.drafted(contractor)
    by_hand("DELETE FROM guarantees_event")
    ChainHead.objects.all().delete()
    user = User.objects.get(username="contractor")

    def append() -> list[int]:
        made = []
        for _ in range(3):
            with transaction.atomic():
                made.append(recording.record(Act.EDIT, by=user, application=application).sequence)
        return made

    made = [sequence for sequences in at_once(*[append] * 8) for sequence in sequences]
    assert sorted(made) == list(range(1, 25))
    assert (recording.first_broken(), ChainHead.objects.get().last_sequence) == (None, 24)
