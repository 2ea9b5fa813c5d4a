"""The import of obligees: what a file says of each line, what is taken in, what is refused; who may."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from guarantees import importing, obligee_plan
from guarantees.forms.obligee_file import LineForm, checked, labels
from guarantees.models import Addressee, HandInRule, MasterChange, Obligee, ObligeeFile, ObligeeTerms
from guarantees.terms import TermsBasis
from netdesk import csv
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

PAGE = "/surety/masters/obligees/import/"
HEAD = labels(LineForm)
LATER = "2099/04/01"  # later than today by the frozen clock, and by the clock of the database that keeps what has begun
YOKOSUKA = {"code": "14201", "name": "横須賀市", "titles": "横須賀市長／横須賀市上下水道事業管理者"}
TERMS = {
    "kinds": "工事／業務委託（工事系コンサル業務）",
    "in_force_from": "2026/11/20",
    "basis": "請負契約日",
    "starts_on": "R8.12.1",
    "minimum_contract_price": "1,300,000",
    "wording": "=HYPERLINK(1)",
    "source": "横須賀市の案内",
}
RULE = {
    "products": "すべて",
    "channel": "電子メールで送信",
    "is_print_accepted": "不可",
    "rule_source": "横須賀市の案内",
}
HIRATSUKA = TERMS | {
    "code": "14203",
    "name": "平塚市",
    "titles": "平塚市長",
    "kinds": "工事",
    "starts_on": "2025/12/01",
    "wording": "工事及び工事系コンサル業務で請負金額150万円以上であること、令和7年12月1日以降に契約を行う案件であること",
    "source": "平塚市の案内 1. ご利用条件",
    "minimum_contract_price": "1500000",
}
RENAMED = HIRATSUKA | {"in_force_from": LATER, "minimum_contract_price": "1300000", "advance_cap_percent": "35"}


def file_of(*lines: dict, code: str = "utf-8-sig") -> bytes:
    rows = [HEAD, *([line.get(name, "") for name in LineForm.base_fields] for line in lines)]
    return "".join(csv.lines(rows)).removeprefix(csv.BYTE_ORDER_MARK).encode(code)


def said(*lines: dict) -> list[tuple]:
    """(number, verdict, sentences) of each line."""
    return [(one.number, one.verdict.label, *one.sentences) for one in obligee_plan.plan(checked(file_of(*lines))).said]


def upload(client, content: bytes):
    return client.post(PAGE, {"file": SimpleUploadedFile("発注者.csv", content)})


def take_in(client, url: str):
    shown = client.get(url)
    return client.post(url, {name: value_of(shown, name) for name in ("token", "fingerprint")})


def taken_in(by, *lines: dict) -> MasterChange:
    file = importing.keep(content=file_of(*lines), by=by)
    found = checked(bytes(file.content))
    fingerprint = obligee_plan.plan(found).fingerprint(file.sha256)
    return importing.take_in(file=file, lines=found, fingerprint=fingerprint, by=by)


def register() -> list:
    """Every row of the register, as plain values."""
    tables = (Obligee, Addressee, ObligeeTerms, HandInRule)
    return [sorted(map(repr, table.objects.order_by().values())) for table in tables]


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-8", "cp932"])
def test_a_file_is_checked_shown_and_taken_in_once(head_approver, code):
    client, before = client_of(head_approver), register()
    answer = upload(client, file_of(YOKOSUKA | TERMS | RULE, HIRATSUKA, RENAMED, code=code))
    shown = client.get(answer.url)
    text = words(shown)
    assert (answer.status_code, register()) == (302, before)
    assert "まだ登録されていません" in text
    assert "2 新規 横須賀市 14201 発注者：横須賀市を登録 職名：横須賀市長を追加" in text
    assert "3 変更なし 平塚市 14203 登録内容と同じです。" in text
    assert (
        "4 変更 平塚市 14203 工事の条件（2099/04/01から）：請負金額の下限（円） 1,500,000円→1,300,000円、前払金の上限（%） 40→35"
        in text
    )

    typed = {name: value_of(shown, name) for name in ("token", "fingerprint")}
    assert [client.post(answer.url, typed).url for _ in range(2)] == [answer.url, answer.url]
    yokosuka = Obligee.objects.get(code="14201")
    assert [one.title for one in yokosuka.addressees.all()] == ["横須賀市長", "横須賀市上下水道事業管理者"]
    columns = ("work_kind", "in_force_from", "basis", "starts_on", "minimum_contract_price", "advance_cap_percent")
    assert list(yokosuka.terms.values_list(*columns, "wording")) == [
        (kind, date(2026, 11, 20), TermsBasis.CONTRACT, date(2026, 12, 1), 1_300_000, cap, "=HYPERLINK(1)")
        for kind, cap in (("consulting", 30), ("works", 40))
    ]
    assert set(yokosuka.hand_in_rules.values_list("product", "channel", "is_print_accepted")) == {
        (product, "電子メールで送信", False) for product in ("advance", "interim", "performance")
    }
    change = MasterChange.objects.get()
    assert (change.file.public_id.hex in answer.url.replace("-", ""), change.changed_by) == (True, head_approver.user)
    assert change.details["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "error": 0}
    assert "このファイルを取り込みました" in words(client.get(answer.url))


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"code": "1420"},
            ["団体コードは「01234」のように5桁の数字で入力してください（先頭の0が消えていないか確認してください）"],
        ),
        ({"code": ""}, ["団体コードを入力してください"]),
        ({"name": ""}, ["発注者名を入力してください"]),
        ({"name": "平塚市"}, ["発注者名「平塚市」は、団体コード14203で登録されています"]),
        ({"titles": " ／ "}, ["職名を1つ以上入力してください"]),
        (
            {"kinds": "工事／清掃"},
            ["種別は「工事」「業務委託（工事系コンサル業務）」「業務委託（その他）」のいずれかを入力してください"],
        ),
        ({"kinds": ""}, ["利用条件がある行では、種別を入力してください（全種別は「すべて」）"]),
        ({"in_force_from": "20261119"}, ["工事の適用開始日は、本日以降の日付を入力してください"]),
        ({"in_force_from": "", "source": ""}, ["適用開始日を入力してください", "条件の出典を入力してください"]),
        ({"starts_on": "2026/02/30"}, ["対象の開始日は存在する日付を入力してください"]),
        ({"starts_on": ""}, ["対象の開始日を入力してください"]),
        ({"minimum_contract_price": "約百万"}, ["請負金額の下限は数字で入力してください"]),
        ({"advance_cap_percent": "101"}, ["前払金の上限は100%以下で入力してください"]),
        ({"products": ""}, ["提出方法がある行では、商品を入力してください（全商品は「すべて」）"]),
        ({"is_print_accepted": "はい"}, ["印刷での提出は「可」「不可」のいずれかを入力してください"]),
        ({"wording": "あ" * 201}, ["条件の文言は200文字以内で入力してください（現在201文字）"]),
    ],
)
def test_a_line_says_what_is_wrong_with_it(cast, changes, sentences):
    assert said(YOKOSUKA | TERMS | RULE | changes) == [(2, "エラー", *sentences)]


def test_lines_are_compared_with_one_another_and_with_what_has_begun(cast):
    again = {"code": "14201", "name": "三浦市"}
    assert said(YOKOSUKA | TERMS, {"code": "14201"} | TERMS, again, RENAMED | {"in_force_from": "2026/11/20"}) == [
        (
            *(2, "新規", "発注者：横須賀市を登録", "職名：横須賀市長を追加", "職名：横須賀市上下水道事業管理者を追加"),
            *(
                "工事の条件（2026/11/20から）：請負契約日",
                "業務委託（工事系コンサル業務）の条件（2026/11/20から）：請負契約日",
            ),
        ),
        (3, "エラー", "「工事」は、2行目と重複しています"),
        (4, "エラー", "発注者名「三浦市」が、2行目の「横須賀市」と異なります"),
        (5, "エラー", "工事の適用開始日は、明日以降の日付を入力してください"),
    ]


def test_a_file_with_one_wrong_line_changes_nothing(head_approver):
    client, before = client_of(head_approver), register()
    url = upload(client, file_of(YOKOSUKA | TERMS, {"code": "x"})).url
    assert "エラーのある行があるため、取り込めません" in words(client.get(url))
    assert "エラーのある行を直してください。" in words(client.get(take_in(client, url).url))
    assert (register(), MasterChange.objects.count()) == (before, 0)


def test_the_register_as_a_file_brings_nothing_new(head_approver):
    client = client_of(head_approver)
    taken_in(head_approver, RENAMED)
    content = b"".join(client.get(f"{PAGE}template.csv").streaming_content)
    found = obligee_plan.plan(checked(content))
    assert {(one.verdict.label, one.sentences) for one in found.said} == {("変更なし", ())}
    assert {one.code for one in found.said} == set(Obligee.objects.values_list("code", flat=True))
    assert "変更する行はありません" in words(client.get(upload(client, content).url))


def test_a_file_is_taken_in_as_it_was_shown_or_not_at_all(head_approver):
    client = client_of(head_approver)
    url = upload(client, file_of(RENAMED)).url
    shown = client.get(url)
    typed = {name: value_of(shown, name) for name in ("token", "fingerprint")}
    taken_in(head_approver, RENAMED | {"minimum_contract_price": "1400000"})
    before = register()
    assert "確認結果を表示した後に、登録内容が変わりました。" in words(client.get(client.post(url, typed).url))
    assert "画面の有効期限が切れています。" in words(
        client.get(client.post(url, typed | {"fingerprint": "0" * 64}).url)
    )
    assert register() == before
    take_in(client, url)
    newest = ObligeeTerms.objects.get(obligee__code="14203", work_kind="works", in_force_from=date(2099, 4, 1))
    assert newest.minimum_contract_price == 1_300_000
    assert ObligeeTerms.objects.filter(obligee__code="14203", work_kind="works").count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "選択されたファイルは空です。内容のあるファイルを選択してください"),
        (
            b"\x89PNG\r\n\x81\x00",
            "文字コードを読み取れません。UTF-8 または Shift_JIS で保存したCSVファイルを選択してください",
        ),
        ("団体コード,名前".encode(), "1行目の見出しが、ひな形と異なります（「発注者名」の列の位置を確認してください）"),
        (file_of(), "見出しの下に行がありません。発注者を1行以上入力してください"),
        (file_of() + b'"1420', '2行目から、CSVとして読み取れません。引用符「"」の対応を確認してください'),
        (
            file_of(*[{"code": "14203"}] * 2_001),
            "行の数は2,000行までです（現在2,001行）。ファイルを分けて取り込んでください",
        ),
        (b"a" * 1_000_001, "ファイルの大きさは1MB以内にしてください。行を分けて、複数回に分けて取り込んでください"),
    ],
)
def test_what_is_no_file_of_ours_is_told_at_its_box(head_approver, content, sentence):
    page = upload(client_of(head_approver), content)
    assert (summary_of(page), ObligeeFile.objects.count()) == ([sentence], 0)


def test_a_line_with_another_number_of_cells_keeps_its_number(cast):
    content = file_of(HIRATSUKA) + b"\r\n\r\n14203,x\r\n"
    assert [(one.number, one.sentences) for one in obligee_plan.plan(checked(content)).said] == [
        (2, ()),
        (5, ("列の数が2です。20列にしてください",)),
    ]


def test_only_the_head_offices_approvers_enter(reviewer, approver, contractor, officer, head_approver):
    file = importing.keep(content=file_of(RENAMED), by=head_approver)
    pages = (PAGE, f"{PAGE}template.csv", f"{PAGE}{file.public_id}/")
    for person, status in ((reviewer, 403), (approver, 403), (contractor, 404), (officer, 404), (head_approver, 200)):
        assert [client_of(person).get(page).status_code for page in pages] == [status] * 3
    with pytest.raises(importing.NotHeadOffice):
        importing.keep(content=b"x", by=approver)


def test_two_thousand_lines_are_checked_and_taken_in_with_few_queries(head_approver):
    lines = [
        YOKOSUKA | TERMS | {"code": f"9{number:04}", "name": f"見本{number}企業団", "titles": "企業長"}
        for number in range(2_000)
    ]
    file = importing.keep(content=file_of(*lines), by=head_approver)
    found = checked(bytes(file.content))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        fingerprint = obligee_plan.plan(found).fingerprint(file.sha256)
    assert len(queries) <= 5
    with CaptureQueriesContext(connection) as queries:
        importing.take_in(file=file, lines=found, fingerprint=fingerprint, by=head_approver)
    assert (len(queries) <= 40, ObligeeTerms.objects.filter(obligee__code__startswith="9").count()) == (True, 4_000)


def test_files_and_changes_stay_as_they_are(head_approver):
    taken_in(head_approver, RENAMED)
    for table, change in ((ObligeeFile, {"content": b""}), (MasterChange, {"subject": "別"})):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            table.objects.update(**change)


def test_no_cell_reaches_the_page_as_html(head_approver):
    client = client_of(head_approver)
    url = upload(client, file_of(YOKOSUKA | {"name": "<script>alert(1)</script>"})).url
    assert not re.search("<script>alert", client.get(url).content.decode())
