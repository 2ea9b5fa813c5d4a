"""保証契約一覧: what was applied for, what has a key, what was reserved; searched, in pages, and as CSV."""

from collections.abc import Iterator

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guarantees import receipts
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms.search import ContractSearchForm
from guarantees.models import Contractor, Guarantee, RequestedGuarantee
from guarantees.terms import Product
from guarantees.views import standing
from netdesk.answers import csv_answer

PAGE_ROWS = 20
CSV_ROWS = 500  # fetched at a time
TABS = [
    {"value": "applications", "label": "保証申込"},
    {"value": "keys", "label": "電子保証（認証キー）"},
    {"value": "bonds", "label": "契約保証予約（入札ボンド）"},
]
COLUMNS = ["No.", "保証種類", "保証契約番号", "発注者名", "工事名", "請負金額"]


@never_cache
@require_safe
@contractor_only
def listing(request: ContractorRequest) -> HttpResponse:
    """保証契約一覧, by tab. A search that does not read shows its sentences and no rows."""
    tab, form = _tab(request), ContractSearchForm(request.GET)
    context = {"section": "contracts", "tabs": TABS, "current": tab, "form": form, "contractor": request.contractor}
    if form.is_valid():
        context["page"] = _page(tab, _found(tab, request.contractor, form.cleaned_data), request.GET.get("page"))
    return render(request, "guarantees/contractor/contract_list.html", context)


@never_cache
@require_safe
@contractor_only
def as_csv(request: ContractorRequest) -> HttpResponseBase:
    """What the list shows, all its pages, to save. A search that does not read is shown on the list."""
    tab, form = _tab(request), ContractSearchForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('guarantees:contract-list')}?{request.GET.urlencode()}")
    found = _found(tab, request.contractor, form.cleaned_data)
    return csv_answer(_csv_rows(tab, found), name=f"保証契約一覧_{timezone.localdate():%Y%m%d}.csv")


def _tab(request: ContractorRequest) -> str:
    tab = request.GET.get("tab")
    return tab if tab in {"keys", "bonds"} else "applications"


def _found(tab: str, contractor: Contractor, wanted: dict) -> QuerySet:
    """The contractor's rows of this tab that the search wants, newest first. A number stands over all other conditions."""
    if tab == "keys":
        rows = Guarantee.objects.of_contractor(contractor).electronic().newest_first()
        if wanted["number"]:
            return rows.filter(number=wanted["number"])
        rows = rows.issued_within(wanted["from_on"], wanted["to_on"])
    else:
        is_bond = {"product": Product.RESERVATION}
        rows = RequestedGuarantee.objects.of_contractor(contractor).newest_first()
        rows = rows.filter(**is_bond) if tab == "bonds" else rows.exclude(**is_bond)
        if wanted["number"]:
            return rows.filter(guarantee__number=wanted["number"])
        rows = rows.drafted_within(wanted["from_on"], wanted["to_on"])
    if wanted["product"] and tab != "bonds":
        rows = rows.filter(product=wanted["product"])
    return rows.of_works_named(wanted["work_name"], contractor) if wanted["work_name"] else rows


def _page(tab: str, found: QuerySet, number: str | None) -> Page:
    """One page: its keys from the index alone, then its rows with all that they show. The queries are as many on any page."""
    page = Paginator(found.values_list("pk", flat=True), PAGE_ROWS).get_page(number)
    page.object_list = _rows(tab, list(page.object_list))
    return page


def _rows(tab: str, keys: list[int]) -> list:
    """The rows of these keys as the list shows them, each with what its guarantee is worth today, electronic ones with the receipt."""
    if tab != "keys":
        requested = RequestedGuarantee.objects.filter(pk__in=keys).with_application().newest_first()
        return standing.told(requested.with_followers() if tab == "bonds" else requested)
    rows = list(Guarantee.objects.filter(pk__in=keys).with_facts().select_related("work").newest_first())
    told = receipts.of(rows)
    for row in rows:
        row.receipt = told[row.number]
    return rows


def _csv_rows(tab: str, found: QuerySet) -> Iterator[list[str | int]]:
    yield [
        *COLUMNS,
        *(["発行日", "状態", "発注者の確認"] if tab == "keys" else ["証書の形式", "手続状況", "状態", "申込日"]),
    ]
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), CSV_ROWS):
        for offset, row in enumerate(_rows(tab, keys[start : start + CSV_ROWS]), start + 1):
            yield [offset, *(_guarantee_cells(row) if tab == "keys" else _requested_cells(row))]


def _guarantee_cells(row) -> list[str | int]:
    facts = row.facts
    cells = [row.product_short, row.number, facts["addressee"], facts["work_name"], facts["contract_price"]]
    return [*cells, f"{row.issued_on:%Y/%m/%d}", row.standing_label, row.receipt.label]


def _requested_cells(row) -> list[str | int]:
    one = row.application
    number = row.guarantee.number if row.guarantee else ""
    price = "" if one.contract_price is None else one.contract_price
    cells = [row.product_short, number, one.addressee_title, one.work_name, price]
    return [*cells, row.get_medium_display(), row.procedure.label, row.standing_label, f"{row.drafted_on:%Y/%m/%d}"]
