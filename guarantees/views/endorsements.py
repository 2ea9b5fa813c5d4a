"""変更の申込: 入力 > 確認 > 送信完了, and each endorsement as it stands, for the contractor."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guarantees import asking, balances, comparing, endorsing, facts
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms.amendment import AmendmentForm
from guarantees.models import Certificate, Endorsement, Guarantee
from guarantees.terms import GuaranteeState
from guarantees.views import doing
from netdesk import acting


@never_cache
@require_safe
@contractor_only
def amendment(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """変更の申込: the facts in force, of which only what may change may be typed."""
    guarantee, certificate = _in_force(request, public_id)
    return _form_page(request, AmendmentForm(None, guarantee=guarantee, certificate=certificate), certificate)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def confirm(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """変更内容の確認: old and new side by side; then sent exactly as shown, or back to the boxes with all that was typed."""
    if request.method != "POST":
        return redirect("guarantees:amendment", public_id=public_id)
    guarantee, certificate = _in_force(request, public_id)
    form = AmendmentForm(request.POST, guarantee=guarantee, certificate=certificate)
    is_whole = form.is_valid()
    if form.needs_no_procedure or not is_whole or "edit" in request.POST:
        return _form_page(request, form, certificate)
    if acting.FIELD in request.POST:
        return _ask(request, form, guarantee)
    context = {
        "section": "contracts",
        "form": form,
        "guarantee": guarantee,
        "rows": comparing.rows(certificate.facts, facts.amended(certificate.facts, form.changed_facts())),
        "token": acting.token(request.user, "ask_amendment", public_id),
    }
    return render(request, "guarantees/contractor/amendment_confirm.html", context)


def _ask(request: ContractorRequest, form: AmendmentForm, guarantee: Guarantee) -> HttpResponse:
    def ask() -> str:
        typed = {"changes": form.changed_facts(), **{name: form.cleaned_data[name] for name in ("reason", "version")}}
        endorsement = asking.ask_amendment(guarantee=guarantee, by=request.member, **typed)
        return reverse("guarantees:endorsement-complete", args=[endorsement.public_id])

    back = reverse("guarantees:amendment", args=[guarantee.public_id])
    return doing.once(request, act="ask_amendment", subject=guarantee.public_id, do=ask, back=back)


def _form_page(request: ContractorRequest, form: AmendmentForm, certificate: Certificate) -> HttpResponse:
    context = {
        "section": "contracts",
        "form": form,
        "guarantee": form.guarantee,
        "facts": certificate.facts,
        "target": certificate.target,
        "open_endorsement": form.guarantee.endorsements.open().first(),
        "is_closed": form.guarantee.state != GuaranteeState.IN_FORCE,
    }
    return render(request, "guarantees/contractor/amendment_form.html", context)


@never_cache
@require_safe
@contractor_only
def complete(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """送信完了: what was asked for, what happens next. It can be bookmarked and printed."""
    return _endorsement_page(request, _own(request, public_id), is_complete=True)


@never_cache
@require_safe
@contractor_only
def endorsement(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """異動の内容: what was asked for, where it stands, and 弊社からお客様へのお知らせ."""
    return _endorsement_page(request, _own(request, public_id), is_complete=False)


def _endorsement_page(request: ContractorRequest, shown: Endorsement, *, is_complete: bool) -> HttpResponse:
    context = {
        "section": "contracts",
        "endorsement": shown,
        "guarantee": shown.guarantee,
        "rows": comparing.rows(shown.facts_before, shown.facts_after),
        "extra": balances.of_endorsement(shown),
        "is_complete": is_complete,
        "token": acting.token(request.user, "take_back", shown.public_id),
    }
    return render(request, "guarantees/contractor/endorsement.html", context)


@never_cache
@require_POST
@contractor_only
def take_back(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """取下げ, before the review began."""
    shown = _own(request, public_id)
    url = reverse("guarantees:endorsement", args=[public_id])

    def act() -> str:
        endorsing.take_back(endorsement=shown, by=request.member)
        return url

    return doing.once(request, act="take_back", subject=public_id, do=act, back=url)


def _in_force(request: ContractorRequest, public_id: uuid.UUID) -> tuple[Guarantee, Certificate]:
    """The contractor's own guarantee, and its version in force. A 契約保証予約 has no page for changes."""
    own = Guarantee.objects.of_contractor(request.contractor).select_related(
        "contractor", "obligee", "requested__application"
    )
    guarantee = get_object_or_404(own, public_id=public_id)
    if not guarantee.is_amendable:
        raise Http404
    return guarantee, guarantee.certificates.in_force().defer("pdf").get()


def _own(request: ContractorRequest, public_id: uuid.UUID) -> Endorsement:
    own = (
        Endorsement.objects.of_contractor(request.contractor)
        .told_to_contractor()
        .with_guarantee()
        .select_related("guarantee__requested__application")
    )
    return get_object_or_404(own, public_id=public_id)
