"""From rows to facts: what a review binds itself to, and what a certificate freezes."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from dsure import reporting
from guarantees import documents
from guarantees.documents import CertificateFacts, ReservationFacts
from guarantees.eligibility import DeclaredWork, Terms, Verdict, judge
from guarantees.models import Application, Branch, ObligeeTerms, RequestedGuarantee, Signatory
from guarantees.terms import Product, TermsBasis, WorkKind

# How the work was won and who won it: the same for everything that is asked for on one job.
TENDER_FACTS = (
    "noticed_on",
    "is_approved_by_obligee",
    "jv_name",
    "jv_members",
    "jv_representative",
    "jv_representative_address",
    "order_kind",
    "awarded_on",
    "bid_rounds",
    "bidder_count",
    "disqualified_count",
    "second_bidder",
    "second_bid_thousand_yen",
    "highest_bidder",
    "highest_bid_thousand_yen",
)
WORK_FACTS = (
    "work_kind",
    "work_name",
    "work_place",
    "contract_price",
    "work_starts_on",
    "work_ends_on",
    "contracted_on",
    "tendered_on",
    "reservation_ends_on",
    *TENDER_FACTS,
)
GUARANTEE_FACTS = (
    "product",
    "medium",
    "annual_target_amount",
    "guaranteed_amount",
    "entrusted_bank",
    "uses_redeposit",
    "has_interim",
    "plans_interim",
    "premium_payment",
    "premium_billed_to",
    "wants_paper_statement",
    "follows_id",
    "is_half_period_over",
    "is_planned_work_done",
    "is_half_work_done",
    "premium_amount",
    "rate_table_id",
)


def reviewed(requested: RequestedGuarantee) -> dict:
    """Everything that an approval agrees to: the work as declared, the guarantee as requested, and the deadline."""
    application = requested.application
    facts = {name: getattr(application, name) for name in WORK_FACTS}
    facts |= {name: getattr(requested, name) for name in GUARANTEE_FACTS}
    facts |= {
        "contractor": application.contractor_id,
        "branch": application.branch_id,
        "obligee": application.obligee_name,
        "addressee": application.addressee_title,
        "guarantee_ends_on": requested.deadline,
    }
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def sha256_of(facts: dict) -> str:
    """The SHA-256 of facts in one canonical JSON form, as 64 hexadecimal digits."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def failed_terms(application: Application) -> list[str]:
    """The obligee's rules that this application's work does not meet; empty where it may be electronic."""
    found = verdict(application)
    return [*found.failed, *found.awaited]


def verdict(application: Application) -> Verdict:
    """What the obligee's terms of today say of this work, as far as it is told; an unsaved application may have gaps."""
    obligee, kind = application.obligee, application.work_kind
    work = DeclaredWork(
        work_kind=WorkKind(kind) if kind else None,
        contract_price=application.contract_price,
        contracted_on=application.contracted_on,
        noticed_on=application.noticed_on,
        is_approved_by_obligee=application.is_approved_by_obligee,
    )
    if obligee is None:
        return judge(work, obligee_name=application.typed_obligee, terms=None, takes_deposits=False)
    row = ObligeeTerms.objects.for_work(obligee, kind, timezone.localdate())
    terms = Terms(TermsBasis(row.basis), row.starts_on, row.minimum_contract_price) if row else None
    takes_deposits = reporting.takes_deposits(obligee.code)
    return judge(work, obligee_name=obligee.name, terms=terms, takes_deposits=takes_deposits)


def day_of(moment: datetime) -> date:
    """The day that a document prints for a moment: its day in JST."""
    return timezone.localdate(moment)


def for_certificate(
    requested: RequestedGuarantee, *, number: str, mark: str, issued_at: datetime
) -> CertificateFacts | ReservationFacts:
    """The facts of one version of a certificate, or of a reservation; the printed day is that of `issued_at` in JST."""
    application, issued_on = requested.application, day_of(issued_at)
    named = _named(requested, number=number, mark=mark, issued_on=issued_on)
    if requested.product == Product.RESERVATION:
        return ReservationFacts(**named, tendered_on=_iso(application.tendered_on))
    return CertificateFacts(
        **named,
        work_starts_on=_iso(application.work_starts_on),
        work_ends_on=_iso(application.work_ends_on),
        contracted_on=_iso(application.contracted_on),
        entrusted_bank=requested.entrusted_bank or None,
    )


def _named(requested: RequestedGuarantee, *, number: str, mark: str, issued_on: date) -> dict[str, Any]:
    """What every document of the surety says: parties, job, amount and deadline."""
    application, contractor = requested.application, requested.application.contractor
    return {
        "layout": documents.LAYOUT,
        "number": number,
        "product": requested.product,
        "product_name": Product(requested.product).label,
        "mark": mark,
        "issued_on": issued_on.isoformat(),
        "contractor_name": application.jv_name or contractor.name,
        "representative_name": (application.jv_representative or contractor.name) if application.jv_name else None,
        "contractor_address": application.jv_representative_address or contractor.address,
        "addressee": application.addressee_title,
        "obligee_code": application.obligee.code if application.obligee else "",
        "obligee_name": application.obligee_name,
        "guaranteed_amount": requested.guaranteed_amount,
        "guarantee_ends_on": requested.deadline.isoformat(),
        "work_name": application.work_name,
        "work_place": application.work_place,
        "contract_price": application.contract_price,
        **_surety(application.branch, issued_on),
        "is_specimen": settings.DEMO_MODE,
    }


def _iso(day: date | None) -> str:
    """A day as a document's facts keep it. Raises ValueError where there is none: no document leaves a day open."""
    if day is None:
        raise ValueError("a day is missing")
    return day.isoformat()


def amended(before: dict, changes: dict) -> dict:
    """The facts of a version with what an amendment changes; the deadline follows the end of the work period.

    A deadline that stood later than the work period stays where it is, unless the new period is longer still.
    """
    after = {**before, **changes}
    was_end, is_end, deadline = before["work_ends_on"], after["work_ends_on"], before["guarantee_ends_on"]
    if is_end != was_end:
        after["guarantee_ends_on"] = is_end if deadline == was_end else max(deadline, is_end)
    return after


def for_next_version(
    agreed: dict, *, branch: Branch, mark: str, issued_at: datetime
) -> CertificateFacts | ReservationFacts:
    """The facts of a later version: the agreed ones, marked, with the day and the surety's signature of that day."""
    issued_on = day_of(issued_at)
    new = {"layout": documents.LAYOUT, "mark": mark, "issued_on": issued_on.isoformat(), **_surety(branch, issued_on)}
    kind = ReservationFacts if agreed["product"] == Product.RESERVATION else CertificateFacts
    return kind(**{**agreed, **new})


def _surety(branch: Branch, on: date) -> dict[str, str]:
    """The surety as it signs on this day, and the branch that answers for the guarantee."""
    signatory = Signatory.objects.filter(starts_on__lte=on).order_by("-starts_on")[0]
    return {
        "surety_name": signatory.company_name,
        "surety_address": signatory.address,
        "surety_president": signatory.president,
        "branch_name": branch.name,
        "branch_phone": branch.phone,
        "branch_fax": branch.fax,
    }
