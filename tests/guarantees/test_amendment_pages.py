"""変更, through HTTP: what the contractor may type and reads back, the surety's screens, and what D-Sure then says."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dsure import viewing
from dsure.models import Deposit
from guarantees import disclosing, endorsing, refusals
from guarantees.models import Endorsement, Guarantee, KeySight
from guarantees.terms import PRICE_ALONE, Medium
from netdesk.models import ActToken
from tests import stories
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

TYPED = {
    "contract_price": "50,000,000円",
    "guaranteed_amount": "２２，０００，０００",
    "work_ends_on": "令和9年4月30日",
    "work_name": "道路改良工事",
    "work_place": "平塚市○○地内",
    "addressee": "平塚市長",
    "entrusted_bank": "○○銀行 ××支店",
    "reason": "令和9年1月20日付けの変更契約により、\r\n工期を延長したため。",
    "version": "1",
}


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver)


@pytest.fixture
def performance(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver, stories.performance())


def url_of(name: str, row) -> str:
    return reverse(f"guarantees:{name}", args=[row.public_id])


def confirmed(browser, guarantee: Guarantee, **changes: str):
    """The page after 変更内容を確認する."""
    return browser.post(url_of("amendment-confirm", guarantee), {**TYPED, **changes})


def hidden_of(page) -> dict[str, str]:
    """Every hidden box of a page, as a browser sends it back."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def sent(browser, guarantee: Guarantee, **changes: str):
    return browser.post(
        url_of("amendment-confirm", guarantee), hidden_of(confirmed(browser, guarantee, **changes)), follow=True
    )


def act(browser, name: str, endorsement: Endorsement, **typed: str):
    page = browser.get(url_of(name, endorsement))
    hidden = {box: value for box, value in hidden_of(page).items() if box in ("token", "revision")}
    return browser.post(url_of(name, endorsement), {**hidden, **typed}, follow=True)


def test_history_leads_to_the_page_of_what_may_change(contractor, guarantee):
    clerk = client_of(contractor)
    assert url_of("amendment", guarantee) in clerk.get(url_of("contract", guarantee)).content.decode()
    page = clerk.get(url_of("amendment", guarantee))
    boxes = set(re.findall(r'name="(\w+)"', page.content.decode())) - {"csrfmiddlewaretoken", "viewport"}
    assert set(TYPED) == boxes & set(TYPED)
    assert not boxes & {"medium", "product", "number", "obligee", "contractor", "contracted_on", "work_starts_on"}
    said = words(page)
    assert "同じ保証契約において、電子証書と紙の保証証書は混在できません。" in said
    assert "現在：50,000,000円" in said
    assert PRICE_ALONE in said


def test_performance_guarantee_has_no_bank_and_no_note_2(contractor, performance):
    page = client_of(contractor).get(url_of("amendment", performance))
    assert "entrusted_bank" not in page.content.decode()
    assert PRICE_ALONE not in words(page)


def test_addressees_are_those_of_the_same_obligee(contractor, guarantee):
    titles = [one.title for one in guarantee.obligee.addressees.order_by("pk")]
    html = client_of(contractor).get(url_of("amendment", guarantee)).content.decode()
    assert re.findall(r'<option value="([^"]*)"', html) == titles
    assert "平塚市病院事業管理者" in titles
    said = summary_of(confirmed(client_of(contractor), guarantee, addressee="柏市長"))
    assert said == ["被保証者の職名を選択肢の中から選択してください"]


def test_confirm_shows_old_and_new_side_by_side_and_writes_nothing(contractor, guarantee):
    said = words(confirmed(client_of(contractor), guarantee))
    assert "保証金額 20,000,000円 22,000,000円 変更" in said
    assert "工期（終わり） 2027年3月31日（令和9年3月31日） 2027年4月30日（令和9年4月30日） 変更" in said
    assert "保証期限 2027年3月31日（令和9年3月31日） 2027年4月30日（令和9年4月30日） 変更" in said
    assert "請負金額 50,000,000円 変更なし" in said
    assert "証書の形式は「電子保証（認証キーを含む）」のままです。" in said
    assert not Endorsement.objects.exists()


