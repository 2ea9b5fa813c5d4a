"""One officer's whole job in a browser: paste, open, see what changed, acknowledge, and leave with the receipt."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dsure import reporting
from guarantees import disclosing
from guarantees.models import Guarantee, KeySight
from guarantees.terms import Product
from netdesk import sealing

RECEIVED = "受領しました。受注者と保証会社の画面に表示されます。"


@pytest.fixture
def handed_in(cast) -> tuple[str, str]:
    """Number and key of the guarantee that was opened, amended since, and waits for its answer."""
    from guarantees import demo_story, demo_typing

    demo_story.tell()
    guarantee = Guarantee.objects.get(product=Product.PERFORMANCE, requested__follows=None, certificates__version=2)
    return guarantee.number, disclosing.show_key(
        guarantee=guarantee, where=KeySight.Where.NOTICE, by=demo_typing.member().user
    )


def paste(page: Page, text: str) -> None:
    page.get_by_label("メールやお知らせの文面").fill(text)
    page.get_by_role("button", name="番号とキーを読み取る").click()


def test_an_officer_pastes_opens_compares_receives_and_leaves_with_a_receipt(desk, handed_in, tmp_path):
    number, key = handed_in
    page = desk("officer")
    expect(page.get_by_role("link", name=re.compile("変更のあった保証契約が2件"))).to_be_visible()
    paste(page, f"契約検査課 御中\n保証契約番号 {number}\n認証キー {key}\nよろしくお願いします。")
    expect(page.get_by_label("保証契約番号")).to_have_value(number)
    expect(page).not_to_have_url(re.compile(re.escape(number)))
    page.get_by_role("button", name="電子証書を表示する").click()

    expect(page.get_by_text("この保証契約は「有効（最新は変更－１）」です")).to_be_visible()
    expect(page.get_by_text("前回の閲覧の後に変更がありました")).to_be_visible()
    table = page.get_by_role("region", name=re.compile("前回ご覧になった内容との違い"))
    expect(table.get_by_role("row", name=re.compile("保証金額（総額）.*4,860,000円.*5,346,000円"))).to_be_visible()

    page.get_by_role("link", name="受領する").click()
    expect(page.get_by_role("heading", name="この電子証書を受領します")).to_be_visible()
    page.get_by_role("button", name="受領する").click()
    expect(page.get_by_text(RECEIVED)).to_be_visible()
    assert reporting.receipts([number])[number].acknowledged_at
    clerk = desk("contractor")
    clerk.goto(reverse("guarantees:contract-list") + "?tab=keys")
    expect(clerk.get_by_role("row", name=re.compile(f"{number}.*受領"))).to_be_visible()

    page.get_by_role("button", name="閲覧確認書を作成する").click()
    expect(page.get_by_role("heading", name="電子証書閲覧確認書")).to_be_visible()
    receipt = leave_with_receipt(page, tmp_path / "receipt.pdf", number)

    page.get_by_role("link", name="PDFの真正性確認").click()
    page.get_by_label("確認するPDF").set_input_files(receipt)
    page.get_by_role("button", name="このPDFを確認する").click()
    expect(page.get_by_text("D-Sureが発行した電子証書閲覧確認書です。")).to_be_visible()


def leave_with_receipt(page: Page, path, number: str):
    """The receipt as it was saved: one page, with the number, under D-Sure's seal."""
    with page.expect_download() as download:
        page.get_by_role("link", name="PDFをダウンロード").click()
    download.value.save_as(path)
    assert re.fullmatch(r"電子証書閲覧確認書_14203-R\d\d-\d{5}\.pdf", download.value.suggested_filename)
    pages = PdfReader(path).pages
    assert len(pages) == 1
    assert number in pages[0].extract_text()
    assert sealing.check(path.read_bytes()).signer == sealing.SEALS["dsure"]
    return path
