"""Premiums come in: a payment is confirmed, what is too much is paid back, and a month's guarantees are billed together.

An amount is confirmed when it is there in full: what comes in several parts is confirmed once, as their sum, on the day of the last
(docs/decisions/0007). Whoever confirms does not issue: `guarantees.issuing`, `guarantees.endorsing` and a trigger hold it.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from guarantees import accounts, bills
from guarantees.models import (
    Application,
    Bill,
    BillLine,
    Contractor,
    Endorsement,
    Payment,
    PremiumStatement,
    Repayment,
    RequestedGuarantee,
    StaffMember,
)
from guarantees.recording import record
from guarantees.terms import GIVEN_UP, Act, ApplicationStatus, EndorsementStatus, Status
from netdesk.acting import Refusal
from netdesk.formats import yen


class NotCollected(Refusal):
    """The act did not happen; each kind below says why."""


class NothingDue(NotCollected):
    """Nothing is awaited: confirmed by somebody else a moment ago, sent back, or given up."""

    sentence = "入金待ちではないため、記録できませんでした。ほかの方がすでに確認したか、審査へ戻されています。現在の状況を確認してください。"


class NothingToRepay(NotCollected):
    """Nothing is to be paid back: recorded by somebody else a moment ago."""

    sentence = (
        "返金する額がないため、記録できませんでした。ほかの方がすでに記録していないか、現在の状況を確認してください。"
    )


class OtherAmount(NotCollected):
    """The amount is not the one that is owed."""


class ImpossibleDay(NotCollected):
    """The money cannot have moved on this day."""


class MonthNotClosed(NotCollected):
    """A month is billed when it is over."""

    sentence = "対象月が終わっていないため、請求書を作成できません。"


class AlreadyBilled(NotCollected):
    """This contractor has its bill of the month."""

    sentence = "このお客様の、この月の請求書はすでに作成されています。"


class NothingToBill(NotCollected):
    """No statement waits for a bill."""

    sentence = "請求する保証料計算書がありません。"


class NoBankAccount(NotCollected):
    """A bill without an account could not be paid."""

    sentence = "取扱箇所の振込先が登録されていないため、請求書を作成できません。本店に連絡してください。"


@transaction.atomic
def confirm_payment(*, requested: RequestedGuarantee, amount: int, paid_on: date, by: StaffMember) -> Payment:
    """What an approved guarantee paid per case still owes has come. Raises NothingDue, OtherAmount, ImpossibleDay."""
    requested = _locked(requested)
    account = accounts.of(requested)
    is_awaited = requested.application.status == ApplicationStatus.SUBMITTED and requested.status == Status.APPROVED
    if not is_awaited or not account.open:
        raise NothingDue
    check_payment(amount, account.open, paid_on, since=requested.drafted_on)
    payment = Payment.objects.create(
        requested=requested, paid_amount=amount, paid_on=paid_on, confirmed_at=timezone.now(), confirmed_by=by.user
    )
    record(Act.CONFIRM_PAYMENT, by=by.user, requested=requested, details=_told(amount, paid_on))
    return payment


@transaction.atomic
def confirm_extra_payment(*, endorsement: Endorsement, amount: int, paid_on: date, by: StaffMember) -> Payment:
    """What an approved change adds to a premium paid per case has come. Raises NothingDue, OtherAmount, ImpossibleDay."""
    rows = Endorsement.objects.select_related("guarantee__requested__application", "guarantee__requested__rate_table")
    endorsement = rows.select_for_update(of=("self",)).get(pk=endorsement.pk)
    account = accounts.of_endorsement(endorsement)
    if endorsement.status != EndorsementStatus.APPROVED or not account.open:
        raise NothingDue
    check_payment(amount, account.open, paid_on, since=timezone.localdate(endorsement.asked_at))
    payment = Payment.objects.create(
        requested=endorsement.guarantee.requested,
        endorsement=endorsement,
        paid_amount=amount,
        paid_on=paid_on,
        confirmed_at=timezone.now(),
        confirmed_by=by.user,
    )
    details = _told(amount, paid_on) | {"endorsement": endorsement.pk}
    record(Act.CONFIRM_PAYMENT, by=by.user, guarantee=endorsement.guarantee, details=details)
    return payment


@transaction.atomic
def confirm_bill_payment(*, bill: Bill, amount: int, paid_on: date, by: StaffMember) -> Payment:
    """A monthly bill has been paid. Raises NothingDue, OtherAmount, ImpossibleDay."""
    bill = _locked_bill(bill)
    if not bill.due_amount or bill.payments.exists():
        raise NothingDue
    check_payment(amount, bill.due_amount, paid_on, since=timezone.localdate(bill.made_at))
    payment = Payment.objects.create(
        bill=bill, paid_amount=amount, paid_on=paid_on, confirmed_at=timezone.now(), confirmed_by=by.user
    )
    _record_each(Act.CONFIRM_PAYMENT, bill, by, _told(amount, paid_on))
    return payment


def check_payment(amount: int, due: int, paid_on: date, *, since: date) -> None:
    """Refuse what is not the amount that is owed, or came on a day that cannot be. Raises OtherAmount, ImpossibleDay."""
    if sentence := amount_fault(amount, due):
        raise OtherAmount(sentence)
    if sentence := day_fault("入金日", paid_on, since):
        raise ImpossibleDay(sentence)


def amount_fault(amount: int, due: int) -> str:
    """What is wrong with an amount that was received, in a sentence; nothing where it is the one that is owed."""
    if amount < due:
        return f"請求額は{yen(due)}です。{yen(due - amount)}不足しています。分けて入金されたときは、全額がそろってから合計額を入力してください"
    if amount > due:
        return f"請求額は{yen(due)}です。{yen(amount - due)}多く入金されています。超過分の扱いをお客様と決めてから、請求額を入力してください"
    return ""


def day_fault(called: str, day: date, since: date) -> str:
    """What is wrong with the day on which money moved, in a sentence; nothing where it can be."""
    if day > timezone.localdate():
        return f"{called}は、本日以前の日付を入力してください"
    return f"{called}は、{since:%Y/%m/%d}以降の日付を入力してください" if day < since else ""


@transaction.atomic
def repay(*, requested: RequestedGuarantee, amount: int, repaid_on: date, by: StaffMember) -> Repayment:
    """What was received above what is owed went back to the contractor. Raises NothingToRepay, OtherAmount, ImpossibleDay."""
    requested = _locked(requested)
    surplus = accounts.of(requested).surplus
    _check_repayment(amount, surplus, repaid_on, since=requested.drafted_on)
    reason = reason_to_repay(requested)
    repayment = Repayment.objects.create(
        requested=requested,
        repaid_amount=amount,
        repaid_on=repaid_on,
        reason=reason,
        recorded_at=timezone.now(),
        recorded_by=by.user,
    )
    details = _told(amount, repaid_on) | {"reason": reason}
    record(Act.REPAY, by=by.user, requested=requested, guarantee=requested.guarantee, details=details)
    return repayment


@transaction.atomic
def repay_bill(*, bill: Bill, amount: int, repaid_on: date, by: StaffMember) -> Repayment:
    """What a month's refunds exceed its charges by went back. Raises NothingToRepay, OtherAmount, ImpossibleDay."""
    bill = _locked_bill(bill)
    surplus = 0 if bill.repayments.exists() else bill.surplus_amount
    _check_repayment(amount, surplus, repaid_on, since=timezone.localdate(bill.made_at))
    repayment = Repayment.objects.create(
        bill=bill,
        repaid_amount=amount,
        repaid_on=repaid_on,
        reason="一括納付の差引返還",
        recorded_at=timezone.now(),
        recorded_by=by.user,
    )
    _record_each(Act.REPAY, bill, by, _told(amount, repaid_on))
    return repayment


