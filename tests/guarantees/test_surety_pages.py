"""The surety's desk, through HTTP: inbox, review page, each act with its confirm page, and who may not."""

import re

import pytest
from django.urls import reverse

from dsure.models import Deposit
from guarantees import reviewing
from guarantees.models import Application, Guarantee
from guarantees.terms import ApplicationStatus, Status
from tests import stories
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db


def url_of(name: str, row) -> str:
    return reverse(f"guarantees:{name}", args=[row.public_id])


def act(browser, url: str, **typed: str):
    """Open the act's page, and send it as a person would."""
    page = browser.get(url)
    hidden = {name: value_of(page, name) for name in ("token", "revision") if f'name="{name}"' in page.content.decode()}
    return browser.post(url, {**hidden, **typed}, follow=True)


def test_inbox_counts_by_status_and_lists_the_oldest_first(contractor, reviewer):
    stories.submitted(contractor, work_name="第一号工事")
    stories.submitted(contractor, work_name="第二号工事")
    stories.under_review(contractor, reviewer, work_name="第三号工事")
    said = words(client_of(reviewer).get("/surety/"))
    assert "受付済（2） 審査中（1） 承認済（0） 差戻し（0） 発行済（0） 取下げ・引受不可（0）" in said
    assert said.index("第一号工事") < said.index("第二号工事")
    assert "第三号工事" not in said
    assert "第三号工事" in words(client_of(reviewer).get("/surety/?tab=under_review"))
    assert "該当する申込はありません。" in words(client_of(reviewer).get("/surety/?tab=issued"))


def test_inbox_shows_no_draft_and_no_other_branch(contractor, reviewer, nagano_approver):
    stories.drafted(contractor, work_name="下書きの工事")
    application = stories.submitted(contractor)
    assert "下書きの工事" not in words(client_of(reviewer).get("/surety/"))
    assert "道路改良工事" not in words(client_of(nagano_approver).get("/surety/"))
    nagano = client_of(nagano_approver)
    requested = application.requested.get()
    urls = [url_of(name, application) for name in ("review", "return")]
    urls += [url_of(name, requested) for name in ("approve", "send-back", "decline", "issue", "issued")]
    assert [nagano.get(url).status_code for url in urls] == [404] * len(urls)
    assert nagano.post(url_of("take-up", application)).status_code == 404


def test_head_office_sees_every_branch(contractor, nagano_approver):
    stories.submitted(contractor)
    nagano_approver.branch = None
    nagano_approver.save()
    assert "道路改良工事" in words(client_of(nagano_approver).get("/surety/"))


