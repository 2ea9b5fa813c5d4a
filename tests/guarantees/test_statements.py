"""The premium from approval to its statement, and 保証料計算書一覧."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from guarantees import disclosing, issuing, quoting, reviewing, statements
from guarantees.models import Event, PremiumStatement, RateBand, RateTable
from guarantees.terms import Act, Medium, PremiumPayment, Product, Rounding, Status
from tests import stories
from tests.pages import client_of, summary_of, words
from tests.typed import typed

pytestmark = pytest.mark.django_db

JST = ZoneInfo("Asia/Tokyo")
LIST = "/statements/"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    return squeezed(pages[0].extract_text())


def new_rates(starts_on: date, rate: str) -> RateTable:
    table = RateTable.objects.create(product=Product.ADVANCE, starts_on=starts_on, minimum_amount=1_000)
    RateBand.objects.create(table=table, rate=Decimal(rate))
    return table


@pytest.fixture
def statement(contractor, reviewer, approver) -> PremiumStatement:
    return stories.issued(contractor, reviewer, approver).statements.get()


def test_approve_agrees_to_the_premium_of_the_day(contractor, reviewer):
    requested = stories.approved(contractor, reviewer)
    requested.refresh_from_db()
    table = RateTable.objects.get(product=Product.ADVANCE)
    assert (requested.premium_amount, requested.premium_rate, requested.rate_table) == (
        62_500,
        Decimal("0.30000"),
        table,
    )
    event = Event.objects.get(act=Act.APPROVE)
    assert (event.details["sha256"], event.details["premium"]) == (requested.approved_sha256, 62_500)


def test_send_back_and_return_take_the_agreed_premium_away(contractor, reviewer):
    for undo in (
        lambda one: reviewing.send_back(requested=one, by=reviewer, reason="再確認"),
        lambda one: reviewing.return_to_contractor(application=one.application, by=reviewer, reason="誤り"),
    ):
        requested = stories.approved(contractor, reviewer)
        undo(requested)
        requested.refresh_from_db()
        assert (requested.premium_amount, requested.premium_rate, requested.rate_table) == (None, None, None)


def test_approve_without_rates_is_refused(contractor, reviewer):
    requested = stories.under_review(contractor, reviewer, stories.advance(medium=Medium.PAPER)).requested.get()
    with time_machine.travel(datetime(2022, 5, 8, 23, 59, tzinfo=JST)), pytest.raises(reviewing.NoRates):
        reviewing.approve(requested=requested, by=reviewer, revision=1)
    requested.refresh_from_db()
    assert (requested.status, requested.premium_amount) == (Status.UNDER_REVIEW, None)
    with time_machine.travel(datetime(2022, 5, 9, 0, 0, tzinfo=JST)):
        assert reviewing.approve(requested=requested, by=reviewer, revision=1).premium_amount == 62_500


def test_issue_makes_the_statement_once_with_the_certificate(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    certificate, statement = guarantee.certificates.get(), guarantee.statements.get()
    surety = {name: certificate.facts[name] for name in ("surety_name", "surety_address", "branch_name")}
    assert statement.facts == {
        **surety,
        "layout": 1,
        "kind": "premium",
        "title": "保証料計算書",
        "charge": "保証料",
        "number": "34081-00001M",
        "product": "advance",
        "product_name": "前払金保証",
        "made_on": timezone.localdate(certificate.issued_at).isoformat(),
        "billed_to": "○○建設 株式会社",
        "contractor_name": "○○建設 株式会社",
        "obligee_name": "平塚市",
        "work_name": "道路改良工事",
        "guaranteed_amount": 20_000_000,
        "rate": "0.300%",
        "is_sample_rate": True,
        "formula": "20,000,000円×0.300%（見本）＋2,500円",
        "added_amount": 2_500,
        "minimum_amount": 1_000,
        "is_minimum": False,
        "rounding": "100円未満切捨て",
        "net_amount": 62_500,
        "tax_percent": 0,
        "tax_amount": 0,
        "total_amount": 62_500,
        "paid_amount": None,
        "final_amount": None,
        "reason": "",
        "payment": "一括納付（当月分としてまとめて請求します）",
        "branch_phone": "045-000-0000",
        "branch_fax": "0120-000-034",
        "is_specimen": True,
    }
    assert (statement.kind, statement.total_amount, statement.made_at, statement.made_by) == (
        "premium",
        62_500,
        certificate.issued_at,
        approver.user,
    )
    assert hashlib.sha256(bytes(statement.pdf)).hexdigest() == statement.sha256
    assert Event.objects.last().act == Act.ISSUE


def test_issue_that_is_rolled_back_leaves_no_statement(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issuing.issue(requested=requested, by=approver)
        raise ZeroDivisionError
    assert not PremiumStatement.objects.exists()


def test_the_premium_never_depends_on_the_medium(contractor, reviewer, approver):
    totals = [
        stories.issued(contractor, reviewer, approver, stories.advance(medium=medium)).statements.get().total_amount
        for medium in (Medium.PAPER, Medium.ELECTRONIC)
    ]
    assert totals == [62_500, 62_500]


def test_the_wish_for_paper_makes_no_difference_to_the_electronic_statement(contractor, reviewer, approver):
    made = [
        stories.issued(contractor, reviewer, approver, stories.advance(wants_paper_statement=wish)).statements.get()
        for wish in (True, False)
    ]
    assert [one.facts | {"number": ""} for one in made] == [made[0].facts | {"number": ""}] * 2


def test_the_agreed_premium_stands_though_new_rates_begin_before_the_issue(contractor, reviewer, approver):
    tomorrow = timezone.localdate() + timedelta(days=1)
    new_rates(tomorrow, "0.5")
    agreed = stories.approved(contractor, reviewer)
    with time_machine.travel(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, tzinfo=JST)):
        guarantee = issuing.issue(requested=agreed, by=approver)
        later = stories.approved(contractor, reviewer)
    assert guarantee.statements.get().total_amount == 62_500
    assert later.premium_amount == 100_000


def test_rates_begin_at_midnight_in_japan():
    new_rates(date(2099, 4, 1), "0.5")
    before, after = (
        RateTable.objects.in_force(on).filter(product=Product.ADVANCE).count()
        for on in (date(2099, 3, 31), date(2099, 4, 1))
    )
    assert (before, after) == (0, 1)


@pytest.mark.parametrize("changes", [{"premium_amount": 62_499}, {"premium_amount": 0}])
def test_issue_of_another_premium_than_approved_is_refused(contractor, reviewer, approver, changes):
    requested = stories.approved(contractor, reviewer)
    type(requested).objects.update(**changes)
    with pytest.raises(issuing.ApprovalIsStale):
        issuing.issue(requested=requested, by=approver)


def test_issue_of_another_rate_than_agreed_is_refused(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    type(requested).objects.update(premium_rate=Decimal("0.29999"))
    with pytest.raises(issuing.PremiumDiffers):
        issuing.issue(requested=requested, by=approver)


def test_issue_by_rates_that_were_tampered_with_is_refused(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    RateBand.objects.create(table=requested.rate_table, lower_amount=10_000_000, rate=Decimal("0.1"))
    with pytest.raises(issuing.PremiumDiffers):
        issuing.issue(requested=requested, by=approver)
    assert not PremiumStatement.objects.exists()


def test_a_reservation_gets_a_fee_notice_with_tax(contractor, reviewer, approver):
    asked = stories.reservation(guaranteed_amount=20_000_000)
    notice = stories.issued(contractor, reviewer, approver, asked, **stories.tender()).statements.get()
    assert (notice.kind, notice.total_amount, notice.facts["net_amount"], notice.facts["tax_amount"]) == (
        "fee",
        2_200,
        2_000,
        200,
    )
    said = text_of(bytes(notice.pdf))
    for words_of_it in (
        "手数料通知書",
        "2,200円（うち消費税200円）",
        "消費税（10%）200円",
        "予約手数料（税込）2,200円",
    ):
        assert squeezed(words_of_it) in said, words_of_it


def test_statement_says_every_word_on_one_page(statement):
    said = text_of(bytes(statement.pdf))
    for words_of_it in (
        "保証料計算書",
        "○○建設 株式会社 様",
        "○○建設業保証株式会社",
        "取扱箇所 神奈川支店",
        "TEL：045-000-0000",
        "FAX：0120-000-034",
        "下記のとおり保証料を計算しましたので、お知らせします。",
        "保証料 62,500 円 （非課税）",
        "保証契約番号34081-00001M",
        "商品（保証区分）前払金保証",
        "保証契約者○○建設 株式会社",
        "発注者平塚市",
        "工事名道路改良工事",
        "保証金額20,000,000 円",
        "保証料率0.300%（見本）",
        "計算式20,000,000円×0.300%（見本）＋2,500円",
        "端数処理100円未満切捨て（見本）",
        "保証料（非課税）62,500 円",
        "保証料支払方法一括納付（当月分としてまとめて請求します）",
        "（注）1. この保証料計算書は、請求書および領収証ではありません。領収証は書面にてお渡しします。",
        "2. 「見本」と記した料率、最低額および端数処理は、実在の料率表によるものではありません。",
        "3. 計算式の末尾の額は、保証金額のうち下の区分に当たる部分の、料率の差によるものです（見本）。",
    ):
        assert squeezed(words_of_it) in said, words_of_it


def facts_with(statement: PremiumStatement, **changes) -> statements.StatementFacts:
    return replace(statements.StatementFacts(**statement.facts), **changes)


def test_refund_statement_has_the_same_shape(statement):
    refund = facts_with(
        statement,
        kind="premium_refund",
        title="保証料返還計算書",
        paid_amount=62_500,
        final_amount=47_500,
        total_amount=15_000,
        reason="保証金額の減額（変更－１）",
    )
    said = text_of(statements.document(refund))
    for words_of_it in (
        "保証料返還計算書",
        "返還する保証料 15,000 円 （非課税）",
        "返還の事由保証金額の減額（変更－１）",
        "計算済の保証料62,500 円",
        "返還後の保証料47,500 円",
    ):
        assert squeezed(words_of_it) in said, words_of_it


def test_additional_statement_says_both_premiums(statement):
    more = facts_with(statement, paid_amount=62_500, final_amount=68_500, total_amount=6_000, reason="保証金額の増額")
    said = text_of(statements.document(more))
    for words_of_it in ("追加保証料 6,000 円 （非課税）", "追加の事由保証金額の増額", "68,500 円－62,500 円"):
        assert squeezed(words_of_it) in said, words_of_it


@pytest.mark.parametrize("kind", ["premium", "premium_refund", "fee", "fee_refund"])
def test_the_longest_values_stay_on_one_page(statement, kind):
    longest = {
        "billed_to": "請" * 59 + "先",
        "contractor_name": "共" * 59 + "体",
        "obligee_name": "発" * 59 + "市",
        "work_name": "工" * 99 + "事",
        "surety_name": "保" * 59 + "証",
        "surety_address": "址" * 99 + "号",
        "branch_name": "支" * 29 + "店",
        "reason": "理" * 59 + "由",
    }
    figures = {"total_amount": 999_999_999_999, "paid_amount": 999_999_999_999, "final_amount": 1}
    said = text_of(
        statements.document(facts_with(statement, kind=kind, is_minimum=True, tax_percent=10, **longest, **figures))
    )
    printed = {name: value for name, value in longest.items() if name != "reason" or "refund" in kind}
    assert [name for name, value in printed.items() if value not in said] == []
    assert "999,999,999,999円" in said


def test_a_layout_that_was_never_released_is_refused(statement):
    with pytest.raises(ValueError, match="no statement layout 2"):
        statements.template(facts_with(statement, layout=2))


def test_rates_that_have_begun_are_read_only_in_the_database(cast):
    table = RateTable.objects.get(product=Product.ADVANCE)
    for change in (
        lambda: RateTable.objects.filter(pk=table.pk).update(minimum_amount=0),
        lambda: RateTable.objects.filter(pk=table.pk).update(starts_on=date(2099, 1, 1)),
        lambda: table.bands.update(rate=0),
        lambda: table.bands.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="read only"), transaction.atomic():
            change()
    to_come = new_rates(timezone.localdate() + timedelta(days=2), "0.5")
    to_come.bands.update(rate=Decimal("0.6"))
    to_come.bands.all().delete()
    assert to_come.delete()[0] == 1


def test_a_statement_is_neither_changed_nor_forged(statement):
    for change in (
        lambda: PremiumStatement.objects.update(total_amount=1),
        lambda: PremiumStatement.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    copy = PremiumStatement.objects.get()
    copy.pk, copy.public_id, copy.sha256 = None, "00000000-0000-4000-8000-000000000000", "0" * 64
    with pytest.raises(DatabaseError, match="statement_sha256_is_of_pdf"), transaction.atomic():
        copy.save(force_insert=True)


def test_damaged_bytes_are_not_shown(statement):
    statement.pdf = bytes(statement.pdf) + b" "
    with pytest.raises(disclosing.Damaged):
        disclosing.bytes_of(statement)


def test_list_shows_the_statement_and_its_pdf(contractor, statement):
    browser = client_of(contractor)
    page = browser.get(LIST)
    said = words(page)
    made_on = timezone.localdate(statement.made_at).strftime("%Y/%m/%d")
    assert "全1ページ（1件）中の1ページ目を表示しています" in said
    assert f"1 {made_on} 保証料計算書 34081-00001M 前払金保証 道路改良工事 62,500円 ○○建設 株式会社 様 PDF" in said
    assert "計算書は電子化していますが、領収証は引き続き書面にてお渡しします。" in said
    answer = browser.get(reverse("guarantees:statement-pdf", args=[statement.public_id]))
    assert answer.content == bytes(statement.pdf)
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/pdf", True)
    assert quote("保証料計算書_34081-00001M.pdf") in answer["Content-Disposition"]


def test_list_is_the_contractors_own(rival_contractor, reviewer, statement):
    rival = client_of(rival_contractor)
    assert "保証料計算書はありません。" in words(rival.get(LIST))
    url = reverse("guarantees:statement-pdf", args=[statement.public_id])
    assert [client.get(url).status_code for client in (rival, client_of(reviewer), Client())] == [404, 404, 302]
    assert (
        words(rival.get(f"{LIST}?number={statement.guarantee.number}")).count("該当する保証料計算書はありません。") == 1
    )


@pytest.mark.parametrize("number", ["34081-00001M", "34081-00001", "３４０８１－００００１", " 34081-00001m "])
def test_list_is_searched_by_number_as_people_type_it(contractor, statement, number):
    browser = client_of(contractor)
    assert "（1件）" in words(browser.get(LIST, {"number": number}))
    assert "該当する保証料計算書はありません。" in words(browser.get(LIST, {"number": "34081-00002"}))


def test_list_is_searched_by_days_in_japan_both_included(contractor, reviewer, approver):
    for moment in (datetime(2026, 12, 1, 0, 0, 0, tzinfo=JST), datetime(2026, 12, 2, 23, 59, 59, tzinfo=JST)):
        with time_machine.travel(moment, tick=False):
            stories.issued(contractor, reviewer, approver)

    def found(first: str, last: str) -> int:
        with time_machine.travel(datetime(2026, 12, 3, tzinfo=JST)):
            return client_of(contractor).get(LIST, {"first": first, "last": last}).context["page"].paginator.count

    assert found("20261201", "20261202") == 2
    assert found("令和8年12月1日", "2026/12/1") == 1
    assert found("2026/12/02", "") == 1
    assert found("", "2026/11/30") == found("2026/12/03", "") == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"first": "きのう"}, "作成日（から）は「20261201」や「令和8年12月1日」のように入力してください"),
        ({"last": "20260230"}, "作成日（まで）は存在する日付を入力してください"),
        ({"first": "20261202", "last": "20261201"}, "作成日（まで）は、作成日（から）以降の日付を入力してください"),
        ({"number": "12"}, "保証契約番号は「34081-00001M」のように入力してください（末尾のMは省略できます）"),
    ],
)
def test_search_meets_bad_input_with_one_sentence_and_keeps_it(contractor, statement, asked, sentence):
    page = client_of(contractor).get(LIST, asked)
    assert summary_of(page) == [sentence]
    assert all(page.context["form"][name].value() == value for name, value in asked.items())
    assert "34081-00001M 前払金保証" not in words(page)


def test_list_has_pages_and_the_same_queries_for_one_row_and_for_three(
    contractor, reviewer, approver, django_assert_max_num_queries, monkeypatch
):
    browser, counts = client_of(contractor), []
    for rows in (1, 2):
        for _ in range(rows):
            stories.issued(contractor, reviewer, approver)
        with django_assert_max_num_queries(6) as queries:
            assert browser.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    monkeypatch.setattr("guarantees.views.premiums.PAGE_ROWS", 2)
    said = words(browser.get(f"{LIST}?number=&first=20200101&page=2"))
    assert "全2ページ（3件）中の2ページ目を表示しています" in said
    assert "34081-00001M" in said


def test_estimate_answers_an_amount_as_typed(contractor):
    browser = client_of(contractor)

    def asked(product: str, amount: str) -> tuple[str, str]:
        told = browser.get("/premiums/estimate/", {"product": product, "amount": amount}).json()
        return told["amount"], told["how"]

    how = "20,000,000円×0.300%（見本）＋2,500円、100円未満切捨て（見本）、非課税。保証料は審査のうえ決まります。"
    assert asked("advance", "２０，０００，０００円") == ("62,500円", how)
    assert asked("interim", "10000000")[0] == "6,500円"
    assert "最低額（見本）に満たないため、最低額の1,000円" in asked("performance", "1")[1]
    assert "消費税10%を含む" in asked("reservation", "20000000")[1]
    nothing_yet = ("", "保証金額を入力すると、見積りを表示します。")
    for unread in ("", "0", "-1", "二千万", "1000000000000", "9" * 65):
        assert asked("advance", unread) == nothing_yet, unread
    assert browser.get("/premiums/estimate/", {"product": "bid", "amount": "1"}).status_code == 404
    assert browser.get("/premiums/estimate/").status_code == 404


def test_form_prints_the_estimate_of_what_was_typed_after_an_error(contractor):
    browser = client_of(contractor)
    new = words(browser.get("/applications/new/"))
    assert new.count("保証料の見積り（見本の料率）") == 2
    assert new.count("保証金額を入力すると、見積りを表示します。") == 2
    page = browser.post(
        reverse("guarantees:application-edit", args=["6c1d8a56-8c0f-4f6a-9d5c-0d7f3b1a2e11"]),
        typed(work__work_name=""),
    )
    said = words(page)
    assert "62,500円 20,000,000円×0.300%（見本）＋2,500円" in said
    assert "20,000円 5,000,000円×0.400%（見本）" in said


def test_confirm_page_prints_the_estimate(contractor):
    application = stories.drafted(contractor, stories.advance(), stories.performance())
    said = words(client_of(contractor).get(reverse("guarantees:application-confirm", args=[application.public_id])))
    assert "保証料の見積り（見本の料率） 62,500円 20,000,000円×0.300%（見本）＋2,500円" in said
    assert "保証料の見積り（見本の料率） 20,000円 5,000,000円×0.400%（見本）" in said


def test_application_page_says_what_is_awaited_per_case(contractor, reviewer):
    awaited = stories.approved(contractor, reviewer, stories.advance(premium_payment=PremiumPayment.PER_CASE))
    monthly = stories.approved(contractor, reviewer)
    browser = client_of(contractor)
    said, other = (
        words(browser.get(reverse("guarantees:application", args=[one.application.public_id])))
        for one in (awaited, monthly)
    )
    assert "保証料のご入金待ち：62,500円（都度納付）" in said
    assert "保証料 62,500円 保証料率 0.300%（見本）" in said
    assert "ご入金待ち" not in other


def test_the_branch_sees_the_premium_before_approval_and_before_issue(contractor, reviewer, approver):
    requested = stories.under_review(contractor, reviewer).requested.get()
    before = words(client_of(reviewer).get(reverse("guarantees:approve", args=[requested.public_id])))
    assert "保証料： 62,500円 （20,000,000円×0.300%（見本）＋2,500円、100円未満切捨て（見本）、非課税）。" in before
    reviewing.approve(requested=requested, by=reviewer, revision=1)
    after = words(client_of(approver).get(reverse("guarantees:issue", args=[requested.public_id])))
    assert "保証料計算書（保証料：62,500円）" in after


def test_a_product_without_rates_has_no_estimate():
    assert quoting.quotes({Product.ADVANCE: 1}, on=date(2022, 5, 8)) == []


@pytest.fixture
def administrator(cast) -> Client:
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="admin"))
    return browser


def rates_form(starts_on: date, *bands: tuple[str, str, str]) -> dict[str, str]:
    data = {
        "product": "advance",
        "starts_on": starts_on.isoformat(),
        "minimum_amount": "1000",
        "rounding": Rounding.DOWN_TO_100.value,
        "tax_percent": "0",
        "release_refund_percent": "0",
        "cancellation_refund_percent": "50",
        "is_sample": "on",
        "source": "",
        "bands-TOTAL_FORMS": str(len(bands)),
        "bands-INITIAL_FORMS": "0",
    }
    for place, (lower, upper, rate) in enumerate(bands):
        data |= {
            f"bands-{place}-lower_amount": lower,
            f"bands-{place}-upper_amount": upper,
            f"bands-{place}-rate": rate,
        }
    return data


def test_admin_adds_a_version_of_the_future_and_shows_the_past_read_only(administrator):
    add = reverse("admin:guarantees_ratetable_add")
    today = timezone.localdate()
    whole = [("0", "5000000", "0.4"), ("5000000", "", "0.3")]
    assert "明日以降" in administrator.post(add, rates_form(today, *whole)).content.decode()
    gap = rates_form(today + timedelta(days=1), ("0", "5000000", "0.4"), ("5000001", "", "0.3"))
    assert "すき間または重なり" in administrator.post(add, gap).content.decode()
    assert administrator.post(add, rates_form(today + timedelta(days=1), *whole)).status_code == 302
    made = RateTable.objects.get(starts_on=today + timedelta(days=1))
    assert made.tariff().bands[1].rate == Decimal("0.3")

    begun = RateTable.objects.get(product=Product.ADVANCE, starts_on__lte=today)
    change = reverse("admin:guarantees_ratetable_change", args=[begun.pk])
    assert 'name="_save"' not in administrator.get(change).content.decode()
    assert administrator.post(change, rates_form(today + timedelta(days=9), *whole)).status_code == 403
    assert administrator.post(reverse("admin:guarantees_ratetable_delete", args=[begun.pk])).status_code == 403
    assert (
        'name="_save"'
        in administrator.get(reverse("admin:guarantees_ratetable_change", args=[made.pk])).content.decode()
    )


def test_rate_tables_are_bounded_by_the_database(cast):
    for table in (
        RateTable(product=Product.ADVANCE, starts_on=date(2099, 1, 1), minimum_amount=0, tax_percent=10),
        RateTable(product=Product.ADVANCE, starts_on=date(2099, 1, 1), minimum_amount=0, is_sample=False),
    ):
        with pytest.raises(DatabaseError, match="rate_table_"), transaction.atomic():
            table.save()
    assert connection.in_atomic_block
