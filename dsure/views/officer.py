"""The officer's pages: look-up by number and key, the certificate, its PDF, and the organisation's register."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from dsure import hashing, viewing
from dsure.access import OfficerRequest, officer_only, operator_to_own_page
from dsure.forms import LookUpForm, RegisterSearchForm
from dsure.models import Deposit, DepositedCertificate
from netdesk import throttling
from netdesk.answers import pdf_answer

ROWS_A_PAGE = 25
TYPO = (
    "保証契約番号か認証キーに入力の誤りがあります。「認証キー」のお知らせ（PDF）と1文字ずつ見比べてください"
    "（照会はしていません。失敗の回数にも数えません）"
)


def refuses_damaged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A certificate that is not as it arrived is never shown: the page says so in words, as a conflict (409)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except viewing.Damaged:
            return render(request, "dsure/damaged.html", status=409)

    return guarded


@operator_to_own_page
@officer_only
@refuses_damaged
@sensitive_post_parameters("number", "key")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: OfficerRequest) -> HttpResponse:
    """電子証書を閲覧する: a right pair leads to the certificate's own address; number and key are in no address."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "dsure/look_up.html", {"form": form})
    return _answered(request, form)


@sensitive_variables("form", "number", "key", "context")
def _answered(request: OfficerRequest, form: LookUpForm) -> HttpResponse:
    """The answer to a readable pair. Every reason why nothing opens gives the same page."""
    number, key = form.cleaned_data["number"], form.cleaned_data["key"]
    context: dict = {"form": form}
    status = 200
    try:
        certificate = viewing.look_up(by=request.officer, number_text=number, key_text=key)
    except viewing.Typo:
        form.add_error("key", TYPO)
    except viewing.NoMatch:
        form.add_error(None, viewing.NO_MATCH)
    except throttling.MustWait as wait:
        context["waits_seconds"], status = wait.seconds, 429
    except throttling.Stopped:
        context["is_stopped"], status = True, 429
    except hashing.Busy as busy:
        context["waits_seconds"], context["is_busy"], status = busy.seconds, True, 503
    else:
        return redirect("dsure:certificate", public_id=certificate.deposit.public_id)
    response = render(request, "dsure/look_up.html", context, status=status)
    if "waits_seconds" in context:
        response["Retry-After"] = context["waits_seconds"]
    return response


@officer_only
@refuses_damaged
@require_safe
def certificate(request: OfficerRequest, public_id: UUID, version: int | None = None) -> HttpResponse:
    """The certificate in force, or one version of it, as deposited; from the organisation's own register only."""
    try:
        opened = viewing.open_from_register(by=request.officer, public_id=public_id, version=version)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    return render(request, "dsure/certificate.html", {"opened": opened, "facts": opened.certificate.facts})


@officer_only
@refuses_damaged
@require_safe
def certificate_pdf(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """The PDF's bytes as they arrived."""
    try:
        found = viewing.pdf(by=request.officer, public_id=public_id, version=version)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    name = f"保証証書_{found.deposit.number}_{found.target}.pdf"
    return pdf_answer(bytes(found.pdf), name=name, is_download=True)


@officer_only
@require_safe
def register(request: OfficerRequest) -> HttpResponse:
    """保証証書一覧: what the organisation has opened, for all its sections, newest first."""
    form = RegisterSearchForm(request.GET)
    deposits = Deposit.objects.in_register_of(request.officer.obligee).listed()
    is_searched = form.is_valid() and form.cleaned_data["words"]
    if is_searched:
        deposits = deposits.searched(form.cleaned_data["words"])
    page = Paginator(deposits, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "dsure/register.html", {"form": form, "page": page, "is_searched": is_searched, "section": "register"}
    )
