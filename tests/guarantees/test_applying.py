"""The contractor's acts: draft, submit, submit again, withdraw; and who may not."""

import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine

from guarantees import applying, reviewing
from guarantees.models import Application, Event, Payment, RequestedGuarantee, Work
from guarantees.terms import Act, ApplicationStatus, Medium, Procedure, Product, Status
from tests import stories

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
NOT_OPEN = "この申込は送信済みのため、変更できません。変更が必要なときは、申込送信先の支店へご連絡ください。"
CHANGED = "別の画面で内容が変更されています。最新の内容を確認してから、もう一度操作してください。"
CANNOT_WITHDRAW = "保証証書が発行された申込は取り下げられません。変更や解約は、申込送信先の支店へご連絡ください。"


def acts() -> list[str]:
    return list(Event.objects.values_list("act", flat=True))


def returned(contractor, reviewer, *requested: dict) -> Application:
    application = stories.submitted(contractor, *requested)
    return reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください。")


def test_draft_holds_what_was_typed(contractor):
    public_id = uuid.uuid4()
    with time_machine.travel(MORNING, tick=False):
        application = stories.drafted(contractor, stories.advance(), stories.performance(), public_id=public_id)

    application.refresh_from_db()
    typed = stories.declared()
    assert {name: getattr(application, name) for name in typed} == typed
    assert (application.public_id, application.contractor, application.work) == (
        public_id,
        contractor.contractor,
        Work.objects.get(contractor=contractor.contractor),
    )
    assert (application.status, application.revision, application.drafted_at, application.drafted_by) == (
        ApplicationStatus.DRAFT,
        1,
        MORNING,
        contractor.user,
    )
    blocks = [stories.advance(), stories.performance()]
    kept = list(application.requested.order_by("pk"))
    assert [{name: getattr(one, name) for name in block} for one, block in zip(kept, blocks, strict=True)] == blocks
    assert (kept[1].entrusted_bank, kept[1].uses_redeposit, acts()) == ("", None, [Act.DRAFT])


def test_draft_saved_again_keeps_one_application_and_raises_the_revision(contractor):
    first = stories.drafted(contractor, stories.advance(), stories.performance())
    again = stories.drafted(
        contractor, stories.advance(guaranteed_amount=1), public_id=first.public_id, work_name="橋梁補修工事"
    )
    assert Application.objects.values_list("pk", "revision", "work_name").get() == (first.pk, 2, "橋梁補修工事")
    assert (again.work, Work.objects.count()) == (first.work, 1)
    assert list(RequestedGuarantee.objects.values_list("product", "guaranteed_amount")) == [(Product.ADVANCE, 1)]
    assert list(Event.objects.values_list("act", "revision")) == [(Act.DRAFT, 1), (Act.EDIT, 2)]


def test_draft_under_a_rivals_address_is_not_there(contractor, rival_contractor):
    application = stories.drafted(contractor)
    with pytest.raises(Application.DoesNotExist):
        stories.drafted(rival_contractor, public_id=application.public_id, work_name="乗っ取り")
    application.refresh_from_db()
    assert (application.work_name, application.revision, acts()) == ("道路改良工事", 1, [Act.DRAFT])


@pytest.mark.parametrize("stage", ["submitted", "under review", "approved", "withdrawn", "declined"])
def test_draft_of_what_is_at_the_surety_or_withdrawn_is_refused(contractor, reviewer, stage):
    application = stories.submitted(contractor)
    if stage == "withdrawn":
        applying.withdraw(application=application, by=contractor)
    elif stage != "submitted":
        reviewing.take_up(application=application, by=reviewer)
    if stage == "approved":
        reviewing.approve(requested=application.requested.get(), by=reviewer, revision=1)
    elif stage == "declined":
        reviewing.decline(requested=application.requested.get(), by=reviewer, reason="理由")
    with pytest.raises(applying.NotOpen) as refusal:
        stories.drafted(contractor, public_id=application.public_id, work_name="別の工事")
    assert refusal.value.sentence == NOT_OPEN
    application.refresh_from_db()
    assert (application.work_name, application.revision) == ("道路改良工事", 1)


