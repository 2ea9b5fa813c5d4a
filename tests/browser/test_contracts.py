"""保証契約一覧, the job's page and the certificate window, by hand in a browser."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from guarantees.models import Certificate, Guarantee, KeySight
from guarantees.terms import Cause
from tests import stories
from tests.browser.test_accessibility import faults_of
from tests.guarantees.test_contract_list import seen
from tests.guarantees.test_documents import FACTS, JOINT, LONGEST, PERFORMANCE
from tests.guarantees.test_work_page import key_of

NOT_THE_COPY = "発注者に提出するものは「認証キー」のお知らせです"


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, stories.advance(), stories.performance())


def test_a_clerk_searches_the_list_and_saves_what_it_shows(desk, contractor, guarantee, officer):
    stories.drafted(contractor, work_name="歩道整備工事")
    seen(guarantee, officer, "returned", "工期の相違")
    page = desk("contractor")
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="保証契約一覧").click()
    expect(page.get_by_text("全1ページ（3件）中の1ページ目を表示しています")).to_be_visible()
    page.get_by_label("工事名").fill("道路")
    page.get_by_label("期間（終わり）").fill("令和99年1月1日")
    expect(page.locator("output").nth(1)).to_have_text("令和99年1月1日")
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_text("全1ページ（2件）中の1ページ目を表示しています")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSVで保存").click()
    assert re.fullmatch(r"保証契約一覧_\d{8}\.csv", download.value.suggested_filename)
    assert download.value.path().read_text("utf-8-sig").count("道路改良工事") == 2
    page.get_by_role("link", name="電子保証（認証キー）", exact=True).click()
    expect(page.get_by_label("工事名")).to_have_value("道路")
    expect(page.get_by_role("row").filter(has_text=guarantee.number).get_by_text("返戻")).to_be_visible()
    page.get_by_label("期間（始まり）").fill("20260230")
    page.get_by_label("保証契約番号").fill("1")
    page.get_by_role("button", name="検索").click()
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.get_by_text("検索していません。")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="条件をクリア").click()
    page.get_by_label("保証契約番号").fill(guarantee.number.removesuffix("M"))
    page.get_by_label("保証契約番号").press("Enter")
    expect(page.get_by_role("rowheader", name=guarantee.number)).to_be_visible()


def test_both_keys_of_a_job_are_asked_for_and_its_texts_copied(desk, guarantee):
    page = desk("contractor", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/contracts/?tab=keys")
    page.get_by_role("link", name="道路改良工事", exact=True).click()
    expect(page.get_by_role("heading", name="道路改良工事")).to_be_visible()
    assert key_of(guarantee) not in page.content()
    assert faults_of(page) == []
    page.get_by_role("button", name="認証キーを表示する").click()
    expect(page.locator(".nd-key")).to_have_text(key_of(guarantee))
    assert list(KeySight.objects.values_list("where", flat=True)) == ["work"]
    page.get_by_role("button", name=re.compile("コピー.*件名")).click()
    expect(page.get_by_role("status").filter(has_text="コピーしました")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("【電子保証】前払金保証")
    page.get_by_text("電子メールの本文（例）").click()
    page.get_by_role("button", name=re.compile("コピー.*本文")).click()
    expect(page.get_by_role("status").filter(has_text="コピーしました")).to_have_count(2)
    mail = page.evaluate("navigator.clipboard.readText()")
    assert guarantee.number in mail
    assert key_of(guarantee) not in mail
    assert faults_of(page) == []


def test_a_job_and_its_keys_work_without_javascript(desk, guarantee):
    page = desk("contractor", java_script_enabled=False)
    page.goto(f"/works/{guarantee.work.public_id}/")
    page.get_by_role("button", name="認証キーを表示する").click()
    expect(page.locator(".nd-key")).to_have_text(key_of(guarantee))
    expect(page.get_by_role("button", name=re.compile("コピー.*件名"))).to_have_count(0)
    page.goto(f"/contracts/{guarantee.public_id}/certificates/1/")
    expect(page.get_by_role("button", name="印刷")).to_have_count(0)
    page.get_by_role("link", name="戻る").click()
    expect(page.get_by_role("heading", name="電子保証履歴一覧")).to_be_visible()


def printed(page: Page, folder) -> list[str]:
    """The pages that the window prints, as text without spaces."""
    page.pdf(path=folder / "window.pdf", prefer_css_page_size=True)
    return ["".join(one.extract_text().split()) for one in PdfReader(folder / "window.pdf").pages]


@pytest.mark.parametrize(
    "facts", [FACTS, PERFORMANCE, JOINT, LONGEST], ids=["advance", "performance", "joint", "longest"]
)
def test_certificate_window_prints_on_one_page_as_a_copy(desk, guarantee, approver, tmp_path, facts):
    Certificate.objects.create(
        guarantee=guarantee,
        version=2,
        target="変更－１",
        cause=Cause.AMENDMENT,
        facts=facts.as_json() | {"mark": "変更－１"},
        pdf=b"x",
        sha256=hashlib.sha256(b"x").hexdigest(),
        guarantee_ends_on=facts.guarantee_ends_on,
        issued_at=guarantee.certificates.get().issued_at,
        issued_by=approver.user,
    )
    page = desk("contractor")
    page.goto(f"/contracts/{guarantee.public_id}/")
    with page.expect_popup() as window:
        page.get_by_role("link", name=re.compile("選択.*変更－１")).click()
    window.value.wait_for_load_state()
    expect(window.value.get_by_role("button", name="印刷")).to_be_visible()
    expect(window.value.get_by_role("button", name="閉じる")).to_be_visible()
    expect(window.value.get_by_role("link", name="戻る")).to_have_count(0)
    assert faults_of(window.value) == []

    pages = printed(window.value, tmp_path)

    assert len(pages) == 1
    assert "写し印刷したものは写しです。" in pages[0][:40]
    assert NOT_THE_COPY in pages[0]
    assert "".join(facts.work_name.split()) in pages[0]
    assert "変更後の契約内容を表示します。" in pages[0]
    for button in ("閉じる", "PDFを表示する", "本文へ移動", "本画面"):
        assert button not in pages[0]
