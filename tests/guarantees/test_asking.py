"""訂正, 変更取消, 認証キー再発行, 解除, 解約: who may ask for what when, and what carrying each out makes here and in D-Sure."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dsure import depositing, keys, reporting
from dsure.models import Deposit, DepositedCertificate, KeyReplacement
from guarantees import answering, asking, endorsing, recording, refusals
from guarantees.endorsement_terms import KeyReissueReason, RequestAnswer
from guarantees.models import Certificate, Endorsement, Event, Guarantee, Voiding
from guarantees.terms import Act, Medium, Standing
from netdesk.models import Mail
from tests import stories

pytestmark = pytest.mark.django_db
LEAKED = {"why": KeyReissueReason.LEAKED, "reason": "置き忘れ"}


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver)


@pytest.fixture
def paper(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))


def here(guarantee: Guarantee) -> list[tuple]:
    """Every version at the surety, with what took it back."""
    columns = ("version", "target", "cause", "sha256", "voiding__cause")
    return list(guarantee.certificates.order_by("version").values_list(*columns))


def in_d_sure(guarantee: Guarantee) -> list[tuple]:
    columns = ("version", "target", "cause", "sha256", "voiding__cause")
    own = DepositedCertificate.objects.filter(deposit__number=guarantee.number)
    return list(own.order_by("version").values_list(*columns))


def shape(guarantee: Guarantee) -> list[tuple]:
    return [(version, target, cause, voided) for version, target, cause, _, voided in here(guarantee)]


class TestCorrection:
    """The surety puts right what it wrote wrong."""

    def test_it_makes_a_version_of_the_same_target_and_voids_the_one_before(self, reviewer, approver, guarantee):
        mails = Mail.objects.count()
        endorsement = stories.corrected(guarantee, reviewer, approver)
        assert shape(guarantee) == [(1, "新規", "issue", "correction"), (2, "新規", "correction", None)]
        assert here(guarantee) == in_d_sure(guarantee)
        assert endorsement.certificate.facts == guarantee.certificates.get(version=1).facts | stories.SLIP
        voiding = Voiding.objects.get()
        assert (voiding.certificate.version, voiding.reason, voiding.voided_by) == (
            1,
            "入力の誤りのため",
            approver.user,
        )
        mail = Mail.objects.order_by("pk").last()
        assert (Mail.objects.count(), mail.to, mail.subject) == (
            mails + 1,
            "soumu@example.jp",
            "保証契約の手続き完了のお知らせ（訂正）",
        )
        assert stories.key_of(guarantee) not in mail.body

    def test_of_an_amendment_keeps_its_number_and_mark(self, contractor, reviewer, approver, guarantee):
        stories.amended(contractor, reviewer, approver, guarantee)
        endorsement = stories.corrected(guarantee, reviewer, approver)
        assert (endorsement.certificate.target, endorsement.certificate.facts["mark"]) == ("変更－１", "変更－１")
        assert stories.amended(
            contractor, reviewer, approver, guarantee, guaranteed_amount=23_000_000
        ).certificate.target == ("変更－２")

    def test_its_events_tell_what_changed(self, reviewer, approver, guarantee):
        stories.corrected(guarantee, reviewer, approver)
        ask, _, issue = Event.objects.order_by("-sequence")[:3][::-1]
        assert (ask.act, ask.details["changes"]) == (
            Act.ASK_ENDORSEMENT,
            [["工事場所", "平塚市○○地内", "平塚市△△地内"]],
        )
        told = {name: issue.details[name] for name in ("version", "target", "voided", "cause")}
        assert told == {"version": 2, "target": "新規", "voided": 1, "cause": "correction"}
        assert recording.first_broken() is None

    def test_on_paper_it_stays_out_of_d_sure(self, reviewer, approver, paper):
        stories.corrected(paper, reviewer, approver)
        assert (len(here(paper)), in_d_sure(paper)) == (2, [])

    def test_of_a_reservation_keeps_its_layout(self, contractor, reviewer, approver):
        reserved = stories.issued(contractor, reviewer, approver, stories.reservation(), **stories.tender())
        endorsement = stories.corrected(reserved, reviewer, approver, work_name="道路改築工事")
        assert endorsement.certificate.sheet == "documents/reservation_1_sheet.html"

    @pytest.mark.parametrize(
        ("version", "changes", "reason", "refused"),
        [
            (2, stories.SLIP, "誤り", refusals.ChangedMeanwhile),
            (1, {"work_place": "平塚市○○地内"}, "誤り", refusals.NothingChanges),
            (1, stories.SLIP, " ", refusals.ReasonMissing),
        ],
    )
    def test_is_refused(self, reviewer, guarantee, version, changes, reason, refused):
        with pytest.raises(refused):
            asking.ask_correction(guarantee=guarantee, version=version, changes=changes, reason=reason, by=reviewer)
        assert not Endorsement.objects.exists()

    def test_is_the_suretys_own_to_take_back_until_it_is_approved(self, contractor, reviewer, approver, guarantee):
        asked = {"guarantee": guarantee, "version": 1, "changes": stories.SLIP, "reason": "誤り", "by": reviewer}
        endorsement = asking.ask_correction(**asked)
        assert (endorsement.status, endorsement.taken_up_by) == ("under_review", reviewer.user)
        with pytest.raises(refusals.NotAtThisStage):
            endorsing.take_back(endorsement=endorsement, by=contractor)
        assert endorsing.take_back(endorsement=endorsement, by=approver).status == "withdrawn"
        assert not Endorsement.objects.told_to_contractor().exists()
        approved = stories.approved_endorsement(asking.ask_correction(**asked), reviewer)
        with pytest.raises(refusals.NotAtThisStage):
            endorsing.take_back(endorsement=approved, by=reviewer)


class TestAmendmentCancellation:
    """An amendment is taken back."""

    def cancelled(self, guarantee, reviewer, approver) -> Endorsement:
        asked = asking.ask_amendment_cancellation(guarantee=guarantee, reason="取りやめ", by=reviewer)
        return stories.carried_out(asked, reviewer, approver)

    def test_the_version_before_stands_again_with_its_own_bytes_and_time(
        self, contractor, reviewer, approver, guarantee
    ):
        first = guarantee.certificates.get()
        stories.amended(contractor, reviewer, approver, guarantee)
        endorsement = self.cancelled(guarantee, reviewer, approver)
        again = guarantee.certificates.in_force().get()
        assert (again.pk, bytes(again.pdf), again.issued_at) == (first.pk, bytes(first.pdf), first.issued_at)
        assert endorsement.certificate is None
        assert here(guarantee) == in_d_sure(guarantee)
        assert shape(guarantee)[1] == (2, "変更－１", "amendment", "amendment_cancellation")
        assert DepositedCertificate.objects.in_force().get().version == 1

    def test_of_a_corrected_amendment_does_not_bring_back_what_was_wrong(
        self, contractor, reviewer, approver, guarantee
    ):
        stories.amended(contractor, reviewer, approver, guarantee)
        stories.corrected(guarantee, reviewer, approver)
        self.cancelled(guarantee, reviewer, approver)
        assert guarantee.certificates.in_force().get().version == 1
        assert stories.amended(contractor, reviewer, approver, guarantee).certificate.target == "変更－２"

    def test_where_only_the_first_is_left_is_refused_even_if_it_was_corrected(self, reviewer, approver, guarantee):
        with pytest.raises(refusals.NothingToTakeBack):
            asking.ask_amendment_cancellation(guarantee=guarantee, reason="取りやめ", by=reviewer)
        stories.corrected(guarantee, reviewer, approver)
        with pytest.raises(refusals.NothingToTakeBack):
            asking.ask_amendment_cancellation(guarantee=guarantee, reason="取りやめ", by=reviewer)


class TestKeyReissue:
    """Another key opens the guarantee."""

    def test_the_old_key_is_dead_at_once_and_the_new_one_is_the_contractors(
        self, contractor, reviewer, approver, guarantee
    ):
        old = stories.key_of(guarantee)
        asked = asking.ask_key_reissue(guarantee=guarantee, by=contractor, **LEAKED)
        assert (asked.status, asked.reason) == (
            "received",
            "第三者に知られた、またはそのおそれがある：置き忘れ",
        )
        stories.carried_out(asked, reviewer, approver)
        new, deposit = stories.key_of(guarantee), Deposit.objects.get()
        assert (Guarantee.objects.get().key_version, deposit.key_version, KeyReplacement.objects.count()) == (2, 2, 1)
        assert keys.is_match(deposit.verifier, guarantee.number, new)
        assert not keys.is_match(deposit.verifier, guarantee.number, old)
        body = Mail.objects.order_by("pk").last().body
        assert "これまでの認証キーは、使えなくなりました。" in body
        assert not any(key in body or keys.grouped(key) in body for key in (old, new))
        assert Event.objects.last().details["key_version"] == 2
        assert not any(new in str(event.details) for event in Event.objects.all())

    def test_of_paper_and_of_another_reason_without_words_is_refused(self, contractor, guarantee, paper):
        with pytest.raises(refusals.NoKey):
            asking.ask_key_reissue(guarantee=paper, by=contractor, **LEAKED)
        with pytest.raises(refusals.ReasonMissing):
            asking.ask_key_reissue(guarantee=guarantee, why=KeyReissueReason.OTHER, reason=" ", by=contractor)


class TestEnd:
    """解除 and 解約."""

    def test_a_request_of_the_obligee_is_taken_up_released_and_answered(self, officer, reviewer, approver, guarantee):
        cursor = stories.filed(officer, guarantee).pk
        endorsement = asking.take_up_request(guarantee=guarantee, cursor=cursor, by=reviewer)
        assert (endorsement.cause, endorsement.asked_by_whom, endorsement.status, endorsement.request_cursor) == (
            "release",
            "obligee",
            "under_review",
            cursor,
        )
        assert reporting.request(cursor).answer == RequestAnswer.TAKEN_UP
        stories.carried_out(endorsement, reviewer, approver)
        assert (Guarantee.objects.get().state, Deposit.objects.get().state) == ("released", "released")
        assert reporting.request(cursor).answer == RequestAnswer.CARRIED_OUT
        assert Guarantee.objects.with_facts().get().standing == Standing.RELEASED

    def test_a_declined_request_is_answered_with_the_reason(self, officer, reviewer, guarantee):
        cursor = stories.filed(officer, guarantee).pk
        endorsement = asking.take_up_request(guarantee=guarantee, cursor=cursor, by=reviewer)
        endorsing.decline(endorsement=endorsement, by=reviewer, reason="精算が済んでいません。")
        filed = reporting.request(cursor)
        assert (filed.answer, filed.note) == ("declined", "精算が済んでいません。")
        assert (Guarantee.objects.get().state, Deposit.objects.get().state) == ("in_force", "in_force")

    def test_a_part_is_released_by_an_amendment_of_the_amount(self, officer, reviewer, approver, guarantee):
        cursor = stories.filed(officer, guarantee, "partial_release", 5_000_000).pk
        endorsement = asking.take_up_request(guarantee=guarantee, cursor=cursor, by=reviewer)
        assert endorsement.cause == "amendment"
        issued = stories.carried_out(endorsement, reviewer, approver)
        assert (issued.certificate.target, issued.certificate.facts["guaranteed_amount"]) == (
            "変更－１",
            stories.ADVANCE - 5_000_000,
        )
        assert reporting.request(cursor).answer == "carried_out"

    def test_a_part_that_is_no_longer_a_part_is_refused(self, officer, contractor, reviewer, approver, guarantee):
        cursor = stories.filed(officer, guarantee, "partial_release", 19_000_000).pk
        stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=19_000_000)
        with pytest.raises(refusals.TooMuchReleased):
            asking.take_up_request(guarantee=guarantee, cursor=cursor, by=reviewer)
        assert reporting.request(cursor).answer == ""

    def test_taken_up_twice_or_for_another_guarantee_or_as_a_claim_is_refused(
        self, officer, contractor, reviewer, approver, guarantee, paper
    ):
        cursor = stories.filed(officer, guarantee).pk
        claim = stories.filed(officer, guarantee, "claim", 1_000_000).pk
        for other, number in ((paper, cursor), (guarantee, claim), (guarantee, claim + 1)):
            with pytest.raises(refusals.NoSuchRequest):
                asking.take_up_request(guarantee=other, cursor=number, by=reviewer)
        endorsement = asking.take_up_request(guarantee=guarantee, cursor=cursor, by=reviewer)
        with pytest.raises(refusals.OneAtATime):
            asking.take_up_request(guarantee=guarantee, cursor=cursor, by=approver)
        endorsing.decline(endorsement=endorsement, by=reviewer, reason="未精算")
        with pytest.raises(refusals.RequestTakenUp):
            asking.take_up_request(guarantee=guarantee, cursor=cursor, by=approver)

    @pytest.mark.parametrize("medium", Medium)
    def test_cancelled_for_good_on_either_medium(self, contractor, reviewer, approver, medium):
        guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=medium))
        asked = asking.ask_cancellation(guarantee=guarantee, reason="合意解除", by=contractor)
        stories.carried_out(asked, reviewer, approver)
        assert Guarantee.objects.with_facts().get().standing_label == "解約"
        for ask in (asking.ask_cancellation, asking.ask_release, asking.ask_amendment_cancellation):
            with pytest.raises(refusals.GuaranteeClosed):
                ask(guarantee=guarantee, reason="もう一度", by=reviewer)
        assert bytes(Certificate.objects.get().pdf)[:4] == b"%PDF"

    def test_released_on_paper_is_the_obligees_wish_registered_by_the_branch(self, reviewer, approver, guarantee):
        asked = asking.ask_release(guarantee=guarantee, reason="令和8年11月1日付け第3号", by=reviewer)
        assert (asked.asked_by_whom, asked.request_cursor) == ("obligee", None)
        stories.carried_out(asked, reviewer, approver)
        assert Deposit.objects.get().state == "released"

    def test_what_d_sure_refuses_leaves_nothing(self, contractor, reviewer, approver, guarantee):
        asked = asking.ask_cancellation(guarantee=guarantee, reason="合意解除", by=contractor)
        approved = stories.approved_endorsement(asked, reviewer)
        Deposit.objects.update(state="released")
        with pytest.raises(depositing.AlreadyClosed):
            endorsing.issue(endorsement=approved, by=approver)
        approved.refresh_from_db()
        assert (approved.status, Guarantee.objects.get().state) == ("approved", "in_force")


class TestClaim:
    """保証金請求 is taken up and answered, and changes nothing else."""

    def test_it_is_taken_up_and_answered_once(self, officer, reviewer, guarantee):
        cursor = stories.filed(officer, guarantee, "claim", 3_000_000).pk
        said = {"guarantee": guarantee, "cursor": cursor, "by": reviewer}
        answer = {"answer": RequestAnswer.CARRIED_OUT, "reason": "11月20日に支払いました。"}
        with pytest.raises(refusals.RequestTakenUp):
            answering.answer_claim(**said, **answer)
        answering.take_up_claim(**said)
        with pytest.raises(refusals.RequestTakenUp):
            answering.take_up_claim(**said)
        with pytest.raises(refusals.ReasonMissing):
            answering.answer_claim(**said, answer=RequestAnswer.DECLINED, reason="")
        answering.answer_claim(**said, **answer)
        with pytest.raises(refusals.RequestTakenUp):
            answering.answer_claim(**said, **answer)
        filed = reporting.request(cursor)
        assert (filed.answer, filed.note) == ("carried_out", "11月20日に支払いました。")
        assert [event.act for event in Event.objects.order_by("-sequence")[:2]] == [
            Act.ANSWER_REQUEST,
            Act.TAKE_UP_REQUEST,
        ]
        assert (Guarantee.objects.get().state, Endorsement.objects.count()) == ("in_force", 0)

    def test_a_release_is_no_claim(self, officer, reviewer, guarantee):
        cursor = stories.filed(officer, guarantee).pk
        with pytest.raises(refusals.NoSuchRequest):
            answering.take_up_claim(guarantee=guarantee, cursor=cursor, by=reviewer)


@pytest.mark.parametrize(("day", "standing"), [(31, Standing.IN_FORCE), (32, Standing.ENDED)])
def test_standing_says_ended_from_the_day_after_the_deadline(guarantee, day, standing):
    noon = datetime(2027, 3, 1, 3, tzinfo=UTC) + timedelta(days=day - 1)
    with time_machine.travel(noon):
        assert Guarantee.objects.with_facts().get().standing == standing
        assert Guarantee.objects.ended_by_time().exists() == (standing == Standing.ENDED)