def _check_repayment(amount: int, surplus: int, repaid_on: date, *, since: date) -> None:
    if not surplus:
        raise NothingToRepay
    if amount != surplus:
        raise OtherAmount(repayment_fault(amount, surplus))
    if sentence := day_fault("返金日", repaid_on, since):
        raise ImpossibleDay(sentence)


def repayment_fault(amount: int, surplus: int) -> str:
    """What is wrong with an amount that was paid back, in a sentence; nothing where it is the one to be paid back."""
    return "" if amount == surplus else f"返金する額は{yen(surplus)}です。同じ額を入力してください"


def reason_to_repay(requested: RequestedGuarantee) -> str:
    """Why more was received than is owed; the application at hand."""
    if requested.application.status in GIVEN_UP:
        return "申込の取下げ"
    if requested.status == Status.DECLINED:
        return "引受不可"
    return f"{requested.charge_name}の減額・返還"


@transaction.atomic
def make_bill(*, contractor: Contractor, month: date, by: StaffMember) -> Bill:
    """The contractor's statements of this month (its first day) stand on one bill, with what earlier months left over.

    Raises MonthNotClosed, AlreadyBilled, NothingToBill, NoBankAccount.
    """
    contractor = Contractor.objects.select_for_update(of=("self",)).get(pk=contractor.pk)
    end = accounts.next_month(month)
    if end > timezone.localdate():
        raise MonthNotClosed
    if contractor.bills.filter(month=month).exists():
        raise AlreadyBilled
    rows = PremiumStatement.objects.of_contractor(contractor).to_bill(start_of(end)).defer("pdf")
    lines = list(rows.select_related("guarantee").order_by("made_at", "pk"))
    if not lines:
        raise NothingToBill
    branch = bills.branch_of(contractor, lines)
    into = accounts.paid_into(branch.pk, on=timezone.localdate())
    if into is None:
        raise NoBankAccount
    bill = bills.make(contractor, branch, month, lines, into, made_at=timezone.now(), by=by.user)
    bill.save(force_insert=True)
    BillLine.objects.bulk_create(BillLine(bill=bill, statement=line) for line in lines)
    _record_each(Act.MAKE_BILL, bill, by, {"sha256": bill.sha256})
    return bill


def start_of(day: date) -> datetime:
    """Midnight of a day in JST."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _locked(requested: RequestedGuarantee) -> RequestedGuarantee:
    application = Application.objects.with_parties().select_for_update(of=("self",)).get(pk=requested.application_id)
    rows = RequestedGuarantee.objects.select_related("guarantee").select_for_update(of=("self",))
    requested = rows.get(pk=requested.pk)
    requested.application = application
    return requested


def _locked_bill(bill: Bill) -> Bill:
    return Bill.objects.select_related("contractor").select_for_update(of=("self",)).get(pk=bill.pk)


def _told(amount: int, day: date) -> dict:
    return {"amount": amount, "on": day.isoformat()}


def _record_each(act: Act, bill: Bill, by: StaffMember, details: dict) -> None:
    """The act on the time line of every guarantee that stands on the bill."""
    lines = BillLine.objects.filter(bill=bill).select_related("statement__guarantee").order_by("pk")
    for guarantee in {line.statement.guarantee_id: line.statement.guarantee for line in lines}.values():
        record(act, by=by.user, guarantee=guarantee, details=details | {"bill": bill.number})
