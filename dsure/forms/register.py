"""検索条件 of 保証証書一覧 and of the list of receipts."""

from django.http import QueryDict

from dsure.models import Acknowledgement, Obligee, RegisterQuerySet, Standing
from dsure.models.registers import NOT_ANSWERED
from netdesk.fields import CodeField, DayField, NameField, RowChoiceField, SelectField, TickField
from netdesk.rendering import Form

PRODUCTS = [("advance", "前払金保証"), ("interim", "中間前払金保証"), ("performance", "契約保証")]
ANSWERS = [("none", "未受領"), (Acknowledgement.Kind.RECEIVED, "受領"), (Acknowledgement.Kind.RETURNED, "返戻")]
ORDERS = {
    "": ("最初の閲覧が新しい順", ("-register_entry__first_opened_at", "-pk")),
    "ends": ("保証期限が近い順", ("ends_on", "pk")),
    "changed": ("変更が新しい順", ("-changed_at", "-pk")),
    "number": ("保証契約番号順", ("number", "pk")),
}


class RegisterSearchForm(Form):
    """What narrows and orders the register; an empty form narrows nothing."""

    number = CodeField(label="保証契約番号", required=False, max_length=20, size=16)
    contractor = NameField(label="保証契約者", required=False, max_length=100, size=20)
    work = NameField(label="工事名", required=False, max_length=100, size=20)
    product = SelectField(label="保証の種類", choices=PRODUCTS, empty="すべて", required=False)
    standing = SelectField(label="保証の状態", choices=Standing.choices, empty="すべて", required=False)
    answer = SelectField(label="受領・返戻", choices=ANSWERS, empty="すべて", required=False)
    section = RowChoiceField(None, label="引渡し先の部署", empty_label="すべて", required=False)
    order = SelectField(
        label="並べ替え",
        choices=[(value, label) for value, (label, _) in ORDERS.items() if value],
        required=False,
        empty=ORDERS[""][0],
    )
    from_on = DayField(label="最初の閲覧（始まり）", required=False)
    to_on = DayField(label="最初の閲覧（終わり）", required=False)
    changed = TickField(label="前回の閲覧の後に変更があったものだけ")

    def __init__(self, data: QueryDict, *, obligee: Obligee):
        super().__init__(data)
        self.fields["section"].queryset = obligee.departments.order_by("name", "pk")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_on"), self.cleaned_data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", "最初の閲覧（終わり）は、始まりの日以降の日付を入力してください")

    @property
    def is_narrowing(self) -> bool:
        """Whether anything but the order was asked for; of a valid form."""
        return any(value for name, value in self.cleaned_data.items() if name != "order")

    def found(self, register: RegisterQuerySet) -> RegisterQuerySet:
        """The rows (`listed`) that the conditions leave, in the chosen order."""
        wanted = self.cleaned_data
        rows = register.first_opened(wanted["from_on"], wanted["to_on"])
        if wanted["number"]:
            rows = rows.filter(number__contains=wanted["number"].upper().replace(" ", ""))
        said = {"contractor_name__icontains": "contractor", "work_name__icontains": "work", "product": "product"}
        held = {lookup: wanted[name] for lookup, name in said.items() if wanted[name]}
        rows = rows.saying(**held) if held else rows
        if wanted["standing"]:
            rows = rows.filter(standing=wanted["standing"])
        if wanted["answer"]:
            rows = rows.filter(answer__in=NOT_ANSWERED if wanted["answer"] == "none" else [wanted["answer"]])
        if wanted["section"]:
            rows = rows.filter(handed_to_id=wanted["section"].pk)
        rows = rows.changed_since_seen() if wanted["changed"] else rows
        return rows.order_by(*ORDERS[wanted["order"]][1])


class ReceiptSearchForm(Form):
    """One box: the number of a receipt, or of a guarantee."""

    number = CodeField(label="確認書番号・保証契約番号", required=False, max_length=20, size=24)
