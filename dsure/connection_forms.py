"""What an administrator types to connect other systems: a token's name, scopes and last day; a webhook's address."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from dsure.models import Scope
from dsure.models.clients import LONGEST_NAME
from dsure.models.webhooks import LONGEST_URL
from netdesk import outgoing
from netdesk.fields import CodeField, DayField, Described, NameField
from netdesk.rendering import Form


class ScopesField(Described, forms.MultipleChoiceField):
    """What a token may do, as check boxes."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": "%(label)sを1つ以上選択してください",
        "invalid_choice": "%(label)sを選択肢の中から選択してください",
    }


class TokenForm(Form):
    """連携トークンの発行."""

    name = NameField(
        label="名称",
        max_length=LONGEST_NAME,
        size=30,
        help_text="どのシステムが使うかわかる名前（例）電子契約システム。閲覧の記録に残ります。",
    )
    scopes = ScopesField(label="権限", choices=Scope.choices, help_text="必要なものだけを選択してください。")
    ends_on = DayField(
        label="有効期限", required=False, help_text="この日まで使えます。空のときは、失効させるまで使えます。"
    )

    def clean_ends_on(self) -> date | None:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on and ends_on < timezone.localdate():
            raise ValidationError("有効期限は今日以降の日付を入力してください", code="past")
        return ends_on


class WebhookForm(Form):
    """Webhookの登録."""

    url = CodeField(
        label="送信先のURL",
        max_length=LONGEST_URL,
        size=50,
        help_text="https:// で始まり、インターネットから届くもの（例）https://hooks.example.jp/d-sure",
    )

    def clean_url(self) -> str:
        try:
            outgoing.parse(self.cleaned_data["url"])
        except outgoing.Refused as refusal:
            raise ValidationError(str(refusal), code="refused") from None
        return self.cleaned_data["url"]
