"""保証契約一覧: the search, the tabs, the period, the CSV, and what the obligee did."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from dsure.models import Acknowledgement, DepositedCertificate, Officer, RegisterEntry, Viewing
from guarantees.models import Guarantee
from netdesk.csv import plain
from tests import stories
from tests.pages import client_of, summary_of, words

pytestmark = pytest.mark.django_db
LIST = "/contracts/"
CSV = "/contracts/list.csv"


@pytest.fixture
def guarantee(contractor, reviewer, approver):
    return stories.issued(contractor, reviewer, approver, stories.advance(), stories.performance())


def seen(guarantee: Guarantee, officer: Officer, answer: str = "", reason: str = "") -> None:
    """The officer opened it in D-Sure, and answered."""
    certificate = DepositedCertificate.objects.in_force().get(deposit__number=guarantee.number)
    deposit, now = certificate.deposit, timezone.now()
    RegisterEntry.objects.create(
        deposit=deposit, obligee=officer.obligee, first_opened_at=now, first_opened_by=officer.user
    )
    Viewing.objects.create(
        deposit=deposit,
        certificate=certificate,
        how="key",
        viewed_at=now,
        viewed_by=officer.user,
        organisation=officer.organisation,
    )
    if answer:
        Acknowledgement.objects.create(
            certificate=certificate, kind=answer, reason=reason, acknowledged_at=now, acknowledged_by=officer.user
        )


def rows_of(response) -> list[str]:
    return [
        one.work_name if hasattr(one, "work_name") else one.application.work_name for one in response.context["page"]
    ]


def table_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_list_has_the_labels_of_the_seeds(contractor, guarantee):
    said = words(client_of(contractor).get(LIST))
    for label in (
        "手続の進捗状況をまとめて確認できます。詳細ボタンをクリックすることにより、内容を確認できます。",
        "検索条件 契約者：○○建設 株式会社 様 保証種類 すべての保証 前払金保証 中間前払金保証 契約保証",
        "期間（始まり）",
        "工事名",
        "ピンポイント検索 保証契約番号",
        "M 検索",
        "保証申込 電子保証（認証キー） 契約保証予約（入札ボンド）",
        "全1ページ（2件）中の1ページ目を表示しています",
        "No. 保証種類 保証契約番号 発注者名 工事名 請負金額 電子保証 手続状況",
        "平塚市長 道路改良工事 50,000,000円 印刷",
        "電子保証（認証キー）の詳細はこちら",
    ):
        assert label in said, label


def test_tabs_and_pages_keep_the_search(contractor, guarantee):
    page = client_of(contractor).get(LIST, {"product": "advance", "work_name": "道路"}).content.decode()
    assert "?product=advance&amp;work_name=%E9%81%93%E8%B7%AF&amp;tab=keys" in page
    assert f"{CSV}?product=advance&amp;work_name=%E9%81%93%E8%B7%AF" in page


@pytest.mark.parametrize("tab", ["applications", "keys"])
def test_search_narrows_by_product_and_by_work_name(contractor, reviewer, approver, guarantee, tab):
    stories.issued(contractor, reviewer, approver, work_name="歩道100%整備工事")
    browser = client_of(contractor)

    def found(**search) -> int:
        return browser.get(LIST, {"tab": tab, **search}).context["page"].paginator.count

    both = 2 if tab == "applications" else 1  # the 契約保証 of the first is not issued
    assert found() == both + 1
    assert found(product="advance") == 2
    assert found(product="performance") == both - 1
    assert found(work_name="道路") == both
    assert found(work_name=" 100% ") == 1
    assert found(work_name="%") == 1
    assert found(work_name="_") == 0
    assert found(product="advance", work_name="歩道") == 1


@pytest.mark.parametrize("tab", ["applications", "keys"])
def test_search_by_period_includes_both_ends(contractor, reviewer, approver, tab):
    with time_machine.travel("2026-12-01T00:30:00+09:00"):
        stories.issued(contractor, reviewer, approver)
    with time_machine.travel("2026-12-10T09:00:00+09:00"):
        browser = client_of(contractor)

        def found(**search) -> int:
            return browser.get(LIST, {"tab": tab, **search}).context["page"].paginator.count

        assert found(from_on="令和8年12月1日") == 1
        assert found(from_on="2026/12/02") == 0
        assert found(to_on="20261130") == 0
        assert found(to_on="20261201") == 1
        assert found(from_on="R8.12.1", to_on="２０２６－１２－０１") == 1


@pytest.mark.parametrize("tab", ["applications", "keys"])
def test_list_shows_the_last_24_months_unless_a_period_is_given(contractor, reviewer, approver, tab):
    with time_machine.travel("2026-12-01T10:00:00+09:00"):
        number = stories.issued(contractor, reviewer, approver).number
    for now, is_shown in (("2028-12-01T23:00:00+09:00", True), ("2028-12-02T01:00:00+09:00", False)):
        with time_machine.travel(now):
            browser = client_of(contractor)
            page = browser.get(LIST, {"tab": tab})
            assert page.context["page"].paginator.count == (1 if is_shown else 0)
            assert "期間を指定しない場合は、直近24か月を表示します。" in words(page)
            assert (
                f'name="from_on" value="{now[:10].replace("2028", "2026").replace("-", "/")}"' in page.content.decode()
            )
            assert browser.get(LIST, {"tab": tab, "to_on": "20281231"}).context["page"].paginator.count == 1
            assert browser.get(LIST, {"tab": tab, "number": number}).context["page"].paginator.count == 1


@pytest.mark.parametrize(
    "typed", ["{}", "３４０８１－００００１", "34081-00001M", "3408100001", "34081ー00001ｍ", " 34081-00001 m "]
)
def test_pinpoint_search_is_exact_and_stands_over_the_rest(contractor, guarantee, typed):
    typed = typed.format(guarantee.number.removesuffix("M"))
    search = {"number": typed, "work_name": "ほかの工事", "product": "performance"}
    for tab in ("applications", "keys"):
        page = client_of(contractor).get(LIST, {"tab": tab, **search})
        assert [one.product for one in page.context["page"]] == ["advance"], tab


def test_pinpoint_search_finds_no_part_of_a_number(contractor, guarantee):
    said = words(client_of(contractor).get(LIST, {"number": "34081-00002"}))
    assert "該当する保証契約はありません。" in said


BAD = [
    ({"from_on": "20260230"}, "期間（始まり）は存在する日付を入力してください"),
    ({"to_on": "あした"}, "期間（終わり）は「20261201」や「令和8年12月1日」のように入力してください"),
    (
        {"from_on": "20261201", "to_on": "20261130"},
        "期間（終わり）は、期間（始まり）以降の日付を入力してください",
    ),
    ({"number": "34081-0001"}, "保証契約番号は「34081-00001」のように、10桁の数字で入力してください"),
    ({"number": "9" * 2000}, "保証契約番号は「34081-00001」のように、10桁の数字で入力してください"),
    ({"work_name": "工" * 101}, "工事名は100文字以内で入力してください（現在101文字）"),
    ({"product": "reservation"}, "保証種類を選択肢の中から選択してください"),
    (
        {"work_name": "a\ue000b"},
        "工事名に使用できない文字があります。外字や特殊な記号は、ほかの文字に置き換えて入力してください",
    ),
]


@pytest.mark.parametrize(("search", "sentence"), BAD)
@pytest.mark.parametrize("tab", ["applications", "keys"])
def test_search_that_does_not_read_says_so_and_shows_nothing_wrong(contractor, guarantee, search, sentence, tab):
    page = client_of(contractor).get(LIST, {"tab": tab, **search})
    said = words(page)
    assert summary_of(page) == [sentence]
    assert said.count(sentence) == 2
    assert "検索していません。" in said
    assert "道路改良工事" not in said
    assert client_of(contractor).get(CSV, {"tab": tab, **search}).url.startswith(f"{LIST}?tab={tab}&")


@pytest.mark.parametrize("page", ["0", "-1", "99", "abc", ""])
def test_a_page_that_is_not_there_shows_one_that_is(contractor, guarantee, page):
    assert "全1ページ（2件）中の1ページ目" in words(client_of(contractor).get(LIST, {"page": page}))


def test_list_never_shows_another_companys_rows(rival_contractor, guarantee):
    browser = client_of(rival_contractor)
    for search in ({}, {"tab": "keys"}, {"tab": "bonds"}, {"number": guarantee.number}, {"work_name": "道路"}):
        assert browser.get(LIST, search).context["page"].paginator.count == 0
        assert len(table_of(browser.get(CSV, search))) == 1


def test_list_is_read_by_the_companys_own_row_whoever_writes_it(contractor, guarantee):
    one = guarantee.requested
    assert (one.contractor, one.drafted_on) == (
        contractor.contractor,
        timezone.localdate(one.application.drafted_at),
    )


def test_csv_holds_every_page_of_the_search_safe_from_formulas(contractor):
    for number in range(22):
        stories.drafted(contractor, work_name=f"＝第{number}号工事")
    stories.drafted(contractor, work_name="ほか")
    answer = client_of(contractor).get(CSV, {"work_name": "号工事", "page": "2"})

    head, *rows = table_of(answer)
    assert head == [
        "No.",
        "保証種類",
        "保証契約番号",
        "発注者名",
        "工事名",
        "請負金額",
        "証書の形式",
        "手続状況",
        "状態",
        "申込日",
    ]
    today = f"{timezone.localdate():%Y/%m/%d}"
    assert rows[0] == [
        "1",
        "前払",
        "",
        "平塚市長",
        "'＝第21号工事",
        "50000000",
        "電子保証（認証キーを含む）",
        "作成中",
        "",
        today,
    ]
    assert [plain(row[4]) for row in rows] == [f"＝第{number}号工事" for number in reversed(range(22))]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    named = f"%E4%BF%9D%E8%A8%BC%E5%A5%91%E7%B4%84%E4%B8%80%E8%A6%A7_{timezone.localdate():%Y%m%d}.csv"
    assert named in answer["Content-Disposition"]


def test_csv_of_keys_has_no_key_and_tells_the_receipt(contractor, guarantee, officer):
    seen(guarantee, officer)
    rows = table_of(client_of(contractor).get(CSV, {"tab": "keys"}))
    day = f"{guarantee.issued_on:%Y/%m/%d}"
    assert rows == [
        ["No.", "保証種類", "保証契約番号", "発注者名", "工事名", "請負金額", "発行日", "状態", "発注者の確認"],
        ["1", "前払", guarantee.number, "平塚市長", "道路改良工事", "50000000", day, "有効", "閲覧済"],
    ]
    assert guarantee.key_sights.count() == 0


@pytest.mark.parametrize(("answer", "chip"), [("", "閲覧済"), ("received", "受領"), ("returned", "返戻")])
def test_receipt_is_told_on_the_list_the_contract_and_the_works_page(contractor, guarantee, officer, answer, chip):
    seen(guarantee, officer, answer, "工期の相違" if answer == "returned" else "")
    browser = client_of(contractor)
    assert f"印刷 （{guarantee.number} の認証キーのお知らせ、PDF） {chip} 有効 詳細" in words(
        browser.get(LIST, {"tab": "keys"})
    )
    for url in (
        reverse("guarantees:contract", args=[guarantee.public_id]),
        reverse("guarantees:work", args=[guarantee.work.public_id]),
    ):
        said = words(browser.get(url))
        assert f"発注者の確認 {chip}" in said
        assert "平塚市 契約検査課が" in said
        assert ("返戻の理由 工期の相違" in said) == (answer == "returned")


def test_unopened_guarantee_says_so(contractor, guarantee):
    assert "発注者はまだ閲覧していません" in words(
        client_of(contractor).get(reverse("guarantees:contract", args=[guarantee.public_id]))
    )


def test_list_shows_the_newest_first(contractor):
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        application = stories.drafted(contractor)
    later = stories.drafted(contractor, work_name="あとの工事")
    assert rows_of(client_of(contractor).get(LIST)) == [later.work_name, application.work_name]
