"""中間前払金保証 from an issued advance, and 契約保証予約 to 契約保証, by hand in a browser: three people each time."""

import re

import pytest
from playwright.sync_api import Page, expect

from guarantees.models import Guarantee, RequestedGuarantee
from guarantees.terms import Medium, Product
from tests import stories


@pytest.fixture
def advance(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, **stories.running())


def test_an_interim_advance_from_button_to_key(desk, advance):
    clerk = desk("contractor")
    clerk.goto("/contracts/?tab=keys")
    clerk.get_by_role("link", name=re.compile("^詳細")).click()
    clerk.get_by_role("link", name=re.compile("中間前払金保証を申し込む")).click()
    expect(clerk.get_by_role("heading", name="中間前払金保証の申込")).to_be_visible()
    expect(clerk.get_by_text("道路改良工事")).to_be_visible()
    clerk.get_by_role("button", name="申込内容を確認する").click()
    expect(clerk.locator("[data-errors]")).to_contain_text("「工期の2分の1を経過している」にチェックを入れてください")
    for condition in (
        "工期の2分の1を経過している",
        "工程表により工期の2分の1までに実施すべき作業が行われている",
        "出来高が請負金額の2分の1以上である",
    ):
        clerk.get_by_label(condition).check()
    clerk.get_by_label("電子保証（認証キーを含む）").check()
    clerk.get_by_label("中間前払金保証金額").fill("１０００００００")
    expect(clerk.locator("output[data-ratio]")).to_have_text("20.0%")
    send(clerk)
    take_through(desk("reviewer"), desk("approver"), "中間前払金保証")

    clerk.goto("/contracts/?tab=keys")
    row = clerk.get_by_role("row").filter(has=clerk.get_by_role("cell", name="中間前払", exact=True))
    row.get_by_role("link", name=re.compile("^詳細")).click()
    expect(clerk.locator(".nd-key")).to_have_text(re.compile(r"^\S{4}-\S{4}-\S{4}$"))
    interim = Guarantee.objects.get(product=Product.INTERIM)
    assert (interim.work, interim.requested.follows) == (advance.work, advance)

    clerk.goto(f"/contracts/{advance.public_id}/interim/")
    expect(clerk.get_by_text("重ねて申し込むことはできません")).to_be_visible()


def test_a_reservation_becomes_a_performance_guarantee(desk):
    clerk, reviewer, approver = desk("contractor"), desk("reviewer"), desk("approver")
    clerk.get_by_role("link", name="契約保証予約（入札ボンド）").click()
    expect(clerk.get_by_text("契約保証予約は、入札保証金に代わるものではありません。")).to_be_visible()
    clerk.get_by_label("発注者必須", exact=True).select_option(label="平塚市（平塚市長）")
    clerk.get_by_label("工事", exact=True).check()
    for label, text in (
        ("入札予定の工事名必須", "道路改良工事"),
        ("工事場所必須", "平塚市○○地内"),
        ("予定価格または見込みの請負金額必須", "50,000,000円"),
        ("入札（見積）予定日必須", "令和18年12月15日"),
        ("予約する契約保証金額必須", "5000000"),
        ("予約の有効期限必須", "令和19年1月31日"),
    ):
        clerk.get_by_label(label).fill(text)
    expect(clerk.locator("output[data-ratio]")).to_have_text("10.0%")
    clerk.get_by_label("希望しない").check()
    clerk.get_by_label("申込送信先").select_option(label="神奈川支店")
    clerk.get_by_label("送付", exact=True).check()
    clerk.get_by_label("受取希望日").fill("令和18年12月10日")
    send(clerk)
    take_through(reviewer, approver, "契約保証予約")

    clerk.goto("/contracts/?tab=bonds")
    clerk.get_by_role("link", name=re.compile("契約保証を申し込む")).click()
    expect(clerk.get_by_label("工事名必須")).to_have_value("道路改良工事")
    expect(clerk.get_by_label("契約保証金額必須")).to_have_value("5,000,000")
    for label, text in (
        ("工期（始まり）必須", "令和18年12月20日"),
        ("工期（終わり）必須", "令和19年3月31日"),
        ("請負契約日必須", "令和18年12月20日"),
    ):
        clerk.get_by_label(label).fill(text)
    block = clerk.locator("section[aria-labelledby=performance-title]")
    block.get_by_label("電子保証（認証キーを含む）").check()
    block.get_by_label("希望しない").check()
    clerk.get_by_label("随意契約").check()
    clerk.locator("#information").get_by_label("希望しない", exact=True).check()
    send(clerk)
    take_through(reviewer, approver, "契約保証")

    performance = RequestedGuarantee.objects.get(product=Product.PERFORMANCE)
    assert performance.guarantee.medium == Medium.ELECTRONIC
    clerk.goto("/contracts/?tab=bonds")
    expect(clerk.get_by_role("link", name=performance.guarantee.number)).to_be_visible()
    expect(clerk.get_by_role("link", name=re.compile("契約保証を申し込む"))).to_have_count(0)


def send(page: Page) -> None:
    """申込確認 > 送信完了."""
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    page.get_by_role("button", name="この内容で申込を送信する").click()
    expect(page.get_by_text("申込を送信しました")).to_be_visible()


def take_through(reviewer: Page, approver: Page, product: str) -> None:
    """審査, 承認 and, by another person, 発行."""
    reviewer.goto("/surety/")
    reviewer.get_by_role("link", name=re.compile(f"審査.* {product}）")).click()
    reviewer.get_by_role("link", name="審査の開始に進む").click()
    reviewer.get_by_role("button", name="審査を開始する").click()
    reviewer.get_by_role("link", name=re.compile(f"承認に進む.*{product}")).click()
    reviewer.get_by_role("button", name="承認する").click()
    approver.goto("/surety/?tab=approved")
    approver.get_by_role("link", name=re.compile(f"発行へ.* {product}）")).click()
    approver.get_by_role("link", name=re.compile(f"発行に進む.*{product}")).click()
    approver.get_by_role("button", name="発行する").click()
    expect(approver.get_by_text(re.compile("証書を発行しました"))).to_be_visible()
