"""What the database itself refuses, and what is derived from its rows."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dsure import depositing, viewing
from dsure.models import (
    Deposit,
    DepositedCertificate,
    Officer,
    Operator,
    RegisterEntry,
    Request,
    RequestAnswer,
    Viewing,
)
from dsure.models.requests import Acknowledgement
from tests.dsure.conftest import NUMBER, deposition, with_valid_check

APPEND_ONLY = [
    "depositedcertificate", "voiding", "keyreplacement", "statechange", "registerentry", "viewing", "failure",
    "acknowledgement", "request", "requestanswer",
]  # fmt: skip


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def a_row_of_each(hand_in, officer):
    """One row in each append-only table."""
    handed, now = hand_in(), timezone.now()
    with pytest.raises(viewing.NoMatch):
        viewing.look_up(by=officer, number_text=NUMBER, key_text=with_valid_check(NUMBER, other_than=handed.key))
    certificate = viewing.look_up(by=officer, number_text=NUMBER, key_text=handed.key)
    depositing.deposit(deposition(version=2), arrived_at=now)
    depositing.void(NUMBER, 2, "correction", voided_at=now)
    depositing.replace_verifier(NUMBER, viewing.keys.verifier(NUMBER, viewing.keys.make(NUMBER)), replaced_at=now)
    Acknowledgement.objects.create(
        certificate=certificate, kind="received", acknowledged_at=now, acknowledged_by=officer.user
    )
    request = Request.objects.create(
        deposit=certificate.deposit,
        kind="claim",
        reason="理由",
        contact="連絡先",
        requested_at=now,
        requested_by=officer.user,
    )
    RequestAnswer.objects.create(request=request, answer="taken_up", answered_at=now)
    depositing.close(NUMBER, "released", closed_at=now)


@pytest.mark.parametrize("act", ["UPDATE dsure_{} SET id = id", "DELETE FROM dsure_{}"])
def test_append_only_tables_refuse_change(a_row_of_each, act):
    for table in APPEND_ONLY:
        with pytest.raises(IntegrityError, match=f"dsure_{table} is append-only"):
            run(act.format(table))


@pytest.mark.parametrize(
    "change",
    [
        "number = '14081-00002M'",
        "obligee_id = (SELECT id FROM dsure_obligee WHERE code = '12217')",
        "public_id = gen_random_uuid()",
        "id = id + 1",
    ],
)
def test_the_identity_of_a_deposit_is_frozen(hand_in, change):
    hand_in()
    with pytest.raises(IntegrityError, match="identity of a deposit is frozen"):
        run(f"UPDATE dsure_deposit SET {change}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("key_version = 3", "new verifier"),
        ("verifier_text = '$argon2id$other'", "new verifier"),
        ("verifier_text = 'Y7HKUE4J3Aux', key_version = 2", "keeps_a_hash_only"),
        ("state = 'paused'", "state_is_known"),
    ],
)
def test_a_deposit_changes_by_the_doors_only(hand_in, change, reason):
    hand_in()
    with pytest.raises(IntegrityError, match=reason):
        run(f"UPDATE dsure_deposit SET {change}")


def test_a_deposit_is_never_deleted_nor_opened_again(hand_in):
    hand_in()
    depositing.close(NUMBER, "released", closed_at=timezone.now())
    with pytest.raises(IntegrityError, match="closed deposit stays closed"):
        run("UPDATE dsure_deposit SET state = 'in_force'")
    with pytest.raises(IntegrityError, match="dsure_deposit is append-only"):
        run("DELETE FROM dsure_deposit")


@pytest.mark.parametrize("number", ["14081-00001", "14081-00001m", "1408100001M", "１4081-00001M", "14081 00001M"])
def test_a_number_that_is_not_canonical_is_refused(obligee, number):
    with pytest.raises(IntegrityError, match="number_is_canonical"), transaction.atomic():
        Deposit.objects.create(number=number, obligee=obligee, verifier_text="$argon2id$", pepper_version=1)


def copy_of_first(version: int, pdf: str = "pdf") -> str:
    columns = "deposit_id, target, cause, facts, facts_sha256, guarantee_ends_on, sha256, arrived_at"
    return (
        f"INSERT INTO dsure_depositedcertificate ({columns}, version, pdf) "
        f"SELECT {columns}, {version}, {pdf} FROM dsure_depositedcertificate"
    )


@pytest.mark.parametrize("version", [0, 1, 3])
def test_versions_go_up_by_one(hand_in, version):
    hand_in()
    with pytest.raises(IntegrityError, match="versions go up by one"):
        run(copy_of_first(version))
    run(copy_of_first(2))


def test_a_hash_that_is_not_that_of_the_bytes_is_refused(hand_in):
    hand_in()
    with pytest.raises(IntegrityError, match="sha256_is_of_pdf"):
        run(copy_of_first(2, "pdf || '\\x00'::bytea"))


def test_no_organisation_holds_anothers_guarantee(hand_in, rival_officer):
    hand_in()
    with pytest.raises(IntegrityError, match="register_entry_of_obligee"), transaction.atomic():
        RegisterEntry.objects.create(
            obligee=rival_officer.obligee,
            deposit=Deposit.objects.get(),
            first_opened_at=timezone.now(),
            first_opened_by=rival_officer.user,
        )


def test_no_officer_sits_in_another_organisations_section(officer, rival_officer):
    with pytest.raises(IntegrityError, match="department_of_obligee"), transaction.atomic():
        Officer.objects.filter(pk=officer.pk).update(obligee=rival_officer.obligee)


def test_a_viewing_names_a_certificate_of_its_deposit(hand_in, officer):
    hand_in()
    hand_in("14081-00002M")
    certificate = DepositedCertificate.objects.get(deposit__number=NUMBER)
    with pytest.raises(IntegrityError, match="viewing_of_deposit"), transaction.atomic():
        Viewing.objects.create(
            deposit=Deposit.objects.get(number="14081-00002M"),
            certificate=certificate,
            how="pdf",
            viewed_at=timezone.now(),
            viewed_by=officer.user,
            organisation="平塚市",
        )


def test_one_person_is_officer_or_operator(officer, operator):
    for both in (
        Operator(user=officer.user),
        Officer(user=operator.user, obligee=officer.obligee, department=officer.department),
    ):
        with pytest.raises(Exception, match="兼ねられません"):
            both.full_clean()


def status_on(today: date) -> str:
    return Deposit.objects.with_standing(today).get().status


def test_status_in_words(hand_in):
    hand_in(guarantee_ends_on="2027-03-31")
    assert status_on(date(2027, 3, 31)) == "有効"
    assert status_on(date(2027, 4, 1)) == "終了"
    depositing.deposit(deposition(version=2), arrived_at=timezone.now())  # until 2099
    depositing.deposit(deposition(version=3), arrived_at=timezone.now())
    assert status_on(date(2027, 4, 1)) == "有効（最新は変更－２）"
    depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=timezone.now())
    assert status_on(date(2027, 4, 1)) == "有効（最新は変更－１）"
    depositing.void(NUMBER, 2, "amendment_cancellation", voided_at=timezone.now())
    assert status_on(date(2027, 4, 1)) == "終了"
    assert status_on(date(2027, 3, 31)) == "有効"


@pytest.mark.parametrize(("state", "words"), [("released", "解除"), ("cancelled", "解約")])
def test_status_of_a_closed_guarantee(hand_in, state, words):
    hand_in()
    depositing.close(NUMBER, state, closed_at=timezone.now())
    assert status_on(date(2026, 12, 1)) == words
