"""What a person may type, without any trade: form fields that read leniently, store strictly and speak in sentences.

Sentences are written from the label: `%(label)s`, `%(limit)s` and `%(unit)s` are filled in by `netdesk.rendering.Form`.
Sources: screens.md 1 (rows 12 to 17) and 2. Every field also takes

    help_text   one short sentence above the control
    more        long help, opened by 「？」
    more_title  what the 「？」 says where it does not say 「（項目名）」の説明
    unit        what stands after the control (円, 千円, 回, 社)
    is_asked_for        marks a field that its form always asks for, in one of several ways (the field itself is not required)
    is_asked_at_times   marks a field that is required in some cases only; its form knows which
    called      what sentences call it where the label does not fit (〒 is called 郵便番号)
"""

import re
import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from netdesk.formats import ImpossibleDate, NotADate, NotAnAmount, narrow, read_amount, read_date, slashes, tidy, widen

LARGEST_AMOUNT = 999_999_999_999
# Controls, invisible marks, halves of characters, and characters that only one machine knows (外字): no document can show them.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


class Described:
    """What every field of ours has beside Django's: long help, a unit, and a name for sentences."""

    def __init__(
        self,
        *,
        more: str = "",
        more_title: str = "",
        unit: str = "",
        called: str = "",
        is_asked_for: bool = False,
        is_asked_at_times: bool = False,
        **options,
    ):
        self.more = more
        self.more_title = more_title
        self.unit = unit
        self.called = called
        self.is_asked_for = is_asked_for
        self.is_asked_at_times = is_asked_at_times
        super().__init__(**options)


class AmountInput(forms.TextInput):
    """A box for digits, right-aligned; static/js/amounts.js adds the commas."""

    def __init__(self, size: int):
        super().__init__({"class": "nd-amount", "inputmode": "numeric", "size": size, "autocomplete": "off"})


class DayInput(forms.TextInput):
    """One box for a day; static/js/wareki.js echoes it by the Japanese calendar."""

    def __init__(self):
        super().__init__({"inputmode": "numeric", "size": 14, "autocomplete": "off"})


class AmountField(Described, forms.Field):
    """A whole number: yen, thousands of yen or a count, by its unit.

    `ratio_of` names the fields whose first filled amount is 100 % (今年度対象額, then 請負金額); the percentage is then
    shown beside the box, with `ratio_note` under it.
    """

    default_error_messages = {
        "required": "%(label)sを入力してください",
        "invalid": "%(label)sは数字で入力してください",
        "min_value": "%(label)sは%(limit)s%(unit)s以上で入力してください",
        "max_value": "%(label)sは%(limit)s%(unit)s以下で入力してください",
    }

    def __init__(
        self,
        *,
        unit: str = "円",
        min_value: int = 0,
        max_value: int = LARGEST_AMOUNT,
        ratio_of: tuple[str, ...] = (),
        ratio_note: str = "",
        size: int = 18,
        **options,
    ):
        self.ratio_of = ratio_of
        self.ratio_note = ratio_note
        options.setdefault("widget", AmountInput(size))
        super().__init__(unit=unit, **options)
        self.validators += [MinValueValidator(min_value), MaxValueValidator(max_value)]

    def to_python(self, value: object) -> int | None:
        if value is None or not str(value).strip():
            return None
        try:
            return read_amount(str(value).strip().removesuffix(self.unit))
        except NotAnAmount as reason:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from reason

    def prepare_value(self, value: object) -> object:
        return f"{value:,}" if isinstance(value, int) else value


class DayField(Described, forms.Field):
    """A day, typed by either calendar (`20261201`, `令和8年12月1日`, `R8.12.1`) and shown as `2026/12/01`."""

    default_error_messages = {
        "required": "%(label)sを入力してください",
        "invalid": "%(label)sは「20261201」や「令和8年12月1日」のように入力してください",
        "impossible": "%(label)sは存在する日付を入力してください",
    }
    shows_wareki = True

    def __init__(self, **options):
        options.setdefault("widget", DayInput())
        super().__init__(**options)

    def to_python(self, value: object) -> date | None:
        if value is None or isinstance(value, date):
            return value
        if not str(value).strip():
            return None
        try:
            return read_date(str(value))
        except ImpossibleDate as reason:
            raise ValidationError(self.error_messages["impossible"], code="impossible") from reason
        except NotADate as reason:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from reason

    def prepare_value(self, value: object) -> object:
        return slashes(value) if isinstance(value, date) else value


