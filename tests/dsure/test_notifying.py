"""Notices of later events: who is told, of what, and that no document, key or link is in it."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dsure import depositing, keys, viewing
from dsure.models import Department, Deposit, Officer, Request
from netdesk.models import Mail
from tests.dsure.conftest import NUMBER, Handed, deposition

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


@pytest.fixture
def opened(hand_in, officer) -> Handed:
    """A guarantee in the organisation's register, whose section takes notices."""
    Department.objects.filter(pk=officer.department_id).update(notice_email="keiyaku@example.jp", takes_notices=True)
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return handed


def amend(version: int = 2, **changes) -> None:
    depositing.deposit(deposition(version=version, **changes), arrived_at=AT)


def request_of(officer: Officer) -> int:
    request = Request.objects.create(
        deposit=Deposit.objects.get(),
        kind="release",
        reason="完成",
        contact="x",
        requested_at=AT,
        requested_by=officer.user,
    )
    return request.pk


def subjects() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("subject", flat=True))


def test_every_later_event_is_told_once(opened, officer):
    pk = request_of(officer)
    verifier = keys.verifier(NUMBER, keys.make(NUMBER))
    for _ in range(2):
        amend()
        amend(3, target="変更－１", cause="correction", voids=2)
        depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=AT)
        depositing.replace_verifier(NUMBER, verifier, replaced_at=AT)
        depositing.answer_request(pk, "taken_up", answered_at=AT)
        depositing.close(NUMBER, "released", closed_at=AT)
    named = ("変更", "訂正", "変更の取消し", "認証キーの再発行", "依頼・請求への回答", "解除")
    assert subjects() == [f"【D-Sure】保証契約の{name}のお知らせ（{NUMBER}）" for name in named]
    assert set(Mail.objects.values_list("to", flat=True)) == {"keiyaku@example.jp"}


def test_cancelled_is_told(opened):
    depositing.close(NUMBER, "cancelled", closed_at=AT)
    assert subjects() == [f"【D-Sure】保証契約の解約のお知らせ（{NUMBER}）"]


def test_the_mail_says_what_happened_and_holds_no_key_document_or_link(opened):
    amend()
    body = Mail.objects.get().body
    for said in (
        "平塚市 契約検査課 御中", "お知らせの内容　　：変更（変更－１）", "2026年12月1日 14時30分", f"：{NUMBER}", "：前払金保証",
        "：道路改良工事", "現在有効な電子証書が入れ替わりました。", "リンクを記載していません",
    ):  # fmt: skip
        assert said in body
    for absent in (opened.key, keys.grouped(opened.key), "http", "/d-sure", str(Deposit.objects.get().public_id)):
        assert absent not in body


def test_what_was_never_opened_is_not_told(hand_in, officer):
    Department.objects.update(notice_email="keiyaku@example.jp", takes_notices=True)
    hand_in()
    amend()
    depositing.replace_verifier(NUMBER, keys.verifier(NUMBER, keys.make(NUMBER)), replaced_at=AT)
    depositing.close(NUMBER, "cancelled", closed_at=AT)
    assert subjects() == []


def test_only_open_sections_of_the_same_organisation_that_want_it_are_told(
    opened, obligee, rival_officer, administrator
):
    wants = {"notice_email": "x@example.jp", "takes_notices": True}
    Department.objects.filter(pk=rival_officer.department_id).update(**wants)
    Department.objects.create(obligee=obligee, name="道路整備課", notice_email="no@example.jp")
    Department.objects.create(
        obligee=obligee, name="旧課", notice_email="old@example.jp", closed_at=AT, closed_by=administrator.user
    )
    Department.objects.create(obligee=obligee, name="工事課", notice_email="works@example.jp", takes_notices=True)
    amend()
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["keiyaku@example.jp", "works@example.jp"]


def test_a_section_that_takes_notices_is_open_and_has_an_address(obligee, administrator):
    closed = {"closed_at": AT, "closed_by": administrator.user, "notice_email": "x@example.jp"}
    for fields, name in (({}, "have_an_address"), (closed, "closed_department_has")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Department.objects.create(obligee=obligee, name="旧課", takes_notices=True, **fields)


def test_a_rolled_back_act_tells_nobody(opened):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        amend()
        _ = 1 / 0
    assert subjects() == []


def test_telling_takes_the_same_statements_for_one_section_and_for_three(opened, obligee):
    counts = []
    for version in (2, 3):
        with CaptureQueriesContext(connection) as captured:
            amend(version)
        counts.append(len(captured))
        for number in range(2):
            name = f"{version} {number}"
            Department.objects.create(obligee=obligee, name=name, notice_email="x@example.jp", takes_notices=True)
    assert counts[0] == counts[1]
    assert Mail.objects.count() == 4


def test_the_first_deposit_asks_nothing_about_notices(hand_in, officer):
    with CaptureQueriesContext(connection) as captured:
        hand_in()
    assert not [query["sql"] for query in captured if "takes_notices" in query["sql"]]
