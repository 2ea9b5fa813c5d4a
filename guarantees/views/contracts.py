"""電子保証履歴一覧: what was issued, its key and its certificates."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dsure import keys
from guarantees import disclosing, following, receipts
from guarantees.access import ContractorRequest, contractor_only
from guarantees.models import Certificate, Guarantee, KeySight
from netdesk.answers import pdf_answer


@never_cache
@require_safe
@contractor_only
def history(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """電子保証履歴一覧: the newest state, the key in clear, and the versions that stand. The sight of the key is logged."""
    guarantee = get_object_or_404(_own(request).electronic().with_standing(), public_id=public_id)
    versions = guarantee.certificates.not_voided().defer("pdf").order_by("-version")
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.PAGE, by=request.user)
    context = {
        "section": "contracts",
        "guarantee": guarantee,
        "facts": versions[0].facts,
        "versions": versions,
        "endorsements": guarantee.endorsements.told_to_contractor().order_by("-pk"),
        "key": keys.grouped(key),
        "follower": following.taken(guarantee),
        "receipt": receipts.of([guarantee])[guarantee.number],
    }
    return render(request, "guarantees/contractor/contract.html", context)


@never_cache
@require_safe
@contractor_only
def key_notice(request: ContractorRequest, public_id: uuid.UUID) -> HttpResponse:
    """「電子保証にかかる「認証キー」のお知らせ」 as a PDF, rendered anew each time and stored nowhere."""
    guarantee = get_object_or_404(_own(request).electronic(), public_id=public_id)
    pdf = disclosing.key_notice(guarantee=guarantee, by=request.user)
    return pdf_answer(pdf, name=f"認証キーのお知らせ_{guarantee.number}.pdf", is_download=True)


@never_cache
@require_safe
@contractor_only
def certificate(request: ContractorRequest, public_id: uuid.UUID, version: int) -> HttpResponse:
    """保証契約内容の確認画面, in its own window."""
    shown = _version(request, public_id, version)
    context = {"guarantee": shown.guarantee, "certificate": shown, "facts": shown.facts}
    return render(request, "guarantees/contractor/certificate.html", context)


@never_cache
@require_safe
@contractor_only
def certificate_pdf(request: ContractorRequest, public_id: uuid.UUID, version: int) -> HttpResponse:
    """The stored bytes of one version, compared with their SHA-256 first."""
    shown = _version(request, public_id, version)
    return pdf_answer(disclosing.bytes_of(shown), name=f"保証証書_{shown.guarantee.number}.pdf")


def _own(request: ContractorRequest):
    return Guarantee.objects.of_contractor(request.contractor).select_related("contractor", "branch", "obligee", "work")


def _version(request: ContractorRequest, public_id: uuid.UUID, version: int) -> Certificate:
    """One version of the contractor's own guarantee; a version that was taken back is not shown to the contractor."""
    guarantee = get_object_or_404(_own(request), public_id=public_id)
    shown = guarantee.certificates.not_voided().filter(version=version).first()
    if shown is None:
        raise Http404
    shown.guarantee = guarantee
    return shown
