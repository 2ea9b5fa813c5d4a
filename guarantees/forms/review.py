"""What a reviewer types: a deadline, reasons, notes for colleagues and words for the contractor."""

from django import forms as django_forms

from guarantees.forms.work import AddresseeField
from guarantees.models import Addressee, RequestedGuarantee
from guarantees.terms import Product
from netdesk.fields import DayField, NoteField
from netdesk.formats import both_calendars
from netdesk.rendering import Form


class ReasonForm(Form):
    """A reason for somebody else to read."""

    reason = NoteField(label="理由", max_length=1000, rows=5)


class NoteForm(Form):
    """審査メモ."""

    text = NoteField(
        label="メモ", max_length=1000, rows=5, help_text="社内だけで読むメモです。お客様には表示されません。"
    )


class MessageForm(Form):
    """弊社からお客様へのお知らせ (seed 000:107)."""

    message = NoteField(
        label="弊社からお客様へのお知らせ",
        max_length=1000,
        rows=5,
        required=False,
        help_text="空欄にすると、表示中のお知らせを消します。",
    )


class ObligeeForm(Form):
    """The listed obligee that was meant by a typed one."""

    addressee = AddresseeField(
        label="発注者",
        queryset=Addressee.objects.select_related("obligee").order_by("obligee__code", "pk"),
        empty_label="一覧から選択してください",
        help_text="かっこ内は、保証証書に被保証者として記載する職名です。",
    )


class ApproveForm(Form):
    """承認: the revision that was reviewed, and a deadline later than the end of the work period if there is to be one."""

    guarantee_ends_on = DayField(
        label="保証期限", required=False, help_text="空欄の場合は、工期の終わりの日になります。"
    )
    revision = django_forms.IntegerField(widget=django_forms.HiddenInput)

    def __init__(self, *args, requested: RequestedGuarantee, **options):
        options["initial"] = {"revision": requested.application.revision}
        super().__init__(*args, **options)
        self.requested = requested
        if requested.product == Product.RESERVATION:
            day = self.fields["guarantee_ends_on"]
            day.label, day.help_text = "予約の有効期限", "空欄の場合は、申し込まれた予約の有効期限になります。"

    def clean_guarantee_ends_on(self):
        day, ends_on = self.cleaned_data["guarantee_ends_on"], self.requested.application.ends_on
        if day and day < ends_on:
            sentence = f"保証期限は、工期の終わりの日（{both_calendars(ends_on)}）以降の日付を入力してください"
            if self.requested.product == Product.RESERVATION:
                sentence = f"予約の有効期限は、申し込まれた日（{both_calendars(ends_on)}）以降の日付を入力してください"
            raise django_forms.ValidationError(sentence)
        return day
