"""The branch's acts: take up, approve, send back, decline, return; each refusal in words, each approval bound to its facts."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from guarantees import applying, declaring, facts, issuing, reviewing
from guarantees.models import Application, Event, RequestedGuarantee
from guarantees.terms import Act, ApplicationStatus, Medium, Procedure, Status, TermsBasis, WorkKind
from tests import stories
from tests.racing import at_once

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
REASON = "工期の終わりの日が請負契約書と異なっています。"
MOVED_ON = "この申込の状況が変わっているため、操作できませんでした。現在の状況を確認してください。"
CHANGED = "申込の内容が変更されています。最新の内容を確認してから、もう一度操作してください。"
TOO_EARLY = "保証期限は、工期の終わりの日以降の日付を入力してください。"
NO_REASON = "お客様へお知らせする理由を入力してください。"
NO_APPROVAL = (None, None, None, "")


def now(requested: RequestedGuarantee) -> RequestedGuarantee:
    return RequestedGuarantee.objects.with_application().get(pk=requested.pk)


def approval(requested: RequestedGuarantee) -> tuple:
    one = now(requested)
    return one.approved_at, one.approved_by, one.approved_revision, one.approved_sha256


def acts() -> list[str]:
    return list(Event.objects.values_list("act", flat=True))


def reviewed(contractor, reviewer, *requested: dict) -> RequestedGuarantee:
    return stories.under_review(contractor, reviewer, *requested).requested.order_by("pk").first()


def test_take_up_puts_every_received_guarantee_under_review_by_this_person(contractor, reviewer):
    application = stories.submitted(contractor, stories.advance(), stories.performance())
    with time_machine.travel(MORNING, tick=False):
        reviewing.take_up(application=application, by=reviewer)
    assert [(one.status, one.taken_up_at, one.taken_up_by) for one in application.requested.all()] == [
        (Status.UNDER_REVIEW, MORNING, reviewer.user)
    ] * 2
    assert acts() == [Act.DRAFT, Act.SUBMIT, Act.TAKE_UP]


def test_take_up_a_second_time_is_refused_and_the_first_person_stays(contractor, reviewer, approver):
    application = stories.under_review(contractor, reviewer)
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.take_up(application=application, by=approver)
    assert (refusal.value.sentence, application.requested.get().taken_up_by) == (MOVED_ON, reviewer.user)
    assert acts().count(Act.TAKE_UP) == 1


def test_take_up_of_a_draft_is_refused(contractor, reviewer):
    application = stories.drafted(contractor)
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.take_up(application=application, by=reviewer)
    assert (refusal.value.sentence, application.requested.get().status) == (MOVED_ON, Status.RECEIVED)


def test_approve_binds_itself_to_revision_and_facts(contractor, reviewer):
    one = reviewed(contractor, reviewer)
    with time_machine.travel(MORNING, tick=False):
        reviewing.approve(requested=one, by=reviewer, revision=1)
    one = now(one)
    assert (one.status, one.procedure) == (Status.APPROVED, Procedure.BEING_ISSUED)
    assert approval(one) == (MORNING, reviewer.user, 1, facts.sha256_of(facts.reviewed(one)))
    event = Event.objects.last()
    assert (event.act, event.product, event.revision, event.details) == (
        Act.APPROVE,
        "advance",
        1,
        {"sha256": one.approved_sha256, "premium": 62_500, "facts": declaring.snapshot(one.application)},
    )


def test_approve_hashes_every_fact_that_a_certificate_will_say_and_the_premium(contractor, reviewer):
    one = now(stories.approved(contractor, reviewer))
    assert facts.reviewed(one) == {
        "work_kind": "works",
        "work_name": "道路改良工事",
        "work_place": "平塚市○○地内",
        "contract_price": 50_000_000,
        "work_starts_on": "2026-12-01",
        "work_ends_on": "2027-03-31",
        "contracted_on": "2026-12-01",
        "noticed_on": None,
        "is_approved_by_obligee": False,
        "jv_name": "",
        "jv_members": [],
        "jv_representative": "",
        "jv_representative_address": "",
        "order_kind": "open",
        "awarded_on": "2025-11-20",
        "bid_rounds": None,
        "bidder_count": None,
        "disqualified_count": None,
        "second_bidder": "",
        "second_bid_thousand_yen": None,
        "highest_bidder": "",
        "highest_bid_thousand_yen": None,
        "product": "advance",
        "medium": "electronic",
        "annual_target_amount": None,
        "guaranteed_amount": 20_000_000,
        "entrusted_bank": "○○銀行　××支店",
        "uses_redeposit": False,
        "has_interim": None,
        "plans_interim": None,
        "premium_payment": "monthly",
        "premium_billed_to": "○○建設 株式会社",
        "wants_paper_statement": False,
        "follows_id": None,
        "is_half_period_over": None,
        "is_planned_work_done": None,
        "is_half_work_done": None,
        "tendered_on": None,
        "reservation_ends_on": None,
        "premium_amount": 62_500,
        "rate_table_id": one.rate_table_id,
        "contractor": contractor.contractor.pk,
        "branch": one.application.branch_id,
        "obligee": "平塚市",
        "addressee": "平塚市長",
        "guarantee_ends_on": "2027-03-31",
    }


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        *((Application, {name: value}) for name, value in {
            "work_name": "別の工事",
            "work_place": "別の場所",
            "contract_price": 50_000_001,
            "work_starts_on": date(2026, 12, 2),
            "work_ends_on": date(2027, 4, 1),
            "contracted_on": date(2026, 12, 2),
            "noticed_on": date(2026, 12, 2),
            "is_approved_by_obligee": True,
            "jv_name": "○○・△△ＪＶ",
            "jv_members": ["△△土木 株式会社"],
            "work_kind": "consulting",
            "order_kind": "negotiated",
            "awarded_on": date(2025, 11, 19),
            "bid_rounds": 2,
            "bidder_count": 7,
            "disqualified_count": 1,
            "second_bidder": "××組",
            "second_bid_thousand_yen": 46_200,
            "highest_bidder": "□□建設",
            "highest_bid_thousand_yen": 49_800,
        }.items()),
        *((RequestedGuarantee, {name: value}) for name, value in {
            "medium": Medium.PAPER,
            "annual_target_amount": 50_000_000,
            "guaranteed_amount": 20_000_001,
            "entrusted_bank": "別の銀行",
            "uses_redeposit": True,
            "has_interim": True,
            "plans_interim": True,
            "premium_payment": "per_case",
            "premium_billed_to": "別の会社",
            "wants_paper_statement": True,
            "guarantee_ends_on": date(2027, 4, 30),
        }.items()),
    ],
)  # fmt: skip
def test_an_approval_no_longer_holds_after_any_fact_changed(contractor, reviewer, approver, table, changes):
    one = stories.approved(contractor, reviewer)
    table.objects.update(**changes)
    with pytest.raises(issuing.ApprovalIsStale) as refusal:
        issuing.issue(requested=one, by=approver)
    assert refusal.value.sentence == "承認後に内容が変わっています。審査へ戻して、もう一度承認してください。"


@pytest.mark.parametrize("revision", [0, 2])
def test_approve_of_another_revision_than_was_shown_is_refused(contractor, reviewer, revision):
    one = reviewed(contractor, reviewer)
    with pytest.raises(reviewing.ChangedMeanwhile) as refusal:
        reviewing.approve(requested=one, by=reviewer, revision=revision)
    assert (refusal.value.sentence, now(one).status, approval(one)) == (CHANGED, Status.UNDER_REVIEW, NO_APPROVAL)


@pytest.mark.parametrize("stage", ["received", "approved", "declined", "returned"])
def test_approve_at_another_stage_is_refused(contractor, reviewer, stage):
    one = stories.submitted(contractor).requested.get() if stage == "received" else reviewed(contractor, reviewer)
    if stage == "approved":
        reviewing.approve(requested=one, by=reviewer, revision=1)
    elif stage == "declined":
        reviewing.decline(requested=one, by=reviewer, reason=REASON)
    elif stage == "returned":
        reviewing.return_to_contractor(application=one.application, by=reviewer, reason=REASON)
    before = now(one).status, approval(one)
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.approve(requested=one, by=reviewer, revision=1)
    assert (refusal.value.sentence, (now(one).status, approval(one))) == (MOVED_ON, before)


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [(date(2027, 3, 30), True), (date(2027, 3, 31), False), (date(2027, 4, 1), False), (None, False)],
)
def test_approve_takes_a_deadline_from_the_end_of_the_work_on(contractor, reviewer, day, is_refused):
    one = reviewed(contractor, reviewer)
    if is_refused:
        with pytest.raises(reviewing.DeadlineTooEarly) as refusal:
            reviewing.approve(requested=one, by=reviewer, revision=1, guarantee_ends_on=day)
        assert (refusal.value.sentence, approval(one)) == (TOO_EARLY, NO_APPROVAL)
    else:
        reviewing.approve(requested=one, by=reviewer, revision=1, guarantee_ends_on=day)
        assert (now(one).guarantee_ends_on, now(one).deadline) == (day, day or date(2027, 3, 31))


def test_approve_of_what_the_obligee_no_longer_takes_says_the_rule(contractor, reviewer):
    one = reviewed(contractor, reviewer)
    stories.new_terms("平塚市", WorkKind.WORKS, basis=TermsBasis.ENDED)
    with pytest.raises(reviewing.NotElectronic) as refusal:
        reviewing.approve(requested=one, by=reviewer, revision=1)
    assert refusal.value.sentence == "平塚市は、工事では電子保証を利用できません。証書（紙）を選択してください。"
    assert (now(one).status, approval(one)) == (Status.UNDER_REVIEW, NO_APPROVAL)


def test_send_back_takes_the_approval_away(contractor, reviewer, approver):
    one = stories.approved(contractor, reviewer)
    reviewing.send_back(requested=one, by=approver, reason=REASON)
    assert (now(one).status, approval(one)) == (Status.UNDER_REVIEW, NO_APPROVAL)
    event = Event.objects.last()
    assert (event.act, event.done_by, event.details) == (Act.SEND_BACK, approver.user, {"reason": REASON})
    with pytest.raises(issuing.NotApproved):
        issuing.issue(requested=one, by=approver)


def test_send_back_of_what_is_not_approved_is_refused(contractor, reviewer):
    received = stories.submitted(contractor).requested.get()
    for one in (received, reviewed(contractor, reviewer)):
        before = now(one).status
        with pytest.raises(reviewing.NotAtThisStage) as refusal:
            reviewing.send_back(requested=one, by=reviewer, reason=REASON)
        assert (refusal.value.sentence, now(one).status) == (MOVED_ON, before)


def test_decline_says_why_to_the_contractor_and_leaves_the_other_guarantee(contractor, reviewer):
    one = reviewed(contractor, reviewer, stories.advance(), stories.performance())
    with time_machine.travel(MORNING, tick=False):
        reviewing.decline(requested=one, by=reviewer, reason=f" {REASON}\n")
    one = now(one)
    assert (one.status, one.declined_at, one.declined_by, one.procedure) == (
        Status.DECLINED,
        MORNING,
        reviewer.user,
        Procedure.DECLINED,
    )
    assert (one.application.message_to_contractor, Event.objects.last().act) == (REASON, Act.DECLINE)
    assert one.application.requested.exclude(pk=one.pk).get().status == Status.UNDER_REVIEW


@pytest.mark.parametrize("stage", ["received", "approved", "declined"])
def test_decline_at_another_stage_is_refused(contractor, reviewer, stage):
    one = stories.submitted(contractor).requested.get() if stage == "received" else reviewed(contractor, reviewer)
    if stage == "approved":
        reviewing.approve(requested=one, by=reviewer, revision=1)
    elif stage == "declined":
        reviewing.decline(requested=one, by=reviewer, reason=REASON)
    before = now(one).status, approval(one)
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.decline(requested=one, by=reviewer, reason="別の理由")
    assert (refusal.value.sentence, (now(one).status, approval(one))) == (MOVED_ON, before)


def test_return_puts_everything_back_and_keeps_the_reason(contractor, reviewer, approver):
    one = reviewed(contractor, reviewer, stories.advance(), stories.performance())
    reviewing.approve(requested=one, by=reviewer, revision=1, guarantee_ends_on=date(2027, 4, 30))
    with time_machine.travel(MORNING, tick=False):
        reviewing.return_to_contractor(application=one.application, by=approver, reason=f"{REASON} ")
    application = Application.objects.get()
    assert (
        application.status,
        application.returned_at,
        application.returned_by,
        application.message_to_contractor,
    ) == (
        ApplicationStatus.RETURNED,
        MORNING,
        approver.user,
        REASON,
    )
    for each in application.requested.with_application():
        assert (each.status, approval(each), each.procedure) == (Status.RECEIVED, NO_APPROVAL, Procedure.RETURNED)
    assert (Event.objects.last().act, Event.objects.last().details["reason"]) == (Act.RETURN, f"{REASON} ")


def test_return_shows_the_reason_on_the_contractors_page(contractor, reviewer, client):
    application = stories.under_review(contractor, reviewer)
    reviewing.return_to_contractor(application=application, by=reviewer, reason=f"{REASON}\n<b>至急</b>")
    client.force_login(contractor.user)
    page = client.get(reverse("guarantees:application", args=[application.public_id])).content.decode()
    assert "差戻し：弊社からお客様へのお知らせ" in page
    assert f"{REASON}<br>&lt;b&gt;至急&lt;/b&gt;" in page
    assert "修正して再送信する" in page


@pytest.mark.parametrize("stage", ["draft", "returned", "withdrawn"])
def test_return_of_what_is_not_at_the_surety_is_refused(contractor, reviewer, stage):
    application = stories.drafted(contractor) if stage == "draft" else stories.submitted(contractor)
    if stage == "returned":
        reviewing.return_to_contractor(application=application, by=reviewer, reason=REASON)
    elif stage == "withdrawn":
        applying.withdraw(application=application, by=contractor)
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.return_to_contractor(application=application, by=reviewer, reason="別の理由")
    application.refresh_from_db()
    assert (refusal.value.sentence, application.status) == (MOVED_ON, stage)
    assert application.message_to_contractor != "別の理由"


def test_return_after_one_of_two_was_issued_is_refused(contractor, reviewer, approver):
    both = stories.advance(medium=Medium.PAPER), stories.performance(medium=Medium.PAPER)
    application = stories.issued(contractor, reviewer, approver, *both).requested.application
    with pytest.raises(reviewing.NotAtThisStage) as refusal:
        reviewing.return_to_contractor(application=application, by=reviewer, reason=REASON)
    application.refresh_from_db()
    assert (refusal.value.sentence, application.status) == (MOVED_ON, ApplicationStatus.SUBMITTED)


@pytest.mark.parametrize("reason", ["", " ", "　\n"])
def test_an_act_that_owes_a_reason_is_refused_without_one(contractor, reviewer, reason):
    one = stories.approved(contractor, reviewer)
    other = reviewed(contractor, reviewer)
    told = acts()
    for act in (
        lambda: reviewing.send_back(requested=one, by=reviewer, reason=reason),
        lambda: reviewing.decline(requested=other, by=reviewer, reason=reason),
        lambda: reviewing.return_to_contractor(application=one.application, by=reviewer, reason=reason),
    ):
        with pytest.raises(reviewing.ReasonMissing) as refusal:
            act()
        assert refusal.value.sentence == NO_REASON
    assert (now(one).status, now(other).status, acts()) == (Status.APPROVED, Status.UNDER_REVIEW, told)


def test_after_a_return_and_an_edit_the_old_page_approves_nothing(contractor, reviewer):
    one = reviewed(contractor, reviewer)
    reviewing.return_to_contractor(application=one.application, by=reviewer, reason=REASON)
    edited = stories.drafted(contractor, public_id=one.application.public_id, contract_price=60_000_000)
    applying.submit(application=edited, revision=2, by=contractor)
    reviewing.take_up(application=edited, by=reviewer)
    with pytest.raises(reviewing.ChangedMeanwhile):
        reviewing.approve(requested=one, by=reviewer, revision=1)
    approved = reviewing.approve(requested=one, by=reviewer, revision=2)
    assert (approved.approved_revision, approved.application.contract_price) == (2, 60_000_000)


@pytest.mark.django_db(transaction=True)
def test_an_edit_against_an_approval_never_leaves_an_approval_of_unseen_facts(contractor, reviewer):
    """The contractor's page is open from before the return; the reviewer's from before the edit."""
    one = reviewed(contractor, reviewer)
    application = one.application

    def return_edit_and_resubmit() -> None:
        reviewing.return_to_contractor(application=application, by=reviewer, reason=REASON)
        edited = stories.drafted(contractor, public_id=application.public_id, contract_price=60_000_000)
        applying.submit(application=edited, revision=edited.revision, by=contractor)

    answers = at_once(
        return_edit_and_resubmit, lambda: reviewing.approve(requested=one, by=reviewer, revision=1).approved_revision
    )

    assert answers[0] is None
    assert answers[1] == 1 or type(answers[1]) in (reviewing.NotAtThisStage, reviewing.ChangedMeanwhile)
    assert (now(one).status, approval(one), now(one).application.revision) == (Status.RECEIVED, NO_APPROVAL, 2)


@pytest.mark.django_db(transaction=True)
def test_approve_twice_at_once_is_done_by_one(contractor, reviewer, approver):
    one = reviewed(contractor, reviewer)
    answers = at_once(
        *(lambda by=by: reviewing.approve(requested=one, by=by, revision=1).approved_by for by in (reviewer, approver))
    )
    winner = next(answer for answer in answers if not isinstance(answer, Exception))
    assert sorted(str(answer) for answer in answers) == sorted([str(winner), MOVED_ON])
    assert (now(one).approved_by, acts().count(Act.APPROVE)) == (winner, 1)


@pytest.mark.django_db(transaction=True)
def test_send_back_against_issue_leaves_one_of_the_two(contractor, reviewer, approver):
    one = stories.approved(contractor, reviewer, stories.advance(medium=Medium.PAPER))
    answers = at_once(
        lambda: reviewing.send_back(requested=one, by=reviewer, reason=REASON),
        lambda: issuing.issue(requested=one, by=approver),
    )
    refusals = [type(answer) for answer in answers if isinstance(answer, Exception)]
    expected = {Status.ISSUED: [reviewing.NotAtThisStage], Status.UNDER_REVIEW: [issuing.NotApproved]}
    assert refusals == expected[now(one).status]
