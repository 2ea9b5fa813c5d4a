"""見守り一覧: what a branch keeps an eye on, list by list, with its count."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from guarantees import watching
from guarantees.access import StaffRequest, staff_only
from guarantees.forms.watch import UnopenedForm
from guarantees.models import Certificate
from guarantees.watching import Entry, Watch
from netdesk import acting, mailing

PAGE_ROWS = 30


@never_cache
@require_safe
@staff_only
def listing(request: StaffRequest) -> HttpResponse:
    """One list with its rows, and how many each list has."""
    current = Watch(request.GET["tab"]) if request.GET.get("tab") in Watch.values else Watch.REQUESTS
    form = UnopenedForm(request.GET)
    found = {
        watch: watching.entries(watch, request.staff, days=form.days_wanted) for watch in Watch if watch != Watch.MAILS
    }
    found[Watch.MAILS] = watching.troubled_mails(request.staff)
    paginators = {watch: Paginator(rows, PAGE_ROWS) for watch, rows in found.items()}
    page = paginators[current].get_page(request.GET.get("page"))
    context = {
        "section": "watch",
        "current": current.value,
        "title": current.label,
        "tabs": [{"value": one.value, "label": one.label, "count": paginators[one].count} for one in Watch],
        "page": page,
        "form": form,
        "rows": _mails(request, page) if current == Watch.MAILS else _guarantees(request, current, page),
    }
    return render(request, "guarantees/surety/watch.html", context)


def _guarantees(request: StaffRequest, watch: Watch, page: Page) -> list[dict]:
    """The page's entries, each with its guarantee where there is one."""
    entries = [watching.entry_of(watch, one) if isinstance(one, Certificate) else one for one in page]
    known = watching.guarantees_of(request.staff, [entry.number for entry in entries])
    return [{"entry": _said(watch, entry, known), "guarantee": known.get(entry.number)} for entry in entries]


def _said(watch: Watch, entry: Entry, known: dict) -> Entry:
    is_unopened = watch == Watch.UNOPENED and entry.number in known
    return watching.unopened_since(known[entry.number]) if is_unopened else entry


def _mails(request: StaffRequest, page: Page) -> list[dict]:
    return [{"mail": mail, "token": acting.token(request.user, "retry_mail", mail.pk)} for mail in page]


@never_cache
@require_POST
@staff_only
def retry_mail(request: StaffRequest, pk: int) -> HttpResponse:
    """もう一度送る: the mail is put into the queue again, unless it has left meanwhile."""
    url = f"{reverse('guarantees:watch')}?tab={Watch.MAILS}"
    mail = get_object_or_404(watching.troubled_mails(request.staff), pk=pk)

    def do() -> str:
        mailing.retry([mail])
        return url

    try:
        answer = acting.once(request, act="retry_mail", subject=pk, do=do)
    except acting.TokenRefused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)
    messages.success(
        request, f"{mail.to} へのメールを、もう一度送信待ちに入れました。数分後にこの一覧を確認してください。"
    )
    return answer
