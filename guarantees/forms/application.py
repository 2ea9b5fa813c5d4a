"""申込の作成: the one long page as a whole, its sections checked together."""

from django import forms as django_forms

from guarantees import facts
from guarantees.forms.products import AdvanceForm, GuaranteeForm, PerformanceForm
from guarantees.forms.work import InformationForm, WorkForm
from guarantees.models import Application, Contractor, RequestedGuarantee
from guarantees.terms import Medium, Product
from netdesk.rendering import Form, Together


class RevisionForm(Form):
    """The revision that a page showed, so that nobody sends what they did not see."""

    revision = django_forms.IntegerField(widget=django_forms.HiddenInput)


class ApplicationForms(Together):
    """The whole page: its sections, checked together, and the obligee's terms for what is to be electronic."""

    def __init__(self, data, *, contractor: Contractor, application: Application | None):
        at_first = _initial(contractor, application)
        self.contractor = contractor
        super().__init__(
            work=WorkForm(data, prefix="work", initial=at_first["work"]),
            advance=AdvanceForm(data, prefix="advance", initial=at_first["advance"]),
            performance=PerformanceForm(data, prefix="performance", initial=at_first["performance"]),
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
            ("work", "請負工事の情報"): [self.work],
            ("guarantees", "保証の申込内容"): [self.advance, self.performance],
            ("information", "その他"): [self.information],
        }
        return [
            {"id": id, "title": title, "count": sum(len(errors) for form in forms for errors in form.errors.values())}
            for (id, title), forms in parts.items()
        ]

    def declared(self) -> dict:
        """The fields of Application as typed."""
        return {**self.work.declared(), **self.information.cleaned_data}

    def requested(self) -> list[dict]:
        """The fields of each RequestedGuarantee that is asked for."""
        return [form.requested() for form in self._applied()]


def _initial(contractor: Contractor, application: Application | None) -> dict[str, dict]:
    """What the page shows before anything is typed: the application's own values, or the company's."""
    billed_to = {"premium_billed_to": contractor.name}
    if application is None:
        return {
            "work": {},
            "advance": billed_to,
            "performance": billed_to,
            "information": {"mail_to": contractor.email, "contact_phone": contractor.phone},
        }
    by_product = {one.product: one for one in application.requested.all()}
    work = {name: getattr(application, name) for name in WorkForm.base_fields}
    information = {name: getattr(application, name) for name in InformationForm.base_fields}
    return {
        "work": work | {"jv_members": "\n".join(application.jv_members)},
        "advance": _block(AdvanceForm, by_product.get(Product.ADVANCE)) or billed_to,
        "performance": _block(PerformanceForm, by_product.get(Product.PERFORMANCE)) or billed_to,
        "information": information | {"wants_mail": _yes_no(application.wants_mail)},
    }


def _block(form: type[GuaranteeForm], requested: RequestedGuarantee | None) -> dict:
    if requested is None:
        return {}
    values = {name: getattr(requested, name) for name in form.base_fields if name != "applies"}
    values["wants_paper_statement"] = _yes_no(requested.wants_paper_statement)
    if "uses_redeposit" in values:
        values["uses_redeposit"] = _yes_no(bool(requested.uses_redeposit))
    return values | {"applies": True}


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
