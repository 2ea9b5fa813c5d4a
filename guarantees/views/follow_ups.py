"""中間前払金保証 on an issued advance, 契約保証予約 before tender, and the 契約保証 that comes from a reservation."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import applying, following, quoting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.drafting import Standing
from guarantees.forms import prefilling
from guarantees.forms.application import ApplicationForms
from guarantees.forms.interim import InterimForms
from guarantees.forms.products import GuaranteeForm
from guarantees.forms.reservation import ReservationForms, prefill
from guarantees.models import Application, Guarantee, RequestedGuarantee
from guarantees.terms import Product
from guarantees.views import applications, drafts
from netdesk.rendering import as_typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def interim(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """中間前払金保証の申込: the one on this advance, begun here and corrected here; once sent it is shown instead."""
    guarantee = _own(request, public_id, Product.ADVANCE)
    started = following.taken(guarantee)
    if away := _away(request, guarantee, started):
        return away
    advance = following.in_force(guarantee)
    forms = InterimForms(request.POST or None, contractor=request.contractor, advance=advance, started=started)
    application_id = started.application.public_id if started else uuid.uuid4()
    if request.method == "POST" and forms.is_valid() and _saved(request, forms, application_id):
        return redirect("guarantees:application-confirm", public_id=application_id)
    context = {
        "section": "apply",
        "form": forms,
        "sections": forms.sections(),
        "advance": advance,
        "quotes": _quotes(forms.interim),
        "application": Application(contractor=request.contractor, **forms.facts),
        "returned": started.application if started else None,
    }
    return render(request, "guarantees/contractor/interim_form.html", context)


def _saved(request: ContractorRequest, forms: InterimForms | ReservationForms, public_id: uuid.UUID) -> bool:
    """Is what was typed kept as a draft? A refusal stands at the head of the page, with everything typed."""
    try:
        applying.save_draft(
            by=request.member, public_id=public_id, declared=forms.declared(), requested=forms.requested()
        )
    except applying.NotApplied as refusal:
        forms.information.add_error(None, refusal.sentence)
        return False
    return True


@never_cache
@require_safe
@contractor_only
def performance(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """契約保証を申し込む: the ordinary page, with all that the reservation knows filled in."""
    guarantee = _own(request, public_id, Product.RESERVATION)
    started = following.taken(guarantee)
    if away := _away(request, guarantee, started):
        return away
    if started:
        return redirect("guarantees:application-edit", public_id=started.application.public_id)
    reserved = RequestedGuarantee.objects.with_application().get(guarantee=guarantee)
    forms = prefill(ApplicationForms(None, contractor=request.contractor, application=None), reserved)
    verdict = forms.verdict(reserved.application)
    return applications.form_page(request, forms, public_id=uuid.uuid4(), there=Standing(None, None), verdict=verdict)


@never_cache
@require_safe
@contractor_only
def reservation_new(request: ContractorRequest) -> HttpResponse:
    """契約保証予約の申込. The page already has the address that it will be saved under, so sending it twice makes one."""
    forms = prefilling.new_reservation(request.member)
    return _reservation_page(request, forms, uuid.uuid4(), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def reservation_edit(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same page for a draft or a returned reservation; saves what was typed and goes on to 申込確認."""
    if drafts.is_of_discarded(request, public_id):
        forms = as_typed(ReservationForms(request.POST, contractor=request.contractor, application=None))
        return _reservation_page(request, forms, uuid.uuid4(), None, was_discarded=True)
    found = Application.objects.with_parties().filter(public_id=public_id).first()
    is_own = request.method == "POST" if found is None else found.contractor_id == request.contractor.pk
    if not is_own or (found and not found.is_tender):
        raise Http404
    if found and not found.is_open_to_contractor:
        return redirect("guarantees:application", public_id=public_id)
    forms = ReservationForms(request.POST or None, contractor=request.contractor, application=found)
    if request.method == "POST" and forms.is_valid() and _saved(request, forms, public_id):
        return redirect("guarantees:application-confirm", public_id=public_id)
    return _reservation_page(request, forms, public_id, found)


def _reservation_page(
    request: ContractorRequest,
    forms: ReservationForms,
    public_id: uuid.UUID,
    application: Application | None,
    **notices,
) -> HttpResponse:
    context = {
        "section": "apply",
        "form": forms,
        "sections": forms.sections(),
        "application": application,
        "quotes": _quotes(forms.reservation),
        "save_url": reverse("guarantees:reservation-edit", args=[public_id]),
        **notices,
    }
    return render(request, "guarantees/contractor/reservation_form.html", context)


def _quotes(block: GuaranteeForm) -> list[quoting.Quote]:
    """What the one guarantee of the page costs by what stands in its box."""
    return quoting.quotes({block.product: block["guaranteed_amount"].amount}, on=timezone.localdate())


def _own(request: ContractorRequest, public_id: uuid.UUID, product: Product) -> Guarantee:
    """The company's own guarantee of this product; of another company or product there is none."""
    own = Guarantee.objects.of_contractor(request.contractor).filter(product=product)
    return get_object_or_404(own.select_related("contractor", "branch", "work"), public_id=public_id)


def _away(request: ContractorRequest, guarantee: Guarantee, started: RequestedGuarantee | None) -> HttpResponse | None:
    """To where the answer is, with the sentence why: what was sent already, or the guarantee that has ended."""
    if started and not started.application.is_open_to_contractor:
        messages.error(request, following.taken_sentence(started))
        return redirect("guarantees:application", public_id=started.application.public_id)
    sentence = "" if started else following.closed(guarantee, on=timezone.localdate())
    if not sentence:
        return None
    messages.error(request, sentence)
    return redirect("guarantees:application", public_id=guarantee.requested.application.public_id)
