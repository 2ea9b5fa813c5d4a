"""The review page, and the reviewer's acts, each with a page that says what it will do."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import balances, checking, declaring, outstanding, quoting, receipts, reviewing
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
    shown = own_application(request, public_id)
    requested = list(shown.requested.with_application())
    context = {
        "section": "inbox",
        "application": shown,
        "guarantees": _guarantees(requested),
        **_changes(shown, requested),
        **_acts(request, shown, requested),
        "record": outstanding.record(shown.contractor),
        "notes": shown.notes.select_related("written_by"),
        "events": shown.events.select_related("done_by").order_by("-sequence")[:50],
    }
    return render(request, "guarantees/surety/review.html", context)


def _guarantees(requested: list[RequestedGuarantee]) -> list[dict]:
    """Each guarantee with its checks, its money, and what the obligee did with it once it was issued."""
    found = balances.of(requested)
    told = receipts.of(one.guarantee for one in requested if one.guarantee)
    return [
        {
            "requested": one,
            "checks": checking.checks(one),
            "balance": found[one.pk],
            "receipt": one.guarantee and told.get(one.guarantee.number),
        }
        for one in requested
    ]


def _changes(shown: Application, requested: list[RequestedGuarantee]) -> dict:
    """What the contractor changed since the surety returned it last, and since somebody approved it last."""
    if shown.status != ApplicationStatus.SUBMITTED or not shown.returned_at:
        return {"changes": None}
    changes, is_approved = declaring.since_return(shown), any(one.approved_at for one in requested)
    since_approval = None if is_approved else declaring.since_approval(shown)
    return {"changes": changes, "since_approval": since_approval if since_approval != changes else None}


def _acts(request: StaffRequest, shown: Application, requested: list[RequestedGuarantee]) -> dict[str, bool]:
    """What may be done to the whole application now."""
    is_here = shown.status == ApplicationStatus.SUBMITTED
    reviewers = {one.taken_up_by_id for one in requested if one.status == Status.UNDER_REVIEW}
    agreed = any(one.status in (Status.APPROVED, Status.ISSUED) for one in requested)
    return {
        "can_take_up": is_here and any(one.status == Status.RECEIVED for one in requested),
        "can_take_over": is_here and bool(reviewers - {request.user.pk}),
        "can_return": is_here and all(one.status != Status.ISSUED for one in requested),
        "can_tell": is_here,
        "can_attach": is_here and shown.obligee is None and not agreed,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def take_up(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査を開始する: its page says whose work it becomes."""
    return _take(request, public_id, "take_up", reviewing.take_up, "guarantees/surety/take_up.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def take_over(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査を引き継ぐ: from a colleague who is away."""
    return _take(request, public_id, "take_over", reviewing.take_over, "guarantees/surety/take_over.html")


def _take(request: StaffRequest, public_id: uuid.UUID, name: str, stage: Callable, template: str) -> HttpResponse:
    shown = own_application(request, public_id)
    if request.method == "POST":
        return act(request, shown, name, public_id, lambda: stage(application=shown, by=request.staff))
    status = Status.RECEIVED if name == "take_up" else Status.UNDER_REVIEW
    context = {
        "section": "inbox",
        "application": shown,
        "taken": shown.requested.filter(status=status).select_related("taken_up_by").order_by("pk"),
        "token": acting.token(request.user, name, public_id),
    }
    return render(request, template, context)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def return_to_contractor(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """差戻し of the whole application, with the reason that the contractor will read."""
    shown = own_application(request, public_id)
    form = keeping.filled(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        stage = lambda: reviewing.return_to_contractor(application=shown, by=request.staff, reason=reason)  # noqa: E731
        return act(request, shown, "return", public_id, stage)
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
        stage = lambda: reviewing.approve(requested=requested, by=request.staff, **form.cleaned_data)  # noqa: E731
        return act(request, requested.application, "approve", public_id, stage)
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
        do = lambda: stage(requested=requested, by=request.staff, reason=form.cleaned_data["reason"])  # noqa: E731
        return act(request, requested.application, name, requested.public_id, do)
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


def act(request: StaffRequest, shown: Application, name: str, subject: uuid.UUID, stage: Callable) -> HttpResponse:
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


def own_application(request: StaffRequest, public_id: uuid.UUID) -> Application:
    """The application, if it has reached this person's branch; else 404."""
    return get_object_or_404(Application.objects.for_staff(request.staff).with_parties(), public_id=public_id)
