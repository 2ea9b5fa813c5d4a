"""What officers type of guarantees that live elsewhere (issue 5.11)."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils import timezone

from dsure.models import ELSEWHERE_RECORD, ElsewhereKind, ElsewhereQuerySet, ElsewhereRecord
from netdesk.fields import AmountField, CodeField, DayField, NameField, NoteField, SelectField
from netdesk.rendering import Form

NO_ADDRESS = "閲覧用URLは「https://」で始まるアドレスを入力してください"
NO_SECRETS = "閲覧用URLに、ログインIDやパスワードを含めないでください"
NOWHERE = "閲覧用URLか証書の保管場所の、どちらかを入力してください"


class ElsewhereForm(Form):
    """ほかの保証の登録内容."""

    kind = SelectField(label="保証の種類", choices=ElsewhereKind.choices)
    issuer = NameField(label="保証人・発行者", max_length=100, help_text="（例）○○損害保険 株式会社、○○銀行 平塚支店")
    number = CodeField(label="証券番号・保証書番号", required=False, max_length=40)
    contractor_name = NameField(label="受注者", max_length=100)
    work_name = NameField(label="工事名", max_length=100)
    guaranteed_amount = AmountField(label="保証金額", min_value=1)
    ends_on = DayField(label="保証期間の終わり")
    url = CodeField(
        label="閲覧用URL",
        required=False,
        max_length=500,
        size=50,
        is_asked_at_times=True,
        help_text="保険会社などの閲覧画面。閲覧用のパスワードは入力しないでください。",
    )
    place = NameField(
        label="証書の保管場所",
        required=False,
        max_length=200,
        is_asked_at_times=True,
        help_text="紙の証書のとき。（例）契約検査課 金庫 令和8年度綴り",
    )
    checker = NameField(label="確認した人", max_length=30, size=20)
    checked_on = DayField(label="確認した日")
    note = NoteField(label="メモ", required=False, max_length=1000, rows=3)

    def clean_url(self) -> str:
        """A whole address of the web, without sign-in in it; or nothing."""
        url = self.cleaned_data["url"]
        if not url:
            return url
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ValidationError(NO_ADDRESS) from None
        if parts.scheme not in ("https", "http") or not parts.hostname or " " in url:
            raise ValidationError(NO_ADDRESS)
        if "@" in parts.netloc:
            raise ValidationError(NO_SECRETS)
        return url

    def clean_checked_on(self):
        """A day that has come."""
        if self.cleaned_data["checked_on"] > timezone.localdate():
            raise ValidationError("確認した日は今日までの日付を入力してください")
        return self.cleaned_data["checked_on"]

    def clean(self) -> None:
        if "url" not in self.errors and "place" not in self.errors and not self.places:
            self.add_error("url", NOWHERE)

    @property
    def places(self) -> list[str]:
        """Where it is, in one way or two."""
        return [text for text in map(self.cleaned_data.get, ("url", "place")) if text]

    @property
    def record(self) -> ElsewhereRecord:
        """Of a valid form: what a version keeps."""
        return {name: self.cleaned_data[name] for name in ELSEWHERE_RECORD}


class CloseForm(Form):
    """終了にする: why."""

    closing_reason = NameField(
        label="終了の理由", max_length=200, help_text="記録に残ります。（例）工事が完成し、証書を返却したため。"
    )


class ElsewhereSearchForm(Form):
    """One box, and which of them."""

    words = NameField(label="保証人・番号・受注者・工事名", required=False, max_length=100, size=40)
    state = SelectField(
        label="状態",
        choices=[("open", "終了にしていないもの"), ("closed", "終了にしたもの")],
        empty="すべて",
        required=False,
    )

    @property
    def is_narrowing(self) -> bool:
        """Whether anything was asked for; of a valid form."""
        return any(self.cleaned_data.values())

    def found(self, rows: ElsewhereQuerySet) -> ElsewhereQuerySet:
        """The current versions that the conditions leave."""
        if self.cleaned_data["words"]:
            rows = rows.searched(self.cleaned_data["words"])
        state = self.cleaned_data["state"]
        return rows.filter(is_closed=state == "closed") if state else rows
