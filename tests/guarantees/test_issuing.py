"""Issue: number, key, certificate, deposit, mail and event, all or none."""

import hashlib
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from dsure import keys
from dsure.models import Deposit, DepositedCertificate
from guarantees import applying, issuing, reviewing, vault
from guarantees.models import Application, Certificate, Event, Guarantee, NumberSeries, Payment, RequestedGuarantee
from guarantees.terms import Act, Medium, PremiumPayment, Status, TermsBasis, WorkKind
from netdesk import sealing
from netdesk.models import Mail
from tests import stories

pytestmark = pytest.mark.django_db


def test_issue_makes_number_key_certificate_deposit_mail_and_event(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)

    certificate, requested = guarantee.certificates.get(), guarantee.requested
    deposit, deposited = Deposit.objects.get(number=guarantee.number), DepositedCertificate.objects.get()
    key = vault.take_out(guarantee.key_ciphertext, number=guarantee.number, key_version=1)
    assert guarantee.number == "34081-00001M"
    assert keys.is_match(deposit.verifier, guarantee.number, key)
    assert (deposited.facts, bytes(deposited.pdf), deposited.sha256, deposited.arrived_at) == (
        certificate.facts,
        bytes(certificate.pdf),
        certificate.sha256,
        certificate.issued_at,
    )
    assert hashlib.sha256(bytes(certificate.pdf)).hexdigest() == certificate.sha256
    assert sealing.check(bytes(certificate.pdf)).is_intact
    assert (certificate.version, certificate.target, certificate.cause, certificate.guarantee_ends_on) == (
        1,
        "新規",
        "issue",
        date(2027, 3, 31),
    )
    assert (requested.status, requested.issued_by, requested.issued_at) == (
        Status.ISSUED,
        approver.user,
        certificate.issued_at,
    )
    assert [mail.to for mail in Mail.objects.all()] == ["soumu@example.jp"]
    assert Event.objects.last().act == Act.ISSUE


def test_issue_of_two_products_gives_two_numbers_and_two_keys(contractor, reviewer, approver):
    application = stories.under_review(contractor, reviewer, stories.advance(), stories.performance())
    made = []
    for one in application.requested.order_by("pk"):
        one = reviewing.approve(requested=one, by=reviewer, revision=application.revision)
        made.append(issuing.issue(requested=one, by=approver))

    opened = [vault.take_out(one.key_ciphertext, number=one.number, key_version=1) for one in made]
    assert [one.number for one in made] == ["34081-00001M", "34083-00001M"]
    assert opened[0] != opened[1]
    assert made[0].work == made[1].work


def test_issue_on_paper_makes_no_key_no_deposit_and_no_mail(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))

    assert (guarantee.key_ciphertext, guarantee.key_version) == (None, None)
    assert guarantee.certificates.count() == 1
    assert not Deposit.objects.exists()
    assert not Mail.objects.exists()


def test_issue_without_the_wish_for_mail_queues_none(contractor, reviewer, approver):
    stories.issued(contractor, reviewer, approver, wants_mail=False, mail_to="")
    assert not Mail.objects.exists()


def test_issue_mail_tells_the_five_steps_and_no_secret(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    mail = Mail.objects.get()
    key = vault.take_out(guarantee.key_ciphertext, number=guarantee.number, key_version=1)
    steps = ["保証契約一覧", "電子保証（認証キー）", "詳細", "保証契約内容", "ダウンロード"]
    assert mail.subject == "電子保証（認証キー）発行完了のお知らせ"
    assert [mail.body.index(mark) < mail.body.index(step) for mark, step in zip("①②③④⑤", steps, strict=True)] == [
        True
    ] * 5
    for secret in (key, keys.grouped(key), guarantee.number, "http"):
        assert secret not in mail.subject + mail.body


def test_issue_by_the_person_who_approved_is_refused_by_stage_and_by_database(contractor, approver):
    requested = stories.approved(contractor, approver)
    with pytest.raises(issuing.SamePerson):
        issuing.issue(requested=requested, by=approver)
    guarantee = Guarantee.objects.create(
        number="34081-00009M",
        product="advance",
        medium=Medium.PAPER,
        contractor=contractor.contractor,
        branch=requested.application.branch,
        work=requested.application.work,
    )
    with pytest.raises(IntegrityError, match="requested_takes_two_persons"), transaction.atomic():
        RequestedGuarantee.objects.filter(pk=requested.pk).update(
            status=Status.ISSUED, issued_at=requested.approved_at, issued_by=approver.user, guarantee=guarantee
        )


def test_issue_by_a_reviewer_is_refused(contractor, reviewer, approver):
    requested = stories.approved(contractor, approver)
    with pytest.raises(issuing.NotAnApprover):
        issuing.issue(requested=requested, by=reviewer)


def test_issue_of_what_is_not_approved_is_refused(contractor, reviewer, approver):
    requested = stories.under_review(contractor, reviewer).requested.get()
    with pytest.raises(issuing.NotApproved):
        issuing.issue(requested=requested, by=approver)


def test_issue_a_second_time_is_refused(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    with pytest.raises(issuing.NotApproved):
        issuing.issue(requested=guarantee.requested, by=approver)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (Application, {"contract_price": 60_000_000}),
        (Application, {"revision": 9}),
        (RequestedGuarantee, {"guaranteed_amount": 20_000_001}),
        (RequestedGuarantee, {"guarantee_ends_on": date(2027, 4, 30)}),
    ],
)
def test_issue_of_facts_that_changed_after_approval_is_refused(contractor, reviewer, approver, table, changes):
    requested = stories.approved(contractor, reviewer)
    table.objects.update(**changes)
    with pytest.raises(issuing.ApprovalIsStale):
        issuing.issue(requested=requested, by=approver)


def test_issue_before_a_premium_per_case_is_paid_is_refused(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer, stories.advance(premium_payment=PremiumPayment.PER_CASE))
    with pytest.raises(issuing.PremiumNotPaid):
        issuing.issue(requested=requested, by=approver)

    Payment.objects.create(
        requested=requested, paid_amount=62_500, paid_on=date(2026, 11, 20), confirmed_by=reviewer.user
    )
    assert issuing.issue(requested=requested, by=approver).number == "34081-00001M"


def test_issue_after_the_obligee_left_d_sure_is_refused(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    stories.new_terms("平塚市", WorkKind.WORKS, basis=TermsBasis.ENDED)
    with pytest.raises(issuing.NotElectronic, match="平塚市は、工事では電子保証を利用できません"):
        issuing.issue(requested=requested, by=approver)


def test_issue_that_fails_at_its_last_step_leaves_nothing_and_no_gap(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issuing.issue(requested=requested, by=approver)
        raise ZeroDivisionError

    assert not Guarantee.objects.exists()
    assert not Deposit.objects.exists()
    assert not Mail.objects.exists()
    assert not NumberSeries.objects.exists()
    assert issuing.issue(requested=requested, by=approver).number == "34081-00001M"


def test_an_issued_request_is_frozen(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    application = guarantee.requested.application
    with pytest.raises(applying.NotOpen):
        stories.drafted(contractor, public_id=application.public_id)
    with pytest.raises(reviewing.NotAtThisStage):
        reviewing.return_to_contractor(application=application, by=reviewer, reason="誤り")
    with pytest.raises(applying.CannotWithdraw):
        applying.withdraw(application=application, by=contractor)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        RequestedGuarantee.objects.update(guaranteed_amount=1)
