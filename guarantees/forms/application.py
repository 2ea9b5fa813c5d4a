"""申込の作成: the one long page as a whole, its sections checked together."""

from django import forms as django_forms

from guarantees import facts
from guarantees.eligibility import Verdict
from guarantees.forms.bidding import BiddingForm
from guarantees.forms.information import InformationForm
from guarantees.forms.products import AdvanceForm, GuaranteeForm, PerformanceForm
from guarantees.forms.venture import VentureForm
from guarantees.forms.work import WorkForm
from guarantees.models import Application, Contractor, RequestedGuarantee
from guarantees.terms import Medium, Product
from netdesk.rendering import Form, Together


class RevisionForm(Form):
    """The revision that a page showed, so that nobody sends what they did not see."""

    revision = django_forms.IntegerField(widget=django_forms.HiddenInput)


class ApplicationForms(Together):
    """The whole page: its sections, checked together, and the obligee's terms for what is to be electronic."""

    def __init__(
        self,
        data,
        *,
        contractor: Contractor,
        application: Application | None,
        prefilled: dict[str, dict] | None = None,
    ):
        at_first = _initial(contractor, application)
        for section, values in (prefilled or {}).items():
            at_first[section] = at_first[section] | values
        self.contractor = contractor
        super().__init__(
            work=WorkForm(data, prefix="work", initial=at_first["work"]),
            venture=VentureForm(data, prefix="venture", initial=at_first["venture"]),
            advance=AdvanceForm(data, prefix="advance", initial=at_first["advance"]),
            performance=PerformanceForm(data, prefix="performance", initial=at_first["performance"]),
            bidding=BiddingForm(data, prefix="bidding", initial=at_first["bidding"]),
            information=InformationForm(data, prefix="information", initial=at_first["information"]),
        )
        reserved = self.performance.fields["follows"]
        reserved.queryset = reserved.queryset.of_contractor(contractor)

    def is_valid(self) -> bool:
        if super().is_valid() and not self._applied():
            self.advance.add_error("applies", "前払金保証、契約保証のうち、申し込むものにチェックを入れてください")
        if self.work.is_valid():
            self._check_terms()
        return super().is_valid()

    def _applied(self) -> list[GuaranteeForm]:
        return [form for form in (self.advance, self.performance) if form.is_applied]

    def _check_terms(self) -> None:
        electronic = [form for form in self._applied() if form.cleaned_data.get("medium") == Medium.ELECTRONIC]
        if not electronic:
            return
        failed = facts.failed_terms(Application(contractor=self.contractor, **self.work.declared()))
        for form in electronic:
            for sentence in failed:
                form.add_error("medium", sentence)

    def sections(self) -> list[dict]:
        """The sections of the page, each with the number of its errors."""
        parts = {
            ("work", "請負工事の情報"): [self.work, self.venture],
            ("guarantees", "保証の申込内容"): [self.advance, self.performance],
            ("bidding", "入札の状況"): [self.bidding],
            ("information", "その他"): [self.information],
        }
        return [
            {"id": id, "title": title, "count": sum(len(errors) for form in forms for errors in form.errors.values())}
            for (id, title), forms in parts.items()
        ]

    def typed_amounts(self) -> dict[Product, int | None]:
        """保証金額 of each product as it stands in its box, for the estimate; None where it does not read."""
        blocks = [form for form in self if isinstance(form, GuaranteeForm)]
        return {block.product: block["guaranteed_amount"].amount for block in blocks}

    def declared(self) -> dict:
        """The fields of Application as typed."""
        bidding, information = self.bidding.cleaned_data, self.information.cleaned_data
        return {**self.work.declared(), **self.venture.declared(), **bidding, **information}

    def requested(self) -> list[dict]:
        """The fields of each RequestedGuarantee that is asked for."""
        return [form.requested() for form in self._applied()]

    def verdict(self, application: Application | None) -> Verdict | None:
        """What the obligee's terms say of the work on the page, as far as it is told; None before anything is."""
        if self.work.is_bound:
            return terms_of(self.work.data)
        return facts.verdict(application) if application else None


def terms_of(data) -> Verdict | None:
    """What the terms of the obligee that was typed say of the work that was typed; None without an obligee."""
    sketched = WorkForm(data, prefix="work").sketched()
    return facts.verdict(sketched) if sketched.obligee or sketched.typed_obligee else None


def _initial(contractor: Contractor, application: Application | None) -> dict[str, dict]:
    """What the page shows before anything is typed: the application's own values, or the company's."""
    billed_to = {"premium_billed_to": contractor.name}
    company = of_company(contractor)
    if application is None:
        information = company | {"mail_to": contractor.email, "contact_phone": contractor.phone}
        blank = {"work": {}, "venture": {}, "bidding": {}}
        return blank | {"advance": billed_to, "performance": billed_to, "information": information}
    by_product = {one.product: one for one in application.requested.all()}
    information = {name: getattr(application, name) for name in InformationForm.base_fields}
    shipping = {} if application.ship_to_name else company
    return {
        "work": {name: getattr(application, name) for name in WorkForm.base_fields},
        "venture": VentureForm.shown(application),
        "advance": _block(AdvanceForm, by_product.get(Product.ADVANCE)) or billed_to,
        "performance": _block(PerformanceForm, by_product.get(Product.PERFORMANCE)) or billed_to,
        "bidding": {name: getattr(application, name) for name in BiddingForm.base_fields},
        "information": information | shipping | {"wants_mail": yes_no(application.wants_mail)},
    }


def of_company(contractor: Contractor) -> dict[str, str]:
    """保証証書送付先 from the company's record."""
    return {
        "ship_to_name": contractor.name,
        "ship_to_postal_code": contractor.postal_code,
        "ship_to_address": contractor.address,
    }


def _block(form: type[GuaranteeForm], requested: RequestedGuarantee | None) -> dict:
    if requested is None:
        return {}
    values = {name: getattr(requested, name) for name in form.base_fields if name != "applies"}
    for name in ("wants_paper_statement", "uses_redeposit", "has_interim", "plans_interim"):
        if name in values:
            values[name] = yes_no(values[name])
    return values | {"applies": True}


def yes_no(value: bool | None) -> str:
    """A yes or no, or neither, as its radio buttons or its select have it."""
    return {True: "yes", False: "no", None: ""}[value]
