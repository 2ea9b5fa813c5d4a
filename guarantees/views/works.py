"""The page of one job (工事): all that was guaranteed or applied for, both keys, and how each is handed in."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dsure import keys
from guarantees import disclosing, handing_in, receipts
from guarantees.access import ContractorRequest, contractor_only
from guarantees.models import Guarantee, KeySight, RequestedGuarantee, Work
from guarantees.terms import Product, Status

PRODUCTS = list(Product)  # as they stand on the page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def work(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One job. Its keys are shown in answer to a POST (認証キーを表示する), which logs each sight; nothing keeps that page."""
    found = get_object_or_404(Work.objects.of_contractor(request.contractor), public_id=public_id)
    guarantees = list(found.guarantees.with_facts().select_related("obligee", "branch", "contractor").newest_first())
    requested = list(RequestedGuarantee.objects.of_work(found).with_application().newest_first())
    shown_keys = _keys(request, guarantees) if request.method == "POST" else {}
    context = {
        "section": "contracts",
        "work": found,
        "facts": _facts(guarantees, requested),
        "cards": _cards(request, guarantees, shown_keys),
        "open_requests": [one for one in requested if one.status != Status.ISSUED],
        "has_keys": any(guarantee.is_electronic for guarantee in guarantees),
        "are_keys_shown": bool(shown_keys),
    }
    return render(request, "guarantees/contractor/work.html", context)


def _keys(request: ContractorRequest, guarantees: list[Guarantee]) -> dict[int, str]:
    """Each key of the job in clear, after a row that says who saw it here."""
    return {
        one.pk: keys.grouped(disclosing.show_key(guarantee=one, where=KeySight.Where.WORK, by=request.user))
        for one in guarantees
        if one.is_electronic
    }


def _facts(guarantees: list[Guarantee], requested: list[RequestedGuarantee]) -> dict:
    """The job as the newest certificate has it; before the first, as the newest application declares it."""
    if guarantees:
        return guarantees[0].facts
    if not requested:
        return {}
    declared = requested[0].application
    names = (
        "work_name",
        "work_place",
        "contract_price",
        "work_starts_on",
        "work_ends_on",
        "contracted_on",
        "tendered_on",
    )
    facts = {name: getattr(declared, name) for name in names}
    return facts | {"addressee": declared.addressee_title, "obligee_name": declared.obligee_name}


def _cards(request: ContractorRequest, guarantees: list[Guarantee], shown_keys: dict[int, str]) -> list[dict]:
    """Each guarantee with its key (if asked for), its receipt, and how to hand it in with the mail that goes with it."""
    told = receipts.of(guarantees)
    rules = {code: handing_in.rules_of(code) for code in {one.obligee_code for one in guarantees}}
    cards = []
    for one in sorted(guarantees, key=lambda one: (PRODUCTS.index(Product(one.product)), one.pk)):
        rule = rules[one.obligee_code][Product(one.product)]
        card = {"guarantee": one, "rule": rule, "receipt": told.get(one.number), "key": shown_keys.get(one.pk, "")}
        cards.append(card | {"subject": rule.subject_for(one.facts["work_name"]), "mail": _mail(request, one)})
    return cards


def _mail(request: ContractorRequest, guarantee: Guarantee) -> str:
    """The mail to the obligee, to copy. The PDF carries the key; the mail never does."""
    context = {"guarantee": guarantee, "facts": guarantee.facts, "member": request.member}
    return render_to_string("mails/hand_in.txt", context)
