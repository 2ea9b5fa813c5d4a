"""変更の申込: what may change on an issued guarantee, and why it changes."""

from datetime import date

from django import forms as django_forms

from guarantees.asking import needs_no_procedure
from guarantees.forms.certificate import CertificateForm
from guarantees.forms.printed import PrintedNameField, PrintedWideNameField
from guarantees.models import Certificate, Guarantee
from guarantees.terms import PRICE_ALONE, PRICE_ALONE_CHANGES_NOTHING
from netdesk.fields import AmountField, DayField, NoteField, SelectField
from netdesk.formats import both_calendars, yen


class AmendmentForm(CertificateForm):
    """変更 of one guarantee, from the facts in force; what is not a field here is fixed for its life."""

    contract_price = AmountField(label="請負金額", min_value=1)
    guaranteed_amount = AmountField(
        label="保証金額",
        min_value=1,
        ratio_of=("contract_price",),
        ratio_note="変更後の請負金額に対する保証金額の割合",
    )
    work_ends_on = DayField(label="工期（終わり）", help_text="入力例：20270430、令和9年4月30日")
    work_name = PrintedNameField(label="工事名", max_length=100, size=60)
    work_place = PrintedNameField(label="工事場所", max_length=100, size=60)
    addressee = SelectField(
        label="被保証者の職名",
        empty="",
        more="同じ発注者の中で、被保証者として保証証書に記載する職名を変更できます。発注者そのものは変更できません。",
    )
    entrusted_bank = PrintedWideNameField(
        label="預託金融機関（全角）", called="預託金融機関", max_length=60, help_text="入力例：○○銀行　××支店"
    )
    reason = NoteField(
        label="変更の理由",
        max_length=1000,
        help_text="変更契約の日付と、変更の内容を入力してください。",
        more="入力例：令和9年1月20日付けの変更契約により、工期を延長し、請負金額を増額したため。",
    )

    def __init__(self, data, *, guarantee: Guarantee, certificate: Certificate):
        super().__init__(data, guarantee=guarantee, certificate=certificate)
        self.needs_no_procedure = False
        if not self.facts["entrusted_bank"]:
            del self.fields["entrusted_bank"]
        self.fields["addressee"].choices = [(title, title) for title in self.titles()]
        if guarantee.product in PRICE_ALONE_CHANGES_NOTHING:
            self.fields["contract_price"].help_text += f"　※{PRICE_ALONE}"
        deadline, ends_on = self.facts["guarantee_ends_on"], self.facts["work_ends_on"]
        self.fields["work_ends_on"].more = (
            "保証期限も、変更後の工期の終わりの日になります。"
            if deadline == ends_on
            else f"現在の保証期限は{both_calendars(deadline)}です。変更後の工期がこの日より後になる場合は、保証期限も工期の終わりの日になります。"
        )

    def clean_work_ends_on(self) -> date:
        day, starts_on = self.cleaned_data["work_ends_on"], self.facts["work_starts_on"]
        if day.isoformat() < starts_on:
            sentence = f"工期（終わり）は、工期の始まり（{both_calendars(starts_on)}）以降の日付を入力してください"
            raise django_forms.ValidationError(sentence)
        return day

    def clean(self) -> None:
        amount, price = self.cleaned_data.get("guaranteed_amount"), self.cleaned_data.get("contract_price")
        if amount and price and amount > price:
            self.add_error("guaranteed_amount", f"保証金額は変更後の請負金額（{yen(price)}）以下で入力してください")
        if self.errors.keys() - {"reason"}:
            return
        changed = set(self.changed_facts())
        if not changed:
            self.add_error(None, "現在の内容から変更された項目がありません。変更後の内容を入力してください")
        self.needs_no_procedure = needs_no_procedure(self.guarantee.product, changed)
        if self.needs_no_procedure:
            self.errors.pop("reason", None)  # of what needs no procedure, nobody asks why
