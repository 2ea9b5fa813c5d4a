"""Number and key read out of a pasted text or a notice into the two boxes; by HTTP."""

import logging
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from dsure import keys
from dsure.models import Failure, Viewing
from netdesk import pdf
from netdesk.models import TryCounter
from tests.dsure.conftest import NUMBER, sealed_pdf
from tests.dsure.reading import page_of, words_of

FIND = "/d-sure/found/"


def notice(number: str, key: str) -> SimpleUploadedFile:
    words = f"<p>保証契約番号 {number}</p><p>認証キー {keys.grouped(key)}</p>"
    return SimpleUploadedFile("通知.pdf", pdf.from_html(f'<html lang="ja">{words}</html>'), "application/pdf")


def boxes(html: str) -> list[str]:
    """What stands in the boxes of number and key, in page order."""
    return re.findall(r'name="(?:number|key)" value="([^"]*)"', html)


def test_pasted_text_fills_the_boxes_and_looks_nothing_up(signed_in, hand_in, caplog):
    handed = hand_in()
    with caplog.at_level(logging.DEBUG):
        response = signed_in.post(FIND, {"text": f"番号は{handed.number}、キーは{keys.grouped(handed.key)}です"})
    html = page_of(response)
    assert boxes(html) == [handed.number, keys.grouped(handed.key)]
    assert "保証契約番号と認証キーを読み取りました" in html
    assert not any(model.objects.exists() for model in (Failure, Viewing, TryCounter))
    secrets = (handed.key, keys.grouped(handed.key))
    for secret in secrets:
        assert secret not in str(dict(signed_in.session.items())) + str(response.headers) + caplog.text
        assert secret not in str(response.cookies)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" row WHERE row::text LIKE ANY(%s)', [[f"%{one}%" for one in secrets]]
            )
            assert cursor.fetchone() == (0,), table
    opened = signed_in.post("/d-sure/", dict(zip(("number", "key"), boxes(html), strict=True)))
    assert opened["Location"].startswith("/d-sure/certificates/")


def test_a_notice_as_pdf_fills_the_boxes(signed_in, hand_in):
    handed = hand_in()
    html = page_of(signed_in.post(FIND, {"notice": notice(handed.number, handed.key)}))
    assert boxes(html) == [handed.number, keys.grouped(handed.key)]


def test_several_pairs_each_get_a_form_of_their_own(signed_in):
    pairs = [(number, keys.make(number)) for number in ("14081-00001M", "14082-00002M")]
    html = page_of(signed_in.post(FIND, {"text": " / ".join(f"{number} {key}" for number, key in pairs)}))
    assert boxes(html) == [text for number, key in pairs for text in (number, keys.grouped(key))]
    assert "番号とキーの組が複数見つかりました" in html
    assert html.count("電子証書を表示する<") == 2


def test_what_is_found_in_part_is_said(signed_in):
    def said(text: str) -> tuple[list[str], str]:
        html = page_of(signed_in.post(FIND, {"text": text}))
        return boxes(html), re.search(r'nd-banner-title">([^<]+)<', html)[1]

    key = keys.make(NUMBER)
    typo = key[:-1] + ("A" if key[-1] != "A" else "C")
    assert said(f"番号 {NUMBER}") == ([NUMBER], "保証契約番号だけを読み取りました")
    assert said(f"認証キー {key}") == ([key], "認証キーだけを読み取りました")
    assert said(f"{NUMBER} 認証キー {typo}") == ([NUMBER, typo], "読み取った認証キーに誤りがあるようです")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "文面を貼り付けるか、お知らせのPDFを選択してください"),
        ({"text": "何もない文面"}, "保証契約番号も認証キーも見つかりませんでした。"),
        ({"text": "あ" * 20_001}, "メールやお知らせの文面は20,000文字以内で入力してください（現在20001文字）"),
        ({"notice": SimpleUploadedFile("a.pdf", b"GIF89a" + b"x" * 2000)}, "お知らせのPDFはPDFではありません。"),
        ({"notice": SimpleUploadedFile("a.pdf", b"")}, "お知らせのPDFの中身が空です。"),
        ({"notice": SimpleUploadedFile("a.pdf", b"%PDF-1.7 cut")}, "このPDFは読み取れませんでした。"),
        (
            {"notice": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 2_200_000)},
            "お知らせのPDFは2MBまでです（選択されたファイルは約3MB）",
        ),
    ],
    ids=["nothing", "no pair", "too long", "no pdf", "empty", "unreadable", "too large"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(signed_in, typed, sentence):
    for value in typed.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    html = page_of(signed_in.post(FIND, typed))
    assert "<title>エラー：電子証書を閲覧する" in html
    assert "番号とキーを読み取れませんでした" in html
    assert html.count(sentence) == 2  # in the summary and at the field


def test_a_pdf_without_number_and_key_says_so(signed_in):
    html = page_of(signed_in.post(FIND, {"notice": BytesIO(sealed_pdf("ただの文書"))}))
    assert html.count("保証契約番号も認証キーも見つかりませんでした。") == 2


def test_finding_is_for_officers_and_by_post_only(client, signed_in, contractor):
    assert signed_in.get(FIND).status_code == 405
    client.force_login(contractor)
    assert client.post(FIND, {"text": "x"}).status_code == 404
    client.logout()
    key = keys.make(NUMBER)
    response = client.post(FIND, {"text": f"{NUMBER} {key}"})
    assert response["Location"] == f"/login/?next={reverse('dsure:find')}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM netdesk_keptpost")
        assert cursor.fetchone() == (0,)


def test_found_words_are_escaped(signed_in):
    html = page_of(signed_in.post(FIND, {"text": "<script>alert(1)</script>"}))
    assert "<script>alert" not in html
    assert "alert(1)" in words_of(html)
