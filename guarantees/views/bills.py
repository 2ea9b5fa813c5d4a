"""保証料請求書（一括納付分）: made month by month at the surety's desk, read by the contractor."""

import uuid
from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import accounts, bills, collecting, disclosing
from guarantees.access import ContractorRequest, StaffRequest, contractor_only, staff_only
from guarantees.forms.collecting import PaymentForm, RepaymentForm
from guarantees.models import Bill, Contractor, PremiumStatement
from guarantees.models.premiums import SIGNED
from netdesk import acting, keeping
from netdesk.answers import csv_answer, pdf_answer

PAGE_ROWS = 30
MONTHS = 12  # that the list offers, the newest closed one first


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def listing(request: StaffRequest) -> HttpResponse:
    """請求書 of a closed month: who has what to be billed, and what was billed. POST makes all bills, each for itself."""
    month = _month(request)
    waiting = to_bill(request, month)
    if request.method == "POST":
        return _make_all(request, month, waiting)
    made = Bill.objects.for_staff(request.staff).filter(month=month).defer("pdf", "facts")
    made = made.select_related("contractor").prefetch_related("payments", "repayments").annotate(count=Count("lines"))
    context = {
        "section": "bills",
        "months": _months(),
        "month": month,
        "waiting": waiting,
        "due_on": accounts.last_business_day(month),
        "page": Paginator(made.order_by("contractor__code", "pk"), PAGE_ROWS).get_page(request.GET.get("page")),
        "token": acting.token(request.user, "make_bills", month),
    }
    return render(request, "guarantees/surety/bills.html", context)


def to_bill(request: StaffRequest, month: date) -> list[dict]:
    """The branch's contractors with statements up to the end of a month that stand on no bill, with their number and sum."""
    end = collecting.start_of(accounts.next_month(month))
    rows = PremiumStatement.objects.to_bill(end).exclude(guarantee__contractor__bills__month=month)
    rows = rows.order_by().values("guarantee__contractor", "guarantee__contractor__name", "guarantee__contractor__code")
    rows = rows.annotate(
        branch=Coalesce("guarantee__contractor__usual_branch", Max("guarantee__branch")),
        count=Count("pk"),
        total=Sum(SIGNED),
    )
    own = rows if request.staff.branch_id is None else rows.filter(branch=request.staff.branch_id)
    return list(own.order_by("guarantee__contractor__code"))


def _make_all(request: StaffRequest, month: date, waiting: list[dict]) -> HttpResponse:
    """The token is used up first, then each bill has a transaction of its own: what failed is still on the list."""
    url = f"{reverse('guarantees:bills')}?month={month:%Y-%m}"
    is_first = []

    def do() -> str:
        is_first.append(True)
        return url

    try:
        answer = acting.once(request, act="make_bills", subject=month, do=do)
    except acting.TokenRefused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
    if is_first:
        _make_each(request, month, [row["guarantee__contractor"] for row in waiting])
    return answer


def _make_each(request: StaffRequest, month: date, contractors: list[int]) -> None:
    made = 0
    for contractor in Contractor.objects.filter(pk__in=contractors).order_by("code"):
        try:
            collecting.make_bill(contractor=contractor, month=month, by=request.staff)
            made += 1
        except collecting.NotCollected as refusal:
            messages.error(request, f"{contractor.name}：{refusal.sentence}")
    if made:
        messages.success(request, f"{month:%Y年%-m月}分の請求書を{made}件作成しました")


def _months() -> list[date]:
    """The closed months, the newest first."""
    first = timezone.localdate().replace(day=1)
    found = []
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


def _month(request: StaffRequest) -> date:
    """The month that the address asks for, if it is one of those offered; else the newest closed one."""
    offered = _months()
    return next((month for month in offered if f"{month:%Y-%m}" == request.GET.get("month")), offered[0])


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def settle(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """入金の確認 of a bill; of one that pays back, 返金の記録."""
    bill = get_object_or_404(Bill.objects.for_staff(request.staff).defer("pdf"), public_id=public_id)
    url = f"{reverse('guarantees:bills')}?month={bill.month:%Y-%m}"
    if bill.payments.exists() or bill.repayments.exists():
        messages.error(request, collecting.NothingDue.sentence)
        return redirect(url)
    due, since = bill.due_amount or bill.surplus_amount, timezone.localdate(bill.made_at)
    kind = PaymentForm if bill.due_amount else RepaymentForm
    form = keeping.filled(request, lambda typed: kind(typed, due=due, since=since))
    if request.method == "POST" and form.is_valid():
        return _settled(request, bill, form, url)
    token = acting.token(request.user, "settle", public_id)
    context = {"section": "bills", "bill": bill, "form": form, "token": token, "back": url, "facts": bill.facts}
    return render(request, "guarantees/surety/bill_settle.html", context)


def _settled(request: StaffRequest, bill: Bill, form: PaymentForm | RepaymentForm, url: str) -> HttpResponse:
    stage = collecting.confirm_bill_payment if bill.due_amount else collecting.repay_bill

    def do() -> str:
        stage(bill=bill, by=request.staff, **form.cleaned_data)
        messages.success(request, "入金を確認しました" if bill.due_amount else "返金を記録しました")
        return url

    try:
        return acting.once(request, act="settle", subject=bill.public_id, do=do)
    except (collecting.NotCollected, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)


@never_cache
@require_safe
@staff_only
def surety_pdf(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes of a bill of the branch."""
    return _pdf(get_object_or_404(Bill.objects.for_staff(request.staff), public_id=public_id))


@never_cache
@require_safe
@staff_only
def surety_csv(request: StaffRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The rows of a bill of the branch."""
    return _csv(get_object_or_404(Bill.objects.for_staff(request.staff).defer("pdf"), public_id=public_id))


@never_cache
@require_safe
@contractor_only
def own_listing(request: ContractorRequest) -> HttpResponse:
    """保証料請求書一覧 of the contractor, newest first."""
    own = Bill.objects.of_contractor(request.contractor).defer("pdf").annotate(count=Count("lines"))
    own = own.select_related("contractor").prefetch_related("payments", "repayments").order_by("-month", "-pk")
    page = Paginator(own, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "guarantees/contractor/bill_list.html", {"section": "statements", "page": page})


@never_cache
@require_safe
@contractor_only
def own_pdf(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes of one of the contractor's own bills."""
    return _pdf(get_object_or_404(Bill.objects.of_contractor(request.contractor), public_id=public_id))


@never_cache
@require_safe
@contractor_only
def own_csv(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The rows of one of the contractor's own bills."""
    return _csv(get_object_or_404(Bill.objects.of_contractor(request.contractor).defer("pdf"), public_id=public_id))


def _pdf(bill: Bill) -> HttpResponse:
    return pdf_answer(disclosing.bytes_of(bill), name=f"保証料請求書_{bill.month:%Y%m}.pdf", is_download=True)


def _csv(bill: Bill) -> HttpResponseBase:
    return csv_answer(bills.csv_rows(bill), name=f"保証料請求書_{bill.month:%Y%m}.csv")
