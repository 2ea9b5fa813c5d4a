"""中間前払金保証 on an issued advance, 契約保証予約 before tender, and the 契約保証 that comes from it: pages, stages, refusals."""

import io
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from guarantees import applying, checking, endorsing, issuing, refusals, reviewing
from guarantees.checking import Check
from guarantees.models import Addressee, Application, Branch, Endorsement, Guarantee, KeySight, RequestedGuarantee
from guarantees.terms import ApplicationStatus, GuaranteeState, Medium, Product, Status
from netdesk.formats import both_calendars, wareki
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.typed import typed

pytestmark = pytest.mark.django_db

SENT = ApplicationStatus.SUBMITTED


@pytest.fixture
def advance(contractor, reviewer, approver) -> Guarantee:
    """An issued electronic advance whose 工期 is more than half over."""
    return stories.issued(contractor, reviewer, approver, **stories.running())


@pytest.fixture
def reservation(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, stories.reservation(), **stories.tender())


def interim_url(guarantee: Guarantee) -> str:
    return reverse("guarantees:interim", args=[guarantee.public_id])


def performance_url(guarantee: Guarantee) -> str:
    return reverse("guarantees:performance", args=[guarantee.public_id])


def application_url(one: RequestedGuarantee) -> str:
    return reverse("guarantees:application", args=[one.application.public_id])


def typed_interim(**changes: str) -> dict[str, str]:
    """What the page of an interim advance asks for."""
    data = {
        "interim-is_half_period_over": "on",
        "interim-is_planned_work_done": "on",
        "interim-is_half_work_done": "on",
        "interim-medium": "electronic",
        "interim-guaranteed_amount": "10,000,000",
        "interim-entrusted_bank": "○○銀行 ××支店",
        "interim-uses_redeposit": "no",
        "interim-premium_payment": "monthly",
        "interim-premium_billed_to": "○○建設 株式会社",
        "interim-wants_paper_statement": "no",
        "information-branch": str(Branch.objects.get(name="神奈川支店").pk),
        "information-wants_mail": "yes",
        "information-mail_to": "soumu@example.jp",
    }
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def typed_reservation(**changes: str) -> dict[str, str]:
    """What the page of a reservation asks for."""
    data = {
        "work-addressee": str(Addressee.objects.get(title="平塚市長").pk),
        "work-work_kind": "works",
        "work-work_name": "道路改良工事",
        "work-work_place": "平塚市○○地内",
        "work-contract_price": "50,000,000",
        "work-tendered_on": "20261215",
        "reservation-medium": "paper",
        "reservation-guaranteed_amount": "5,000,000",
        "reservation-reservation_ends_on": "20270131",
        "reservation-premium_payment": "monthly",
        "reservation-premium_billed_to": "○○建設 株式会社",
        "reservation-wants_paper_statement": "no",
        "information-branch": str(Branch.objects.get(name="神奈川支店").pk),
        "information-delivery": "post",
        "information-wanted_on": "29991201",
        "information-ship_to_name": "○○建設 株式会社",
        "information-ship_to_postal_code": "２５４００００",
        "information-ship_to_address": "神奈川県平塚市○○町1番1号",
    }
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def send(browser, page):
    """From 申込確認 to 送信完了."""
    data = {name: value_of(page, name) for name in ("token", "revision")}
    return browser.post(page.request["PATH_INFO"], data, follow=True)


def after(subject: str, checks: list[Check]) -> list[Check]:
    """The checks that stand after the one of this subject."""
    return checks[[one.subject for one in checks].index(subject) + 1 :]


