"""What is shown of a guarantee: the key with its sight logged, the key notice read back, bytes that are still those issued."""

import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from dsure import keys
from guarantees import disclosing, vault
from guarantees.models import Certificate, Guarantee, KeySight
from guarantees.terms import Medium
from tests import stories, two_dimensional

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
PAGE, NOTICE = KeySight.Where.PAGE, KeySight.Where.NOTICE
JV = {"jv_name": "○○・△△特定建設工事共同企業体", "jv_members": ["△△土木 株式会社"]}


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver)


def key_of(guarantee: Guarantee) -> str:
    return vault.take_out(bytes(guarantee.key_ciphertext), number=guarantee.number, key_version=guarantee.key_version)


def words(pdf: bytes) -> str:
    """The text of a one-page PDF without white space, which tells nothing in Japanese."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", "", page.extract_text())


def sights() -> list[tuple]:
    return list(
        KeySight.objects.order_by("pk").values_list("guarantee__number", "key_version", "where", "seen_by__username")
    )


def damage(sql: str) -> None:
    """What a failing disk does: it asks neither triggers nor constraints."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE guarantees_certificate DROP CONSTRAINT certificate_sha256_is_of_pdf")
        cursor.execute("ALTER TABLE guarantees_certificate DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE guarantees_certificate SET {sql}")


def test_show_key_gives_the_key_of_d_sure_and_logs_who_saw_it_where(guarantee, contractor):
    with time_machine.travel(MORNING, tick=False):
        key = disclosing.show_key(guarantee=guarantee, where=PAGE, by=contractor.user)
    assert (key, len(key)) == (key_of(guarantee), 12)
    assert keys.read_key(keys.grouped(key)) == key
    assert sights() == [(guarantee.number, 1, PAGE, "contractor")]
    assert KeySight.objects.get().seen_at == MORNING


