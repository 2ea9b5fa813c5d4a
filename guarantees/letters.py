"""送付状: what lies in the envelope, and to whom it goes, from the stored facts. Rendered for each print, never kept."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils import timezone

from guarantees import papers
from guarantees.models import Bill, Guarantee, Signatory
from guarantees.terms import Delivery
from netdesk import pdf


@dataclass(frozen=True)
class Address:
    """Where papers are sent."""

    name: str
    postal_code: str
    address: str


def addressed(of: Guarantee | Bill) -> Address:
    """保証証書送付先 as the application names it; without one, the contractor's own address."""
    company = of.contractor
    if isinstance(of, Guarantee):
        application = of.requested.application
        if application.delivery == Delivery.POST:
            return Address(application.ship_to_name, application.ship_to_postal_code, application.ship_to_address)
    return Address(company.name, company.postal_code, company.address)


def document(guarantee: Guarantee) -> bytes:
    """The letter as PDF, one A4 page; the address stands where a window envelope shows it."""
    today = timezone.localdate()
    signatory = Signatory.objects.filter(starts_on__lte=today).order_by("-starts_on")[0]
    facts = guarantee.certificates.in_force().defer("pdf").get().facts
    letter = {
        "to": asdict(addressed(guarantee)),
        "made_on": today.isoformat(),
        "number": guarantee.number,
        "product_name": facts["product_name"],
        "work_name": facts["work_name"],
        "papers": [paper.label for paper in papers.of_guarantees([guarantee])[guarantee.pk] if paper.record is None],
        "surety_name": signatory.company_name,
        "surety_address": guarantee.branch.address,
        "branch_name": guarantee.branch.name,
        "branch_phone": guarantee.branch.phone,
        "branch_fax": guarantee.branch.fax,
        "is_specimen": settings.DEMO_MODE,
    }
    return pdf.render("documents/cover_letter.html", {"letter": letter})