class TestInterim:
    """中間前払金保証."""

    def test_the_advances_pages_offer_it(self, advance, contractor):
        browser = client_of(contractor)
        for url in (reverse("guarantees:contract", args=[advance.public_id]), application_url(advance.requested)):
            assert f"中間前払金保証を申し込む （{advance.number}）" in words(browser.get(url)), url

    def test_the_page_shows_the_frozen_facts_and_prefills_the_rest(self, advance, contractor):
        page = client_of(contractor).get(interim_url(advance))
        said = words(page)
        for shown in (
            "工事名 道路改良工事",
            "請負金額 50,000,000円",
            f"保証契約番号 {advance.number} 前払金保証金額 20,000,000円",
            "工期の2分の1を経過している 必須",
            "工程表により工期の2分の1までに実施すべき作業が行われている 必須",
            "出来高が請負金額の2分の1以上である 必須",
            "中間前払金保証金額 必須",
            "保証証書の形式について 必須",
            "中間前払金保証料支払方法 必須",
        ):
            assert shown in said, shown
        html = page.content.decode()
        for name, value in (("interim-entrusted_bank", "○○銀行　××支店"), ("information-mail_to", "soumu@example.jp")):
            assert f'name="{name}" value="{value}"' in html, name
        assert 'name="work-' not in html

    def test_it_goes_the_whole_way_on_the_same_job(self, advance, contractor, reviewer, approver):
        browser = client_of(contractor)
        confirm = browser.post(interim_url(advance), typed_interim(), follow=True)
        assert "まだ送信は完了していません" in words(confirm)
        assert f"もとの保証契約 {advance.number} 前払金保証" in words(confirm)
        assert "中間前払金保証金額 10,000,000円 請負金額に対する割合 20.0%" in words(confirm)
        assert "申込を送信しました" in words(send(browser, confirm))

        requested = RequestedGuarantee.objects.get(product=Product.INTERIM)
        assert (requested.follows, requested.application.work) == (advance, advance.work)
        assert requested.application.work_ends_on == advance.requested.application.work_ends_on
        reviewing.take_up(application=requested.application, by=reviewer)
        reviewing.approve(requested=requested, by=reviewer, revision=1)
        issued = issuing.issue(requested=requested, by=approver)

        year = timezone.localdate().year - 2018 - (timezone.localdate().month < 4)
        assert issued.number == f"34{year:02}2-00001M"
        assert bytes(issued.key_ciphertext) != bytes(advance.key_ciphertext)
        facts = issued.certificates.get().facts
        assert (facts["product_name"], facts["guaranteed_amount"]) == ("中間前払金保証", 10_000_000)
        assert f"中間前払金保証 発行済 受付番号 {requested.application.receipt_number}" in words(
            browser.get(application_url(advance.requested))
        )

    @pytest.mark.parametrize("name", ["is_half_period_over", "is_planned_work_done", "is_half_work_done"])
    def test_each_condition_is_confirmed(self, advance, contractor, name):
        data = typed_interim()
        del data[f"interim-{name}"]
        page = client_of(contractor).post(interim_url(advance), data)
        label = RequestedGuarantee._meta.get_field(name).verbose_name
        assert summary_of(page) == [f"「{label}」にチェックを入れてください"]
        assert 'value="10,000,000"' in page.content.decode()
        assert not RequestedGuarantee.objects.filter(product=Product.INTERIM).exists()

    @pytest.mark.parametrize(
        ("amount", "sentences"),
        [
            ("30,000,000", []),
            (
                "30,000,001",
                [
                    "前払金保証金額（20,000,000円）と中間前払金保証金額の合計が、請負金額（50,000,000円）を超えています。"
                    "中間前払金保証金額は30,000,000円以下で入力してください"
                ],
            ),
            ("50,000,001", ["中間前払金保証金額は請負金額（50,000,000円）以下で入力してください"]),
        ],
    )
    def test_advance_and_interim_stay_within_the_price(self, advance, contractor, amount, sentences):
        page = client_of(contractor).post(interim_url(advance), typed_interim(interim__guaranteed_amount=amount))
        assert (summary_of(page) if sentences else page.status_code) == (sentences or 302)

    def test_the_stage_holds_the_price_too(self, advance, contractor):
        with pytest.raises(applying.NotFollowing, match="30,000,000円以下で入力してください"):
            stories.drafted(contractor, stories.interim(advance, guaranteed_amount=30_000_001))

    def test_this_years_amount_bounds_it(self, advance, contractor):
        data = typed_interim(interim__annual_target_amount="8,000,000")
        page = client_of(contractor).post(interim_url(advance), data)
        assert summary_of(page) == ["中間前払金保証金額は今年度対象額（8,000,000円）以下で入力してください"]

    def test_a_paper_advance_may_get_an_electronic_interim(self, contractor, reviewer, approver):
        paper = stories.issued(
            contractor, reviewer, approver, stories.advance(medium=Medium.PAPER), **stories.running()
        )
        browser = client_of(contractor)
        assert "中間前払金保証を申し込む" in words(browser.get(application_url(paper.requested)))
        browser.post(interim_url(paper), typed_interim())
        assert RequestedGuarantee.objects.get(product=Product.INTERIM).medium == Medium.ELECTRONIC

    def test_the_obligees_terms_hold_for_it(self, contractor, reviewer, approver):
        small = {"contract_price": 1_499_999, **stories.running()}
        paper = stories.advance(medium=Medium.PAPER, guaranteed_amount=500_000)
        guarantee = stories.issued(contractor, reviewer, approver, paper, **small)
        data = typed_interim(interim__guaranteed_amount="200,000")
        page = client_of(contractor).post(interim_url(guarantee), data)
        assert summary_of(page) == [
            "平塚市の電子保証は、請負金額が1,500,000円以上の案件で利用できます。証書（紙）を選択してください。"
        ]

    def test_a_draft_is_continued_on_its_own_page(self, advance, contractor):
        browser = client_of(contractor)
        browser.post(interim_url(advance), typed_interim())
        draft = Application.objects.get(status=ApplicationStatus.DRAFT)
        edit = browser.get(reverse("guarantees:application-edit", args=[draft.public_id]))
        assert edit.url == interim_url(advance)
        page = browser.get(interim_url(advance))
        assert 'name="interim-guaranteed_amount" value="10,000,000"' in page.content.decode()
        browser.post(interim_url(advance), typed_interim(interim__guaranteed_amount="9,000,000"))
        assert list(draft.requested.values_list("guaranteed_amount", flat=True)) == [9_000_000]
        assert Application.objects.filter(work=advance.work).count() == 2

    def test_a_second_one_is_refused_in_words(self, advance, contractor):
        browser = client_of(contractor)
        first = stories.submitted(contractor, stories.interim(advance), **stories.running()).requested.get()
        said = (
            f"前払金保証 {advance.number} には、すでに中間前払金保証の申込（受付番号 {first.application.receipt_number}）"
            "があります。重ねて申し込むことはできません。"
        )
        for answer in (browser.get(interim_url(advance), follow=True), browser.post(interim_url(advance), follow=True)):
            assert said in words(answer)
            assert answer.redirect_chain == [(application_url(first), 302)]
        with pytest.raises(applying.NotFollowing, match="重ねて申し込むことはできません"):
            stories.drafted(contractor, stories.interim(advance))
        assert RequestedGuarantee.objects.filter(product=Product.INTERIM).count() == 1

    def test_a_declined_or_withdrawn_one_frees_the_advance(self, advance, contractor, reviewer):
        first = stories.under_review(contractor, reviewer, stories.interim(advance)).requested.get()
        reviewing.decline(requested=first, by=reviewer, reason="出来高が確認できません")
        second = stories.submitted(contractor, stories.interim(advance))
        applying.withdraw(application=second, by=contractor)
        assert client_of(contractor).get(interim_url(advance)).status_code == 200
        assert stories.submitted(contractor, stories.interim(advance)).status == SENT

    def test_the_database_holds_one_at_a_time(self, advance, contractor):
        first = stories.submitted(contractor, stories.interim(advance))
        second = Application.objects.create(
            **stories.declared(), work=advance.work, contractor=contractor.contractor, drafted_by=contractor.user
        )
        with pytest.raises(IntegrityError, match="guarantee_is_followed_once"), transaction.atomic():
            RequestedGuarantee.objects.create(application=second, **stories.interim(advance))
        first.requested.update(status=Status.DECLINED, declined_at=timezone.now(), declined_by=contractor.user)
        RequestedGuarantee.objects.create(application=second, **stories.interim(advance))
        with pytest.raises(IntegrityError, match="guarantee_is_followed_once"), transaction.atomic():
            first.requested.update(status=Status.RECEIVED, declined_at=None, declined_by=None)

    def test_another_companys_advance_is_not_there(self, advance, rival_contractor):
        browser = client_of(rival_contractor)
        assert [browser.get(interim_url(advance)).status_code, browser.post(interim_url(advance)).status_code] == [
            404,
            404,
        ]
        with pytest.raises(applying.NotFollowing, match="もとの保証契約が、この申込と合っていません"):
            stories.drafted(rival_contractor, stories.interim(advance))

    def test_a_performance_guarantee_has_no_interim(self, contractor, reviewer, approver):
        guarantee = stories.issued(contractor, reviewer, approver, stories.performance())
        browser = client_of(contractor)
        assert browser.get(interim_url(guarantee)).status_code == 404
        assert "中間前払金保証" not in words(browser.get(reverse("guarantees:contract", args=[guarantee.public_id])))
        with pytest.raises(applying.NotFollowing, match="もとの保証契約が、この申込と合っていません"):
            stories.drafted(contractor, stories.interim(guarantee))
        with pytest.raises(applying.NotFollowing, match="前払金保証から申し込んでください"):
            stories.drafted(contractor, stories.interim(guarantee, follows=None))

    def test_an_ended_advance_is_refused_in_words(self, advance, contractor, reviewer, approver):
        Guarantee.objects.update(state=GuaranteeState.CANCELLED)
        said = words(client_of(contractor).get(interim_url(advance), follow=True))
        assert f"前払金保証 {advance.number} は解約されているため、申し込めません。" in said
        assert "この保証契約は解約されています。" in said

    def test_it_is_not_issued_once_the_advance_has_ended(self, advance, contractor, reviewer, approver):
        requested = stories.approved(contractor, reviewer, stories.interim(advance))
        Guarantee.objects.filter(pk=advance.pk).update(state=GuaranteeState.RELEASED)
        with pytest.raises(issuing.NotFollowing, match="解除されているため"):
            issuing.issue(requested=requested, by=approver)
        assert not Guarantee.objects.filter(product=Product.INTERIM).exists()

    def test_past_its_deadline_an_advance_has_no_interim(self, contractor, reviewer, approver):
        today = timezone.localdate()
        over = stories.issued(contractor, reviewer, approver, **stories.running(work_ends_on=today - timedelta(days=1)))
        said = words(client_of(contractor).get(interim_url(over), follow=True))
        day = both_calendars(today - timedelta(days=1))
        assert f"前払金保証 {over.number} は保証期限（{day}）を過ぎているため、申し込めません。" in said

    def test_the_review_sees_its_checks(self, advance, contractor, reviewer):
        work = {name: getattr(advance.requested.application, name) for name in stories.running()}
        application = stories.submitted(contractor, stories.interim(advance), **work)
        ends_on = both_calendars(application.work_ends_on)
        assert after("発注者", checking.checks(application.requested.with_application().get()))[:4] == [
            Check("もとの前払金保証", True, f"{advance.number}　有効（{ends_on}まで）"),
            Check("前払金との合計", True, "前払金 20,000,000円と合わせて 30,000,000円、請負金額 50,000,000円"),
            Check("工期の2分の1の経過", True, "工期181日のうち、本日までに100日が経過"),
            Check(
                "中間前払金の要件",
                True,
                "お客様が3つの要件すべてを確認済みと申告しています。発注者の認定調書で確かめてください。",
            ),
        ]
        page = client_of(reviewer).get(reverse("guarantees:review", args=[application.public_id]))
        assert f"もとの保証契約 {advance.number} 前払金保証" in words(page)
        assert "中間前払 10,000,000円 電子" in words(client_of(reviewer).get("/surety/"))

    @pytest.mark.parametrize(("passed", "is_fine"), [(89, False), (90, True), (91, True)])
    def test_half_of_the_period_is_counted_in_days(self, contractor, reviewer, approver, passed, is_fine):
        today = timezone.localdate()
        days = {"work_starts_on": today - timedelta(days=passed), "work_ends_on": today + timedelta(days=179 - passed)}
        work = stories.running(**days)
        advance = stories.issued(contractor, reviewer, approver, **work)
        requested = stories.submitted(contractor, stories.interim(advance), **work).requested.with_application().get()
        check = next(one for one in checking.checks(requested) if one.subject == "工期の2分の1の経過")
        assert check == Check("工期の2分の1の経過", is_fine, f"工期180日のうち、本日までに{passed}日が経過")


