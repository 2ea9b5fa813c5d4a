"""What a person types about passwords. What was typed into such a box is never shown again."""

from django import forms as django_forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from netdesk.fields import Described, MailField
from netdesk.models import User
from netdesk.rendering import Form

LONGEST = 128
IN_OUR_WORDS = {
    "password_too_short": "新しいパスワードは%(min_length)d文字以上で入力してください",
    "password_too_common": "新しいパスワードは、推測されやすい言葉のため使用できません。ほかの言葉を組み合わせてください",
}


class PasswordField(Described, django_forms.CharField):
    """A password, kept exactly as typed; pasting is welcome."""

    default_error_messages = {
        "required": "%(label)sを入力してください",
        "max_length": "%(label)sは%(limit)s文字以内で入力してください",
    }

    def __init__(self, *, autocomplete: str, **options):
        boxes = {"autocomplete": autocomplete, "autocapitalize": "off", "spellcheck": "false", "size": 40}
        options.setdefault("widget", django_forms.PasswordInput(boxes))
        super().__init__(strip=False, max_length=LONGEST, **options)

    def widget_attrs(self, widget) -> dict:
        # No maxlength: a browser would cut a pasted password without a word.
        return {}


class NewPasswordForm(Form):
    """新しいパスワード, twice."""

    new_password = PasswordField(
        label="新しいパスワード",
        autocomplete="new-password",
        help_text="15文字以上で入力してください。いくつかの言葉を並べると、長くても覚えやすくなります。",
    )
    again = PasswordField(label="新しいパスワード（確認）", autocomplete="new-password")

    def __init__(self, *args, user: User, **options):
        self.user = user
        super().__init__(*args, **options)

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        try:
            validate_password(password, self.user)
        except ValidationError as refused:
            raise ValidationError([_in_our_words(error) for error in refused.error_list]) from None
        return password

    def clean(self) -> None:
        new, again = self.cleaned_data.get("new_password"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error(
                "again", "新しいパスワード（確認）が、新しいパスワードと一致しません。同じものを入力してください"
            )


class ChangePasswordForm(NewPasswordForm):
    """The old password, then the new one."""

    old_password = PasswordField(label="現在のパスワード", autocomplete="current-password")
    field_order = ("old_password", "new_password", "again")


class ResetForm(Form):
    """The mail address that a link is asked for."""

    address = MailField(
        label="メールアドレス", max_length=254, help_text="登録されているメールアドレスを入力してください。"
    )


def _in_our_words(error: ValidationError) -> ValidationError:
    sentence = IN_OUR_WORDS.get(error.code)
    return ValidationError(sentence, code=error.code, params=error.params) if sentence else error
