"""中間前払金保証の申込: what is asked on an issued advance; the work itself is not typed again."""

from django import forms as django_forms

from guarantees import facts, following
from guarantees.following import Followed
from guarantees.forms.application import of_company, yes_no
from guarantees.forms.information import InformationForm
from guarantees.forms.products import AdvanceForm, GuaranteeForm
from guarantees.models import Application, Contractor, RequestedGuarantee
from guarantees.terms import INTERIM_CONDITIONS, Medium, Product
from netdesk.fields import AmountField, TickField
from netdesk.formats import yen
from netdesk.rendering import Together

OF_ANOTHER_TIME = {"message_to_surety": "", "wanted_on": None, "visits_on": None, "visit_hour": None}


class InterimForm(AdvanceForm):
    """中間前払金保証: the advance's own boxes, without the tick, with the three conditions before them."""

    product = Product.INTERIM
    is_applied = True
    applies = None
    field_order = (
        *INTERIM_CONDITIONS,
        "medium",
        "annual_target_amount",
        "guaranteed_amount",
        "contract_price",
        "entrusted_bank",
        "uses_redeposit",
        "premium_payment",
        "premium_billed_to",
        "wants_paper_statement",
    )

    is_half_period_over = TickField(label="工期の2分の1を経過している", required=True)
    is_planned_work_done = TickField(label="工程表により工期の2分の1までに実施すべき作業が行われている", required=True)
    is_half_work_done = TickField(label="出来高が請負金額の2分の1以上である", required=True)
    guaranteed_amount = AmountField(
        label="中間前払金保証金額",
        min_value=1,
        ratio_of=("annual_target_amount", "contract_price"),
        ratio_note="請負金額もしくは今年度対象額に対する中間前払金保証金額の割合",
        more="発注者から受け取る中間前払金の額です。多くの発注者では請負金額（または今年度対象額）の10分の2以内です。"
        "前払金と中間前払金の合計が請負金額を超えることはできません。",
    )
    # Not typed: the certificate's own amount, here for the percentage beside the box.
    contract_price = AmountField(label="請負金額", disabled=True, widget=django_forms.HiddenInput)

    def __init__(self, *args, advance: Followed, **options):
        super().__init__(*args, **options)
        self.advance = advance
        for name in self.fields.keys() - set(self.field_order):
            del self.fields[name]
        self.fields["premium_payment"].label = "中間前払金保証料支払方法"
        self.fields["premium_billed_to"].label = "中間前払金保証料請求先"
        medium = self.fields["medium"]
        medium.more = (
            "中間前払金保証は新しい保証契約です。もとの前払金保証が証書（紙）でも、電子保証を選ぶことができます。"
        )

    def clean(self) -> None:
        GuaranteeForm.clean(self)
        base, amount = self.cleaned_data.get("annual_target_amount"), self.cleaned_data.get("guaranteed_amount")
        price = self._contract_price()
        if base and base > price:
            self.add_error("annual_target_amount", f"今年度対象額は請負金額（{yen(price)}）以下で入力してください")
        elif base and amount and amount > base:
            self.add_error(
                "guaranteed_amount", f"中間前払金保証金額は今年度対象額（{yen(base)}）以下で入力してください"
            )
        if amount and amount <= price and (sentence := following.exceeded(self.advance, amount)):
            self.add_error("guaranteed_amount", sentence)

    def _contract_price(self) -> int:
        return self.advance.facts["contract_price"]

    def requested(self) -> dict:
        fields = {name: value for name, value in super().requested().items() if name != "contract_price"}
        return {**fields, "product": self.product, "follows": self.advance.guarantee}


class InterimForms(Together):
    """The whole page: the interim advance and インフォメーション; the facts of the work come from the advance."""

    def __init__(self, data, *, contractor: Contractor, advance: Followed, started: RequestedGuarantee | None):
        self.contractor, self.facts = contractor, following.work_facts(advance)
        first = started or advance.first
        super().__init__(
            interim=InterimForm(data, prefix="interim", initial=_block(first, advance, started), advance=advance),
            information=InformationForm(data, prefix="information", initial=information(first.application)),
        )

    def is_valid(self) -> bool:
        if super().is_valid() and self.interim.cleaned_data["medium"] == Medium.ELECTRONIC:
            for sentence in facts.failed_terms(Application(contractor=self.contractor, **self.declared())):
                self.interim.add_error("medium", sentence)
        return super().is_valid()

    def sections(self) -> list[dict]:
        """The sections of the page, each with the number of its errors."""
        return [
            {"id": "work", "title": "請負工事の情報", "count": 0},
            {"id": "guarantees", "title": "中間前払金保証", "count": _count(self.interim)},
            {"id": "information", "title": "インフォメーション", "count": _count(self.information)},
        ]

    def declared(self) -> dict:
        """The fields of Application: the frozen facts, and インフォメーション as typed."""
        return {**self.facts, **self.information.cleaned_data}

    def requested(self) -> list[dict]:
        """The one guarantee that is asked for."""
        return [self.interim.requested()]


def _count(form) -> int:
    return sum(len(errors) for errors in form.errors.values())


def _block(first: RequestedGuarantee, advance: Followed, started: RequestedGuarantee | None) -> dict:
    """What the page shows at first: what was typed before, or the advance's bank, its bill and 今年度対象額."""
    names = ["annual_target_amount", "entrusted_bank", "premium_payment", "premium_billed_to"]
    values = {name: getattr(first, name) for name in names}
    values |= {name: yes_no(bool(getattr(first, name))) for name in ("uses_redeposit", "wants_paper_statement")}
    if not started:
        values["entrusted_bank"] = advance.facts["entrusted_bank"]
    else:
        values |= {name: getattr(started, name) for name in (*INTERIM_CONDITIONS, "medium", "guaranteed_amount")}
    return values | {"contract_price": advance.facts["contract_price"]}


def information(application: Application) -> dict:
    """インフォメーション as the application has it; of an earlier one without its note and the days that are past."""
    values = {name: getattr(application, name) for name in InformationForm.base_fields}
    shipping = {} if application.ship_to_name else of_company(application.contractor)
    once = {} if application.is_open_to_contractor else OF_ANOTHER_TIME
    return values | {"wants_mail": yes_no(application.wants_mail)} | shipping | once
