"""受領, 返戻 and its withdrawal, and the handing over to a section: each on a page that says what it will do."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dsure import acknowledging, handing_over
from dsure.access import OfficerRequest, officer_only
from dsure.forms.answers import HandOverForm, ReturnForm, WithdrawForm
from dsure.models import Deposit, DepositedCertificate, register_of
from netdesk import acting, keeping

PAGES = {
    "acknowledge": "dsure/acknowledge.html",
    "send_back": "dsure/send_back.html",
    "withdraw": "dsure/withdraw.html",
    "hand_over": "dsure/hand_over.html",
}
RECEIVED = "受領しました。受注者と保証会社の画面に表示されます。"
RETURNED = "返戻しました。理由は受注者と保証会社の画面に表示されます。"
WITHDRAWN = "取り消しました。受注者と保証会社の画面でも、受領・返戻の前の表示に戻ります。"
HANDED = "引き渡しました。保証証書一覧で、引渡し先の部署から検索できます。"


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """受領."""
    shown = _own(request, public_id, version)
    act = lambda: acknowledging.acknowledge(by=request.officer, public_id=public_id, version=version)  # noqa: E731
    if request.method == "POST":
        return _act(request, shown, "acknowledge", act, RECEIVED)
    return _page(request, shown, "acknowledge", None)


@keeping.keeps
@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """返戻, with its reason."""
    shown, form = _own(request, public_id, version), keeping.filled(request, ReturnForm)
    if request.method == "POST" and form.is_valid():
        act = lambda: acknowledging.send_back(  # noqa: E731
            by=request.officer, public_id=public_id, version=version, reason=form.cleaned_data["reason"]
        )
        return _act(request, shown, "send_back", act, RETURNED)
    return _page(request, shown, "send_back", form)


@keeping.keeps
@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """取消し of 受領 or 返戻, with its reason."""
    shown, form = _own(request, public_id, version), keeping.filled(request, WithdrawForm)
    if request.method == "POST" and form.is_valid():
        act = lambda: acknowledging.withdraw(  # noqa: E731
            by=request.officer, public_id=public_id, version=version, reason=form.cleaned_data["reason"]
        )
        return _act(request, shown, "withdraw", act, WITHDRAWN)
    return _page(request, shown, "withdraw", form)


@keeping.keeps
@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """担当部署への引渡し."""
    shown = _own(request, public_id, version)
    form = keeping.filled(request, lambda typed: HandOverForm(typed, obligee=request.officer.obligee))
    if request.method == "POST" and form.is_valid():
        act = lambda: handing_over.hand_over(by=request.officer, public_id=public_id, **form.cleaned_data)  # noqa: E731
        return _act(request, shown, "hand_over", act, HANDED)
    return _page(request, shown, "hand_over", form)


def _own(request: OfficerRequest, public_id: UUID, version: int) -> DepositedCertificate:
    """The version, of the organisation's own register; with its guarantee's standing."""
    deposit = register_of(request.officer.obligee).with_standing().filter(public_id=public_id).first()
    shown = deposit and deposit.certificates.defer("pdf").filter(version=version).first()
    if not shown:
        raise Http404
    shown.deposit = deposit
    return shown


def _page(request: OfficerRequest, shown: DepositedCertificate, name: str, form) -> HttpResponse:
    context = {
        "form": form,
        "certificate": shown,
        "deposit": shown.deposit,
        "facts": shown.facts,
        "answer": acknowledging.standing(shown),
        "token": acting.token(request.user, name, _subject(shown)),
    }
    return render(request, PAGES[name], context)


def _act(request: OfficerRequest, shown: DepositedCertificate, name: str, stage: Callable, done: str) -> HttpResponse:
    """Carry out one act once and come back to the certificate, where a refusal is said in words."""
    url = reverse("dsure:certificate", args=[shown.deposit.public_id])

    def do() -> str:
        stage()
        messages.success(request, done)
        return url

    try:
        return acting.once(request, act=name, subject=_subject(shown), do=do)
    except Deposit.DoesNotExist:
        raise Http404 from None
    except (acknowledging.CannotAnswer, handing_over.AlreadyThere, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect(url)


def _subject(shown: DepositedCertificate) -> str:
    return f"{shown.deposit.public_id} {shown.version}"
