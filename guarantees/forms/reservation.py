"""契約保証予約（入札ボンド）の申込: what is known before tender."""

from guarantees.forms.application import ApplicationForms, of_company, yes_no
from guarantees.forms.information import InformationForm
from guarantees.forms.printed import PrintedNameField
from guarantees.forms.products import GuaranteeForm
from guarantees.forms.venture import VentureForm
from guarantees.forms.work import WorkForm
from guarantees.models import Application, Contractor, RequestedGuarantee
from guarantees.terms import Medium, PremiumPayment, Product
from netdesk.fields import AmountField, ChoiceField, DayField, NameField, SelectField
from netdesk.formats import both_calendars, yen
from netdesk.rendering import Together


class TenderForm(WorkForm):
    """入札予定の工事: the boxes of 請負工事の情報 that a tender has, and the day of the tender."""

    field_order = (
        "addressee",
        "typed_obligee",
        "typed_addressee",
        "work_kind",
        "work_name",
        "work_place",
        "contract_price",
        "tendered_on",
    )

    work_name = PrintedNameField(
        label="入札予定の工事名", max_length=100, size=60, help_text="入札公告等のとおり入力してください。"
    )
    contract_price = AmountField(
        label="予定価格または見込みの請負金額",
        min_value=1,
        more="予定価格が公表されている場合は予定価格を、公表されていない場合は見込みの請負金額を、消費税を含む総額で入力してください。",
    )
    tendered_on = DayField(label="入札（見積）予定日", help_text="入力例：20261215、令和8年12月15日")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in self.fields.keys() - set(self.field_order):
            del self.fields[name]
        listed = "契約保証予約は証書（紙）のみのため、一覧にない発注者でも申し込めます。"
        self.fields["addressee"].help_text = "かっこ内は、予約証書に発注者として記載する職名です。"
        self.fields["addressee"].more = self.fields["typed_obligee"].help_text = listed


