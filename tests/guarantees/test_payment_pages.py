"""入金 on the pages of both desks: what is awaited and into which account, the act with its sentences, and who may."""

from datetime import date

import pytest
from django.urls import reverse

from guarantees import applying, collecting, issuing
from guarantees.models import Branch, Payment, RequestedGuarantee
from guarantees.terms import PremiumPayment
from netdesk import acting
from tests import stories
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db
PER_CASE = stories.advance(premium_payment=PremiumPayment.PER_CASE)
LIST, TODAY = "/surety/payments/", date(2026, 11, 20)
INTO = "見本銀行 横浜支店 普通 0000034"


@pytest.fixture
def awaited(contractor, reviewer) -> RequestedGuarantee:
    return stories.approved(contractor, reviewer, PER_CASE)


def url_of(requested: RequestedGuarantee, name: str = "payment-confirm") -> str:
    return reverse(f"guarantees:{name}", args=[requested.public_id])


def test_the_contractor_sees_amount_account_name_and_day_and_then_that_it_came(contractor, reviewer, awaited):
    browser = client_of(contractor)
    page = reverse("guarantees:application", args=[awaited.application.public_id])
    said, number = words(browser.get(page)), awaited.application.receipt_number
    for one in (
        "保証料のご入金待ち：62,500円（都度納付）",
        f"お振込先（見本） {INTO}",
        f"お振込名義 {number} ○○建設 株式会社",
        "お支払い期限 2026年12月7日（令和8年12月7日）",
    ):
        assert one in said, one
    assert f"{number} 前払 道路改良工事 62,500円 保証料 {INTO}" in words(browser.get("/"))
    assert "入金待ち 保証料 62,500円" in words(browser.get("/contracts/"))
    collecting.confirm_payment(requested=awaited, amount=62_500, paid_on=TODAY, by=reviewer)
    assert "入金 確認済み 保証料 62,500円（入金日 2026年11月20日（令和8年11月20日））" in words(browser.get(page))
    assert "ご入金待ち" not in words(browser.get("/"))


def test_without_an_account_the_branch_is_named(contractor, reviewer):
    kept = {"address": "東京都", "phone": "03-0000-0000", "fax": "03-0000-0001", "email": "tokyo@example.jp"}
    branch = Branch.objects.create(code="30", name="東京支店", **kept)
    awaited = stories.approved(contractor, reviewer, PER_CASE, branch=branch)
    page = reverse("guarantees:application", args=[awaited.application.public_id])
    said = words(client_of(contractor).get(page))
    assert "お支払い方法は東京支店へお問い合わせください。 お問い合わせ先：東京支店 電話 03-0000-0000" in said


def test_the_desk_confirms_with_the_amount_typed(reviewer, awaited):
    browser, url = client_of(reviewer), url_of(awaited)
    assert "本日 ○○建設 株式会社 前払 道路改良工事 62,500円 保証料 2026/12/07" in words(browser.get(LIST))
    page = browser.get(url)
    assert "ただし、入金を確認した方（高橋 恵さん）は発行できません。" in words(page)
    token = {acting.FIELD: value_of(page, "token")}
    assert summary_of(browser.post(url, token)) == ["入金額を入力してください", "入金日を入力してください"]
    wrong = browser.post(url, token | {"amount": "６２，６００円", "paid_on": "20261121"})
    assert summary_of(wrong) == [
        "請求額は62,500円です。100円多く入金されています。超過分の扱いをお客様と決めてから、請求額を入力してください",
        "入金日は、本日以前の日付を入力してください",
    ]
    assert wrong.context["form"]["amount"].value() == "６２，６００円"
    right = token | {"amount": "62,500", "paid_on": "令和8年11月20日"}
    assert browser.post(url, right)["Location"] == f"{LIST}?tab=awaited"
    assert Payment.objects.get().confirmed_by == reviewer.user
    after = words(browser.get(LIST))
    assert "入金を確認しました" in after
    assert "入金待ちの保証料はありません。" in after
    assert "高橋 恵" in words(browser.get(f"{LIST}?tab=confirmed"))
    assert browser.get(url)["Location"] == reverse("guarantees:review", args=[awaited.application.public_id])


