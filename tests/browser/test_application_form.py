"""申込の作成 in a browser: by keyboard alone, without JavaScript, cleared and brought back, and told of the obligee's rules while typing."""

import re

import pytest
from playwright.sync_api import Page, expect

from guarantees.models import Application

PRICE = "平塚市の電子保証は、請負金額が1,500,000円以上の案件で利用できます。証書（紙）を選択してください。"

# What a clerk types, box by box in the order of the page. A choice is a list: the value of its button.
TYPED: dict[str, str | list[str]] = {
    "work-addressee": "平塚市（平塚市長）",
    "work-work_kind": ["works"],
    "work-work_name": "道路改良工事",
    "work-work_place": "平塚市○○地内",
    "work-contract_price": "５０００００００",
    "work-work_starts_on": "20261201",
    "work-work_ends_on": "令和9年3月31日",
    "work-contracted_on": "20261201",
    "work-noticed_on": "20261001",
    "venture-jv_name": "○○・△△特定建設工事共同企業体",
    "venture-member_1": "△△土木 株式会社",
    "advance-applies": ["on"],
    "advance-medium": ["electronic"],
    "advance-guaranteed_amount": "20000000",
    "advance-entrusted_bank": "○○銀行 ××支店",
    "advance-has_interim": "中間前払金あり",
    "advance-plans_interim": "予定している",
    "advance-premium_payment": "都度納付",
    "advance-wants_paper_statement": ["no"],
    "performance-applies": ["on"],
    "performance-medium": ["paper"],
    "performance-guaranteed_amount": "5000000",
    "performance-wants_paper_statement": ["no"],
    "bidding-order_kind": ["open"],
    "bidding-awarded_on": "20261110",
    "bidding-bid_rounds": "1",
    "bidding-bidder_count": "7",
    "bidding-disqualified_count": "1",
    "bidding-second_bidder": "××組 株式会社",
    "bidding-second_bid_thousand_yen": "46200",
    "bidding-highest_bidder": "□□建設 株式会社",
    "bidding-highest_bid_thousand_yen": "49800",
    "information-branch": "神奈川支店",
    "information-delivery": ["post"],
    "information-wanted_on": "29991201",
    "information-wants_mail": ["yes"],
    "information-contact_section": "総務部",
    "information-contact_post": "主任",
    "information-contact_name": "佐藤 花子",
    "information-message_to_surety": "契約日は12月1日の予定です。",
}


def assert_everything_was_sent() -> None:
    application = Application.objects.get()
    assert application.submitted_at
    kept = [application.obligee_name, application.jv_members, application.order_kind, application.second_bidder]
    assert kept == ["平塚市", ["△△土木 株式会社"], "open", "××組 株式会社"]
    assert [application.delivery, application.ship_to_name] == ["post", "○○建設 株式会社"]
    assert [application.bidder_count, application.highest_bid_thousand_yen] == [7, 49_800]
    asked = application.requested.order_by("pk").values_list("product", "medium", "premium_payment", "plans_interim")
    assert list(asked) == [("advance", "electronic", "per_case", True), ("performance", "paper", "monthly", None)]


@pytest.fixture
def page(desk) -> Page:
    page = desk("contractor")
    page.goto("/applications/new/")
    return page


def focused(page: Page) -> dict[str, str]:
    return page.evaluate(
        "(() => { const one = document.activeElement;"
        " return {tag: one.tagName, name: one.name ?? '', type: one.type ?? '', words: one.innerText ?? ''}; })()"
    )


