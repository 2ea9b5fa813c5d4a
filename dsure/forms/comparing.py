"""What officers type or hand in to be compared: one contract, or a CSV file of up to 1,000 (issue 5.6). Nothing of it is kept."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError

from dsure import keys
from dsure.comparing import Contract, Line
from dsure.forms.looking_up import NUMBER_SHAPE
from netdesk import csv
from netdesk.fields import AmountField, CodeField, DayField, NameField
from netdesk.formats import narrow
from netdesk.rendering import Form
from netdesk.uploads import MEGABYTE, HandedInField

MOST_LINES = 1_000
WORKBOOK = b"PK\x03\x04"
NO_FILE = "CSVファイルを選択してください"
NOT_TEXT = "CSVファイルの文字を読み取れません。表計算ソフトで「CSV UTF-8」または「CSV」を選んで保存し直してください"
IS_WORKBOOK = "選択されたファイルは表計算ソフトのブックです。「CSV UTF-8」または「CSV」を選んで保存し直してください"
NO_NUMBER = "1行目に見出し「保証契約番号」がありません。1行目には、ひな形と同じ見出しを入れてください"
NO_FIELDS = "1行目に、比べる項目の見出しがありません。1行目には、ひな形と同じ見出しを入れてください"
STRANGE = "見出し{names}は使えません。ひな形と同じ見出しにしてください"
TWICE = "見出し{names}が2つ以上あります。1つにしてください"
NO_LINES = "比べる行がありません。2行目から契約を1行に1件ずつ入れてください"
TOO_MANY = "一度に比べられるのは1,000件までです（このファイルは{count:,}件）。ファイルを分けてください"
BROKEN = '{at}行目から先を読み取れません。引用符「"」の数などを確認してください'
TOO_WIDE = "見出しより右に値があります"
NOTHING_TYPED = "比べる項目を1つ以上入力してください"


class ContractForm(Form):
    """契約書の内容: the number of the guarantee, and what of the contract is to be compared with it."""

    number = CodeField(
        label="保証契約番号", size=20, help_text="（例）99999-00005M　保証証書一覧にある番号だけを比べます。"
    )
    contract_price = AmountField(label="請負金額", required=False, help_text="契約書の請負代金額（税込）。")
    work_ends_on = DayField(label="工期の終わり", required=False)
    addressee = NameField(label="発注者（被保証者）", required=False, max_length=100, help_text="（例）平塚市長")
    contractor = NameField(label="受注者（保証契約者）", required=False, max_length=100)
    required_percent = AmountField(
        label="必要な保証割合",
        required=False,
        unit="%",
        min_value=1,
        max_value=100,
        size=5,
        help_text="請負金額に対する保証金額の割合の下限。（例）契約保証は10",
    )

    def clean_number(self) -> str:
        """The canonical number."""
        try:
            return keys.read_number(self.cleaned_data["number"])
        except keys.NotANumber:
            raise ValidationError(NUMBER_SHAPE, code="shape") from None

    def clean(self) -> None:
        names = [name for name in self.fields if name != "number"]
        if not self.errors.keys() & set(names) and all(self.cleaned_data.get(name) in (None, "") for name in names):
            self.add_error(None, NOTHING_TYPED)

    def line(self, at: int = 0) -> Line:
        """What is to be compared; of a form that does not read, its sentences."""
        number = str(self.data.get("number", ""))[:40]
        if not self.is_valid():
            sentences = [sentence for found in self.errors.values() for sentence in found]
            return Line(at=at, number=number, sentences=tuple(sentences))
        return Line(at=at, number=self.cleaned_data["number"], contract=Contract(**self.cleaned_data))


# The headings of a file, and the field that each fills. Those of the template, in its order.
HEADINGS = {
    "保証契約番号": "number",
    "請負金額": "contract_price",
    "工期の終わり": "work_ends_on",
    "発注者（被保証者）": "addressee",
    "受注者（保証契約者）": "contractor",
    "必要な保証割合（%）": "required_percent",
}
BY_NARROW_HEADING = {narrow(heading): heading for heading in HEADINGS}  # brackets and % of either width
EXAMPLE = ["99999-00005M", "50000000", "2027/3/31", "平塚市長", "○○建設 株式会社", "10"]


class SheetField(HandedInField):
    """A CSV file; its value is the text. UTF-8, with or without its mark, and the code of Japanese spreadsheets (CP932) are read."""

    def clean(self, data, initial=None) -> str:
        """The text. Raises ValidationError with a sentence."""
        return decoded(super().clean(data, initial))


class SheetForm(Form):
    """A file of contracts; or its `text`, which the page of its result holds, because nothing is kept here."""

    sheet = SheetField(
        label="CSVファイル",
        most_bytes=MEGABYTE,
        accept="text/csv,.csv",
        required=False,
        is_asked_for=True,
        help_text="1MB、1,000件まで。保存はしません。",
    )
    text = forms.CharField(required=False, strip=False, max_length=MEGABYTE, widget=forms.HiddenInput)

    def clean(self) -> dict:
        """`text`: what was read, and `lines`: every line of it as it is to be compared."""
        text = self.cleaned_data.get("sheet") or self.cleaned_data.get("text")
        if self.errors:
            return self.cleaned_data
        if not text:
            raise ValidationError({"sheet": NO_FILE})
        try:
            return {"text": text, "lines": lines_of(text)}
        except ValidationError as reason:
            raise ValidationError({"sheet": reason}) from None


def decoded(data: bytes) -> str:
    """The text of a file. Raises ValidationError with a sentence."""
    if data.startswith(WORKBOOK):
        raise ValidationError(IS_WORKBOOK)
    try:
        text = csv.text_of(data)
    except csv.NotText:
        raise ValidationError(NOT_TEXT) from None
    if "\0" in text:
        raise ValidationError(NOT_TEXT)
    return text


def lines_of(text: str) -> list[Line]:
    """Every contract of the text, each with the number of its line. Raises ValidationError where the file as a whole is wrong."""
    rows = list(_rows(text.removeprefix("\ufeff")))
    if not rows:
        raise ValidationError(NO_NUMBER)
    names = _names(rows[0][1])
    if len(rows) == 1:
        raise ValidationError(NO_LINES)
    if len(rows) - 1 > MOST_LINES:
        raise ValidationError(TOO_MANY.format(count=len(rows) - 1))
    return [_line(at, names, cells) for at, cells in rows[1:]]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that say anything, each with the line on which it begins."""
    try:
        for at, row in csv.numbered(text):
            cells = [csv.plain(cell).strip() for cell in row]
            if any(cells):
                yield at, cells
    except csv.Broken as fault:
        raise ValidationError(BROKEN.format(at=fault.at)) from None


def _names(cells: list[str]) -> list[str]:
    """The field of each column. An empty heading at the end is nothing."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    headings = [BY_NARROW_HEADING.get(narrow(cell), cell) for cell in cells]
    if "保証契約番号" not in headings:
        raise ValidationError(NO_NUMBER)
    strange = [heading for heading in headings if heading not in HEADINGS]
    twice = [heading for heading in HEADINGS if headings.count(heading) > 1]
    for names, sentence in ((strange, STRANGE), (twice, TWICE)):
        if names:
            raise ValidationError(sentence.format(names="".join(f"「{name[:20]}」" for name in names[:5])))
    if len(headings) == 1:
        raise ValidationError(NO_FIELDS)
    return [HEADINGS[heading] for heading in headings]


def _line(at: int, names: list[str], cells: list[str]) -> Line:
    typed = dict(zip(names, cells, strict=False))
    if any(cells[len(names) :]):
        return Line(at=at, number=typed["number"][:40] if "number" in typed else "", sentences=(TOO_WIDE,))
    return ContractForm(typed).line(at)
