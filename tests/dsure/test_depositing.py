"""The surety's writing door: what it accepts, what it refuses, and that everything may be said twice."""

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dsure import depositing, keys
from dsure.models import (
    Deposit,
    DepositedCertificate,
    KeyReplacement,
    Request,
    RequestAnswer,
    StateChange,
    VoidCause,
    Voiding,
)
from tests.dsure.conftest import NUMBER, deposition, facts_of, sealed_pdf

AT = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


def in_force_of(number: str = NUMBER) -> tuple[int, str]:
    certificate = DepositedCertificate.objects.in_force().get(deposit__number=number)
    return certificate.version, certificate.target


def amend(*versions: int) -> None:
    for version in versions:
        depositing.deposit(deposition(version=version), arrived_at=AT)


def first_with(**changes) -> depositing.Deposition:
    return deposition(verifier=keys.verifier(NUMBER, keys.make(NUMBER)), **changes)


def test_arrival_is_now():
    before = timezone.now()
    assert before <= depositing.arrival() <= timezone.now()


def test_deposit_keeps_everything_as_it_arrived(obligee):
    first = first_with()
    depositing.deposit(first, arrived_at=AT)
    certificate = DepositedCertificate.objects.select_related("deposit").get()
    head = certificate.deposit
    assert (head.number, head.obligee, head.verifier, head.key_version, head.state) == (
        NUMBER,
        obligee,
        first.verifier,
        1,
        "in_force",
    )
    assert (certificate.version, certificate.target, certificate.cause, certificate.facts) == (
        1,
        "新規",
        "issue",
        first.facts,
    )
    assert (bytes(certificate.pdf), certificate.sha256, certificate.arrived_at) == (first.pdf, first.sha256, AT)
    assert certificate.guarantee_ends_on.isoformat() == "2099-03-31"
    assert certificate.is_undamaged()


def test_deposit_of_the_same_again_changes_nothing(obligee):
    first = first_with()
    for at in (AT, timezone.now()):
        depositing.deposit(first, arrived_at=at)
    assert [certificate.arrived_at for certificate in DepositedCertificate.objects.all()] == [AT]


def test_deposits_shuffled_and_repeated_end_the_same(obligee):
    versions = [first_with(), deposition(version=2), deposition(version=3)]
    for order in itertools.permutations(versions):
        for one in order * 3:
            try:
                depositing.deposit(one, arrived_at=AT)
            except depositing.OutOfOrder:
                continue
    assert [(row.version, row.target) for row in DepositedCertificate.objects.all()] == [
        (1, "新規"),
        (2, "変更－１"),
        (3, "変更－２"),
    ]


def other_facts(**changes):
    return lambda: first_with(facts=facts_of(**changes))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (lambda: replace(first_with(), pdf=first_with().pdf + b" "), depositing.Altered),
        (lambda: first_with(pdf=sealed_pdf("x", by="dsure")), depositing.SealBroken),
        (lambda: first_with(pdf=sealed_pdf("x") + b"\n"), depositing.SealBroken),
        (lambda: first_with(pdf=b"%PDF-1.7 unsealed"), depositing.SealBroken),
        (
            lambda: replace(first_with(), obligee_code="99999", facts=facts_of(obligee_code="99999")),
            depositing.UnknownObligee,
        ),
        (lambda: replace(first_with(), obligee_code="12217"), depositing.OtherObligee),
        (lambda: replace(first_with(), facts=facts_of(obligee_code=None)), depositing.OtherObligee),
        (lambda: first_with(facts=facts_of("14081-00002M")), depositing.OtherNumber),
        (other_facts(layout=2), depositing.Unreadable),
        (other_facts(guarantee_ends_on="2099-02-30"), depositing.Unreadable),
        (other_facts(guarantee_ends_on=None), depositing.Unreadable),
        (lambda: deposition(), depositing.KeyNotAsExpected),
        (lambda: deposition(version=2), depositing.OutOfOrder),
        (lambda: replace(first_with(), version=2), depositing.KeyNotAsExpected),
    ],
)
def test_a_first_deposit_that_is_not_genuine_is_refused(obligee, rival_obligee, wrong, refusal):
    with pytest.raises(refusal):
        depositing.deposit(wrong(), arrived_at=AT)
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("version", [0, 1, 3, 4])
def test_other_bytes_or_a_version_out_of_order_are_refused(hand_in, version):
    hand_in()
    refusal = depositing.OtherBytes if version == 1 else depositing.OutOfOrder
    verifier = keys.verifier(NUMBER, keys.make(NUMBER)) if version == 1 else None
    with pytest.raises(refusal):
        depositing.deposit(
            replace(deposition(pdf=sealed_pdf("other")), version=version, verifier=verifier), arrived_at=AT
        )
    assert in_force_of() == (1, "新規")


def test_same_pdf_with_other_facts_is_refused(hand_in):
    hand_in()
    verifier = keys.verifier(NUMBER, keys.make(NUMBER))
    with pytest.raises(depositing.OtherBytes):
        depositing.deposit(deposition(facts=facts_of(guaranteed_amount=1), verifier=verifier), arrived_at=AT)


