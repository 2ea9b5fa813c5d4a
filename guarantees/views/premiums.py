"""保証料計算書一覧 with the statements as PDF, and the estimate that 申込の作成 asks for while somebody types."""

import uuid

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guarantees import disclosing, quoting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms.statements import StatementSearchForm
from guarantees.models import PremiumStatement
from guarantees.terms import Product
from netdesk.answers import pdf_answer
from netdesk.formats import NotAnAmount, read_amount

PAGE_ROWS = 20


@never_cache
@require_safe
@contractor_only
def statements(request: ContractorRequest) -> HttpResponse:
    """保証料計算書一覧: what was made at each issue, newest first, by period and number."""
    form = StatementSearchForm(request.GET or None)
    own = PremiumStatement.objects.of_contractor(request.contractor).select_related("guarantee").defer("pdf")
    rows = _found(own, form)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    is_search = form.is_bound and any(form.data.get(name) for name in form.fields)
    context = {"section": "statements", "form": form, "page": page, "is_search": is_search}
    return render(request, "guarantees/contractor/statement_list.html", context)


def _found(own: QuerySet[PremiumStatement], form: StatementSearchForm) -> QuerySet[PremiumStatement]:
    """The rows that the search asks for; none while what was typed does not read."""
    if not form.is_bound:
        return own
    if not form.is_valid():
        return own.none()
    found = own.made_between(form.cleaned_data["first"], form.cleaned_data["last"])
    number = form.cleaned_data["number"]
    return found.filter(guarantee__number=number) if number else found


@never_cache
@require_safe
@contractor_only
def statement_pdf(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes of one of the contractor's own statements, compared with their SHA-256 first."""
    own = PremiumStatement.objects.of_contractor(request.contractor).select_related("guarantee")
    shown = get_object_or_404(own, public_id=public_id)
    name = f"{shown.get_kind_display()}_{shown.guarantee.number}.pdf"
    return pdf_answer(disclosing.bytes_of(shown), name=name, is_download=True)


@never_cache
@require_safe
@contractor_only
def estimate(request: ContractorRequest) -> HttpResponse:
    """The estimate for an amount as typed, in the words of the page: {"amount": "62,500円", "how": "…"}."""
    product = request.GET.get("product")
    if product not in Product.values:
        raise Http404
    try:
        amount = read_amount(request.GET.get("amount", ""))
    except NotAnAmount:
        amount = None
    quote = quoting.quote(Product(product), amount, on=timezone.localdate())
    if quote is None:
        raise Http404
    return JsonResponse({"amount": quote.amount, "how": quote.how}, json_dumps_params={"ensure_ascii": False})
