"""What an officer does beside looking up, in a browser: compares, asks the surety, watches, and enters what lives elsewhere."""

import re

from playwright.sync_api import expect

from dsure.forms.comparing import HEADINGS
from tests.browser.test_accessibility import faults_of, story  # noqa: F401 (a fixture)


def test_an_officer_compares_asks_watches_and_enters(desk, story):  # noqa: F811
    page = desk("officer")
    page.goto("/d-sure/register/?order=number")
    page.get_by_role("link", name=re.compile("^表示")).last.click()
    page.get_by_role("link", name="契約内容と照合する").click()
    number = page.get_by_label("保証契約番号").input_value()
    page.get_by_label("請負金額").fill("１")
    page.get_by_role("button", name="照合する", exact=True).click()
    expect(page.get_by_text("× 合わない項目があります")).to_be_visible()
    faults = faults_of(page)
    lines = [",".join(HEADINGS), f"{number},1,,,,", "14081-99999M,1,,,,", "abc,5千,,,,"]
    sheet = {"name": "契約.csv", "mimeType": "text/csv", "buffer": "\r\n".join(lines).encode("cp932")}
    page.locator("[name=sheet]").set_input_files(sheet)
    page.get_by_role("button", name="まとめて照合する").click()
    faults += faults_of(page)
    page.get_by_role("button", name="×（1）").click()
    expect(page.get_by_role("row")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="結果をCSVで保存").click()
    assert saved.value.suggested_filename.startswith("契約内容との照合_")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="保証金を請求する").click()
    page.get_by_label("請求する金額").fill("1,000,000")
    page.get_by_label("請求の理由").fill("契約を解除したため")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    faults += faults_of(page)
    page.get_by_label("担当者の電話番号").fill("0463-00-0000")
    page.get_by_role("button", name="内容を確認する").click()
    faults += faults_of(page)
    page.get_by_role("button", name="この内容で請求する").click()
    expect(page.get_by_text("保証会社に送信しました。")).to_be_visible()
    faults += faults_of(page)
    page.goto("/d-sure/elsewhere/new/")
    page.get_by_role("button", name="この内容で登録する").click()
    faults += faults_of(page)
    page.get_by_label("保証の種類").select_option(label="金融機関の保証")
    for label, typed in (
        ("保証人・発行者", "○○銀行"),
        ("受注者", "○○建設"),
        ("工事名", "橋りょう補修工事"),
        ("保証金額", "100"),
    ):
        page.get_by_label(label, exact=False).first.fill(typed)
    page.locator("[name=ends_on]").fill(page.locator("[name=checked_on]").input_value())
    page.get_by_label("証書の保管場所").fill("金庫")
    page.get_by_role("button", name="この内容で登録する").click()
    expect(page.get_by_role("heading", name="○○銀行　橋りょう補修工事")).to_be_visible()
    faults += faults_of(page)
    page.goto("/d-sure/watch/")
    expect(page.get_by_role("row", name=re.compile("○○銀行")).get_by_text("本日まで")).to_be_visible()
    page.get_by_role("button", name="お知らせを希望する").click()
    expect(page.get_by_role("button", name="お知らせを停止する")).to_be_visible()
    assert faults + faults_of(page) == []
