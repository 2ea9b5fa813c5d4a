"""絞り込み of the branch's inbox, and the one box that leads straight to a number."""

import re

from django.core.exceptions import ValidationError
from django.http import QueryDict

from dsure import keys
from guarantees.models import Branch
from guarantees.models.incoming import Wanted
from guarantees.terms import Medium, Product
from netdesk.fields import CodeField, DayField, NameField, RowChoiceField, SelectField
from netdesk.rendering import Form


class NumberField(CodeField):
    """受付番号 of an application (8 digits) or of a change (E and 7), or 保証契約番号 with or without its M."""

    default_error_messages = {
        "invalid": "%(label)sは「00000123」「E0000012」または「34081-00001M」のように入力してください"
    }

    def to_python(self, value: object) -> str:
        text = super().to_python(value).upper().replace(" ", "")
        if not text or re.fullmatch(r"E?[0-9]{1,8}", text):
            return text
        try:
            return keys.read_number(text if text.endswith("M") else f"{text}M")
        except keys.NotANumber as reason:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from reason


class IncomingForm(Form):
    """What narrows the inbox. Always bound, and every box may stay empty; the branch is asked of the head office only."""

    branch = RowChoiceField(label="支店", queryset=Branch.objects.all(), empty_label="すべての支店", required=False)
    contractor = NameField(label="契約者（会社名またはお客様番号）", size=24, max_length=60, required=False)
    product = SelectField(label="保証種類", choices=Product.choices, empty="すべての保証", required=False)
    medium = SelectField(label="証書の形式", choices=Medium.choices, empty="すべての形式", required=False)
    first_on = DayField(label="期間（始まり）", required=False)
    last_on = DayField(label="期間（終わり）", required=False)
    number = NumberField(
        label="受付番号または保証契約番号",
        size=16,
        required=False,
        help_text="その番号の審査画面を開きます。",
    )

    def __init__(self, data: QueryDict, *, asks_branch: bool):
        super().__init__(data)
        if not asks_branch:
            del self.fields["branch"]

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first_on"), self.cleaned_data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "期間（終わり）は、期間（始まり）以降の日付を入力してください")

    @property
    def wanted(self) -> Wanted:
        """What was asked for; everything where the boxes do not read."""
        if not self.is_valid():
            return Wanted()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if name != "number"})

    @property
    def narrows(self) -> bool:
        """Is any condition set?"""
        return self.wanted != Wanted()
