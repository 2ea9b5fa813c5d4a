"""The approver's issue, and what the surety keeps of it."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import disclosing, issuing
from guarantees.access import StaffRequest, staff_only
from guarantees.models import Guarantee, PremiumStatement, RequestedGuarantee
from guarantees.views import doing
from netdesk import acting
from netdesk.answers import pdf_answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def issue(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発行の確認: lists what will be made; then makes it, once."""
    requested = own_requested(request, public_id)
    if request.method == "POST":
        return _issue(request, requested)
    context = {
        "section": "inbox",
        "requested": requested,
        "application": requested.application,
        "token": acting.token(request.user, "issue", public_id),
    }
    return render(request, "guarantees/surety/issue.html", context)


def _issue(request: StaffRequest, requested: RequestedGuarantee) -> HttpResponse:
    def make() -> str:
        issuing.issue(requested=requested, by=request.staff)
        return reverse("guarantees:issued", args=[requested.public_id])

    back = reverse("guarantees:review", args=[requested.application.public_id])
    return doing.once(request, act="issue", subject=requested.public_id, do=make, back=back)


@never_cache
@require_safe
@staff_only
def issued(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発行完了: the number, and what becomes of the mail. The key is not shown to staff."""
    requested = own_requested(request, public_id)
    if requested.guarantee is None:
        raise Http404
    context = {"section": "inbox", "requested": requested, "application": requested.application}
    return render(request, "guarantees/surety/issued.html", context)


@never_cache
@require_safe
@staff_only
def certificate_pdf(request: StaffRequest, public_id: uuid.UUID, version: int) -> HttpResponse:
    """The stored bytes of one version, taken-back ones included."""
    guarantee = get_object_or_404(Guarantee.objects.for_staff(request.staff), public_id=public_id)
    shown = get_object_or_404(guarantee.certificates, version=version)
    return pdf_answer(disclosing.bytes_of(shown), name=f"保証証書_{guarantee.number}.pdf")


@never_cache
@require_safe
@staff_only
def statement_pdf(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes of a statement of the branch's own guarantees, as the contractor has it."""
    own = PremiumStatement.objects.for_staff(request.staff).select_related("guarantee")
    shown = get_object_or_404(own, public_id=public_id)
    return pdf_answer(disclosing.bytes_of(shown), name=f"{shown.get_kind_display()}_{shown.guarantee.number}.pdf")


def own_requested(request: StaffRequest, public_id: uuid.UUID) -> RequestedGuarantee:
    """The requested guarantee, if it has reached this person's branch; else 404."""
    return get_object_or_404(
        RequestedGuarantee.objects.for_staff(request.staff).with_application(), public_id=public_id
    )
