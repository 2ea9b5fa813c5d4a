"""Two people at once, in threads with connections of their own: one of them acts, nothing is done twice or half."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from dsure import keys
from dsure.models import Deposit, DepositedCertificate
from guarantees import applying, asking, drafting, endorsing, issuing, recording, refusals, reviewing
from guarantees.endorsement_terms import KeyReissueReason
from guarantees.models import (
    Application,
    Certificate,
    ChainHead,
    Draft,
    Event,
    Guarantee,
    NumberSeries,
    RequestedGuarantee,
    StaffMember,
)
from guarantees.terms import Act, ApplicationStatus, StaffRole, Status
from netdesk import acting
from netdesk.models import ActToken, Desk, Mail, User
from tests import stories
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ISSUED_ALREADY = (
    "この保証は発行できる状況ではありません（発行済み、または承認されていません）。現在の状況を確認してください。"
)


def second_approver(username: str, approver: StaffMember) -> StaffMember:
    user = User.objects.create_user(username, full_name="山本 誠", desk=Desk.SURETY)
    return StaffMember.objects.create(user=user, branch=approver.branch, role=StaffRole.APPROVER)


def made() -> dict[str, int]:
    """How many rows of each kind an issue has left."""
    kinds = (Guarantee, Certificate, Deposit, DepositedCertificate, Mail)
    return {kind._meta.label: kind.objects.count() for kind in kinds} | {
        "numbers": sum(NumberSeries.objects.values_list("last_serial", flat=True)),
        "events": Event.objects.filter(act=Act.ISSUE).count(),
    }


ONE_OF_EACH = {
    "guarantees.Guarantee": 1,
    "guarantees.Certificate": 1,
    "dsure.Deposit": 1,
    "dsure.DepositedCertificate": 1,
    "netdesk.Mail": 1,
    "numbers": 1,
    "events": 1,
}


@pytest.mark.parametrize("approvers", [2, 8])
def test_issue_by_many_approvers_at_once_makes_one_of_everything(contractor, reviewer, approver, approvers):
    requested = stories.approved(contractor, reviewer)
    people = [approver, *(second_approver(f"approver-{n}", approver) for n in range(1, approvers))]

    answers = at_once(*(lambda by=by: issuing.issue(requested=requested, by=by).number for by in people))

    number = Guarantee.objects.get().number
    assert sorted(str(answer) for answer in answers) == sorted([number, *[ISSUED_ALREADY] * (approvers - 1)])
    assert made() == ONE_OF_EACH
    assert recording.first_broken() is None


def test_issue_of_two_applications_at_once_gives_numbers_without_gap_and_a_whole_chain(contractor, reviewer, approver):
    both = [stories.approved(contractor, reviewer) for _ in range(2)]

    answers = at_once(*(lambda one=one: issuing.issue(requested=one, by=approver).number for one in both))

    assert sorted(number[5:] for number in answers) == ["-00001M", "-00002M"]
    assert sorted(Deposit.objects.values_list("number", flat=True)) == sorted(answers)
    assert recording.first_broken() is None


def test_issue_sent_twice_at_once_goes_to_the_same_result(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    address = reverse("guarantees:issue", args=[requested.public_id])
    typed = {acting.FIELD: acting.token(approver.user, "issue", requested.public_id)}
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(approver.user)

    answers = at_once(*(lambda browser=browser: browser.post(address, typed) for browser in browsers))

    result = reverse("guarantees:issued", args=[requested.public_id])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, result)] * 2
    assert (made(), ActToken.objects.count()) == (ONE_OF_EACH, 1)


def test_submit_sent_twice_at_once_goes_to_the_same_result(contractor):
    application = stories.drafted(contractor)
    address = reverse("guarantees:application-confirm", args=[application.public_id])
    typed = {acting.FIELD: acting.token(contractor.user, "submit", application.public_id), "revision": "1"}
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(contractor.user)

    answers = at_once(*(lambda browser=browser: browser.post(address, typed) for browser in browsers))

    result = reverse("guarantees:application-complete", args=[application.public_id])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, result)] * 2
    assert list(Event.objects.values_list("act", flat=True)) == [Act.DRAFT, Act.SUBMIT]


def test_issue_against_return_leaves_one_of_the_two(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    application = requested.application

    answers = at_once(
        lambda: issuing.issue(requested=requested, by=approver),
        lambda: reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください。"),
    )

    requested.refresh_from_db()
    application.refresh_from_db()
    if isinstance(answers[1], Exception):
        assert type(answers[1]) is reviewing.NotAtThisStage
        assert (requested.status, application.status) == (Status.ISSUED, ApplicationStatus.SUBMITTED)
        assert made() == ONE_OF_EACH
    else:
        assert type(answers[0]) is issuing.NotApproved
        assert (requested.status, application.status) == (Status.RECEIVED, ApplicationStatus.RETURNED)
        assert set(made().values()) == {0}


def test_issue_against_withdrawal_leaves_one_of_the_two(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    application = requested.application

    answers = at_once(
        lambda: issuing.issue(requested=requested, by=approver),
        lambda: applying.withdraw(application=application, by=contractor),
    )

    application.refresh_from_db()
    if isinstance(answers[1], Exception):
        assert type(answers[1]) is applying.CannotWithdraw
        assert (application.status, made()) == (ApplicationStatus.SUBMITTED, ONE_OF_EACH)
    else:
        assert type(answers[0]) is issuing.NotApproved
        assert (application.status, set(made().values())) == (ApplicationStatus.WITHDRAWN, {0})


def test_take_up_by_two_reviewers_at_once_is_done_by_one(contractor, reviewer, approver):
    application = stories.submitted(contractor)

    answers = at_once(*(lambda by=by: reviewing.take_up(application=application, by=by) for by in (reviewer, approver)))

    winner = (reviewer, approver)[answers.index(None)]
    assert [type(answer) for answer in answers if answer] == [reviewing.NotAtThisStage]
    assert RequestedGuarantee.objects.get().taken_up_by == winner.user
    assert Event.objects.filter(act=Act.TAKE_UP).count() == 1


def test_edits_of_one_draft_at_once_each_raise_the_revision(contractor):
    application = stories.drafted(contractor)

    at_once(*[lambda: stories.drafted(contractor, public_id=application.public_id).revision] * 4)

    assert Application.objects.get().revision == 5
    assert (ChainHead.objects.get().last_sequence, recording.first_broken()) == (5, None)


def test_two_tabs_that_save_at_once_make_one_draft_and_one_refusal(contractor):
    public_id = uuid.uuid4()

    def keep(name: str):
        return lambda: (
            drafting.keep(by=contractor, public_id=public_id, typed={"work-work_name": [name]}, revision=0).work_name
        )

    done = at_once(keep("一"), keep("二"))

    assert sorted(type(one).__name__ for one in done) == ["ChangedMeanwhile", "str"]
    assert Draft.objects.get().work_name in done


def test_draft_that_is_saved_while_the_application_is_sent_is_refused_or_stops_it(contractor):
    application = stories.drafted(contractor)
    done = at_once(
        lambda: applying.submit(application=application, revision=1, by=contractor).status,
        lambda: drafting.keep(by=contractor, public_id=application.public_id, typed={"x": ["1"]}, revision=1).revision,
    )
    application.refresh_from_db()
    is_sent = application.status == ApplicationStatus.SUBMITTED
    assert Draft.objects.exists() != is_sent
    assert isinstance(done[1], drafting.NotOpen) if is_sent else isinstance(done[0], applying.ChangedMeanwhile)


@pytest.mark.parametrize("approvers", [2, 8])
def test_issue_of_an_amendment_by_many_approvers_at_once_makes_one_version(contractor, reviewer, approver, approvers):
    guarantee = stories.issued(contractor, reviewer, approver)
    endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
    people = [approver, *(second_approver(f"approver-{n}", approver) for n in range(1, approvers))]

    answers = at_once(
        *(lambda by=by: endorsing.issue(endorsement=endorsement, by=by).certificate.target for by in people)
    )

    refused = refusals.NotAtThisStage.sentence
    assert sorted(str(answer) for answer in answers) == sorted(["変更－１", *[refused] * (approvers - 1)])
    assert [one.target for one in guarantee.certificates.order_by("version")] == ["新規", "変更－１"]
    assert DepositedCertificate.objects.count() == 2
    assert Event.objects.filter(act=Act.ISSUE_ENDORSEMENT).count() == 1
    assert recording.first_broken() is None


def test_two_changes_asked_for_at_once_make_one(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)

    answers = at_once(*(lambda: stories.asked(contractor, guarantee).status for _ in range(4)))

    assert sorted(str(answer) for answer in answers) == sorted(["received", *[refusals.OneAtATime.sentence] * 3])
    assert guarantee.endorsements.count() == 1


def test_a_change_taken_back_and_taken_up_at_once_is_one_of_both(contractor, reviewer, approver):
    endorsement = stories.asked(contractor, stories.issued(contractor, reviewer, approver))

    answers = at_once(
        lambda: endorsing.take_back(endorsement=endorsement, by=contractor).status,
        lambda: endorsing.take_up(endorsement=endorsement, by=reviewer).status,
    )

    endorsement.refresh_from_db()
    assert sorted(str(answer) for answer in answers) == sorted([endorsement.status, refusals.NotAtThisStage.sentence])


def test_issue_of_a_correction_by_many_approvers_at_once_makes_one_version_and_one_voiding(
    contractor, reviewer, approver
):
    guarantee = stories.issued(contractor, reviewer, approver)
    approved = stories.approved_endorsement(stories.correction_asked(guarantee, reviewer), reviewer)
    people = [approver, *(second_approver(f"approver-{n}", approver) for n in range(1, 4))]

    answers = at_once(*(lambda by=by: endorsing.issue(endorsement=approved, by=by).status for by in people))

    assert sorted(str(answer) for answer in answers) == sorted(["issued", *[refusals.NotAtThisStage.sentence] * 3])
    shape = ("version", "target", "voiding__cause")
    expected = [(1, "新規", "correction"), (2, "新規", None)]
    assert list(guarantee.certificates.order_by("version").values_list(*shape)) == expected
    assert list(DepositedCertificate.objects.order_by("version").values_list(*shape)) == expected
    assert recording.first_broken() is None


def test_issue_of_another_key_by_two_at_once_leaves_one_key_that_opens(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    asked = asking.ask_key_reissue(guarantee=guarantee, why=KeyReissueReason.LOST, reason="", by=contractor)
    approved = stories.approved_endorsement(asked, reviewer)

    at_once(
        *(
            lambda by=by: endorsing.issue(endorsement=approved, by=by)
            for by in (approver, second_approver("b", approver))
        )
    )

    deposit = Deposit.objects.get()
    assert (deposit.key_version, Guarantee.objects.get().key_version) == (2, 2)
    assert keys.is_match(deposit.verifier, guarantee.number, stories.key_of(guarantee))


def test_a_correction_and_an_amendment_asked_for_at_once_make_one(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)

    answers = at_once(
        lambda: stories.asked(contractor, guarantee).cause, lambda: stories.correction_asked(guarantee, reviewer).cause
    )

    (endorsement,) = guarantee.endorsements.all()
    assert sorted(str(answer) for answer in answers) == sorted([endorsement.cause, refusals.OneAtATime.sentence])


def test_a_request_taken_up_by_two_at_once_is_one_endorsement(contractor, officer, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    cursor = stories.filed(officer, guarantee).pk

    answers = at_once(
        *(
            lambda by=by: asking.take_up_request(guarantee=guarantee, cursor=cursor, by=by).cause
            for by in (reviewer, approver)
        )
    )

    assert sorted(str(answer) for answer in answers) == sorted(["release", refusals.OneAtATime.sentence])
    assert guarantee.endorsements.count() == 1
