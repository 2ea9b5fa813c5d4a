"""保証料請求書（一括納付分）: once per contractor and month, what stands on it, and who reads it."""

import csv
import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from guarantees import bills, collecting
from guarantees.models import BankAccount, Bill, BillLine, Contractor, Event
from guarantees.terms import Act, PremiumPayment
from netdesk import acting
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.racing import at_once

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
DESK, LIST = "/surety/bills/", "/bills/"


@pytest.fixture
def december():
    """The clock in the next month: November is closed."""
    with time_machine.travel(datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")), tick=True):
        yield


@pytest.fixture
def statements(contractor, reviewer, approver) -> list:
    """Of one guarantee billed monthly: its premium and a refund; and another paid per case, which no bill carries."""
    guarantee = stories.issued(contractor, reviewer, approver)
    stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=15_000_000)
    per_case = stories.approved(contractor, reviewer, stories.advance(premium_payment=PremiumPayment.PER_CASE))
    collecting.confirm_payment(requested=per_case, amount=62_500, paid_on=date(2026, 11, 20), by=reviewer)
    return list(guarantee.statements.order_by("pk"))


def make(contractor, reviewer, month: date = NOVEMBER) -> Bill:
    return collecting.make_bill(contractor=contractor.contractor, month=month, by=reviewer)


def text_of(bill: Bill) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(bill.pdf))).pages)


def test_make_puts_the_months_statements_on_one_bill_refunds_as_minus(contractor, reviewer, statements, december):
    bill = make(contractor, reviewer)
    assert (bill.number, bill.charged_amount, bill.refunded_amount, bill.due_amount) == (
        "202611-0000100001",
        62_500,
        15_000,
        47_500,
    )
    assert (bill.due_on, [row["amount"] for row in bill.facts["rows"]]) == (date(2026, 12, 28), [62_500, -15_000])
    assert [line.statement for line in bill.lines.all()] == statements
    assert Event.objects.filter(act=Act.MAKE_BILL).count() == 1
    said = text_of(bill).replace(" ", "").replace("\n", "")
    for one in (
        *(
            "保証料請求書（一括納付分）",
            "○○建設株式会社様",
            "令和8年11月分の保証料を",
            "ご請求額47,500円",
            "202611-0000100001",
        ),
        *("令和8年12月28日", "見本銀行", "0000034", "34081-00001M", "-15,000", "合計47,500", "1/1"),
    ):
        assert one in said, one


@pytest.mark.parametrize(
    ("month", "refusal"), [(DECEMBER, collecting.MonthNotClosed), (date(2026, 10, 1), collecting.NothingToBill)]
)
def test_make_for_another_month_is_refused(contractor, reviewer, statements, december, month, refusal):
    with pytest.raises(refusal):
        make(contractor, reviewer, month)


def test_make_again_is_refused_by_stage_and_by_database(contractor, reviewer, statements, december):
    bill = make(contractor, reviewer)
    with pytest.raises(collecting.AlreadyBilled):
        make(contractor, reviewer)
    copy = Bill.objects.get()
    copy.pk, copy.public_id = None, "00000000-0000-4000-8000-000000000000"
    with pytest.raises(DatabaseError, match="bill_is_once_per_contractor_and_month"), transaction.atomic():
        copy.save(force_insert=True)
    with pytest.raises(DatabaseError, match="statement_id"), transaction.atomic():
        BillLine.objects.create(bill=bill, statement=statements[0])


def test_make_without_an_account_is_refused(contractor, reviewer, statements, december, monkeypatch):
    monkeypatch.setattr("guarantees.accounts.paid_into", lambda branch, on: None)
    with pytest.raises(collecting.NoBankAccount):
        make(contractor, reviewer)
    assert BankAccount.objects.exists()


def test_a_bill_that_pays_back_is_settled_by_a_repayment(contractor, reviewer, approver, statements, december):
    make(contractor, reviewer)
    stories.amended(contractor, reviewer, approver, statements[0].guarantee, guaranteed_amount=10_000_000)
    with time_machine.travel(datetime(2027, 1, 4, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))):
        bill = make(contractor, reviewer, DECEMBER)
        assert (bill.due_amount, bill.surplus_amount) == (0, 15_000)
        assert "お返しする額 15,000 円" in text_of(bill)
        collecting.repay_bill(bill=bill, amount=15_000, repaid_on=date(2027, 1, 4), by=reviewer)
        for act, called in ((collecting.repay_bill, "repaid_on"), (collecting.confirm_bill_payment, "paid_on")):
            with pytest.raises((collecting.NothingToRepay, collecting.NothingDue)):
                act(bill=bill, amount=15_000, by=reviewer, **{called: date(2027, 1, 4)})


def test_many_rows_take_more_pages_and_lose_none(contractor, reviewer, statements, december):
    rows = statements * 30
    into = BankAccount.objects.get(branch__name="神奈川支店")
    many = bills.make(
        contractor.contractor, into.branch, NOVEMBER, rows, into, made_at=statements[0].made_at, by=reviewer.user
    )
    assert (len(PdfReader(io.BytesIO(many.pdf)).pages) > 1, text_of(many).count("34081-00001M")) == (True, 60)


