"""インフォメーション: to which branch, how papers come, how to reach the contractor, and a word to the surety."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from guarantees.forms.products import GuaranteeForm
from guarantees.forms.work import YES_NO
from guarantees.models import Branch
from guarantees.terms import Delivery, Medium
from netdesk.business_days import is_business_day, next_business_day, with_weekday
from netdesk.fields import (
    ChoiceField,
    DayField,
    MailField,
    NameField,
    NoteField,
    PhoneField,
    PostalCodeField,
    RowChoiceField,
    SelectField,
)
from netdesk.rendering import Form

# When somebody may come to the counter (受付時間 9:00~17:00).
HOURS = range(9, 17)
LONGEST_AHEAD = timedelta(days=365)
BY_POST = ("wanted_on", "ship_to_name", "ship_to_postal_code", "ship_to_address")
BY_VISIT = ("visits_on", "visit_hour")


class InformationForm(Form):
    """インフォメーション. 受取方法 is asked only where a paper is asked for; else it is neither checked nor kept."""

    branch = RowChoiceField(
        label="申込送信先",
        queryset=Branch.objects.order_by("code"),
        more="審査と発行を行う弊社の支店です。通常は貴社の所在地を担当する支店を選択します。",
    )
    delivery = ChoiceField(
        label="受取方法",
        required=False,
        is_asked_at_times=True,
        choices=Delivery.choices,
        more="証書（紙）、保証料計算書（紙）を送付で受け取るか、申込送信先の窓口で受け取るかを選択します。"
        "電子保証（認証キーを含む）だけの場合は、受取の手続きはありません。",
    )
    wanted_on = DayField(
        label="受取希望日",
        required=False,
        is_asked_at_times=True,
        unit="まで",
        help_text="入力例：20261210",
        more="この日までに届くように送付します。発行の手続きと郵送に日数がかかりますので、余裕のある日を入力してください。",
    )
    ship_to_name = NameField(
        label="宛名",
        called="保証証書送付先の宛名",
        required=False,
        is_asked_at_times=True,
        max_length=60,
    )
    ship_to_postal_code = PostalCodeField(
        label="〒", called="保証証書送付先の郵便番号", required=False, is_asked_at_times=True
    )
    ship_to_address = NameField(
        label="住所", called="保証証書送付先の住所", required=False, is_asked_at_times=True, max_length=100, size=60
    )
    visits_on = DayField(
        label="来店予定日",
        required=False,
        is_asked_at_times=True,
        help_text="入力例：20261210",
        more="窓口の受付は、土曜日・日曜日・祝日・年末年始（12月29日から1月3日まで）を除く9時から17時までです。",
    )
    visit_hour = SelectField(
        label="来店予定時刻",
        required=False,
        is_asked_at_times=True,
        choices=[(str(hour), f"{hour}時ごろ") for hour in HOURS],
    )
    wants_mail = ChoiceField(
        label="電子保証発行完了のお知らせ",
        choices=YES_NO,
        help_text="※「希望する」場合、弊社手続き完了後にメールを送信します。",
    )
    mail_to = MailField(
        label="メールアドレス",
        required=False,
        is_asked_at_times=True,
        max_length=254,
        help_text="「希望する」を選択した場合に入力してください。",
        more="電子保証の発行手続きが完了しましたら、このアドレスにお知らせします。メールに認証キーは記載しません。",
    )
    contact_section = NameField(
        label="担当部署", required=False, max_length=40, more="この申込についてお問い合わせする先です。"
    )
    contact_post = NameField(label="役職", required=False, max_length=40)
    contact_name = NameField(label="担当者名", required=False, max_length=40)
    contact_phone = PhoneField(label="連絡先電話番号", required=False, max_length=20)
    message_to_surety = NoteField(
        label="お客様から弊社への連絡事項",
        required=False,
        max_length=1000,
        more="審査の担当者に伝えたいことがあれば入力してください。認証キーは入力しないでください。",
    )

    def clean_wants_mail(self) -> bool:
        return self.cleaned_data["wants_mail"] == "yes"

    def clean_visit_hour(self) -> int | None:
        return int(self.cleaned_data["visit_hour"]) if self.cleaned_data["visit_hour"] else None

    def clean_wanted_on(self) -> date | None:
        return self._not_past("wanted_on")

    def clean_visits_on(self) -> date | None:
        day = self._not_past("visits_on")
        if day and day - timezone.localdate() > LONGEST_AHEAD:
            raise ValidationError("来店予定日は、本日から1年以内の日付を入力してください")
        if day and not is_business_day(day):
            raise ValidationError(
                f"{with_weekday(day)}は休業日です。来店予定日は、次の営業日の"
                f"{with_weekday(next_business_day(day))}など、営業日を入力してください"
            )
        return day

    def _not_past(self, name: str) -> date | None:
        day = self.cleaned_data[name]
        if day and day < timezone.localdate():
            raise ValidationError(f"{self.fields[name].label}は、本日以降の日付を入力してください")
        return day

    def clean(self) -> None:
        if self.cleaned_data.get("wants_mail"):
            self._require("mail_to", "「希望する」を選択した場合は、メールアドレスを入力してください")
        self._clean_delivery()

    def _clean_delivery(self) -> None:
        """One way, whole; nothing of the other is checked or kept."""
        asks_paper = self._asks_paper()
        delivery = self.cleaned_data.get("delivery") if asks_paper else ""
        if asks_paper:
            sentence = "証書（紙）または保証料計算書（紙）を希望する場合は、受取方法を選択してください"
            self._require("delivery", sentence)
        else:
            self._leave_out("delivery")
        if delivery == Delivery.POST:
            for name in BY_POST:
                self._require(name, f"送付を希望する場合は、{self._called(name)}を入力してください")
        else:
            self._leave_out(*BY_POST)
        if delivery == Delivery.COUNTER:
            self._require("visits_on", "当社窓口で受け取る場合は、来店予定日を入力してください")
            self._require("visit_hour", "当社窓口で受け取る場合は、来店予定時刻を選択してください")
        else:
            self._leave_out(*BY_VISIT)

    def _called(self, name: str) -> str:
        return self.fields[name].called or self.fields[name].label

    def _require(self, name: str, sentence: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    def _leave_out(self, *names: str) -> None:
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = None if name in ("wanted_on", "visits_on", "visit_hour") else ""

    def _asks_paper(self) -> bool:
        """Is a certificate or a premium statement asked for on paper?"""
        for block in self._blocks():
            block.is_valid()
        # What else is wrong in a block does not hide what is wrong here: all is said at once.
        asked = [block.cleaned_data for block in self._blocks() if block.is_applied]
        return any(
            typed.get("medium") == Medium.PAPER or typed.get("wants_paper_statement") == "yes" for typed in asked
        )

    def _blocks(self) -> Iterator[GuaranteeForm]:
        return (form for form in self.partners if isinstance(form, GuaranteeForm))

    @property
    def paper_control_ids(self) -> str:
        """The radio buttons that ask for a paper; static/js/panels.js shows 受取方法 by them."""
        names = {"medium": Medium.PAPER, "wants_paper_statement": "yes"}
        buttons = (button for block in self._blocks() for name in names for button in block[name])
        return " ".join(button.id_for_label for button in buttons if button.data["value"] in names.values())
