"""依頼・請求: what an organisation may ask of the surety about what it has opened, and that the order of cursors is that of commits."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dsure import depositing, reporting, requesting, viewing
from dsure.models import Deposit, Officer, Request
from tests.dsure.conftest import NUMBER
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposit(hand_in, officer) -> Deposit:
    """A guarantee of 20,000,000 yen that the organisation has opened."""
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return Deposit.objects.get(number=NUMBER)


def file(by: Officer, deposit: Deposit, kind: str = "release", amount: int | None = None, **changes) -> Request:
    said = {"reason": " 工事が完成したため。 ", "contact": "契約検査課 0463-00-0000"} | changes
    return requesting.file_request(by=by, deposit=deposit, kind=kind, amount=amount, **said)


def test_what_is_filed_is_what_the_surety_reads(officer, deposit):
    filed = file(officer, deposit, "claim", 20_000_000)
    (read,) = reporting.requests_of([NUMBER])
    assert read == reporting.FiledRequest(
        cursor=filed.pk,
        number=NUMBER,
        organisation="平塚市",
        kind="claim",
        amount=20_000_000,
        reason="工事が完成したため。",
        contact="契約検査課 0463-00-0000",
        requested_at=filed.requested_at,
        answer="",
        answered_at=None,
        note="",
    )
    assert (reporting.request(filed.pk), reporting.request(filed.pk + 1)) == (read, None)
    assert filed.requested_by == officer.user


def test_a_colleague_may_file_and_a_rival_or_one_who_has_not_opened_it_may_not(
    officer, colleague, rival_officer, deposit, hand_in
):
    assert file(colleague, deposit).requested_by == colleague.user
    unopened = Deposit.objects.get(number=hand_in("14081-00002M").number)
    for by, other in ((rival_officer, deposit), (officer, unopened)):
        with pytest.raises(Deposit.DoesNotExist):
            file(by, other, "claim", 1)


@pytest.mark.parametrize(
    ("kind", "amount", "changes", "refused"),
    [
        ("release", None, {"reason": " "}, requesting.ReasonMissing),
        ("release", None, {"contact": ""}, requesting.ContactMissing),
        ("partial_release", None, {}, requesting.AmountWrong),
        ("partial_release", 0, {}, requesting.AmountWrong),
        ("partial_release", 20_000_000, {}, requesting.AmountWrong),
        ("claim", None, {}, requesting.ClaimWrong),
        ("claim", -1, {}, requesting.ClaimWrong),
        ("claim", 20_000_001, {}, requesting.ClaimWrong),
    ],
)
def test_is_refused_in_words_and_leaves_nothing(officer, deposit, kind, amount, changes, refused):
    with pytest.raises(refused) as refusal:
        file(officer, deposit, kind, amount, **changes)
    assert (refusal.value.sentence[-1], Request.objects.count()) == ("。", 0)


@pytest.mark.parametrize(("first", "second"), [("release", "partial_release"), ("partial_release", "release")])
def test_of_the_whole_and_a_part_one_is_open_at_a_time_and_a_claim_stands_beside_it(officer, deposit, first, second):
    amounts = {"release": None, "partial_release": 1_000_000}
    open_one = file(officer, deposit, first, amounts[first])
    depositing.answer_request(open_one.pk, "taken_up", answered_at=timezone.now())
    file(officer, deposit, "claim", 1)
    for kind, amount in ((second, amounts[second]), ("claim", 2)):
        with pytest.raises(requesting.OpenAlready):
            file(officer, deposit, kind, amount)
    depositing.answer_request(open_one.pk, "declined", answered_at=timezone.now(), note="未精算")
    assert file(officer, deposit, second, amounts[second]).pk


@pytest.mark.parametrize("state", ["released", "cancelled"])
def test_on_what_is_closed_is_refused(officer, deposit, state):
    depositing.close(NUMBER, state, closed_at=timezone.now())
    with pytest.raises(requesting.Closed):
        file(officer, deposit, "claim", 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_filed_by_two_at_once_is_filed_once(officer, colleague, deposit):
    answers = at_once(lambda: file(officer, deposit).kind, lambda: file(colleague, deposit).kind)
    assert sorted(str(answer) for answer in answers) == sorted(["release", requesting.OpenAlready.sentence])
    assert Request.objects.count() == 1


def impatiently(by: Officer, deposit: Deposit) -> int:
    """Files, and gives up after 0.3 s of waiting for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    return file(by, deposit).pk


@pytest.mark.django_db(transaction=True)
def test_a_request_waits_for_whoever_holds_the_guarantee(officer, deposit):
    with transaction.atomic():
        Deposit.objects.select_for_update(no_key=True).get(pk=deposit.pk)  # lets a foreign key pass
        (answer,) = at_once(lambda: impatiently(officer, deposit))
    assert type(answer).__name__ == "OperationalError"


@pytest.mark.django_db(transaction=True)
def test_a_request_waits_for_one_that_has_its_cursor_but_is_not_committed(officer, deposit, hand_in):
    other = hand_in("14081-00002M")
    viewing.look_up(by=officer, number_text=other.number, key_text=other.key)
    second = Deposit.objects.get(number=other.number)
    with transaction.atomic():
        file(officer, deposit)
        (answer,) = at_once(lambda: impatiently(officer, second))
    assert type(answer).__name__ == "OperationalError"
    assert [one.number for one in reporting.requests_after(0)] == [NUMBER]
