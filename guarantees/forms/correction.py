"""訂正: what a certificate was meant to say, typed by the surety where it says something else."""

from guarantees.forms.certificate import CertificateForm
from guarantees.forms.printed import PrintedNameField, PrintedWideNameField
from guarantees.models import Certificate, Guarantee
from netdesk.fields import AmountField, DayField, NoteField, SelectField
from netdesk.formats import both_calendars, yen

MAY_BE_EMPTY = ("work_place",)


class CorrectionForm(CertificateForm):
    """Every fact of one certificate that was typed by somebody. Number, product, medium, obligee and key stay."""

    contractor_name = PrintedNameField(label="保証契約者", max_length=100, size=60)
    representative_name = PrintedNameField(label="JVの代表者", max_length=100, size=60)
    contractor_address = PrintedNameField(label="保証契約者の住所", max_length=200, size=60)
    obligee_name = PrintedNameField(label="発注者名", max_length=100, size=60)
    addressee = PrintedNameField(label="被保証者の職名", max_length=100, size=60)
    work_name = PrintedNameField(label="工事名", max_length=100, size=60)
    work_place = PrintedNameField(label="工事場所", max_length=100, size=60, required=False)
    contract_price = AmountField(label="請負金額", min_value=1)
    guaranteed_amount = AmountField(
        label="保証金額", min_value=1, ratio_of=("contract_price",), ratio_note="請負金額に対する保証金額の割合"
    )
    contracted_on = DayField(label="請負契約日")
    tendered_on = DayField(label="入札（見積）予定日")
    work_starts_on = DayField(label="工期（始まり）")
    work_ends_on = DayField(label="工期（終わり）")
    guarantee_ends_on = DayField(label="保証期限")
    entrusted_bank = PrintedWideNameField(label="預託金融機関（全角）", called="預託金融機関", max_length=60)
    reason = NoteField(
        label="訂正の理由",
        max_length=1000,
        help_text="何が、なぜ誤っていたかを入力してください。お客様の画面にも表示されます。",
    )

    def __init__(self, data, *, guarantee: Guarantee, certificate: Certificate):
        super().__init__(data, guarantee=guarantee, certificate=certificate)
        is_named = {name: bool(self.facts.get(name)) or name in MAY_BE_EMPTY for name in self.fields}
        absent = [name for name in self.fields if name not in ("reason", "version") and not is_named[name]]
        for name in [*absent, *(["obligee_name"] if self.facts["obligee_code"] else [])]:
            del self.fields[name]
        if guarantee.obligee:
            help_text = self.fields["addressee"].help_text
            listed = SelectField(label="被保証者の職名", empty="", help_text=help_text)
            listed.choices = [(title, title) for title in self.titles()]
            self.fields["addressee"] = listed

    def clean(self) -> None:
        self._check_order("work_starts_on", "work_ends_on", "工期（終わり）は、工期の始まり")
        self._check_order("work_ends_on", "guarantee_ends_on", "保証期限は、工期の終わり")
        amount, price = self.cleaned_data.get("guaranteed_amount"), self.cleaned_data.get("contract_price")
        if amount and price and amount > price:
            self.add_error("guaranteed_amount", f"保証金額は請負金額（{yen(price)}）以下で入力してください")
        if not self.errors.keys() - {"reason"} and not self.changed_facts():
            self.add_error(None, "現在の内容から訂正された項目がありません。正しい内容を入力してください")

    def _check_order(self, first: str, last: str, said: str) -> None:
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if start and end and end < start:
            self.add_error(last, f"{said}（{both_calendars(start)}）以降の日付を入力してください")
