"""What happened in the demo world before its first visitor: every state once, through the same stages as people use."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.utils import timezone

from guarantees import (
    applying,
    demo_life,
    demo_money,
    demo_typing,
    disclosing,
    drafting,
    following,
    issuing,
    reviewing,
)
from guarantees.demo_acts import approved, draft, sent, staff, submitted
from guarantees.models import (
    Guarantee,
    KeySight,
)
from guarantees.terms import Medium, PremiumPayment, Product, WorkKind

JST = ZoneInfo("Asia/Tokyo")


def tell() -> None:
    """Tell the whole story, relative to today, oldest first."""
    today = timezone.localdate()
    bills = (((today - day).days, demo_money.billed) for day in demo_money.days_of_bills(today, months=5))
    for days_ago, chapter in demo_money.oldest_first(*bills, *CHAPTERS):
        day = today - timedelta(days=days_ago)
        with clock(day):
            chapter(day)


@contextmanager
def clock(day: date) -> Iterator[None]:
    """The clock stands at ten in the morning of this day, and goes on from there."""
    with time_machine.travel(datetime.combine(day, time(10, 0), JST), tick=True):
        yield


def _issued_and_opened(day: date) -> None:
    application = submitted(day, "国道○○号線 舗装補修工事", 48_600_000, advance=19_440_000, performance=4_860_000)
    for requested in application.requested.order_by("pk"):
        guarantee = issuing.issue(requested=approved(requested), by=staff("approver"))
        _handed_in(guarantee, receive=True, hand_to="道路整備課" if requested.product == Product.PERFORMANCE else "")


def _handed_in(guarantee: Guarantee, **answer: bool | str) -> None:
    """The officer opens what the contractor handed in, and answers."""
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=demo_typing.member().user)
    call_command("open_demo_certificate", "officer", guarantee.number, key, **answer)


def _issued_long_ago(day: date) -> None:
    _issued(day, "市道幹線１号線 道路改良工事", 62_000_000)


def _corrected_and_ended(day: date) -> None:
    demo_life.correct(_issued(day, "市道２号線歩道改修工事", 14_000_000))


def _lives_of_what_was_issued(day: date) -> None:
    demo_life.amend_and_take_back(_issued(day, demo_life.CLAIMED, 26_000_000), until=day + timedelta(days=210))
    demo_life.replace_key(_issued(day, demo_life.TO_BE_RELEASED, 31_000_000))
    _issued(day, demo_life.RELEASED, 9_000_000)
    demo_life.cancel(_issued(day, "法面保護工事", 18_000_000))


def _issued(day: date, work_name: str, price: int) -> Guarantee:
    """An advance of 40 % on this work, issued on this day; the price in yen."""
    requested = submitted(day, work_name, price, advance=price * 4 // 10).requested.get()
    return issuing.issue(requested=approved(requested), by=staff("approver"))


def _paid(day: date) -> None:
    demo_money.paid_and_withdrawn(day)
    demo_money.paid_and_not_issued(day)


def _interim_advance(day: date) -> None:
    advance = following.in_force(
        Guarantee.objects.get(product=Product.ADVANCE, requested__application__work_name__startswith="市道幹線")
    )
    confirmed = {"is_half_period_over": True, "is_planned_work_done": True, "is_half_work_done": True}
    requested = {
        "product": Product.INTERIM,
        "follows": advance.guarantee,
        "medium": Medium.ELECTRONIC,
        "guaranteed_amount": 12_400_000,
        "entrusted_bank": "○○銀行　××支店",
        "uses_redeposit": False,
        **confirmed,
        **demo_typing.bill(),
    }
    application = sent(following.work_facts(advance) | demo_typing.contact(), requested)
    issuing.issue(requested=approved(application.requested.get()), by=staff("approver"))


def _reserved(day: date) -> None:
    _reservation(day, "河川護岸補強工事", 38_000_000, 3_800_000)


def _reserved_for_a_tender_to_come(day: date) -> None:
    _reservation(day, "駅前広場整備工事", 54_000_000, 5_400_000)


def _reservation(day: date, work_name: str, price: int, amount: int) -> None:
    """A 契約保証予約 asked for and issued on this day, for a tender a month later; amounts in yen."""
    unknown = {"contracted_on": None, "work_starts_on": None, "work_ends_on": None, "wants_mail": False, "mail_to": ""}
    days = {"tendered_on": day + timedelta(days=30), "reservation_ends_on": day + timedelta(days=75)}
    declared = (
        demo_typing.declared(day, work_name, price, WorkKind.WORKS, "平塚市長")
        | unknown
        | days
        | demo_typing.by_post(day)
    )
    bond = {"product": Product.RESERVATION, "medium": Medium.PAPER, "guaranteed_amount": amount, **demo_typing.bill()}
    application = sent(declared, bond)
    issuing.issue(requested=approved(application.requested.get()), by=staff("approver"))


def _won_what_was_reserved(day: date) -> None:
    reservation = Guarantee.objects.get(product=Product.RESERVATION)
    declared = demo_typing.declared(
        day, "河川護岸補強工事", 37_400_000, WorkKind.WORKS, "平塚市長"
    ) | demo_typing.bidding(day, 37_400_000)
    performance = {
        "product": Product.PERFORMANCE,
        "follows": reservation,
        "medium": Medium.ELECTRONIC,
        "guaranteed_amount": 3_740_000,
        **demo_typing.bill(),
    }
    application = sent(declared, performance)
    guarantee = issuing.issue(requested=approved(application.requested.get()), by=staff("approver"))
    _handed_in(guarantee, send_back="工期の終わりの日が、請負契約書と異なります。ご確認ください。")


def _issued_on_paper(day: date) -> None:
    application = submitted(
        day, "県単河川維持工事", 12_000_000, advance=4_800_000, medium=Medium.PAPER, addressee="長野県△△建設事務所長"
    )
    issuing.issue(requested=approved(application.requested.get()), by=staff("approver"))


def _declined(day: date) -> None:
    application = submitted(day, "公園遊具更新工事", 3_000_000, advance=1_200_000)
    reviewing.take_up(application=application, by=staff("reviewer"))
    reason = "同じ工事について、すでに保証契約があります。"
    reviewing.decline(requested=application.requested.get(), by=staff("reviewer"), reason=reason)


def _withdrawn(day: date) -> None:
    application = submitted(day, "庁舎外壁改修工事", 8_000_000, advance=3_200_000)
    applying.withdraw(application=application, by=demo_typing.member())


def _approved(day: date) -> None:
    approved(submitted(day, "橋梁点検業務", 6_000_000, advance=1_800_000, kind=WorkKind.CONSULTING).requested.get())


def _awaiting_premium(day: date) -> None:
    application = submitted(day, "下水道管渠布設工事", 33_000_000, advance=13_200_000, payment=PremiumPayment.PER_CASE)
    approved(application.requested.get())


def _returned(day: date) -> None:
    application = submitted(day, "中学校屋内運動場改修工事", 27_500_000, advance=11_000_000)
    reason = "工期の終わりの日が請負契約書と異なっています。契約書をご確認のうえ、修正して再送信してください。"
    reviewing.return_to_contractor(application=application, by=staff("reviewer"), reason=reason)


def _sent_again(day: date) -> None:
    """Returned, corrected and sent again: the review page tells what has changed."""
    application = submitted(day, "小学校給食室改修工事", 21_000_000, advance=8_400_000)
    reason = "工事名が請負契約書と異なっています。"
    reviewing.return_to_contractor(application=application, by=staff("reviewer"), reason=reason)
    address = application.public_id
    corrected = draft(day, "市立小学校給食室改修工事", 21_000_000, advance=8_400_000, public_id=address)
    applying.submit(application=corrected, revision=corrected.revision, by=demo_typing.member())


def _under_review(day: date) -> None:
    application = submitted(day, "防災倉庫新築工事", 15_400_000, advance=6_160_000, performance=1_540_000)
    reviewing.take_up(application=application, by=staff("reviewer"))
    message = "請負契約書の写しを、神奈川支店あてにお送りください。"
    reviewing.tell(application=application, by=staff("reviewer"), message=message)
    note = "契約書の写しが届いたら、工期の終わりの日を確認する。"
    reviewing.note(application=application, by=staff("reviewer"), text=note)


def _asked_for_twice(day: date) -> None:
    """The job that is under review already: its review page says so."""
    submitted(day, "防災倉庫新築工事", 15_400_000, advance=6_160_000)


def _received_joint_venture(day: date) -> None:
    submitted(
        day,
        "市民会館耐震補強工事",
        480_000_000,
        advance=192_000_000,
        jv=("○○・△△特定建設工事共同企業体", ["△△土木 株式会社", "××組 株式会社"]),
    )


def _drafted(day: date) -> None:
    draft(day, "歩道整備工事", 9_900_000, advance=3_960_000)


def _typed(day: date) -> None:
    """Saved in the middle of typing, as it is."""
    boxes = {"work-work_name": "市道○○線側溝整備工事", "work-work_kind": "works", "work-contract_price": "未定"}
    typed = {name: [value] for name, value in boxes.items()}
    drafting.keep(by=demo_typing.member(), public_id=uuid.uuid4(), typed=typed, revision=0)


# What happened how many days ago.
CHAPTERS = (
    (200, _corrected_and_ended),
    (150, _issued_long_ago),
    (120, _lives_of_what_was_issued),
    (70, demo_money.sent_on_paper),
    (60, _reserved),
    (45, demo_money.reduced),
    (40, _issued_and_opened),
    (30, demo_life.release_one),
    (25, _issued_on_paper),
    (21, _won_what_was_reserved),
    (20, _interim_advance),
    (14, _reserved_for_a_tender_to_come),
    (12, _declined),
    (10, demo_life.amend_after_it_was_opened),
    (9, _withdrawn),
    (8, _paid),
    (6, _approved),
    (5, _awaiting_premium),
    (5, _sent_again),
    (4, _returned),
    (3, _under_review),
    (2, demo_life.ask_of_the_surety),
    (2, _received_joint_venture),
    (2, demo_life.ask_for_amendments),
    (1, _asked_for_twice),
    (1, _drafted),
    (1, _typed),
)
