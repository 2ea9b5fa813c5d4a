"""A list of obligees: a word on every line before anything is written, then all of it or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guarantees import importing
from guarantees.importing import Line
from guarantees.models import Addressee, Obligee
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

HEAD = "団体コード,発注者名,職名\n"
URL = "/surety/obligees/import/"


@pytest.fixture
def head_office(nagano_approver):
    nagano_approver.branch = None
    nagano_approver.save()
    return nagano_approver


def send(person, text: str, code: str = "utf-8"):
    return client_of(person).post(URL, {"file": SimpleUploadedFile("list.csv", text.encode(code))})


def test_each_line_has_its_word_and_nothing_is_written(head_office):
    before = Addressee.objects.count()
    text = (
        f"{HEAD}14203,平塚市,平塚市長\n１４２０４, 鎌倉市 ,鎌倉市長\n14204,鎌倉市,鎌倉市教育長\n1420,大磯町,町長\n\n"
        f"14203,ひらつか市,市長\n14341,平塚市,町長\n14341,,町長\n14341,{'あ' * 61},町長\n14204,鎌倉市,鎌倉市長\n"
    )
    assert importing.read(text) == [
        Line(2, "14203", "平塚市", "平塚市長", "登録済みです。変更しません。"),
        Line(3, "14204", "鎌倉市", "鎌倉市長", "発注者と職名を登録します。", is_new=True),
        Line(4, "14204", "鎌倉市", "鎌倉市教育長", "職名を追加します。", is_new=True),
        Line(5, "1420", "大磯町", "町長", "団体コードは5桁の数字で入力してください。", is_wrong=True),
        Line(7, "14203", "ひらつか市", "市長", "団体コード14203は「平塚市」として登録されています。", is_wrong=True),
        Line(8, "14341", "平塚市", "町長", "「平塚市」は別の団体コードで登録されています。", is_wrong=True),
        Line(9, "14341", "", "町長", "発注者名を入力してください。", is_wrong=True),
        Line(10, "14341", "あ" * 61, "町長", "発注者名は60文字以内で入力してください。", is_wrong=True),
        Line(11, "14204", "鎌倉市", "鎌倉市長", "登録済みです。変更しません。"),
    ]
    page = send(head_office, text)
    assert "9行：新しく登録 2行、登録できない 5行" in words(page)
    assert "を登録する" not in words(page)
    assert Addressee.objects.count() == before
    with pytest.raises(importing.WrongLines):
        importing.load(text=text, by=head_office)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp932"])
def test_what_was_looked_over_is_loaded_once_as_a_whole(head_office, code):
    page = send(head_office, f"{HEAD}14204,鎌倉市,鎌倉市長\n14204,鎌倉市,<b>教育長</b>\n", code)
    assert "2行を登録する" in words(page)
    browser = client_of(head_office)
    typed = {"token": value_of(page, "token"), "text": page.context["text"]}
    assert "発注者を登録しました。" in words(browser.post("/surety/obligees/load/", typed, follow=True))
    browser.post("/surety/obligees/load/", typed)
    assert list(Obligee.objects.get(code="14204").addressees.values_list("title", flat=True)) == [
        "鎌倉市長",
        "<b>教育長</b>",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "CSVファイルの中身がありません"),
        (b"\xff\xfe\x00\x81", "CSVファイルを文字として読めません。UTF-8またはShift_JISで保存してください"),
        (b"x" * 1_000_001, "CSVファイルは1MB以内のものを選択してください"),
        (b"a,b,c\n1,2,3\n", importing.NotAList.sentence),
        (HEAD.encode(), importing.NotAList.sentence),
        ((HEAD + "14203,a,b\n" * 5_001).encode(), importing.TooLong.sentence),
    ],
)
def test_what_is_no_list_is_said_at_its_box(head_office, content, sentence):
    page = client_of(head_office).post(URL, {"file": SimpleUploadedFile("list.csv", content)})
    assert summary_of(page) == [sentence]
    assert summary_of(client_of(head_office).post(URL, {})) == ["CSVファイルを選択してください"]


def test_a_branch_has_no_such_page_and_loads_nothing(reviewer):
    browser = client_of(reviewer)
    assert (browser.get(URL).status_code, browser.post("/surety/obligees/load/").status_code) == (404, 404)
    with pytest.raises(importing.OfHeadOfficeOnly):
        importing.load(text=f"{HEAD}14204,鎌倉市,鎌倉市長\n", by=reviewer)
    assert "発注者の登録" not in words(browser.get("/surety/"))
