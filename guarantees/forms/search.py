"""検索条件 of 保証契約一覧 (seed 001:109-111)."""

from datetime import date

from django.http import QueryDict
from django.utils import timezone

from dsure import keys
from guarantees.terms import Product
from netdesk.fields import CodeField, DayField, NameField, SelectField
from netdesk.formats import slashes
from netdesk.rendering import Form

MONTHS_SHOWN = 24  # unless a period is given
SUFFIX = "M"  # of every guarantee number; it stands after the box
SEARCHED = (Product.ADVANCE, Product.INTERIM, Product.PERFORMANCE)  # a reservation has a tab of its own


class ContractSearchForm(Form):
    """What narrows the list. Always bound: without a period it searches the last 24 months, and its box says so."""

    product = SelectField(
        label="保証種類",
        choices=[(product.value, product.label) for product in SEARCHED],
        empty="すべての保証",
        required=False,
    )
    from_on = DayField(label="期間（始まり）", required=False)
    to_on = DayField(label="期間（終わり）", required=False)
    work_name = NameField(label="工事名", size=30, max_length=100, required=False)
    number = CodeField(
        label="保証契約番号",
        size=16,
        unit=SUFFIX,
        required=False,
        help_text="番号がすべて一致する保証契約を、ほかの条件にかかわらず表示します。",
        error_messages={"invalid": "%(label)sは「34081-00001」のように、10桁の数字で入力してください"},
    )

    def __init__(self, data: QueryDict):
        typed = data.copy()
        if not (typed.get("from_on", "").strip() or typed.get("to_on", "").strip()):
            typed["from_on"] = slashes(first_day_shown())
        super().__init__(typed)

    def clean_number(self) -> str:
        """The number in its canonical form, typed with or without the M; nothing where the box is empty."""
        typed = self.cleaned_data["number"]
        try:
            return keys.read_number(typed.upper().removesuffix(SUFFIX) + SUFFIX) if typed else ""
        except keys.NotANumber:
            self.add_error("number", self.fields["number"].error_messages["invalid"])
            return ""

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_on"), self.cleaned_data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", "期間（終わり）は、期間（始まり）以降の日付を入力してください")


def first_day_shown() -> date:
    """The day from which the list goes where no period is given: this day of the month, 24 months ago."""
    today = timezone.localdate()
    year = today.year - MONTHS_SHOWN // 12
    return today.replace(year=year, day=28) if (today.month, today.day) == (2, 29) else today.replace(year=year)
