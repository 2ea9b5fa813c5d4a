"""What happened in the demo world before its first visitor: every state once, through the same stages as people use."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.utils import timezone

from guarantees import applying, disclosing, drafting, endorsing, issuing, reviewing
from guarantees.models import (
    Addressee,
    Application,
    Branch,
    ContractorMember,
    Endorsement,
    Guarantee,
    KeySight,
    RequestedGuarantee,
    StaffMember,
)
from guarantees.terms import Delivery, Medium, OrderKind, PremiumPayment, Product, Status, WorkKind

THOUSAND = 1000
# From this price on an interim advance is asked for (domain.md, fact 37).
INTERIM_WORTHWHILE_PRICE = 10_000_000
JST = ZoneInfo("Asia/Tokyo")


def tell() -> None:
    """Tell the whole story, relative to today, oldest first."""
    today = timezone.localdate()
    for days_ago, chapter in (
        (40, _issued_and_opened),
        (25, _issued_on_paper),
        (12, _declined),
        (10, _amended_after_it_was_opened),
        (9, _withdrawn),
        (6, _approved),
        (5, _awaiting_premium),
        (5, _sent_again),
        (4, _returned),
        (3, _under_review),
        (2, _received_joint_venture),
        (2, _amendments_asked_for),
        (1, _drafted),
        (1, _typed),
    ):
        day = today - timedelta(days=days_ago)
        with _clock(day):
            chapter(day)


@contextmanager
def _clock(day: date) -> Iterator[None]:
    """The clock stands at ten in the morning of this day, and goes on from there."""
    with time_machine.travel(datetime.combine(day, time(10, 0), JST), tick=True):
        yield


def _issued_and_opened(day: date) -> None:
    application = _submitted(day, "国道○○号線 舗装補修工事", 48_600_000, advance=19_440_000, performance=4_860_000)
    for requested in application.requested.order_by("pk"):
        guarantee = issuing.issue(requested=_approved_one(requested), by=_staff("approver"))
        key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=_member().user)
        if requested.product == Product.PERFORMANCE:
            call_command("open_demo_certificate", "officer", guarantee.number, key)


def _issued_on_paper(day: date) -> None:
    application = _submitted(
        day, "県単河川維持工事", 12_000_000, advance=4_800_000, medium=Medium.PAPER, addressee="長野県△△建設事務所長"
    )
    issuing.issue(requested=_approved_one(application.requested.get()), by=_staff("approver"))


def _declined(day: date) -> None:
    application = _submitted(day, "公園遊具更新工事", 3_000_000, advance=1_200_000)
    reviewing.take_up(application=application, by=_staff("reviewer"))
    reason = "同じ工事について、すでに保証契約があります。"
    reviewing.decline(requested=application.requested.get(), by=_staff("reviewer"), reason=reason)


def _amended_after_it_was_opened(day: date) -> None:
    guarantee = Guarantee.objects.get(product=Product.PERFORMANCE)
    ends_on = (day + timedelta(days=187)).isoformat()
    changes = {"contract_price": 53_460_000, "guaranteed_amount": 5_346_000, "work_ends_on": ends_on}
    endorsement = endorsing.take_up(endorsement=_asked(guarantee, changes), by=_staff("reviewer"))
    endorsement = endorsing.approve(endorsement=endorsement, by=_staff("reviewer"), revision=endorsement.revision)
    endorsing.issue(endorsement=endorsement, by=_staff("approver"))


def _amendments_asked_for(day: date) -> None:
    ends_on = {"work_ends_on": (day + timedelta(days=240)).isoformat()}
    issued = Guarantee.objects.order_by("pk")
    _asked(issued.filter(medium=Medium.ELECTRONIC, product=Product.ADVANCE)[0], ends_on)
    endorsing.take_up(endorsement=_asked(issued.filter(medium=Medium.PAPER)[0], ends_on), by=_staff("reviewer"))


def _asked(guarantee: Guarantee, changes: dict) -> Endorsement:
    """The change that the contractor asks for, on the version in force."""
    version = guarantee.certificates.in_force().get().version
    reason = "設計変更に伴う変更契約により、工期を延長するため。"
    return endorsing.ask_amendment(guarantee=guarantee, version=version, changes=changes, reason=reason, by=_member())


def _withdrawn(day: date) -> None:
    application = _submitted(day, "庁舎外壁改修工事", 8_000_000, advance=3_200_000)
    applying.withdraw(application=application, by=_member())


def _approved(day: date) -> None:
    _approved_one(
        _submitted(day, "橋梁点検業務", 6_000_000, advance=1_800_000, kind=WorkKind.CONSULTING).requested.get()
    )


def _awaiting_premium(day: date) -> None:
    application = _submitted(day, "下水道管渠布設工事", 33_000_000, advance=13_200_000, payment=PremiumPayment.PER_CASE)
    _approved_one(application.requested.get())


def _returned(day: date) -> None:
    application = _submitted(day, "中学校屋内運動場改修工事", 27_500_000, advance=11_000_000)
    reason = "工期の終わりの日が請負契約書と異なっています。契約書をご確認のうえ、修正して再送信してください。"
    reviewing.return_to_contractor(application=application, by=_staff("reviewer"), reason=reason)


def _sent_again(day: date) -> None:
    """Returned, corrected and sent again: the review page tells what has changed."""
    application = _submitted(day, "小学校給食室改修工事", 21_000_000, advance=8_400_000)
    reason = "工事名が請負契約書と異なっています。"
    reviewing.return_to_contractor(application=application, by=_staff("reviewer"), reason=reason)
    address = application.public_id
    corrected = _draft(day, "市立小学校給食室改修工事", 21_000_000, advance=8_400_000, public_id=address)
    applying.submit(application=corrected, revision=corrected.revision, by=_member())


def _under_review(day: date) -> None:
    application = _submitted(day, "防災倉庫新築工事", 15_400_000, advance=6_160_000, performance=1_540_000)
    reviewing.take_up(application=application, by=_staff("reviewer"))


def _received_joint_venture(day: date) -> None:
    _submitted(
        day,
        "市民会館耐震補強工事",
        480_000_000,
        advance=192_000_000,
        jv=("○○・△△特定建設工事共同企業体", ["△△土木 株式会社", "××組 株式会社"]),
    )


def _drafted(day: date) -> None:
    _draft(day, "歩道整備工事", 9_900_000, advance=3_960_000)


def _typed(day: date) -> None:
    """Saved in the middle of typing, as it is."""
    boxes = {"work-work_name": "市道○○線側溝整備工事", "work-work_kind": "works", "work-contract_price": "未定"}
    typed = {name: [value] for name, value in boxes.items()}
    drafting.keep(by=_member(), public_id=uuid.uuid4(), typed=typed, revision=0)


def _submitted(day: date, work_name: str, price: int, **details) -> Application:
    application = _draft(day, work_name, price, **details)
    return applying.submit(application=application, revision=application.revision, by=_member())


def _draft(
    day: date,
    work_name: str,
    price: int,
    *,
    advance: int,
    performance: int = 0,
    medium: Medium = Medium.ELECTRONIC,
    kind: WorkKind = WorkKind.WORKS,
    addressee: str = "平塚市長",
    payment: PremiumPayment = PremiumPayment.MONTHLY,
    jv: tuple[str, list[str]] = ("", []),
    public_id: uuid.UUID | None = None,
) -> Application:
    """What the contractor typed on this day; amounts in yen."""
    declared = _declared(day, work_name, price, kind, addressee) | dict(zip(("jv_name", "jv_members"), jv, strict=True))
    declared |= _by_post(day) if medium == Medium.PAPER else {}
    bill = {"premium_payment": payment, "premium_billed_to": _member().contractor.name, "wants_paper_statement": False}
    asked = {"product": Product.ADVANCE, "medium": medium, "guaranteed_amount": advance}
    requested = [asked | _deposited(kind, price) | bill]
    if performance:
        requested.append({"product": Product.PERFORMANCE, "medium": medium, "guaranteed_amount": performance, **bill})
    return applying.save_draft(
        by=_member(), public_id=public_id or uuid.uuid4(), declared=declared, requested=requested
    )


def _declared(day: date, work_name: str, price: int, kind: WorkKind, addressee: str) -> dict:
    named = Addressee.objects.select_related("obligee").get(title=addressee)
    return {
        "obligee": named.obligee,
        "addressee": named,
        "work_kind": kind,
        "work_name": work_name,
        "work_place": f"{named.obligee.name}○○地内",
        "contract_price": price,
        "noticed_on": day - timedelta(days=40),
        "contracted_on": day,
        "work_starts_on": day + timedelta(days=7),
        "work_ends_on": day + timedelta(days=187),
        "branch": Branch.objects.get(name="神奈川支店"),
        **_bidding(day, price),
        "wants_mail": True,
        "mail_to": "soumu@example.jp",
        "contact_section": "総務部",
        "contact_post": "主任",
        "contact_name": "佐藤 花子",
        "contact_phone": "0463-00-0000",
    }


def _deposited(kind: WorkKind, price: int) -> dict:
    """What only an advance asks: its bank, and whether an interim advance follows."""
    return {
        "entrusted_bank": "○○銀行　××支店",
        "uses_redeposit": False,
        "has_interim": kind == WorkKind.WORKS,
        "plans_interim": kind == WorkKind.WORKS and price >= INTERIM_WORTHWHILE_PRICE,
    }


def _bidding(day: date, price: int) -> dict:
    """How a work of this price was won; a small one by 指名競争入札, and the bids a little above its price less tax."""
    lowest = price * 10 // 11 // THOUSAND
    is_small = price < INTERIM_WORTHWHILE_PRICE
    return {
        "order_kind": OrderKind.DESIGNATED if is_small else OrderKind.OPEN,
        "awarded_on": day - timedelta(days=10),
        "bid_rounds": 1,
        "bidder_count": 5 if is_small else 9,
        "disqualified_count": 0 if is_small else 1,
        "second_bidder": "△△土木 株式会社",
        "second_bid_thousand_yen": lowest * 102 // 100,
        "highest_bidder": "××組 株式会社",
        "highest_bid_thousand_yen": lowest * 109 // 100,
    }


def _by_post(day: date) -> dict:
    """受取方法 of papers: sent to the company within two weeks."""
    company = _member().contractor
    return {
        "delivery": Delivery.POST,
        "wanted_on": day + timedelta(days=14),
        "ship_to_name": company.name,
        "ship_to_postal_code": company.postal_code,
        "ship_to_address": company.address,
    }


def _approved_one(requested: RequestedGuarantee) -> RequestedGuarantee:
    reviewer = _staff("reviewer")
    requested.refresh_from_db()
    if requested.status == Status.RECEIVED:
        reviewing.take_up(application=requested.application, by=reviewer)
    return reviewing.approve(requested=requested, by=reviewer, revision=requested.application.revision)


def _member() -> ContractorMember:
    return ContractorMember.objects.select_related("user", "contractor").get(user__username="contractor")


def _staff(username: str) -> StaffMember:
    return StaffMember.objects.select_related("user", "branch").get(user__username=username)
