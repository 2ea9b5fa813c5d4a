"""Opening a certificate: who may, what it costs to be wrong, and what is written down."""

import statistics
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from dsure import depositing, hashing, keys, viewing
from dsure.models import Deposit, DepositedCertificate, Failure, RegisterEntry, Viewing
from netdesk import throttling
from netdesk.models import TryCounter
from tests.dsure.conftest import NUMBER, deposition, with_valid_check

UNKNOWN = "14081-00009M"


def look_up(officer, number: str, key: str) -> DepositedCertificate:
    return viewing.look_up(by=officer, number_text=number, key_text=key)


def fail(officer, number: str = UNKNOWN) -> None:
    with pytest.raises(viewing.NoMatch):
        look_up(officer, number, keys.make(number))


def failures_in_a_row(officer) -> int:
    return sum(TryCounter.objects.filter(subject=viewing.subject_of(officer)).values_list("failures", flat=True))


def test_a_right_pair_opens_enters_the_register_and_is_logged(hand_in, officer):
    handed = hand_in()
    certificate = look_up(officer, "１４０８１ー００００１ｍ", keys.grouped(handed.key).replace("-", "　"))
    assert (certificate.deposit.number, certificate.version) == (NUMBER, 1)
    entry, sight = RegisterEntry.objects.get(), Viewing.objects.get()
    assert (entry.obligee, entry.deposit, entry.first_opened_by) == (officer.obligee, certificate.deposit, officer.user)
    assert (sight.certificate, sight.how, sight.viewed_by, sight.organisation) == (
        certificate,
        "key",
        officer.user,
        "平塚市 契約検査課",
    )
    assert not Failure.objects.exists()
    assert failures_in_a_row(officer) == 0


def test_a_second_look_up_logs_and_leaves_the_first_in_the_register(hand_in, officer, colleague):
    handed = hand_in()
    for person in (officer, colleague):
        look_up(person, handed.number, handed.key)
    assert RegisterEntry.objects.get().first_opened_by == officer.user
    assert Viewing.objects.count() == 2


def test_a_typo_is_told_before_any_look_up_and_costs_nothing(hand_in, officer, django_assert_num_queries):
    handed = hand_in()
    wrong = handed.key[:3] + ("A" if handed.key[3] != "A" else "C") + handed.key[4:]
    with django_assert_num_queries(0), pytest.raises(viewing.Typo):
        look_up(officer, handed.number, wrong)
    assert not TryCounter.objects.exists()


def no_matches(hand_in, officer) -> dict[str, tuple[str, str]]:
    """Every reason why a pair with a right check character opens nothing."""
    own, others, rekeyed = hand_in(), hand_in("14081-00002M", obligee_code="12217"), hand_in("14081-00003M")
    new = keys.make(rekeyed.number)
    depositing.replace_verifier(rekeyed.number, keys.verifier(rekeyed.number, new), replaced_at=timezone.now())
    return {
        "unknown number": (UNKNOWN, keys.make(UNKNOWN)),
        "wrong key": (own.number, with_valid_check(own.number, other_than=own.key)),
        "another organisation's": (others.number, others.key),
        "old key after re-issue": (rekeyed.number, rekeyed.key),
    }


def test_nothing_opens_for_any_other_reason_and_each_is_written_down(hand_in, officer):
    for number, key in no_matches(hand_in, officer).values():
        with pytest.raises(viewing.NoMatch):
            look_up(officer, number, key)
        failure = Failure.objects.first()
        assert (failure.number, failure.obligee, failure.failed_by) == (number, officer.obligee, officer.user)
    assert (RegisterEntry.objects.count(), Viewing.objects.count(), Failure.objects.count()) == (0, 0, 4)


def test_every_reason_takes_the_work_of_one_hash(hand_in, officer):
    took = {}
    for reason, (number, key) in no_matches(hand_in, officer).items():
        times = []
        for _ in range(5):
            throttling.clear(viewing.subject_of(officer))
            started = time.perf_counter()
            with pytest.raises(viewing.NoMatch):
                look_up(officer, number, key)
            times.append(time.perf_counter() - started)
        took[reason] = statistics.median(times)
    assert min(took.values()) > max(took.values()) / 3, took


def test_the_new_key_opens_after_re_issue(hand_in, officer):
    handed = hand_in()
    new = keys.make(handed.number)
    depositing.replace_verifier(handed.number, keys.verifier(handed.number, new), replaced_at=timezone.now())
    assert look_up(officer, handed.number, new).version == 1


@pytest.mark.parametrize("state", ["released", "cancelled"])
def test_the_right_key_opens_what_was_closed(hand_in, officer, state):
    handed = hand_in()
    depositing.close(handed.number, state, closed_at=timezone.now())
    assert look_up(officer, handed.number, handed.key).version == 1


def test_the_right_key_opens_the_version_in_force(hand_in, officer):
    handed = hand_in()
    for version in (2, 3):
        depositing.deposit(deposition(version=version), arrived_at=timezone.now())
    depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=timezone.now())
    assert look_up(officer, handed.number, handed.key).version == 2


def test_after_five_failures_one_waits_and_success_clears(hand_in, officer, colleague):
    handed = hand_in()
    for _ in range(5):
        fail(officer)
    with pytest.raises(throttling.MustWait) as wait:
        look_up(officer, handed.number, handed.key)
    assert 25 <= wait.value.seconds <= 31
    assert Failure.objects.count() == 5
    assert look_up(colleague, handed.number, handed.key).version == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert look_up(officer, handed.number, handed.key).version == 1
    assert failures_in_a_row(officer) == 0


