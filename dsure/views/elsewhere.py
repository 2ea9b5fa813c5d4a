"""ほかの保証: guarantees that live elsewhere, entered by hand: the list, one of them with its versions, entering, changing, closing."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dsure import entering
from dsure.access import OfficerRequest, officer_only
from dsure.forms.elsewhere import CloseForm, ElsewhereForm, ElsewhereSearchForm
from dsure.models import ELSEWHERE_RECORD, ElsewhereQuerySet, ElsewhereVersion
from dsure.views.carrying_out import carried_out, with_form
from netdesk import keeping
from netdesk.answers import csv_answer
from netdesk.formats import slashes
from netdesk.rendering import Form

ROWS_A_PAGE = 25
CSV_ROWS = 500  # fetched at a time
COLUMNS = [
    "状態", "保証の種類", "保証人・発行者", "証券番号・保証書番号", "受注者", "工事名", "保証金額", "保証期間の終わり", "閲覧用URL",
    "証書の保管場所", "確認した人", "確認した日", "メモ", "終了の理由", "登録した日時", "登録した人",
]  # fmt: skip
page_with_form = require_http_methods(["GET", "HEAD", "POST"])


def _own(request: OfficerRequest) -> ElsewhereQuerySet:
    return ElsewhereVersion.objects.of(request.officer.obligee).current().listed()


@officer_only
@require_safe
def elsewhere(request: OfficerRequest) -> HttpResponse:
    """ほかの保証の一覧, what ends first on top. A search that does not read shows its sentences and no rows."""
    form = ElsewhereSearchForm(request.GET)
    context: dict = {"form": form, "section": "elsewhere"}
    if form.is_valid():
        context["page"] = Paginator(form.found(_own(request)), ROWS_A_PAGE).get_page(request.GET.get("page"))
        context["is_searched"] = form.is_narrowing
    return render(request, "dsure/elsewhere.html", context)


@officer_only
@require_safe
def as_csv(request: OfficerRequest) -> HttpResponseBase:
    """What the list shows, all its pages, to save."""
    form = ElsewhereSearchForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('dsure:elsewhere')}?{request.GET.urlencode()}")
    return csv_answer(_rows(form.found(_own(request))), name=f"ほかの保証_{timezone.localdate():%Y%m%d}.csv")


def _rows(found: ElsewhereQuerySet) -> Iterator[list[str | int]]:
    yield list(COLUMNS)
    for one in found.iterator(chunk_size=CSV_ROWS):
        yield [
            one.standing,
            one.get_kind_display(),
            *(one.issuer, one.number, one.contractor_name, one.work_name, one.guaranteed_amount),
            *(slashes(one.ends_on), one.url, one.place, one.checker, slashes(one.checked_on), one.note),
            one.closing_reason,
            f"{timezone.localtime(one.written_at):%Y/%m/%d %H:%M}",
            one.written_by.full_name,
        ]


@officer_only
@require_safe
def entry(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One of them, and every version that was entered."""
    current = get_object_or_404(_own(request), entry__public_id=public_id)
    versions = current.entry.versions.select_related("written_by").order_by("-version")
    return render(
        request, "dsure/elsewhere_entry.html", {"current": current, "versions": versions, "section": "elsewhere"}
    )


@keeping.keeps
@officer_only
@page_with_form
def enter(request: OfficerRequest) -> HttpResponse:
    """登録."""
    today = {"checked_on": timezone.localdate(), "checker": request.officer.user.full_name}
    form = keeping.filled(request, lambda typed: ElsewhereForm(typed, initial=today))

    def do() -> str:
        made = entering.enter(by=request.officer, record=form.record)
        messages.success(request, "登録しました。期限が近づくと「期限・変更の確認」にも表示されます。")
        return reverse("dsure:elsewhere-entry", args=[made.public_id])

    return _acted(request, form, "enter", request.officer.obligee_id, do, "dsure/elsewhere_new.html")


@keeping.keeps
@officer_only
@page_with_form
def change(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """変更, of the version that the officer sees: what was entered before stays."""
    current = get_object_or_404(_own(request), entry__public_id=public_id)
    said = {name: getattr(current, name) for name in ELSEWHERE_RECORD}
    form = keeping.filled(request, lambda typed: ElsewhereForm(typed, initial=said))

    def do() -> str:
        entering.change(by=request.officer, entry=current.entry, version=version, record=form.record)
        messages.success(request, "変更しました。前の内容は、変更の履歴に残ります。")
        return reverse("dsure:elsewhere-entry", args=[public_id])

    subject = f"{public_id} {version}"
    return _acted(request, form, "change", subject, do, "dsure/elsewhere_change.html", current=current)


@keeping.keeps
@officer_only
@page_with_form
def close(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """終了にする: it is watched no more."""
    current = get_object_or_404(_own(request), entry__public_id=public_id)
    form = keeping.filled(request, CloseForm)

    def do() -> str:
        reason = form.cleaned_data["closing_reason"]
        entering.close(by=request.officer, entry=current.entry, version=version, reason=reason)
        messages.success(request, "終了にしました。登録した内容は、一覧で「終了にしたもの」を選ぶと表示されます。")
        return reverse("dsure:elsewhere-entry", args=[public_id])

    subject = f"{public_id} {version}"
    return _acted(request, form, "close", subject, do, "dsure/elsewhere_close.html", current=current)


def _acted(
    request: OfficerRequest, form: Form, act: str, subject: object, do: Callable[[], str], template: str, **context
) -> HttpResponse:
    """The result of a POST with good contents; or the form, with what was wrong or why it was refused."""
    act = f"elsewhere-{act}"
    answer = carried_out(request, form, act=act, subject=subject, do=do)
    return answer or with_form(request, template, form, act=act, subject=subject, section="elsewhere", **context)
