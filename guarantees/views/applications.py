"""保証申込: 申込作成 > 申込確認 > 送信完了, and the application as it stands."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import applying, quoting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.forms import clearing
from guarantees.forms.application import ApplicationForms, RevisionForm, terms_of
from guarantees.models import Application
from guarantees.terms import ApplicationStatus, Product
from netdesk import acting, desks
from netdesk.models import Desk


@never_cache
@require_safe
def top(request: HttpRequest) -> HttpResponse:
    """全体トップ: the contractor's first page; everybody else goes to their own desk, a stranger to sign-in."""
    if request.user.is_authenticated and request.user.desk != Desk.CONTRACTOR:
        return redirect(desks.home_of(request.user))
    return contractor_top(request)


@contractor_only
def contractor_top(request: ContractorRequest) -> HttpResponse:
    """ようこそ、ネットデスクへ, with what waits for the contractor."""
    own = Application.objects.of_contractor(request.contractor).with_parties()
    waiting = own.filter(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.RETURNED])
    return render(request, "guarantees/contractor/top.html", {"section": "top", "waiting": waiting[:10]})


@never_cache
@require_safe
@contractor_only
def new(request: ContractorRequest) -> HttpResponse:
    """申込の作成(新規). The page already has the address that it will be saved under, so sending it twice makes one."""
    forms = ApplicationForms(None, contractor=request.contractor, application=None)
    return _form_page(request, forms, public_id=uuid.uuid4(), application=None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def edit(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same page for a draft or a returned application; saves what was typed and goes on to 申込確認."""
    found = Application.objects.with_parties().filter(public_id=public_id).first()
    is_own = request.method == "POST" if found is None else found.contractor_id == request.contractor.pk
    if not is_own:
        raise Http404
    if found and not found.is_open_to_contractor:
        return redirect("guarantees:application", public_id=public_id)
    if found and (page := _page_of_its_own(found)):
        return redirect(page)
    redone = clearing.redone(request.POST)
    data = redone.data if redone else request.POST or None
    forms = ApplicationForms(data, contractor=request.contractor, application=found)
    if redone:
        forms.leave_unchecked()
    elif request.method == "POST" and forms.is_valid():
        return _save(request, forms, public_id, found)
    return _form_page(request, forms, public_id=public_id, application=found, kept=redone.kept if redone else {})


def _save(
    request: ContractorRequest, forms: ApplicationForms, public_id: uuid.UUID, found: Application | None
) -> HttpResponse:
    """Save what was typed and go on; a refusal stands at the head of the page, with everything typed."""
    try:
        applying.save_draft(
            by=request.member, public_id=public_id, declared=forms.declared(), requested=forms.requested()
        )
    except applying.NotFollowing as refusal:
        forms.performance.add_error("guaranteed_amount", refusal.sentence)
        return _form_page(request, forms, public_id=public_id, application=found)
    except applying.NotApplied as refusal:
        messages.error(request, refusal.sentence)
        return redirect("guarantees:application", public_id=public_id)
    return redirect("guarantees:application-confirm", public_id=public_id)


def _page_of_its_own(application: Application) -> str:
    """Where a reservation or an interim advance is corrected; nothing for an ordinary application."""
    if application.is_tender:
        return reverse("guarantees:reservation-edit", args=[application.public_id])
    interim = application.requested.filter(product=Product.INTERIM).select_related("follows").first()
    return reverse("guarantees:interim", args=[interim.follows.public_id]) if interim else ""


def _form_page(
    request: ContractorRequest,
    forms: ApplicationForms,
    *,
    public_id: uuid.UUID,
    application: Application | None,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    context = {
        "section": "apply",
        "form": forms,
        "sections": forms.sections(),
        "quotes": quoting.quotes(forms.typed_amounts(), on=timezone.localdate()),
        "application": application,
        "verdict": forms.verdict(application),
        "kept": kept,
        "save_url": reverse("guarantees:application-edit", args=[public_id]),
    }
    return render(request, "guarantees/contractor/application_form.html", context)


@never_cache
@require_safe
@contractor_only
def terms(request: ContractorRequest) -> HttpResponse:
    """What the obligee's terms say of the work typed so far, as a piece of that page (static/js/terms.js asks)."""
    return render(request, "guarantees/contractor/application_terms.html", {"verdict": terms_of(request.GET)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def confirm(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """申込確認: everything once more, then sent exactly as shown."""
    application = _own(request, public_id)
    if request.method == "POST":
        return _submit(request, application)
    if not application.is_open_to_contractor:
        return redirect("guarantees:application", public_id=public_id)
    requested = list(application.requested.with_application())
    context = {
        "section": "apply",
        "application": application,
        "requested": requested,
        "quotes": quoting.quotes(quoting.amounts_of(requested), on=timezone.localdate()),
        "token": acting.token(request.user, "submit", public_id),
    }
    return render(request, "guarantees/contractor/application_confirm.html", context)


def _submit(request: ContractorRequest, application: Application) -> HttpResponse:
    form = RevisionForm(request.POST)

    def submit() -> str:
        revision = form.cleaned_data["revision"] if form.is_valid() else 0
        applying.submit(application=application, revision=revision, by=request.member)
        return reverse("guarantees:application-complete", args=[application.public_id])

    try:
        return acting.once(request, act="submit", subject=application.public_id, do=submit)
    except (applying.NotApplied, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect("guarantees:application-confirm", public_id=application.public_id)


@never_cache
@require_safe
@contractor_only
def complete(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """送信完了: what was sent, what happens next. It can be bookmarked and printed."""
    application = _own(request, public_id)
    if application.submitted_at is None:
        return redirect("guarantees:application-confirm", public_id=public_id)
    context = {"section": "apply", "application": application, "requested": application.requested.with_application()}
    return render(request, "guarantees/contractor/application_complete.html", context)


@never_cache
@require_safe
@contractor_only
def detail(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The application as it stands, with 手続状況 and 弊社からお客様へのお知らせ."""
    application = _own(request, public_id)
    requested = application.requested.with_application().with_followers()
    requested = requested.prefetch_related("guarantee__endorsements")
    context = {"section": "contracts", "application": application, "requested": requested}
    return render(request, "guarantees/contractor/application.html", context)


def _own(request: ContractorRequest, public_id: uuid.UUID) -> Application:
    own = Application.objects.of_contractor(request.contractor).with_parties()
    return get_object_or_404(own, public_id=public_id)
