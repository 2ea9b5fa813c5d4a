"""発注者からの依頼: releases and claims filed in D-Sure, for the branch whose guarantees they are about."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dsure import reporting
from guarantees import answering, asking
from guarantees.access import StaffRequest, staff_only
from guarantees.endorsement_terms import RequestAnswer
from guarantees.forms.asking import AnswerForm
from guarantees.models import Endorsement, Guarantee
from guarantees.views import doing
from guarantees.views.guarantees import in_words
from netdesk import acting, keeping

PAGE_ROWS = 30
OPEN = ("", RequestAnswer.TAKEN_UP)


@never_cache
@require_safe
@staff_only
def listing(request: StaffRequest) -> HttpResponse:
    """Open ones first, oldest first; then what is answered, newest first."""
    found = reporting.requests_after(0)
    own = Guarantee.objects.for_staff(request.staff).select_related("contractor")
    guarantees = {one.number: one for one in own.filter(number__in={filed.number for filed in found})}
    rows = [in_words(filed) | {"guarantee": guarantees[filed.number]} for filed in found if filed.number in guarantees]
    open_rows = [row for row in rows if row["filed"].answer in OPEN]
    answered = [row for row in reversed(rows) if row["filed"].answer not in OPEN]
    page = Paginator([*open_rows, *answered], PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"section": "requests", "page": page, "open_count": len(open_rows)}
    return render(request, "guarantees/surety/request_list.html", context)


@never_cache
@require_safe
@staff_only
def detail(request: StaffRequest, cursor: int) -> HttpResponse:
    """One request: what is asked, about which guarantee, what taking it up will do, and where it stands."""
    filed, guarantee = _own(request, cursor)
    context = {
        "section": "requests",
        "guarantee": guarantee,
        "facts": guarantee.facts,
        **in_words(filed),
        "endorsement": Endorsement.objects.filter(request_cursor=cursor).first(),
        "open_endorsement": guarantee.endorsements.open().first(),
        "token": acting.token(request.user, "take_up_request", cursor),
    }
    return render(request, "guarantees/surety/request.html", context)


@never_cache
@require_POST
@staff_only
def take_up(request: StaffRequest, cursor: int) -> HttpResponse:
    """受け付ける: a release goes on as an endorsement under review; a claim is told to be looked into."""
    filed, guarantee = _own(request, cursor)

    def do() -> str:
        if in_words(filed)["is_claim"]:
            answering.take_up_claim(guarantee=guarantee, cursor=cursor, by=request.staff)
            return _url(cursor)
        endorsement = asking.take_up_request(guarantee=guarantee, cursor=cursor, by=request.staff)
        return reverse("guarantees:endorsement-review", args=[endorsement.public_id])

    return _once(request, "take_up_request", cursor, do)


@keeping.keeps
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def answer(request: StaffRequest, cursor: int) -> HttpResponse:
    """回答 to a claim that was taken up, for good."""
    filed, guarantee = _own(request, cursor)
    words = in_words(filed)
    if not words["is_claim"]:
        raise Http404
    form = keeping.filled(request, AnswerForm)
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            answering.answer_claim(guarantee=guarantee, cursor=cursor, by=request.staff, **form.cleaned_data)
            return _url(cursor)

        return _once(request, "answer_claim", cursor, do)
    token = acting.token(request.user, "answer_claim", cursor)
    context = {"section": "requests", "guarantee": guarantee, "facts": guarantee.facts, "form": form, "token": token}
    return render(request, "guarantees/surety/request_answer.html", context | words)


def _once(request: StaffRequest, act: str, cursor: int, do: Callable[[], str]) -> HttpResponse:
    return doing.once(request, act=act, subject=cursor, do=do, back=_url(cursor))


def _url(cursor: int) -> str:
    return reverse("guarantees:request", args=[cursor])


def _own(request: StaffRequest, cursor: int) -> tuple[reporting.FiledRequest, Guarantee]:
    """The request with its guarantee, if that is of this person's branch; else 404."""
    filed = reporting.request(cursor)
    if filed is None:
        raise Http404
    own = Guarantee.objects.for_staff(request.staff).with_facts().select_related("contractor", "branch")
    return filed, get_object_or_404(own, number=filed.number)
