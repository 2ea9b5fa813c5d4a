"""異動 at the surety: the review page with old and new side by side, and each act with a page that says what it will do."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guarantees import balances, carrying_out, checking, comparing, endorsing, history
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.application import RevisionForm
from guarantees.forms.review import ReasonForm
from guarantees.models import Endorsement
from guarantees.views import doing
from netdesk import acting
from netdesk.rendering import Form

EVENTS = 50


@never_cache
@require_safe
@staff_only
def endorsement(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """異動の審査: what is asked for, with its checks in words, and what may be done now."""
    shown = _own(request, public_id)
    context = _facts_of(shown) | {
        "versions": shown.guarantee.certificates.listed(),
        "in_force": shown.guarantee.certificates.in_force().values_list("version", flat=True).get(),
        "lines": [history.line(event) for event in history.events_of(shown.guarantee)[:EVENTS]],
        "take_up_token": acting.token(request.user, "take_up_endorsement", public_id),
    }
    return render(request, "guarantees/surety/endorsement.html", context)


@never_cache
@require_POST
@staff_only
def take_up(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査を開始する."""
    shown = _own(request, public_id)
    return _act(request, shown, "take_up_endorsement", lambda: endorsing.take_up(endorsement=shown, by=request.staff))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def approve(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """承認, in the revision that the page shows."""
    shown = _own(request, public_id)
    form = RevisionForm(request.POST or None, initial={"revision": shown.revision})
    return _form_act(request, shown, "approve_endorsement", form, endorsing.approve)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def send_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """審査へ戻す: the approval is taken away."""
    form = ReasonForm(request.POST or None)
    return _form_act(request, _own(request, public_id), "send_back_endorsement", form, endorsing.send_back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def decline(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """引受不可, with the reason that the contractor will read."""
    form = ReasonForm(request.POST or None)
    return _form_act(request, _own(request, public_id), "decline_endorsement", form, endorsing.decline)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def issue(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """発行の確認: lists what will be made; then makes it, once."""
    shown = _own(request, public_id)
    if request.method == "POST":
        return _act(request, shown, "issue_endorsement", lambda: endorsing.issue(endorsement=shown, by=request.staff))
    return _act_page(request, shown, "issue_endorsement", None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def give_up(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """取り下げる, what the surety itself asked for."""
    shown = _own(request, public_id)
    if request.method == "POST":
        act = lambda: endorsing.take_back(endorsement=shown, by=request.staff)  # noqa: E731
        return _act(request, shown, "give_up_endorsement", act)
    return _act_page(request, shown, "give_up_endorsement", None)


def _form_act(request: StaffRequest, shown: Endorsement, name: str, form: Form, stage: Callable) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        return _act(request, shown, name, lambda: stage(endorsement=shown, by=request.staff, **form.cleaned_data))
    return _act_page(request, shown, name, form)


TEMPLATES = {
    "approve_endorsement": "guarantees/surety/endorsement_approve.html",
    "send_back_endorsement": "guarantees/surety/endorsement_send_back.html",
    "decline_endorsement": "guarantees/surety/endorsement_decline.html",
    "issue_endorsement": "guarantees/surety/endorsement_issue.html",
    "give_up_endorsement": "guarantees/surety/endorsement_give_up.html",
}


def _act_page(request: StaffRequest, shown: Endorsement, name: str, form: Form | None) -> HttpResponse:
    context = _facts_of(shown) | {
        "form": form,
        "in_force": shown.guarantee.certificates.in_force().defer("pdf").get(),
        "next_target": carrying_out.next_target(shown.guarantee),
        "token": acting.token(request.user, name, shown.public_id),
    }
    return render(request, TEMPLATES[name], context)


def _facts_of(shown: Endorsement) -> dict:
    return {
        "section": "inbox",
        "endorsement": shown,
        "guarantee": shown.guarantee,
        "application": shown.guarantee.requested.application,
        "rows": comparing.rows(shown.facts_before, shown.facts_after),
        "checks": checking.endorsement_checks(shown),
        "extra": balances.of_endorsement(shown),
    }


def _act(request: StaffRequest, shown: Endorsement, name: str, stage: Callable) -> HttpResponse:
    """Carry out one act once and come back to the review page, where a refusal is said in words."""
    url = reverse("guarantees:endorsement-review", args=[shown.public_id])

    def do() -> str:
        stage()
        return url

    return doing.once(request, act=name, subject=shown.public_id, do=do, back=url)


def _own(request: StaffRequest, public_id: uuid.UUID) -> Endorsement:
    """The endorsement, if its guarantee is of this person's branch; else 404."""
    own = Endorsement.objects.for_staff(request.staff).with_guarantee()
    own = own.select_related("guarantee__requested__application", "guarantee__requested__follows")
    return get_object_or_404(own, public_id=public_id)
