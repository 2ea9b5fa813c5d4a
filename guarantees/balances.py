"""What requested guarantees owe, what came and went, and their papers: as the pages of both desks show it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from guarantees import accounts, papers
from guarantees.models import BankAccount, Endorsement, Payment, PremiumStatement, Repayment, RequestedGuarantee
from guarantees.papers import Paper
from guarantees.terms import EndorsementStatus, PremiumPayment, Procedure, Status
from netdesk.formats import yen
from netdesk.models import User


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The money and the papers of one requested guarantee."""

    requested: RequestedGuarantee
    account: accounts.Account
    payments: list[Payment]
    repayments: list[Repayment]
    statements: list[PremiumStatement]
    into: BankAccount | None
    papers: list[Paper]

    @property
    def is_awaited(self) -> bool:
        """Is it approved, and has what is paid per case still to come?"""
        return self.requested.procedure == Procedure.AWAITING_PREMIUM

    @property
    def is_on_hold(self) -> bool:
        """Was something paid, while the premium is not agreed any more?"""
        return self.account.due is None and self.account.received > 0

    @property
    def pay_by(self) -> date | None:
        """お支払い期限 of what is awaited."""
        asked_at = self.requested.approved_at
        return accounts.pay_by(self.into, asked_at) if self.into and asked_at else None

    @property
    def payer_name(self) -> str:
        """お振込名義, as the contractor is asked to give it; the application's contractor at hand."""
        application = self.requested.application
        return f"{application.receipt_number} {application.contractor.name}"

    @property
    def confirmers(self) -> list[User]:
        """Who confirmed a payment, and so does not issue."""
        return [payment.confirmed_by for payment in self.payments]

    @property
    def has_rows(self) -> bool:
        """Did any money move, or is there a statement?"""
        return bool(self.payments or self.repayments or self.statements)

    @property
    def is_there_anything(self) -> bool:
        """Is there anything to show?"""
        return self.has_rows or self.is_awaited


def of(rows: Iterable[RequestedGuarantee]) -> dict[int, Balance]:
    """The balance of each requested guarantee (`with_application()`) by its pk. Nine queries, however many."""
    requested = list(rows)
    pks = [one.pk for one in requested]
    guarantees = {one.guarantee_id: one.pk for one in requested if one.guarantee_id}
    payments, repayments, statements = defaultdict(list), defaultdict(list), defaultdict(list)
    for payment in (
        Payment.objects.filter(requested__in=pks).select_related("confirmed_by", "endorsement").order_by("pk")
    ):
        payments[payment.requested_id].append(payment)
    for repayment in Repayment.objects.filter(requested__in=pks).select_related("recorded_by").order_by("pk"):
        repayments[repayment.requested_id].append(repayment)
    made = PremiumStatement.objects.filter(guarantee__in=guarantees).defer("pdf").order_by("pk")
    for statement in made.select_related("bill_line__bill__contractor").defer(
        "pdf", "bill_line__bill__pdf", "bill_line__bill__facts"
    ):
        statements[guarantees[statement.guarantee_id]].append(statement)
    told = {account.branch_id: account for account in BankAccount.objects.in_force(timezone.localdate())}
    found = papers.of_guarantees([one.guarantee for one in requested if one.guarantee])
    return {
        one.pk: Balance(
            requested=one,
            account=_account(one, statements[one.pk]),
            payments=payments[one.pk],
            repayments=repayments[one.pk],
            statements=statements[one.pk],
            into=told.get(one.application.branch_id),
            papers=found.get(one.guarantee_id or 0, []),
        )
        for one in requested
    }


def _account(one: RequestedGuarantee, statements: list[PremiumStatement]) -> accounts.Account:
    charged = sum(statement.signed_amount for statement in statements)
    return accounts.Account(accounts.due_of(one, charged), one.received_amount)


@dataclass(frozen=True, kw_only=True)
class Extra:
    """What an open change adds to a premium, or pays back, as both desks show it before it is issued."""

    amount: int  # less than nothing: to be paid back
    is_monthly: bool
    account: accounts.Account
    is_approved: bool
    into: BankAccount | None
    pay_by: date | None

    @property
    def is_awaited(self) -> bool:
        """Does a payment have to come before it is issued?"""
        return self.is_approved and self.account.open > 0

    @property
    def paid_back_amount(self) -> int:
        """What is to be paid back once it is issued, in yen."""
        return max(-self.amount, 0)

    @property
    def paid_back_text(self) -> str:
        """That, in words."""
        return yen(self.paid_back_amount)

    @property
    def text(self) -> str:
        """What is added, in words."""
        return yen(max(self.amount, 0))

    @property
    def how(self) -> str:
        """How what is added is paid."""
        if self.is_monthly:
            return "一括納付の請求書に記載します。"
        if self.account.received:
            return "ご入金を確認しました。"
        return "都度納付です。審査のあとに、お振込先をお知らせします。" if not self.is_approved else "入金待ちです。"


def of_endorsement(endorsement: Endorsement) -> Extra | None:
    """What an open change does to the premium; None where it does nothing, or is open no more."""
    requested = endorsement.guarantee.requested
    amount = accounts.difference_of(endorsement) if endorsement.is_open else 0
    if not amount or requested.status != Status.ISSUED:
        return None
    into = accounts.paid_into(endorsement.guarantee.branch_id, on=timezone.localdate())
    asked_at = endorsement.approved_at
    return Extra(
        amount=amount,
        is_monthly=requested.premium_payment == PremiumPayment.MONTHLY,
        account=accounts.of_endorsement(endorsement),
        is_approved=endorsement.status == EndorsementStatus.APPROVED,
        into=into,
        pay_by=accounts.pay_by(into, asked_at) if into and asked_at else None,
    )
