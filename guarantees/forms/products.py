"""保証の申込内容: one block for each product."""

from django.core.exceptions import ValidationError
from django.forms import HiddenInput

from guarantees.forms.printed import PrintedWideNameField
from guarantees.forms.work import YES_NO, WorkForm
from guarantees.models import Guarantee
from guarantees.terms import Medium, PremiumPayment, Product
from netdesk.fields import AmountField, ChoiceField, NameField, RowChoiceField, SelectField, TickField
from netdesk.formats import yen
from netdesk.rendering import Form

YES_OR_NO = {"yes": True, "no": False}
PAYMENT_HELP = (
    "一括納付は、1か月分の保証料をまとめて、翌月の請求によりお支払いいただく方法です。入金を待たずに発行します。"
    "都度納付は、保証1件ごとにお支払いいただく方法です。保証料の入金を確認してから発行します。"
)


class GuaranteeForm(Form):
    """One product's block of 保証の申込内容. What is typed in a block that is not ticked is neither checked nor kept."""

    product: Product
    field_order = (
        "applies",
        "medium",
        "annual_target_amount",
        "guaranteed_amount",
        "entrusted_bank",
        "uses_redeposit",
        "has_interim",
        "plans_interim",
        "premium_payment",
        "premium_billed_to",
        "wants_paper_statement",
    )

    medium = ChoiceField(
        label="保証証書の形式について",
        choices=Medium.choices,
        help_text="※電子保証を希望される場合は、発注者が電子保証に対応していることを確認してください。",
        more="電子保証は、認証キーを発注者に提出する方式です。同じ保証契約の途中で証書（紙）に変えることはできません。"
        "前払金保証と契約保証で形式が異なっても構いません。",
    )
    wants_paper_statement = ChoiceField(
        label="保証料計算書（紙）について",
        choices=YES_NO,
        help_text="※保証料計算書は弊社手続き完了後、保証料計算書一覧メニューからご確認いただけます。",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # Two blocks stand on one page, so their sentences say whose box they are about.
        self.fields["medium"].called = f"{self.product.label}の保証証書の形式"
        self.fields["wants_paper_statement"].called = f"{self.product.label}の保証料計算書（紙）"

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_applied:
            self._errors.clear()

    @property
    def is_applied(self) -> bool:
        """Is this product asked for?"""
        return bool(self.cleaned_data.get("applies"))

    def clean(self) -> None:
        """The part never exceeds the whole; 40 % and the like are the review's to judge."""
        price = self._contract_price()
        amount = self.cleaned_data.get("guaranteed_amount")
        if amount and price and amount > price:
            label = self.fields["guaranteed_amount"].label
            self.add_error("guaranteed_amount", f"{label}は請負金額（{yen(price)}）以下で入力してください")

    def _contract_price(self) -> int | None:
        work = next(form for form in self.partners if isinstance(form, WorkForm))
        work.is_valid()
        return work.cleaned_data.get("contract_price")

    def requested(self) -> dict:
        """The fields of RequestedGuarantee that this block fills."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "applies"}
        fields["wants_paper_statement"] = fields["wants_paper_statement"] == "yes"
        return {**fields, "product": self.product}


class AdvanceForm(GuaranteeForm):
    """前払金保証."""

    product = Product.ADVANCE

    applies = TickField(label="前払金保証を申し込む")
    annual_target_amount = AmountField(
        label="今年度対象額",
        required=False,
        min_value=1,
        help_text="出来高予定額または支払限度額",
        more="複数年度にわたる工事で、今年度の出来高予定額（または支払限度額）に対して前払金を受け取る場合に入力してください。",
    )
    guaranteed_amount = AmountField(
        label="前払金保証金額",
        min_value=1,
        ratio_of=("annual_target_amount", "contract_price"),
        ratio_note="請負金額もしくは今年度対象額に対する前払金保証金額の割合",
        more="発注者から受け取る前払金の額です。請負金額（または今年度対象額）に前払率を掛けた額以内で入力してください。",
    )
    entrusted_bank = PrintedWideNameField(
        label="預託金融機関（全角）",
        max_length=60,
        help_text="入力例：○○銀行　××支店",
        more="前払金専用口座を開いている金融機関と支店です。半角で入力しても全角にして受け付けます。",
    )
    uses_redeposit = ChoiceField(
        label="再預託利用区分",
        choices=[("no", "再預託を利用しない"), ("yes", "再預託を利用する")],
        initial="no",
        more="預託された前払金を、預託金融機関からほかの金融機関へ預け替えて使用する場合に「利用する」を選択します。"
        "分からない場合は「利用しない」のままにし、申込送信先の支店へご確認ください。",
    )
    has_interim = SelectField(
        label="当該工事の中間前払金の有無",
        required=False,
        choices=[("yes", "中間前払金あり"), ("no", "中間前払金なし")],
        help_text="請負契約書や入札公告で確認してください。",
        more="中間前払金とは、工期の2分の1を過ぎ、その時期までに行う作業が行われ、出来高が請負金額の2分の1以上となった場合に、"
        "当初の前払金に追加して（通常は請負金額の2割以内で）受け取れる前払金です。",
        more_title="中間前払金とは",
    )
    plans_interim = SelectField(
        label="中間前払金の請求予定",
        required=False,
        choices=[("yes", "予定している"), ("no", "予定していない")],
        more="中間前払金がある工事で、あとから中間前払金保証を申し込む予定があるかを選択してください。予定が変わっても差し支えありません。",
    )
    premium_payment = SelectField(
        label="前払金保証料支払方法",
        choices=PremiumPayment.choices,
        empty="",
        more=PAYMENT_HELP,
    )
    premium_billed_to = NameField(
        label="前払金保証料請求先", max_length=60, more="保証料計算書の宛名になります。通常は貴社名です。"
    )

    def clean_uses_redeposit(self) -> bool:
        return self.cleaned_data["uses_redeposit"] == "yes"

    def clean_has_interim(self) -> bool | None:
        return YES_OR_NO.get(self.cleaned_data["has_interim"])

    def clean_plans_interim(self) -> bool | None:
        return YES_OR_NO.get(self.cleaned_data["plans_interim"])

    def clean(self) -> None:
        super().clean()
        base, price = self.cleaned_data.get("annual_target_amount"), self._contract_price()
        if base and price and base > price:
            self.add_error("annual_target_amount", f"今年度対象額は請負金額（{yen(price)}）以下で入力してください")
        elif base and (self.cleaned_data.get("guaranteed_amount") or 0) > base:
            self.add_error("guaranteed_amount", f"前払金保証金額は今年度対象額（{yen(base)}）以下で入力してください")

        if self.cleaned_data.get("plans_interim") and self.cleaned_data.get("has_interim") is False:
            sentence = "中間前払金なしの工事では、中間前払金の請求予定は「予定していない」を選択してください"
            self.add_error("plans_interim", sentence)


class PerformanceForm(GuaranteeForm):
    """契約保証; `follows` is the 契約保証予約 that promised it, where there is one."""

    product = Product.PERFORMANCE

    follows = RowChoiceField(
        label="もとの契約保証予約",
        queryset=Guarantee.objects.filter(product=Product.RESERVATION),
        to_field_name="public_id",
        required=False,
        widget=HiddenInput,
    )

    applies = TickField(label="契約保証を申し込む")
    guaranteed_amount = AmountField(
        label="契約保証金額",
        min_value=1,
        ratio_of=("contract_price",),
        ratio_note="請負金額に対する契約保証金額の割合",
        more="発注者が求める契約保証金の額です。多くの発注者では請負金額の10分の1以上です。",
    )
    premium_payment = SelectField(
        label="契約保証料支払方法",
        choices=PremiumPayment.choices,
        empty="",
        more=PAYMENT_HELP,
    )
    premium_billed_to = NameField(
        label="契約保証料請求先", max_length=60, more="保証料計算書の宛名になります。通常は貴社名です。"
    )

    @property
    def reservation(self) -> Guarantee | None:
        """The 契約保証予約 that this 契約保証 comes from, for the page to name."""
        value = self["follows"].value()
        if not value or isinstance(value, Guarantee):
            return value or None
        try:
            return self.fields["follows"].clean(value)
        except ValidationError:
            return None
