"""The whole life of a guarantee, in any order that Hypothesis finds: the invariants of design.md 4 and 8 hold after every step."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dsure import keys
from dsure.models import Deposit, DepositedCertificate
from guarantees import asking, endorsing, recording, refusals
from guarantees.endorsement_terms import KeyReissueReason
from guarantees.models import Endorsement, Guarantee, StaffMember
from guarantees.terms import AskedBy, StaffRole
from netdesk.models import Desk, User
from tests import stories

pytestmark = pytest.mark.django_db

PERSON = st.sampled_from(["reviewer", "approver", "second"])
COLUMNS = ("version", "target", "cause", "sha256", "voiding__cause")


class Life(RuleBasedStateMachine):
    """One guarantee from its issue on, beside what we expect of it."""

    cast: dict  # the people, set by the test

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def issue(self):
        by = self.cast
        self.guarantee = stories.issued(by["contractor"], by["reviewer"], by["approver"])
        self.stack = ["新規"]  # the targets that stand, oldest first
        self.used, self.versions, self.amount = 0, 1, stories.ADVANCE
        self.keys, self.state = [stories.key_of(self.guarantee)], "in_force"

    @precondition(lambda self: self.state == "in_force")
    @rule(approves=PERSON, issues=PERSON)
    def amend(self, approves, issues):
        self.amount += 1
        asked = stories.asked(self.cast["contractor"], self.guarantee, guaranteed_amount=self.amount)
        if self.carry_out(asked, approves, issues):
            self.used, self.versions = self.used + 1, self.versions + 1
            self.stack.append(f"変更－{'０１２３４５６７８９'[self.used]}")

    @precondition(lambda self: self.state == "in_force")
    @rule(approves=PERSON, issues=PERSON)
    def correct(self, approves, issues):
        self.amount += 1
        asked = stories.correction_asked(self.guarantee, self.cast["reviewer"], guaranteed_amount=self.amount)
        if self.carry_out(asked, approves, issues):
            self.versions += 1

    @precondition(lambda self: self.state == "in_force")
    @rule(approves=PERSON, issues=PERSON)
    def cancel_amendment(self, approves, issues):
        ask = {"guarantee": self.guarantee, "reason": "取りやめ", "by": self.cast["reviewer"]}
        if len(self.stack) == 1:
            with pytest.raises(refusals.NothingToTakeBack):
                asking.ask_amendment_cancellation(**ask)
        elif self.carry_out(asking.ask_amendment_cancellation(**ask), approves, issues):
            self.stack.pop()

    @precondition(lambda self: self.state == "in_force")
    @rule(approves=PERSON, issues=PERSON)
    def replace_key(self, approves, issues):
        ask = {"why": KeyReissueReason.LOST, "reason": "", "by": self.cast["contractor"]}
        if self.carry_out(asking.ask_key_reissue(guarantee=self.guarantee, **ask), approves, issues):
            self.keys.append(stories.key_of(self.guarantee))

    @precondition(lambda self: self.state == "in_force")
    @rule(approves=PERSON, issues=PERSON, is_release=st.booleans())
    def end(self, approves, issues, is_release):
        ask = asking.ask_release if is_release else asking.ask_cancellation
        asked = ask(guarantee=self.guarantee, reason="完成", by=self.cast["reviewer"])
        if self.carry_out(asked, approves, issues):
            self.state = "released" if is_release else "cancelled"

    @precondition(lambda self: self.state != "in_force")
    @rule()
    def ask_after_the_end(self):
        with pytest.raises(refusals.GuaranteeClosed):
            stories.correction_asked(self.guarantee, self.cast["reviewer"])

    def carry_out(self, asked: Endorsement, approves: str, issues: str) -> bool:
        """Approved and issued by these people, if they may; else refused, and given up."""
        approved = stories.approved_endorsement(asked, self.cast[approves])
        refused = (
            refusals.NotAnApprover if issues == "reviewer" else refusals.SamePerson if issues == approves else None
        )
        if refused is None:
            endorsing.issue(endorsement=approved, by=self.cast[issues])
            return True
        with pytest.raises(refused):
            endorsing.issue(endorsement=approved, by=self.cast[issues])
        again = endorsing.send_back(endorsement=approved, by=self.cast["reviewer"], reason="取りやめ")
        if again.asked_by_whom == AskedBy.SURETY:
            endorsing.take_back(endorsement=again, by=self.cast["reviewer"])
        else:
            endorsing.decline(endorsement=again, by=self.cast["reviewer"], reason="取りやめ")
        return False

    @invariant()
    def exactly_one_version_is_in_force_and_both_services_agree(self):
        here = list(self.guarantee.certificates.order_by("version").values_list(*COLUMNS))
        there = DepositedCertificate.objects.order_by("version").values_list(*COLUMNS)
        assert here == list(there)
        assert [version for version, *_ in here] == list(range(1, self.versions + 1))
        in_force = self.guarantee.certificates.in_force().get()
        assert (in_force.target, DepositedCertificate.objects.in_force().get().sha256) == (
            self.stack[-1],
            in_force.sha256,
        )
        standing = self.guarantee.certificates.not_voided().order_by("version").values_list("target", flat=True)
        assert list(standing) == self.stack

    @invariant()
    def no_number_of_a_change_is_used_twice(self):
        amended = self.guarantee.certificates.filter(cause="amendment").values_list("target", flat=True)
        assert len(set(amended)) == len(amended) == self.used

    @invariant()
    def state_and_key_are_the_same_in_d_sure_and_no_old_key_opens(self):
        head, deposit = Guarantee.objects.get(), Deposit.objects.get()
        assert (head.state, deposit.state, head.key_version) == (self.state, self.state, deposit.key_version)
        opens = [keys.is_match(deposit.verifier, head.number, key) for key in self.keys[-2:]]
        assert opens == [False] * (len(opens) - 1) + [True]

    @invariant()
    def two_persons_did_it_and_the_chain_is_whole(self):
        issued = Endorsement.objects.filter(status="issued")
        assert all(one.approved_by_id != one.issued_by_id for one in issued)
        assert recording.first_broken() is None


def test_any_life_of_a_guarantee_keeps_the_invariants(contractor, reviewer, approver):
    user = User.objects.create_user("second", full_name="山本 誠", desk=Desk.SURETY)
    second = StaffMember.objects.create(user=user, branch=approver.branch, role=StaffRole.APPROVER)
    Life.cast = {"contractor": contractor, "reviewer": reviewer, "approver": approver, "second": second}
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=4,
            stateful_step_count=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
