"""The page of one job: both keys on one page, each sight logged, and how each is handed in; and the window of a certificate."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dsure import keys
from dsure.models import HandInRule as OwnRule
from dsure.models import Obligee as Organisation
from guarantees import applying, disclosing, issuing, reviewing, vault
from guarantees.models import Certificate, Guarantee, KeySight, Voiding
from guarantees.terms import Cause, VoidingCause
from tests import stories
from tests.pages import client_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(contractor, reviewer, approver) -> list[Guarantee]:
    """前払金保証 and 契約保証 of one job, both issued electronically."""
    application = stories.under_review(contractor, reviewer, stories.advance(), stories.performance())
    return [
        issuing.issue(
            requested=reviewing.approve(requested=one, by=reviewer, revision=application.revision), by=approver
        )
        for one in application.requested.order_by("pk")
    ]


def url_of(guarantee: Guarantee) -> str:
    return reverse("guarantees:work", args=[guarantee.work.public_id])


def key_of(guarantee: Guarantee) -> str:
    sealed = bytes(guarantee.key_ciphertext)
    return keys.grouped(vault.take_out(sealed, number=guarantee.number, key_version=guarantee.key_version))


def test_page_shows_no_key_until_it_is_asked_for(contractor, pair):
    page = client_of(contractor).get(url_of(pair[0]))
    said = words(page)
    for one in pair:
        assert one.number in said
        assert key_of(one) not in said
    assert "認証キーを表示する 表示した日時と担当者を記録します。" in said
    assert "no-store" in page["Cache-Control"]
    assert not KeySight.objects.exists()


def test_keys_of_the_job_are_shown_on_one_page_and_each_sight_is_logged(contractor, pair):
    page = client_of(contractor).post(url_of(pair[0]))
    said = words(page)
    for one in pair:
        assert f"認証キー {key_of(one)}" in said
    assert "no-store" in page["Cache-Control"]
    assert "認証キーを表示する" not in said
    sights = KeySight.objects.order_by("pk").values_list("guarantee__number", "where", "seen_by__username")
    assert sorted(sights) == sorted((one.number, "work", "contractor") for one in pair)


def test_mail_and_subject_hold_no_key(contractor, pair):
    page = client_of(contractor).post(url_of(pair[0])).content.decode()
    copied = re.findall(r'id="(?:mail|subject)-[^"]*"[^>]*>(.*?)</(?:pre|span)>', page, re.DOTALL)
    texts = [text for text in copied if "認証キー" in text]
    assert len(texts) == 4
    for one in pair:
        for text in texts:
            assert key_of(one) not in text
            assert key_of(one).replace("-", "") not in text
        mail = next(text for text in texts if f"添付ファイル　　　：認証キーのお知らせ_{one.number}.pdf" in text)
        assert f"　商品（保証区分）　：{one.get_product_display()}" in mail
        assert f"　保証契約番号　　　：{one.number}" in mail
        assert mail.startswith("平塚市　御中")
        assert mail.rstrip().endswith("○○建設 株式会社\n総務部　佐藤 花子\n電話：0463-00-0000")


def test_hand_in_is_said_for_each_product(contractor, officer, pair):
    rule = OwnRule.objects.create(
        obligee=Organisation.objects.get(code="14203"),
        product="advance",
        channel="電子メール",
        address="doboku@city.example.jp",
        subject="【前払金書類】",
        is_print_accepted=False,
        other_papers="前払金請求書",
        written_at=timezone.now(),
        written_by=officer.user,
    )
    said = words(client_of(contractor).get(url_of(pair[0])))
    advance, performance = said[said.index("前払金保証 保証契約番号") :].split("契約保証 保証契約番号", 1)
    day = f"{timezone.localdate(rule.written_at):%Y/%m/%d}"
    for shown in (
        "提出の時期 前払金の請求時 提出方法 電子メール 提出先 doboku@city.example.jp",
        "印刷した書面での提出 PDFファイルで提出してください（印刷は不可）",
        f"その他の必要書類 前払金請求書 発注者が登録：{day}",
        "電子メールの件名 【前払金書類】",
    ):
        assert shown in advance, shown
    assert "提出方法・提出先は発注者にご確認ください" not in advance
    for shown in (
        "提出方法・提出先は発注者にご確認ください",
        "提出の時期 請負契約の締結時 提出方法 電子メールで「認証キー」のお知らせ（PDF）を提出 提出先 発注者にご確認ください",
        "電子メールの件名（例） 【電子保証】契約保証「認証キー」のお知らせの提出（道路改良工事）",
    ):
        assert shown in performance, shown


def test_key_notice_says_how_it_is_handed_in(contractor, pair, monkeypatch):
    kept = []
    monkeypatch.setattr("guarantees.documents.key_notice", lambda notice: kept.append(notice) or b"")
    disclosing.key_notice(guarantee=pair[1], by=contractor.user)
    assert kept[0].hand_in[:2] == (
        "契約保証の提出の時期：請負契約の締結時",
        "提出方法：電子メールで「認証キー」のお知らせ（PDF）を提出",
    )


def test_open_requests_stand_beside_what_is_issued(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(), stories.performance())
    said = words(client_of(contractor).get(url_of(guarantee)))
    assert "手続き中の申込" in said
    assert "契約保証 5,000,000円 電子保証（認証キーを含む） 審査中 詳細" in said


def test_a_job_before_its_first_guarantee_shows_what_was_declared(contractor):
    application = stories.drafted(contractor)
    browser = client_of(contractor)
    page = browser.get(reverse("guarantees:work", args=[application.work.public_id]))
    said = words(page)
    assert "道路改良工事" in said
    assert "発注者名 平塚市長 請負金額 50,000,000円" in said
    assert "認証キーを表示する" not in said


def test_a_withdrawn_job_says_that_nothing_is_there(contractor):
    application = stories.submitted(contractor)
    applying.withdraw(application=application, by=contractor)
    page = client_of(contractor).get(reverse("guarantees:work", args=[application.work.public_id]))
    assert "この工事の保証契約と申込はありません。" in words(page)


def test_a_paper_guarantee_has_no_key_and_no_notice(contractor, reviewer, approver):
    on_paper = stories.issued(contractor, reviewer, approver, stories.advance(medium="paper"))
    browser = client_of(contractor)
    for page in (browser.get(url_of(on_paper)), browser.post(url_of(on_paper))):
        said = words(page)
        assert "保証証書の原本を、前払金の請求時に発注者へ提出してください。" in said
        assert "認証キーを表示する" not in said
    assert not KeySight.objects.exists()


def test_another_companys_job_is_404(rival_contractor, pair):
    rival = client_of(rival_contractor)
    assert [rival.get(url_of(pair[0])).status_code, rival.post(url_of(pair[0])).status_code] == [404, 404]
    assert not KeySight.objects.exists()


def test_page_asks_as_often_for_one_guarantee_as_for_two(contractor, reviewer, approver, django_assert_max_num_queries):
    counts = []
    for requested in ([stories.advance()], [stories.advance(), stories.performance()]):
        application = stories.under_review(contractor, reviewer, *requested)
        for one in application.requested.order_by("pk"):
            approved = reviewing.approve(requested=one, by=reviewer, revision=application.revision)
            guarantee = issuing.issue(requested=approved, by=approver)
        browser = client_of(contractor)
        with django_assert_max_num_queries(12) as queries:
            browser.get(url_of(guarantee))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pages_of_a_guarantee_lead_to_its_job(contractor, pair):
    browser = client_of(contractor)
    application = pair[0].requested.application
    for url in (
        reverse("guarantees:contract", args=[pair[0].public_id]),
        reverse("guarantees:application", args=[application.public_id]),
        reverse("guarantees:contract-list"),
        reverse("guarantees:contract-list") + "?tab=keys",
    ):
        assert url_of(pair[0]) in browser.get(url).content.decode(), url


def version(guarantee: Guarantee, number: int, target: str, cause: Cause, **facts) -> Certificate:
    first = guarantee.certificates.get(version=1)
    return Certificate.objects.create(
        guarantee=guarantee,
        version=number,
        target=target,
        cause=cause,
        facts=first.facts | facts,
        pdf=b"x",
        sha256=hashlib.sha256(b"x").hexdigest(),
        guarantee_ends_on=first.guarantee_ends_on + timedelta(days=number),
        issued_at=first.issued_at + timedelta(days=number),
        issued_by=first.issued_by,
    )


def void(certificate: Certificate, cause: VoidingCause) -> None:
    Voiding.objects.create(
        certificate=certificate, cause=cause, voided_at=timezone.now(), voided_by=certificate.issued_by
    )


def test_history_hides_versions_that_were_taken_back(contractor, pair):
    guarantee = pair[0]
    void(guarantee.certificates.get(version=1), VoidingCause.CORRECTION)
    version(guarantee, 2, "新規", Cause.CORRECTION, work_name="道路改良工事（訂正後）")
    version(guarantee, 3, "変更－１", Cause.AMENDMENT, contract_price=60_000_000)
    void(version(guarantee, 4, "変更－２", Cause.AMENDMENT), VoidingCause.AMENDMENT_CANCELLATION)
    browser = client_of(contractor)

    said = words(browser.get(reverse("guarantees:contract", args=[guarantee.public_id])))

    shown = re.findall(r"(新規|変更－[０-９]) 選択", said)
    assert shown == ["変更－１", "新規"]
    assert "請負金額 60,000,000円" in said
    statuses = [
        browser.get(reverse("guarantees:certificate", args=[guarantee.public_id, number])).status_code
        for number in (1, 2, 3, 4)
    ]
    assert statuses == [404, 200, 200, 404]


def test_certificate_window_says_that_a_print_is_a_copy(contractor, pair):
    said = words(client_of(contractor).get(reverse("guarantees:certificate", args=[pair[0].public_id, 1])))
    for shown in (
        "保証契約内容の確認画面",
        "ご覧になっている本画面の情報は、発注者に提出した保証証書と同一です。",
        "写し 印刷したものは写しです。発注者に提出するものは「認証キー」のお知らせです。",
        "印刷 閉じる",
        "戻る",
    ):
        assert shown in said, shown
