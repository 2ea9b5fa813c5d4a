"""PDFの真正性確認: three answers about a PDF, each by itself; nothing of it is kept."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dsure import attesting, depositing
from dsure.models import Deposit
from netdesk import pdf
from tests.dsure.conftest import NUMBER, deposition, sealed_pdf
from tests.dsure.reading import open_in_browser, page_of, words_of

GENUINE = "/d-sure/genuine/"
UNALTERED, ISSUED, STATE = "変更されていないか", "発行されたものか", "現在も有効な内容か"


def dropped(client, data: bytes) -> dict[str, str]:
    """The answers by their questions."""
    html = page_of(client.post(GENUINE, {"document": SimpleUploadedFile("証書.pdf", data, "application/pdf")}))
    rows = re.findall(r"<dt>([^<]*)</dt><dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {title: words_of(said) for title, said in rows}


def test_a_certificate_of_ones_own_is_unaltered_issued_and_in_force(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    answers = dropped(signed_in, deposition().pdf)
    assert answers[UNALTERED].startswith(
        "変更なし発行されたときのPDFと、1ビットも違いません。電子署名：有効(見本)○○建設業保証"
    )
    assert answers[ISSUED] == "発行済み保証会社が発行し、D-Sureに預けた電子証書です。"
    assert answers[STATE] == "有効この版（新規）は現在の内容です。電子証書を表示する"


def test_a_superseded_and_a_voided_version_are_genuine_and_said_not_to_count(signed_in, hand_in):
    hand_in()
    for version in (2, 3):
        depositing.deposit(deposition(version=version), arrived_at=timezone.now())
    depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=timezone.now())
    first, third = (dropped(signed_in, deposition(version=version).pdf) for version in (1, 3))
    assert first[UNALTERED].startswith("変更なし")
    assert "この版（新規）は変更前の内容です。最新は変更－１です。" in first[STATE]
    assert "保証契約番号と認証キーで表示" in first[STATE]
    assert third[ISSUED].startswith("発行済み")
    assert "この版は取り消されています（変更取消）。" in third[STATE]


@pytest.mark.parametrize(("state", "word"), [("released", "解除"), ("cancelled", "解約")])
def test_of_a_closed_guarantee_the_state_is_said(signed_in, hand_in, state, word):
    hand_in()
    depositing.close(NUMBER, state, closed_at=timezone.now())
    assert dropped(signed_in, deposition().pdf)[STATE].startswith(word)


def test_the_state_of_another_organisations_is_not_told(client, hand_in, rival_officer):
    hand_in()
    client.force_login(rival_officer.user)
    answers = dropped(client, deposition().pdf)
    assert answers[UNALTERED].startswith("変更なし")
    assert answers[ISSUED].startswith("発行済み")
    assert answers[STATE] == "状態は名宛の発注者だけが確認できます。"
    assert str(Deposit.objects.get().public_id) not in str(answers)


def test_what_was_changed_afterwards_is_told(signed_in, hand_in):
    hand_in()
    whole = deposition().pdf
    flipped = whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:]
    for altered in (whole + b"\n", flipped):
        answers = dropped(signed_in, altered)
        assert answers[UNALTERED].startswith("確認できません変更されているか、電子署名のない文書です。")
        assert answers[ISSUED].startswith("確認できません")
        assert answers[STATE] == "状態を確認できる電子証書ではありません。"


def test_a_pdf_of_ours_that_was_never_deposited_does_not_count(signed_in, obligee):
    answers = dropped(signed_in, sealed_pdf("紙の証書"))
    assert answers[UNALTERED].startswith("変更なし電子署名の後に変更されていません。")
    assert answers[ISSUED].startswith("D-Sureにありません保証会社の電子署名がありますが")


def test_a_receipt_is_known_by_its_bytes(signed_in, hand_in, officer):
    open_in_browser(signed_in, hand_in())
    receipt = attesting.attest(by=officer, public_id=Deposit.objects.get().public_id, version=1)
    answers = dropped(signed_in, bytes(receipt.pdf))
    assert answers[ISSUED] == "発行済みD-Sureが発行した電子証書閲覧確認書です。"
    assert answers[STATE] == "閲覧確認書は、作成された時点の状態を示すものです。"


def test_strange_and_hostile_pdfs_are_answered(signed_in):
    for strange in (pdf.from_html("<p>x</p>"), b"%PDF-1.7\n" + b"\xff" * 3000):
        answers = dropped(signed_in, strange)
        assert answers[UNALTERED].startswith("確認できません")
        assert answers[ISSUED].startswith("確認できません")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "確認するPDFを選択してください"),
        (b"", "確認するPDFの中身が空です。"),
        (b"PK\x03\x04" + b"x" * 2000, "確認するPDFはPDFではありません。"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "確認するPDFは10MBまでです（選択されたファイルは約11MB）"),
        (b"%PDF-" + b"x" * (13 * 1024 * 1024), "確認するPDFは10MBまでです（選択されたファイルは約14MB）"),
    ],
    ids=["none", "empty", "zip", "too large", "too large to be held"],
)
def test_what_is_no_pdf_or_too_large_is_said(signed_in, data, sentence):
    sent = {} if data is None else {"document": SimpleUploadedFile("<b>.pdf", data)}
    html = page_of(signed_in.post(GENUINE, sent))
    assert "<title>エラー：PDFの真正性確認" in html
    assert html.count(sentence) == 2


def test_nothing_of_an_upload_is_kept(signed_in, hand_in, tmp_path, monkeypatch, caplog):
    hand_in()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    with CaptureQueriesContext(connection) as queries, caplog.at_level("DEBUG", logger="netdesk"):
        dropped(signed_in, deposition().pdf)
    assert not [query for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert list(tmp_path.iterdir()) == []
    assert caplog.text == ""