class TestReservation:
    """契約保証予約（入札ボンド）."""

    def test_the_page_says_what_it_is_not(self, contractor):
        said = words(client_of(contractor).get("/applications/reservation/new/"))
        for shown in (
            "契約保証予約は、入札保証金に代わるものではありません。",
            "落札して請負契約の相手方となった場合に、契約保証証書を発行することをお約束するものです。",
            "契約保証予約は証書（紙）のみです。",
            "入札予定の工事名 必須",
            "予定価格または見込みの請負金額 必須",
            "入札（見積）予定日 必須",
            "予約する契約保証金額 必須",
            "予約の有効期限 必須",
        ):
            assert shown in said, shown
        assert "請負契約日" not in said
        assert "電子保証発行完了のお知らせ" not in said

    def test_top_and_tab_lead_to_it(self, contractor):
        browser = client_of(contractor)
        for url in ("/", "/contracts/?tab=bonds"):
            assert 'href="/applications/reservation/new/"' in browser.get(url).content.decode(), url
        assert "契約保証予約（入札ボンド）の申込はありません。" in words(browser.get("/contracts/?tab=bonds"))

    def test_it_is_sent_and_kept_whole(self, contractor):
        browser = client_of(contractor)
        url = reverse("guarantees:reservation-edit", args=[uuid.uuid4()])
        confirm = browser.post(url, typed_reservation(), follow=True)
        said = words(confirm)
        for shown in (
            "入札予定の工事名 道路改良工事",
            "予定価格または見込みの請負金額 50,000,000円",
            "入札（見積）予定日 2026年12月15日（令和8年12月15日）",
            "予約する契約保証金額 5,000,000円 予定価格または見込みの請負金額に対する割合 10.0%",
            "予約の有効期限 2027年1月31日（令和9年1月31日）",
        ):
            assert shown in said, shown
        assert "工期" not in said
        complete = words(send(browser, confirm))
        assert "申込を送信しました" in complete
        assert "契約保証予約証書（紙）をお渡しします。" in complete
        assert "「認証キー」" not in complete
        assert "電子保証（認証キー）" not in complete
        application = Application.objects.get()
        assert (application.tendered_on, application.reservation_ends_on) == (date(2026, 12, 15), date(2027, 1, 31))
        assert (application.contracted_on, application.work_ends_on) == (None, None)
        assert list(application.requested.values_list("product", "medium", "guaranteed_amount")) == [
            ("reservation", "paper", 5_000_000)
        ]

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"work__work_name": ""}, "入札予定の工事名を入力してください"),
            ({"work__tendered_on": ""}, "入札（見積）予定日を入力してください"),
            ({"work__contract_price": "0"}, "予定価格または見込みの請負金額は1円以上で入力してください"),
            ({"reservation__medium": "electronic"}, "保証証書の形式を選択肢の中から選択してください"),
            (
                {"reservation__guaranteed_amount": "50,000,001"},
                "予約する契約保証金額は、予定価格または見込みの請負金額（50,000,000円）以下で入力してください",
            ),
            (
                {"reservation__reservation_ends_on": "20261214"},
                "予約の有効期限は、入札（見積）予定日（2026年12月15日（令和8年12月15日））以降の日付を入力してください",
            ),
        ],
    )
    def test_bad_input_has_its_sentence(self, contractor, changes, sentence):
        url = reverse("guarantees:reservation-edit", args=[uuid.uuid4()])
        page = client_of(contractor).post(url, typed_reservation(**changes))
        assert summary_of(page) == [sentence]
        assert 'value="平塚市○○地内"' in page.content.decode()
        assert not Application.objects.exists()

    def test_a_draft_is_continued_on_its_own_page_by_its_company_only(self, contractor, rival_contractor):
        draft = stories.drafted(contractor, stories.reservation(), **stories.tender())
        url = reverse("guarantees:reservation-edit", args=[draft.public_id])
        assert client_of(contractor).get(reverse("guarantees:application-edit", args=[draft.public_id])).url == url
        page = client_of(contractor).get(url).content.decode()
        assert 'name="work-work_name" value="道路改良工事"' in page
        rival = client_of(rival_contractor)
        assert [rival.get(url).status_code, rival.post(url, typed_reservation()).status_code] == [404, 404]

    def test_an_ordinary_draft_is_not_a_reservation(self, contractor):
        draft = stories.drafted(contractor)
        url = reverse("guarantees:reservation-edit", args=[draft.public_id])
        assert client_of(contractor).post(url, typed_reservation()).status_code == 404

    def test_once_sent_it_is_shown(self, contractor):
        sent = stories.reserved(contractor)
        url = reverse("guarantees:reservation-edit", args=[sent.public_id])
        assert client_of(contractor).get(url).url == reverse("guarantees:application", args=[sent.public_id])

    def test_the_review_sees_its_checks(self, contractor, reviewer):
        application = stories.reserved(contractor)
        tendered_on, ends_on = wareki(application.tendered_on), both_calendars(application.reservation_ends_on)
        assert checking.checks(application.requested.with_application().get())[:4] == [
            Check("証書の形式", True, "契約保証予約は、証書（紙）のみ発行します。電子保証はありません。"),
            Check("保証金額の割合", True, "5,000,000円は50,000,000円の10.0%（下限10%）"),
            Check("入札予定日と有効期限", True, f"入札（見積）予定日 {tendered_on}、予約の有効期限 {ends_on}"),
            Check("発注者", True, "登録済みの発注者です。"),
        ]
        page = words(client_of(reviewer).get(reverse("guarantees:review", args=[application.public_id])))
        assert "入札予定の工事 発注者 平塚市" in page
        assert "工期（始まり）" not in page
        assert "予約 5,000,000円 紙" in words(client_of(reviewer).get("/surety/"))

    def test_a_later_last_day_is_set_at_approval_and_no_earlier_one(self, contractor, reviewer):
        requested = stories.under_review(
            contractor, reviewer, stories.reservation(), **stories.tender()
        ).requested.get()
        url = reverse("guarantees:approve", args=[requested.public_id])
        browser = client_of(reviewer)
        page = browser.get(url)
        assert "空欄の場合は、申し込まれた予約の有効期限になります。" in words(page)
        ends_on = requested.application.reservation_ends_on
        data = {"token": value_of(page, "token"), "revision": "1"}
        early = browser.post(url, data | {"guarantee_ends_on": f"{ends_on - timedelta(days=1):%Y%m%d}"})
        assert summary_of(early) == [
            f"予約の有効期限は、申し込まれた日（{both_calendars(ends_on)}）以降の日付を入力してください"
        ]
        browser.post(url, data | {"guarantee_ends_on": f"{ends_on + timedelta(days=1):%Y%m%d}"})
        requested.refresh_from_db()
        assert requested.deadline == ends_on + timedelta(days=1)

    def test_it_is_issued_on_paper_without_key_or_deposit(self, reservation, approver):
        year = timezone.localdate().year - 2018 - (timezone.localdate().month < 4)
        assert reservation.number == f"34{year:02}4-00001M"
        assert (reservation.medium, reservation.key_ciphertext) == (Medium.PAPER, None)
        assert not KeySight.objects.exists()
        certificate = reservation.certificates.get()
        assert certificate.sheet == "documents/reservation_1_sheet.html"
        reader = PdfReader(io.BytesIO(bytes(certificate.pdf)))
        assert len(reader.pages) == 1
        text = "".join(reader.pages[0].extract_text().split())
        for shown in (
            "契約保証予約証書",
            reservation.number,
            "平塚市長様",
            "5,000,000円",
            wareki(certificate.guarantee_ends_on),
            "入札予定の工事名道路改良工事",
            "50,000,000円",
            "この予約は、入札保証金に代わるものではなく、入札保証金を保証するものでもありません。",
            "上記の金額を限度として契約保証証書を発行することを予約します。",
        ):
            assert shown in text, shown
        issued = client_of(approver).get(reverse("guarantees:issued", args=[reservation.requested.public_id]))
        assert "契約保証予約証書を発行しました" in words(issued)


