"""入金: what is awaited, what is to be paid back, what was confirmed; and the two acts, each with a page that says what it will do."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import accounts, awaiting, collecting
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.collecting import PaymentForm, RepaymentForm
from guarantees.models import Endorsement, Payment
from guarantees.terms import ApplicationStatus, EndorsementStatus, Status
from guarantees.views.surety import own_requested
from netdesk import acting, keeping
from netdesk.rendering import Form

PAGE_ROWS = 30
TABS = {"awaited": "入金待ち", "repay": "返金待ち", "confirmed": "確認済み"}


@never_cache
@require_safe
@staff_only
def listing(request: StaffRequest) -> HttpResponse:
    """入金 of the branch, by tab."""
    current = request.GET.get("tab") if request.GET.get("tab") in TABS else "awaited"
    rows = {"awaited": awaiting.of_branch(request.staff), "repay": awaiting.to_repay(request.staff)}
    confirmed = Payment.objects.for_staff(request.staff).order_by("-confirmed_at", "-pk")
    shown = rows.get(current) if current in rows else confirmed.select_related(*CONFIRMED)
    counts = {name: len(found) for name, found in rows.items()}
    tabs = [{"value": value, "label": label, "count": counts.get(value)} for value, label in TABS.items()]
    page = Paginator(shown, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"section": "payments", "tabs": tabs, "current": current, "page": page}
    return render(request, "guarantees/surety/payments.html", context)


CONFIRMED = (
    "requested__application__contractor",
    "requested__guarantee",
    "endorsement",
    "bill__contractor",
    "confirmed_by",
)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def confirm(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """入金の確認 of a premium paid per case."""
    requested = own_requested(request, public_id)
    account, back = accounts.of(requested), reverse("guarantees:review", args=[requested.application.public_id])
    is_open = requested.application.status == ApplicationStatus.SUBMITTED and requested.status == Status.APPROVED
    if not (is_open and account.open):
        return _nothing(request, collecting.NothingDue, back)
    form = _form(request, PaymentForm, account.open, requested.drafted_on)
    if request.method == "POST" and form.is_valid():
        stage = lambda: collecting.confirm_payment(requested=requested, by=request.staff, **form.cleaned_data)  # noqa: E731
        return _act(request, "confirm_payment", public_id, stage, "入金を確認しました")
    shown = {"requested": requested, "application": requested.application, "called": requested.charge_name}
    into = accounts.paid_into(requested.application.branch_id, on=timezone.localdate())
    extra = shown | {"account": account, "into": into, "back": back}
    return _page(request, "guarantees/surety/payment_confirm.html", form, "confirm_payment", public_id, **extra)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def confirm_extra(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """入金の確認 of what a change adds."""
    own = Endorsement.objects.for_staff(request.staff).with_guarantee()
    rows = own.select_related("guarantee__requested__application", "guarantee__requested__rate_table")
    shown = get_object_or_404(rows, public_id=public_id)
    account, back = accounts.of_endorsement(shown), reverse("guarantees:endorsement-review", args=[public_id])
    if not (shown.status == EndorsementStatus.APPROVED and account.open):
        return _nothing(request, collecting.NothingDue, back)
    form = _form(request, PaymentForm, account.open, timezone.localdate(shown.asked_at))
    if request.method == "POST" and form.is_valid():
        stage = lambda: collecting.confirm_extra_payment(endorsement=shown, by=request.staff, **form.cleaned_data)  # noqa: E731
        return _act(request, "confirm_extra", public_id, stage, "追加保証料の入金を確認しました")
    into = accounts.paid_into(shown.guarantee.branch_id, on=timezone.localdate())
    extra = {"endorsement": shown, "requested": shown.guarantee.requested, "called": "追加保証料"}
    extra |= {"application": shown.guarantee.requested.application, "account": account, "into": into, "back": back}
    return _page(request, "guarantees/surety/payment_confirm.html", form, "confirm_extra", public_id, **extra)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def repay(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """返金の記録 of what was received above what is owed."""
    requested = own_requested(request, public_id)
    account, back = accounts.of(requested), reverse("guarantees:review", args=[requested.application.public_id])
    if not account.surplus:
        return _nothing(request, collecting.NothingToRepay, back)
    form = _form(request, RepaymentForm, account.surplus, requested.drafted_on)
    if request.method == "POST" and form.is_valid():
        stage = lambda: collecting.repay(requested=requested, by=request.staff, **form.cleaned_data)  # noqa: E731
        return _act(request, "repay", public_id, stage, "返金を記録しました", tab="repay")
    shown = {"requested": requested, "application": requested.application, "account": account, "back": back}
    shown["reason"] = collecting.reason_to_repay(requested)
    return _page(request, "guarantees/surety/repayment.html", form, "repay", public_id, **shown)


def _form(request: StaffRequest, kind: type[Form], due: int, since) -> Form:
    return keeping.filled(request, lambda typed: kind(typed, due=due, since=since))


def _nothing(request: StaffRequest, refusal: type[collecting.NotCollected], back: str) -> HttpResponse:
    """There is nothing to record any more: said on the page where one came from."""
    if request.method == "HEAD":
        raise Http404
    messages.error(request, refusal.sentence)
    return redirect(back)


def _page(request: StaffRequest, template: str, form: Form, act: str, subject: uuid.UUID, **shown) -> HttpResponse:
    context = {"section": "payments", "form": form, "token": acting.token(request.user, act, subject), **shown}
    return render(request, template, context)


def _act(
    request: StaffRequest, act: str, subject: uuid.UUID, stage: Callable, done: str, tab: str = "awaited"
) -> HttpResponse:
    """Carry out one act once and come back to the list, where what happened or was refused is said."""
    url = f"{reverse('guarantees:payments')}?tab={tab}"

    def do() -> str:
        stage()
        messages.success(request, done)
        return url

    try:
        return acting.once(request, act=act, subject=subject, do=do)
    except (collecting.NotCollected, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