class TypedField(Described, forms.CharField):
    """Text in one box. `reads` makes what is kept from what was typed."""

    default_error_messages = {
        "required": "%(label)sを入力してください",
        "invalid": "%(label)sを正しく入力してください",
        "max_length": "%(label)sは%(limit)s文字以内で入力してください（現在%(show_value)s文字）",
        "min_length": "%(label)sは%(limit)s文字以上で入力してください（現在%(show_value)s文字）",
        "unprintable": "%(label)sに使用できない文字があります。外字や特殊な記号は、ほかの文字に置き換えて入力してください",
    }
    keeps_lines = False

    def __init__(self, *, size: int = 40, **options):
        options.setdefault("widget", forms.TextInput({"size": size}))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        # No maxlength: a browser would cut a pasted text without a word. The field's sentence tells the length.
        return {}

    def reads(self, text: str) -> str:
        return tidy(text)

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return self.reads(text) if text else text

    def validate(self, value: str) -> None:
        super().validate(value)
        printable = re.sub(r"[\r\n\t]", "", value) if self.keeps_lines else value
        if any(unicodedata.category(sign) in UNPRINTABLE for sign in printable):
            raise ValidationError(self.error_messages["unprintable"], code="unprintable")


class NameField(TypedField):
    """A name as people write it (会社名, 工事名, 住所): trimmed, half-width kana made full, ㈱ ① ～ kept."""


class WideNameField(TypedField):
    """A name that is kept in full width, 預託金融機関（全角）: made so on reading, never an error."""

    def reads(self, text: str) -> str:
        return widen(text)


class NoteField(TypedField):
    """Text of several lines."""

    keeps_lines = True

    def __init__(self, *, rows: int = 4, **options):
        super().__init__(widget=forms.Textarea({"rows": rows}), **options)

    def reads(self, text: str) -> str:
        return "\n".join(tidy(line) for line in text.splitlines()).strip()


class CodeField(TypedField):
    """A number or code (保証契約番号, ログインID): full width, spaces and every kind of hyphen accepted."""

    def __init__(self, *, size: int = 20, **options):
        boxes = {"size": size, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        options.setdefault("widget", forms.TextInput(boxes))
        super().__init__(**options)

    def reads(self, text: str) -> str:
        return narrow(text)


class ShapedField(CodeField):
    """A code that must have one shape."""

    shape: re.Pattern[str]

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        if text and not self.shape.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


class PhoneField(ShapedField):
    """A telephone number, digits with or without hyphens, kept as typed but narrow."""

    default_error_messages = {"invalid": "%(label)sは「045-000-0000」のように市外局番から入力してください"}
    shape = re.compile(r"0(?:-?[0-9]){9,10}|0[0-9]{1,4}\([0-9]{1,4}\)[0-9]{4}")

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput({"type": "tel", "size": 16, "autocomplete": "tel"}))
        super().__init__(**options)


class PostalCodeField(ShapedField):
    """A postal code, seven digits with or without a hyphen or 〒, kept as `380-8537`."""

    default_error_messages = {"invalid": "%(label)sは「380-8537」のように7桁の数字で入力してください"}
    shape = re.compile(r"[0-9]{3}-[0-9]{4}")

    def __init__(self, **options):
        boxes = {"size": 10, "inputmode": "numeric", "autocomplete": "postal-code"}
        options.setdefault("widget", forms.TextInput(boxes))
        super().__init__(**options)

    def reads(self, text: str) -> str:
        return re.sub(r"^〒?\s*([0-9]{3})-?([0-9]{4})$", r"\1-\2", narrow(text))


class MailField(TypedField, forms.EmailField):
    """A mail address, narrow."""

    default_error_messages = {"invalid": "%(label)sは「abcde@example.jp」のように入力してください"}

    def __init__(self, **options):
        boxes = {"type": "email", "size": 40, "autocomplete": "email", "spellcheck": "false"}
        options.setdefault("widget", forms.TextInput(boxes))
        super().__init__(**options)

    def reads(self, text: str) -> str:
        return narrow(text)


class ChoiceField(Described, forms.ChoiceField):
    """One of a few, as radio buttons."""

    widget = forms.RadioSelect
    default_error_messages = {
        "required": "%(label)sを選択してください",
        "invalid_choice": "%(label)sを選択肢の中から選択してください",
    }


class SelectField(ChoiceField):
    """One of many, in a drop-down list; `empty` is what an unchosen one reads."""

    widget = forms.Select

    def __init__(self, *, choices=(), empty: str = "選択してください", **options):
        lead = [("", empty)] if empty else []
        super().__init__(choices=choices if callable(choices) else [*lead, *choices], **options)


class RowChoiceField(Described, forms.ModelChoiceField):
    """One row of a table, in a drop-down list."""

    default_error_messages = ChoiceField.default_error_messages

    def __init__(self, queryset, *, empty_label: str = "選択してください", **options):
        super().__init__(queryset=queryset, empty_label=empty_label, **options)


class TickField(Described, forms.BooleanField):
    """A check box with its words beside it; false where it is not ticked, unless it is required."""

    default_error_messages = {"required": "「%(label)s」にチェックを入れてください"}

    def __init__(self, *, required: bool = False, **options):
        super().__init__(required=required, **options)
