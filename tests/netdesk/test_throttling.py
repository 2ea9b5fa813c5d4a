"""Failed tries: five are free, then growing waits, a stop at a hundred; parallel tries each count."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from netdesk import throttling
from netdesk.models import TryCounter
from tests.racing import at_once

pytestmark = pytest.mark.django_db

SUBJECT = "look-up:1"
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def counted(subject: str = SUBJECT) -> tuple[int, datetime | None]:
    counter = TryCounter.objects.get(subject=subject)
    return counter.failures, counter.waits_until


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (13, 3600), (99, 3600), (10**9, 3600)],
)
def test_wait_after_doubles_from_the_fifth_failure_up_to_an_hour(failures, seconds):
    assert throttling.wait_after(failures) == timedelta(seconds=seconds)


def test_begin_counts_the_try_before_it_is_made(clock):
    throttling.begin(SUBJECT)
    assert counted() == (1, MORNING)


def test_begin_is_free_five_times_and_then_has_to_wait_half_a_minute(clock):
    for _ in range(5):
        throttling.begin(SUBJECT)
    clock.shift(0.5)
    with pytest.raises(throttling.MustWait) as refusal:
        throttling.begin(SUBJECT)
    assert refusal.value.seconds == 30
    assert counted() == (5, MORNING + timedelta(seconds=30))


def test_begin_refused_counts_nothing_and_makes_no_wait_longer(clock):
    for _ in range(5):
        throttling.begin(SUBJECT)
    before = counted()
    for _ in range(3):
        with pytest.raises(throttling.MustWait):
            throttling.begin(SUBJECT)
    assert counted() == before


@pytest.mark.parametrize(("waited", "is_refused"), [(29.999, True), (30, False)])
def test_begin_is_open_again_when_the_wait_is_over(clock, waited, is_refused):
    for _ in range(5):
        throttling.begin(SUBJECT)
    clock.shift(waited)
    if is_refused:
        with pytest.raises(throttling.MustWait) as refusal:
            throttling.begin(SUBJECT)
        assert refusal.value.seconds == 1
    else:
        throttling.begin(SUBJECT)
        assert counted() == (6, MORNING + timedelta(seconds=30 + 60))


def test_begin_is_stopped_after_a_hundred_failures_however_long_one_waits(clock):
    TryCounter.objects.create(subject=SUBJECT, failures=99, waits_until=MORNING)
    throttling.begin(SUBJECT)
    clock.shift(timedelta(days=365))
    with pytest.raises(throttling.Stopped):
        throttling.begin(SUBJECT)
    assert counted() == (100, MORNING + timedelta(hours=1))


def test_clear_frees_this_subject_and_no_other(clock):
    TryCounter.objects.create(subject=SUBJECT, failures=100, waits_until=MORNING)
    TryCounter.objects.create(subject="look-up:2", failures=100, waits_until=MORNING)
    throttling.clear(SUBJECT)
    assert (counted(), counted("look-up:2")) == ((0, None), (100, MORNING))
    throttling.begin(SUBJECT)
    assert counted() == (1, MORNING)


def test_clear_of_a_subject_that_never_tried_makes_no_row():
    throttling.clear(SUBJECT)
    assert not TryCounter.objects.exists()


def test_begin_of_one_subject_does_not_slow_another(clock):
    for _ in range(5):
        throttling.begin(SUBJECT)
    throttling.begin("look-up:2")
    assert counted("look-up:2") == (1, MORNING)


@pytest.mark.django_db(transaction=True)
def test_begin_in_eight_threads_counts_each_try_and_lets_five_through():
    answers = at_once(*[lambda: throttling.begin(SUBJECT)] * 8)
    assert answers.count(None) == 5
    assert [type(answer) for answer in answers if answer] == [throttling.MustWait] * 3
    assert counted()[0] == 5


def test_stopped_names_the_stopped_subjects_of_a_prefix_in_order():
    rows = {"look-up:2": 100, "look-up:10": 101, "look-up:3": 99, "reset:1": 100}
    TryCounter.objects.bulk_create(TryCounter(subject=name, failures=count) for name, count in rows.items())
    assert throttling.stopped("look-up:") == ["look-up:10", "look-up:2"]
    assert throttling.stopped("look-up:9") == []
