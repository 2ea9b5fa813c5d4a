"""登録データ at the head office's desk: the import of obligees from a CSV, checked line by line before anything changes."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import importing, obligee_file, obligee_plan
from guarantees.access import StaffRequest, head_office_only
from guarantees.forms.obligee_file import LineForm, UploadForm, checked, labels
from guarantees.models import MasterChange, Obligee, ObligeeFile, ObligeeTerms
from guarantees.obligee_plan import Plan, Verdict
from guarantees.record_acts import MasterAct
from netdesk import acting
from netdesk.answers import csv_answer

PAGE_ROWS = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@head_office_only
def upload(request: StaffRequest) -> HttpResponse:
    """発注者の取込: choose a file. It is kept to be checked; the register stays as it is, so that a second sending does no harm."""
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = importing.keep(content=form.cleaned_data["file"], by=request.staff)
        return redirect("guarantees:obligee-import-report", public_id=file.public_id)
    taken_in = MasterChange.objects.filter(act=MasterAct.IMPORT_OBLIGEES).select_related("changed_by", "file")[:10]
    context = {"section": "masters", "form": form, "columns": LineForm.base_fields.values(), "taken_in": taken_in}
    return render(request, "guarantees/surety/obligee_import.html", context)


@never_cache
@require_safe
@head_office_only
def template(request: StaffRequest) -> HttpResponseBase:
    """The register of today in the file's own form: a template to fill in, which brings nothing new as it is."""
    today = timezone.localdate()
    in_force = ObligeeTerms.objects.filter(pk__in=ObligeeTerms.objects.in_force(today).values("pk"))
    to_come = ObligeeTerms.objects.filter(in_force_from__gt=today).order_by("obligee", "work_kind", "in_force_from")
    obligees = Obligee.objects.prefetch_related(
        "addressees",
        "hand_in_rules",
        Prefetch("terms", in_force, to_attr="terms_in_force"),
        Prefetch("terms", to_come, to_attr="terms_to_come"),
    )
    rows = obligee_file.rows_of_register(obligees.order_by("code"), today)
    return csv_answer([labels(LineForm), *rows], name=f"発注者_{today:%Y%m%d}.csv")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@head_office_only
def report(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """確認結果: what each line would do today; then 取り込む, once, exactly what is shown."""
    file = get_object_or_404(ObligeeFile.objects.select_related("uploaded_by"), public_id=public_id)
    taken_in = MasterChange.objects.filter(file=file).select_related("changed_by").first()
    lines = checked(bytes(file.content))
    planned = obligee_plan.plan(lines)
    fingerprint = planned.fingerprint(file.sha256)
    if request.method == "POST":
        return _take_in(request, file, lines)
    wanted = request.GET.get("tab") if request.GET.get("tab") in Verdict.values else ""
    rows = [one for one in planned.said if wanted in ("", one.verdict)]
    context = {
        "section": "masters",
        "file": file,
        "taken_in": taken_in,
        "planned": planned,
        "errors": planned.count(Verdict.ERROR),
        "tabs": _tabs(planned),
        "current": wanted,
        "page": Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page")),
        "fingerprint": fingerprint,
        "token": acting.token(request.user, "import_obligees", fingerprint),
    }
    return render(request, "guarantees/surety/obligee_import_report.html", context)


def _take_in(request: StaffRequest, file: ObligeeFile, lines: list) -> HttpResponse:
    """What the page showed is named in its token; the stage compares that with what the file would do now."""
    fingerprint = request.POST.get("fingerprint", "")
    here = reverse("guarantees:obligee-import-report", args=[file.public_id])

    def take_in() -> str:
        importing.take_in(file=file, lines=lines, fingerprint=fingerprint, by=request.staff)
        return here

    try:
        return acting.once(request, act="import_obligees", subject=fingerprint, do=take_in)
    except (importing.NotTakenIn, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(here)


def _tabs(planned: Plan) -> list[dict]:
    every = {"value": "", "label": "すべて", "count": len(planned.said)}
    return [every, *({"value": one.value, "label": one.label, "count": planned.count(one)} for one in Verdict)]