class TestPerformanceFromReservation:
    """契約保証 that a reservation promised."""

    def test_the_ordinary_page_comes_filled_in(self, reservation, contractor):
        page = client_of(contractor).get(performance_url(reservation))
        html = page.content.decode()
        assert f"契約保証予約 {reservation.number} に基づく契約保証です。" in words(page)
        for name, value in (
            ("work-work_name", "道路改良工事"),
            ("work-work_place", "平塚市○○地内"),
            ("work-contract_price", "50,000,000"),
            ("performance-guaranteed_amount", "5,000,000"),
            ("performance-follows", str(reservation.public_id)),
        ):
            assert f'name="{name}" value="{value}"' in html, name
        assert re.search(r'name="performance-applies"[^>]* checked', html)
        assert not re.search(r'name="advance-applies"[^>]* checked', html)
        assert "平塚市（平塚市長）" in words(page)

    def test_it_becomes_an_electronic_guarantee_of_the_same_job(self, reservation, contractor, reviewer, approver):
        browser = client_of(contractor)
        data = typed(performance__follows=str(reservation.public_id))
        del data["advance-applies"]
        edit = reverse("guarantees:application-edit", args=[uuid.uuid4()])
        confirm = browser.post(edit, data, follow=True)
        assert f"もとの保証契約 {reservation.number} 契約保証予約" in words(confirm)
        send(browser, confirm)
        requested = RequestedGuarantee.objects.get(product=Product.PERFORMANCE)
        assert (requested.follows, requested.application.work) == (reservation, reservation.work)
        follower = f"受付済 受付番号 {requested.application.receipt_number}"
        assert follower in words(browser.get("/contracts/?tab=bonds"))
        assert f"契約保証 {follower}" in words(browser.get(application_url(reservation.requested)))
        reviewing.take_up(application=requested.application, by=reviewer)
        reviewing.approve(requested=requested, by=reviewer, revision=1)
        issued = issuing.issue(requested=requested, by=approver)
        assert (issued.medium, issued.work, issued.number[4]) == (Medium.ELECTRONIC, reservation.work, "3")
        assert f"発行済 有効 発行済 {issued.number} 詳細" in words(browser.get("/contracts/?tab=bonds"))
        said = f"契約保証 発行済 受付番号 {requested.application.receipt_number} 保証契約番号 {issued.number}"
        assert said in words(browser.get(application_url(reservation.requested)))

    def test_a_correction_keeps_the_reservation(self, reservation, contractor):
        draft = stories.drafted(contractor, stories.performance(follows=reservation))
        edit = reverse("guarantees:application-edit", args=[draft.public_id])
        browser = client_of(contractor)
        assert browser.get(performance_url(reservation)).url == edit
        assert f'name="performance-follows" value="{reservation.public_id}"' in browser.get(edit).content.decode()
        data = typed(performance__follows=str(reservation.public_id), performance__guaranteed_amount="5,500,000")
        browser.post(edit, data)
        kept = draft.requested.get(product=Product.PERFORMANCE)
        assert (kept.follows, kept.guaranteed_amount) == (reservation, 5_500_000)

    def test_a_reservation_is_used_once(self, reservation, contractor):
        first = stories.submitted(contractor, stories.performance(follows=reservation))
        said = (
            f"契約保証予約 {reservation.number} には、すでに契約保証の申込（受付番号 {first.receipt_number}）があります。"
            "重ねて申し込むことはできません。"
        )
        browser = client_of(contractor)
        assert said in words(browser.get(performance_url(reservation), follow=True))
        edit = reverse("guarantees:application-edit", args=[uuid.uuid4()])
        page = browser.post(edit, typed(performance__follows=str(reservation.public_id)))
        assert summary_of(page) == [said]
        assert 'value="道路改良工事"' in page.content.decode()
        assert RequestedGuarantee.objects.filter(product=Product.PERFORMANCE).count() == 1

    def test_another_companys_reservation_is_not_there(self, reservation, rival_contractor):
        browser = client_of(rival_contractor)
        assert browser.get(performance_url(reservation)).status_code == 404
        edit = reverse("guarantees:application-edit", args=[uuid.uuid4()])
        page = browser.post(edit, typed(performance__follows=str(reservation.public_id)))
        assert summary_of(page) == ["もとの契約保証予約を選択肢の中から選択してください"]
        assert not Application.objects.filter(contractor=rival_contractor.contractor).exists()

    def test_an_advance_is_no_reservation(self, advance, contractor):
        assert client_of(contractor).get(performance_url(advance)).status_code == 404

    def test_after_its_last_day_it_is_refused_but_what_was_sent_in_time_is_issued(
        self, reservation, contractor, reviewer, approver
    ):
        requested = stories.approved(contractor, reviewer, stories.performance(follows=reservation))
        last = reservation.certificates.get().guarantee_ends_on
        with time_machine.travel(datetime.combine(last + timedelta(days=2), time(12), UTC)):
            assert issuing.issue(requested=requested, by=approver).product == Product.PERFORMANCE

    def test_an_expired_reservation_is_refused_in_words(self, reservation, contractor):
        last = reservation.certificates.get().guarantee_ends_on
        with time_machine.travel(datetime.combine(last + timedelta(days=2), time(12), UTC)):
            said = words(client_of(contractor).get(performance_url(reservation), follow=True))
        sentence = f"は予約の有効期限（{both_calendars(last)}）を過ぎているため、申し込めません。"
        assert f"契約保証予約 {reservation.number} {sentence}" in said

    def test_the_review_compares_it_with_the_promise(self, reservation, contractor):
        more = stories.performance(follows=reservation, guaranteed_amount=5_000_001)
        application = stories.submitted(contractor, more)
        ends_on = both_calendars(reservation.certificates.get().guarantee_ends_on)
        assert after("発注者", checking.checks(application.requested.with_application().get()))[:2] == [
            Check("もとの契約保証予約", True, f"{reservation.number}　有効（{ends_on}まで）"),
            Check("予約の内容との一致", False, "予約：平塚市「道路改良工事」、5,000,000円まで"),
        ]


