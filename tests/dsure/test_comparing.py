"""A contract beside its certificate: the rules, the file of many lines, and the pages."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dsure import comparing, depositing, viewing
from dsure.comparing import Contract, Verdict
from dsure.forms import comparing as comparing_forms
from dsure.forms.looking_up import NUMBER_SHAPE
from dsure.models import Deposit, Viewing
from tests.dsure.conftest import NUMBER, deposition, facts_of
from tests.pages import client_of, summary_of, words

HEADINGS = "保証契約番号,請負金額,工期の終わり,発注者（被保証者）,受注者（保証契約者）,必要な保証割合（%）"
GOOD = f"{NUMBER},50000000,2099/3/31,平塚市長,○○建設　株式会社,40"


@pytest.fixture
def opened(officer, hand_in):
    """The certificate of conftest, in the organisation's register."""

    def opened(number: str = NUMBER, by=officer, **changes) -> Deposit:
        handed = hand_in(number, **changes)
        viewing.look_up(by=by, number_text=handed.number, key_text=handed.key)
        return Deposit.objects.get(number=number)

    return opened


def compared(**contract) -> list[tuple[str, bool, str, str, str]]:
    found = comparing.compare(Contract(number=NUMBER, **contract), facts_of())
    return [(one.label, one.is_right, one.contract, one.certificate, one.note) for one in found]


def sheet(text: str | bytes, name: str = "契約.csv") -> dict:
    return {"sheet": SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())}


def send(officer, text, **more):
    return client_of(officer).post(reverse("dsure:compare-sheet"), {**sheet(text), **more})


