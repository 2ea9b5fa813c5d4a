"""契約内容との照合: one contract that is typed, or a file of many, beside the certificates of the organisation's register."""

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dsure import comparing
from dsure.access import OfficerRequest, officer_only
from dsure.comparing import Answer, Verdict
from dsure.forms.comparing import EXAMPLE, HEADINGS, ContractForm, SheetForm
from dsure.models import Deposit
from netdesk import keeping
from netdesk.answers import csv_answer

ANSWERS_A_PAGE = 50
ALL = "all"


@keeping.keeps
@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: OfficerRequest, public_id: UUID | None = None) -> HttpResponse:
    """契約内容との照合: one contract. From a certificate's page its number stands in the box already."""
    initial = {}
    if public_id:
        own = Deposit.objects.in_register_of(request.officer.obligee)
        initial["number"] = get_object_or_404(own, public_id=public_id).number
    form = keeping.filled(request, lambda typed: ContractForm(typed, initial=initial))
    context: dict = {"form": form, "sheet_form": SheetForm(), "section": "compare"}
    if request.method == "POST" and form.is_valid():
        context["answer"] = comparing.answers(request.officer.obligee, [form.line()])[0]
    return render(request, "dsure/compare.html", context)


@officer_only
@require_safe
def template(request: OfficerRequest) -> HttpResponseBase:
    """ひな形: the headings of a file, and one line to be written over."""
    return csv_answer([list(HEADINGS), EXAMPLE], name="契約内容との照合_ひな形.csv")


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def compare_sheet(request: OfficerRequest) -> HttpResponseBase:
    """Every line of a file with its answer: in pages, by verdict, or all of them as CSV. The page itself holds the file."""
    if request.method != "POST":
        return redirect("dsure:compare")
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {"form": form, "sheet_form": form, "contract_form": ContractForm(), "section": "compare"}
        return render(request, "dsure/compare.html", context)
    found = comparing.answers(request.officer.obligee, form.cleaned_data["lines"])
    if request.POST.get("as") == "csv":
        name = f"契約内容との照合_{timezone.localtime():%Y%m%d_%H%M}.csv"
        return csv_answer(_rows(found), name=name)
    return render(request, "dsure/compare_sheet.html", _page(request, found, form.cleaned_data["text"]))


def _page(request: OfficerRequest, found: list[Answer], text: str) -> dict:
    counted = Counter(answer.verdict for answer in found)
    wanted = request.POST.get("only", ALL)
    shown = [answer for answer in found if wanted not in Verdict.values or answer.verdict == wanted]
    tabs = [{"value": ALL, "label": "すべて", "count": len(found)}]
    tabs += [{"value": one.value, "label": one.label, "count": counted[one]} for one in Verdict]
    return {
        "page": Paginator(shown, ANSWERS_A_PAGE).get_page(request.POST.get("page")),
        "tabs": tabs,
        "current": wanted if wanted in Verdict.values else ALL,
        "counted": {one.value: counted[one] for one in Verdict},
        "text": text,
        "rules": comparing.RULES,
        "compared_at": timezone.localtime(),
        "section": "compare",
    }


def _rows(found: Iterable[Answer]) -> Iterator[list[str | int]]:
    """The result to be kept by the officer: one line for each line, three columns for each field."""
    labels = list(comparing.RULES)
    fields = [column for label in labels for column in (label, f"{label}：契約", f"{label}：証書")]
    yield ["行", "保証契約番号", "結果", "保証契約者", "工事名", *fields, "説明"]
    for answer in found:
        compared = {one.label: one for one in answer.compared}
        cells = []
        for label in labels:
            one = compared.get(label)
            cells += [one.mark, one.contract, one.certificate] if one else ["", "", ""]
        notes = [*answer.sentences, *(f"{one.label}：{one.note}" for one in answer.compared if one.note)]
        names = [answer.facts.get(name, "") for name in ("contractor_name", "work_name")]
        yield [answer.line.at, answer.line.number, answer.verdict.label, *names, *cells, "　".join(notes)]
