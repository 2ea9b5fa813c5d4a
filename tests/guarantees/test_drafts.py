"""一時保存, two tabs, copies, withdrawal, and what changed since a return: on the stages and through HTTP."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from guarantees import applying, declaring, drafting, issuing, recording, reviewing
from guarantees.declaring import Change
from guarantees.models import Application, Branch, Draft, Event, Payment
from guarantees.terms import Act, ApplicationStatus, Product, Status
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.typed import typed, without

pytestmark = pytest.mark.django_db

JV = {
    "jv_name": "○○・△△JV",
    "jv_members": ["△△土木 株式会社", "××組 株式会社"],
    "jv_representative": "△△土木 株式会社",
    "jv_representative_address": "平塚市△△町1番1号",
}


def url(name: str, public_id: uuid.UUID) -> str:
    return reverse(f"guarantees:{name}", args=[public_id])


def boxes(page) -> dict[str, str]:
    """The text boxes of a page that have something in them."""
    found = re.findall(r'<input type="(?:text|tel|email)" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return dict(found)


def kept(browser, public_id: uuid.UUID, **changes):
    return browser.post(url("application-edit", public_id), typed(**changes) | {"keep": "1"}, follow=True)


# -- 一時保存 ------------------------------------------------------------------------------------------------------


def test_keep_saves_what_is_typed_as_it_is_and_makes_no_application(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    data = without(
        typed(work__contract_price="五千万円", work__work_starts_on="来月", work__work_name=" 市道○○線 "),
        "work-work_kind",
    )

    page = browser.post(url("application-edit", public_id), data | {"keep": "1", "revision": "0"}, follow=True)

    assert page.redirect_chain == [(url("application-edit", public_id), 302)]
    assert "一時保存しました。まだ送信していません。" in words(page)
    assert summary_of(page) == []
    shown = boxes(page)
    assert (shown["work-contract_price"], shown["work-work_starts_on"]) == ("五千万円", "来月")
    assert value_of(page, "revision") == "1"
    draft = Draft.objects.get()
    assert (draft.public_id, draft.contractor, draft.saved_by) == (public_id, contractor.contractor, contractor.user)
    assert draft.typed == {name: [value] for name, value in data.items()}
    assert (draft.work_name, draft.revision) == ("市道○○線", 1)
    assert Application.objects.count() == Event.objects.count() == 0


def test_keep_holds_an_empty_page_and_a_text_that_fits_nowhere(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    browser.post(url("application-edit", public_id), {"keep": "1"})
    assert Draft.objects.get().typed == {}
    page = kept(browser, public_id, work__work_name="あ" * 5000, work__contract_price="-1", advance__medium="?")
    assert boxes(page)["work-work_name"] == "あ" * 5000
    assert Draft.objects.get().work_name == "あ" * 100


def test_keep_twice_saves_once(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    kept(browser, public_id, revision="0")
    page = kept(browser, public_id, revision="0")
    assert "異なる項目" not in words(page)
    assert Draft.objects.get().revision == 1


def test_draft_becomes_the_application_of_its_address(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    kept(browser, public_id, work__contract_price="五千万円")
    page = browser.post(url("application-edit", public_id), typed(work__contract_price="五千万円", revision="1"))
    assert summary_of(page) == ["請負金額は数字で入力してください"]
    assert Draft.objects.count() == 1

    confirm = browser.post(url("application-edit", public_id), typed(revision="1"), follow=True)

    assert "まだ送信は完了していません" in words(confirm)
    application = Application.objects.get()
    assert (application.public_id, application.contract_price, application.revision) == (public_id, 50_000_000, 2)
    assert Draft.objects.count() == 0


def test_draft_over_an_application_is_finished_before_it_is_sent(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    confirm = browser.post(url("application-edit", public_id), typed(), follow=True)
    application = Application.objects.get()
    kept(browser, public_id, work__contract_price="七千万円")

    with pytest.raises(applying.ChangedMeanwhile):
        applying.submit(application=application, revision=application.revision, by=contractor)
    sent = browser.post(
        url("application-confirm", public_id), {"token": value_of(confirm, "token"), "revision": "1"}, follow=True
    )
    assert "一時保存した内容があります。内容を確認してから、申込内容の確認に進んでください。" in words(sent)
    assert boxes(sent)["work-contract_price"] == "七千万円"
    application.refresh_from_db()
    assert (application.contract_price, application.status) == (50_000_000, ApplicationStatus.DRAFT)


def test_keep_is_refused_once_the_application_is_sent(contractor):
    application = stories.submitted(contractor)
    with pytest.raises(drafting.NotOpen):
        drafting.keep(by=contractor, public_id=application.public_id, typed={}, revision=None)
    assert client_of(contractor).post(url("application-edit", application.public_id), {"keep": "1"}).status_code == 302
    assert Draft.objects.count() == 0


def test_rival_reaches_no_draft(contractor, rival_contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    kept(browser, public_id)
    rival = client_of(rival_contractor)
    for name in ("application-edit", "draft-discard"):
        assert rival.get(url(name, public_id)).status_code == 404
    assert rival.post(url("application-edit", public_id), typed() | {"keep": "1"}).status_code == 404
    assert rival.post(url("application-edit", public_id), typed()).status_code == 404
    assert rival.post(url("draft-discard", public_id), {}).status_code == 404
    for act in (
        lambda: drafting.discard(by=rival_contractor, public_id=public_id),
        lambda: applying.save_draft(
            by=rival_contractor, public_id=public_id, declared=stories.declared(), requested=[stories.advance()]
        ),
    ):
        with pytest.raises(Application.DoesNotExist):
            act()
    assert "作成中の申込はありません。" in words(rival.get(reverse("guarantees:drafts")))
    assert Draft.objects.get().contractor == contractor.contractor


# -- 作成中の申込 --------------------------------------------------------------------------------------------------


def test_list_shows_drafts_and_unsent_applications_once_each(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    stories.submitted(contractor, work_name="送信済の工事")
    stories.drafted(contractor, work_name="歩道整備工事")
    both = stories.drafted(contractor, work_name="橋梁補修工事")
    kept(browser, both.public_id, work__work_name="橋梁補修工事その２")
    browser.post(url("application-edit", public_id), {"keep": "1"})

    said = words(browser.get(reverse("guarantees:drafts")))

    rows = re.findall(r"(\S+) 作成中 (\S+) \d{4}/\d\d/\d\d \d\d:\d\d 佐藤 花子 続きを入力", said)
    assert rows == [
        ("（工事名は未入力）", "一時保存"),
        ("橋梁補修工事その２", "一時保存"),
        ("歩道整備工事", "入力済・未送信"),
    ]
    assert "全1ページ（3件）中の1ページ目を表示しています" in said


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_a_fixed_number_of_queries(contractor, rows, django_assert_num_queries):
    browser = client_of(contractor)
    for number in range(rows):
        stories.drafted(contractor, work_name=f"第{number}号工事")
        kept(browser, uuid.uuid4(), work__work_name=f"第{number}号")
    with django_assert_num_queries(5):
        browser.get(reverse("guarantees:drafts"))


def test_list_has_pages(contractor):
    for number in range(21):
        drafting.keep(by=contractor, public_id=uuid.uuid4(), typed={"work-work_name": [f"第{number}号"]}, revision=0)
    browser = client_of(contractor)
    assert "全2ページ（21件）中の1ページ目" in words(browser.get(reverse("guarantees:drafts")))
    assert "第0号" in words(browser.get(reverse("guarantees:drafts") + "?page=2"))


def test_discard_asks_first_and_then_forgets_the_draft(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    kept(browser, public_id)
    page = browser.get(url("draft-discard", public_id))
    assert "破棄した申込は元に戻せません" in words(page)
    assert Draft.objects.count() == 1
    data = {"token": value_of(page, "token")}

    first = browser.post(url("draft-discard", public_id), data)
    second = browser.post(url("draft-discard", public_id), data)

    assert first["Location"] == reverse("guarantees:drafts")
    assert second["Location"] == first["Location"]
    assert "作成中の申込を破棄しました。" in words(browser.get(first["Location"]))
    assert Draft.objects.count() == 0
    assert browser.get(url("application-edit", public_id)).status_code == 404


def test_discard_puts_an_unsent_application_out_of_everybodys_sight(contractor, reviewer):
    application = stories.drafted(contractor)
    drafting.discard(by=contractor, public_id=application.public_id)
    application.refresh_from_db()
    assert (application.status, application.discarded_by) == (ApplicationStatus.DISCARDED, contractor.user)
    assert Event.objects.get(act=Act.DISCARD).application == application
    assert recording.first_broken() is None
    browser = client_of(contractor)
    for name in ("application", "application-edit", "application-confirm", "draft-discard"):
        assert browser.get(url(name, application.public_id)).status_code == 404
    assert "保証申込はありません。" in words(browser.get(reverse("guarantees:contract-list")))
    assert client_of(reviewer).get(url("review", application.public_id)).status_code == 404
    with pytest.raises(applying.NotOpen):
        applying.submit(application=application, revision=application.revision, by=contractor)


def test_discard_of_a_returned_applications_draft_leaves_what_was_sent(contractor, reviewer):
    application = stories.submitted(contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください")
    browser = client_of(contractor)
    kept(browser, application.public_id, work__work_name="別の名前")
    page = browser.get(url("draft-discard", application.public_id))
    assert "差戻しを受けた申込は、送信したときの内容のまま残ります。" in words(page)
    browser.post(url("draft-discard", application.public_id), {"token": value_of(page, "token")})
    application.refresh_from_db()
    assert (application.status, application.work_name) == (ApplicationStatus.RETURNED, "道路改良工事")
    assert Draft.objects.count() == 0
    with pytest.raises(drafting.NothingToDiscard):
        drafting.discard(by=contractor, public_id=application.public_id)


# -- Two tabs ------------------------------------------------------------------------------------------------------


def test_older_page_is_refused_with_both_values_and_may_then_be_saved(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    browser.post(where, typed(revision="0"))
    browser.post(where, typed(work__work_place="△△地内", work__contract_price="60000000", revision="1"))

    page = browser.post(where, typed(work__work_place="□□地内", work__contract_price="５０００００００", revision="1"))

    said = words(page)
    assert "この画面を開いたあとに、別の画面で内容が保存されています" in said
    assert "異なる項目（2件） 項目 この画面の入力 保存されている内容" in said
    assert "工事場所 □□地内 △△地内" in said
    assert "請負金額 50,000,000円 60,000,000円" in said
    assert boxes(page)["work-work_place"] == "□□地内"
    assert Application.objects.get().work_place == "△△地内"
    assert value_of(page, "revision") == "2"

    assert browser.post(where, typed(work__work_place="□□地内", revision="2"))["Location"].endswith("/confirm/")
    assert (Application.objects.get().work_place, Application.objects.get().revision) == ("□□地内", 3)


def test_older_page_that_says_the_same_goes_on(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    browser.post(where, typed(revision="0"))
    assert browser.post(where, typed(work__contract_price="5千", revision="1")).status_code == 200
    assert browser.post(where, typed(revision="0"))["Location"].endswith("/confirm/")


def test_older_page_says_products_in_words(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    browser.post(where, without(typed(revision="0"), "performance-applies"))
    kept(browser, public_id, revision="1", advance__medium="paper", work__contract_price="未定")
    page = browser.post(where, typed(revision="1"))
    said = words(page)
    assert "契約保証を申し込む はい はい" not in said
    assert "前払金保証：保証証書の形式について 電子保証（認証キーを含む） 証書（紙）" in said
    assert "請負金額 50,000,000円 未定" in said
    page = browser.post(where, without(typed(revision="1"), "performance-applies", "advance-applies"))
    assert "契約保証を申し込む いいえ はい" in words(page)


def test_stage_refuses_an_older_revision(contractor):
    application = stories.drafted(contractor)
    facts = {"declared": stories.declared(), "requested": [stories.advance()], "by": contractor}
    applying.save_draft(public_id=application.public_id, revision=1, **facts)
    with pytest.raises(applying.ChangedMeanwhile):
        applying.save_draft(public_id=application.public_id, revision=1, **facts)
    with pytest.raises(drafting.ChangedMeanwhile):
        drafting.keep(by=contractor, public_id=application.public_id, typed={"x": ["1"]}, revision=1)
    drafting.keep(by=contractor, public_id=application.public_id, typed={"x": ["1"]}, revision=2)
    with pytest.raises(applying.ChangedMeanwhile):
        applying.save_draft(public_id=application.public_id, revision=2, **facts)
    assert applying.save_draft(public_id=application.public_id, revision=3, **facts).revision == 4


def test_older_page_says_the_members_of_a_venture_and_who_represents_it(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    venture = {"venture__jv_name": "○○・△△JV", "venture__member_1": "△△土木", "venture__member_2": "××組"}
    other = {"venture__representative": "2", "venture__representative_address": "平塚市××町1番1号"}
    browser.post(where, typed(revision="0", **venture))
    browser.post(where, typed(revision="1", **venture | other | {"venture__member_1": "△△土木 株式会社"}))

    said = words(browser.post(where, typed(revision="1", venture__representative="0", **venture)))

    assert "異なる項目（3件）" in said
    assert "構成員1 △△土木 △△土木 株式会社" in said
    assert "代表者 貴社 ××組" in said
    assert "代表者の住所 入力なし 平塚市××町1番1号" in said


def test_clear_on_an_older_page_does_not_make_it_the_newest(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    browser.post(where, typed(revision="0"))
    browser.post(where, typed(work__work_place="△△地内", revision="1"))

    cleared = browser.post(where, typed(revision="1", clear="bidding"))

    assert value_of(cleared, "revision") == "1"
    assert "異なる項目" in words(browser.post(where, typed(revision="1")))
    assert Application.objects.get().work_place == "△△地内"


def test_premium_paid_is_said_on_the_page_and_everything_typed_stays(contractor, reviewer):
    per_case = stories.advance(premium_payment="per_case")
    application = stories.under_review(contractor, reviewer, per_case, stories.performance())
    advance = application.requested.get(product=Product.ADVANCE)
    Payment.objects.create(requested=advance, paid_amount=1, paid_on=date(2026, 12, 1), confirmed_by=reviewer.user)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="ご確認ください")

    data = without(typed(work__work_place="□□地内", revision="1"), "advance-applies")
    page = client_of(contractor).post(url("application-edit", application.public_id), data)

    assert (page.status_code, boxes(page)["work-work_place"]) == (200, "□□地内")
    assert applying.PremiumPaid.sentence in words(page)
    assert application.requested.count() == 2


# -- Copy and prefill ----------------------------------------------------------------------------------------------


def test_copy_is_a_new_form_with_everything_and_saves_nothing(contractor, reviewer, approver):
    told = "至急お願いします"
    issued = stories.issued(contractor, reviewer, approver, message_to_surety=told, **JV)
    source = issued.requested.application
    browser = client_of(contractor)
    link = reverse("guarantees:application-new") + f"?from={source.public_id}"
    assert link in browser.get(url("application", source.public_id)).content.decode()

    page = browser.get(link)

    shown = boxes(page)
    assert (shown["work-work_name"], shown["venture-jv_name"]) == ("道路改良工事", "○○・△△JV")
    assert (shown["venture-member_1"], shown["venture-member_2"]) == ("△△土木 株式会社", "××組 株式会社")
    assert shown["venture-representative_address"] == "平塚市△△町1番1号"
    assert (shown["work-contract_price"], shown["work-contracted_on"]) == ("50,000,000", "2026/12/01")
    assert shown["advance-guaranteed_amount"] == "20,000,000"
    said = page.content.decode()
    assert re.search(r'name="advance-applies"[^>]*checked', said)
    assert re.search(r'name="venture-representative" value="1"[^>]*checked', said)
    assert not re.search(r'name="performance-applies"[^>]*checked', said)
    assert told not in said
    assert str(source.public_id) not in re.search(r'<form method="post" action="(/applications[^"]*)"', said)[1]
    assert value_of(page, "revision") == "0"
    assert f"もとの申込：受付番号 {source.receipt_number}" in words(page).replace("： ", "：")
    assert (Application.objects.count(), Draft.objects.count()) == (1, 0)


def test_copy_of_a_rivals_application_is_not_found(contractor, rival_contractor):
    application = stories.drafted(contractor)
    browser = client_of(rival_contractor)
    for source in (application.public_id, uuid.uuid4(), "x", ""):
        assert browser.get(reverse("guarantees:application-new") + f"?from={source}").status_code == 404


def test_new_form_knows_the_company_the_person_and_the_last_branch(contractor):
    contractor.section, contractor.post = "総務部", "主任"
    contractor.save(update_fields=["section", "post"])
    contractor.user.email = "hanako@example.jp"
    contractor.user.save(update_fields=["email"])
    stories.drafted(contractor, branch=Branch.objects.get(name="長野支店"))

    page = client_of(contractor).get(reverse("guarantees:application-new"))

    shown = boxes(page)
    assert {name: shown[f"information-{name}"] for name in ("contact_section", "contact_post", "contact_name")} == {
        "contact_section": "総務部",
        "contact_post": "主任",
        "contact_name": "佐藤 花子",
    }
    assert shown["information-contact_phone"] == contractor.contractor.phone
    assert shown["information-mail_to"] == "hanako@example.jp"
    nagano = Branch.objects.get(name="長野支店").pk
    assert re.search(rf'<option value="{nagano}" selected>長野支店', page.content.decode())


# -- 取下げ ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [stories.submitted, stories.under_review, stories.approved])
def test_withdraw_is_possible_until_something_is_issued(contractor, reviewer, stage):
    made = stage(contractor) if stage is stories.submitted else stage(contractor, reviewer)
    application = getattr(made, "application", made)
    browser = client_of(contractor)
    assert "取下げる" in words(browser.get(url("application", application.public_id)))
    page = browser.get(url("application-withdraw", application.public_id))
    assert "取り下げた申込は元に戻せません" in words(page)
    data = {"token": value_of(page, "token")}

    browser.post(url("application-withdraw", application.public_id), data)
    again = browser.post(url("application-withdraw", application.public_id), data, follow=True)

    application.refresh_from_db()
    assert (application.status, application.withdrawn_by) == (ApplicationStatus.WITHDRAWN, contractor.user)
    assert Event.objects.filter(act=Act.WITHDRAW).count() == 1
    assert "申込を取り下げました。" in words(again)
    assert "取下げる" not in words(again)


def test_withdraw_is_refused_in_words_once_something_is_issued(contractor, reviewer, approver):
    application = stories.submitted(contractor, stories.advance(), stories.performance())
    browser = client_of(contractor)
    token = value_of(browser.get(url("application-withdraw", application.public_id)), "token")
    reviewing.take_up(application=application, by=reviewer)
    one = application.requested.get(product=Product.ADVANCE)
    issuing.issue(requested=reviewing.approve(requested=one, by=reviewer, revision=1), by=approver)

    page = browser.post(url("application-withdraw", application.public_id), {"token": token}, follow=True)

    said = words(page)
    assert applying.CannotWithdraw.sentence in said
    assert "保証証書が発行された申込は取り下げられません。変更や解約は、神奈川支店（電話" in said
    assert browser.get(url("application-withdraw", application.public_id)).status_code == 302
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.requested.get(product=Product.PERFORMANCE).status == Status.UNDER_REVIEW


def test_withdraw_of_a_draft_or_twice_is_refused(contractor):
    with pytest.raises(applying.NothingToWithdraw):
        applying.withdraw(application=stories.drafted(contractor), by=contractor)
    application = stories.submitted(contractor)
    applying.withdraw(application=application, by=contractor)
    with pytest.raises(applying.NothingToWithdraw):
        applying.withdraw(application=application, by=contractor)


def test_withdraw_takes_the_unfinished_correction_with_it(contractor, reviewer):
    application = stories.submitted(contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください")
    drafting.keep(by=contractor, public_id=application.public_id, typed={"x": ["1"]}, revision=1)
    applying.withdraw(application=application, by=contractor)
    assert Draft.objects.count() == 0


# -- 差戻し後の変更点 ------------------------------------------------------------------------------------------------


def returned(contractor, reviewer, *requested) -> Application:
    application = stories.submitted(contractor, *requested)
    return reviewing.return_to_contractor(
        application=application, by=reviewer, reason="工期をご確認ください。\n契約書の写しもお送りください。"
    )


def test_returned_application_opens_at_the_reason(contractor, reviewer):
    application = returned(contractor, reviewer)
    page = client_of(contractor).get(url("application-edit", application.public_id))
    said = words(page)
    assert "弊社からお客様へのお知らせ（差戻しの理由） 工期をご確認ください。 契約書の写しもお送りください。" in said
    assert said.index("工期をご確認ください。") < said.index("発注者名（一覧にない場合）")


def test_changes_since_the_return_are_told_to_both_sides(contractor, reviewer):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    browser.post(where, typed(revision="0"))
    application = applying.submit(application=Application.objects.get(), revision=1, by=contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください。")
    data = typed(work__work_ends_on="20270430", revision="1", advance__guaranteed_amount="19,999,999")

    confirm = browser.post(where, without(data, "performance-applies"), follow=True)

    told = (
        "差戻し後の変更点（3件） 項目 差戻し時 現在"
        " 工期（終） 2027年3月31日（令和9年3月31日） 2027年4月30日（令和9年4月30日）"
        " 前払金保証：保証金額 20,000,000円 19,999,999円"
        " 契約保証 申し込む 申し込まない"
    )
    assert told in words(confirm)
    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    browser.post(url("application-confirm", application.public_id), sent)
    assert told in words(client_of(reviewer).get(url("review", application.public_id)))


def test_changes_are_told_from_the_last_return_and_the_record_stays_whole(contractor, reviewer):
    application = returned(contractor, reviewer)
    applying.save_draft(
        by=contractor,
        public_id=application.public_id,
        declared=stories.declared(work_name="市道○○線改良工事"),
        requested=[stories.advance()],
    )
    application.refresh_from_db()
    assert declaring.since_return(application) == [Change("工事名", "道路改良工事", "市道○○線改良工事")]
    applying.submit(application=application, revision=2, by=contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="もう一度ご確認ください")
    application.refresh_from_db()
    assert declaring.since_return(application) == []
    assert recording.first_broken() is None


def test_application_that_was_never_returned_tells_of_no_changes(contractor, reviewer):
    application = stories.submitted(contractor)
    assert declaring.since_return(application) is None
    assert "差戻し後の変更点" not in words(client_of(reviewer).get(url("review", application.public_id)))


def test_snapshot_says_every_declared_field_and_nothing_of_the_suretys(contractor):
    facts = declaring.snapshot(stories.drafted(contractor, jv_name="○○JV", jv_members=["△△土木", "××組"]))
    assert facts["contract_price"] == "50,000,000円"
    assert facts["jv_members"] == "△△土木、××組"
    assert facts["advance."] == "申し込む"
    assert facts["advance.uses_redeposit"] == "いいえ"
    assert facts["branch"] == "神奈川支店"
    assert not {"status", "revision", "advance.status", "message_to_contractor", "drafted_at"} & facts.keys()
