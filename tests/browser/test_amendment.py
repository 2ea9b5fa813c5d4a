"""変更 by hand in a browser: the contractor asks, two people of the surety act, and the officer sees 変更－１ in the register."""

import re

import pytest
from playwright.sync_api import Page, expect

from dsure import viewing
from guarantees import disclosing
from guarantees.models import Guarantee, KeySight
from guarantees.terms import PRICE_ALONE
from tests import stories


@pytest.fixture
def guarantee(contractor, reviewer, approver, officer) -> Guarantee:
    """An advance payment guarantee that the officer has opened."""
    guarantee = stories.issued(contractor, reviewer, approver)
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=contractor.user)
    viewing.look_up(by=officer, number_text=guarantee.number, key_text=key)
    return guarantee


def open_form(page: Page) -> None:
    page.goto("/contracts/?tab=keys")
    page.get_by_role("link", name=re.compile("^詳細")).click()
    page.get_by_role("link", name=re.compile("^変更を申し込む")).click()
    expect(page.get_by_role("heading", name="変更の申込")).to_be_visible()


def test_a_change_travels_the_whole_way(desk, worker, guarantee):
    clerk = desk("contractor")
    ask(clerk)
    approve(desk("reviewer"))
    issue(desk("approver"))
    worker()
    clerk.goto("/demo/mails/")
    expect(clerk.get_by_role("heading", name="電子保証の変更手続き完了のお知らせ")).to_have_count(1)
    read_history(clerk)
    read_register(desk("officer"))


def ask(page: Page) -> None:
    """入力 > 確認 > back > 確認 > 送信完了, sent by a double click."""
    open_form(page)
    page.get_by_label("保証金額").fill("19,000,000円")
    page.get_by_label("工期（終わり）").fill("令和9年5月31日")
    page.get_by_label("変更の理由").fill("変更契約により、工期を延長し、前払金を減額したため。")
    page.get_by_role("button", name="変更内容を確認する").click()
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    page.get_by_role("button", name="入力画面に戻る").click()
    expect(page.get_by_label("保証金額")).to_have_value("19,000,000")
    page.get_by_role("button", name="変更内容を確認する").click()
    changed = page.get_by_role("row").filter(has_text="保証期限")
    expect(changed).to_contain_text("2027年3月31日（令和9年3月31日）")
    expect(changed).to_contain_text("2027年5月31日（令和9年5月31日）")
    page.get_by_role("button", name="この内容で変更を申し込む").dblclick()
    expect(page.get_by_text("変更の申込を送信しました")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name="異動（1）").click()
    page.get_by_role("link", name=re.compile("審査.*変更")).click()
    page.get_by_role("button", name="審査を開始する").click()
    page.get_by_role("link", name="承認に進む").click()
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_text("発行責任者による発行を待っています。")).to_be_visible()


def issue(page: Page) -> None:
    page.get_by_role("link", name="異動（1）").click()
    page.get_by_role("link", name=re.compile("発行へ.*変更")).click()
    page.get_by_role("link", name="発行に進む").click()
    page.get_by_role("button", name="発行する").dblclick()
    expect(page.get_by_text("変更－１を発行しました")).to_be_visible()


def read_history(page: Page) -> None:
    """変更－１ stands above 新規, and each opens its own certificate."""
    page.goto("/contracts/?tab=keys")
    page.get_by_role("link", name=re.compile("^詳細")).click()
    history = page.get_by_role("region", name="電子保証情報（履歴情報）").last
    expect(history.get_by_role("rowheader")).to_have_text(["変更－１", "新規"])
    for target, amount in (("変更－１", "19,000,000 円"), ("新規", "20,000,000 円")):
        with page.expect_popup() as window:
            history.get_by_role("link", name=re.compile(f"選択.*{target}")).click()
        expect(window.value.locator(".certificate")).to_contain_text(amount)
        window.value.close()


def read_register(page: Page) -> None:
    """From the list, without the key: the newest version, and the old one, marked."""
    page.goto("/d-sure/register/")
    page.get_by_role("main").get_by_role("table").get_by_role("link", name=re.compile("^表示")).click()
    expect(page.locator(".certificate")).to_contain_text("変更－１")
    expect(page.locator(".certificate")).to_contain_text("19,000,000 円")
    page.get_by_role("link", name=re.compile("表示.*新規")).click()
    expect(page.get_by_text("この保証契約は「有効（最新は変更－１）」です")).to_be_visible()
    expect(page.get_by_text("この版は変更前の内容です")).to_be_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_price_alone_is_told_to_need_no_procedure(desk, guarantee, has_scripts):
    page = desk("contractor", java_script_enabled=has_scripts)
    open_form(page)
    page.get_by_label("請負金額", exact=False).first.fill("55,000,000")
    page.get_by_role("button", name="変更内容を確認する").click()
    expect(page.get_by_text("変更の手続きは必要ありません")).to_be_visible()
    expect(page.get_by_text(PRICE_ALONE).first).to_be_visible()
    expect(page.get_by_label("請負金額", exact=False).first).to_have_value("55,000,000")
    assert guarantee.endorsements.count() == 0
