"""D-Sure's pages, by HTTP."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dsure import depositing, keys, viewing
from dsure.models import Deposit, Failure, Viewing
from netdesk import throttling
from netdesk.models import TryCounter
from tests.dsure.conftest import NUMBER, deposition, with_valid_check
from tests.dsure.reading import LOOK_UP, open_in_browser, page_of, queries_of, words_of
from tests.dsure.test_viewing import DAMAGES, damage, no_matches


def all_addresses() -> list[str]:
    deposit = Deposit.objects.first()
    return [
        LOOK_UP,
        reverse("dsure:register"),
        reverse("dsure:certificate", args=[deposit.public_id]),
        reverse("dsure:certificate-version", args=[deposit.public_id, 1]),
        reverse("dsure:certificate-pdf", args=[deposit.public_id, 1]),
    ]


def test_a_right_pair_leads_to_the_certificate_exactly_as_deposited(signed_in, hand_in):
    handed = hand_in()
    address = open_in_browser(signed_in, handed)
    assert address == reverse("dsure:certificate", args=[Deposit.objects.get().public_id])
    assert handed.number not in address
    assert handed.key not in address
    words = words_of(page_of(signed_in.get(address)))
    for said in (
        "平塚市契約検査課様", "この保証契約は「有効」です", "保証証書（前払金保証）", NUMBER, "○○建設株式会社様", "平塚市長様", "20,000,000円",
        "令和81年3月31日", "道路改良工事", "50,000,000円", "令和8年12月1日～令和81年3月31日", "○○銀行××支店",
        "当会社は、前払金保証約款に基づき上記のとおり保証契約を締結し、その責に任じます。", "写しです",
    ):  # fmt: skip
        assert said in words
    assert re.search(r"\d{4}年\d+月\d+日\d+時\d+分現在", words)
    assert handed.key not in words
    assert keys.grouped(handed.key) not in words


@pytest.mark.parametrize("box", ["number", "key"])
def test_either_box_takes_the_whole_pair(signed_in, hand_in, box):
    handed = hand_in()
    response = signed_in.post(LOOK_UP, {"number": "", "key": "", box: f"{handed.number} {handed.key}"})
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "", "key": ""}, ["保証契約番号を入力してください", "認証キーを入力してください"]),
        ({"number": "14081", "key": "Y7HKUE4J3Aux"}, ["保証契約番号は「99999-00005M」のように"]),
        ({"number": NUMBER, "key": "Y7HKUE4J3Au"}, ["認証キーは英数字12文字で入力してください（現在11文字）"]),
        ({"number": NUMBER, "key": "Y7HKUE4J3AO0"}, ["認証キーに使われない文字「0」「O」があります"]),
        (
            {"number": "<b>", "key": "\u0130" * 500},
            ["保証契約番号は「99999-00005M」のように", "認証キーは英数字12文字で"],
        ),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(signed_in, typed, said):
    html = page_of(signed_in.post(LOOK_UP, typed))
    assert "<title>エラー：" in html
    for sentence in said:
        assert html.count(sentence) >= 2  # in the summary and beside the field
    assert not TryCounter.objects.exists()
    assert not Failure.objects.exists()


def test_a_typo_is_said_at_the_key_and_keeps_what_was_typed(signed_in, hand_in):
    handed = hand_in()
    wrong = handed.key[:-1] + ("A" if handed.key[-1] != "A" else "C")
    html = page_of(signed_in.post(LOOK_UP, {"number": handed.number, "key": wrong}))
    assert "入力の誤りがあります" in html
    assert "失敗の回数にも数えません" in html
    assert f'value="{handed.number}"' in html
    assert f'value="{wrong}"' in html
    assert not TryCounter.objects.exists()


def shape_of(queries) -> list[str]:
    """Statements without their values."""
    return [re.sub(r"'[^']*'|\b\d+\b|\bs\d+_x\d+\b", "?", query["sql"]) for query in queries]


def test_every_reason_gives_the_same_bytes_headers_and_statements(signed_in, hand_in, officer):
    pairs = no_matches(hand_in, officer)
    signed_in.post(LOOK_UP, {"number": "14081-00008M", "key": keys.make("14081-00008M")})  # the counter's row is there
    answers = {}
    for reason, (number, key) in pairs.items():
        throttling.clear(viewing.subject_of(officer))
        with CaptureQueriesContext(connection) as queries:
            response = signed_in.post(LOOK_UP, {"number": number, "key": key})
        html = page_of(response).replace(f'value="{number}"', "").replace(f'value="{key}"', "")
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
        headers = {name: value for name, value in response.headers.items() if name not in ("Content-Length", "Expires")}
        answers[reason] = (html, headers, shape_of(queries))
        assert html.count(viewing.NO_MATCH) == 1
        assert number not in html
        assert key not in html
    first = answers["unknown number"]
    assert {reason: answer == first for reason, answer in answers.items()} == dict.fromkeys(pairs, True)


def test_a_rival_with_the_right_pair_gets_the_neutral_sentence_and_404_by_address(
    client, hand_in, signed_in, rival_officer
):
    handed = hand_in()
    address = open_in_browser(signed_in, handed)
    client.force_login(rival_officer.user)
    assert viewing.NO_MATCH in page_of(client.post(LOOK_UP, handed.typed))
    assert client.get(address).status_code == 404
    for path in all_addresses()[2:]:
        assert client.get(path).status_code == 404
    assert handed.number not in page_of(client.get(reverse("dsure:register")))


def test_an_officer_who_was_moved_loses_the_old_organisation_at_once(signed_in, hand_in, officer, rival_officer):
    address = open_in_browser(signed_in, hand_in())
    officer.obligee, officer.department = rival_officer.obligee, rival_officer.department
    officer.save()
    assert signed_in.get(address).status_code == 404


def test_before_the_key_nobody_reaches_a_certificate_by_its_address(signed_in, hand_in):
    hand_in()
    assert [signed_in.get(path).status_code for path in all_addresses()] == [200, 200, 404, 404, 404]
    assert not Viewing.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client, hand_in):
    hand_in()
    for path in [*all_addresses(), reverse("dsure:operator")]:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/login/?next={path}")
    response = client.post(LOOK_UP, {"number": NUMBER, "key": "x"})
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/d-sure/")


def test_other_desks_and_the_operator_meet_404(client, hand_in, contractor, operator):
    hand_in()
    client.force_login(contractor)
    assert {client.get(path).status_code for path in [*all_addresses(), reverse("dsure:operator")]} == {404}
    client.force_login(operator.user)
    assert {client.get(path).status_code for path in all_addresses()[1:]} == {404}
    assert client.get(LOOK_UP)["Location"] == reverse("dsure:operator")


def test_the_operator_sees_organisations_and_counts_but_no_certificate(client, hand_in, operator, officer, colleague):
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    client.force_login(operator.user)
    html = page_of(client.get(reverse("dsure:operator")))
    rows = [
        re.findall(r"<t[hd][^>]*>(?:<a [^>]*>)?([^<]*)(?:</a>)?</t[hd]>", row)
        for row in re.findall(r"<tr[^>]*>.*?</tr>", html, re.DOTALL)
    ]
    assert rows[1:] == [["12217", "柏市", "0", "0", "0", "0"], ["14203", "平塚市", "2", "2", "1", "1"]]
    assert NUMBER not in html
    assert "道路改良工事" not in html


def test_an_officer_meets_404_at_the_operators_page(signed_in):
    assert signed_in.get(reverse("dsure:operator")).status_code == 404


def test_the_pdf_is_the_bytes_that_arrived(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    response = signed_in.get(all_addresses()[4])
    assert (response.content, response["Content-Type"]) == (deposition().pdf, "application/pdf")
    assert unquote(response["Content-Disposition"]).endswith(f"filename*=UTF-8''保証証書_{NUMBER}_新規.pdf")
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "no-store" in response["Cache-Control"]
    assert [sight.how for sight in Viewing.objects.order_by("pk")] == ["key", "pdf"]


@pytest.mark.parametrize("sql", DAMAGES)
def test_a_damaged_certificate_is_refused_in_words(signed_in, hand_in, sql):
    handed = hand_in()
    open_in_browser(signed_in, handed)
    damage(sql)
    answers = [signed_in.post(LOOK_UP, handed.typed), *(signed_in.get(path) for path in all_addresses()[2:])]
    for response in answers:
        html = page_of(response, 409)
        assert "この電子証書を保証の確認に使わないでください" in html
        assert NUMBER not in html
        assert "道路改良工事" not in html


def test_six_failures_make_it_wait_and_it_says_how_long(signed_in, hand_in):
    handed = hand_in()
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(5):
            wrong = {"number": NUMBER, "key": with_valid_check(NUMBER, other_than=handed.key)}
            page_of(signed_in.post(LOOK_UP, wrong))
        response = signed_in.post(LOOK_UP, handed.typed)
        assert response["Retry-After"] == "30"
        html = page_of(response, 429)
    assert "あと30秒お待ちください" in html
    assert f'value="{handed.number}"' in html
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        open_in_browser(signed_in, handed)


def test_a_stopped_account_is_told_who_frees_it(signed_in, hand_in, officer):
    handed = hand_in()
    TryCounter.objects.create(subject=viewing.subject_of(officer), failures=100)
    assert "照会を停止しています" in page_of(signed_in.post(LOOK_UP, handed.typed), 429)


@pytest.mark.django_db(transaction=True)
def test_a_full_house_says_come_again_and_costs_nothing(signed_in, hand_in, monkeypatch):
    handed = hand_in()
    monkeypatch.setattr("dsure.hashing.AT_ONCE", 0)
    response = signed_in.post(LOOK_UP, handed.typed)
    assert response["Retry-After"] == "2"
    assert "ただいま混み合っています" in page_of(response, 503)
    assert not TryCounter.objects.exists()


def test_versions_are_readable_and_marked(signed_in, hand_in):
    address = open_in_browser(signed_in, hand_in())
    for version in (2, 3, 4):
        depositing.deposit(deposition(version=version), arrived_at=timezone.now())
    depositing.void(NUMBER, 4, "amendment_cancellation", voided_at=timezone.now())
    words = words_of(page_of(signed_in.get(address)))
    assert "この保証契約は「有効（最新は変更－２）」です" in words
    assert "この版は" not in words
    assert re.search("変更－３.*取消変更取消.*変更－２.*現在の内容表示中変更－１.*変更前表示.*新規.*変更前表示", words)
    assert "この版は変更前の内容です" in words_of(page_of(signed_in.get(f"{address}1/")))
    assert "この版は取り消されています" in words_of(page_of(signed_in.get(f"{address}4/")))
    assert signed_in.get(f"{address}5/").status_code == 404


@pytest.mark.parametrize(("state", "status"), [("released", "解除"), ("cancelled", "解約")])
def test_a_closed_guarantee_opens_and_says_so(signed_in, hand_in, state, status):
    handed = hand_in()
    depositing.close(NUMBER, state, closed_at=timezone.now())
    assert f"この保証契約は「{status}」です" in page_of(signed_in.get(open_in_browser(signed_in, handed)))


def test_lists_take_the_same_queries_for_one_row_and_for_three(
    signed_in, hand_in, client, operator, officer, rival_officer
):
    register, counts = reverse("dsure:register"), []
    for numbers in (["14081-00001M"], ["14081-00002M", "14081-00003M"]):
        for number in numbers:
            address = open_in_browser(signed_in, hand_in(number))
        counts.append(
            (
                queries_of(signed_in, register),
                queries_of(signed_in, f"{register}?work=工事"),
                queries_of(signed_in, address),
            )
        )
    assert counts[0] == counts[1]
    depositing.deposit(deposition("14081-00003M", version=2), arrived_at=timezone.now())
    depositing.deposit(deposition("14081-00003M", version=3), arrived_at=timezone.now())
    assert queries_of(signed_in, address) == counts[1][2]


def test_getting_pages_writes_nothing_but_the_viewing_log(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    with CaptureQueriesContext(connection) as queries:
        for path in all_addresses():
            assert signed_in.get(path).status_code == 200
    written = [query["sql"].split('"')[1] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert written == ["dsure_viewing"] * 3


def test_the_key_is_in_no_table_session_or_address(signed_in, hand_in):
    handed = hand_in()
    typed = [handed.typed, {"number": NUMBER, "key": with_valid_check(NUMBER, other_than=handed.key)}]
    for one in typed:
        signed_in.post(LOOK_UP, one)
    signed_in.get(all_addresses()[2])
    tables = connection.introspection.table_names()
    secrets = [one["key"] for one in typed] + [one["key"].replace("-", "") for one in typed]
    with connection.cursor() as cursor:
        for table in tables:
            for secret in secrets:
                cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text LIKE %s', [f"%{secret}%"])
                assert cursor.fetchone() == (0,), table
    assert not any(secret in str(dict(signed_in.session.items())) for secret in secrets)


def test_methods_that_a_page_does_not_know_are_refused(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    assert [signed_in.post(path).status_code for path in all_addresses()[1:]] == [405] * 4
    assert signed_in.put(LOOK_UP).status_code == 405
