"""The real input of the issue, by hand in a browser: three people, two guarantees, from application to D-Sure."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

NO_MATCH = "保証契約番号と認証キーの組み合わせが一致する電子証書がありません。"


def test_a_guarantee_travels_the_whole_way(desk, worker, tmp_path):
    clerk = desk("contractor")
    apply(clerk)
    approve(desk("reviewer"))
    issue(desk("approver"))
    worker()
    read_mail(clerk)
    keys = [open_key(clerk, product, tmp_path) for product in ("前払", "契約")]
    assert len({number for number, _ in keys}) == len({key for _, key in keys}) == 2

    officer = desk("officer")
    for (number, key), product in zip(keys, ("前払金保証", "契約保証"), strict=True):
        look_up(officer, number, key)
        expect(officer.get_by_role("heading", name=re.compile(f"保証証書.*{product}"))).to_be_visible()
        expect(officer.locator(".certificate")).to_contain_text(number)
        with officer.expect_download() as download:
            officer.get_by_role("link", name="PDFをダウンロード").click()
        text = PdfReader(download.value.path()).pages[0].extract_text()
        assert number in text
    rival = desk("rival-officer")
    for number, key in keys:
        look_up(rival, number, key)
        expect(rival.locator("[data-errors]")).to_contain_text(NO_MATCH)


def apply(page: Page) -> None:
    """申込作成 > 申込確認 > 送信完了."""
    expect(page.get_by_role("heading", name="ようこそ、ネットデスクへ")).to_be_visible()
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="保証申込").click()
    page.get_by_label("発注者必須", exact=True).first.select_option(label="平塚市（平塚市長）")
    page.get_by_label("工事", exact=True).check()
    for label, text in (
        ("工事名必須", "道路改良工事"),
        ("工事場所必須", "平塚市○○地内"),
        ("請負金額必須", "50,000,000円"),
        ("工期（始まり）必須", "令和8年12月1日"),
        ("工期（終わり）必須", "令和9年3月31日"),
        ("請負契約日必須", "令和8年12月1日"),
    ):
        page.get_by_label(label).fill(text)
    for product, title in (("advance", "前払金保証"), ("performance", "契約保証")):
        page.get_by_label(f"{title}を申し込む").check()
        block = page.locator(f"section[aria-labelledby={product}-title]")
        block.get_by_label("電子保証（認証キーを含む）").check()
        block.get_by_label(f"{title}金額").fill({"advance": "２０００００００", "performance": "5,000,000"}[product])
        block.get_by_label("希望しない").check()
    page.get_by_label("預託金融機関").fill("○○銀行 ××支店")
    expect(page.locator("section[aria-labelledby=advance-title] output[data-ratio]")).to_have_text("40.0%")
    expect(page.locator("section[aria-labelledby=performance-title] output[data-ratio]")).to_have_text("10.0%")
    page.get_by_label("一般競争入札").check()
    page.get_by_label("落札日").fill("20261110")
    page.get_by_label("申込送信先").select_option(label="神奈川支店")
    page.locator("#information").get_by_label("希望する", exact=True).check()
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page.get_by_text("まだ送信は完了していません")).to_be_visible()
    page.get_by_role("button", name="この内容で申込を送信する").dblclick()
    expect(page.get_by_text("申込を送信しました")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name=re.compile("審査.*前払金保証")).click()
    page.get_by_role("link", name="審査の開始に進む").click()
    page.get_by_role("button", name="審査を開始する").click()
    for product in ("前払金保証", "契約保証"):
        page.get_by_role("link", name=re.compile(f"承認に進む.*{product}")).click()
        page.get_by_role("button", name="承認する").click()
        expect(page.get_by_role("heading", name="請負工事の情報")).to_be_visible()


def issue(page: Page) -> None:
    page.get_by_role("link", name="承認済（2）").click()
    page.get_by_role("link", name=re.compile("発行へ.*前払金保証")).click()
    for product in ("前払金保証", "契約保証"):
        page.get_by_role("link", name=re.compile(f"発行に進む.*{product}")).click()
        page.get_by_role("button", name="発行する").dblclick()
        expect(page.get_by_text("保証証書を発行しました")).to_be_visible()
        page.get_by_role("link", name="この申込に戻る").click()


def read_mail(page: Page) -> None:
    page.goto("/demo/mails/")
    expect(page.get_by_role("heading", name="電子保証（認証キー）発行完了のお知らせ")).to_have_count(2)
    expect(page.get_by_text("送信済")).to_have_count(2)


def open_key(page: Page, product: str, folder: Path) -> tuple[str, str]:
    """保証契約一覧 > 電子保証（認証キー） > 詳細 > 選択 > 印刷, as the mail says; the number and the key of this product."""
    page.goto("/")
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="保証契約一覧").click()
    page.get_by_role("link", name="電子保証（認証キー）", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=product, exact=True))
    number = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name="詳細").click()
    key = page.locator(".nd-key").inner_text()
    with page.expect_popup() as window:
        page.get_by_role("link", name="選択").click()
    expect(
        window.value.get_by_text("ご覧になっている本画面の情報は、発注者に提出した保証証書と同一です。")
    ).to_be_visible()
    expect(window.value.locator(".certificate")).to_contain_text("平塚市長 様")
    window.value.get_by_role("button", name="閉じる").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^印刷(?!方法)")).click()
    assert download.value.suggested_filename == f"認証キーのお知らせ_{number}.pdf"
    text = PdfReader(download.value.path()).pages[0].extract_text()
    assert number in text
    assert key in text
    return number, key


def look_up(page: Page, number: str, key: str) -> None:
    """Typed as people type: the number in full width, the key pasted from the PDF with blanks."""
    page.goto("/d-sure/")
    page.get_by_label("保証契約番号").fill(number.translate(str.maketrans("0123456789-M", "０１２３４５６７８９－ｍ")))
    page.get_by_label("認証キー").fill(f"  {key}　")
    page.get_by_role("button", name="電子証書を表示する").click()
