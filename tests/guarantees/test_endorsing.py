"""変更, on the stage: who may do what when, what an issue makes, and that all of it stands or none."""

import hashlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from dsure import depositing
from dsure.models import Deposit, DepositedCertificate
from guarantees import asking, endorsing, facts, recording, refusals
from guarantees.carrying_out import next_target
from guarantees.models import Certificate, Endorsement, Event, Guarantee, Voiding
from guarantees.terms import PRICE_ALONE, Act, Medium, TermsBasis, WorkKind
from netdesk import sealing
from netdesk.models import Mail
from tests import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver)


@pytest.fixture
def performance(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, stories.performance())


def close(guarantee: Guarantee, state: str = "released") -> None:
    Guarantee.objects.filter(pk=guarantee.pk).update(state=state)


class TestAsk:
    """The contractor asks for a change."""

    def test_it_keeps_before_and_after_and_the_deadline_follows_the_work_period(self, contractor, guarantee):
        before = guarantee.certificates.get().facts
        endorsement = stories.asked(contractor, guarantee)
        assert (endorsement.status, endorsement.asked_by_whom, endorsement.asked_by) == (
            "received",
            "contractor",
            contractor.user,
        )
        assert endorsement.facts_before == before
        assert endorsement.facts_after == before | stories.LONGER | {"guarantee_ends_on": "2027-04-30"}
        event = Event.objects.last()
        assert (event.act, event.guarantee, event.details["endorsement"]) == (
            Act.ASK_ENDORSEMENT,
            guarantee,
            endorsement.pk,
        )

    @pytest.mark.parametrize(
        ("deadline", "ends_on", "becomes"),
        [
            ("2027-03-31", "2027-04-30", "2027-04-30"),
            ("2027-03-31", "2027-02-28", "2027-02-28"),
            ("2027-04-15", "2027-04-14", "2027-04-15"),
            ("2027-04-15", "2027-04-16", "2027-04-16"),
            ("2027-04-15", "2027-03-31", "2027-04-15"),
        ],
    )
    def test_a_deadline_later_than_the_work_period_stays_until_that_is_later_still(self, deadline, ends_on, becomes):
        before = {"work_ends_on": "2027-03-31", "guarantee_ends_on": deadline}
        assert facts.amended(before, {"work_ends_on": ends_on})["guarantee_ends_on"] == becomes

    def test_one_at_a_time(self, contractor, guarantee):
        stories.asked(contractor, guarantee)
        with pytest.raises(refusals.OneAtATime):
            stories.asked(contractor, guarantee)

    def test_of_nothing_is_refused(self, contractor, guarantee):
        with pytest.raises(refusals.NothingChanges):
            stories.asked(contractor, guarantee, contract_price=stories.PRICE)
        assert not Endorsement.objects.exists()

    def test_of_the_price_alone_needs_no_procedure_and_makes_nothing(self, contractor, guarantee):
        with pytest.raises(refusals.NoProcedureNeeded) as refusal:
            stories.asked(contractor, guarantee, contract_price=stories.PRICE + 1)
        assert refusal.value.sentence == PRICE_ALONE
        assert not Endorsement.objects.exists()

    def test_of_the_price_alone_is_asked_on_a_performance_guarantee(self, contractor, performance):
        endorsement = stories.asked(contractor, performance, contract_price=stories.PRICE + 1)
        assert endorsement.facts_after["contract_price"] == stories.PRICE + 1

    def test_on_a_version_that_is_no_longer_in_force_is_refused(self, contractor, guarantee):
        with pytest.raises(refusals.ChangedMeanwhile):
            asking.ask_amendment(guarantee=guarantee, version=2, changes=stories.LONGER, reason="延長", by=contractor)

    @pytest.mark.parametrize("state", ["released", "cancelled"])
    def test_on_a_closed_guarantee_is_refused(self, contractor, guarantee, state):
        close(guarantee, state)
        with pytest.raises(refusals.GuaranteeClosed):
            stories.asked(contractor, guarantee)

    def test_asks_no_terms_of_the_obligee_again(self, contractor, reviewer, approver, guarantee):
        stories.new_terms("平塚市", WorkKind.WORKS, basis=TermsBasis.ENDED)
        endorsement = stories.amended(contractor, reviewer, approver, guarantee)
        assert endorsement.guarantee.medium == Medium.ELECTRONIC
        assert endorsement.certificate.target == "変更－１"


class TestTakeBack:
    """The contractor takes it back."""

    def test_before_the_review_another_may_be_asked_for(self, contractor, guarantee):
        endorsement = endorsing.take_back(endorsement=stories.asked(contractor, guarantee), by=contractor)
        assert (endorsement.status, endorsement.withdrawn_by) == ("withdrawn", contractor.user)
        stories.asked(contractor, guarantee)

    def test_once_the_review_began_is_refused(self, contractor, reviewer, guarantee):
        endorsement = endorsing.take_up(endorsement=stories.asked(contractor, guarantee), by=reviewer)
        with pytest.raises(refusals.NotAtThisStage):
            endorsing.take_back(endorsement=endorsement, by=contractor)