@pytest.mark.parametrize("tab", ["received", "under_review", "approved", "issued"])
def test_inbox_does_the_same_queries_for_one_row_and_for_three(
    contractor, reviewer, approver, tab, django_assert_max_num_queries
):
    browser, counts = client_of(reviewer), []
    for rows in (1, 2):
        for _ in range(rows):
            stories.submitted(contractor)
            stories.under_review(contractor, reviewer)
            stories.approved(contractor, reviewer)
            stories.issued(contractor, reviewer, approver)
        with django_assert_max_num_queries(10) as queries:
            assert browser.get(f"/surety/?tab={tab}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_review_page_says_every_check_in_words(contractor, reviewer):
    application = stories.under_review(contractor, reviewer, stories.advance(), stories.performance())
    said = words(client_of(reviewer).get(url_of("review", application)))
    for shown in (
        "電子保証の利用条件 ○ 発注者の条件を満たしています。",
        "保証金額の割合 ○ 20,000,000円は50,000,000円の40.0%（上限40%）",
        "保証金額の割合 ○ 5,000,000円は50,000,000円の10.0%（下限10%）",
        "工期と保証期限 ○",
        "承認に進む",
        "審査を開始 ",
    ):
        assert shown in said, shown


def test_take_up_approve_and_issue_by_two_people(contractor, reviewer, approver):
    application = stories.submitted(contractor)
    requested = application.requested.get()
    first, second = client_of(reviewer), client_of(approver)

    assert "次の保証が「審査中」になり、担当は高橋 恵さんになります。" in words(
        first.get(url_of("take-up", application))
    )
    assert "担当：高橋 恵" in words(act(first, url_of("take-up", application)))

    approved = act(first, url_of("approve", requested))
    assert "承認：高橋 恵" in words(approved)
    assert "発行責任者による発行を待っています。" in words(approved)

    issued = act(second, url_of("issue", requested))
    assert "保証証書を発行しました 前払金保証 保証契約番号 34081-00001M" in words(issued)
    assert Deposit.objects.get().number == Guarantee.objects.get().number


def test_issue_page_lists_what_it_will_make(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    said = words(client_of(approver).get(url_of("issue", requested)))
    for shown in (
        "発行すると、次のものが作成されます。発行は取り消せません。",
        "保証証書（被保証者：平塚市長 様）",
        "認証キーと、D-Sureへの電子証書の登録",
        "soumu@example.jp への「電子保証（認証キー）発行完了のお知らせ」",
        "承認：高橋 恵",
    ):
        assert shown in said, shown


def test_issue_sent_twice_comes_to_the_first_result(contractor, reviewer, approver):
    requested = stories.approved(contractor, reviewer)
    browser, url = client_of(approver), url_of("issue", requested)
    token = value_of(browser.get(url), "token")
    answers = {browser.post(url, {"token": token}).url for _ in range(3)}
    assert answers == {url_of("issued", requested)}
    assert Guarantee.objects.count() == 1


def test_issue_by_the_reviewer_or_the_one_who_approved_is_refused_in_words(contractor, reviewer, approver):
    by_reviewer = stories.approved(contractor, reviewer)
    assert "発行は発行責任者が行います。" in words(act(client_of(reviewer), url_of("issue", by_reviewer)))
    by_approver = stories.approved(contractor, approver)
    refused = words(act(client_of(approver), url_of("issue", by_approver)))
    assert "承認した方は、同じ保証を発行できません。別の発行責任者が発行してください。" in refused
    assert "ご自身が承認した保証です。発行は別の発行責任者が行います。" in refused
    assert not Guarantee.objects.exists()


def test_act_without_a_token_or_with_that_of_another_is_refused_in_words(contractor, reviewer, approver):
    requested, other = stories.approved(contractor, reviewer), stories.approved(contractor, reviewer)
    browser = client_of(approver)
    stale = "画面の有効期限が切れています。内容を確認して、もう一度操作してください。"
    for token in ("", "abc", value_of(browser.get(url_of("issue", other)), "token")):
        assert stale in words(browser.post(url_of("issue", requested), {"token": token}, follow=True))
    assert not Guarantee.objects.exists()


def test_approve_of_another_revision_than_shown_is_refused(contractor, reviewer):
    application = stories.under_review(contractor, reviewer)
    requested = application.requested.get()
    browser, url = client_of(reviewer), url_of("approve", requested)
    page = browser.get(url)
    Application.objects.update(revision=2)
    refused = browser.post(url, {"token": value_of(page, "token"), "revision": "1"}, follow=True)
    assert "申込の内容が変更されています。" in words(refused)
    requested.refresh_from_db()
    assert requested.status == Status.UNDER_REVIEW


def test_approve_with_a_deadline_before_the_end_of_the_work_is_met_at_its_field(contractor, reviewer):
    requested = stories.under_review(contractor, reviewer).requested.get()
    page = act(client_of(reviewer), url_of("approve", requested), guarantee_ends_on="令和9年3月30日")
    assert summary_of(page) == [
        "保証期限は、工期の終わりの日（2027年3月31日（令和9年3月31日））以降の日付を入力してください"
    ]
    assert 'value="令和9年3月30日"' in page.content.decode()


def test_return_needs_a_reason_and_shows_it_to_the_contractor(contractor, reviewer):
    application = stories.under_review(contractor, reviewer)
    browser, url = client_of(reviewer), url_of("return", application)
    assert summary_of(act(browser, url, reason=" ")) == ["理由を入力してください"]
    returned = act(browser, url, reason="工期を\nご確認ください")
    assert "お客様へ差し戻しています 工期を ご確認ください" in words(returned)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.RETURNED
    assert "工期を ご確認ください" in words(client_of(contractor).get(url_of("application", application)))


def test_decline_and_send_back_come_back_to_the_review_page(contractor, reviewer, approver):
    declined = stories.under_review(contractor, reviewer).requested.get()
    assert "引受不可" in words(act(client_of(reviewer), url_of("decline", declined), reason="重複"))
    approved = stories.approved(contractor, reviewer)
    assert "審査中" in words(act(client_of(approver), url_of("send-back", approved), reason="金額を再確認"))
    approved.refresh_from_db()
    assert (approved.status, approved.approved_by, approved.approved_sha256) == (Status.UNDER_REVIEW, None, "")


def test_staff_pages_never_show_a_key(contractor, reviewer, approver):
    from guarantees import vault

    guarantee = stories.issued(contractor, reviewer, approver)
    key = vault.take_out(bytes(guarantee.key_ciphertext), number=guarantee.number, key_version=1)
    browser = client_of(approver)
    pages = [
        "/surety/?tab=issued",
        url_of("review", guarantee.requested.application),
        url_of("issued", guarantee.requested),
    ]
    for url in pages:
        html = re.sub("[-\\s]", "", browser.get(url).content.decode())
        assert key not in html


def test_staff_see_the_certificate_of_their_branch_only(contractor, reviewer, approver, nagano_approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    url = reverse("guarantees:surety-certificate-pdf", args=[guarantee.public_id, 1])
    shown = client_of(reviewer).get(url)
    assert (shown["Content-Type"], shown.content) == ("application/pdf", bytes(guarantee.certificates.get().pdf))
    assert client_of(nagano_approver).get(url).status_code == 404


def test_other_desks_meet_404_at_the_surety(contractor, officer, operator):
    for person in (contractor, officer, operator):
        assert client_of(person).get("/surety/").status_code == 404


def test_a_withdrawn_or_returned_application_offers_no_act(contractor, reviewer):
    application = stories.submitted(contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="確認")
    said = words(client_of(reviewer).get(url_of("review", application)))
    assert "審査の開始に進む" not in said
    assert "お客様へ差し戻す" not in said


def test_a_statement_is_read_by_its_own_branch_only(contractor, reviewer, approver, nagano_approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    statement = guarantee.statements.get()
    url = reverse("guarantees:surety-statement-pdf", args=[statement.public_id])
    page = client_of(reviewer).get(reverse("guarantees:surety-guarantee", args=[guarantee.public_id]))
    assert f'href="{url}"' in page.content.decode()
    assert client_of(reviewer).get(url).content == bytes(statement.pdf)
    assert client_of(nagano_approver).get(url).status_code == 404
