"""The search above 保証料計算書一覧."""

from django.core.exceptions import ValidationError

from dsure import keys
from netdesk.fields import CodeField, DayField
from netdesk.rendering import Form


class GuaranteeNumberField(CodeField):
    """保証契約番号 as people type it, kept as `34081-00001M`; the fixed M may be left out."""

    default_error_messages = {"invalid": "%(label)sは「34081-00001M」のように入力してください（末尾のMは省略できます）"}

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        try:
            return keys.read_number(text if text.upper().endswith("M") else f"{text}M") if text else text
        except keys.NotANumber as reason:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from reason


class StatementSearchForm(Form):
    """By the day on which it was made, and by number."""

    first = DayField(label="作成日（から）", required=False)
    last = DayField(label="作成日（まで）", required=False)
    number = GuaranteeNumberField(label="保証契約番号", required=False)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", "作成日（まで）は、作成日（から）以降の日付を入力してください")
