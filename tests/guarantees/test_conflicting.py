"""What stands beside a request, and what the surety answers for already; each in words, with the way there."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from guarantees import applying, checking, conflicting, outstanding, reviewing
from guarantees.check import Check, Mention
from guarantees.models import Application, RequestedGuarantee
from guarantees.outstanding import Record
from tests import stories
from tests.pages import client_of, words

pytestmark = pytest.mark.django_db

NONE = Check("重複", True, "同じ工事、または同じ発注者・金額の申込はありません。")


def found(application: Application, subject: str, product: str = "advance") -> Check | None:
    requested = RequestedGuarantee.objects.with_application().get(application=application, product=product)
    return next((check for check in checking.checks(requested) if check.subject == subject), None)


def mention(application: Application, label: str) -> Mention:
    said = f"{label}（受付番号 {application.receipt_number}、受付済）"
    return Mention(said, application.public_id, application.branch_id, "神奈川支店")


def test_both_products_of_one_application_name_each_other_and_are_no_duplicate(contractor):
    application = stories.submitted(contractor, stories.advance(), stories.performance())
    assert found(application, "この工事の保証") == Check(
        "この工事の保証", True, "この保証のほかに1件あります。", (mention(application, "契約"),)
    )
    assert found(application, "重複") == NONE
    assert found(application, "保証金額の合計") == Check(
        "保証金額の合計", True, "2件の保証金額の合計 25,000,000円、請負金額 50,000,000円"
    )


def test_a_performance_guarantee_wants_an_advance_of_the_job(contractor):
    both = stories.submitted(contractor, stories.advance(), stories.performance(), work_name="前払のある工事")
    alone = stories.submitted(contractor, stories.performance(), work_name="前払のない工事")
    assert found(both, "前払金の予定", "performance") == Check(
        "前払金の予定", True, "同じ工事に前払金保証があります。", (mention(both, "前払"),)
    )
    assert found(alone, "前払金の予定", "performance") == Check("前払金の予定", False, conflicting.NO_ADVANCE)
    assert found(both, "前払金の予定") is None


def test_the_same_job_and_the_same_amount_are_told_apart(contractor):
    first = stories.submitted(contractor)
    same_job = stories.submitted(contractor, stories.advance(guaranteed_amount=19_000_000))
    assert found(same_job, "重複") == Check("重複", False, "同じ工事の申込があります。", (mention(first, "前払"),))
    same_amount = stories.submitted(contractor, work_name="別の工事")
    assert found(same_amount, "重複") == Check(
        "重複", False, "同じ発注者・金額の申込があります。", (mention(first, "前払"),)
    )
    assert found(same_job, "保証金額の合計") == Check(
        "保証金額の合計", True, "2件の保証金額の合計 39,000,000円、請負金額 50,000,000円", ()
    )


@pytest.mark.parametrize("gone", ["withdrawn", "declined", "draft", "other obligee", "other product"])
def test_what_is_gone_or_elsewhere_is_no_duplicate(contractor, reviewer, gone):
    if gone == "withdrawn":
        applying.withdraw(application=stories.submitted(contractor), by=contractor)
    elif gone == "declined":
        one = stories.under_review(contractor, reviewer).requested.get()
        reviewing.decline(requested=one, by=reviewer, reason="重複")
    elif gone == "draft":
        stories.drafted(contractor)
    elif gone == "other obligee":
        stories.submitted(contractor, addressee="柏市長", is_approved_by_obligee=True)
    else:
        stories.submitted(contractor, stories.performance())
    assert found(stories.submitted(contractor), "重複") == NONE


@pytest.mark.parametrize(("amount", "is_fine"), [(30_000_000, True), (30_000_001, False)])
def test_the_sum_of_a_job_counts_what_is_in_force_now(contractor, reviewer, approver, amount, is_fine):
    guarantee = stories.issued(contractor, reviewer, approver)
    stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=15_000_000)
    second = stories.submitted(contractor, stories.advance(guaranteed_amount=amount + 5_000_000))
    said = f"2件の保証金額の合計 {amount + 20_000_000:,}円、請負金額 50,000,000円"
    assert found(second, "保証金額の合計") == Check("保証金額の合計", is_fine, said)


def test_a_partner_of_the_joint_venture_who_asks_for_the_same_job_wants_a_look(contractor, rival_contractor):
    venture = {"jv_name": "○○・△△ＪＶ", "jv_members": ["△△土木 株式会社"]}
    application = stories.submitted(contractor, **venture)
    subject = "JV・ほかの会社との競合"
    assert found(application, subject) == Check(
        subject, True, "申込者はJVの代表者です。ほかの構成員からの申込はありません。"
    )
    other = stories.submitted(rival_contractor)
    said = "同じ発注者・工事名の申込が、別の会社（{}）からもあります。JVの代表者からの申込か確認してください。"
    assert found(application, subject) == Check(
        subject, False, said.format("△△土木 株式会社"), (mention(other, "前払"),)
    )
    assert found(other, subject) == Check(
        subject, False, said.format("○○建設 株式会社"), (mention(application, "前払"),)
    )
    represented = {"jv_representative": "△△土木 株式会社", "jv_representative_address": "千葉県柏市"}
    by_member = stories.submitted(contractor, work_name="代表者でない工事", **venture, **represented)
    assert found(by_member, subject) == Check(subject, False, "申込者はJVの代表者（△△土木 株式会社）ではありません。")


def test_a_deadline_that_has_passed_wants_a_look(contractor):
    yesterday = timezone.localdate() - timedelta(days=1)
    days = {"contracted_on": date(2026, 1, 5), "work_starts_on": date(2026, 1, 5), "work_ends_on": yesterday}
    check = found(stories.submitted(contractor, **days), "工期と保証期限")
    assert (check.is_fine, check.why.endswith("（保証期限を過ぎています）")) == (False, True)


def test_record_counts_what_is_in_force_over_and_at_the_surety(contractor, rival_contractor, reviewer, approver):
    assert outstanding.record(contractor.contractor) == Record(
        in_force=0, amount=0, reserved=0, ended=0, declined=0, at_surety=0
    )
    guarantee = stories.issued(contractor, reviewer, approver)
    stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=22_000_000)
    stories.issued(contractor, reviewer, approver, stories.reservation(), **stories.tender())
    past = {"contracted_on": date(2026, 1, 5), "work_starts_on": date(2026, 1, 5), "work_ends_on": date(2026, 11, 19)}
    stories.issued(contractor, reviewer, approver, **past)
    declined = stories.under_review(contractor, reviewer).requested.get()
    reviewing.decline(requested=declined, by=reviewer, reason="重複")
    stories.submitted(contractor, stories.advance(), stories.performance())
    stories.issued(rival_contractor, reviewer, approver)
    assert outstanding.record(contractor.contractor) == Record(
        in_force=1, amount=22_000_000, reserved=1, ended=1, declined=1, at_surety=2
    )


def test_review_page_links_what_a_check_names_to_those_who_may_open_it(contractor, reviewer, nagano_approver):
    first = stories.submitted(contractor)
    second = stories.submitted(contractor, branch=nagano_approver.branch)
    here, there = (
        client_of(person).get(f"/surety/applications/{application.public_id}/")
        for person, application in ((reviewer, first), (nagano_approver, second))
    )
    label = f"前払（受付番号 {second.receipt_number}、受付済）"
    assert f"同じ工事の申込があります。 {label} 長野支店" in words(here)
    assert f'href="/surety/applications/{second.public_id}/"' not in here.content.decode()
    assert f"同じ工事の申込があります。 前払（受付番号 {first.receipt_number}、受付済） 神奈川支店" in words(there)
    nagano_approver.branch = None
    nagano_approver.save()
    page = client_of(nagano_approver).get(f"/surety/applications/{first.public_id}/")
    assert f'href="/surety/applications/{second.public_id}/">{label}</a>' in page.content.decode()
    assert "お客様の取引状況" in words(page)
