"""Net Desk for the contractor, through HTTP: what each page says, refuses and keeps."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from guarantees import reviewing
from guarantees.models import Application, KeySight, RequestedGuarantee
from guarantees.terms import ApplicationStatus
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.typed import typed, typed_in_full, without

pytestmark = pytest.mark.django_db


def edit_url(public_id=None) -> str:
    return reverse("guarantees:application-edit", args=[public_id or uuid.uuid4()])


def test_top_greets_the_company_and_shows_what_waits(contractor, reviewer):
    returned = stories.submitted(contractor)
    reviewing.return_to_contractor(application=returned, by=reviewer, reason="工期をご確認ください")
    stories.drafted(contractor, work_name="歩道整備工事")

    said = words(client_of(contractor).get("/"))

    assert "ようこそ、ネットデスクへ ○○建設 株式会社 様" in said
    assert "下書き" not in said
    assert re.search(r"歩道整備工事 作成中 入力済・未送信 \S+ \S+ 佐藤 花子 続きを入力", said)
    assert "差戻し 平塚市長 道路改良工事 50,000,000円 詳細" in said


def test_form_page_has_the_labels_of_the_seeds(contractor):
    said = words(client_of(contractor).get("/applications/new/"))
    for label in (
        "申込作成 2 申込確認 3 送信完了",
        "請負工事の情報",
        "工事名 必須",
        "前払金保証を申し込む",
        "保証証書の形式について 必須",
        "証書（紙） 電子保証（認証キーを含む）",
        "※電子保証を希望される場合は、発注者が電子保証に対応していることを確認してください。",
        "今年度対象額",
        "出来高予定額または支払限度額",
        "前払金保証金額 必須",
        "預託金融機関（全角） 必須",
        "再預託利用区分 必須 再預託を利用しない 再預託を利用する",
        "前払金保証料支払方法 必須",
        "前払金保証料請求先 必須",
        "保証料計算書（紙）について 必須",
        "契約保証を申し込む",
        "契約保証金額 必須",
        "契約保証料支払方法 必須",
        "契約保証料請求先 必須",
        "申込送信先 必須",
        "電子保証発行完了のお知らせ 必須",
        "担当部署",
        "役職",
        "担当者名",
        "連絡先電話番号",
        "お客様から弊社への連絡事項",
    ):
        assert label in said, label


def test_confirm_page_shows_everything_and_submit_completes(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()

    confirm = browser.post(edit_url(public_id), typed(), follow=True)

    said = words(confirm)
    for shown in (
        "まだ送信は完了していません",
        "工事名 道路改良工事",
        "請負金額 50,000,000円",
        "工期（始まり） 2026年12月1日（令和8年12月1日）",
        "工期（終わり） 2027年3月31日（令和9年3月31日）",
        "前払金保証金額 20,000,000円 請負金額に対する割合 40.0%",
        "契約保証金額 5,000,000円 請負金額に対する割合 10.0%",
        "預託金融機関 ○○銀行 ××支店",
        "今年度対象額 入力なし",
        "メールアドレス soumu@example.jp",
    ):
        assert shown in said, shown

    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    complete = browser.post(reverse("guarantees:application-confirm", args=[public_id]), sent, follow=True)

    application = Application.objects.get()
    assert complete.redirect_chain == [(reverse("guarantees:application-complete", args=[public_id]), 302)]
    assert f"受付番号 {application.receipt_number}" in words(complete)
    assert (application.status, application.submitted_by, application.work.contractor) == (
        ApplicationStatus.SUBMITTED,
        contractor.user,
        contractor.contractor,
    )
    kept = application.requested.order_by("pk").values_list("product", "medium", "guaranteed_amount", "entrusted_bank")
    assert list(kept) == [
        ("advance", "electronic", 20_000_000, "○○銀行　××支店"),
        ("performance", "electronic", 5_000_000, ""),
    ]


def test_submit_twice_comes_to_the_first_result(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    confirm = browser.post(edit_url(public_id), typed(), follow=True)
    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    url = reverse("guarantees:application-confirm", args=[public_id])

    answers = [browser.post(url, sent).url for _ in range(3)]

    assert answers == [reverse("guarantees:application-complete", args=[public_id])] * 3
    assert Application.objects.get().events.filter(act="submit").count() == 1


def test_form_sent_twice_makes_one_draft(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    for _ in range(2):
        browser.post(edit_url(public_id), typed())
    assert Application.objects.count() == 1
    assert RequestedGuarantee.objects.count() == 2


def test_submit_of_another_revision_than_shown_is_refused(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    confirm = browser.post(edit_url(public_id), typed(), follow=True)
    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    browser.post(edit_url(public_id), typed(work__contract_price="60000000"))

    answer = browser.post(reverse("guarantees:application-confirm", args=[public_id]), sent, follow=True)

    assert "別の画面で内容が変更されています。" in words(answer)
    assert Application.objects.get().status == ApplicationStatus.DRAFT


BAD_INPUT = [
    ({"work__contract_price": "五千万円"}, "請負金額は数字で入力してください"),
    ({"work__contract_price": "0"}, "請負金額は1円以上で入力してください"),
    ({"work__contract_price": "-1"}, "請負金額は1円以上で入力してください"),
    ({"work__contract_price": ""}, "請負金額を入力してください"),
    ({"work__contract_price": "1000000000000"}, "請負金額は999,999,999,999円以下で入力してください"),
    ({"advance__guaranteed_amount": "50000001"}, "前払金保証金額は請負金額（50,000,000円）以下で入力してください"),
    ({"advance__guaranteed_amount": "０"}, "前払金保証金額は1円以上で入力してください"),
    ({"performance__guaranteed_amount": "60,000,000"}, "契約保証金額は請負金額（50,000,000円）以下で入力してください"),
    (
        {"advance__annual_target_amount": "19999999"},
        "前払金保証金額は今年度対象額（19,999,999円）以下で入力してください",
    ),
    ({"advance__annual_target_amount": "50000001"}, "今年度対象額は請負金額（50,000,000円）以下で入力してください"),
    ({"work__contracted_on": "20260230"}, "請負契約日は存在する日付を入力してください"),
    ({"work__contracted_on": "令和8年13月1日"}, "請負契約日は存在する日付を入力してください"),
    ({"work__contracted_on": "あした"}, "請負契約日は「20261201」や「令和8年12月1日」のように入力してください"),
    ({"work__work_ends_on": "2026/11/30"}, "工期（終わり）は、工期（始まり）以降の日付を入力してください"),
    ({"work__work_name": ""}, "工事名を入力してください"),
    (
        {"work__work_name": "𠮷田川護岸工事"},
        "工事名に、保証証書に印刷できない文字「𠮷」があります。ほかの文字に置き換えて入力してください",
    ),
    ({"work__addressee": ""}, "発注者を選択してください"),
    ({"work__typed_obligee": "○○市"}, "発注者は、一覧から選択するか、手入力するか、どちらか一方にしてください"),
    ({"advance__entrusted_bank": ""}, "預託金融機関（全角）を入力してください"),
    ({"information__mail_to": ""}, "「希望する」を選択した場合は、メールアドレスを入力してください"),
    ({"information__mail_to": "soumu"}, "メールアドレスは「abcde@example.jp」のように入力してください"),
    ({"venture__member_1": "△△土木"}, "JVの構成員を入力した場合は、JV名を入力してください"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_INPUT)
def test_form_meets_bad_input_with_one_sentence_at_its_field_and_keeps_everything(contractor, changes, sentence):
    data = typed(**changes)
    page = client_of(contractor).post(edit_url(), data)

    assert summary_of(page) == [sentence]
    assert page.content.decode().count(sentence) == 2  # in the summary and at the field
    assert "<title>エラー：" in page.content.decode()
    for form in page.context["form"]:
        for field in form:
            if field.html_name in data:
                assert field.value() in (data[field.html_name], True), field.html_name
    assert not Application.objects.exists()


GOOD_INPUT = [
    {"work__contract_price": "５０，０００，０００円"},
    {"work__contract_price": "￥50,000,000"},
    {"work__contracted_on": "R8.12.1", "work__work_starts_on": "２０２６／１２／０１"},
    {"work__work_ends_on": "2026-12-01"},
    {"advance__annual_target_amount": "20,000,000"},
    {"advance__guaranteed_amount": "50,000,000"},
]


@pytest.mark.parametrize("changes", GOOD_INPUT)
def test_form_reads_amounts_and_days_as_people_type_them(contractor, changes):
    answer = client_of(contractor).post(edit_url(), typed(**changes))
    assert answer.status_code == 302
    application = Application.objects.get()
    assert application.contract_price == 50_000_000


def test_form_without_a_product_says_so(contractor):
    page = client_of(contractor).post(edit_url(), without(typed(), "advance-applies", "performance-applies"))
    assert summary_of(page) == ["前払金保証、契約保証のうち、申し込むものにチェックを入れてください"]


def test_form_neither_checks_nor_keeps_what_is_not_ticked(contractor):
    data = without(typed(performance__guaranteed_amount="まちがい"), "performance-applies")
    assert client_of(contractor).post(edit_url(), data).status_code == 302
    assert list(RequestedGuarantee.objects.values_list("product", flat=True)) == ["advance"]


NOT_ELECTRONIC = [
    ({"addressee": "長野県知事"}, "長野県は電子保証に対応していません。証書（紙）を選択してください。"),
    (
        {"work__work_kind": "services"},
        "平塚市は、業務委託（その他）では電子保証を利用できません。証書（紙）を選択してください。",
    ),
    (
        {"work__contracted_on": "20251130"},
        "平塚市の電子保証は、請負契約日が2025年12月1日（令和7年12月1日）以降の案件で利用できます。証書（紙）を選択してください。",
    ),
    (
        {"addressee": "にかほ市長"},
        "にかほ市の電子保証は入札公告等の日で判定します。入札公告等の日を入力するか、証書（紙）を選択してください。",
    ),
    (
        {"addressee": "柏市長"},
        "柏市の電子保証は、柏市が電子保証の利用を認めた案件で利用できます。認められている場合は"
        "「発注者が電子保証の利用を認めた案件である」にチェックを入れ、そうでない場合は証書（紙）を選択してください。",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), NOT_ELECTRONIC)
def test_form_says_which_rule_of_the_obligee_fails_and_offers_paper(contractor, changes, sentence):
    data = typed(**changes)
    page = client_of(contractor).post(edit_url(), data)
    assert summary_of(page) == [sentence, sentence]  # at 前払金保証 and at 契約保証

    on_paper = data | {"advance-medium": "paper", "performance-medium": "paper"}
    assert client_of(contractor).post(edit_url(), on_paper).status_code == 302


def test_form_takes_an_obligee_typed_by_hand_on_paper_only(contractor):
    by_hand = typed(work__addressee="", work__typed_obligee="○○町", work__typed_addressee="○○町長")
    page = client_of(contractor).post(edit_url(), by_hand)
    assert summary_of(page) == ["○○町は電子保証に対応していません。証書（紙）を選択してください。"] * 2

    on_paper = by_hand | {"advance-medium": "paper", "performance-medium": "paper"}
    assert client_of(contractor).post(edit_url(), on_paper).status_code == 302
    application = Application.objects.get()
    assert (application.obligee_name, application.addressee_title) == ("○○町", "○○町長")


def test_edit_page_shows_what_was_kept(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    assert summary_of(browser.post(edit_url(public_id), typed_in_full())) == []

    page = browser.get(edit_url(public_id))
    again = {
        field.html_name: str(field.value())
        for form in page.context["form"]
        for field in form
        if field.value() not in (None, False, "")
    }
    assert again.keys() == typed_in_full().keys()
    assert browser.post(edit_url(public_id), again).status_code == 302
    application = Application.objects.get()
    assert (application.revision, application.jv_members, application.contract_price) == (
        2,
        ["△△土木 株式会社", "××組 株式会社"],
        50_000_000,
    )
    assert application.requested.count() == 2


def test_returned_application_shows_the_reason_and_is_sent_again(contractor, reviewer):
    application = stories.submitted(contractor)
    reviewing.return_to_contractor(application=application, by=reviewer, reason="工期をご確認ください")
    browser = client_of(contractor)

    shown = browser.get(reverse("guarantees:application", args=[application.public_id]))
    assert "差戻し：弊社からお客様へのお知らせ 工期をご確認ください" in words(shown)
    assert "工期をご確認ください" in words(browser.get(edit_url(application.public_id)))

    confirm = browser.post(edit_url(application.public_id), typed(work__work_ends_on="20270430"), follow=True)
    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    browser.post(reverse("guarantees:application-confirm", args=[application.public_id]), sent)
    application.refresh_from_db()
    assert (application.status, application.revision) == (ApplicationStatus.SUBMITTED, 2)


def test_sent_application_is_no_longer_the_contractors_to_edit(contractor):
    application = stories.submitted(contractor)
    browser = client_of(contractor)
    where = reverse("guarantees:application", args=[application.public_id])
    assert browser.get(edit_url(application.public_id)).url == where
    assert browser.post(edit_url(application.public_id), typed(work__work_name="別の工事")).url == where
    application.refresh_from_db()
    assert application.work_name == "道路改良工事"


@pytest.fixture
def guarantee(contractor, reviewer, approver):
    return stories.issued(contractor, reviewer, approver)


def contract_urls(guarantee) -> list[str]:
    of = guarantee.public_id
    return [
        reverse("guarantees:contract", args=[of]),
        reverse("guarantees:key-notice", args=[of]),
        reverse("guarantees:certificate", args=[of, 1]),
        reverse("guarantees:certificate-pdf", args=[of, 1]),
    ]


def test_history_page_shows_newest_state_key_and_versions(contractor, guarantee):
    said = words(client_of(contractor).get(contract_urls(guarantee)[0]))
    for shown in (
        "電子保証概要（前払金保証） ※最新の情報を表示しています。",
        "保証契約番号 34081-00001M 請負契約者 ○○建設 株式会社 様",
        "発注者名 平塚市長",
        "請負金額 50,000,000円 保証金額 20,000,000円 商品名 前払金保証 預託金融機関 ○○銀行 ××支店",
        "※発注者にお知らせください。（印刷ボタンをクリックして、PDFデータを発注者に提出することをお奨めします。）",
        "電子保証情報（履歴情報） ※訂正、変更取消された履歴は表示されません。",
        "電子保証発行日時とは、発注者が保証証書を確認するシステム（プラットフォーム）に保証証書が到着した日時のことです。",
        "新規 選択",
    ):
        assert shown in said, shown
    assert KeySight.objects.get().seen_by == contractor.user


def test_list_shows_issued_guarantees_and_the_state_of_the_others(contractor, guarantee):
    stories.submitted(contractor, work_name="歩道整備工事")
    browser = client_of(contractor)
    keys, applications = words(browser.get("/contracts/?tab=keys")), words(browser.get("/contracts/"))
    assert "1 前払 34081-00001M 平塚市長 道路改良工事 50,000,000円 印刷" in keys
    assert "全1ページ（2件）中の1ページ目を表示しています" in applications
    assert "1 前払 ― 平塚市長 歩道整備工事 50,000,000円 発行前 受付済 詳細" in applications
    assert "契約保証予約（入札ボンド）の申込はありません。" in words(browser.get("/contracts/?tab=bonds"))


def test_lists_say_that_they_are_empty(contractor):
    browser = client_of(contractor)
    assert "保証申込はありません。" in words(browser.get("/contracts/"))
    assert "発行済みの電子保証はありません。" in words(browser.get("/contracts/?tab=keys"))


def test_list_has_a_second_page(contractor, django_assert_num_queries):
    for number in range(21):
        stories.drafted(contractor, work_name=f"第{number}号工事")
    said = words(client_of(contractor).get("/contracts/?page=2"))
    assert "全2ページ（21件）中の2ページ目を表示しています" in said
    assert "21 前払 ― 平塚市長 第0号工事" in said


@pytest.mark.parametrize("url", ["/", "/contracts/", "/contracts/?tab=keys", "/contracts/?tab=bonds"])
def test_lists_do_the_same_queries_for_one_row_and_for_three(
    contractor, reviewer, approver, url, django_assert_max_num_queries
):
    browser = client_of(contractor)
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            stories.issued(contractor, reviewer, approver)
            stories.drafted(contractor)
        with django_assert_max_num_queries(8) as queries:
            assert browser.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_another_companys_application_and_guarantee_are_404(rival_contractor, contractor, guarantee):
    application = stories.drafted(contractor)
    rival = client_of(rival_contractor)
    names = ["application", "application-edit", "application-confirm", "application-complete"]
    urls = [reverse(f"guarantees:{name}", args=[application.public_id]) for name in names] + contract_urls(guarantee)
    assert [rival.get(url).status_code for url in urls] == [404] * len(urls)
    assert rival.post(edit_url(application.public_id), typed(work__work_name="のっとり")).status_code == 404
    assert rival.post(reverse("guarantees:application-confirm", args=[application.public_id])).status_code == 404
    application.refresh_from_db()
    assert (application.work_name, application.status) == ("道路改良工事", ApplicationStatus.DRAFT)
    assert not KeySight.objects.exists()


def test_other_desks_meet_404_on_the_contractors_pages(reviewer, officer, operator, guarantee):
    for person in (reviewer, officer, operator):
        browser = client_of(person)
        urls = [*contract_urls(guarantee), "/contracts/", "/applications/new/"]
        assert [browser.get(url).status_code for url in urls] == [404] * len(urls)


def test_pages_with_keys_and_certificates_are_kept_nowhere(contractor, guarantee):
    browser = client_of(contractor)
    for url in contract_urls(guarantee):
        assert "no-store" in browser.get(url)["Cache-Control"], url


def test_a_version_that_does_not_exist_is_404(contractor, guarantee):
    url = reverse("guarantees:certificate", args=[guarantee.public_id, 2])
    assert client_of(contractor).get(url).status_code == 404


def test_a_paper_guarantee_has_no_key_page(contractor, reviewer, approver):
    on_paper = stories.issued(contractor, reviewer, approver, stories.advance(medium="paper"))
    browser = client_of(contractor)
    statuses = [browser.get(url).status_code for url in contract_urls(on_paper)]
    assert statuses == [404, 404, 200, 200]


def test_forms_refuse_a_post_without_csrf_token(contractor):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(contractor.user)
    assert browser.post(edit_url(), typed()).status_code == 403
    assert not Application.objects.exists()
