"""Papers leave: which ones wait, the record that they left, a record taken back; and the pages of it for both desks."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from guarantees import collecting, dispatching, issuing, papers
from guarantees.models import Dispatch, DispatchRetraction, Event, Guarantee, Payment
from guarantees.terms import Act, Delivery, Medium, PremiumPayment
from netdesk import acting
from tests import stories
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
LIST = "/surety/dispatches/"
ON_PAPER = stories.advance(medium=Medium.PAPER, premium_payment=PremiumPayment.PER_CASE, wants_paper_statement=True)
BY_POST = {
    "delivery": Delivery.POST,
    "wanted_on": date(2026, 12, 1),
    "ship_to_name": "○○建設 株式会社 総務部",
    "ship_to_postal_code": "254-0000",
    "ship_to_address": "神奈川県平塚市○○町1番1号",
}


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    """On paper, paid per case, with its statement on paper too."""
    requested = stories.approved(contractor, reviewer, ON_PAPER, **BY_POST)
    collecting.confirm_payment(requested=requested, amount=62_500, paid_on=TODAY, by=reviewer)
    return issuing.issue(requested=requested, by=approver)


def papers_of(guarantee: Guarantee) -> list[papers.Paper]:
    return papers.of_guarantees([guarantee])[guarantee.pk]


def send(guarantee: Guarantee, by, keys: list[str] | None = None, left_on: date = TODAY, **how) -> list[Dispatch]:
    keys = keys or [paper.key for paper in papers_of(guarantee)]
    how = {"way": Delivery.POST, "carrier": "見本運輸", "tracking_number": "1234"} | how
    return dispatching.dispatch(of=guarantee, keys=keys, left_on=left_on, by=by, **how)


def test_what_waits_is_the_certificate_the_statement_and_the_receipt(contractor, reviewer, approver, guarantee):
    assert [paper.label for paper in papers_of(guarantee)] == [
        "保証証書（紙）　新規",
        "保証料計算書（紙）",
        "領収証　62,500円（2026/11/20入金）",
    ]
    electronic = stories.issued(contractor, reviewer, approver)
    assert papers_of(electronic) == []
    assert list(papers.guarantees_waiting(reviewer)) == [guarantee]


def test_dispatch_records_each_paper_once(reviewer, approver, guarantee):
    made = send(guarantee, reviewer)
    assert [one.text for one in made] == ["2026/11/20 発送済（見本運輸 1234）"] * 3
    assert list(papers.guarantees_waiting(reviewer)) == []
    assert Event.objects.get(act=Act.DISPATCH).details["papers"] == [paper.label for paper in papers_of(guarantee)]
    with pytest.raises(dispatching.NothingToSend):
        send(guarantee, approver)
    assert Dispatch.objects.count() == 3


@pytest.mark.parametrize(
    ("keys", "day", "refusal"),
    [
        (["certificate-0"], TODAY, dispatching.NothingToSend),
        (None, TODAY + timedelta(days=1), dispatching.ImpossibleDay),
        (None, TODAY - timedelta(days=1), dispatching.ImpossibleDay),
    ],
)
def test_dispatch_of_no_paper_or_on_an_impossible_day_is_refused(reviewer, guarantee, keys, day, refusal):
    with pytest.raises(refusal):
        send(guarantee, reviewer, keys, day)
    assert not Dispatch.objects.exists()


def test_a_record_taken_back_stands_no_more_and_the_paper_waits_again(reviewer, guarantee):
    first = send(guarantee, reviewer, way=Delivery.COUNTER, carrier="", tracking_number="", handed_to="佐藤")[0]
    assert first.text == "2026/11/20 窓口でお渡し（佐藤 様）"
    with pytest.raises(dispatching.ReasonMissing):
        dispatching.take_back(dispatch=first, reason=" ", by=reviewer)
    dispatching.take_back(dispatch=first, reason="取り違え", by=reviewer)
    with pytest.raises(dispatching.AlreadyTakenBack):
        dispatching.take_back(dispatch=first, reason="もう一度", by=reviewer)
    assert [paper.record is None for paper in papers_of(guarantee)] == [True, False, False]
    assert list(papers.guarantees_waiting(reviewer)) == [guarantee]
    send(guarantee, reviewer, [papers_of(guarantee)[0].key])
    assert (Dispatch.objects.count(), DispatchRetraction.objects.get().reason) == (4, "取り違え")


def test_a_record_that_makes_no_sense_is_refused_by_the_database(reviewer, guarantee):
    certificate, row = guarantee.certificates.get(), {"guarantee": guarantee, "left_on": TODAY}
    row |= {"recorded_by": reviewer.user}
    for wrong, rule in (
        ({"way": "post"}, "dispatch_is_of_one_paper"),
        ({"certificate": certificate, "way": "counter"}, "dispatch_goes_one_way"),
        ({"certificate": certificate, "way": "post", "handed_to": "佐藤"}, "dispatch_goes_one_way"),
        ({"certificate": certificate, "way": "pigeon"}, "dispatch_"),
    ):
        with pytest.raises(DatabaseError, match=rule), transaction.atomic():
            Dispatch.objects.create(**row, **wrong)


def test_the_receipt_of_a_bill_is_sent_too(contractor, reviewer, approver):
    stories.issued(contractor, reviewer, approver)
    with time_machine.travel("2026-12-02T10:00:00+09:00"):
        bill = collecting.make_bill(contractor=contractor.contractor, month=date(2026, 11, 1), by=reviewer)
        collecting.confirm_bill_payment(bill=bill, amount=62_500, paid_on=date(2026, 12, 2), by=reviewer)
        browser = client_of(reviewer)
        assert "202611-0000100001 ○○建設 株式会社 2026/12/02 62,500円" in words(browser.get(f"{LIST}?tab=bills"))
        url = reverse("guarantees:dispatch-bill", args=[bill.public_id])
        page = browser.get(url)
        typed = {"keys": f"payment-{Payment.objects.get().pk}", "way": "counter", "left_on": "20261202"}
        typed |= {acting.FIELD: value_of(page, "token")}
        assert summary_of(browser.post(url, typed)) == ["窓口でお渡しした方の氏名を入力してください"]
        assert browser.post(url, typed | {"handed_to": "佐藤"}).status_code == 302
        assert list(papers.receipts_waiting(reviewer)) == []


def test_the_page_lists_what_waits_and_records_it(contractor, reviewer, guarantee):
    browser, url = client_of(reviewer), reverse("guarantees:dispatch", args=[guarantee.public_id])
    assert "34081-00001M 2026/11/20発行" in words(browser.get(LIST))
    page = browser.get(url)
    said = words(page)
    assert "〒254-0000 神奈川県平塚市○○町1番1号" in said
    typed = {"way": "post", "left_on": "20261121", acting.FIELD: value_of(page, "token")}
    assert summary_of(browser.post(url, typed)) == ["発送または交付した書類を選択してください"]
    keys = [paper.key for paper in papers_of(guarantee)]
    assert summary_of(browser.post(url, typed | {"keys": keys})) == [
        "発送日・交付日は、本日以前の日付を入力してください"
    ]
    assert browser.post(url, typed | {"keys": keys, "left_on": "R8.11.20"}).status_code == 302
    assert ("発送・交付を待っている書類はありません。" in words(browser.get(LIST)), Dispatch.objects.count()) == (
        True,
        3,
    )
    own = words(
        client_of(contractor).get(reverse("guarantees:application", args=[guarantee.requested.application.public_id]))
    )
    assert "保証証書（紙） 新規 2026/11/20 2026/11/20 発送済" in own
    taken = Dispatch.objects.order_by("pk").first()
    back = reverse("guarantees:dispatch-take-back", args=[taken.public_id])
    token = value_of(browser.get(back), "token")
    assert browser.post(back, {"reason": "取り違え", acting.FIELD: token}).status_code == 302
    assert "取消 取り違え" in words(browser.get(f"{LIST}?tab=done"))


def test_the_letter_names_the_address_and_what_lies_in_it(reviewer, guarantee):
    answer = client_of(reviewer).get(reverse("guarantees:dispatch-letter", args=[guarantee.public_id]))
    pages = PdfReader(io.BytesIO(answer.content)).pages
    said = pages[0].extract_text().replace(" ", "").replace("\n", "")
    for one in ("〒254-0000", "○○建設株式会社総務部様", "34081-00001M", "保証証書（紙）　新規　1通", "領収証"):
        assert one.replace("　", "") in said.replace("　", ""), one
    assert len(pages) == 1


def test_another_branch_and_the_contractor_are_kept_out(contractor, nagano_approver, reviewer, guarantee):
    sent = send(guarantee, reviewer)[0]
    urls = [
        reverse("guarantees:dispatch", args=[guarantee.public_id]),
        reverse("guarantees:dispatch-letter", args=[guarantee.public_id]),
        reverse("guarantees:dispatch-take-back", args=[sent.public_id]),
    ]
    for person in (contractor, nagano_approver):
        assert {client_of(person).get(url).status_code for url in urls} == {404}
    for tab in ("waiting", "done"):
        assert "34081-00001M" not in words(client_of(nagano_approver).get(f"{LIST}?tab={tab}"))


def test_the_lists_take_the_same_queries_for_one_and_three(
    contractor, reviewer, approver, django_assert_max_num_queries
):
    counts, browser = [], client_of(reviewer)
    for rows in (1, 2):
        for _ in range(rows):
            stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER), **BY_POST)
        for tab in ("waiting", "bills", "done"):
            with django_assert_max_num_queries(14) as queries:
                assert browser.get(f"{LIST}?tab={tab}").status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
