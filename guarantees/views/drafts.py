"""作成中の申込: saved as typed, gone on with, thrown away; and an application that is taken back."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guarantees import applying, drafting
from guarantees.access import ContractorRequest, contractor_only
from guarantees.drafting import Standing
from guarantees.forms import clearing
from guarantees.forms.application import ApplicationForms, RevisionForm
from guarantees.forms.differing import Difference, differences
from guarantees.models import Application, Draft
from netdesk import acting, keeping
from netdesk.rendering import as_typed

PAGE_ROWS = 20


def standing_or_404(request: ContractorRequest, public_id: uuid.UUID) -> Standing:
    """What is saved at the contractor's own address; a new one begins with a POST, or with what was kept of one."""
    try:
        there = drafting.standing(request.contractor, public_id)
    except Application.DoesNotExist:
        raise Http404 from None
    if there.is_there or request.method == "POST" or keeping.typed_before(request) is not None:
        return there
    raise Http404


def is_of_discarded(request: ContractorRequest, public_id: uuid.UUID) -> bool:
    """Does a page that was typed in come back to an address that was discarded since it was opened?"""
    typed = request.POST if request.method == "POST" else keeping.typed_before(request)
    if typed is None:
        return False
    return drafting.was_discarded(request.contractor, public_id, _revision_in(typed))


def form_of(request: ContractorRequest, there: Standing) -> ApplicationForms:
    """The form with what is posted, or kept over an ended session, or saved."""

    def make(typed: QueryDict | None) -> ApplicationForms:
        if typed is None:
            return saved_form(request, there)
        return form_with(request, there, typed)

    return keeping.filled(request, make)


def form_with(request: ContractorRequest, there: Standing, typed: QueryDict | None) -> ApplicationForms:
    """The form with these boxes; without any, with the application's own values."""
    return ApplicationForms(typed, contractor=request.contractor, application=there.application)


def saved_form(request: ContractorRequest, there: Standing) -> ApplicationForms:
    """The form with what is saved: the draft as it was typed, else the application."""
    if there.draft:
        return as_typed(form_with(request, there, there.draft.as_posted))
    return form_with(request, there, None)


def revision_of(request: ContractorRequest, there: Standing) -> int | None:
    """The revision that the page was opened with: the posted or kept one; of a fresh page, that of what is saved."""
    typed = request.POST if request.method == "POST" else keeping.typed_before(request)
    if typed is None:
        return there.revision
    return _revision_in(typed)


def _revision_in(typed: QueryDict) -> int | None:
    form = RevisionForm(typed)
    return form.cleaned_data["revision"] if form.is_valid() else None


def cleared(request: ContractorRequest, there: Standing) -> dict[str, str]:
    """What the emptied sections held (元に戻す): as the page that is sent carries it, else as the draft was saved with it."""
    typed = request.POST if request.method == "POST" else keeping.typed_before(request)
    if typed is None:
        typed = there.draft.as_posted if there.draft else QueryDict()
    return clearing.carried(typed)


def found_different(request: ContractorRequest, there: Standing, forms: ApplicationForms) -> list[Difference]:
    """Where this page is older than what is saved: every box with both its values. Else nothing."""
    if not there.is_there or revision_of(request, there) in (None, there.revision):
        return []
    return differences(forms, saved_form(request, there))


def saved(request: ContractorRequest, public_id: uuid.UUID, there: Standing, forms: ApplicationForms) -> str:
    """Save what was typed, as a draft or to be confirmed, and say where to go next; nowhere while it has errors."""
    revision = None if revision_of(request, there) is None else there.revision
    if "keep" in request.POST:
        typed = dict(request.POST.lists())
        drafting.keep(by=request.member, public_id=public_id, typed=typed, revision=revision)
        messages.success(request, "一時保存しました。まだ送信していません。「作成中の申込」から続きを入力できます。")
        return reverse("guarantees:application-edit", args=[public_id])
    if not forms.is_valid():
        return ""
    declared, requested = forms.declared(), forms.requested()
    applying.save_draft(
        by=request.member, public_id=public_id, declared=declared, requested=requested, revision=revision
    )
    return reverse("guarantees:application-confirm", args=[public_id])


@never_cache
@require_safe
@contractor_only
def listing(request: ContractorRequest) -> HttpResponse:
    """作成中の申込: what was saved and never sent."""
    page = Paginator(Draft.objects.unfinished(request.contractor), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "guarantees/contractor/drafts.html", {"section": "apply", "page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def discard(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """破棄する, after a page that says what will be gone."""
    try:
        there = drafting.standing(request.contractor, public_id)
    except Application.DoesNotExist:
        raise Http404 from None
    list_url = reverse("guarantees:drafts")
    if request.method == "POST":
        act = lambda: drafting.discard(by=request.member, public_id=public_id)  # noqa: E731
        return _act(request, "discard", public_id, act, "作成中の申込を破棄しました。", list_url, list_url)
    if not there.is_there:
        raise Http404
    token = acting.token(request.user, "discard", public_id)
    context = {"section": "apply", "application": there.application, "draft": there.draft, "token": token}
    return render(request, "guarantees/contractor/draft_discard.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contractor_only
def withdraw(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """取下げる, after a page that says what it means."""
    own = Application.objects.of_contractor(request.contractor).with_parties()
    application = get_object_or_404(own, public_id=public_id)
    page_url = reverse("guarantees:application", args=[public_id])
    if request.method == "POST":
        act = lambda: applying.withdraw(application=application, by=request.member)  # noqa: E731
        return _act(request, "withdraw", public_id, act, "申込を取り下げました。", page_url, page_url)
    if not application.can_be_withdrawn(application.requested.all()):
        return redirect(page_url)
    context = {
        "section": "contracts",
        "application": application,
        "requested": application.requested.with_application(),
        "token": acting.token(request.user, "withdraw", public_id),
    }
    return render(request, "guarantees/contractor/application_withdraw.html", context)


def _act(
    request: ContractorRequest, name: str, subject: uuid.UUID, stage: Callable, said: str, done_url: str, url: str
) -> HttpResponse:
    """Carry out one act once; a refusal is said in words at `url`."""

    def do() -> str:
        stage()
        messages.success(request, said)
        return done_url

    try:
        return acting.once(request, act=name, subject=subject, do=do)
    except (applying.NotApplied, drafting.NotSaved, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
