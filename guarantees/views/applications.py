"""保証申込: 申込作成 > 申込確認 > 送信完了, and the application as it stands."""

import uuid

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import applying, awaiting, balances, declaring, drafting, quoting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.drafting import Standing
from guarantees.forms import clearing, prefilling
from guarantees.forms.application import ApplicationForms, RevisionForm, terms_of
from guarantees.models import Application, Certificate, Draft, Endorsement
from guarantees.terms import ApplicationStatus, Product, Status
from guarantees.views import drafts, standing
from netdesk import acting, desks, keeping
from netdesk.models import Desk
from netdesk.rendering import as_typed


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
    context = {
        "section": "top",
        "waiting": own.filter(status=ApplicationStatus.RETURNED)[:10],
        "awaited": awaiting.of_contractor(request.contractor)[:10],
        "unfinished": Draft.objects.unfinished(request.contractor)[:5],
    }
    return render(request, "guarantees/contractor/top.html", context)


@never_cache
@require_safe
@contractor_only
def new(request: ContractorRequest) -> HttpResponse:
    """申込の作成(新規), or a copy (`?from=`). The page already has the address that it will be saved under, so sending it twice makes one."""
    source = _own(request, _uuid_or_404(request.GET["from"])) if "from" in request.GET else None
    forms = prefilling.new_form(request.member, source)
    there, verdict = Standing(None, None), forms.verdict(source)
    return form_page(request, forms, public_id=uuid.uuid4(), there=there, source=source, verdict=verdict)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def edit(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same page for what was saved or returned; saves what was typed, as a draft or to go on to 申込確認."""
    if drafts.is_of_discarded(request, public_id):
        return _begun_anew(request)
    there = drafts.standing_or_404(request, public_id)
    if elsewhere := _elsewhere(request, there.application):
        return redirect(elsewhere)
    forms = drafts.form_of(request, there)
    if request.method != "POST":
        return form_page(request, forms, public_id=public_id, there=there)
    if redone := clearing.redone(request.POST):
        forms = drafts.form_with(request, there, redone.data)
        notices = {"kept": redone.kept, "revision": drafts.revision_of(request, there)}
        return form_page(request, as_typed(forms), public_id=public_id, there=there, **notices)
    if differences := drafts.found_different(request, there, forms):
        return form_page(request, as_typed(forms), public_id=public_id, there=there, differences=differences)
    try:
        where = drafts.saved(request, public_id, there, forms)
    except applying.NotFollowing as refusal:
        forms.performance.add_error("guaranteed_amount", refusal.sentence)
        where = ""
    except (applying.NotApplied, drafting.NotSaved) as refusal:
        messages.error(request, refusal.sentence)
        where = ""
    return redirect(where) if where else form_page(request, forms, public_id=public_id, there=there)


def _begun_anew(request: ContractorRequest) -> HttpResponse:
    """What was typed on a page whose draft was discarded meanwhile, as the form of a new one. Nothing is saved yet."""
    there = Standing(None, None)
    forms = as_typed(drafts.form_of(request, there))
    return form_page(request, forms, public_id=uuid.uuid4(), there=there, revision=0, was_discarded=True)


def _elsewhere(request: ContractorRequest, application: Application | None) -> str:
    """Where this address leads when its page is not the ordinary form: to the application as it stands, or to its own form."""
    if application is None:
        return ""
    if not application.is_open_to_contractor:
        if request.method == "POST":
            messages.error(request, applying.NotOpen.sentence)
        return reverse("guarantees:application", args=[application.public_id])
    return _page_of_its_own(application)


def _page_of_its_own(application: Application) -> str:
    """Where a reservation or an interim advance is corrected; nothing for an ordinary application."""
    if application.is_tender:
        return reverse("guarantees:reservation-edit", args=[application.public_id])
    interim = application.requested.filter(product=Product.INTERIM).select_related("follows").first()
    return reverse("guarantees:interim", args=[interim.follows.public_id]) if interim else ""


def form_page(
    request: ContractorRequest, forms: ApplicationForms, *, public_id: uuid.UUID, there: Standing, **notices
) -> HttpResponse:
    """申込の作成 with these forms; `notices` are what stands at its head."""
    is_fresh = request.method != "POST"
    context = {
        "section": "apply",
        "form": forms,
        "sections": forms.sections(),
        "quotes": quoting.quotes(forms.typed_amounts(), on=timezone.localdate()),
        "application": there.application,
        "draft": there.draft,
        "revision": drafts.revision_of(request, there) if is_fresh else there.revision,
        "verdict": forms.verdict(there.application),
        "kept": drafts.cleared(request, there),
        "save_url": reverse("guarantees:application-edit", args=[public_id]),
        **notices,
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
    if drafts.is_of_discarded(request, public_id):
        messages.error(request, drafting.Discarded.sentence)
        return redirect("guarantees:drafts")
    application = _own(request, public_id)
    if request.method == "POST":
        return _submit(request, application)
    if not application.is_open_to_contractor:
        return redirect("guarantees:application", public_id=public_id)
    if Draft.objects.filter(public_id=public_id).exists():
        messages.warning(request, "一時保存した内容があります。内容を確認してから、申込内容の確認に進んでください。")
        return redirect("guarantees:application-edit", public_id=public_id)
    requested = list(application.requested.with_application())
    context = {
        "section": "apply",
        "application": application,
        "changes": declaring.since_return(application) if application.returned_at else None,
        "requested": requested,
        "is_work_fixed": any(one.product == Product.INTERIM for one in requested),
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
    versions = Certificate.objects.not_voided().defer("pdf").order_by("-version")
    requested = requested.prefetch_related(
        Prefetch("guarantee__endorsements", Endorsement.objects.told_to_contractor()),
        Prefetch("guarantee__certificates", versions, to_attr="versions"),
    )
    requested = standing.told(requested)
    found = balances.of(requested)
    context = {
        "section": "contracts",
        "application": application,
        "rows": [{"one": one, "balance": found[one.pk]} for one in requested],
        "can_withdraw": application.can_be_withdrawn(requested),
        "is_issued": any(one.status == Status.ISSUED for one in requested),
    }
    return render(request, "guarantees/contractor/application.html", context)


def _own(request: ContractorRequest, public_id: uuid.UUID) -> Application:
    own = Application.objects.of_contractor(request.contractor).with_parties()
    return get_object_or_404(own, public_id=public_id)


def _uuid_or_404(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
