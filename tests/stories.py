"""Applications at every stage, brought there by the same stage functions as people use."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from dsure import requesting, viewing
from dsure.models import Deposit, Officer, Request
from guarantees import applying, asking, endorsing, issuing, reviewing, vault
from guarantees.models import (
    Addressee,
    Application,
    Branch,
    ContractorMember,
    Endorsement,
    Guarantee,
    ObligeeTerms,
    RequestedGuarantee,
    StaffMember,
)
from guarantees.terms import EndorsementStatus, Medium, OrderKind, PremiumPayment, Product, WorkKind

PRICE = 50_000_000
ADVANCE = 20_000_000
PERFORMANCE = 5_000_000
INTERIM = 10_000_000


def declared(addressee: str = "平塚市長", **changes) -> dict:
    """What the journey of the issue declares."""
    named = Addressee.objects.select_related("obligee").get(title=addressee)
    return {
        "obligee": named.obligee,
        "addressee": named,
        "work_kind": WorkKind.WORKS,
        "work_name": "道路改良工事",
        "work_place": "平塚市○○地内",
        "contract_price": PRICE,
        "work_starts_on": date(2026, 12, 1),
        "work_ends_on": date(2027, 3, 31),
        "contracted_on": date(2026, 12, 1),
        "order_kind": OrderKind.OPEN,
        "awarded_on": date(2025, 11, 20),
        "branch": Branch.objects.get(name="神奈川支店"),
        "wants_mail": True,
        "mail_to": "soumu@example.jp",
        **changes,
    }


def advance(**changes) -> dict:
    """前払金保証 as the journey asks for it."""
    return {
        "product": Product.ADVANCE,
        "medium": Medium.ELECTRONIC,
        "guaranteed_amount": ADVANCE,
        "entrusted_bank": "○○銀行　××支店",
        "uses_redeposit": False,
        "premium_payment": PremiumPayment.MONTHLY,
        "premium_billed_to": "○○建設 株式会社",
        "wants_paper_statement": False,
        **changes,
    }


def performance(**changes) -> dict:
    """契約保証 as the journey asks for it."""
    without_bank = {
        name: value for name, value in advance().items() if name not in ("entrusted_bank", "uses_redeposit")
    }
    return without_bank | {"product": Product.PERFORMANCE, "guaranteed_amount": PERFORMANCE, **changes}


def interim(on: Guarantee, **changes) -> dict:
    """中間前払金保証 on this issued advance, its conditions confirmed."""
    confirmed = {"is_half_period_over": True, "is_planned_work_done": True, "is_half_work_done": True}
    return advance(product=Product.INTERIM, guaranteed_amount=INTERIM, follows=on, **confirmed) | changes


def reservation(**changes) -> dict:
    """契約保証予約 as its page asks for it."""
    return performance(product=Product.RESERVATION, medium=Medium.PAPER) | changes


def tender(**changes) -> dict:
    """What a reservation declares in place of a contract."""
    unknown = {"work_starts_on": None, "work_ends_on": None, "contracted_on": None, "wants_mail": False, "mail_to": ""}
    today = timezone.localdate()
    days = {"tendered_on": today + timedelta(days=14), "reservation_ends_on": today + timedelta(days=60)}
    return unknown | days | changes


def reserved(by: ContractorMember, **changes) -> Application:
    """A reservation that was sent."""
    return submitted(by, reservation(), **tender(**changes))


def running(**changes) -> dict:
    """A 工期 of which more than half is over today; 平塚市 takes it electronically from 2025-12-01."""
    today = timezone.localdate()
    days = {"contracted_on": -100, "work_starts_on": -100, "work_ends_on": 80}
    return {name: today + timedelta(days=offset) for name, offset in days.items()} | changes


def drafted(by: ContractorMember, *requested: dict, public_id: uuid.UUID | None = None, **changes) -> Application:
    """A draft of the journey's application, with these changes to the work."""
    return applying.save_draft(
        by=by,
        public_id=public_id or uuid.uuid4(),
        declared=declared(**changes),
        requested=list(requested) or [advance()],
    )


def submitted(by: ContractorMember, *requested: dict, **changes) -> Application:
    application = drafted(by, *requested, **changes)
    return applying.submit(application=application, revision=application.revision, by=by)


def under_review(by: ContractorMember, reviewer: StaffMember, *requested: dict, **changes) -> Application:
    application = submitted(by, *requested, **changes)
    reviewing.take_up(application=application, by=reviewer)
    return application


