"""保証証書一覧: search, order, pages, and the CSV."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dsure import acknowledging, depositing, handing_over, viewing
from dsure.models import Deposit
from tests.dsure.conftest import deposition, facts_of
from tests.dsure.reading import open_in_browser, page_of, words_of

REGISTER, CSV = "/d-sure/register/", "/d-sure/register/list.csv"
FIRST, SECOND, THIRD = "14081-00001M", "14081-00002M", "14082-00003M"


@pytest.fixture
def three(signed_in, hand_in, officer, colleague):
    """Three guarantees, opened a day apart: received; returned and handed on; amended since and not answered."""
    say = {SECOND: {"work_name": "橋梁補修工事", "contractor_name": "△△土木　㈱", "guarantee_ends_on": "2098-03-31"}}
    say[THIRD] = {"work_name": "50%_の工事", "product": "performance", "product_name": "契約保証"}
    for days, number in enumerate((FIRST, SECOND, THIRD)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            handed = hand_in(number, **say.get(number, {}))
            viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    acknowledging.acknowledge(by=officer, public_id=id_of(FIRST), version=1)
    acknowledging.send_back(by=officer, public_id=id_of(SECOND), version=1, reason="相違")
    handing_over.hand_over(by=officer, public_id=id_of(SECOND), department=colleague.department)
    amended = deposition(THIRD, version=2, facts=facts_of(THIRD, mark="変更－１", **say[THIRD]))
    depositing.deposit(amended, arrived_at=timezone.now() + timedelta(days=4))


def id_of(number: str):
    return Deposit.objects.get(number=number).public_id


def rows_of(html: str) -> list[str]:
    return re.findall(r'<th scope="row" class="nd-once">([^<]+)<', html)


def test_the_register_is_empty_at_first(signed_in):
    assert "閲覧した電子証書はまだありません。" in page_of(signed_in.get(REGISTER))


def test_every_condition_narrows_and_every_order_orders(three, signed_in, colleague):
    today = timezone.localdate()

    def found(**asked: object) -> list[str]:
        return rows_of(page_of(signed_in.get(REGISTER, asked)))

    assert found() == [THIRD, SECOND, FIRST]
    assert found(number="１４０８１－") == [SECOND, FIRST]
    assert found(work="橋梁") == found(contractor="△△土木") == found(answer="returned") == [SECOND]
    assert found(work="%_") == found(product="performance") == found(answer="none") == found(changed="on") == [THIRD]
    assert found(answer="received") == [FIRST]
    assert found(section=colleague.department.pk) == [SECOND]
    assert found(standing="in_force") == [THIRD, SECOND, FIRST]
    assert found(from_on=today + timedelta(days=1), to_on=today + timedelta(days=1)) == [SECOND]
    assert found(order="ends") == [SECOND, FIRST, THIRD]
    assert found(order="number") == [FIRST, SECOND, THIRD]
    assert found(order="changed") == [THIRD, SECOND, FIRST]
    assert found(contractor="△△", work="存在しない") == []
    assert found(order="nonsense") == []
    depositing.close(FIRST, "released", closed_at=timezone.now())
    assert found(standing="released") == [FIRST]


def test_a_row_says_what_became_of_it(three, signed_in):
    html = page_of(signed_in.get(REGISTER))
    third, second, first = (words_of(row) for row in re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", html, re.DOTALL))
    assert "有効（最新は変更－１）閲覧後に変更未受領" in third
    assert "有効返戻" in second
    assert "平塚市契約検査課平塚花子→道路整備課" in second
    assert "有効受領" in first


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"from_on": "abc"}, "最初の閲覧（始まり）は「20261201」や「令和8年12月1日」のように入力してください"),
        (
            {"from_on": "20261202", "to_on": "20261201"},
            "最初の閲覧（終わり）は、始まりの日以降の日付を入力してください",
        ),
        ({"section": "999999"}, "引渡し先の部署を選択肢の中から選択してください"),
        ({"work": "あ" * 101}, "工事名は100文字以内で入力してください"),
    ],
)
def test_a_search_that_does_not_read_is_said_and_shows_no_rows(three, signed_in, asked, sentence):
    html = page_of(signed_in.get(REGISTER, asked))
    assert html.count(sentence) == 2
    assert rows_of(html) == []
    answer = signed_in.get(CSV, asked)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{REGISTER}?")


def test_nothing_found_says_what_to_do(three, signed_in):
    assert "該当する電子証書はありません。" in page_of(signed_in.get(REGISTER, {"work": "どこにもない"}))


def test_pages_keep_the_search(signed_in, hand_in, monkeypatch):
    monkeypatch.setattr("dsure.views.register.ROWS_A_PAGE", 2)
    for serial in (1, 2, 3):
        open_in_browser(signed_in, hand_in(f"14081-0000{serial}M"))
    html = page_of(signed_in.get(REGISTER, {"page": 2, "product": "advance"}))
    assert "全2ページ（3件）中の2ページ目を表示しています" in html
    assert rows_of(html) == [FIRST]
    assert "page=1&amp;product=advance" in html
    assert f"{CSV}?product=advance" in html


def test_the_csv_holds_what_the_list_finds_and_no_formula(three, signed_in, hand_in, officer):
    handed = hand_in("14081-00004M", contractor_name="=HYPERLINK(1)", work_name="＋工事")
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    answer = signed_in.get(CSV, {"order": "number"})
    assert "no-store" in answer["Cache-Control"]
    head, first, second, fourth, third = csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert len(head) == len(first) == 15
    assert first[:6] == [FIRST, "前払金保証", "○○建設　株式会社", "平塚市長", "道路改良工事", "20000000"]
    assert first[7:11] == ["2099/03/31", "有効", "受領", "なし"]
    assert second[9:] == ["返戻", "なし", second[11], "平塚市 契約検査課", "平塚　花子", "道路整備課"]
    assert third[8:11] == ["有効（最新は変更－１）", "未受領", "あり"]
    assert fourth[2:5] == ["'=HYPERLINK(1)", "平塚市長", "'＋工事"]
    only = signed_in.get(CSV, {"answer": "returned"})
    assert b"".join(only.streaming_content).decode().count("\r\n") == 2


def test_a_rival_sees_and_saves_nothing_of_it(three, client, rival_officer):
    client.force_login(rival_officer.user)
    assert rows_of(page_of(client.get(REGISTER))) == []
    assert b"".join(client.get(CSV).streaming_content).decode().count("\r\n") == 1


def test_the_csv_takes_a_fixed_number_of_queries(signed_in, hand_in):
    counts = []
    for numbers in (["14081-00001M"], ["14081-00002M", "14081-00003M"]):
        for number in numbers:
            open_in_browser(signed_in, hand_in(number))
        with CaptureQueriesContext(connection) as queries:
            b"".join(signed_in.get(reverse("dsure:register-csv")).streaming_content)
        counts.append(len(queries))
    assert counts[0] == counts[1]