def test_the_review_page_offers_no_issue_while_it_is_awaited_nor_to_who_confirmed(
    contractor, reviewer, approver, awaited
):
    page = reverse("guarantees:review", args=[awaited.application.public_id])
    browser = client_of(approver)
    said = words(browser.get(page))
    assert ("保証料の入金を待っています。" in said, "発行に進む" in said) == (True, False)
    collecting.confirm_payment(requested=awaited, amount=62_500, paid_on=TODAY, by=approver)
    assert "ご自身が入金を確認した保証です。" in words(browser.get(page))


def test_what_goes_back_is_said_to_both_desks_and_recorded(contractor, reviewer, awaited):
    collecting.confirm_payment(requested=awaited, amount=62_500, paid_on=TODAY, by=reviewer)
    applying.withdraw(application=awaited.application, by=contractor)
    own = reverse("guarantees:application", args=[awaited.application.public_id])
    assert "お返しする保証料：62,500円" in words(client_of(contractor).get(own))
    browser, url = client_of(reviewer), url_of(awaited, "repay")
    assert "取下げ ○○建設 株式会社 前払 道路改良工事 62,500円" in words(browser.get(f"{LIST}?tab=repay"))
    page = browser.get(url)
    assert "返金の事由 申込の取下げ" in words(page)
    typed = {"amount": "1", "repaid_on": "20261120", acting.FIELD: value_of(page, "token")}
    assert summary_of(browser.post(url, typed)) == ["返金する額は62,500円です。同じ額を入力してください"]
    assert browser.post(url, typed | {"amount": "62500"}).status_code == 302
    assert "返金済み 62,500円（返金日 2026年11月20日（令和8年11月20日）、申込の取下げ）" in words(
        client_of(contractor).get(own)
    )
    assert browser.get(url).status_code == 302


def test_a_change_says_what_it_adds_on_both_desks(contractor, reviewer, approver, awaited):
    collecting.confirm_payment(requested=awaited, amount=62_500, paid_on=TODAY, by=reviewer)
    guarantee = issuing.issue(requested=awaited, by=approver)
    endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
    own, desk = client_of(contractor), client_of(reviewer)
    said = words(own.get(reverse("guarantees:endorsement", args=[endorsement.public_id])))
    assert "追加保証料のご入金待ち：6,000円（都度納付）" in said
    assert f"{endorsement.receipt_number} ○○建設 株式会社" in said
    assert "追加保証料" in words(own.get("/"))
    assert "追加する額 6,000円" in words(
        desk.get(reverse("guarantees:endorsement-review", args=[endorsement.public_id]))
    )
    url = reverse("guarantees:extra-payment-confirm", args=[endorsement.public_id])
    page = desk.get(url)
    typed = {"amount": "6000", "paid_on": "20261120", acting.FIELD: value_of(page, "token")}
    assert desk.post(url, typed).status_code == 302
    assert Payment.objects.get(endorsement=endorsement).paid_amount == 6_000
    assert desk.get(url).status_code == 302


def test_another_branch_and_the_contractor_are_kept_out(contractor, nagano_approver, awaited):
    for person in (contractor, nagano_approver):
        browser = client_of(person)
        assert {browser.get(url_of(awaited, name)).status_code for name in ("payment-confirm", "repay")} == {404}
    assert "入金待ちの保証料はありません。" in words(client_of(nagano_approver).get(LIST))


def test_the_lists_take_the_same_queries_for_one_and_three(contractor, reviewer, django_assert_max_num_queries):
    counts, desk, own = [], client_of(reviewer), client_of(contractor)
    for rows in (1, 2):
        for _ in range(rows):
            stories.approved(contractor, reviewer, PER_CASE)
            paid = stories.approved(contractor, reviewer, PER_CASE)
            collecting.confirm_payment(requested=paid, amount=62_500, paid_on=TODAY, by=reviewer)
            applying.withdraw(application=paid.application, by=contractor)
        for browser, url in ((desk, LIST), (desk, f"{LIST}?tab=repay"), (desk, f"{LIST}?tab=confirmed"), (own, "/")):
            with django_assert_max_num_queries(18) as queries:
                assert browser.get(url).status_code == 200
            counts.append(len(queries))
    assert counts[:4] == counts[4:]