def test_submit_sends_exactly_the_revision_that_was_confirmed(contractor):
    application = stories.drafted(contractor)
    with time_machine.travel(MORNING, tick=False):
        applying.submit(application=application, revision=1, by=contractor)
    application.refresh_from_db()
    requested = application.requested.with_application().get()
    assert (application.status, application.submitted_at, application.submitted_by) == (
        ApplicationStatus.SUBMITTED,
        MORNING,
        contractor.user,
    )
    assert (requested.status, requested.procedure, acts()) == (
        Status.RECEIVED,
        Procedure.RECEIVED,
        [Act.DRAFT, Act.SUBMIT],
    )


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_submit_of_another_revision_is_refused(contractor, revision):
    application = stories.drafted(contractor)
    stories.drafted(contractor, public_id=application.public_id)
    with pytest.raises(applying.ChangedMeanwhile) as refusal:
        applying.submit(application=application, revision=revision, by=contractor)
    assert refusal.value.sentence == CHANGED
    application.refresh_from_db()
    assert (application.status, acts()) == (ApplicationStatus.DRAFT, [Act.DRAFT, Act.EDIT])


def test_submit_a_second_time_is_refused(contractor):
    application = stories.submitted(contractor)
    with pytest.raises(applying.NotOpen) as refusal:
        applying.submit(application=application, revision=1, by=contractor)
    assert (refusal.value.sentence, acts()) == (NOT_OPEN, [Act.DRAFT, Act.SUBMIT])


def test_submit_of_what_the_obligee_does_not_take_electronically_says_the_rule(contractor):
    application = stories.drafted(contractor, contracted_on=date(2025, 11, 30))
    with pytest.raises(applying.NotElectronic) as refusal:
        applying.submit(application=application, revision=1, by=contractor)
    assert refusal.value.sentence == (
        "平塚市の電子保証は、請負契約日が2025年12月1日（令和7年12月1日）以降の案件で利用できます。"
        "証書（紙）を選択してください。"
    )
    application.refresh_from_db()
    assert (application.status, acts()) == (ApplicationStatus.DRAFT, [Act.DRAFT])


def test_submit_with_one_electronic_of_two_asks_for_the_rule(contractor):
    paper, electronic = stories.advance(medium=Medium.PAPER), stories.performance()
    application = stories.drafted(contractor, paper, electronic, contract_price=1_499_999)
    with pytest.raises(applying.NotElectronic, match="^平塚市の電子保証は、請負金額が1,500,000円以上の案件で"):
        applying.submit(application=application, revision=1, by=contractor)


def test_submit_on_paper_asks_for_no_rule(contractor):
    paper = stories.advance(medium=Medium.PAPER)
    application = stories.submitted(contractor, paper, addressee="長野県知事", contract_price=1_499_999)
    assert application.status == ApplicationStatus.SUBMITTED


def test_resubmit_after_a_return_takes_the_corrected_facts_and_starts_anew(contractor, reviewer, approver):
    application = stories.approved(contractor, reviewer).application
    reviewing.return_to_contractor(application=application, by=approver, reason="工期をご確認ください。")
    edited = stories.drafted(contractor, public_id=application.public_id, work_ends_on=date(2027, 3, 30))
    applying.submit(application=edited, revision=2, by=contractor)

    application.refresh_from_db()
    requested = application.requested.get()
    assert (application.status, application.revision, application.work_ends_on) == (
        ApplicationStatus.SUBMITTED,
        2,
        date(2027, 3, 30),
    )
    assert (requested.status, requested.taken_up_at, requested.taken_up_by, requested.approved_at) == (
        Status.RECEIVED,
        None,
        None,
        None,
    )
    assert acts()[-3:] == [Act.RETURN, Act.EDIT, Act.RESUBMIT]