def test_back_to_the_boxes_keeps_all_that_was_typed(contractor, guarantee):
    clerk = client_of(contractor)
    hidden = hidden_of(confirmed(clerk, guarantee))
    page = clerk.post(url_of("amendment-confirm", guarantee), {**hidden, "edit": "yes"})
    assert "２２，０００，０００" in page.content.decode()
    assert "令和9年4月30日" in page.content.decode()
    assert (summary_of(page), Endorsement.objects.count()) == ([], 0)


def test_send_makes_one_endorsement_and_a_second_send_comes_to_it(contractor, guarantee):
    clerk = client_of(contractor)
    hidden = hidden_of(confirmed(clerk, guarantee))
    urls = [clerk.post(url_of("amendment-confirm", guarantee), hidden)["Location"] for _ in range(2)]
    endorsement = Endorsement.objects.get()
    assert urls == [url_of("endorsement-complete", endorsement)] * 2
    assert endorsement.facts_after["guaranteed_amount"] == 22_000_000
    assert endorsement.facts_after["entrusted_bank"] == "○○銀行　××支店"
    assert endorsement.reason == "令和9年1月20日付けの変更契約により、\n工期を延長したため。"
    said = words(clerk.get(urls[0]))
    assert "変更の申込を送信しました" in said
    assert endorsement.receipt_number in said


def test_price_alone_on_an_advance_needs_no_procedure_whatever_the_reason(contractor, guarantee):
    clerk = client_of(contractor)
    nothing_else = {
        "contract_price": "60000000",
        "guaranteed_amount": "20000000",
        "work_ends_on": "20270331",
        "reason": "",
    }
    page = confirmed(clerk, guarantee, **nothing_else)
    said = words(page)
    assert said.count(PRICE_ALONE) == 2  # beside the box, and as the answer
    assert "変更の手続きは必要ありません" in said
    assert summary_of(page) == []
    token = {"token": "x"}
    clerk.post(url_of("amendment-confirm", guarantee), {**TYPED, **nothing_else, **token})
    assert (Endorsement.objects.count(), ActToken.objects.count()) == (0, 0)


def test_price_alone_on_a_performance_guarantee_goes_on(contractor, performance):
    values = {"contract_price": "60000000", "guaranteed_amount": "5000000", "work_ends_on": "20270331"}
    assert "この内容で変更を申し込む" in words(confirmed(client_of(contractor), performance, **values))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"guaranteed_amount": "50,000,001"},
            "保証金額は変更後の請負金額（50,000,000円）以下で入力してください",
        ),
        ({"guaranteed_amount": "0"}, "保証金額は1円以上で入力してください"),
        ({"contract_price": "二千万"}, "請負金額は数字で入力してください"),
        ({"work_ends_on": "20270230"}, "工期（終わり）は存在する日付を入力してください"),
        (
            {"work_ends_on": "20261130"},
            "工期（終わり）は、工期の始まり（2026年12月1日（令和8年12月1日））以降の日付を入力してください",
        ),
        ({"work_name": ""}, "工事名を入力してください"),
        ({"work_place": "あ" * 101}, "工事場所は100文字以内で入力してください（現在101文字）"),
        ({"entrusted_bank": ""}, "預託金融機関を入力してください"),
        ({"reason": " "}, "変更の理由を入力してください"),
        (
            {"guaranteed_amount": "20000000", "work_ends_on": "20270331"},
            "現在の内容から変更された項目がありません。変更後の内容を入力してください",
        ),
    ],
)
def test_bad_input_has_its_sentence_and_keeps_the_rest(contractor, guarantee, changes, sentence):
    page = confirmed(client_of(contractor), guarantee, **changes)
    assert summary_of(page) == [sentence]
    assert not Endorsement.objects.exists()


@pytest.mark.parametrize("typed", [{"guaranteed_amount": "50000000"}, {"work_ends_on": "20261201"}])
def test_the_limits_themselves_are_accepted(contractor, guarantee, typed):
    assert "この内容で変更を申し込む" in words(confirmed(client_of(contractor), guarantee, **typed))


def test_page_of_an_older_version_is_refused_in_words(contractor, reviewer, approver, guarantee):
    clerk = client_of(contractor)
    hidden = hidden_of(confirmed(clerk, guarantee))
    stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=21_000_000)
    said = words(clerk.post(url_of("amendment-confirm", guarantee), hidden, follow=True))
    assert refusals.ChangedMeanwhile.sentence in said
    assert Endorsement.objects.count() == 1