class TestReview:
    """The branch reviews."""

    def test_approve_is_bound_to_revision_and_hash(self, contractor, reviewer, guarantee):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        assert (endorsement.approved_by, endorsement.approved_revision, endorsement.approved_sha256) == (
            reviewer.user,
            1,
            facts.sha256_of(endorsement.facts_after),
        )

    def test_approve_of_another_revision_is_refused(self, contractor, reviewer, guarantee):
        endorsement = endorsing.take_up(endorsement=stories.asked(contractor, guarantee), by=reviewer)
        with pytest.raises(refusals.ChangedMeanwhile):
            endorsing.approve(endorsement=endorsement, by=reviewer, revision=2)

    def test_decline_tells_the_contractor_why_and_frees_the_guarantee(self, contractor, reviewer, guarantee):
        endorsement = endorsing.take_up(endorsement=stories.asked(contractor, guarantee), by=reviewer)
        declined = endorsing.decline(endorsement=endorsement, by=reviewer, reason=" 変更契約書が必要です。 ")
        assert (declined.status, declined.declined_reason) == ("declined", "変更契約書が必要です。")
        stories.asked(contractor, guarantee)

    def test_send_back_takes_the_approval_away(self, contractor, reviewer, guarantee):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        back = endorsing.send_back(endorsement=endorsement, by=reviewer, reason="金額を確認する")
        assert (back.status, back.approved_by, back.approved_sha256) == ("under_review", None, "")

    @pytest.mark.parametrize("act", ["decline", "send_back"])
    def test_without_a_reason_is_refused(self, contractor, reviewer, guarantee, act):
        endorsement = stories.asked(contractor, guarantee)
        with pytest.raises(refusals.ReasonMissing):
            getattr(endorsing, act)(endorsement=endorsement, by=reviewer, reason="　")


