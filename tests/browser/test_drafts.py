"""Nothing that was typed is lost: the session ends, the cookie goes, another tab was faster, the page is not finished."""

import re

from playwright.sync_api import Page, expect

from guarantees.models import Application, Draft
from netdesk.demo import PASSWORD
from netdesk.models import Session
from tests import stories

SHOWN_AGAIN = "まだ何も送信されていません。内容を確認して、もう一度操作してください。"


def new_form(page: Page, work_name: str = "市道○○線側溝整備工事", price: str = "五千万円") -> None:
    page.goto("/applications/new/")
    page.get_by_label("工事名").fill(work_name)
    page.get_by_label("請負金額").fill(price)
    page.get_by_label("前払金保証を申し込む").check()
    page.get_by_label("預託金融機関").fill("○○銀行")


def expect_form(page: Page, work_name: str = "市道○○線側溝整備工事", price: str = "五千万円") -> None:
    expect(page.get_by_label("工事名")).to_have_value(work_name)
    expect(page.get_by_label("請負金額")).to_have_value(price)
    expect(page.get_by_label("前払金保証を申し込む")).to_be_checked()
    expect(page.get_by_label("預託金融機関")).to_have_value("○○銀行")


def sign_in(page: Page, username: str) -> None:
    page.get_by_role("textbox", name="ログインID").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="申込内容を確認する").click()


def keep(page: Page) -> None:
    page.get_by_role("button", name="一時保存する").click()


def test_session_ends_in_the_middle_and_the_typed_form_is_there_after_sign_in(desk):
    page = desk("contractor")
    new_form(page)
    Session.objects.all().delete()
    confirm(page)
    expect(page.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()
    sign_in(page, "contractor")
    expect(page.get_by_text(SHOWN_AGAIN)).to_be_visible()
    expect_form(page)
    assert not page.title().startswith("エラー：")
    assert (Application.objects.count(), Draft.objects.count()) == (0, 0)

    keep(page)
    expect(page.get_by_text("一時保存しました。")).to_be_visible()
    expect_form(page)
    expect(page.get_by_text(SHOWN_AGAIN)).to_have_count(0)


def test_somebody_else_who_signs_in_does_not_see_what_was_typed(desk):
    page = desk("contractor")
    new_form(page)
    Session.objects.all().delete()
    keep(page)
    sign_in(page, "rival-contractor")
    expect(page.get_by_text("△△土木 株式会社 様").first).to_be_visible()
    assert "市道○○線" not in page.content()
    page.goto("/applications/new/")
    expect(page.get_by_label("工事名")).to_have_value("")

    page.get_by_role("button", name="ログアウト").click()
    sign_in(page, "contractor")
    expect(page.get_by_text(SHOWN_AGAIN)).to_be_visible()
    expect_form(page)


def test_csrf_cookie_is_lost_and_the_typed_form_is_shown_again(desk):
    page = desk("contractor")
    new_form(page)
    page.context.clear_cookies(name="csrftoken")
    keep(page)
    expect(page.get_by_text(SHOWN_AGAIN)).to_be_visible()
    expect_form(page)
    assert Draft.objects.count() == 0
    keep(page)
    expect(page.get_by_text("一時保存しました。")).to_be_visible()


def test_second_tab_is_told_what_the_first_saved_and_may_save_over_it(desk):
    page = desk("contractor")
    new_form(page)
    keep(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("工事場所").fill("平塚市△△地内")
    keep(other)
    expect(other.get_by_text("一時保存しました。")).to_be_visible()

    page.get_by_label("工事場所").fill("平塚市□□地内")
    keep(page)
    expect(page.get_by_role("row", name="工事場所 平塚市□□地内 平塚市△△地内")).to_be_visible()
    expect(page.get_by_label("工事場所")).to_have_value("平塚市□□地内")
    expect_form(page)
    assert Draft.objects.get().typed["work-work_place"] == ["平塚市△△地内"]

    keep(page)
    expect(page.get_by_text("一時保存しました。")).to_be_visible()
    assert Draft.objects.get().typed["work-work_place"] == ["平塚市□□地内"]


def test_unfinished_form_is_saved_found_again_and_finished(desk):
    page = desk("contractor")
    new_form(page)
    keep(page)
    page.goto("/")
    page.get_by_role("link", name="作成中の申込", exact=True).click()
    page.get_by_role("link", name=re.compile("続きを入力.*市道○○線側溝整備工事")).click()
    expect_form(page)
    page.get_by_label("発注者必須", exact=True).first.select_option(label="平塚市（平塚市長）")
    page.get_by_label("工事", exact=True).check()
    for label, text in (
        ("工事場所", "平塚市○○地内"),
        ("請負金額", "50,000,000円"),
        ("工期（始まり）", "令和8年12月1日"),
        ("工期（終わり）", "令和9年3月31日"),
        ("請負契約日", "令和8年12月1日"),
        ("前払金保証金額", "20,000,000"),
    ):
        page.get_by_label(label).fill(text)
    block = page.locator("section[aria-labelledby=advance-title]")
    block.get_by_label("電子保証（認証キーを含む）").check()
    block.get_by_label("希望しない").check()
    page.get_by_label("申込送信先").select_option(label="神奈川支店")
    page.get_by_label("随意契約").check()
    page.locator("#information").get_by_label("希望しない", exact=True).check()
    confirm(page)
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    assert Draft.objects.count() == 0
    assert Application.objects.get().contract_price == 50_000_000


def test_earlier_application_is_copied_and_an_application_is_withdrawn(desk, contractor):
    application = stories.submitted(contractor)
    page = desk("contractor")
    page.goto(f"/applications/{application.public_id}/")
    page.get_by_role("link", name="この申込をもとに新しい申込を作成する").click()
    expect(page.get_by_text("過去の申込をもとに作成しています")).to_be_visible()
    expect(page.get_by_label("工事名")).to_have_value("道路改良工事")
    expect(page.get_by_label("請負金額")).to_have_value("50,000,000")
    assert Application.objects.count() == 1
    confirm(page)
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    assert Application.objects.count() == 2

    page.goto(f"/applications/{application.public_id}/")
    page.get_by_role("link", name="取下げる").click()
    page.get_by_role("button", name="取下げる").dblclick()
    expect(page.get_by_text(re.compile("取り下げられています"))).to_be_visible()
    application.refresh_from_db()
    assert application.status == "withdrawn"
