"""The estimate while somebody types, without JavaScript too, and the statement of an issued guarantee."""

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests import stories


def estimate_of(page: Page, section: str):
    return page.locator(f"[data-estimate-of=id_{section}-guaranteed_amount]")


def test_the_estimate_follows_what_is_typed(desk):
    page = desk("contractor")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/premiums/" in request.url else None)
    page.goto("/applications/new/")
    page.get_by_label("前払金保証を申し込む").check()
    row = estimate_of(page, "advance")
    expect(row).to_contain_text("保証料の見積り（見本の料率）")
    expect(row).to_contain_text("保証金額を入力すると、見積りを表示します。")

    page.locator("#id_advance-guaranteed_amount").press_sequentially("２０００００００", delay=20)
    expect(row.get_by_role("status")).to_have_text("62,500円")
    expect(row).to_contain_text("20,000,000円×0.300%（見本）＋2,500円")
    assert len(asked) == 1  # once, when typing stops
    expect(row.get_by_role("status")).to_have_attribute("aria-live", "polite")

    page.locator("#id_advance-guaranteed_amount").fill("")
    expect(row).to_contain_text("保証金額を入力すると、見積りを表示します。")
    expect(row.get_by_role("status")).to_have_text("")


def test_the_estimate_says_when_it_cannot_be_had(desk):
    page = desk("contractor")
    page.goto("/applications/new/")
    page.get_by_label("前払金保証を申し込む").check()
    page.route("**/premiums/estimate/**", lambda route: route.abort())
    page.locator("#id_advance-guaranteed_amount").fill("20000000")
    expect(estimate_of(page, "advance")).to_contain_text("見積りを表示できませんでした。申込はそのまま続けられます。")


def test_without_javascript_the_server_prints_the_estimate(desk):
    page = desk("contractor", java_script_enabled=False)
    page.goto("/applications/new/")
    page.get_by_label("前払金保証を申し込む").check()
    page.locator("#id_advance-guaranteed_amount").fill("20,000,000円")
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page.locator("[data-errors]")).to_be_visible()
    expect(estimate_of(page, "advance").get_by_role("status")).to_have_text("62,500円")


def test_the_statement_is_found_and_downloaded(desk, contractor, reviewer, approver):
    number = stories.issued(contractor, reviewer, approver).number
    stories.issued(contractor, reviewer, approver)
    page = desk("contractor")
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="保証料計算書一覧").click()
    expect(page.get_by_role("heading", name="保証料計算書一覧")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label("保証契約番号").fill(number.removesuffix("M"))
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_role("row")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == f"保証料計算書_{number}.pdf"
    text = PdfReader(download.value.path()).pages[0].extract_text()
    assert number in text
    assert "62,500" in text
    page.get_by_role("link", name="条件をクリア").click()
    expect(page.get_by_role("row")).to_have_count(3)
