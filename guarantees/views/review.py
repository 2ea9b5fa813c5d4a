"""The review page, and the reviewer's acts, each with a page that says what it will do."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guarantees import checking, declaring, quoting, receipts, reviewing
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.review import ApproveForm, ReasonForm
from guarantees.models import Application, RequestedGuarantee
from guarantees.terms import ApplicationStatus, Product, Status
from guarantees.views.surety import own_requested
from netdesk import acting, keeping


@never_cache
@require_safe
@staff_only
def application(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査: the whole application, each guarantee with its checks in words, and what may be done now."""
    shown = _own_application(request, public_id)
    requested = list(shown.requested.with_application())
    told = receipts.of(one.guarantee for one in requested if one.guarantee)
    is_here = shown.status == ApplicationStatus.SUBMITTED
    context = {
        "section": "inbox",
        "application": shown,
        "guarantees": [
            {
                "requested": one,
                "checks": checking.checks(one),
                "receipt": one.guarantee and told.get(one.guarantee.number),
            }
            for one in requested
        ],
        "changes": declaring.since_return(shown) if is_here and shown.returned_at else None,
        "can_take_up": is_here and any(one.status == Status.RECEIVED for one in requested),
        "can_return": is_here and all(one.status != Status.ISSUED for one in requested),
        "take_up_token": acting.token(request.user, "take_up", public_id),
        "events": shown.events.select_related("done_by").order_by("-sequence")[:50],
    }
    return render(request, "guarantees/surety/review.html", context)


@never_cache
@require_POST
@staff_only
def take_up(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査を開始する."""
    shown = _own_application(request, public_id)
    return _act(request, shown, "take_up", public_id, lambda: reviewing.take_up(application=shown, by=request.staff))


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def return_to_contractor(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """差戻し of the whole application, with the reason that the contractor will read."""
    shown = _own_application(request, public_id)
    form = keeping.filled(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = lambda: reviewing.return_to_contractor(application=shown, by=request.staff, reason=reason)  # noqa: E731
        return _act(request, shown, "return", public_id, act)
    return _reason_page(request, form, "guarantees/surety/return.html", "return", shown, None)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def approve(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """承認 of one guarantee, in the revision that the page shows."""
    requested = own_requested(request, public_id)
    form = keeping.filled(request, lambda typed: ApproveForm(typed, requested=requested))
    if request.method == "POST" and form.is_valid():
        act = lambda: reviewing.approve(requested=requested, by=request.staff, **form.cleaned_data)  # noqa: E731
        return _act(request, requested.application, "approve", public_id, act)
    context = {
        "section": "inbox",
        "form": form,
        "requested": requested,
        "application": requested.application,
        "checks": checking.checks(requested),
        "quote": quoting.quote(Product(requested.product), requested.guaranteed_amount, on=timezone.localdate()),
        "token": acting.token(request.user, "approve", public_id),
    }
    return render(request, "guarantees/surety/approve.html", context)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def send_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査へ戻す: the approval is taken away."""
    requested = own_requested(request, public_id)
    return _reason_act(request, requested, "guarantees/surety/send_back.html", "send_back", reviewing.send_back)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def decline(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """引受不可, with the reason that the contractor will read."""
    requested = own_requested(request, public_id)
    return _reason_act(request, requested, "guarantees/surety/decline.html", "decline", reviewing.decline)


def _reason_act(
    request: StaffRequest, requested: RequestedGuarantee, template: str, name: str, stage: Callable
) -> HttpResponse:
    form = keeping.filled(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        act = lambda: stage(requested=requested, by=request.staff, reason=form.cleaned_data["reason"])  # noqa: E731
        return _act(request, requested.application, name, requested.public_id, act)
    return _reason_page(request, form, template, name, requested.application, requested)


def _reason_page(
    request: StaffRequest,
    form: ReasonForm,
    template: str,
    name: str,
    shown: Application,
    requested: RequestedGuarantee | None,
) -> HttpResponse:
    subject = requested.public_id if requested else shown.public_id
    context = {
        "section": "inbox",
        "form": form,
        "application": shown,
        "requested": requested,
        "token": acting.token(request.user, name, subject),
    }
    return render(request, template, context)


def _act(request: StaffRequest, shown: Application, name: str, subject: uuid.UUID, stage: Callable) -> HttpResponse:
    """Carry out one act once and come back to the review page, where a refusal is said in words."""
    review_url = reverse("guarantees:review", args=[shown.public_id])

    def do() -> str:
        stage()
        return review_url

    try:
        return acting.once(request, act=name, subject=subject, do=do)
    except (reviewing.NotReviewed, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(review_url)


def _own_application(request: StaffRequest, public_id: uuid.UUID) -> Application:
    return get_object_or_404(Application.objects.for_staff(request.staff).with_parties(), public_id=public_id)
