"""統計: what was issued, month by month, and how long it took; on a page and as CSV."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guarantees import figures as counted
from guarantees import plotting
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.figures import FiguresForm
from guarantees.models import Branch
from guarantees.terms import Product
from netdesk.answers import csv_answer
from netdesk.formats import percent

COLUMNS = ["月", *(product.label for product in Product), "合計", "電子保証", "証書（紙）", "電子保証の割合"]


@never_cache
@require_safe
@staff_only
def figures(request: StaffRequest) -> HttpResponse:
    """The last twelve months of the person's branch; of the head office, of the branch that it chooses."""
    form = FiguresForm(request.GET)
    branch = _branch(request, form)
    months, took = counted.months(branch), counted.durations(branch)
    labels = [f"{month.first_on.month}月" for month in months]
    context = {
        "section": "figures",
        "form": form if request.staff.branch_id is None else None,
        "whose": branch.name if branch else "すべての支店",
        "columns": COLUMNS,
        "rows": _rows(months),
        "total": sum(month.total for month in months),
        "electronic": percent(sum(month.electronic for month in months), sum(month.total for month in months)),
        "median": _said(took.median),
        "ninth_decile": _said(took.ninth_decile),
        "plot": plotting.plot(labels, [month.electronic for month in months], [month.paper for month in months]),
    }
    return render(request, "guarantees/surety/figures.html", context)


@never_cache
@require_safe
@staff_only
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """The same table to save."""
    form = FiguresForm(request.GET)
    if not form.is_valid():
        return redirect("guarantees:figures")
    branch = _branch(request, form)
    rows = [COLUMNS, *_rows(counted.months(branch))]
    return csv_answer(rows, name=f"発行統計_{branch.name if branch else '全支店'}_{timezone.localdate():%Y%m%d}.csv")


def _branch(request: StaffRequest, form: FiguresForm) -> Branch | None:
    if request.staff.branch:
        return request.staff.branch
    return form.cleaned_data["branch"] if form.is_valid() else None


def _rows(months: list[counted.Month]) -> list[list[str | int]]:
    """The cells of the table, month by month, this one first."""
    return [
        [
            f"{month.first_on:%Y/%m}",
            *month.by_product.values(),
            month.total,
            month.electronic,
            month.paper,
            percent(month.electronic, month.total) if month.total else "―",
        ]
        for month in reversed(months)
    ]


def _said(took: timedelta | None) -> str:
    """A length of time in words: 3日と4時間, 5時間, 40分."""
    if took is None:
        return "―"
    minutes = int(took.total_seconds()) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days}日と{hours}時間"
    return f"{hours}時間" if hours else f"{minutes}分"
