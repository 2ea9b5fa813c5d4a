"""Premiums come in and go back: the stages, their refusals, and what the database holds by itself."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from guarantees import accounts, applying, awaiting, collecting, endorsing, issuing, reviewing, statements
from guarantees.models import BankAccount, Endorsement, Event, Payment, Repayment, RequestedGuarantee, StaffMember
from guarantees.terms import Act, EndorsementCause, PremiumPayment, Procedure, StaffRole, Status
from netdesk.models import Desk, User
from tests import stories
from tests.racing import at_once

pytestmark = pytest.mark.django_db
PER_CASE = stories.advance(premium_payment=PremiumPayment.PER_CASE)
TODAY = date(2026, 11, 20)
DUE = 62_500


@pytest.fixture
def second_approver(approver) -> StaffMember:
    user = User.objects.create_user("second-approver", full_name="山本 誠", desk=Desk.SURETY)
    return StaffMember.objects.create(user=user, branch=approver.branch, role=StaffRole.APPROVER)


@pytest.fixture
def awaited(contractor, reviewer) -> RequestedGuarantee:
    return stories.approved(contractor, reviewer, PER_CASE)


def confirm(requested: RequestedGuarantee, by: StaffMember, amount: int = DUE, paid_on: date = TODAY) -> Payment:
    return collecting.confirm_payment(requested=requested, amount=amount, paid_on=paid_on, by=by)


def procedure(requested: RequestedGuarantee) -> Procedure:
    return RequestedGuarantee.objects.with_application().get(pk=requested.pk).procedure


def test_confirm_makes_the_payment_and_its_event_and_opens_the_issue(awaited, reviewer, approver):
    assert procedure(awaited) == Procedure.AWAITING_PREMIUM
    payment = confirm(awaited, reviewer)
    assert (payment.paid_amount, payment.paid_on, payment.confirmed_by) == (DUE, TODAY, reviewer.user)
    event = Event.objects.get(act=Act.CONFIRM_PAYMENT)
    assert (event.done_by, event.product, event.details) == (
        reviewer.user,
        "advance",
        {"amount": DUE, "on": "2026-11-20"},
    )
    assert procedure(awaited) == Procedure.BEING_ISSUED
    assert issuing.issue(requested=awaited, by=approver).number == "34081-00001M"


@pytest.mark.parametrize(
    ("amount", "day", "refusal", "sentence"),
    [
        (62_400, TODAY, collecting.OtherAmount, "請求額は62,500円です。100円不足しています。分けて入金されたときは、全額がそろってから合計額を入力してください"),
        (62_600, TODAY, collecting.OtherAmount, "請求額は62,500円です。100円多く入金されています。超過分の扱いをお客様と決めてから、請求額を入力してください"),
        (DUE, TODAY + timedelta(days=1), collecting.ImpossibleDay, "入金日は、本日以前の日付を入力してください"),
        (DUE, TODAY - timedelta(days=1), collecting.ImpossibleDay, "入金日は、2026/11/20以降の日付を入力してください"),
    ],
)  # fmt: skip
def test_confirm_of_another_amount_or_day_is_refused_in_a_sentence(awaited, reviewer, amount, day, refusal, sentence):
    with pytest.raises(refusal) as refused:
        confirm(awaited, reviewer, amount, day)
    assert (refused.value.sentence, Payment.objects.count()) == (sentence, 0)


def test_confirm_where_nothing_is_awaited_is_refused(contractor, reviewer, awaited):
    monthly, under_review = stories.approved(contractor, reviewer), stories.under_review(contractor, reviewer, PER_CASE)
    confirm(awaited, reviewer)
    for one in (awaited, monthly, under_review.requested.get()):
        with pytest.raises(collecting.NothingDue):
            confirm(one, reviewer)
    assert Payment.objects.count() == 1


def test_the_person_who_confirmed_does_not_issue_by_stage_and_by_database(awaited, approver, second_approver):
    confirm(awaited, approver)
    with pytest.raises(issuing.PaymentConfirmedBySame):
        issuing.issue(requested=awaited, by=approver)
    issued = stories_issue_columns(approver)
    with pytest.raises(DatabaseError, match="payment_takes_two_persons"), transaction.atomic():
        RequestedGuarantee.objects.filter(pk=awaited.pk).update(**issued)
    guarantee = issuing.issue(requested=awaited, by=second_approver)
    late = {"requested": guarantee.requested, "paid_amount": 1, "paid_on": TODAY, "confirmed_by": second_approver.user}
    with pytest.raises(DatabaseError, match="payment_takes_two_persons"), transaction.atomic():
        Payment.objects.create(**late)


def stories_issue_columns(by: StaffMember) -> dict:
    return {"status": Status.ISSUED, "issued_at": timezone.now(), "issued_by": by.user}


def test_issue_without_the_premium_is_refused_by_the_database_too(awaited, approver):
    with pytest.raises(DatabaseError, match="payment_covers_premium"), transaction.atomic():
        RequestedGuarantee.objects.filter(pk=awaited.pk).update(**stories_issue_columns(approver))


def test_a_premium_that_grew_after_send_back_asks_for_the_difference(contractor, reviewer, approver, awaited):
    confirm(awaited, reviewer)
    reviewing.send_back(requested=awaited, by=reviewer, reason="金額の確認")
    awaited.refresh_from_db()
    assert accounts.of(awaited) == accounts.Account(None, DUE)
    RequestedGuarantee.objects.filter(pk=awaited.pk).update(guaranteed_amount=22_000_000)
    awaited = reviewing.approve(requested=awaited, by=reviewer, revision=1)
    assert (accounts.of(awaited).open, procedure(awaited)) == (6_000, Procedure.AWAITING_PREMIUM)
    with pytest.raises(issuing.PremiumNotPaid):
        issuing.issue(requested=awaited, by=approver)
    confirm(awaited, reviewer, 6_000)
    assert issuing.issue(requested=awaited, by=approver).statements.get().total_amount == 68_500


def test_a_premium_that_shrank_after_send_back_is_paid_back_before_the_issue(reviewer, approver, awaited):
    confirm(awaited, reviewer)
    reviewing.send_back(requested=awaited, by=reviewer, reason="金額の確認")
    RequestedGuarantee.objects.filter(pk=awaited.pk).update(guaranteed_amount=15_000_000)
    awaited = reviewing.approve(requested=awaited, by=reviewer, revision=1)
    with pytest.raises(issuing.PremiumToBeRepaid):
        issuing.issue(requested=awaited, by=approver)
    assert [one.surplus_amount for one in awaiting.to_repay(reviewer)] == [15_000]
    with pytest.raises(collecting.OtherAmount):
        collecting.repay(requested=awaited, amount=14_999, repaid_on=TODAY, by=reviewer)
    repayment = collecting.repay(requested=awaited, amount=15_000, repaid_on=TODAY, by=reviewer)
    assert (repayment.reason, awaiting.to_repay(reviewer)) == ("保証料の減額・返還", [])
    assert issuing.issue(requested=awaited, by=approver).statements.get().total_amount == 47_500


@pytest.mark.parametrize("end", ["withdrawn", "declined"])
def test_what_was_paid_for_nothing_goes_back_once(contractor, reviewer, awaited, end):
    confirm(awaited, reviewer)
    if end == "withdrawn":
        applying.withdraw(application=awaited.application, by=contractor)
    else:
        reviewing.send_back(requested=awaited, by=reviewer, reason="確認")
        reviewing.decline(requested=awaited, by=reviewer, reason="引受基準")
    assert [one.surplus_amount for one in awaiting.to_repay(reviewer)] == [DUE]
    repayment = collecting.repay(requested=awaited, amount=DUE, repaid_on=TODAY, by=reviewer)
    assert repayment.reason == {"withdrawn": "申込の取下げ", "declined": "引受不可"}[end]
    assert Event.objects.filter(act=Act.REPAY).count() == 1
    with pytest.raises(collecting.NothingToRepay):
        collecting.repay(requested=awaited, amount=DUE, repaid_on=TODAY, by=reviewer)


@pytest.fixture
def guarantee(awaited, reviewer, approver):
    confirm(awaited, reviewer)
    return issuing.issue(requested=awaited, by=approver)


def test_an_increase_is_issued_when_its_difference_is_paid(contractor, reviewer, approver, second_approver, guarantee):
    endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
    with pytest.raises(endorsing.PremiumNotPaid):
        endorsing.issue(endorsement=endorsement, by=approver)
    assert [(one.called, one.amount) for one in awaiting.of_branch(reviewer)] == [("追加保証料", 6_000)]
    pay = {"endorsement": endorsement, "amount": 6_000, "paid_on": TODAY}
    collecting.confirm_extra_payment(**pay, by=approver)
    with pytest.raises(collecting.NothingDue):
        collecting.confirm_extra_payment(**pay, by=approver)
    with pytest.raises(endorsing.PaymentConfirmedBySame):
        endorsing.issue(endorsement=endorsement, by=approver)
    endorsing.issue(endorsement=endorsement, by=second_approver)
    more = guarantee.statements.get(endorsement=endorsement)
    told = {name: more.facts[name] for name in ("title", "paid_amount", "final_amount", "total_amount", "reason")}
    assert told == {
        "title": "保証料計算書",
        "paid_amount": 62_500,
        "final_amount": 68_500,
        "total_amount": 6_000,
        "reason": "保証金額の増額（変更－１）",
    }
    assert (awaiting.of_branch(reviewer), awaiting.to_repay(reviewer)) == ([], [])


def test_a_payment_for_a_change_that_is_declined_goes_back(contractor, reviewer, guarantee):
    endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
    collecting.confirm_extra_payment(endorsement=endorsement, amount=6_000, paid_on=TODAY, by=reviewer)
    assert awaiting.to_repay(reviewer) == []
    endorsing.send_back(endorsement=endorsement, by=reviewer, reason="確認")
    endorsing.decline(endorsement=endorsement, by=reviewer, reason="引受基準")
    assert [one.surplus_amount for one in awaiting.to_repay(reviewer)] == [6_000]


def test_a_reduction_makes_a_refund_statement_and_a_repayment(contractor, reviewer, approver, guarantee):
    stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=15_000_000)
    refund = guarantee.statements.get(kind="premium_refund")
    assert (refund.signed_amount, refund.facts["final_amount"]) == (-15_000, 47_500)
    collecting.repay(requested=guarantee.requested, amount=15_000, repaid_on=TODAY, by=reviewer)
    assert (Repayment.objects.get().reason, awaiting.to_repay(reviewer)) == ("保証料の減額・返還", [])


@pytest.mark.parametrize(("cause", "refund"), [("cancellation", 30_700), ("release", None)])
def test_an_end_before_its_time_pays_back_a_share_of_the_premium(reviewer, guarantee, cause, refund):
    end = {"cause": EndorsementCause(cause), "made_at": timezone.now(), "by": reviewer, "endorsement": None}
    made = statements.for_end(guarantee, **end)
    assert (made and (made.kind, made.total_amount, made.facts["reason"], made.facts["final_amount"])) == (
        refund and ("premium_refund", refund, "保証契約の終了（解約）", 31_800)
    )
    assert [one.surplus_amount for one in awaiting.to_repay(reviewer)] == ([refund] if refund else [])


def test_a_fee_is_paid_back_with_its_tax(contractor, reviewer, approver):
    asked = stories.reservation(guaranteed_amount=50_000_000)
    reserved = stories.issued(contractor, reviewer, approver, asked, **stories.tender())
    end = {"cause": EndorsementCause.CANCELLATION, "made_at": timezone.now(), "by": reviewer, "endorsement": None}
    made = statements.for_end(reserved, **end)
    told = {name: made.facts[name] for name in ("title", "paid_amount", "net_amount", "tax_amount", "total_amount")}
    assert told == {
        "title": "手数料返還計算書",
        "paid_amount": 5_500,
        "net_amount": 2_000,
        "tax_amount": 200,
        "total_amount": 2_200,
    }


def test_a_change_of_the_period_alone_makes_no_statement(contractor, reviewer, approver, guarantee):
    stories.amended(contractor, reviewer, approver, guarantee, work_ends_on="2027-04-30")
    assert guarantee.statements.count() == 1


def test_a_payment_for_a_change_of_another_guarantee_is_refused_by_the_database(contractor, reviewer, guarantee):
    endorsement = Endorsement.objects.get(pk=stories.asked(contractor, guarantee).pk)
    other = stories.approved(contractor, reviewer, PER_CASE)
    with pytest.raises(DatabaseError, match="payment_is_of_its_own_guarantee"), transaction.atomic():
        Payment.objects.create(
            requested=other, endorsement=endorsement, paid_amount=1, paid_on=TODAY, confirmed_by=reviewer.user
        )


def test_bank_accounts_that_have_begun_are_read_only(cast):
    account = BankAccount.objects.get(branch__name="神奈川支店")
    for change in (lambda: BankAccount.objects.filter(pk=account.pk).update(number="9999999"), account.delete):
        with pytest.raises(DatabaseError, match="read only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_confirm_twice_at_once_makes_one_payment(contractor, reviewer, approver):
    awaited = stories.approved(contractor, reviewer, PER_CASE)
    answers = at_once(*(lambda by=by: confirm(awaited, by) for by in (reviewer, approver)))
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingDue", "Payment"]
    assert (Payment.objects.count(), Event.objects.filter(act=Act.CONFIRM_PAYMENT).count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_issue_against_send_back_keeps_the_payment_and_does_one_of_the_two(contractor, reviewer, approver):
    awaited = stories.approved(contractor, reviewer, PER_CASE)
    confirm(awaited, reviewer)
    answers = at_once(
        lambda: issuing.issue(requested=awaited, by=approver),
        lambda: reviewing.send_back(requested=awaited, by=reviewer, reason="確認"),
    )
    awaited.refresh_from_db()
    is_issued = awaited.status == Status.ISSUED
    refusal = answers[1] if is_issued else answers[0]
    assert type(refusal) is (reviewing.NotAtThisStage if is_issued else issuing.NotApproved)
    assert accounts.of(awaited) == accounts.Account(DUE if is_issued else None, DUE)