STATES = ("received", "under_review", "approved", "issued", "declined", "withdrawn")
LEGAL = {
    "take_back": {"received"},
    "take_up": {"received"},
    "approve": {"under_review"},
    "decline": {"under_review"},
    "send_back": {"approved"},
    "issue": {"approved"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", LEGAL)
def test_every_act_happens_in_its_own_state_only(contractor, reviewer, approver, guarantee, state, act):
    endorsement = brought_to(state, contractor, reviewer, approver, guarantee)
    more = {"decline": {"reason": "理由"}, "send_back": {"reason": "理由"}, "approve": {"revision": 1}}.get(act, {})
    person = {"take_back": contractor, "issue": approver}.get(act, reviewer)
    events = Event.objects.count()
    if state in LEGAL[act]:
        getattr(endorsing, act)(endorsement=endorsement, by=person, **more)
        assert Event.objects.count() == events + 1
    else:
        with pytest.raises(refusals.NotAtThisStage):
            getattr(endorsing, act)(endorsement=endorsement, by=person, **more)
        endorsement.refresh_from_db()
        assert (endorsement.status, Event.objects.count()) == (state, events)


def brought_to(state, contractor, reviewer, approver, guarantee) -> Endorsement:
    if state == "issued":
        return stories.amended(contractor, reviewer, approver, guarantee)
    if state == "approved":
        return stories.asked_and_approved(contractor, reviewer, guarantee)
    endorsement = stories.asked(contractor, guarantee)
    if state == "withdrawn":
        return endorsing.take_back(endorsement=endorsement, by=contractor)
    if state == "received":
        return endorsement
    endorsing.take_up(endorsement=endorsement, by=reviewer)
    return (
        endorsing.decline(endorsement=endorsement, by=reviewer, reason="理由") if state == "declined" else endorsement
    )


class TestIssue:
    """The approver carries it out."""

    def test_it_makes_the_next_version_deposits_it_and_tells_the_contractor(
        self, contractor, reviewer, approver, guarantee
    ):
        verifier = Deposit.objects.get().verifier
        Mail.objects.all().delete()
        with time_machine.travel(datetime(2026, 12, 20, 1, 0, tzinfo=UTC), tick=False):
            endorsement = stories.amended(contractor, reviewer, approver, guarantee)
        first, second = guarantee.certificates.order_by("version")
        assert (second.version, second.target, second.cause, second.guarantee_ends_on) == (
            2,
            "変更－１",
            "amendment",
            date(2027, 4, 30),
        )
        new = {"mark": "変更－１", "issued_on": "2026-12-20", "guarantee_ends_on": "2027-04-30"}
        assert second.facts == first.facts | stories.LONGER | new
        assert hashlib.sha256(bytes(second.pdf)).hexdigest() == second.sha256
        assert sealing.check(bytes(second.pdf)).is_intact
        assert "変更－１" in PdfReader(BytesIO(bytes(second.pdf))).pages[0].extract_text()
        deposited = DepositedCertificate.objects.get(version=2)
        assert (deposited.target, deposited.facts, bytes(deposited.pdf), deposited.arrived_at) == (
            "変更－１",
            second.facts,
            bytes(second.pdf),
            second.issued_at,
        )
        assert Deposit.objects.get().verifier == verifier
        assert (endorsement.certificate, endorsement.issued_by, endorsement.issued_at) == (
            second,
            approver.user,
            second.issued_at,
        )
        assert Event.objects.last().act == Act.ISSUE_ENDORSEMENT
        assert recording.first_broken() is None

    def test_its_mail_tells_five_steps_and_no_secret(self, contractor, reviewer, approver, guarantee):
        Mail.objects.all().delete()
        stories.amended(contractor, reviewer, approver, guarantee)
        mail = Mail.objects.get()
        assert (mail.to, mail.subject) == ("soumu@example.jp", "電子保証の変更手続き完了のお知らせ")
        steps = ["保証契約一覧", "電子保証（認証キー）", "詳細", "変更－１", "ダウンロード"]
        assert [
            mail.body.index(mark) < mail.body.index(step, mail.body.index(mark))
            for mark, step in zip("①②③④⑤", steps, strict=True)
        ] == [True] * 5
        assert guarantee.number not in mail.subject + mail.body

    def test_without_the_wish_for_mail_queues_none(self, contractor, reviewer, approver):
        guarantee = stories.issued(contractor, reviewer, approver, wants_mail=False, mail_to="")
        stories.amended(contractor, reviewer, approver, guarantee)
        assert not Mail.objects.exists()

    def test_on_paper_stays_on_paper(self, contractor, reviewer, approver):
        guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
        stories.amended(contractor, reviewer, approver, guarantee)
        assert [one.target for one in guarantee.certificates.order_by("version")] == ["新規", "変更－１"]
        assert not Deposit.objects.exists()
        assert not Mail.objects.exists()

    def test_numbers_go_up_and_are_never_used_again(self, contractor, reviewer, approver, guarantee):
        for number in range(1, 12):
            stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=stories.ADVANCE + number)
        targets = list(guarantee.certificates.order_by("version").values_list("target", flat=True))
        assert targets == [
            "新規",
            *(f"変更－{digits}" for digits in ["１", "２", "３", "４", "５", "６", "７", "８", "９", "１０", "１１"]),
        ]
        last = guarantee.certificates.get(version=12)
        Voiding.objects.create(
            certificate=last, cause="amendment_cancellation", voided_at=last.issued_at, voided_by=approver.user
        )
        assert next_target(guarantee) == "変更－１２"

    def test_by_the_person_who_approved_is_refused_by_stage_and_by_database(self, contractor, approver, guarantee):
        endorsement = stories.asked_and_approved(contractor, approver, guarantee)
        with pytest.raises(refusals.SamePerson):
            endorsing.issue(endorsement=endorsement, by=approver)
        with pytest.raises(IntegrityError, match="endorsement_takes_two_persons"), transaction.atomic():
            Endorsement.objects.update(status="issued", issued_at=endorsement.approved_at, issued_by=approver.user)

    def test_by_a_reviewer_is_refused(self, contractor, reviewer, approver, guarantee):
        endorsement = stories.asked_and_approved(contractor, approver, guarantee)
        with pytest.raises(refusals.NotAnApprover):
            endorsing.issue(endorsement=endorsement, by=reviewer)

    @pytest.mark.parametrize("changes", [{"revision": 2}, {"facts_after": {"guaranteed_amount": 1}}])
    def test_of_facts_that_changed_after_approval_is_refused(self, contractor, reviewer, approver, guarantee, changes):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        Endorsement.objects.update(**changes)
        with pytest.raises(refusals.ApprovalIsStale):
            endorsing.issue(endorsement=endorsement, by=approver)

    def test_on_another_version_than_was_asked_about_is_refused(self, contractor, reviewer, approver, guarantee):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        Endorsement.objects.update(facts_before={})
        with pytest.raises(refusals.ChangedMeanwhile):
            endorsing.issue(endorsement=endorsement, by=approver)

    def test_on_a_closed_guarantee_is_refused(self, contractor, reviewer, approver, guarantee):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        close(guarantee)
        with pytest.raises(refusals.GuaranteeClosed):
            endorsing.issue(endorsement=endorsement, by=approver)

    def test_that_d_sure_refuses_leaves_nothing(self, contractor, reviewer, approver, guarantee):
        endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
        mails, events = Mail.objects.count(), Event.objects.count()
        Deposit.objects.update(state="cancelled")
        with pytest.raises(depositing.AlreadyClosed):
            endorsing.issue(endorsement=endorsement, by=approver)
        endorsement.refresh_from_db()
        assert (endorsement.status, Certificate.objects.count(), Mail.objects.count(), Event.objects.count()) == (
            "approved",
            1,
            mails,
            events,
        )

    def test_once_issued_it_is_frozen(self, contractor, reviewer, approver, guarantee):
        stories.amended(contractor, reviewer, approver, guarantee)
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Endorsement.objects.update(reason="別の理由")
