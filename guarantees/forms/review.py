"""What a reviewer types: a deadline, and reasons."""

from django import forms as django_forms

from guarantees.models import RequestedGuarantee
from guarantees.terms import Product
from netdesk.fields import DayField, NoteField
from netdesk.formats import both_calendars
from netdesk.rendering import Form


class ReasonForm(Form):
    """A reason for somebody else to read."""

    reason = NoteField(label="理由", max_length=1000, rows=5)


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
