"""What D-Sure's operator and the organisations' administrators type, and each officer about themselves."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from dsure.models import Department, Obligee
from dsure.models.parties import LONGEST_PHRASE
from netdesk.fields import ChoiceField, MailField, NameField, NoteField, RowChoiceField, ShapedField, TickField
from netdesk.password_forms import PasswordField
from netdesk.rendering import Form

MOST_SECTIONS = 20
LONGEST_NAME = 60
PRINT_CHOICES = {"yes": True, "no": False, "ask": None}


class ObligeeCodeField(ShapedField):
    """Five digits of JIS X 0402; a sixth, the check digit that many lists carry, is told apart from a slip."""

    default_error_messages = {"invalid": "%(label)sは数字5桁で入力してください（総務省のコード6桁は、末尾の1桁を除く）"}
    shape = re.compile(r"[0-9]{5}")


class PersonForm(Form):
    """A person who is to be invited."""

    full_name = NameField(label="氏名", max_length=LONGEST_NAME)
    email = MailField(
        label="メールアドレス", max_length=254, help_text="パスワードを設定するためのリンクをお送りします。"
    )

    def person(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("full_name", "email")}


class RegisterForm(PersonForm):
    """発注者の登録: the organisation, its sections, and its first administrator."""

    code = ObligeeCodeField(
        label="発注者コード",
        size=8,
        help_text="数字5桁（JIS X 0402）。都道府県は「14000」のように下3桁を0とします。登録した後は変更できません。",
    )
    name = NameField(label="発注者名", max_length=LONGEST_NAME, help_text="（例）平塚市")
    departments = NoteField(
        label="部署名",
        help_text=f"1行に1部署、{MOST_SECTIONS}部署まで。最初の行が、最初の管理者の所属になります。後から管理者が追加・変更できます。",
    )
    field_order = ("code", "name", "departments", "full_name", "email")

    def clean_departments(self) -> list[str]:
        names = list(dict.fromkeys(filter(None, self.cleaned_data["departments"].splitlines())))
        if len(names) > MOST_SECTIONS:
            raise ValidationError(f"部署名は{MOST_SECTIONS}部署まで入力してください（現在{len(names)}部署）")
        for name in names:
            if len(name) > LONGEST_NAME:
                raise ValidationError(f"部署名は1つにつき{LONGEST_NAME}文字以内で入力してください（「{name[:10]}…」）")
        return names


class RenameForm(Form):
    """発注者名の変更."""

    name = NameField(label="発注者名", max_length=LONGEST_NAME)


class DepartmentChoiceForm(Form):
    """One of the organisation's open sections."""

    department = RowChoiceField(label="部署", queryset=Department.objects.none())

    def __init__(self, *args, obligee: Obligee, **options):
        super().__init__(*args, **options)
        field: Any = self.fields["department"]
        field.queryset = obligee.departments.open().order_by("name", "pk")
        field.label_from_instance = lambda department: department.name


class AppointForm(PersonForm, DepartmentChoiceForm):
    """管理者を招待する (by the operator)."""

    field_order = ("full_name", "email", "department")


class InviteForm(PersonForm, DepartmentChoiceForm):
    """職員を招待する (by the administrator)."""

    is_administrator = TickField(label="管理者にする")
    field_order = ("full_name", "email", "department", "is_administrator")


class MoveForm(DepartmentChoiceForm):
    """部署の変更."""


class FreeForm(Form):
    """照会の停止の解除."""

    reason = NameField(
        label="解除する理由",
        max_length=200,
        size=60,
        help_text="（例）本人に電話で確認。お知らせの数字を読み違えて繰り返し入力していた。",
    )


class DepartmentForm(Form):
    """A section, and where notices of later events go."""

    name = NameField(label="部署名", max_length=LONGEST_NAME)
    notice_email = MailField(
        label="お知らせの送信先",
        required=False,
        max_length=254,
        help_text="部署の共有メールアドレスなど。",
        is_asked_at_times=True,
    )
    takes_notices = TickField(label="保証契約の変更・解除などのお知らせを受け取る")

    def clean(self) -> None:
        is_without = "notice_email" in self.cleaned_data and not self.cleaned_data["notice_email"]
        if self.cleaned_data.get("takes_notices") and is_without:
            self.add_error(
                "notice_email", "お知らせを受け取る場合は、お知らせの送信先のメールアドレスを入力してください"
            )


class HandInForm(Form):
    """How one product's key notice is handed in, as contractors read it."""

    channel = NameField(label="提出方法", required=False, max_length=100, help_text="（例）電子メールにPDFを添付")
    address = NameField(
        label="提出先",
        required=False,
        max_length=200,
        size=60,
        help_text="（例）契約検査課 keiyaku@example.jp",
    )
    subject = NameField(
        label="電子メールの件名",
        required=False,
        max_length=100,
        size=60,
        help_text="（例）【電子保証】工事名（会社名）",
    )
    is_print_accepted = ChoiceField(
        label="印刷した書面での提出",
        choices=[("yes", "認める"), ("no", "認めない（PDFファイルのみ）"), ("ask", "定めない（受注者が問い合わせる）")],
    )
    other_papers = NoteField(
        label="その他の必要書類", required=False, max_length=500, rows=3, help_text="（例）前払金請求書"
    )

    def clean(self) -> None:
        said = ("channel", "address", "subject", "other_papers")
        is_empty = not any(self.cleaned_data.get(name) for name in said) and not any(n in self.errors for n in said)
        if is_empty and self.cleaned_data.get("is_print_accepted") == "ask":
            self.add_error("channel", "提出方法、提出先など、受注者に伝える内容を1つ以上入力してください")

    def rule(self) -> dict:
        """What the row is to hold."""
        printed = PRINT_CHOICES[self.cleaned_data["is_print_accepted"]]
        return self.cleaned_data | {"is_print_accepted": printed}


class PhraseForm(Form):
    """合言葉."""

    phrase = NameField(
        label="合言葉",
        required=False,
        max_length=LONGEST_PHRASE,
        help_text=f"{LONGEST_PHRASE}文字まで。職員だけが知っていて、外部の人が思いつかない言葉にしてください。空欄にすると表示しません。",
    )


class ProfileForm(PersonForm):
    """担当者 about themselves. The password is asked for when the mail address is a new one."""

    email = MailField(
        label="メールアドレス", max_length=254, help_text="変更すると、変更前のメールアドレスにもお知らせします。"
    )
    password = PasswordField(
        label="現在のパスワード",
        required=False,
        autocomplete="current-password",
        help_text="メールアドレスを変更する場合に入力してください。",
        is_asked_at_times=True,
    )

    def clean(self) -> None:
        is_new = "email" in self.cleaned_data and self.cleaned_data["email"] != self.initial["email"]
        if is_new and not self.cleaned_data.get("password") and "password" not in self.errors:
            self.add_error("password", "メールアドレスを変更する場合は、現在のパスワードを入力してください")


class ObligeeSearchForm(Form):
    """One box: name or code."""

    words = NameField(label="発注者名・発注者コード", required=False, max_length=60, size=30)