def approved(by: ContractorMember, reviewer: StaffMember, *requested: dict, **changes) -> RequestedGuarantee:
    """The application's first requested guarantee, approved."""
    one = under_review(by, reviewer, *requested, **changes).requested.order_by("pk").first()
    return reviewing.approve(requested=one, by=reviewer, revision=one.application.revision)


def issued(
    by: ContractorMember, reviewer: StaffMember, approver: StaffMember, *requested: dict, **changes
) -> Guarantee:
    """The application's first requested guarantee, issued."""
    return issuing.issue(requested=approved(by, reviewer, *requested, **changes), by=approver)


LONGER = {"work_ends_on": "2027-04-30", "guaranteed_amount": 22_000_000}


def asked(by: ContractorMember, guarantee: Guarantee, reason: str = "工期の延長と増額のため", **changes) -> Endorsement:
    """A change of the guarantee as its contractor asks for it: LONGER, unless other changes are given."""
    version = guarantee.certificates.in_force().get().version
    return asking.ask_amendment(guarantee=guarantee, version=version, changes=changes or LONGER, reason=reason, by=by)


def asked_and_approved(by: ContractorMember, reviewer: StaffMember, guarantee: Guarantee, **changes) -> Endorsement:
    endorsement = endorsing.take_up(endorsement=asked(by, guarantee, **changes), by=reviewer)
    return endorsing.approve(endorsement=endorsement, by=reviewer, revision=endorsement.revision)


def amended(
    by: ContractorMember, reviewer: StaffMember, approver: StaffMember, guarantee: Guarantee, **changes
) -> Endorsement:
    """The guarantee with one more version in force."""
    return endorsing.issue(endorsement=asked_and_approved(by, reviewer, guarantee, **changes), by=approver)


def approved_endorsement(endorsement: Endorsement, reviewer: StaffMember) -> Endorsement:
    """What was asked for, taken up if nobody has yet, and approved."""
    if endorsement.status == EndorsementStatus.RECEIVED:
        endorsement = endorsing.take_up(endorsement=endorsement, by=reviewer)
    return endorsing.approve(endorsement=endorsement, by=reviewer, revision=endorsement.revision)


def carried_out(endorsement: Endorsement, reviewer: StaffMember, approver: StaffMember) -> Endorsement:
    """What was asked for, approved by one and issued by the other."""
    return endorsing.issue(endorsement=approved_endorsement(endorsement, reviewer), by=approver)


SLIP = {"work_place": "平塚市△△地内"}


def correction_asked(guarantee: Guarantee, reviewer: StaffMember, **changes) -> Endorsement:
    """訂正 of the version in force: SLIP, or these changes."""
    version = guarantee.certificates.in_force().get().version
    reason = "入力の誤りのため"
    return asking.ask_correction(
        guarantee=guarantee, version=version, changes=changes or SLIP, reason=reason, by=reviewer
    )


def corrected(guarantee: Guarantee, reviewer: StaffMember, approver: StaffMember, **changes) -> Endorsement:
    """The version in force, replaced by one that says SLIP, or these changes, instead."""
    return carried_out(correction_asked(guarantee, reviewer, **changes), reviewer, approver)


def key_of(guarantee: Guarantee) -> str:
    """The key in clear, without a trace of the sight."""
    kept = Guarantee.objects.get(pk=guarantee.pk)
    return vault.take_out(bytes(kept.key_ciphertext), number=kept.number, key_version=kept.key_version)


def filed(officer: Officer, guarantee: Guarantee, kind: str = "release", amount: int | None = None) -> Request:
    """What the officer, to whom number and key were handed, asks for in D-Sure."""
    viewing.look_up(by=officer, number_text=guarantee.number, key_text=key_of(guarantee))
    return requesting.file_request(
        by=officer,
        deposit=Deposit.objects.get(number=guarantee.number),
        kind=kind,
        amount=amount,
        reason="工事が完成したため。",
        contact="平塚市 契約検査課",
    )


def new_terms(name: str, work_kind: str, **changes) -> ObligeeTerms:
    """A version of an obligee's terms that begins today, otherwise as before; the versions that have begun stay as they are."""
    before = ObligeeTerms.objects.filter(obligee__name=name, work_kind=work_kind).latest("in_force_from")
    kept = {field.attname: getattr(before, field.attname) for field in ObligeeTerms._meta.concrete_fields}
    return ObligeeTerms.objects.create(**kept | {"id": None, "in_force_from": timezone.localdate()} | changes)
