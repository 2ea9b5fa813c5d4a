"""The page of one guarantee at the surety's desk: what is in force, every version, every act, and what may be done now."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dsure import reporting
from guarantees import balances, history, receipts
from guarantees.access import StaffRequest, staff_only
from guarantees.endorsement_terms import RequestAnswer, RequestKind
from guarantees.models import Guarantee, RequestedGuarantee
from guarantees.terms import FIRST_TARGET, GuaranteeState

PAGE_ROWS = 50
SIGHTS = 20


@never_cache
@require_safe
@staff_only
def guarantee(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """保証契約: facts in force, versions, endorsements, money and papers, what the obligee did, and one line of time."""
    shown = own_guarantee(request, public_id)
    page = Paginator(history.events_of(shown), PAGE_ROWS).get_page(request.GET.get("page"))
    page.object_list = [history.line(event) for event in page.object_list]
    endorsements = list(shown.endorsements.select_related("asked_by").defer("facts_before", "facts_after"))
    open_endorsement = next((one for one in endorsements if one.is_open), None)
    requested = RequestedGuarantee.objects.with_application().get(guarantee=shown)
    context = {
        "section": "guarantees",
        "guarantee": shown,
        "facts": shown.facts,
        "in_force_version": shown.version,
        "versions": shown.certificates.listed(),
        "endorsements": endorsements,
        "open_endorsement": open_endorsement,
        "acts": [] if open_endorsement else possible_acts(shown),
        "balance": balances.of([requested])[requested.pk],
        "requests": [in_words(one) for one in reversed(reporting.requests_of([shown.number]))],
        "receipt": receipts.of([shown]).get(shown.number),
        "sights": shown.key_sights.select_related("seen_by").order_by("-seen_at", "-pk")[:SIGHTS],
        "page": page,
    }
    return render(request, "guarantees/surety/guarantee.html", context)


def possible_acts(guarantee: Guarantee) -> list[dict]:
    """What staff may begin on the guarantee now, each with its page; nothing on one that was released or cancelled."""
    if guarantee.state != GuaranteeState.IN_FORCE:
        return []
    acts = [
        ("訂正する", "correction", True),
        ("変更を取り消す", "amendment-cancellation", guarantee.target != FIRST_TARGET),
        ("認証キーを再発行する", "key-reissue", guarantee.is_electronic),
        ("解除する（書面による申出）", "release", True),
        ("解約する", "cancellation", True),
    ]
    return [
        {"label": label, "url": reverse(f"guarantees:surety-{name}", args=[guarantee.public_id])}
        for label, name, is_possible in acts
        if is_possible
    ]


def in_words(filed: reporting.FiledRequest) -> dict:
    """A request from D-Sure as pages show it."""
    kind = RequestKind(filed.kind)
    answer = RequestAnswer(filed.answer).label if filed.answer else "未受付"
    tone = {"": "orange", RequestAnswer.TAKEN_UP: "blue", RequestAnswer.CARRIED_OUT: "green"}.get(filed.answer, "red")
    return {"filed": filed, "kind": kind.label, "is_claim": kind == RequestKind.CLAIM, "answer": answer, "tone": tone}


def own_guarantee(request: StaffRequest, public_id: uuid.UUID) -> Guarantee:
    """The guarantee with its facts, if it is of this person's branch; else 404."""
    own = Guarantee.objects.for_staff(request.staff).with_facts()
    parties = ("branch", "contractor", "obligee", "work", "requested__application")
    return get_object_or_404(own.select_related(*parties), public_id=public_id)
