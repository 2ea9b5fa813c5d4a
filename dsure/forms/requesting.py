"""What officers type to ask the surety for something: release, release of a part, or a claim (issue 5.10)."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from dsure.models import Officer
from netdesk.fields import AmountField, ChoiceField, DayField, NameField, NoteField, PhoneField
from netdesk.formats import both_calendars, yen
from netdesk.rendering import Form

REASON = 1000


class RequestForm(Form):
    """What every request has: whom the surety may ask. `guaranteed`: what is guaranteed now, in yen."""

    def __init__(self, data=None, *, officer: Officer, guaranteed: int):
        super().__init__(data, initial={"person": officer.user.full_name})
        self.officer, self.guaranteed = officer, guaranteed

    @property
    def contact(self) -> str:
        """Of a valid form: 平塚市 契約検査課　平塚 花子　電話 0463-00-0000."""
        person, phone = self.cleaned_data["person"], self.cleaned_data["phone"]
        return f"{self.officer.organisation}　{person}　電話 {phone}"

    @property
    def amount(self) -> int | None:
        """Of a valid form: the yen that the request is about."""
        return None

    @property
    def reason(self) -> str:
        """Of a valid form."""
        return self.cleaned_data["reason"]


class ReleaseForm(RequestForm):
    """保証の解除依頼: the work is finished and handed over."""

    completed_on = DayField(label="完成・引渡し日", help_text="工事の目的物の引渡しを受けた日。")
    note = NoteField(label="補足", required=False, max_length=REASON, rows=3)
    person = NameField(label="担当者の氏名", max_length=30, size=20)
    phone = PhoneField(label="担当者の電話番号")

    def clean_completed_on(self):
        """A day that has come."""
        if self.cleaned_data["completed_on"] > timezone.localdate():
            raise ValidationError("完成・引渡し日は今日までの日付を入力してください")
        return self.cleaned_data["completed_on"]

    @property
    def reason(self) -> str:
        said = f"工事の完成・引渡し（引渡しの日：{both_calendars(self.cleaned_data['completed_on'])}）"
        return "\n".join(filter(None, [said, self.cleaned_data["note"]]))


class PartialReleaseForm(RequestForm):
    """保証の一部解除依頼: a part of the guaranteed amount is released; typed as that part, or as what is to be left."""

    way = ChoiceField(
        label="入力する金額", choices=[("released", "解除する金額"), ("left", "解除した後に残す保証金額")]
    )
    typed_amount = AmountField(label="金額", min_value=1)
    reason_text = NoteField(
        label="一部解除の理由", max_length=REASON, help_text="（例）出来形部分の検査が完了し、引渡しを受けたため。"
    )
    person = NameField(label="担当者の氏名", max_length=30, size=20)
    phone = PhoneField(label="担当者の電話番号")

    def clean_typed_amount(self) -> int:
        """Less than all: of the whole there is a request of its own."""
        if self.cleaned_data["typed_amount"] >= self.guaranteed:
            raise ValidationError(f"金額は現在の保証金額（{yen(self.guaranteed)}）より少ない金額を入力してください")
        return self.cleaned_data["typed_amount"]

    @property
    def amount(self) -> int:
        """What is to be released."""
        typed = self.cleaned_data["typed_amount"]
        return typed if self.cleaned_data["way"] == "released" else self.guaranteed - typed

    @property
    def left(self) -> int:
        """What stays guaranteed."""
        return self.guaranteed - self.amount

    @property
    def reason(self) -> str:
        return self.cleaned_data["reason_text"]


class ClaimForm(RequestForm):
    """保証金請求: what the surety is to pay, and why."""

    typed_amount = AmountField(label="請求する金額", min_value=1)
    reason_text = NoteField(
        label="請求の理由",
        max_length=REASON,
        rows=5,
        help_text="契約を解除した日と事由、請求する金額の内訳など。（例）受注者の責めに帰すべき事由により、令和8年11月10日に契約を解除したため。",
    )
    person = NameField(label="担当者の氏名", max_length=30, size=20)
    phone = PhoneField(label="担当者の電話番号")

    def clean_typed_amount(self) -> int:
        """At most what is guaranteed."""
        if self.cleaned_data["typed_amount"] > self.guaranteed:
            raise ValidationError(f"請求する金額は現在の保証金額（{yen(self.guaranteed)}）以下で入力してください")
        return self.cleaned_data["typed_amount"]

    @property
    def amount(self) -> int:
        return self.cleaned_data["typed_amount"]

    @property
    def reason(self) -> str:
        return self.cleaned_data["reason_text"]