def test_a_hundred_failures_in_a_row_stop_the_account(hand_in, officer):
    handed = hand_in()
    TryCounter.objects.create(subject=viewing.subject_of(officer), failures=100)
    with pytest.raises(throttling.Stopped):
        look_up(officer, handed.number, handed.key)


def in_threads(count: int, act) -> list[str]:
    """The names of what `act` raised or returned, in `count` threads at once; Busy is tried again."""
    start, answers = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            while True:
                try:
                    answers.append(str(act()))
                    return
                except hashing.Busy:
                    time.sleep(0.005)
                except (viewing.NoMatch, throttling.MustWait) as refusal:
                    answers.append(type(refusal).__name__)
                    return
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_each_count(officer):
    answers = in_threads(12, lambda: look_up(officer, UNKNOWN, keys.make(UNKNOWN)))
    assert answers == ["MustWait"] * 7 + ["NoMatch"] * 5
    assert (Failure.objects.count(), failures_in_a_row(officer)) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_parallel_right_pairs_make_one_register_entry(hand_in, officer):
    handed = hand_in()
    assert in_threads(4, lambda: look_up(officer, handed.number, handed.key).version) == ["1"] * 4
    assert (RegisterEntry.objects.count(), Viewing.objects.count()) == (1, 4)


@pytest.mark.django_db(transaction=True)
def test_no_more_hashes_at_once_than_cores(officer):
    held, release = threading.Barrier(hashing.AT_ONCE + 1), threading.Event()

    def hold():
        with hashing.slot():
            held.wait()
            release.wait()
        connection.close()

    holders = [threading.Thread(target=hold, daemon=True) for _ in range(hashing.AT_ONCE)]
    for holder in holders:
        holder.start()
    held.wait()
    try:
        with pytest.raises(hashing.Busy):
            look_up(officer, UNKNOWN, keys.make(UNKNOWN))
        assert not TryCounter.objects.exists()  # what was not tried costs nothing
    finally:
        release.set()
        for holder in holders:
            holder.join()
    fail(officer)


def test_a_slot_is_free_again_after_every_kind_of_end(officer):
    for _ in range(hashing.AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), hashing.slot():
            raise ZeroDivisionError
    fail(officer)


def damage(sql: str) -> None:
    """What a failing disk does: it asks neither triggers nor constraints."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dsure_depositedcertificate DROP CONSTRAINT dsure_certificate_sha256_is_of_pdf")
        cursor.execute("ALTER TABLE dsure_depositedcertificate DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE dsure_depositedcertificate SET {sql}")


DAMAGES = [
    "pdf = set_byte(pdf, length(pdf) / 2, 255 - get_byte(pdf, length(pdf) / 2))",
    "facts = jsonb_set(facts, '{guaranteed_amount}', '90000000')",
    "sha256 = repeat('0', 64)",
]


@pytest.mark.parametrize("sql", DAMAGES)
def test_a_damaged_certificate_is_never_shown(hand_in, officer, sql):
    handed = hand_in()
    public_id = look_up(officer, handed.number, handed.key).deposit.public_id
    damage(sql)
    with pytest.raises(viewing.Damaged):
        look_up(officer, handed.number, handed.key)
    with pytest.raises(viewing.Damaged):
        viewing.open_from_register(by=officer, public_id=public_id)
    with pytest.raises(viewing.Damaged):
        viewing.pdf(by=officer, public_id=public_id, version=1)
    assert Viewing.objects.count() == 1


def test_the_register_opens_without_a_key_for_all_sections_also_after_re_issue(hand_in, officer, colleague):
    handed = hand_in()
    public_id = look_up(officer, handed.number, handed.key).deposit.public_id
    depositing.replace_verifier(NUMBER, keys.verifier(NUMBER, keys.make(NUMBER)), replaced_at=timezone.now())
    opened = viewing.open_from_register(by=colleague, public_id=public_id)
    assert (opened.deposit.status, opened.certificate.version, opened.is_in_force) == ("有効", 1, True)
    assert [version.version for version in opened.versions] == [1]
    assert bytes(viewing.pdf(by=colleague, public_id=public_id, version=1).pdf) == deposition().pdf
    assert [(sight.how, sight.organisation) for sight in Viewing.objects.order_by("pk")] == [
        ("key", "平塚市 契約検査課"),
        ("register", "平塚市 道路整備課"),
        ("pdf", "平塚市 道路整備課"),
    ]


def test_what_is_not_in_the_own_register_does_not_exist(hand_in, officer, rival_officer):
    handed = hand_in()
    public_id = Deposit.objects.get().public_id
    for person in (officer, rival_officer):  # the officer's organisation has not opened it yet
        with pytest.raises(Deposit.DoesNotExist):
            viewing.open_from_register(by=person, public_id=public_id)
        with pytest.raises(Deposit.DoesNotExist):
            viewing.pdf(by=person, public_id=public_id, version=1)
    look_up(officer, handed.number, handed.key)
    with pytest.raises(Deposit.DoesNotExist):
        viewing.open_from_register(by=rival_officer, public_id=public_id)
    with pytest.raises(DepositedCertificate.DoesNotExist):
        viewing.open_from_register(by=officer, public_id=public_id, version=2)