def rows_of(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_each_field_is_compared_by_its_rule():
    assert compared(contract_price=50_000_000, work_ends_on=date(2099, 3, 31), required_percent=40) == [
        ("請負金額", True, "50,000,000円", "50,000,000円", ""),
        ("保証期限", True, "工期の終わり 2099/03/31", "2099/03/31", ""),
        ("保証割合", True, "40%以上（20,000,000円以上）", "20,000,000円（40.0%）", ""),
    ]
    assert compared(contract_price=50_000_001, work_ends_on=date(2099, 4, 1), required_percent=40) == [
        ("請負金額", False, "50,000,001円", "50,000,000円", f"差額は1円です。{comparing.PRICE_ALONE}"),
        ("保証期限", False, "工期の終わり 2099/04/01", "2099/03/31", "保証期限が工期の終わりより1日早く終わります。"),
        ("保証割合", False, "40%以上（20,000,001円以上）", "20,000,000円（39.9%）", "1円足りません。"),
    ]


@given(price=st.integers(1, 10**12), share=st.integers(1, 100), guaranteed=st.integers(0, 10**12))
def test_the_share_is_exact_to_the_yen(price, share, guaranteed):
    facts = facts_of(guaranteed_amount=guaranteed)
    (one,) = comparing.compare(Contract(number=NUMBER, contract_price=price, required_percent=share), facts)[1:]
    assert one.is_right == (guaranteed * 100 >= price * share)


@pytest.mark.parametrize("typed", ["平塚市長", " 平塚市 長 ", "平塚市"])
def test_the_obligee_is_the_addressee_or_the_organisation(typed):
    ((_label, is_right, *_),) = compared(addressee=typed)
    assert is_right


@pytest.mark.parametrize(
    ("typed", "is_right", "note"),
    [
        ("○○建設 株式会社", True, ""),
        ("○○建設株式会社", True, ""),
        ("△△建設　株式会社", False, "違うところ：契約「△△」　証書「○○」"),
        ("○○建設　株式会社横浜支店", False, "違うところ：契約「横浜支店」　証書「（なし）」"),
        ("○○建設㈱", False, "違うところ：契約「㈱」　証書「　株式会社」"),
    ],
)
def test_names_are_compared_without_spaces_and_widths_and_their_difference_is_shown(typed, is_right, note):
    assert compared(contractor=typed) == [("保証契約者", is_right, typed, "○○建設　株式会社", note)]


def test_an_ended_guarantee_is_never_right(officer, opened):
    opened()
    depositing.close(number=NUMBER, state="cancelled", closed_at=deposit_moment())
    line = comparing.Line(number=NUMBER, contract=Contract(number=NUMBER, contract_price=50_000_000))
    (answer,) = comparing.answers(officer.obligee, [line])
    assert answer.verdict == Verdict.WRONG
    assert [(one.label, one.mark, one.certificate) for one in answer.compared] == [
        ("保証の状態", "×", "解約"), ("請負金額", "○", "50,000,000円"),
    ]  # fmt: skip


def deposit_moment():
    from django.utils import timezone

    return timezone.now()


def test_the_version_in_force_is_compared(officer, opened):
    opened()
    facts = facts_of(mark="変更－１", contract_price=60_000_000)
    depositing.deposit(deposition(version=2, facts=facts), arrived_at=deposit_moment())
    line = comparing.Line(number=NUMBER, contract=Contract(number=NUMBER, contract_price=60_000_000))
    (answer,) = comparing.answers(officer.obligee, [line])
    assert answer.verdict == Verdict.RIGHT
    assert answer.compared[0].certificate == "有効（最新は変更－１）"


def test_a_typed_contract_gets_its_answer_on_the_page(officer, opened):
    deposit = opened()
    sights = Viewing.objects.count()
    client = client_of(officer)
    page = client.get(reverse("dsure:compare-certificate", args=[deposit.public_id]))
    assert f'value="{NUMBER}"' in page.content.decode()
    typed = {"number": "１４０８１-00001m", "contract_price": "50,000,001", "work_ends_on": "令和81年3月31日"}
    shown = words(client.post(reverse("dsure:compare"), typed))
    for said in (
        "× 合わない項目があります", "保証の状態 ○ 有効であること 有効 終了・解除・解約していないこと",
        "請負金額 × 50,000,001円 50,000,000円 契約書の請負金額と証書の請負金額が同じであること 差額は1円です。",
        "保証期限 ○ 工期の終わり 2099/03/31 2099/03/31",
    ):  # fmt: skip
        assert said in shown
    assert Viewing.objects.count() == sights


def test_what_is_typed_wrong_has_its_sentence_and_stays(officer, opened):
    opened()
    typed = {"number": "1", "contract_price": "5千", "work_ends_on": "2026/2/30", "required_percent": "101"}
    page = client_of(officer).post(reverse("dsure:compare"), typed)
    assert summary_of(page) == [
        NUMBER_SHAPE,
        "請負金額は数字で入力してください",
        "工期の終わりは存在する日付を入力してください",
        "必要な保証割合は100%以下で入力してください",
    ]
    assert all(f'value="{text}"' in page.content.decode() for text in typed.values())
    assert summary_of(client_of(officer).post(reverse("dsure:compare"), {"number": NUMBER})) == [
        comparing_forms.NOTHING_TYPED
    ]


def test_what_the_organisation_has_not_opened_is_one_answer_for_all_reasons(officer, rival_officer, opened, hand_in):
    hand_in()  # its own, never opened
    opened("14081-00002M", by=rival_officer, obligee_code="12217")
    client = client_of(officer)
    pages = []
    for number in (NUMBER, "14081-00002M", "14081-00003M"):
        page = words(client.post(reverse("dsure:compare"), {"number": number, "contract_price": "1"}))
        pages.append(page.replace(number, ""))
        assert comparing.NOT_REGISTERED in page
    assert len(set(pages)) == 1
    rivals = Deposit.objects.get(number="14081-00002M").public_id
    assert client.get(reverse("dsure:compare-certificate", args=[rivals])).status_code == 404


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_answered_line_by_line_in_every_code(officer, opened, code):
    opened()
    lines = [
        HEADINGS, GOOD, "", f"{NUMBER},50000001,,,,", "14081-00009M,1,,,,", f"{NUMBER},5千,2026/2/30,,,", f"{NUMBER},,,,,",
        f"{NUMBER},1,,,,,余り",
    ]  # fmt: skip
    page = words(send(officer, "\r\n".join(lines).encode(code)))
    assert "すべて（6） ○（1） ×（1） 未登録（1） 読み取れない行（3）" in page
    found = rows_of(send(officer, "\r\n".join(lines).encode(code), **{"as": "csv"}))
    assert [(row["行"], row["結果"], row["説明"]) for row in found] == [
        ("2", "○", ""),
        ("4", "×", f"請負金額：差額は1円です。{comparing.PRICE_ALONE}"),
        ("5", "未登録", comparing.NOT_REGISTERED),
        ("6", "読み取れない行", "請負金額は数字で入力してください　工期の終わりは存在する日付を入力してください"),
        ("7", "読み取れない行", comparing_forms.NOTHING_TYPED),
        ("8", "読み取れない行", comparing_forms.TOO_WIDE),
    ]
    assert (found[0]["保証期限"], found[0]["保証期限：契約"], found[0]["保証期限：証書"]) == (
        "○", "工期の終わり 2099/03/31", "2099/03/31",
    )  # fmt: skip


def test_the_result_page_holds_the_file_for_its_filters(officer, opened):
    opened()
    text = f"{HEADINGS}\n{GOOD}\n{NUMBER},1,,,,\n"
    client = client_of(officer)
    page = client.post(reverse("dsure:compare-sheet"), {"text": text, "only": "wrong"})
    shown = words(page)
    assert "全1ページ（1件）中の1ページ目" in shown
    assert "× 請負金額 契約 1円／証書 50,000,000円" in shown
    assert "平塚市長" not in shown
    assert "該当する行はありません。" in words(
        client.post(reverse("dsure:compare-sheet"), {"text": text, "only": "unknown"})
    )


def test_what_a_file_says_reaches_page_and_csv_harmless(officer, opened):
    opened()
    text = f'{HEADINGS}\n"=1+1<script>",1,,,,\n{NUMBER},,,,"=cmd<b>",\n'
    page = send(officer, text)
    assert "<script>" not in page.content.decode().replace('<script type="module"', "")
    assert "<b>" not in page.content.decode()
    found = rows_of(send(officer, text, **{"as": "csv"}))
    assert [found[0]["保証契約番号"], found[1]["保証契約者：契約"]] == ["'=1+1<script>", "'=cmd<b>"]


def test_the_template_reads_as_a_file(officer):
    answer = client_of(officer).get(reverse("dsure:compare-template"))
    text = b"".join(answer.streaming_content).decode()
    (line,) = comparing_forms.lines_of(text)
    assert line.contract == Contract(
        number="99999-00005M", contract_price=50_000_000, work_ends_on=date(2027, 3, 31), addressee="平塚市長",
        contractor="○○建設 株式会社", required_percent=10,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "CSVファイルの中身が空です。別のファイルを選択してください"),
        (b"PK\x03\x04rest", comparing_forms.IS_WORKBOOK),
        (b"%PDF-\x00\x81\xff", comparing_forms.NOT_TEXT),
        ("請負金額\n1\n".encode(), comparing_forms.NO_NUMBER),
        ("保証契約番号\n1\n".encode(), comparing_forms.NO_FIELDS),
        (f"{HEADINGS},請負代金額\n{GOOD}\n".encode(), "見出し「請負代金額」は使えません。ひな形と同じ見出しにしてください"),
        (f"{HEADINGS},請負金額\n{GOOD}\n".encode(), "見出し「請負金額」が2つ以上あります。1つにしてください"),
        (HEADINGS.encode(), comparing_forms.NO_LINES),
        (f"{HEADINGS}\n{GOOD}\n\"開いたまま".encode(), comparing_forms.BROKEN.format(at=3)),
        (f"{HEADINGS}\n{'x,1,,,,' * 1}\n".encode() + b"x,1,,,,\n" * 1000, comparing_forms.TOO_MANY.format(count=1001)),
        (b"x" * (1024 * 1024 + 1), "CSVファイルは1MBまでです（選択されたファイルは約2MB）"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole_says_why(officer, data, sentence):
    assert summary_of(send(officer, data)) == [sentence]


def test_no_file_is_a_sentence_and_nothing_is_read_by_get(officer):
    client = client_of(officer)
    assert summary_of(client.post(reverse("dsure:compare-sheet"), {})) == ["CSVファイルを選択してください"]
    assert client.get(reverse("dsure:compare-sheet")).url == reverse("dsure:compare")


def test_a_thousand_lines_ask_as_often_as_one(officer, opened, django_assert_num_queries):
    opened()
    client = client_of(officer)
    url = reverse("dsure:compare-sheet")
    client.get(url)
    with django_assert_num_queries(4):  # session, person, officer, register
        client.post(url, sheet(f"{HEADINGS}\n{GOOD}\n"))
    with django_assert_num_queries(4):
        page = client.post(url, sheet(f"{HEADINGS}\n" + f"{GOOD}\n" * 1000))
    assert "全20ページ（1000件）中の1ページ目" in words(page)


def test_a_broken_reader_is_refused_before_any_line():
    with pytest.raises(ValidationError):
        comparing_forms.lines_of("")