class TestChanges:
    """変更 of what follows and of what is followed."""

    def test_a_reservation_is_not_amended(self, reservation, contractor):
        browser = client_of(contractor)
        assert "変更を申し込む" not in words(browser.get(application_url(reservation.requested)))
        for page in ("amendment", "amendment-confirm"):
            url = reverse(f"guarantees:{page}", args=[reservation.public_id])
            assert browser.post(url, {}).status_code in (404, 405), page
        assert browser.get(reverse("guarantees:amendment", args=[reservation.public_id])).status_code == 404
        with pytest.raises(refusals.NotAmendable, match="契約保証予約の内容は変更できません。"):
            stories.asked(contractor, reservation, guaranteed_amount=6_000_000)
        assert not Endorsement.objects.exists()

    def test_an_interim_advance_is_amended(self, advance, contractor, reviewer, approver):
        interim = stories.issued(contractor, reviewer, approver, stories.interim(advance), **stories.running())
        ends_on = (timezone.localdate() + timedelta(days=120)).isoformat()
        page = client_of(contractor).get(reverse("guarantees:amendment", args=[interim.public_id]))
        assert "変更の申込" in words(page)
        endorsement = stories.asked_and_approved(
            contractor, reviewer, interim, work_ends_on=ends_on, guaranteed_amount=40_000_000
        )
        assert checking.endorsement_checks(endorsement)[1] == Check(
            "前払金との合計", False, "前払金 20,000,000円と合わせて 60,000,000円、請負金額 50,000,000円"
        )
        endorsing.issue(endorsement=endorsement, by=approver)
        certificate = interim.certificates.in_force().get()
        assert (certificate.version, certificate.facts["work_ends_on"]) == (2, ends_on)
        assert certificate.facts["product_name"] == "中間前払金保証"

    def test_an_interim_advance_has_the_works_facts_as_amended(self, advance, contractor, reviewer, approver):
        obligee = advance.obligee
        other = Addressee.objects.create(obligee=obligee, title="平塚市公営企業管理者")
        stories.amended(contractor, reviewer, approver, advance, addressee=other.title, contract_price=60_000_000)
        browser = client_of(contractor)
        browser.post(interim_url(advance), typed_interim())
        application = RequestedGuarantee.objects.get(product=Product.INTERIM).application
        assert (application.addressee, application.contract_price) == (other, 60_000_000)
        first = advance.requested.application
        assert (application.order_kind, application.awarded_on) == (first.order_kind, first.awarded_on)


