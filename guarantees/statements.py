"""Premium statements (保証料計算書, 保証料返還計算書 and those of 予約手数料): their facts, their PDF, and the row that keeps both.

Made once: when a guarantee is issued, when a change alters its amount, and when it ends before its time; from the frozen facts and the
rates agreed at approval. What the papers say beyond their names, and how much is paid back, is ours (domain.md 3, 5, 60; docs/decisions/0007).
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from guarantees import premiums, quoting
from guarantees.documents import CertificateFacts, ReservationFacts
from guarantees.models import Endorsement, Guarantee, PremiumStatement, RequestedGuarantee, StaffMember
from guarantees.premiums import EndRefund, Premium
from guarantees.terms import REFUNDS, EndorsementCause, PremiumPayment, Product, StatementKind
from netdesk import pdf
from netdesk.models import User

LAYOUT = 1  # of statements made now; a released layout is never edited, a new one is added
LAYOUTS = (1,)
ENDED = "保証契約の終了"
PAYMENT_TEXT = {
    PremiumPayment.MONTHLY: "一括納付（当月分としてまとめて請求します）",
    PremiumPayment.PER_CASE: "都度納付",
}

REPAYMENT_TEXT = {
    PremiumPayment.MONTHLY: "一括納付の請求書で差し引きます",
    PremiumPayment.PER_CASE: "取扱箇所からご案内します",
}


@dataclass(frozen=True, kw_only=True)
class StatementFacts:
    """All that one statement says. Days are ISO texts, amounts whole yen, rates texts; flat, to be kept as JSON."""

    layout: int = LAYOUT
    kind: str
    title: str  # 保証料計算書
    charge: str  # what is charged: 保証料, 予約手数料
    number: str
    product: str
    product_name: str
    made_on: str
    billed_to: str  # 請求先
    contractor_name: str
    obligee_name: str
    work_name: str
    guaranteed_amount: int
    rate: str  # 0.300%
    is_sample_rate: bool
    formula: str
    added_amount: int
    minimum_amount: int
    is_minimum: bool
    rounding: str
    net_amount: int  # before tax
    tax_percent: int  # 0: not taxed
    tax_amount: int
    total_amount: int  # what is to be paid; on a refund, what is paid back
    paid_amount: int | None = None  # at a change or an end, what was charged before
    final_amount: int | None = None  # at a change or an end, what is owed after all
    reason: str = ""  # of a change or an end
    payment: str
    surety_name: str
    surety_address: str
    branch_name: str
    branch_phone: str
    branch_fax: str
    is_specimen: bool = False

    def as_json(self) -> dict[str, str | int | bool | None]:
        """The facts as a flat dict that JSON carries unchanged; templates read this."""
        return asdict(self)


def template(facts: StatementFacts) -> str:
    """The page template of a statement. Raises ValueError for a layout that was never released."""
    if facts.layout not in LAYOUTS:
        raise ValueError(f"no statement layout {facts.layout!r}")
    name = "premium_statement" if facts.paid_amount is None else "additional_statement"
    name = "refund_statement" if facts.kind in REFUNDS else name
    return f"documents/{name}_{facts.layout}.html"


def document(facts: StatementFacts) -> bytes:
    """The statement as PDF, one A4 page; made once, then kept and served as bytes."""
    return pdf.render(template(facts), {"facts": facts.as_json()})


def facts_of(
    requested: RequestedGuarantee, certificate: CertificateFacts | ReservationFacts, premium: Premium, *, made_on: str
) -> StatementFacts:
    """What a first statement says: of a reservation, that of its fee; of all else, that of the premium."""
    kind = StatementKind.FEE if requested.product == Product.RESERVATION else StatementKind.PREMIUM
    return StatementFacts(**_named(requested, certificate.as_json(), kind, made_on), **_computed(premium))


def _named(requested: RequestedGuarantee, frozen: dict, kind: StatementKind, made_on: str) -> dict[str, Any]:
    """What every statement names, from the frozen facts of a certificate."""
    shared = ("number", "product", "product_name", "contractor_name", "obligee_name", "work_name", "is_specimen")
    signed = ("surety_name", "surety_address", "branch_name", "branch_phone", "branch_fax")
    return {
        "kind": kind.value,
        "title": kind.label,
        "charge": "予約手数料" if requested.product == Product.RESERVATION else "保証料",
        "made_on": made_on,
        "billed_to": requested.premium_billed_to,
        "payment": (REPAYMENT_TEXT if kind in REFUNDS else PAYMENT_TEXT)[PremiumPayment(requested.premium_payment)],
        **{name: frozen[name] for name in (*shared, *signed)},
    }


def _computed(premium: Premium) -> dict[str, Any]:
    return {
        "guaranteed_amount": premium.guaranteed_amount,
        "rate": premium.rate_text.removesuffix("（見本）"),
        "is_sample_rate": premium.is_sample,
        "formula": premium.formula,
        "added_amount": premium.added_amount,
        "minimum_amount": premium.minimum,
        "is_minimum": premium.is_minimum,
        "rounding": premium.rounding.label,
        "net_amount": premium.net_amount,
        "tax_percent": premium.tax_percent,
        "tax_amount": premium.tax_amount,
        "total_amount": premium.amount,
    }


def settle(endorsement: Endorsement, *, before: dict, made_at: datetime, by: StaffMember) -> PremiumStatement | None:
    """The statement of what an endorsement did to the premium, whatever its cause; None where it did nothing.

    Call it in the issuing transaction, after the certificates stand as they will: `before` are the facts that were in force until now.
    """
    guarantee, cause = endorsement.guarantee, EndorsementCause(endorsement.cause)
    if cause in (EndorsementCause.RELEASE, EndorsementCause.CANCELLATION):
        return for_end(guarantee, cause=cause, made_at=made_at, by=by, endorsement=endorsement)
    after = guarantee.certificates.in_force().defer("pdf").get().facts
    return for_endorsement(endorsement, before=before, after=after, made_at=made_at, by=by)


def for_endorsement(
    endorsement: Endorsement, *, before: dict, after: dict, made_at: datetime, by: StaffMember
) -> PremiumStatement | None:
    """The statement of what a change adds or pays back, kept; None where the premium stays. Call it in the issuing transaction.

    `before` and `after` are the facts of the certificates in force before and after; their signature is taken from `after`.
    """
    guarantee = endorsement.guarantee
    found = quoting.difference(guarantee, before["guaranteed_amount"], after["guaranteed_amount"])
    if found.amount == 0:
        return None
    is_more = found.amount > 0
    sums = {
        "net_amount": abs(found.amount) - abs(found.tax_amount),
        "tax_amount": abs(found.tax_amount),
        "total_amount": abs(found.amount),
        "paid_amount": found.before.amount,
        "final_amount": found.after.amount,
        "reason": _reason(endorsement, after, is_more=is_more),
    }
    kind = _kind(guarantee, is_refund=not is_more)
    said = _named(guarantee.requested, after, kind, _day(made_at)) | _computed(found.after) | sums
    return keep(guarantee, StatementFacts(**said), made_at=made_at, by=by.user, endorsement=endorsement)


def _reason(endorsement: Endorsement, after: dict, *, is_more: bool) -> str:
    cause = EndorsementCause(endorsement.cause)
    change = after["mark"] if cause == EndorsementCause.AMENDMENT else cause.label
    return f"保証金額の{'増額' if is_more else '減額'}（{change}）"


def for_end(
    guarantee: Guarantee,
    *,
    cause: EndorsementCause,
    made_at: datetime,
    by: StaffMember,
    endorsement: Endorsement | None,
) -> PremiumStatement | None:
    """The refund of a guarantee that was released or cancelled, kept; None where nothing is paid back (見本).

    Call it in the transaction that ends the guarantee, on its locked row. An end by time pays nothing back.
    """
    frozen = guarantee.certificates.in_force().defer("pdf").get().facts
    table = guarantee.requested.rate_table
    if table is None:
        return None
    is_release = cause == EndorsementCause.RELEASE
    percent = table.release_refund_percent if is_release else table.cancellation_refund_percent
    refund = premiums.end_refund(quoting.tariff_of(guarantee), frozen["guaranteed_amount"], percent)
    if refund.amount == 0:
        return None
    said = _named(guarantee.requested, frozen, _kind(guarantee, is_refund=True), _day(made_at))
    facts = StatementFacts(**(said | _computed(refund.before) | _ended(refund, cause)))
    return keep(guarantee, facts, made_at=made_at, by=by.user, endorsement=endorsement)


def _ended(refund: EndRefund, cause: EndorsementCause) -> dict[str, Any]:
    return {
        "formula": refund.formula,
        "added_amount": 0,
        "is_minimum": False,
        "net_amount": refund.net_amount,
        "tax_amount": refund.tax_amount,
        "total_amount": refund.amount,
        "paid_amount": refund.before.amount,
        "final_amount": refund.before.amount - refund.amount,
        "reason": f"{ENDED}（{cause.label}）",
    }


def _kind(guarantee: Guarantee, *, is_refund: bool) -> StatementKind:
    if guarantee.product == Product.RESERVATION:
        return StatementKind.FEE_REFUND if is_refund else StatementKind.FEE
    return StatementKind.PREMIUM_REFUND if is_refund else StatementKind.PREMIUM


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def keep(
    guarantee: Guarantee, facts: StatementFacts, *, made_at: datetime, by: User, endorsement: Endorsement | None = None
) -> PremiumStatement:
    """The statement, rendered and stored; `by` is the user who caused it."""
    made = document(facts)
    return PremiumStatement.objects.create(
        guarantee=guarantee,
        endorsement=endorsement,
        kind=facts.kind,
        total_amount=facts.total_amount,
        facts=facts.as_json(),
        pdf=made,
        sha256=hashlib.sha256(made).hexdigest(),
        made_at=made_at,
        made_by=by,
    )