def test_a_key_with_a_later_version_is_refused(hand_in):
    hand_in()
    with pytest.raises(depositing.KeyNotAsExpected):
        depositing.deposit(deposition(version=2, verifier=keys.verifier(NUMBER, keys.make(NUMBER))), arrived_at=AT)


def test_a_later_version_for_another_obligee_is_refused(hand_in):
    hand_in()
    with pytest.raises(depositing.OtherObligee):
        depositing.deposit(deposition(version=2, facts=facts_of(obligee_code="12217")), arrived_at=AT)


def test_a_deposit_is_rolled_back_with_its_caller(obligee):
    with transaction.atomic():
        depositing.deposit(first_with(), arrived_at=AT)
        transaction.set_rollback(True)
    assert not Deposit.objects.exists()


def test_a_correction_stands_in_place_of_the_version_that_it_voids(hand_in):
    hand_in()
    amend(2)
    depositing.deposit(deposition(version=3, target="変更－１", cause="correction", voids=2), arrived_at=AT)
    assert in_force_of() == (3, "変更－１")
    assert [(row.certificate.version, row.cause, row.voided_at) for row in Voiding.objects.all()] == [
        (2, "correction", AT)
    ]


def test_a_voided_amendment_puts_the_version_before_in_force_again(hand_in):
    hand_in()
    amend(2)
    for _ in range(2):
        depositing.void(NUMBER, 2, VoidCause.AMENDMENT_CANCELLATION, voided_at=AT)
    assert in_force_of() == (1, "新規")
    assert Voiding.objects.count() == 1


def test_voiding_what_is_not_there_or_the_last_one_or_for_another_cause_is_refused(hand_in):
    hand_in()
    for number, version, refusal in (
        ("14081-00002M", 1, depositing.UnknownNumber),
        (NUMBER, 2, depositing.OutOfOrder),
        (NUMBER, 1, depositing.NothingLeft),
    ):
        with pytest.raises(refusal):
            depositing.void(number, version, VoidCause.CORRECTION, voided_at=AT)
    amend(2)
    depositing.void(NUMBER, 2, VoidCause.CORRECTION, voided_at=AT)
    with pytest.raises(depositing.OtherBytes):
        depositing.void(NUMBER, 2, VoidCause.AMENDMENT_CANCELLATION, voided_at=AT)


def test_a_replaced_verifier_leaves_the_old_one_in_a_row(hand_in):
    hand_in()
    old = Deposit.objects.get().verifier
    new = keys.verifier(NUMBER, keys.make(NUMBER))
    for _ in range(2):
        depositing.replace_verifier(NUMBER, new, replaced_at=AT)
    head = Deposit.objects.get()
    assert (head.verifier, head.key_version) == (new, 2)
    assert [(row.key_version, row.verifier_text, row.replaced_at) for row in KeyReplacement.objects.all()] == [
        (1, old.text, AT)
    ]


def test_a_closed_guarantee_stays_as_it_is(hand_in):
    hand_in()
    for _ in range(2):
        depositing.close(NUMBER, "cancelled", closed_at=AT)
    assert [(row.state, row.closed_at) for row in StateChange.objects.all()] == [("cancelled", AT)]
    with pytest.raises(depositing.AlreadyClosed):
        depositing.close(NUMBER, "released", closed_at=AT)
    with pytest.raises(depositing.AlreadyClosed):
        depositing.deposit(deposition(version=2), arrived_at=AT)
    with pytest.raises(depositing.AlreadyClosed):
        depositing.replace_verifier(NUMBER, keys.verifier(NUMBER, keys.make(NUMBER)), replaced_at=AT)
    with pytest.raises(depositing.UnknownNumber):
        depositing.close("14081-00002M", "released", closed_at=AT)


def test_a_request_gets_its_answers_and_one_last_one(hand_in, officer):
    hand_in()
    request = Request.objects.create(
        deposit=Deposit.objects.get(),
        kind="release",
        reason="完成・引渡し",
        contact="契約検査課",
        requested_at=AT,
        requested_by=officer.user,
    )
    for answer in ("taken_up", "taken_up", "carried_out", "carried_out"):
        depositing.answer_request(request.pk, answer, answered_at=AT)
    with pytest.raises(depositing.AlreadyAnswered):
        depositing.answer_request(request.pk, "declined", answered_at=AT)
    with pytest.raises(depositing.UnknownNumber):
        depositing.answer_request(request.pk + 1, "declined", answered_at=AT)
    assert [row.answer for row in RequestAnswer.objects.order_by("pk")] == ["taken_up", "carried_out"]


@pytest.mark.django_db(transaction=True)
def test_a_deposit_waits_for_the_one_before_it_and_then_sees_it(hand_in):
    hand_in()
    rival, answers = deposition(version=2, pdf=sealed_pdf("rival")), []

    def deposit_rival():
        try:
            depositing.deposit(rival, arrived_at=AT)
        except Exception as refusal:  # whatever it is, the test wants to see it
            answers.append(type(refusal))
        finally:
            connection.close()

    thread = threading.Thread(target=deposit_rival)
    with transaction.atomic():
        amend(2)
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
    thread.join()
    assert answers == [depositing.OtherBytes]
    assert bytes(DepositedCertificate.objects.get(version=2).pdf) == deposition(version=2).pdf
