"""What was paid, billed, paid back and sent in the demo world: each state of money and papers once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from guarantees import applying, collecting, demo_life, demo_typing, dispatching, issuing, papers
from guarantees.demo_acts import approved, staff, submitted
from guarantees.models import Bill, Contractor, RequestedGuarantee
from guarantees.terms import Delivery, Medium, PremiumPayment

PER_CASE = PremiumPayment.PER_CASE


def oldest_first(*chapters: tuple[int, Callable[[date], None]]) -> list[tuple[int, Callable[[date], None]]]:
    """Chapters by how many days ago they happened; those of one day as they are written."""
    return sorted(chapters, key=lambda chapter: -chapter[0])


def paid(requested: RequestedGuarantee, day: date) -> RequestedGuarantee:
    """What an approved one costs has come, and the reviewer confirms it."""
    amount = requested.premium_amount or 0
    collecting.confirm_payment(requested=requested, amount=amount, paid_on=day, by=staff("reviewer"))
    return requested


def sent_on_paper(day: date) -> None:
    """Paid per case, issued on paper, and sent with its receipt; a record of it was made by mistake first."""
    application = submitted(
        day, "消防水利施設工事", 7_000_000, advance=2_800_000, medium=Medium.PAPER, payment=PER_CASE
    )
    guarantee = issuing.issue(requested=paid(approved(application.requested.get()), day), by=staff("approver"))
    keys = [paper.key for paper in papers.of_guarantees([guarantee])[guarantee.pk]]
    how: dict[str, Any] = {"keys": keys, "left_on": day, "by": staff("reviewer")}
    mistaken = dispatching.dispatch(of=guarantee, way=Delivery.COUNTER, handed_to="佐藤", **how)
    for one in mistaken:
        dispatching.take_back(dispatch=one, reason="別のお客様の記録と取り違えたため。", by=staff("reviewer"))
    how |= {"carrier": "見本運輸", "tracking_number": "0000-0000-0000"}
    dispatching.dispatch(of=guarantee, way=Delivery.POST, **how)


def reduced(day: date) -> None:
    """The guaranteed amount goes down, and a part of the premium is paid back."""
    application = submitted(day, "調整池整備工事", 40_000_000, advance=16_000_000)
    guarantee = issuing.issue(requested=approved(application.requested.get()), by=staff("approver"))
    endorsement = demo_life.asked(guarantee, {"contract_price": 30_000_000, "guaranteed_amount": 12_000_000})
    demo_life.carried_out(endorsement)


def paid_and_withdrawn(day: date) -> None:
    """Given up after it was paid: the premium is to be paid back."""
    application = submitted(day, "駐輪場整備工事", 5_000_000, advance=2_000_000, payment=PER_CASE)
    paid(approved(application.requested.get()), day)
    applying.withdraw(application=application, by=demo_typing.member())


def paid_and_not_issued(day: date) -> None:
    """Paid per case, and now the approver's turn."""
    application = submitted(day, "河川浚渫工事", 18_000_000, advance=7_200_000, payment=PER_CASE)
    paid(approved(application.requested.get()), day)


def days_of_bills(today: date, months: int) -> list[date]:
    """The second day of each of the last months, as far as it is over: when their bills are made."""
    days, day = [], today.replace(day=2)
    for _ in range(months):
        days.append(day)
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=2)
    return [day for day in days if day < today]


def billed(day: date) -> None:
    """The month before is billed, and what was due before this day has been paid."""
    month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    for contractor in Contractor.objects.filter(guarantees__isnull=False).distinct():
        try:
            collecting.make_bill(contractor=contractor, month=month, by=staff("reviewer"))
        except collecting.NothingToBill:
            continue
    for bill in Bill.objects.filter(due_on__lt=day, payments__isnull=True, charged_amount__gt=0).defer("pdf"):
        collecting.confirm_bill_payment(bill=bill, amount=bill.due_amount, paid_on=bill.due_on, by=staff("reviewer"))
