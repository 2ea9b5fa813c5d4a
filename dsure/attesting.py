"""電子証書閲覧確認書: one page under D-Sure's own seal that says who saw what, when, and with which result.

Source: issue 5, point 7. The numbers are told in dsure.models.receipts.
"""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dsure.models import DepositedCertificate, How, Officer, ReceiptSeries, Viewing, ViewingReceipt, register_of
from dsure.models.deposits import Deposit, sha256_of
from netdesk import pdf, sealing
from netdesk.acting import Refusal

LAYOUT = 1  # of receipts made now; a released layout is never edited, a new one is added
TEMPLATES = {1: "documents/viewing_receipt_1.html"}
LAST_SERIAL = 99_999
SEAL = "dsure"


class NotSeen(Refusal):
    """The officer has not looked at this version."""

    sentence = (
        "まだ表示していない電子証書の閲覧確認書は作成できません。電子証書を表示してから、もう一度操作してください。"
    )


class Damaged(Refusal):
    """What is stored is not what arrived."""

    sentence = "保管している電子証書が、預けられたときの内容と一致しません。閲覧確認書は作成できません。"


class SeriesIsFull(Refusal):
    """An organisation has used up the serials of a fiscal year."""

    sentence = "この年度の確認書番号を使い切りました。D-Sureの運営者にご連絡ください。"


@transaction.atomic
def attest(*, by: Officer, public_id: UUID, version: int) -> ViewingReceipt:
    """The officer's latest sight of this version is certified, with the guarantee's standing as of now; kept for good.

    Raises Deposit.DoesNotExist outside the register, DepositedCertificate.DoesNotExist, NotSeen, Damaged, SeriesIsFull.
    """
    number = _next_number(by, timezone.localdate())
    deposit = register_of(by.obligee).with_standing().get(public_id=public_id)
    certificate = deposit.certificates.get(version=version)
    sight = certificate.viewings.exclude(how=How.PDF).filter(viewed_by=by.user, client=None).order_by("-pk").first()
    if sight is None:
        raise NotSeen
    if not certificate.is_undamaged():
        raise Damaged
    now = timezone.now()
    facts = _named(by, sight, number, now) | _result(deposit, certificate)
    made = sealing.seal(pdf.render(TEMPLATES[LAYOUT], {"facts": facts}), by=SEAL)
    return ViewingReceipt.objects.create(
        number=number,
        obligee=by.obligee,
        deposit=deposit,
        certificate=certificate,
        facts=facts,
        pdf=made,
        sha256=sha256_of(made),
        made_at=now,
        made_by=by.user,
    )


def fiscal_year(on: date) -> int:
    """The Japanese fiscal year (from 1 April) of a day, counted in Reiwa."""
    return (on.year if on.month >= 4 else on.year - 1) - 2018


def _next_number(by: Officer, on: date) -> str:
    """The next number of the organisation's year. Holds the series' row until the transaction ends; a rollback gives it back."""
    year = fiscal_year(on)
    ReceiptSeries.objects.get_or_create(obligee=by.obligee, fiscal_year=year)
    series = ReceiptSeries.objects.select_for_update(of=("self",)).get(obligee=by.obligee, fiscal_year=year)
    if series.last_serial >= LAST_SERIAL:
        raise SeriesIsFull
    series.last_serial += 1
    series.save(update_fields=["last_serial"])
    return f"{by.obligee.code}-R{series.fiscal_year:02}-{series.last_serial:05}"


def _named(by: Officer, sight: Viewing, number: str, now: datetime) -> dict:
    """Who, when and how. Moments are ISO texts in JST, as the page prints them."""
    return {
        "layout": LAYOUT,
        "receipt_number": number,
        "made_at": _iso(now),
        "organisation": sight.organisation,
        "person": by.user.full_name,
        "viewed_at": _iso(sight.viewed_at),
        "how": How(sight.how).label,
        "is_specimen": settings.DEMO_MODE,
    }


def _result(deposit: Deposit, certificate: DepositedCertificate) -> dict:
    """What was seen, and what it is worth: version, standing, hash and seal."""
    seal = sealing.check(bytes(certificate.pdf))
    shown = ("product_name", "contractor_name", "addressee", "work_name", "guaranteed_amount", "guarantee_ends_on")
    return {
        "number": deposit.number,
        "target": certificate.target,
        "version": certificate.version,
        "arrived_at": _iso(certificate.arrived_at),
        "status": deposit.status,
        "is_in_force": certificate.version == deposit.in_force_version,
        "is_voided": hasattr(certificate, "voiding"),
        "sha256": certificate.sha256,
        "is_seal_intact": seal.is_intact,
        "seal_signer": seal.signer,
        "sealed_at": _iso(seal.sealed_at) if seal.sealed_at else "",
        **{name: certificate.facts.get(name) for name in shown},
    }


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
