"""The papers of a guarantee or of a monthly bill: what has to go to the contractor, and what went.

The certificate where it is on paper, the statement where 保証料計算書（紙） is wanted, and the receipt (領収証) of every payment, which is never
electronic (Q2). A certificate that was taken back goes nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from guarantees.models import Bill, Certificate, Dispatch, Guarantee, Payment, PremiumStatement, StaffMember
from guarantees.models.dispatches import DispatchQuerySet, not_out
from guarantees.terms import Medium, Product
from netdesk.formats import yen


@dataclass(frozen=True)
class Paper:
    """One paper, and the record that it went out, if one stands."""

    kind: str  # the column of Dispatch that names it
    row: Certificate | PremiumStatement | Payment
    label: str
    made_on: date
    record: Dispatch | None

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.kind}-{self.row.pk}"


def of_guarantees(guarantees: Iterable[Guarantee]) -> dict[int, list[Paper]]:
    """Every paper of these guarantees by the guarantee's pk, in the order in which they came to be. Four queries."""
    pks = [guarantee.pk for guarantee in guarantees]
    records = _records(Dispatch.objects.filter(guarantee__in=pks))
    found: dict[int, list[Paper]] = {pk: [] for pk in pks}
    certificates = _certificates().filter(guarantee__in=pks).select_related("guarantee").defer("pdf", "facts")
    for certificate in certificates.order_by("version"):
        is_reserved = certificate.guarantee.product == Product.RESERVATION
        label = f"{'契約保証予約証書' if is_reserved else '保証証書'}（紙）　{certificate.target}"
        made_on = timezone.localdate(certificate.issued_at)
        found[certificate.guarantee_id].append(_paper("certificate", certificate, label, made_on, records))
    for statement in _statements().filter(guarantee__in=pks).defer("pdf").order_by("pk"):
        label, made_on = f"{statement.facts['title']}（紙）", timezone.localdate(statement.made_at)
        found[statement.guarantee_id].append(_paper("statement", statement, label, made_on, records))
    paid = Payment.objects.filter(requested__guarantee__in=pks).order_by("pk").annotate(of=F("requested__guarantee"))
    for payment in paid:
        found[payment.of].append(_receipt(payment, records))
    return found


def of_bill(bill: Bill) -> list[Paper]:
    """The receipts of a bill's payments."""
    payments = bill.payments.order_by("pk")
    records = _records(Dispatch.objects.filter(payment__in=payments))
    return [_receipt(payment, records) for payment in payments]


def guarantees_waiting(staff: StaffMember) -> QuerySet[Guarantee]:
    """The guarantees of this person's branch of which a paper has still to go out, the oldest first."""
    of_this = {"guarantee": OuterRef("pk")}
    certificates = _certificates().filter(not_out("certificate"), **of_this)
    statements = _statements().filter(not_out("statement"), **of_this)
    payments = Payment.objects.filter(not_out("payment"), requested__guarantee=OuterRef("pk"))
    waits = Exists(certificates) | Exists(statements) | Exists(payments)
    return Guarantee.objects.for_staff(staff).filter(waits).order_by("issued_on", "pk")


def receipts_waiting(staff: StaffMember) -> QuerySet[Payment]:
    """Payments of this person's branch's bills whose receipt has still to go out, the oldest first."""
    return (
        Payment.objects.for_staff(staff).filter(not_out("payment"), bill__isnull=False).order_by("confirmed_at", "pk")
    )


def _certificates() -> QuerySet[Certificate]:
    return Certificate.objects.not_voided().filter(guarantee__medium=Medium.PAPER)


def _statements() -> QuerySet[PremiumStatement]:
    return PremiumStatement.objects.filter(guarantee__requested__wants_paper_statement=True)


def _receipt(payment: Payment, records: dict[str, Dispatch]) -> Paper:
    label = f"領収証　{yen(payment.paid_amount)}（{payment.paid_on:%Y/%m/%d}入金）"
    return _paper("payment", payment, label, timezone.localdate(payment.confirmed_at), records)


def _paper(kind: str, row: Certificate | PremiumStatement | Payment, label: str, made_on: date, records: dict) -> Paper:
    return Paper(kind, row, label, made_on, records.get(f"{kind}-{row.pk}"))


def _records(rows: DispatchQuerySet) -> dict[str, Dispatch]:
    found = {}
    for one in rows.standing().select_related("recorded_by"):
        kind = "certificate" if one.certificate_id else "statement" if one.statement_id else "payment"
        found[f"{kind}-{getattr(one, f'{kind}_id')}"] = one
    return found
