"""The surety's reading door."""

from datetime import timedelta

from django.utils import timezone

from dsure import depositing, reporting, viewing
from dsure.models import Acknowledgement, DepositedCertificate, HandInRule, RegisterEntry, Request
from tests.dsure.conftest import NUMBER, deposition, with_valid_check


def answer(officer, kind: str, reason: str = "") -> Acknowledgement:
    certificate = DepositedCertificate.objects.in_force().get(deposit__number=NUMBER)
    return Acknowledgement.objects.create(
        certificate=certificate, kind=kind, reason=reason, acknowledged_at=timezone.now(), acknowledged_by=officer.user
    )


def test_deposits_are_taken_for_registered_codes_only(obligee):
    assert reporting.takes_deposits("14203")
    assert not reporting.takes_deposits("99999")


def test_receipts_follow_opening_and_answers(hand_in, officer):
    handed = hand_in()
    nothing = {
        "first_viewed_at": None,
        "viewed_by_organisation": "",
        "acknowledged_at": None,
        "returned_at": None,
        "returned_reason": "",
    }
    assert reporting.receipts([NUMBER, "14081-00009M"]) == {NUMBER: reporting.Receipt(**nothing)}
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    opened = nothing | {
        "first_viewed_at": RegisterEntry.objects.get().first_opened_at,
        "viewed_by_organisation": "平塚市 契約検査課",
    }
    assert reporting.receipts([NUMBER]) == {NUMBER: reporting.Receipt(**opened)}
    received = answer(officer, "received")
    assert reporting.receipts([NUMBER])[NUMBER].acknowledged_at == received.acknowledged_at
    returned = answer(officer, "returned", "工期の相違")
    expected = opened | {"returned_at": returned.acknowledged_at, "returned_reason": "工期の相違"}
    assert reporting.receipts([NUMBER]) == {NUMBER: reporting.Receipt(**expected)}
    answer(officer, "withdrawn", "誤り")
    assert reporting.receipts([NUMBER]) == {NUMBER: reporting.Receipt(**opened)}
    answer(officer, "received")
    depositing.deposit(deposition(version=2), arrived_at=timezone.now())
    assert reporting.receipts([NUMBER]) == {NUMBER: reporting.Receipt(**opened)}


def test_receipts_take_one_query_for_any_number(hand_in, django_assert_num_queries):
    numbers = [f"14081-0000{serial}M" for serial in range(1, 4)]
    for number in numbers:
        hand_in(number)
    for asked in (numbers[:1], numbers):
        with django_assert_num_queries(1):
            assert list(reporting.receipts(asked)) == asked


def test_unopened_are_those_that_nobody_opened_since_they_arrived(hand_in, officer):
    first, second = hand_in(), hand_in("14081-00002M")
    now = timezone.now()
    assert reporting.unopened_since(now) == [first.number, second.number]
    assert reporting.unopened_since(now - timedelta(hours=1)) == []
    viewing.look_up(by=officer, number_text=first.number, key_text=first.key)
    assert reporting.unopened_since(now) == [second.number]
    depositing.close(second.number, "cancelled", closed_at=now)
    assert reporting.unopened_since(now) == []


def test_failures_are_counted_by_number(hand_in, officer):
    handed, before = hand_in(), timezone.now()
    for number in (NUMBER, NUMBER, "14081-00009M"):
        try:
            viewing.look_up(by=officer, number_text=number, key_text=with_valid_check(number, other_than=handed.key))
        except viewing.NoMatch:
            continue
    assert reporting.failures(before) == {NUMBER: 2, "14081-00009M": 1}
    assert reporting.failures(timezone.now()) == {}


def test_requests_after_a_cursor_with_their_newest_answer(hand_in, officer, django_assert_num_queries):
    hand_in()
    deposit, now = DepositedCertificate.objects.get().deposit, timezone.now()
    first, second = (
        Request.objects.create(
            deposit=deposit, kind=kind, reason="理由", contact="連絡先", requested_at=now, requested_by=officer.user
        )
        for kind in ("release", "claim")
    )
    depositing.answer_request(first.pk, "taken_up", answered_at=now)
    depositing.answer_request(first.pk, "carried_out", answered_at=now)
    with django_assert_num_queries(1):
        filed = reporting.requests_after(0)
    assert [(one.cursor, one.number, one.organisation, one.kind, one.answer) for one in filed] == [
        (first.pk, NUMBER, "平塚市", "release", "carried_out"),
        (second.pk, NUMBER, "平塚市", "claim", ""),
    ]
    assert [one.cursor for one in reporting.requests_after(first.pk)] == [second.pk]


def test_hand_in_rules_are_the_organisations_own(officer, rival_obligee):
    now = timezone.now()
    HandInRule.objects.create(
        obligee=officer.obligee, product="advance", channel="電子メール", written_at=now, written_by=officer.user
    )
    assert reporting.hand_in_rules("14203") == [
        reporting.HandIn(
            product="advance",
            channel="電子メール",
            address="",
            subject="",
            is_print_accepted=None,
            other_papers="",
            written_at=now,
        )
    ]
    assert reporting.hand_in_rules("12217") == []
