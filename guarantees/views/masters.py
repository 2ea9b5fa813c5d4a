"""Reference data at the head office's desk: a list of obligees is looked over line by line, then loaded."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from guarantees import importing
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.importing import ImportForm
from netdesk import acting

SUBJECT = "obligees"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def import_obligees(request: StaffRequest) -> HttpResponse:
    """発注者の一括登録: the file's lines with what would come of each; nothing is written yet."""
    _head_office_only(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context = {"section": "masters", "form": form, "columns": importing.COLUMNS}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["file"]
        try:
            lines = importing.read(text)
        except importing.NotLoaded as refusal:
            form.add_error("file", refusal.sentence)
        else:
            wrong, new = sum(line.is_wrong for line in lines), sum(line.is_new for line in lines)
            token = acting.token(request.user, "load_obligees", SUBJECT)
            context |= {"lines": lines, "text": text, "wrong": wrong, "new": new, "token": token}
    return render(request, "guarantees/surety/obligees_import.html", context)


@never_cache
@require_POST
@staff_only
def load_obligees(request: StaffRequest) -> HttpResponse:
    """登録する: what was looked over, as a whole."""
    _head_office_only(request)
    url = reverse("guarantees:obligees-import")

    def do() -> str:
        importing.load(text=request.POST.get("text", ""), by=request.staff)
        return url

    try:
        answer = acting.once(request, act="load_obligees", subject=SUBJECT, do=do)
    except (importing.NotLoaded, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
    messages.success(request, "発注者を登録しました。申込の作成画面で、すぐに選択できます。")
    return answer


def _head_office_only(request: StaffRequest) -> None:
    if request.staff.branch_id is not None:
        raise Http404