def test_whole_form_is_filled_and_sent_by_keyboard_alone(page):
    left = dict(TYPED)
    for _ in range(400):
        page.keyboard.press("Tab")
        where = focused(page)
        if where["tag"] == "BUTTON" and "申込内容を確認する" in where["words"]:
            break
        if where["name"] in left:
            type_by_keyboard(page, where["name"], left.pop(where["name"]))
    assert left == {}
    expect(page.locator("output").filter(has_text="40.0%")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    press_until(page, "この内容で申込を送信する")
    page.keyboard.press("Enter")
    expect(page.get_by_text("申込を送信しました")).to_be_visible()
    assert_everything_was_sent()


def type_by_keyboard(page: Page, name: str, value: str | list[str]) -> None:
    """In the focused control, with keys only: text, a choice in a list by its words, a button by blank or arrows."""
    if isinstance(value, str):
        if focused(page)["tag"] == "SELECT":
            choose_by_arrows(page, value)
        else:
            page.keyboard.insert_text(value)
        return
    page.keyboard.press("Space")
    for _ in range(4):
        if page.evaluate("document.activeElement.value") == value[0]:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(name)


def choose_by_arrows(page: Page, words: str) -> None:
    for _ in range(20):
        if page.evaluate("document.activeElement.selectedOptions[0].text") == words:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(words)


def press_until(page: Page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in focused(page)["words"]:
            return
    raise AssertionError(words)


def test_whole_form_is_filled_and_sent_without_javascript(desk):
    page = desk("contractor", java_script_enabled=False)
    page.goto("/applications/new/")
    fill(
        page,
        TYPED
        | {
            "work-contract_price": "1499999",
            "advance-guaranteed_amount": "500000",
            "performance-guaranteed_amount": "150000",
        },
    )
    page.get_by_role("button", name="申込内容を確認する").last.click()
    expect(page.locator("[data-errors]").get_by_text(PRICE)).to_be_visible()
    fill(
        page,
        {
            name: TYPED[name]
            for name in ("work-contract_price", "advance-guaranteed_amount", "performance-guaranteed_amount")
        },
    )
    page.get_by_role("button", name="申込内容を確認する").last.click()
    expect(page.get_by_role("definition").filter(has_text="請負金額に対する割合 40.0%")).to_be_visible()
    page.get_by_role("button", name="この内容で申込を送信する").click()
    expect(page.get_by_text("申込を送信しました")).to_be_visible()
    assert_everything_was_sent()


def fill(page: Page, typed: dict[str, str | list[str]]) -> None:
    for name, value in typed.items():
        if isinstance(value, list):
            page.locator(f'[name="{name}"][value="{value[0]}"], [name="{name}"][type=checkbox]').check()
        elif page.locator(f'select[name="{name}"]').count():
            page.locator(f'select[name="{name}"]').select_option(label=value)
        else:
            page.locator(f'[name="{name}"]').fill(value)


@pytest.mark.parametrize("has_script", [True, False])
def test_clear_is_undone_with_one_press(desk, has_script):
    page = desk("contractor", java_script_enabled=has_script)
    page.goto("/applications/new/")
    fill(page, TYPED)
    page.get_by_role("button", name="入札の状況をクリア").click()
    expect(page.get_by_text("入札の状況をクリアしました")).to_be_visible()
    expect(page).to_have_url(re.compile("#bidding-cleared$"))
    expect(page.locator("[name=bidding-second_bidder]")).to_have_value("")
    expect(page.locator("[name=work-work_name]")).to_have_value("道路改良工事")
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_text("入札の状況をクリアしました")).to_have_count(0)
    expect(page.locator("[name=bidding-second_bidder]")).to_have_value("××組 株式会社")
    expect(page.locator("[name=bidding-order_kind][value=open]")).to_be_checked()
    assert not Application.objects.exists()


def test_enter_in_a_text_box_goes_to_confirm_and_never_clears(page):
    fill(page, TYPED)
    page.locator("[name=bidding-second_bidder]").press("Enter")
    expect(page.get_by_role("heading", name="申込内容を確認して送信してください")).to_be_visible()
    assert Application.objects.get().second_bidder == "××組 株式会社"


def test_terms_are_said_while_typing_and_paper_is_offered(page):
    said = page.locator("[data-terms]")
    expect(said).to_have_attribute("aria-live", "polite")
    posts, asked = [], []
    page.on("request", lambda request: (asked if request.method == "GET" else posts).append(request.url))
    fill(page, {"work-work_name": "道路改良工事"})
    fill(page, {"work-addressee": "平塚市（平塚市長）"})
    expect(said).to_contain_text("工事・業務の種別を選択すると判定できます")
    fill(page, {name: TYPED[name] for name in ("work-work_kind", "work-contracted_on")})
    page.locator("[name=work-contract_price]").press_sequentially("1499999")
    expect(said).to_contain_text(PRICE)
    fill(page, {"work-contract_price": "1500000"})
    expect(said).to_contain_text("平塚市は、この案件で電子保証を利用できます")
    fill(page, {"advance-applies": ["on"], "advance-medium": ["electronic"], "work-contract_price": "1,499,999円"})
    page.locator("[name=work-contract_price]").blur()
    page.get_by_role("button", name="証書（紙）で申し込む").click()
    expect(page.locator("[name=advance-medium][value=paper]")).to_be_checked()
    expect(page.locator("[name=information-delivery][value=post]")).to_be_visible()
    assert posts == []
    assert not any("work_name" in url for url in asked)


def test_what_an_obligee_takes_is_found_by_name_and_prefecture(page):
    page.goto("/obligees/")
    page.get_by_label("発注者名").fill("平塚")
    page.get_by_role("button", name="検索").click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("1,500,000円")
    page.get_by_label("都道府県").select_option(label="長野県")
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_text("条件に合う発注者はありません。")).to_be_visible()
    expect(page.get_by_label("発注者名")).to_have_value("平塚")


def test_delivery_is_shown_only_where_a_paper_is_asked_for(page):
    delivery, wanted_on, visits_on = (
        page.locator(f"[name=information-{name}]") for name in ("delivery", "wanted_on", "visits_on")
    )
    expect(delivery.first).to_be_hidden()
    fill(page, {"advance-applies": ["on"], "advance-wants_paper_statement": ["yes"]})
    expect(delivery.first).to_be_visible()
    expect(wanted_on).to_be_hidden()
    fill(page, {"information-delivery": ["counter"]})
    expect(visits_on).to_be_visible()
    page.get_by_label("前払金保証を申し込む").uncheck()
    expect(delivery.first).to_be_hidden()