def test_resubmit_unchanged_after_a_return_is_possible(contractor, reviewer):
    application = returned(contractor, reviewer)
    applying.submit(application=application, revision=1, by=contractor)
    application.refresh_from_db()
    assert (application.status, acts()[-1]) == (ApplicationStatus.SUBMITTED, Act.RESUBMIT)


def test_resubmit_asks_again_for_what_was_declined(contractor, reviewer):
    application = stories.under_review(contractor, reviewer)
    reviewing.decline(requested=application.requested.get(), by=reviewer, reason="二重の申込です。")
    reviewing.return_to_contractor(application=application, by=reviewer, reason="契約保証をお申し込みください。")
    stories.drafted(contractor, public_id=application.public_id)
    requested = application.requested.get()
    assert (requested.status, requested.declined_at, requested.declined_by) == (Status.RECEIVED, None, None)


@pytest.mark.parametrize("is_returned", [False, True])
def test_withdraw_takes_the_whole_application_back(contractor, reviewer, is_returned):
    both = (stories.advance(), stories.performance())
    application = returned(contractor, reviewer, *both) if is_returned else stories.submitted(contractor, *both)
    with time_machine.travel(MORNING, tick=False):
        applying.withdraw(application=application, by=contractor)
    application.refresh_from_db()
    assert (application.status, application.withdrawn_at, application.withdrawn_by) == (
        ApplicationStatus.WITHDRAWN,
        MORNING,
        contractor.user,
    )
    assert [one.procedure for one in application.requested.with_application()] == [Procedure.WITHDRAWN] * 2
    assert acts()[-1] == Act.WITHDRAW


def test_withdraw_of_a_draft_or_a_second_time_is_refused(contractor):
    application = stories.drafted(contractor)
    with pytest.raises(applying.CannotWithdraw) as refusal:
        applying.withdraw(application=application, by=contractor)
    assert refusal.value.sentence == CANNOT_WITHDRAW

    applying.submit(application=application, revision=1, by=contractor)
    applying.withdraw(application=application, by=contractor)
    with pytest.raises(applying.CannotWithdraw):
        applying.withdraw(application=application, by=contractor)
    assert acts() == [Act.DRAFT, Act.SUBMIT, Act.WITHDRAW]


def test_withdraw_after_one_of_two_was_issued_is_refused(contractor, reviewer, approver):
    both = stories.advance(medium=Medium.PAPER), stories.performance(medium=Medium.PAPER)
    application = stories.issued(contractor, reviewer, approver, *both).requested.application
    with pytest.raises(applying.CannotWithdraw) as refusal:
        applying.withdraw(application=application, by=contractor)
    application.refresh_from_db()
    assert (refusal.value.sentence, application.status) == (CANNOT_WITHDRAW, ApplicationStatus.SUBMITTED)
    statuses = application.requested.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [Status.ISSUED, Status.UNDER_REVIEW]


def test_nothing_of_a_withdrawn_application_is_reviewed(contractor, reviewer):
    application = stories.submitted(contractor)
    applying.withdraw(application=application, by=contractor)
    with pytest.raises(reviewing.NotAtThisStage):
        reviewing.take_up(application=application, by=reviewer)
    with pytest.raises(applying.NotOpen):
        applying.submit(application=application, revision=1, by=contractor)


def test_save_draft_without_a_product_whose_premium_was_paid_is_refused(contractor, reviewer):
    per_case = stories.advance(premium_payment="per_case")
    application = stories.under_review(contractor, reviewer, per_case, stories.performance())
    Payment.objects.create(
        requested=application.requested.get(product="advance"),
        paid_amount=1,
        paid_on=date(2026, 12, 1),
        confirmed_by=reviewer.user,
    )
    reviewing.return_to_contractor(application=application, by=reviewer, reason="ご確認ください")

    with pytest.raises(applying.PremiumPaid):
        stories.drafted(contractor, stories.performance(), public_id=application.public_id)
    assert application.requested.count() == 2
