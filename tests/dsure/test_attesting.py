"""電子証書閲覧確認書: what it says, its numbers, that one press makes one, and who may find it again."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from dsure import attesting, depositing, viewing
from dsure.models import Deposit, ReceiptSeries, ViewingReceipt
from netdesk import sealing
from tests.dsure.conftest import NUMBER, deposition
from tests.dsure.reading import open_in_browser, page_of, queries_of, words_of
from tests.dsure.test_viewing import DAMAGES, damage
from tests.pages import value_of
from tests.racing import at_once

FIRST = "14203-R08-00001"


@pytest.fixture
def shown(hand_in, officer) -> dict:
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return {"by": officer, "public_id": Deposit.objects.get().public_id, "version": 1}


def text_of(receipt: ViewingReceipt) -> str:
    pages = PdfReader(BytesIO(bytes(receipt.pdf))).pages
    assert len(pages) == 1
    return "".join(pages[0].extract_text().split())


def test_a_receipt_says_who_saw_what_when_and_with_which_result(shown, officer):
    receipt = attesting.attest(**shown)
    facts = receipt.facts
    assert receipt.number == facts["receipt_number"] == FIRST
    assert (receipt.obligee, receipt.made_by, receipt.certificate.version) == (officer.obligee, officer.user, 1)
    assert (facts["organisation"], facts["person"], facts["how"]) == (
        "平塚市 契約検査課",
        "平塚　花子",
        "保証契約番号と認証キー",
    )
    assert (facts["status"], facts["is_in_force"], facts["is_voided"]) == ("有効", True, False)
    assert (facts["sha256"], facts["is_seal_intact"], facts["seal_signer"]) == (
        receipt.certificate.sha256,
        True,
        sealing.SEALS["surety"],
    )
    text = text_of(receipt)
    for said in (
        "電子証書閲覧確認書", FIRST, NUMBER, "平塚市契約検査課", "平塚花子", "令和8年11月20日10時", "前払金保証", "道路改良工事",
        "保証契約は「有効」。閲覧した版は現在の内容です。", receipt.certificate.sha256, "20,000,000円", "見本",
    ):  # fmt: skip
        assert said in text
    seal = sealing.check(bytes(receipt.pdf))
    assert (seal.is_intact, seal.signer) == (True, sealing.SEALS["dsure"])


def test_a_receipt_of_an_older_version_says_so(shown, officer):
    depositing.deposit(deposition(version=2), arrived_at=timezone.now())
    assert "有効（最新は変更－１）」。閲覧した版は変更前の内容です。" in text_of(attesting.attest(**shown))
    viewing.open_from_register(by=officer, public_id=shown["public_id"])
    depositing.void(NUMBER, 2, "amendment_cancellation", voided_at=timezone.now())
    voided = attesting.attest(**shown | {"version": 2})
    assert voided.facts["how"] == "保証証書一覧"
    assert "閲覧した版は取り消されたものです。" in text_of(voided)


def test_the_longest_names_stay_on_one_page(hand_in, officer):
    officer.department.name = "部" * 60
    officer.department.save()
    handed = hand_in(work_name="工" * 100, contractor_name="共" * 100, addressee="長" * 60)
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    text = text_of(attesting.attest(by=officer, public_id=Deposit.objects.get().public_id, version=1))
    assert "工" * 100 in text
    assert "変更されていないことを確認できます。" in text


def test_numbers_have_no_gap_and_each_organisation_its_own(shown, hand_in, rival_officer):
    attesting.attest(**shown)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        attesting.attest(**shown)
        raise ZeroDivisionError
    assert attesting.attest(**shown).number == "14203-R08-00002"
    theirs = hand_in("12081-00001M", obligee_code="12217")
    viewing.look_up(by=rival_officer, number_text=theirs.number, key_text=theirs.key)
    public_id = Deposit.objects.get(number=theirs.number).public_id
    assert attesting.attest(by=rival_officer, public_id=public_id, version=1).number == "12217-R08-00001"


@pytest.mark.django_db(transaction=True)
def test_parallel_receipts_have_numbers_of_their_own(shown):
    made = at_once(*[lambda: attesting.attest(**shown).number] * 4)
    assert sorted(made) == [f"14203-R08-0000{serial}" for serial in (1, 2, 3, 4)]


@pytest.mark.parametrize(("day", "year"), [("2027-03-31", 8), ("2027-04-01", 9), ("2026-04-01", 8)])
def test_the_year_of_a_number_is_the_fiscal_year(day, year):
    assert attesting.fiscal_year(timezone.datetime.fromisoformat(day).date()) == year


def test_a_full_series_refuses(shown, officer):
    ReceiptSeries.objects.create(obligee=officer.obligee, fiscal_year=8, last_serial=attesting.LAST_SERIAL)
    with pytest.raises(attesting.SeriesIsFull):
        attesting.attest(**shown)


def test_only_what_one_has_seen_oneself_is_certified(shown, officer, colleague, rival_officer):
    with pytest.raises(attesting.NotSeen):
        attesting.attest(**shown | {"by": colleague})
    viewing.pdf(by=colleague, public_id=shown["public_id"], version=1)
    with pytest.raises(attesting.NotSeen):
        attesting.attest(**shown | {"by": colleague})
    with pytest.raises(Deposit.DoesNotExist):
        attesting.attest(**shown | {"by": rival_officer})
    assert not ViewingReceipt.objects.exists()
    assert not ReceiptSeries.objects.exclude(last_serial=0).exists()


@pytest.mark.parametrize("sql", DAMAGES)
def test_what_is_damaged_is_never_certified(shown, sql):
    damage(sql)
    with pytest.raises(attesting.Damaged):
        attesting.attest(**shown)


@pytest.mark.parametrize("change", ["UPDATE dsure_viewingreceipt SET number = '14203-R08-00009'", "DELETE FROM dsure_viewingreceipt"])  # fmt: skip
def test_a_receipt_cannot_be_changed(shown, change):
    attesting.attest(**shown)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def press(client, public_id, token: str | None = None):
    """閲覧確認書を作成する, on the certificate's page."""
    page = client.get(reverse("dsure:certificate", args=[public_id]))
    token = token or value_of(page, "token")
    return token, client.post(reverse("dsure:attest", args=[public_id, 1]), {"token": token})