def test_the_desk_makes_all_bills_in_one_act_and_repeats_safely(contractor, reviewer, statements, december):
    browser = client_of(reviewer)
    page = browser.get(DESK)
    assert "0000100001 ○○建設 株式会社 2件 47,500円" in words(page)
    typed = {acting.FIELD: value_of(page, "token")}
    for _ in range(2):
        assert browser.post(f"{DESK}?month=2026-11", typed)["Location"] == f"{DESK}?month=2026-11"
    after = words(browser.get(DESK))
    assert (Bill.objects.count(), "作成する請求書はありません。" in after) == (1, True)
    assert "2026年11月分の請求書を1件作成しました" in after
    again = {acting.FIELD: acting.token(reviewer.user, "make_bills", NOVEMBER)}
    assert browser.post(f"{DESK}?month=2026-11", again).status_code == 302
    assert Bill.objects.count() == 1


def test_another_branch_neither_sees_nor_makes_the_bill(contractor, reviewer, nagano_approver, statements, december):
    other = client_of(nagano_approver)
    page = other.get(DESK)
    assert "0000100001" not in words(page)
    assert Bill.objects.count() == 0
    bill = make(contractor, reviewer)
    for name in ("settle/", "bill.pdf", "bill.csv"):
        assert other.get(f"{DESK}{bill.public_id}/{name}").status_code == 404


def test_settle_wants_the_whole_amount_and_records_it_once(contractor, reviewer, statements, december):
    bill, browser = make(contractor, reviewer), client_of(reviewer)
    url = f"{DESK}{bill.public_id}/settle/"
    page = browser.get(url)
    typed = {"amount": "47,000円", "paid_on": "きのう", acting.FIELD: value_of(page, "token")}
    assert summary_of(browser.post(url, typed)) == [
        "請求額は47,500円です。500円不足しています。分けて入金されたときは、全額がそろってから合計額を入力してください",
        "入金日は「20261201」や「令和8年12月1日」のように入力してください",
    ]
    right = typed | {"amount": "４７，５００", "paid_on": "20261202"}
    assert browser.post(url, right).status_code == 302
    assert [(one.paid_amount, one.bill) for one in bill.payments.all()] == [(47_500, bill)]
    assert "入金済み 2026/12/02" in words(browser.get(DESK))
    assert browser.get(url).status_code == 302


def test_the_contractor_reads_their_own_bills_only(contractor, rival_contractor, reviewer, statements, december):
    bill, own, rival = make(contractor, reviewer), client_of(contractor), client_of(rival_contractor)
    assert "2026年11月 202611-0000100001 2件 47,500円 2026/12/28" in words(own.get(LIST))
    assert own.get(f"{LIST}{bill.public_id}/bill.pdf").content == bytes(bill.pdf)
    sheet = b"".join(own.get(f"{LIST}{bill.public_id}/bill.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert [row[-2] for row in rows] == ["金額（円）", "62500", "-15000", "47500"]
    assert "保証料請求書はありません。" in words(rival.get(LIST))
    for name in ("bill.pdf", "bill.csv"):
        assert rival.get(f"{LIST}{bill.public_id}/{name}").status_code == 404


def test_a_name_that_is_a_formula_stays_text_in_the_csv(contractor, reviewer, approver, december):
    with time_machine.travel(datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))):
        stories.issued(contractor, reviewer, approver, work_name="=HYPERLINK(1)")
    bill = make(contractor, reviewer)
    sheet = b"".join(client_of(contractor).get(f"{LIST}{bill.public_id}/bill.csv").streaming_content).decode()
    assert '"\'=HYPERLINK(1)"' in sheet


def test_the_lists_take_the_same_queries_for_one_bill_and_more(
    contractor, rival_contractor, reviewer, approver, statements, django_assert_max_num_queries
):
    counts = []
    stories.issued(rival_contractor, reviewer, approver)
    for first, last in ((12, 13), (13, 15)):
        for month in range(first, last):
            year, number = 2026 + (month - 1) // 12, (month - 1) % 12 + 1
            with time_machine.travel(datetime(year, number, 2, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))):
                make(contractor, reviewer, date(year - (number == 1), (number - 2) % 12 + 1, 1))
                stories.issued(contractor, reviewer, approver)
        with time_machine.travel(datetime(2027, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))):
            for browser, url in ((client_of(contractor), LIST), (client_of(reviewer), f"{DESK}?month=2026-11")):
                with django_assert_max_num_queries(16) as queries:
                    assert browser.get(url).status_code == 200
                counts.append(len(queries))
            if first == 12:
                make(rival_contractor, reviewer)
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]


@pytest.mark.django_db(transaction=True)
def test_two_bills_for_one_month_at_once_make_one(contractor, reviewer, approver):
    stories.issued(contractor, reviewer, approver)
    with time_machine.travel(datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")), tick=True):
        answers = at_once(*(lambda by=by: make(contractor, by) for by in (reviewer, approver)))
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyBilled", "Bill"]
    assert (Bill.objects.count(), BillLine.objects.count(), Contractor.objects.count()) == (1, 1, 2)
