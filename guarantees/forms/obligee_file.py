"""The CSV of obligees: the box that it is uploaded by, and what each cell of a line may hold. The labels are the file's columns."""

import re

from django import forms
from django.core.exceptions import ValidationError

from guarantees import obligee_file
from guarantees.forms.printed import PrintedNameField
from guarantees.masters_obligees import EVERY_PRODUCT
from guarantees.obligee_file import Checked, Line
from guarantees.terms import Product, TermsBasis, WorkKind
from netdesk.fields import AmountField, DayField, Described, NameField, ShapedField, TypedField
from netdesk.rendering import Form

SEPARATORS = re.compile(r"[／/]")
EVERY = "すべて"
YES, NO = "可", "不可"


class FileField(Described, forms.FileField):
    """A file, of at most so many bytes."""

    widget = forms.FileInput
    default_error_messages = {
        "required": "%(label)sを選択してください",
        "missing": "%(label)sを選択してください",
        "empty": "選択されたファイルは空です。内容のあるファイルを選択してください",
        "invalid": "%(label)sを選択してください",
        "too_large": "ファイルの大きさは1MB以内にしてください。行を分けて、複数回に分けて取り込んでください",
    }

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and file.size > obligee_file.MOST_BYTES:
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        return file


class UploadForm(Form):
    """発注者のCSVファイル: read as a whole here, line by line in its report."""

    file = FileField(
        label="CSVファイル", help_text="文字コードは UTF-8 または Shift_JIS（CP932）、2,000行・1MBまでです。"
    )

    def clean_file(self) -> bytes:
        """The bytes, which read as a CSV with our columns."""
        content = self.cleaned_data["file"].read()
        try:
            obligee_file.read(content, labels(LineForm))
        except obligee_file.NotReadable as fault:
            raise ValidationError(fault.sentence) from fault
        return content


class WordField(TypedField):
    """One of these words (as their label), or nothing; what is kept is the value."""

    def __init__(self, choices: dict[str, object], **options):
        self.choices_by_label = choices
        super().__init__(**options)

    def to_python(self, value: object) -> object:
        text = super().to_python(value)
        return self.value_of(text) if text else None

    def validate(self, value: object) -> None:
        """Nothing beyond `value_of`: an empty cell is allowed."""

    def run_validators(self, value: object) -> None:
        """What is kept is no text any more."""

    def value_of(self, text: str) -> object:
        if text not in self.choices_by_label:
            words = "」「".join(self.choices_by_label)
            raise ValidationError(f"%(label)sは「{words}」のいずれかを入力してください", code="unknown")
        return self.choices_by_label[text]


class WordsField(WordField):
    """Some of these words, between ／, or 「すべて」; what is kept is a tuple of values in the order of the words."""

    def to_python(self, value: object) -> tuple:
        text = TypedField.to_python(self, value)
        words = [part.strip() for part in SEPARATORS.split(text) if part.strip()] if text else []
        if words == [EVERY]:
            return tuple(self.choices_by_label.values())
        chosen = {self.value_of(word) for word in words}
        return tuple(value for value in self.choices_by_label.values() if value in chosen)


class TitlesField(PrintedNameField):
    """職名 between ／; what is kept is a tuple."""

    LONGEST = 60

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(len(title) > self.LONGEST for title in self.split(value)):
            raise ValidationError(f"%(label)sは、1つにつき{self.LONGEST}文字以内で入力してください", code="max_length")

    def clean(self, value: object) -> tuple[str, ...]:
        return self.split(super().clean(value))

    @staticmethod
    def split(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))


class CodeOfObligeeField(ShapedField):
    """団体コード."""

    default_error_messages = {
        "invalid": "%(label)sは「01234」のように5桁の数字で入力してください（先頭の0が消えていないか確認してください）"
    }
    shape = re.compile(r"[0-9]{5}")


def _percent(label: str) -> AmountField:
    return AmountField(label=label, unit="%", max_value=100, required=False)


class LineForm(Form):
    """One line: an obligee, with terms for some kinds of work and a hand-in rule for some products where it has such cells."""

    code = CodeOfObligeeField(label="団体コード")
    name = PrintedNameField(label="発注者名", max_length=60, required=False)
    titles = TitlesField(label="職名", max_length=1_000, required=False)
    kinds = WordsField({kind.label: kind.value for kind in WorkKind}, label="種別", required=False)
    in_force_from = DayField(label="適用開始日", required=False)
    basis = WordField({basis.label: basis.value for basis in TermsBasis}, label="基準", required=False)
    starts_on = DayField(label="対象の開始日", required=False)
    minimum_contract_price = AmountField(label="請負金額の下限", required=False)
    advance_cap_percent = _percent("前払金の上限")
    interim_cap_percent = _percent("中間前払金の上限")
    performance_floor_percent = _percent("契約保証の下限")
    wording = NameField(label="条件の文言", max_length=200, required=False)
    source = NameField(label="条件の出典", max_length=200, required=False)
    products = WordsField(
        {Product(product).label: product.value for product in EVERY_PRODUCT}, label="商品", required=False
    )
    channel = NameField(label="提出方法", max_length=100, required=False)
    address = NameField(label="提出先", max_length=100, required=False)
    subject = NameField(label="件名", max_length=100, required=False)
    is_print_accepted = WordField({YES: True, NO: False}, label="印刷での提出", required=False)
    other_papers = NameField(label="その他の必要書類", max_length=200, required=False)
    rule_source = NameField(label="提出方法の出典", max_length=200, required=False)

    def clean(self) -> None:
        if {"kinds", "basis", "products", "is_print_accepted"} & self.errors.keys():
            return
        if self.cleaned_data["kinds"]:
            self._need("in_force_from", "basis", "source")
            if self.cleaned_data["basis"] not in (None, TermsBasis.APPROVAL, TermsBasis.ENDED):
                self._need("starts_on")
        elif self._any("basis", "in_force_from", "starts_on", "minimum_contract_price", "wording", "source"):
            self.add_error("kinds", f"利用条件がある行では、種別を入力してください（全種別は「{EVERY}」）")
        if self.cleaned_data["products"]:
            self._need("rule_source")
        elif self._any("channel", "address", "subject", "is_print_accepted", "other_papers", "rule_source"):
            self.add_error("products", f"提出方法がある行では、商品を入力してください（全商品は「{EVERY}」）")

    def _need(self, *names: str) -> None:
        for name in names:
            if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
                self.add_error(name, f"{self.fields[name].label}を入力してください")

    def _any(self, *names: str) -> bool:
        return any(self.cleaned_data.get(name) not in (None, "") for name in names)

    def sentences(self) -> list[str]:
        """What is wrong with the line, in the order of its columns."""
        return [sentence for name in self.fields for sentence in self.errors.get(name, [])]


def labels(form: type[Form]) -> list[str]:
    """The columns of the file, in order."""
    return [str(field.label) for field in form.base_fields.values()]


def checked(content: bytes) -> list[Checked]:
    """Each line of the file, judged cell by cell. Raises NotReadable."""
    return [_checked(line) for line in obligee_file.read(content, labels(LineForm))]


def _checked(line: Line) -> Checked:
    if line.fault:
        return Checked(line.number, "", "", sentences=(line.fault,))
    typed = dict(zip(LineForm.base_fields, line.cells, strict=True))
    form = LineForm(typed)
    wanted = form.cleaned_data if form.is_valid() else {}
    return Checked(line.number, typed["code"].strip(), typed["name"].strip(), wanted, tuple(form.sentences()))