def test_one_press_makes_one_receipt_that_is_found_by_its_number(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    public_id = Deposit.objects.get().public_id
    token, response = press(signed_in, public_id)
    words = words_of(page_of(signed_in.get(response["Location"])))
    _, again = press(signed_in, public_id, token)
    assert response["Location"] == again["Location"] == reverse("dsure:receipt", args=[FIRST])
    assert "電子証書閲覧確認書を作成しました（確認書番号14203-R08-00001）" in words
    assert "保証契約は「有効」。閲覧した版は現在の内容です。" in words
    pdf = signed_in.get(reverse("dsure:receipt-pdf", args=[FIRST]))
    assert pdf.content == bytes(ViewingReceipt.objects.get().pdf)
    assert unquote(pdf["Content-Disposition"]).endswith(f"電子証書閲覧確認書_{FIRST}.pdf")
    assert "no-store" in pdf["Cache-Control"]
    press(signed_in, public_id)
    listed = reverse("dsure:receipts")
    assert "（2件）" in page_of(signed_in.get(listed))
    assert "（1件）" in page_of(signed_in.get(listed, {"number": "１４２０３－ｒ０８－００００１"}))
    assert "（2件）" in page_of(signed_in.get(listed, {"number": NUMBER}))
    assert "該当する閲覧確認書はありません。" in page_of(signed_in.get(listed, {"number": "99999"}))


def test_a_rival_finds_no_receipt_of_another_organisation(client, signed_in, hand_in, rival_officer):
    open_in_browser(signed_in, hand_in())
    public_id = Deposit.objects.get().public_id
    token, _ = press(signed_in, public_id)
    client.force_login(rival_officer.user)
    addresses = [reverse(f"dsure:{name}", args=[FIRST]) for name in ("receipt", "receipt-pdf")]
    assert [client.get(url).status_code for url in addresses] == [404, 404]
    assert client.post(reverse("dsure:attest", args=[public_id, 1]), {"token": token}).status_code in (302, 404)
    assert ViewingReceipt.objects.count() == 1
    assert "閲覧確認書はまだありません。" in page_of(client.get(reverse("dsure:receipts")))
    found = page_of(client.get(reverse("dsure:receipts"), {"number": FIRST}))
    assert "該当する閲覧確認書はありません。" in found
    assert NUMBER not in found


def test_the_list_takes_the_same_queries_for_one_and_for_three(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    public_id, counts = Deposit.objects.get().public_id, []
    for presses in (1, 2):
        for _ in range(presses):
            press(signed_in, public_id)
        page_of(signed_in.get(reverse("dsure:receipt", args=[FIRST])))  # takes the message
        counts.append(queries_of(signed_in, reverse("dsure:receipts")))
    assert counts[0] == counts[1]
