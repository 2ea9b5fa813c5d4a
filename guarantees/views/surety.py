"""The surety's desk: the inbox, and the approver's issue."""

import uuid

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import disclosing, issuing
from guarantees.access import StaffRequest, staff_only
from guarantees.models import Endorsement, Guarantee, RequestedGuarantee
from guarantees.terms import ApplicationStatus, Status
from guarantees.views import doing
from netdesk import acting
from netdesk.answers import pdf_answer

PAGE_ROWS = 30
SUBMITTED = Q(application__status=ApplicationStatus.SUBMITTED)
TABS = {
    "received": ("受付済", SUBMITTED & Q(status=Status.RECEIVED)),
    "under_review": ("審査中", SUBMITTED & Q(status=Status.UNDER_REVIEW)),
    "approved": ("承認済", SUBMITTED & Q(status=Status.APPROVED)),
    "returned": ("差戻し", Q(application__status=ApplicationStatus.RETURNED) & ~Q(status=Status.DECLINED)),
    "issued": ("発行済", Q(status=Status.ISSUED)),
    "closed": ("取下げ・引受不可", Q(application__status=ApplicationStatus.WITHDRAWN) | Q(status=Status.DECLINED)),
}
ENDORSEMENTS = {"value": "endorsements", "label": "異動"}


@never_cache
@require_safe
@staff_only
def inbox(request: StaffRequest) -> HttpResponse:
    """受付一覧 of the person's branch, by status, open work oldest first."""
    if request.GET.get("tab") == ENDORSEMENTS["value"]:
        return _endorsements(request)
    current = request.GET.get("tab") if request.GET.get("tab") in TABS else "received"
    own = RequestedGuarantee.objects.for_staff(request.staff)
    newest_first = current in ("issued", "closed")
    rows = own.with_application().filter(TABS[current][1])
    rows = rows.order_by("-application__submitted_at" if newest_first else "application__submitted_at", "pk")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"section": "inbox", "tabs": _tabs(request), "current": current, "page": page}
    return render(request, "guarantees/surety/inbox.html", context)


def _endorsements(request: StaffRequest) -> HttpResponse:
    """異動 in the same row of tabs, counted while they are open."""
    rows = Endorsement.objects.for_staff(request.staff).with_guarantee().open_first()
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"section": "inbox", "tabs": _tabs(request), "current": ENDORSEMENTS["value"], "page": page}
    return render(request, "guarantees/surety/endorsement_inbox.html", context)


def _tabs(request: StaffRequest) -> list[dict]:
    """Every tab with the number of its rows."""
    own = RequestedGuarantee.objects.for_staff(request.staff)
    counts = own.aggregate(**{value: Count("pk", filter=rows) for value, (_, rows) in TABS.items()})
    tabs = [{"value": value, "label": label, "count": counts[value]} for value, (label, _) in TABS.items()]
    return [*tabs, {**ENDORSEMENTS, "count": Endorsement.objects.for_staff(request.staff).open().count()}]


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


def own_requested(request: StaffRequest, public_id: uuid.UUID) -> RequestedGuarantee:
    """The requested guarantee, if it has reached this person's branch; else 404."""
    return get_object_or_404(
        RequestedGuarantee.objects.for_staff(request.staff).with_application(), public_id=public_id
    )
