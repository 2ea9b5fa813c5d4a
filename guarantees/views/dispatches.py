"""発送・交付: which papers wait, the record that they left, the 送付状 with its label, and a record taken back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import dispatching, letters, papers
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.collecting import DispatchForm
from guarantees.forms.review import ReasonForm
from guarantees.models import Bill, Dispatch, Guarantee
from guarantees.terms import Delivery
from netdesk import acting, keeping
from netdesk.answers import pdf_answer

PAGE_ROWS = 30
TABS = {"waiting": "発送・交付待ち", "bills": "請求書の領収証", "done": "記録"}


@never_cache
@require_safe
@staff_only
def listing(request: StaffRequest) -> HttpResponse:
    """発送・交付 of the branch, by tab."""
    current = request.GET.get("tab") if request.GET.get("tab") in TABS else "waiting"
    waiting, receipts = papers.guarantees_waiting(request.staff), papers.receipts_waiting(request.staff)
    done = Dispatch.objects.for_staff(request.staff).select_related(*DONE).defer("certificate__pdf", "statement__pdf")
    rows = {
        "waiting": waiting.select_related("contractor", "requested__application"),
        "bills": receipts.select_related("bill__contractor"),
        "done": done.order_by("-recorded_at", "-pk"),
    }
    counts = {"waiting": waiting.count(), "bills": receipts.count()}
    tabs = [{"value": value, "label": label, "count": counts.get(value)} for value, label in TABS.items()]
    page = Paginator(rows[current], PAGE_ROWS).get_page(request.GET.get("page"))
    if current == "waiting":
        _with_papers(page)
    context = {"section": "dispatches", "tabs": tabs, "current": current, "page": page}
    return render(request, "guarantees/surety/dispatches.html", context)


DONE = (
    *("guarantee__contractor", "payment__bill__contractor", "certificate", "statement"),
    *("recorded_by", "retraction__retracted_by"),
)


def _with_papers(page) -> None:
    page.object_list = list(page.object_list)
    found = papers.of_guarantees(page.object_list)
    for guarantee in page.object_list:
        guarantee.waiting_papers = [paper for paper in found[guarantee.pk] if paper.record is None]


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def dispatch(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発送・交付の記録 of a guarantee's papers."""
    own = Guarantee.objects.for_staff(request.staff)
    guarantee = get_object_or_404(own.select_related("contractor", "requested__application"), public_id=public_id)
    application = guarantee.requested.application
    way = application.delivery or Delivery.POST
    shown = {"guarantee": guarantee, "application": application, "contractor": guarantee.contractor}
    return _dispatch(request, guarantee, way, shown, "waiting")


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def dispatch_bill(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発送・交付の記録 of a bill's receipts."""
    bills = Bill.objects.for_staff(request.staff).select_related("contractor").defer("pdf")
    bill = get_object_or_404(bills, public_id=public_id)
    return _dispatch(request, bill, Delivery.POST, {"bill": bill, "contractor": bill.contractor}, "bills")


def _dispatch(request: StaffRequest, of: Guarantee | Bill, way: str, shown: dict[str, Any], tab: str) -> HttpResponse:
    all_papers = dispatching.papers_of(of)
    waiting = [paper for paper in all_papers if paper.record is None]
    initial = {"way": way, "keys": [paper.key for paper in waiting]}
    form = keeping.filled(request, lambda typed: DispatchForm(typed, waiting=waiting, initial=initial))
    url = f"{reverse('guarantees:dispatches')}?tab={tab}"
    if request.method == "POST" and form.is_valid():
        stage = lambda: dispatching.dispatch(of=of, by=request.staff, **form.cleaned_data)  # noqa: E731
        return _act(request, "dispatch", of.public_id, stage, url, "発送・交付を記録しました")
    context = {
        "section": "dispatches",
        "form": form,
        "papers": all_papers,
        "waiting": waiting,
        "letter_to": letters.addressed(of),
        "token": acting.token(request.user, "dispatch", of.public_id),
        "back": url,
        **shown,
    }
    return render(request, "guarantees/surety/dispatch.html", context)


@never_cache
@require_safe
@staff_only
def letter(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """送付状 with the address where a window envelope shows it, for the papers of a guarantee that have still to go."""
    own = Guarantee.objects.for_staff(request.staff).select_related("contractor", "branch", "requested__application")
    guarantee = get_object_or_404(own, public_id=public_id)
    return pdf_answer(letters.document(guarantee), name=f"送付状_{guarantee.number}.pdf")


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発送・交付の記録の取消, with its reason."""
    rows = Dispatch.objects.for_staff(request.staff).select_related(*DONE)
    shown = get_object_or_404(rows.defer("certificate__pdf", "statement__pdf"), public_id=public_id)
    form = keeping.filled(request, ReasonForm)
    url = f"{reverse('guarantees:dispatches')}?tab=done"
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        stage = lambda: dispatching.take_back(dispatch=shown, by=request.staff, reason=reason)  # noqa: E731
        return _act(request, "take_back_dispatch", public_id, stage, url, "発送・交付の記録を取り消しました")
    token = acting.token(request.user, "take_back_dispatch", public_id)
    context = {"section": "dispatches", "form": form, "dispatch": shown, "token": token, "back": url}
    return render(request, "guarantees/surety/dispatch_take_back.html", context)


def _act(request: StaffRequest, act: str, subject: uuid.UUID, stage, url: str, done: str) -> HttpResponse:
    def do() -> str:
        stage()
        messages.success(request, done)
        return url

    try:
        return acting.once(request, act=act, subject=subject, do=do)
    except (dispatching.NotDispatched, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
