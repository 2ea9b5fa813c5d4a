"""The certificate as deposited, and its PDF."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dsure import viewing
from dsure.access import OfficerRequest, officer_only
from dsure.models import Deposit, DepositedCertificate
from dsure.views.damaged import refuses_damaged
from netdesk import acting
from netdesk.answers import pdf_answer


@officer_only
@refuses_damaged
@require_safe
def certificate(request: OfficerRequest, public_id: UUID, version: int | None = None) -> HttpResponse:
    """The certificate in force, or one version of it, as deposited; from the organisation's own register only."""
    try:
        opened = viewing.open_from_register(by=request.officer, public_id=public_id, version=version)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    subject = f"{public_id} {opened.certificate.version}"
    context = {
        "opened": opened,
        "facts": opened.certificate.facts,
        "is_open": opened.is_in_force and opened.deposit.standing in ("in_force", "ended"),
        "attest_token": acting.token(request.user, "attest", subject),
    }
    return render(request, "dsure/certificate.html", context)


@officer_only
@refuses_damaged
@require_safe
def certificate_pdf(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """The PDF's bytes as they arrived."""
    try:
        found = viewing.pdf(by=request.officer, public_id=public_id, version=version)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    name = f"保証証書_{found.deposit.number}_{found.target}.pdf"
    return pdf_answer(bytes(found.pdf), name=name, is_download=True)
