"""What a reviewer adds to an application: a note for colleagues, words for the contractor, the obligee that was meant."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guarantees import reviewing
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.review import MessageForm, NoteForm, ObligeeForm
from guarantees.views.review import act, own_application
from netdesk import acting, keeping


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査メモ."""
    return _remark(request, public_id, "review_note", NoteForm, reviewing.note)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def tell(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """弊社からお客様へのお知らせ."""
    said = own_application(request, public_id).message_to_contractor
    make = lambda typed: MessageForm(typed, initial={"message": said})  # noqa: E731
    return _remark(request, public_id, "review_message", make, reviewing.tell)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def attach_obligee(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """手入力の発注者を一覧の発注者と結び付ける."""
    return _remark(request, public_id, "attach_obligee", ObligeeForm, reviewing.attach_obligee)


TEMPLATES = {
    "review_note": "guarantees/surety/review_note.html",
    "review_message": "guarantees/surety/review_message.html",
    "attach_obligee": "guarantees/surety/attach_obligee.html",
}


def _remark(request: StaffRequest, public_id: uuid.UUID, name: str, make: Callable, stage: Callable) -> HttpResponse:
    shown = own_application(request, public_id)
    form = keeping.filled(request, make)
    if request.method == "POST" and form.is_valid():
        do = lambda: stage(application=shown, by=request.staff, **form.cleaned_data)  # noqa: E731
        return act(request, shown, name, public_id, do)
    context = {
        "section": "inbox",
        "form": form,
        "application": shown,
        "token": acting.token(request.user, name, public_id),
    }
    return render(request, TEMPLATES[name], context)