def test_show_key_of_paper_is_refused_and_logs_nothing(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
    with pytest.raises(disclosing.NoKey) as refusal:
        disclosing.show_key(guarantee=guarantee, where=PAGE, by=contractor.user)
    assert (str(refusal.value), sights()) == (guarantee.number, [])


def test_key_notice_says_everything_that_the_officer_and_the_contractor_need(guarantee, contractor):
    said = words(disclosing.key_notice(guarantee=guarantee, by=contractor.user))
    for sentence in (
        "電子保証にかかる「認証キー」のお知らせ",
        "電子証書を「保証確認サービス（D-Sure）」に掲載しましたので、お知らせします。",
        "つきましては、お客様にて下記内容をご確認いただき、次のいずれかの方法でこのPDFファイルを発注者様にご提出ください。",
        "①電子契約システムへのアップロード又は②電子メールに添付して送信",
        "電子保証のご利用にあたっては、発注者様への「保証契約番号」と「認証キー」のご提出をもって、"
        "前払金請求手続（前払金保証）、又は請負契約締結手続（契約保証）が完了いたします。",
        "ご不明な点がございましたら、当社の営業部・支店までお問い合わせください。",
        "工事名道路改良工事",
        "受注者名（JVの場合は代表者）○○建設株式会社",
        "商品（保証区分）前払金保証",
        f"保証契約番号{guarantee.number}",
        "【発注者様へのお願い】「保証確認サービス（D-Sure）」にログインし、"
        "上記の「保証契約番号」と「認証キー」をもって電子証書を閲覧ください。",
        "○○建設業保証株式会社",
        "見本",
    ):
        assert re.sub(r"\s+", "", sentence) in said


def test_key_notice_prints_the_key_in_groups_of_four_and_logs_the_sight(guarantee, contractor):
    pdf = disclosing.key_notice(guarantee=guarantee, by=contractor.user)
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    key = key_of(guarantee)
    printed = re.search(r"認証キー\s+(\S{4}\W\S{4}\W\S{4})\s", page.extract_text())
    assert printed
    assert printed[1] == keys.grouped(key)
    assert keys.read_key(printed[1]) == key
    assert keys.split_pair(two_dimensional.text_of(two_dimensional.modules(pdf))) == (guarantee.number, key)
    assert sights() == [(guarantee.number, 1, NOTICE, "contractor")]


def test_key_notice_holds_no_key_outside_its_text(guarantee, contractor):
    pdf = disclosing.key_notice(guarantee=guarantee, by=contractor.user)
    reader, key = PdfReader(io.BytesIO(pdf)), key_of(guarantee)
    for secret in (key, keys.grouped(key)):
        assert secret not in str(reader.metadata)
        assert secret.encode() not in pdf


def test_key_notice_of_a_joint_venture_names_its_representative(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, **JV)
    said = words(disclosing.key_notice(guarantee=guarantee, by=contractor.user))
    certificate = words(disclosing.bytes_of(guarantee.certificates.get()))
    assert "受注者名（JVの場合は代表者）○○建設株式会社" in said
    assert JV["jv_name"] not in said
    assert JV["jv_name"] in certificate
    assert "○○建設株式会社" in certificate


def test_key_notice_of_paper_is_refused(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
    with pytest.raises(disclosing.NoKey):
        disclosing.key_notice(guarantee=guarantee, by=contractor.user)
    assert sights() == []


def test_the_contractors_pages_log_each_sight_and_are_kept_by_no_browser(guarantee, contractor, client):
    client.force_login(contractor.user)
    page = client.get(reverse("guarantees:contract", args=[guarantee.public_id]))
    notice = client.get(reverse("guarantees:key-notice", args=[guarantee.public_id]))
    assert keys.grouped(key_of(guarantee)) in page.content.decode()
    assert notice.content.startswith(b"%PDF")
    assert ["no-store" in answer["Cache-Control"] for answer in (page, notice)] == [True, True]
    assert sights() == [(guarantee.number, 1, PAGE, "contractor"), (guarantee.number, 1, NOTICE, "contractor")]
    assert key_of(guarantee) not in str(notice.headers)


def test_nobody_else_sees_a_key_or_a_certificate(guarantee, rival_contractor, reviewer, officer, client):
    addresses = [
        reverse("guarantees:contract", args=[guarantee.public_id]),
        reverse("guarantees:key-notice", args=[guarantee.public_id]),
        reverse("guarantees:certificate", args=[guarantee.public_id, 1]),
        reverse("guarantees:certificate-pdf", args=[guarantee.public_id, 1]),
    ]
    for person in (rival_contractor, reviewer, officer):
        client.force_login(person.user)
        for address in addresses:
            answer = client.get(address)
            assert (answer.status_code, "ページが見つかりません" in answer.content.decode()) == (404, True)
    assert sights() == []


def test_the_suretys_pages_show_no_key(guarantee, approver, client):
    client.force_login(approver.user)
    requested = guarantee.requested
    for name, subject in (("issued", requested.public_id), ("review", requested.application.public_id)):
        page = client.get(reverse(f"guarantees:{name}", args=[subject])).content.decode()
        assert guarantee.number in page
        assert keys.grouped(key_of(guarantee)) not in page
        assert key_of(guarantee) not in page
    assert sights() == []


def test_bytes_of_are_those_that_were_issued(guarantee, contractor, client):
    certificate = guarantee.certificates.get()
    assert disclosing.bytes_of(certificate) == bytes(certificate.pdf)
    client.force_login(contractor.user)
    answer = client.get(reverse("guarantees:certificate-pdf", args=[guarantee.public_id, 1]))
    assert answer.content == bytes(certificate.pdf)


@pytest.mark.parametrize(
    "sql",
    [
        "pdf = set_byte(pdf, length(pdf) / 2, 255 - get_byte(pdf, length(pdf) / 2))",
        "pdf = substring(pdf FROM 1 FOR length(pdf) - 1)",
        "pdf = ''",
        "sha256 = repeat('0', 64)",
    ],
    ids=["one byte", "cut", "empty", "other hash"],
)
def test_bytes_of_a_damaged_certificate_are_refused(guarantee, contractor, client, sql):
    damage(sql)
    certificate = Certificate.objects.get()
    with pytest.raises(disclosing.Damaged) as refusal:
        disclosing.bytes_of(certificate)
    assert str(refusal.value) == f"certificate {certificate.pk}"

    client.force_login(contractor.user)
    client.raise_request_exception = False
    answer = client.get(reverse("guarantees:certificate-pdf", args=[guarantee.public_id, 1]))
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "サービス側で問題が発生しました。" in answer.content.decode()
