"""電子証書閲覧確認書: made by one press, kept, and found again by its number within the organisation."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dsure import attesting
from dsure.access import OfficerRequest, officer_only
from dsure.forms.register import ReceiptSearchForm
from dsure.models import Deposit, DepositedCertificate, ViewingReceipt
from netdesk import acting
from netdesk.answers import pdf_answer

ROWS_A_PAGE = 25


@officer_only
@require_POST
def attest(request: OfficerRequest, public_id: UUID, version: int) -> HttpResponse:
    """閲覧確認書を作成する: one press, one receipt."""

    def do() -> str:
        made = attesting.attest(by=request.officer, public_id=public_id, version=version)
        messages.success(request, f"電子証書閲覧確認書を作成しました（確認書番号 {made.number}）")
        return reverse("dsure:receipt", args=[made.number])

    try:
        return acting.once(request, act="attest", subject=f"{public_id} {version}", do=do)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    except (attesting.NotSeen, attesting.Damaged, attesting.SeriesIsFull, acting.TokenRefused) as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dsure:certificate-version", public_id=public_id, version=version)


@officer_only
@require_safe
def receipts(request: OfficerRequest) -> HttpResponse:
    """閲覧確認書一覧, newest first; one box finds by the number of a receipt or of a guarantee."""
    form = ReceiptSearchForm(request.GET)
    rows = request.officer.obligee.viewing_receipts.defer("pdf").select_related("made_by").order_by("-pk")
    words = form.is_valid() and form.cleaned_data["number"].upper().replace(" ", "")
    if words:
        rows = rows.filter(Q(number__contains=words) | Q(deposit__number__contains=words))
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "is_searched": bool(words), "section": "receipts"}
    return render(request, "dsure/receipts.html", context)


@officer_only
@require_safe
def receipt(request: OfficerRequest, number: str) -> HttpResponse:
    """One receipt: what it says, and its PDF to save."""
    found = get_object_or_404(_own(request).defer("pdf"), number=number)
    return render(request, "dsure/receipt.html", {"receipt": found, "facts": found.facts, "section": "receipts"})


@officer_only
@require_safe
def receipt_pdf(request: OfficerRequest, number: str) -> HttpResponse:
    """The receipt's bytes as they were sealed."""
    found = get_object_or_404(_own(request), number=number)
    return pdf_answer(bytes(found.pdf), name=f"電子証書閲覧確認書_{found.number}.pdf", is_download=True)


def _own(request: OfficerRequest):
    return ViewingReceipt.objects.filter(obligee=request.officer.obligee).select_related("deposit")