def test_one_open_endorsement_is_said_in_words(contractor, guarantee):
    clerk = client_of(contractor)
    hidden = hidden_of(confirmed(clerk, guarantee))
    endorsement = stories.asked(contractor, guarantee)
    assert refusals.OneAtATime.sentence in words(
        clerk.post(url_of("amendment-confirm", guarantee), hidden, follow=True)
    )
    page = clerk.get(url_of("amendment", guarantee))
    assert "手続き中の異動があります" in words(page)
    assert url_of("endorsement", endorsement) in page.content.decode()
    assert 'name="guaranteed_amount"' not in page.content.decode()


def test_closed_guarantee_is_said_in_words(contractor, guarantee):
    Guarantee.objects.update(state="cancelled")
    page = client_of(contractor).get(url_of("amendment", guarantee))
    assert "この保証契約は変更できません" in words(page)
    assert 'name="guaranteed_amount"' not in page.content.decode()


def test_paper_guarantee_is_asked_for_from_the_application(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
    clerk = client_of(contractor)
    application_page = clerk.get(url_of("application", guarantee.requested.application))
    assert url_of("amendment", guarantee) in application_page.content.decode()
    assert "送信完了" in words(sent(clerk, guarantee))
    endorsement = Endorsement.objects.get()
    assert "証書（紙）" in words(client_of(reviewer).get(url_of("endorsement-review", endorsement)))
    assert endorsement.receipt_number in words(clerk.get(url_of("application", guarantee.requested.application)))


def test_contractor_takes_it_back_before_the_review_only(contractor, reviewer, guarantee):
    clerk = client_of(contractor)
    endorsement = stories.asked(contractor, guarantee)
    page = clerk.get(url_of("endorsement", endorsement))
    late = clerk.get(url_of("endorsement", endorsement))
    said = words(
        clerk.post(url_of("endorsement-take-back", endorsement), {"token": value_of(page, "token")}, follow=True)
    )
    assert "この申込は取り下げられています" in said
    again = clerk.post(url_of("endorsement-take-back", endorsement), {"token": value_of(late, "token")}, follow=True)
    assert refusals.NotAtThisStage.sentence in words(again)
    endorsement = endorsing.take_up(endorsement=stories.asked(contractor, guarantee), by=reviewer)
    assert "取り下げる" not in words(clerk.get(url_of("endorsement", endorsement)))


def test_nobody_elses(contractor, rival_contractor, nagano_approver, guarantee):
    endorsement = stories.asked(contractor, guarantee)
    rival, nagano = client_of(rival_contractor), client_of(nagano_approver)
    pages = [url_of(name, guarantee) for name in ("amendment",)]
    pages += [url_of(name, endorsement) for name in ("endorsement", "endorsement-complete")]
    assert [rival.get(url).status_code for url in pages] == [404] * len(pages)
    posts = [url_of("amendment-confirm", guarantee), url_of("endorsement-take-back", endorsement)]
    assert [rival.post(url).status_code for url in posts] == [404] * len(posts)
    acts = ["review", "approve", "send-back", "decline", "issue"]
    assert [nagano.get(url_of(f"endorsement-{name}", endorsement)).status_code for name in acts] == [404] * len(acts)
    assert nagano.post(url_of("endorsement-take-up", endorsement)).status_code == 404
    assert "異動（0）" in words(nagano.get("/surety/?tab=endorsements"))


def test_surety_reviews_approves_and_another_issues(contractor, reviewer, approver, guarantee):
    endorsement = stories.asked(contractor, guarantee)
    desk, other = client_of(reviewer), client_of(approver)
    inbox = words(desk.get("/surety/?tab=endorsements"))
    assert "異動（1）" in inbox
    assert f"{endorsement.receipt_number} " in inbox
    page = desk.get(url_of("endorsement-review", endorsement))
    assert "保証金額の割合 要確認 22,000,000円は50,000,000円の44.0%（上限40%）" in words(page)
    taken = {"token": value_of(page, "token")}
    said = words(desk.post(url_of("endorsement-take-up", endorsement), taken, follow=True))
    assert "審査：高橋 恵" in said
    assert "発行責任者による発行を待っています。" in words(act(desk, "endorsement-approve", endorsement))
    issue_page = words(other.get(url_of("endorsement-issue", endorsement)))
    assert "保証証書（対象：変更－１、被保証者：平塚市長 様）" in issue_page
    assert "soumu@example.jp への「電子保証の変更手続き完了のお知らせ」" in issue_page
    assert "変更－１を発行しました" in words(act(other, "endorsement-issue", endorsement))
    assert "異動（0）" in words(other.get("/surety/"))
    endorsement.refresh_from_db()
    pdf = other.get(reverse("guarantees:surety-certificate-pdf", args=[guarantee.public_id, 2]))
    assert pdf.content == bytes(endorsement.certificate.pdf)


def test_surety_refusals_are_said_in_words(contractor, approver, guarantee):
    endorsement = stories.asked_and_approved(contractor, approver, guarantee)
    assert refusals.SamePerson.sentence in words(act(client_of(approver), "endorsement-issue", endorsement))


def test_declined_with_a_reason_that_the_contractor_reads(contractor, reviewer, guarantee):
    endorsement = endorsing.take_up(endorsement=stories.asked(contractor, guarantee), by=reviewer)
    desk = client_of(reviewer)
    assert summary_of(act(desk, "endorsement-decline", endorsement, reason="")) == ["理由を入力してください"]
    act(desk, "endorsement-decline", endorsement, reason="変更契約書の写しをお送りください。")
    said = words(client_of(contractor).get(url_of("endorsement", endorsement)))
    assert "引受不可：弊社からお客様へのお知らせ 変更契約書の写しをお送りください。" in said


def test_sent_back_is_under_review_again(contractor, reviewer, guarantee):
    endorsement = stories.asked_and_approved(contractor, reviewer, guarantee)
    said = words(act(client_of(reviewer), "endorsement-send-back", endorsement, reason="金額を確認する"))
    assert "承認に進む" in said


def test_history_shows_both_versions_newest_first_and_d_sure_says_which_is_the_newest(
    contractor, reviewer, approver, officer, guarantee
):
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=contractor.user)
    viewing.look_up(by=officer, number_text=guarantee.number, key_text=key)
    stories.amended(contractor, reviewer, approver, guarantee, contract_price=55_000_000, **stories.LONGER)
    clerk, counter = client_of(contractor), client_of(officer)
    history = words(clerk.get(url_of("contract", guarantee)))
    assert "請負金額 55,000,000円 保証金額 22,000,000円" in history
    assert history.index("変更－１ 選択") < history.index("新規 選択")
    assert "55,000,000円" in words(clerk.get(reverse("guarantees:contract-list") + "?tab=keys"))
    opened = [
        words(clerk.get(reverse("guarantees:certificate", args=[guarantee.public_id, version]))) for version in (1, 2)
    ]
    assert ["変更－１" in one for one in opened] == [False, True]
    assert ["20,000,000 円" in opened[0], "22,000,000 円" in opened[1]] == [True, True]
    deposit = Deposit.objects.get()
    old = words(counter.get(reverse("dsure:certificate-version", args=[deposit.public_id, 1])))
    assert "この保証契約は「有効（最新は変更－１）」です" in old
    assert "この版は変更前の内容です" in old
    assert "22,000,000 円" in words(counter.get(reverse("dsure:certificate", args=[deposit.public_id])))
    again = words(counter.post(reverse("dsure:lookup"), {"number": guarantee.number, "key": key}, follow=True))
    assert "変更－１" in again


def test_lists_take_the_same_queries_with_one_row_and_with_three(contractor, reviewer, approver, guarantee):
    clerk, desk = client_of(contractor), client_of(reviewer)
    urls = [(clerk, url_of("contract", guarantee)), (desk, "/surety/?tab=endorsements")]
    stories.amended(contractor, reviewer, approver, guarantee)
    desk.get("/surety/?tab=endorsements")
    one = [counted(browser, url) for browser, url in urls]
    for amount in (23_000_000, 24_000_000):
        stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=amount)
    assert [counted(browser, url) for browser, url in urls] == one


def counted(browser, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


def test_checks_say_when_the_old_deadline_has_passed(contractor, reviewer, guarantee, time_machine):
    endorsement = stories.asked(contractor, guarantee)
    time_machine.move_to(date(2027, 4, 1))
    said = words(client_of(reviewer).get(url_of("endorsement-review", endorsement)))
    assert "工期と保証期限 要確認" in said
    assert "（変更前の保証期限を過ぎています）" in said
