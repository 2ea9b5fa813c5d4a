"""Premium statements (保証料計算書, 保証料返還計算書 and those of 予約手数料): their facts, their PDF, and the row that keeps both.

Made once, when a guarantee is issued, from the certificate's frozen facts and the premium agreed at approval. What the papers say
beyond their names is ours (domain.md 3, 5, 60).
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from guarantees.documents import CertificateFacts, ReservationFacts
from guarantees.models import Guarantee, PremiumStatement, RequestedGuarantee
from guarantees.premiums import Premium
from guarantees.terms import PremiumPayment, Product, StatementKind
from netdesk import pdf

LAYOUT = 1  # of statements made now; a released layout is never edited, a new one is added
LAYOUTS = (1,)
REFUNDS = (StatementKind.PREMIUM_REFUND, StatementKind.FEE_REFUND)
FEES = (StatementKind.FEE, StatementKind.FEE_REFUND)
PAYMENT_TEXT = {
    PremiumPayment.MONTHLY: "一括納付（当月分としてまとめて請求します）",
    PremiumPayment.PER_CASE: "都度納付",
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
    paid_amount: int | None = None  # on a refund, what was paid before
    final_amount: int | None = None  # on a refund, what is owed after all
    reason: str = ""  # on a refund
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
    name = "refund_statement" if facts.kind in REFUNDS else "premium_statement"
    return f"documents/{name}_{facts.layout}.html"


def document(facts: StatementFacts) -> bytes:
    """The statement as PDF, one A4 page; made once, then kept and served as bytes."""
    return pdf.render(template(facts), {"facts": facts.as_json()})


def facts_of(
    requested: RequestedGuarantee, certificate: CertificateFacts | ReservationFacts, premium: Premium, *, made_on: str
) -> StatementFacts:
    """What a first statement says: of a reservation, that of its fee; of all else, that of the premium."""
    is_fee = requested.product == Product.RESERVATION
    kind = StatementKind.FEE if is_fee else StatementKind.PREMIUM
    shared = ("number", "product", "product_name", "contractor_name", "obligee_name", "work_name", "is_specimen")
    signed = ("surety_name", "surety_address", "branch_name", "branch_phone", "branch_fax")
    return StatementFacts(
        kind=kind.value,
        title=kind.label,
        charge="予約手数料" if is_fee else "保証料",
        made_on=made_on,
        billed_to=requested.premium_billed_to,
        payment=PAYMENT_TEXT[PremiumPayment(requested.premium_payment)],
        **{name: getattr(certificate, name) for name in (*shared, *signed)},
        **_computed(premium),
    )


def _computed(premium: Premium) -> dict:
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


def keep(guarantee: Guarantee, facts: StatementFacts, *, made_at: datetime, by) -> PremiumStatement:
    """The statement, rendered and stored; `by` is the user who caused it."""
    made = document(facts)
    return PremiumStatement.objects.create(
        guarantee=guarantee,
        kind=facts.kind,
        total_amount=facts.total_amount,
        facts=facts.as_json(),
        pdf=made,
        sha256=hashlib.sha256(made).hexdigest(),
        made_at=made_at,
        made_by=by,
    )
