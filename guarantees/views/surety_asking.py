"""What the surety asks for on an issued guarantee: each on a page that says what it will do, then under review."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guarantees import asking, comparing
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.asking import KeyReissueForm
from guarantees.forms.correction import CorrectionForm
from guarantees.forms.review import ReasonForm
from guarantees.models import Guarantee
from guarantees.views import doing
from guarantees.views.guarantees import own_guarantee
from netdesk import acting, keeping
from netdesk.rendering import Form

TEMPLATES = {
    "amendment_cancellation": "guarantees/surety/ask_amendment_cancellation.html",
    "key_reissue": "guarantees/surety/ask_key_reissue.html",
    "release": "guarantees/surety/ask_release.html",
    "cancellation": "guarantees/surety/ask_cancellation.html",
}


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def amendment_cancellation(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """変更取消の確認: the version that is taken back, and the one that stands again."""
    guarantee = own_guarantee(request, public_id)
    in_force = guarantee.certificates.in_force().defer("pdf").get()
    before = asking.certificate_before(in_force)
    shown = {
        "in_force": in_force,
        "before": before,
        "rows": comparing.rows(in_force.facts, before.facts) if before else [],
    }
    form = keeping.filled(request, ReasonForm)
    return _page(request, guarantee, "amendment_cancellation", form, asking.ask_amendment_cancellation, shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def key_reissue(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """認証キー再発行の確認. No key is shown to staff, neither the old nor the new."""
    form = KeyReissueForm(request.POST or None)
    return _page(request, own_guarantee(request, public_id), "key_reissue", form, asking.ask_key_reissue)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def release(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """解除の確認, of what the obligee asked for on paper."""
    form = keeping.filled(request, ReasonForm)
    return _page(request, own_guarantee(request, public_id), "release", form, asking.ask_release)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def cancellation(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """解約の確認."""
    form = keeping.filled(request, ReasonForm)
    return _page(request, own_guarantee(request, public_id), "cancellation", form, asking.ask_cancellation)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def correction(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """訂正: the facts in force in boxes; then old and new side by side; then asked for exactly as shown."""
    guarantee = own_guarantee(request, public_id)
    certificate = guarantee.certificates.in_force().defer("pdf").get()
    form = keeping.filled(request, lambda typed: CorrectionForm(typed, guarantee=guarantee, certificate=certificate))
    context = {"section": "guarantees", "form": form, "guarantee": guarantee, "facts": guarantee.facts}
    context |= {"certificate": certificate, "open_endorsement": guarantee.endorsements.open().first()}
    if request.method != "POST" or not form.is_valid() or "edit" in request.POST:
        return render(request, "guarantees/surety/correction.html", context)
    if acting.FIELD in request.POST:
        typed = {"changes": form.changed_facts(), **{name: form.cleaned_data[name] for name in ("reason", "version")}}
        return _ask(request, guarantee, "correction", asking.ask_correction, typed)
    context["rows"] = comparing.rows(certificate.facts, {**certificate.facts, **form.changed_facts()})
    context["token"] = acting.token(request.user, "ask_correction", public_id)
    return render(request, "guarantees/surety/correction_confirm.html", context)


def _page(
    request: StaffRequest, guarantee: Guarantee, name: str, form: Form, stage: Callable, shown: dict | None = None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        return _ask(request, guarantee, name, stage, form.cleaned_data)
    context = {
        "section": "guarantees",
        "guarantee": guarantee,
        "facts": guarantee.facts,
        "open_endorsement": guarantee.endorsements.open().first(),
        "form": form,
        "token": acting.token(request.user, f"ask_{name}", guarantee.public_id),
        **(shown or {}),
    }
    return render(request, TEMPLATES[name], context)


def _ask(request: StaffRequest, guarantee: Guarantee, name: str, stage: Callable, typed: dict) -> HttpResponse:
    """Asked for once; its review goes on from there, and what was refused is said on the guarantee's page."""

    def do() -> str:
        endorsement = stage(guarantee=guarantee, by=request.staff, **typed)
        return reverse("guarantees:endorsement-review", args=[endorsement.public_id])

    back = reverse("guarantees:surety-guarantee", args=[guarantee.public_id])
    return doing.once(request, act=f"ask_{name}", subject=guarantee.public_id, do=do, back=back)
