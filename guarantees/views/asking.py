"""What the contractor asks for on an issued guarantee besides a change: another key, or its end."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guarantees import asking
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms.asking import KeyReissueForm
from guarantees.forms.review import ReasonForm
from guarantees.models import Guarantee
from guarantees.models.guarantees import GuaranteeQuerySet
from guarantees.terms import GuaranteeState
from guarantees.views import doing
from netdesk import acting, keeping
from netdesk.rendering import Form

TEMPLATES = {
    "key_reissue": "guarantees/contractor/ask_key_reissue.html",
    "cancellation": "guarantees/contractor/ask_cancellation.html",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def key_reissue(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """認証キー再発行の申込: why, what it will do, and one button."""
    guarantee = get_object_or_404(_own(request).electronic(), public_id=public_id)
    return _page(request, guarantee, "key_reissue", KeyReissueForm(request.POST or None), asking.ask_key_reissue)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def cancellation(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """解約の申込."""
    guarantee = get_object_or_404(_own(request), public_id=public_id)
    return _page(request, guarantee, "cancellation", keeping.filled(request, ReasonForm), asking.ask_cancellation)


def _page(request: ContractorRequest, guarantee: Guarantee, name: str, form: Form, stage: Callable) -> HttpResponse:
    act, subject = f"ask_{name}", guarantee.public_id
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            endorsement = stage(guarantee=guarantee, by=request.member, **form.cleaned_data)
            return reverse("guarantees:endorsement-complete", args=[endorsement.public_id])

        return doing.once(request, act=act, subject=subject, do=do, back=request.path)
    context = {
        "section": "contracts",
        "guarantee": guarantee,
        "facts": guarantee.facts,
        "form": form,
        "is_closed": guarantee.state != GuaranteeState.IN_FORCE,
        "open_endorsement": guarantee.endorsements.open().first(),
        "token": acting.token(request.user, act, subject),
    }
    return render(request, TEMPLATES[name], context)


def _own(request: ContractorRequest) -> GuaranteeQuerySet:
    own = Guarantee.objects.of_contractor(request.contractor).with_facts()
    return own.select_related("branch", "contractor", "requested__application")