class TestBesideTheOrdinaryForm:
    """What the form, the list and the premiums know of the new products."""

    def test_past_delivery_days_are_not_offered_again(self, contractor, reviewer, approver):
        sent = {
            "delivery": "post",
            "wanted_on": timezone.localdate() + timedelta(days=3),
            "ship_to_name": "○○建設 株式会社",
            "ship_to_postal_code": "254-0000",
            "ship_to_address": "神奈川県平塚市○○町1番1号",
        }
        on_paper = stories.advance(medium=Medium.PAPER)
        advance = stories.issued(contractor, reviewer, approver, on_paper, **stories.running(**sent))
        html = client_of(contractor).get(interim_url(advance)).content.decode()
        assert 'name="information-ship_to_address" value="神奈川県平塚市○○町1番1号"' in html
        assert not re.search(r'name="information-wanted_on" value="', html)

    def test_a_paper_interim_advance_asks_how_it_is_handed_over(self, advance, contractor):
        page = client_of(contractor).post(interim_url(advance), typed_interim(interim__medium="paper"))
        assert summary_of(page) == ["証書（紙）または保証料計算書（紙）を希望する場合は、受取方法を選択してください"]

    def test_a_reservation_of_a_joint_venture(self, contractor):
        url = reverse("guarantees:reservation-edit", args=[uuid.uuid4()])
        members = {"venture-jv_name": "○○・△△特定建設工事共同企業体", "venture-member_1": "△△土木 株式会社"}
        browser = client_of(contractor)
        browser.post(url, typed_reservation() | members)
        application = Application.objects.get()
        assert (application.jv_name, application.jv_members) == (members["venture-jv_name"], ["△△土木 株式会社"])
        assert 'name="venture-member_1" value="△△土木 株式会社"' in browser.get(url).content.decode()

    def test_clearing_the_guarantees_keeps_the_reservation(self, reservation, contractor):
        edit = reverse("guarantees:application-edit", args=[uuid.uuid4()])
        data = typed(performance__follows=str(reservation.public_id))
        page = client_of(contractor).post(edit, data | {"clear": "guarantees"}).content.decode()
        assert f'name="performance-follows" value="{reservation.public_id}"' in page
        assert 'name="performance-guaranteed_amount" value="5,000,000"' not in page

    def test_the_pages_estimate_the_cost(self, advance, reservation, contractor):
        browser = client_of(contractor)
        assert "予約手数料の見積り（見本の料率）" in words(browser.get(reverse("guarantees:reservation-new")))
        assert "保証料の見積り" in words(browser.get(interim_url(advance)))
        assert "保証料の見積り（見本の料率）" in words(browser.get(performance_url(reservation)))

    def test_a_reservation_has_a_statement_of_its_fee(self, reservation):
        statement = reservation.statements.get()
        assert (statement.kind, statement.facts["charge"]) == ("fee", "予約手数料")

    def test_the_list_of_reservations_is_saved_as_csv(self, reservation, contractor):
        answer = client_of(contractor).get(reverse("guarantees:contract-list-csv") + "?tab=bonds")
        rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert reservation.number in rows[1]

    def test_the_jobs_page_shows_a_reservation(self, reservation, contractor):
        said = words(client_of(contractor).get(reverse("guarantees:work", args=[reservation.work.public_id])))
        assert "予定価格または見込みの請負金額 50,000,000円" in said
        assert "工期（始まり）" not in said


def test_the_tab_asks_as_often_for_three_reservations_as_for_one(contractor, reviewer, approver):
    def issue_one() -> None:
        one = stories.issued(contractor, reviewer, approver, stories.reservation(), **stories.tender())
        stories.submitted(contractor, stories.performance(follows=one))

    browser, counts = client_of(contractor), []
    for more in (1, 2):
        for _ in range(more):
            issue_one()
        with CaptureQueriesContext(connection) as queries:
            browser.get("/contracts/?tab=bonds")
        counts.append(len(queries))
    assert counts[0] == counts[1]
