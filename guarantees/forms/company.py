"""What a contractor's people type about their company, their colleagues and themselves."""

from guarantees.forms.printed import PrintedNameField
from guarantees.models import Branch
from netdesk.fields import MailField, NameField, PhoneField, PostalCodeField, RowChoiceField, TickField
from netdesk.password_forms import PasswordField
from netdesk.rendering import Form


class CompanyForm(Form):
    """会社情報, as far as the contractor may change it itself."""

    postal_code = PostalCodeField(label="郵便番号", max_length=8)
    address = PrintedNameField(
        label="住所",
        max_length=100,
        size=60,
        help_text="これから発行する保証証書に記載されます。発行済みの保証証書は変わりません。",
    )
    phone = PhoneField(label="電話番号", max_length=20)
    email = MailField(
        label="メールアドレス",
        max_length=254,
        help_text="申込の作成で、電子保証発行完了のお知らせの送信先として最初に表示されます。",
    )
    usual_branch = RowChoiceField(
        label="通常の申込送信先",
        queryset=Branch.objects.order_by("code"),
        required=False,
        empty_label="指定しない",
        help_text="申込の作成で、申込送信先として最初に選択されます。申込ごとに変更できます。",
    )


class PersonForm(Form):
    """A person of the company."""

    full_name = NameField(label="氏名", max_length=60)
    section = NameField(label="担当部署", required=False, max_length=40)
    post = NameField(label="役職", required=False, max_length=40)
    phone = PhoneField(label="連絡先電話番号", required=False, max_length=20)
    email = MailField(label="メールアドレス", max_length=254)


class InviteForm(PersonForm):
    """担当者を招待する."""

    is_administrator = TickField(label="管理者にする")
    field_order = ("full_name", "email", "section", "post", "phone", "is_administrator")


class ProfileForm(PersonForm):
    """担当者情報: one's own record. The password is asked for when the mail address is a new one."""

    password = PasswordField(
        label="現在のパスワード",
        required=False,
        autocomplete="current-password",
        help_text="メールアドレスを変更する場合に入力してください。",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        names = {"full_name": "name", "section": "off", "post": "organization-title"}
        for name, value in names.items():
            self.fields[name].widget.attrs["autocomplete"] = value

    def clean(self) -> None:
        is_new = "email" in self.cleaned_data and self.cleaned_data["email"] != self.initial["email"]
        if is_new and not self.cleaned_data.get("password") and "password" not in self.errors:
            self.add_error("password", "メールアドレスを変更する場合は、現在のパスワードを入力してください")

    def profile(self) -> dict:
        """What the person's row is to hold."""
        return {name: self.cleaned_data[name] for name in PersonForm.base_fields}
