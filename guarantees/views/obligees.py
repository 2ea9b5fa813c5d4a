"""電子保証対応の発注者: who takes electronic guarantees, and on which terms."""

from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dsure import reporting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms.obligees import ObligeeSearchForm
from guarantees.models import Obligee, ObligeeTerms
from guarantees.terms import WorkKind

PAGE_ROWS = 30


@never_cache
@require_safe
@contractor_only
def listing(request: ContractorRequest) -> HttpResponse:
    """The obligees that a search finds, each with its terms of today, those to come, and its prefecture."""
    form = ObligeeSearchForm(request.GET)
    context = {"form": form, "is_searched": any(request.GET.get(name, "").strip() for name in form.fields)}
    if form.is_valid():
        context["page"] = _page(form.cleaned_data, request.GET.get("page"))
    return render(request, "guarantees/contractor/obligees.html", context)


def _page(wanted: dict, number: str | None) -> Page:
    """One page, in as many queries on any. `takes_deposits`: D-Sure has the organisation, as the application asks too."""
    today = timezone.localdate()
    terms = ObligeeTerms.objects.in_force(today)
    to_come = ObligeeTerms.objects.filter(in_force_from__gt=today).order_by("in_force_from", "pk")
    kind = {"work_kind": wanted["work_kind"]} if wanted["work_kind"] else {}
    found = Obligee.objects.filter(pk__in=terms.filter(**kind).order_by().values("obligee"))
    found = found.filter(name__contains=wanted["name"], code__startswith=wanted["prefecture"]).order_by("code", "pk")
    found = found.prefetch_related(Prefetch("terms", terms), Prefetch("terms", to_come, to_attr="terms_to_come"))
    page = Paginator(found, PAGE_ROWS).get_page(number)
    taking = reporting.who_take_deposits([obligee.code for obligee in page])
    for obligee in page:
        obligee.takes_deposits = obligee.code in taking
        obligee.terms_by_kinds = _by_kinds(obligee.terms.all())
    return page


def _by_kinds(terms: Iterable[ObligeeTerms]) -> list[dict]:
    """The terms of an obligee, those of several kinds of work once, with their kinds in the order of the form."""
    kinds: dict[tuple, list[ObligeeTerms]] = {}
    for one in sorted(terms, key=lambda one: WorkKind.values.index(one.work_kind)):
        same = (one.basis, one.starts_on, one.minimum_contract_price, one.wording, one.source)
        kinds.setdefault(same, []).append(one)
    return [{"kinds": [one.get_work_kind_display() for one in those], "terms": those[0]} for those in kinds.values()]
