"""保証証書一覧: what the organisation has opened, for all its sections; searched, in pages, and as CSV."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dsure.access import OfficerRequest, officer_only
from dsure.forms.register import RegisterSearchForm
from dsure.models import Acknowledgement, RegisterQuerySet, register_of
from dsure.models.registers import NOT_ANSWERED
from netdesk.answers import csv_answer
from netdesk.formats import slashes

ROWS_A_PAGE = 25
CSV_ROWS = 500  # fetched at a time
COLUMNS = [
    "保証契約番号", "保証の種類", "保証契約者", "被保証者", "工事名", "保証金額", "請負金額", "保証期限", "保証の状態", "受領・返戻",
    "前回の閲覧後の変更", "最初に閲覧した日時", "最初に閲覧した部署", "最初に閲覧した人", "引渡し先の部署",
]  # fmt: skip


@officer_only
@require_safe
def register(request: OfficerRequest) -> HttpResponse:
    """保証証書一覧. A search that does not read shows its sentences and no rows."""
    form = RegisterSearchForm(request.GET, obligee=request.officer.obligee)
    context: dict = {"form": form, "section": "register"}
    if form.is_valid():
        found = form.found(register_of(request.officer.obligee).listed())
        context["page"] = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context["is_searched"] = form.is_narrowing
    return render(request, "dsure/register.html", context)


@officer_only
@require_safe
def as_csv(request: OfficerRequest) -> HttpResponseBase:
    """What the list shows, all its pages, to save. A search that does not read is shown on the list."""
    form = RegisterSearchForm(request.GET, obligee=request.officer.obligee)
    if not form.is_valid():
        return redirect(f"{reverse('dsure:register')}?{request.GET.urlencode()}")
    found = form.found(register_of(request.officer.obligee).listed())
    return csv_answer(_rows(found), name=f"保証証書一覧_{timezone.localdate():%Y%m%d}.csv")


def _rows(found: RegisterQuerySet) -> Iterator[list[str | int]]:
    yield list(COLUMNS)
    for deposit in found.iterator(chunk_size=CSV_ROWS):
        facts, entry = deposit.certificates_in_force[0].facts, deposit.register_entry
        yield [
            deposit.number,
            *(facts[name] for name in ("product_name", "contractor_name", "addressee", "work_name")),
            *(facts[name] for name in ("guaranteed_amount", "contract_price")),
            slashes(deposit.ends_on),
            deposit.status,
            "未受領" if deposit.answer in NOT_ANSWERED else Acknowledgement.Kind(deposit.answer).label,
            "あり" if deposit.last_seen_at < deposit.changed_at else "なし",
            f"{timezone.localtime(entry.first_opened_at):%Y/%m/%d %H:%M}",
            deposit.first_seen_by,
            entry.first_opened_by.full_name,
            deposit.handed_to,
        ]