class ReservationForm(GuaranteeForm):
    """契約保証予約: the amount that is promised, and until when. On paper only, and the page says why."""

    product = Product.RESERVATION
    is_applied = True
    field_order = (
        "medium",
        "guaranteed_amount",
        "reservation_ends_on",
        "premium_payment",
        "premium_billed_to",
        "wants_paper_statement",
    )

    medium = ChoiceField(
        label="保証証書の形式について",
        choices=[(Medium.PAPER.value, Medium.PAPER.label)],
        initial=Medium.PAPER.value,
        help_text="契約保証予約は証書（紙）のみです。",
        more="電子保証（認証キー）は、請負契約の保証証書を発注者が確認するための仕組みです。契約保証予約は契約前の約束で、"
        "発注者に認証キーを提出する手続がないため、証書（紙）で発行します。落札後に申し込む契約保証では、電子保証を選択できます。",
    )
    guaranteed_amount = AmountField(
        label="予約する契約保証金額",
        min_value=1,
        ratio_of=("contract_price",),
        ratio_note="予定価格または見込みの請負金額に対する契約保証金額の割合",
        more="落札した場合に発注者へ納める契約保証金の額です。多くの発注者では請負金額の10分の1以上です。",
    )
    reservation_ends_on = DayField(
        label="予約の有効期限",
        more="落札後、契約保証を申し込む見込みの日までを入力してください。期限を過ぎると、この予約からは契約保証を申し込めません。",
    )
    premium_payment = SelectField(
        label="予約手数料支払方法", choices=[(PremiumPayment.MONTHLY.value, PremiumPayment.MONTHLY.label)], empty=""
    )
    premium_billed_to = NameField(
        label="予約手数料請求先", max_length=60, more="手数料通知書の宛名になります。通常は貴社名です。"
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in self.fields.keys() - set(self.field_order):
            del self.fields[name]
        statement = self.fields["wants_paper_statement"]
        statement.label, statement.help_text, statement.more = "手数料通知書（紙）について", "", ""
        statement.called = "手数料通知書（紙）"
        self.fields["medium"].called = "保証証書の形式"

    def clean(self) -> None:
        tender = self._tender()
        amount, price = self.cleaned_data.get("guaranteed_amount"), tender.get("contract_price")
        if amount and price and amount > price:
            sentence = f"予約する契約保証金額は、予定価格または見込みの請負金額（{yen(price)}）以下で入力してください"
            self.add_error("guaranteed_amount", sentence)
        last, day = self.cleaned_data.get("reservation_ends_on"), tender.get("tendered_on")
        if last and day and last < day:
            sentence = f"予約の有効期限は、入札（見積）予定日（{both_calendars(day)}）以降の日付を入力してください"
            self.add_error("reservation_ends_on", sentence)

    def _tender(self) -> dict:
        tender = next(form for form in self.partners if isinstance(form, TenderForm))
        tender.is_valid()
        return tender.cleaned_data

    def requested(self) -> dict:
        fields = {name: value for name, value in super().requested().items() if name != "reservation_ends_on"}
        return {**fields, "product": self.product}


class PaperInformationForm(InformationForm):
    """インフォメーション without the mail that tells of a key: there is no key."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        del self.fields["wants_mail"], self.fields["mail_to"]


class ReservationForms(Together):
    """The whole page: the tender, the reservation, インフォメーション."""

    def __init__(self, data, *, contractor: Contractor, application: Application | None):
        at_first = _initial(contractor, application)
        super().__init__(
            work=TenderForm(data, prefix="work", initial=at_first["work"]),
            venture=VentureForm(data, prefix="venture", initial=at_first["venture"]),
            reservation=ReservationForm(data, prefix="reservation", initial=at_first["reservation"]),
            information=PaperInformationForm(data, prefix="information", initial=at_first["information"]),
        )

    def sections(self) -> list[dict]:
        """The sections of the page, each with the number of its errors."""
        named = [
            ("work", "入札予定の工事", [self.work, self.venture]),
            ("guarantees", "契約保証予約", [self.reservation]),
            ("information", "インフォメーション", [self.information]),
        ]
        return [
            {"id": id, "title": title, "count": sum(len(errors) for form in forms for errors in form.errors.values())}
            for id, title, forms in named
        ]

    def declared(self) -> dict:
        """The fields of Application as typed."""
        last = self.reservation.cleaned_data["reservation_ends_on"]
        declared = {**self.work.declared(), **self.venture.declared(), **self.information.cleaned_data}
        return {**declared, "reservation_ends_on": last}

    def requested(self) -> list[dict]:
        """The one reservation that is asked for."""
        return [self.reservation.requested()]


def _initial(contractor: Contractor, application: Application | None) -> dict[str, dict]:
    """What the page shows before anything is typed: the application's own values, or the company's."""
    company = of_company(contractor)
    if application is None:
        return {
            "work": {},
            "venture": {},
            "reservation": {"premium_billed_to": contractor.name},
            "information": company | {"contact_phone": contractor.phone},
        }
    requested = application.requested.get()
    information = {name: getattr(application, name, None) for name in PaperInformationForm.base_fields}
    return {
        "work": {name: getattr(application, name, None) for name in TenderForm.base_fields},
        "venture": VentureForm.shown(application),
        "reservation": {
            "guaranteed_amount": requested.guaranteed_amount,
            "reservation_ends_on": application.reservation_ends_on,
            "premium_payment": requested.premium_payment,
            "premium_billed_to": requested.premium_billed_to,
            "wants_paper_statement": yes_no(requested.wants_paper_statement),
        },
        "information": information | ({} if application.ship_to_name else company),
    }


def prefill(forms: ApplicationForms, reservation: RequestedGuarantee) -> ApplicationForms:
    """The ordinary page with all that the reservation says of the job: only what a tender cannot know is left to type."""
    application = reservation.application
    names = [name for name in TenderForm.base_fields if name in forms.work.fields]
    work = {name: getattr(application, name) for name in names}
    performance = {
        "applies": True,
        "follows": reservation.guarantee,
        "guaranteed_amount": reservation.guaranteed_amount,
        "premium_payment": reservation.premium_payment,
        "premium_billed_to": reservation.premium_billed_to,
    }
    reach = ("branch", "contact_section", "contact_post", "contact_name", "contact_phone")
    information = {name: getattr(application, name) for name in reach if getattr(application, name)}
    # New dicts, never filled in place: the page's blocks may share theirs.
    forms.work.initial = forms.work.initial | work
    forms.venture.initial = forms.venture.initial | VentureForm.shown(application)
    forms.performance.initial = forms.performance.initial | performance
    forms.information.initial = forms.information.initial | information
    return forms
