"""受付一覧: the branch's work by status, narrowed and counted, and the way to one number."""

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guarantees import watching
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.incoming import IncomingForm
from guarantees.models import Application, Endorsement, Guarantee, Incoming
from guarantees.models.incoming import ENDORSEMENTS, Tab

PAGE_ROWS = 30
NOT_FOUND = "この番号の申込・保証契約は見つかりません。番号を確かめて、もう一度入力してください"


@never_cache
@require_safe
@staff_only
def inbox(request: StaffRequest) -> HttpResponse:
    """受付一覧 of the person's branch, by status, open work oldest first; a number leads straight there."""
    form = IncomingForm(request.GET, asks_branch=request.staff.branch_id is None)
    if form.is_valid() and (number := form.cleaned_data["number"]):
        if found := _found(request, number):
            return found
        form.add_error("number", NOT_FOUND)
    if request.GET.get("tab") == ENDORSEMENTS:
        return _endorsements(request, form)
    current = Tab(request.GET["tab"]) if request.GET.get("tab") in Tab.values else Tab.RECEIVED
    counts = Incoming.objects.counts(request.staff, form.wanted)
    context = _context(request, form, counts) | {"current": current}
    if not form.errors:
        context["page"] = _page(request, current, form, counts[current])
    return render(request, "guarantees/surety/inbox.html", context)


def _page(request: StaffRequest, tab: Tab, form: IncomingForm, count: int) -> Page:
    """One page: its keys first, by the tab's index, then its rows with all that they show. The count is known already."""
    paginator = Paginator(Incoming.objects.keys(request.staff, tab, form.wanted), PAGE_ROWS)
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = Incoming.objects.shown(tab, page.object_list)
    return page


def _endorsements(request: StaffRequest, form: IncomingForm) -> HttpResponse:
    """異動 in the same row of tabs, counted while they are open."""
    rows = Endorsement.objects.for_staff(request.staff).with_guarantee().open_first()
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    counts = Incoming.objects.counts(request.staff, form.wanted)
    context = _context(request, form, counts) | {"current": ENDORSEMENTS, "page": page}
    return render(request, "guarantees/surety/endorsement_inbox.html", context)


def _context(request: StaffRequest, form: IncomingForm, counts: dict[str, int]) -> dict:
    """Every tab with the number of its rows, the conditions, and what else waits for somebody."""
    labels = {**dict(Tab.choices), ENDORSEMENTS: "異動"}
    return {
        "section": "inbox",
        "form": form,
        "tabs": [{"value": value, "label": label, "count": counts[value]} for value, label in labels.items()],
        "urgent": watching.urgent(request.staff),
    }


def _found(request: StaffRequest, number: str) -> HttpResponse | None:
    """The page of a 受付番号 or 保証契約番号 of this person's branch."""
    if number.startswith("E"):
        endorsement = Endorsement.objects.for_staff(request.staff).filter(pk=number[1:]).first()
        return redirect("guarantees:endorsement-review", endorsement.public_id) if endorsement else None
    applications = Application.objects.for_staff(request.staff)
    if number.endswith("M"):
        guarantee = Guarantee.objects.for_staff(request.staff).filter(number=number)
        application = applications.filter(requested__guarantee__in=guarantee).first()
    else:
        application = applications.filter(pk=number).first()
    return redirect("guarantees:review", application.public_id) if application else None
