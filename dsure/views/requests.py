"""依頼・請求: what the organisation asks of the surety about a guarantee, each on a form and a page that asks once more; and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dsure import requesting
from dsure.access import OfficerRequest, officer_only
from dsure.forms.requesting import ClaimForm, PartialReleaseForm, ReleaseForm, RequestForm
from dsure.models import Deposit, DepositedCertificate, Request, State
from netdesk import acting, keeping

ROWS_A_PAGE = 25
FORMS: dict[str, type[RequestForm]] = {
    Request.Kind.RELEASE.value: ReleaseForm,
    Request.Kind.PARTIAL_RELEASE.value: PartialReleaseForm,
    Request.Kind.CLAIM.value: ClaimForm,
}
FILED = "保証会社に送信しました。回答は、この画面と電子証書の画面に表示されます。"


@officer_only
@require_safe
def requests(request: OfficerRequest) -> HttpResponse:
    """依頼・請求の一覧, of all sections, newest first."""
    own = Request.objects.of(request.officer.obligee)
    chosen = {"open": own.open(), "closed": own.closed()}
    tab = request.GET.get("tab", "")
    page = Paginator(chosen.get(tab, own).listed(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"value": "", "label": "すべて"},
        {"value": "open", "label": "回答待ち・手続中", "count": chosen["open"].count()},
        {"value": "closed", "label": "回答済"},
    ]
    current = tab if tab in chosen else ""
    return render(
        request, "dsure/requests.html", {"page": page, "tabs": tabs, "current": current, "section": "requests"}
    )


@officer_only
@require_safe
def request_page(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One request with its time line."""
    filed = get_object_or_404(Request.objects.of(request.officer.obligee).listed(), public_id=public_id)
    answers = filed.answers.order_by("pk")
    return render(request, "dsure/request.html", {"filed": filed, "answers": answers, "section": "requests"})


@keeping.keeps
@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficerRequest, public_id: UUID, kind: str) -> HttpResponse:
    """A request of one kind: the form, the page that asks once more, and the filing, by one address."""
    deposit = get_object_or_404(
        Deposit.objects.in_register_of(request.officer.obligee).with_standing(), public_id=public_id
    )
    facts = DepositedCertificate.objects.in_force().values_list("facts", flat=True).get(deposit=deposit)
    make = FORMS[kind]
    form = keeping.filled(
        request, lambda typed: make(typed, officer=request.officer, guaranteed=facts["guaranteed_amount"])
    )
    page = {"deposit": deposit, "facts": facts, "form": form, "kind": Request.Kind(kind), "section": "requests"}
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if acting.FIELD in request.POST:
            return _file(request, page)
        return _confirm(request, page)
    hindering = deposit.requests.open().filter(kind__in=requesting.EXCLUDES[page["kind"]]).first()
    page |= {"hindering": hindering, "is_closed": deposit.state != State.IN_FORCE}
    return render(request, "dsure/request_form.html", page)


def _confirm(request: OfficerRequest, page: dict) -> HttpResponse:
    token = acting.token(request.user, page["kind"], page["deposit"].public_id)
    return render(request, "dsure/request_confirm.html", {**page, "token": token})


def _file(request: OfficerRequest, page: dict) -> HttpResponse:
    """File it once. A refusal is said on the certificate's page of requests, where one sees what hinders."""
    deposit, form, kind = page["deposit"], page["form"], page["kind"]

    def do() -> str:
        said = {name: getattr(form, name) for name in ("amount", "reason", "contact")}
        filed = requesting.file_request(by=request.officer, deposit=deposit, kind=kind, **said)
        messages.success(request, FILED)
        return reverse("dsure:request", args=[filed.public_id])

    try:
        return acting.once(request, act=kind, subject=deposit.public_id, do=do)
    except (requesting.NotFiled, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dsure:requests")
