"""申込の作成, its sections of the tender, the joint venture and the delivery of papers: kept, refused, cleared and brought back."""

import re
import uuid
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from guarantees import facts
from guarantees.models import Application, RequestedGuarantee
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.typed import typed, typed_in_full, without

pytestmark = pytest.mark.django_db

PAPER = {"advance__medium": "paper"}
CLOSED = "{}は休業日です。来店予定日は、次の営業日の{}など、営業日を入力してください"
COUNTER = {**PAPER, "information__delivery": "counter"}


def edit_url(public_id=None) -> str:
    return reverse("guarantees:application-edit", args=[public_id or uuid.uuid4()])


def kept_of(data: dict, contractor) -> Application:
    answer = client_of(contractor).post(edit_url(), data)
    assert answer.status_code == 302, summary_of(answer)
    return Application.objects.get()


def test_form_page_has_every_label_of_the_seeds_2022_screen(contractor):
    said = words(client_of(contractor).get("/applications/new/"))
    for label in (
        "当該工事の中間前払金の有無 請負契約書や入札公告で確認してください。 選択してください 中間前払金あり 中間前払金なし",
        "中間前払金とは",
        "中間前払金の請求予定 選択してください 予定している 予定していない",
        "前払金保証料支払方法 必須 一括納付 都度納付",
        "契約保証料支払方法 必須 一括納付 都度納付",
        "保証の申込内容をクリア",
        "入札の状況をクリア",
        "受注区分 必須 一般競争入札 指名競争入札 随意契約 その他（見積もりあわせ等）",
        "落札日 場合により必須 入力例：20191001",
        "入札回数 回",
        "入札参加者数 社",
        "失格者数 社",
        "二番札入札者",
        "二番札入札金額 千円",
        "最高札入札者",
        "最高札入札金額 千円",
        "インフォメーションをクリア",
        "申込送信先、保証証書受取",
        "受取方法 場合により必須 送付 当社窓口",
        "受取希望日 場合により必須 入力例：20261210 まで",
        "保証証書送付先 宛名 場合により必須 〒 場合により必須 住所 場合により必須",
        "来店予定日 場合により必須",
        "16時ごろ",
        "弊社からお客様へのお知らせ お知らせはありません。",
        "構成員と代表者",
        "○○建設 株式会社 （貴社） 代表者 （貴社）",
    ):
        assert label in said, label


def test_form_page_prefills_the_address_from_the_companys_record(contractor):
    form = client_of(contractor).get("/applications/new/").context["form"].information
    company = contractor.contractor
    shown = [form[name].value() for name in ("ship_to_name", "ship_to_postal_code", "ship_to_address")]
    assert shown == [company.name, company.postal_code, company.address]


def test_confirm_and_both_desks_pages_show_every_field(contractor, reviewer):
    browser, public_id = client_of(contractor), uuid.uuid4()
    confirm = browser.post(edit_url(public_id), typed_in_full(), follow=True)
    sent = {"token": value_of(confirm, "token"), "revision": value_of(confirm, "revision")}
    browser.post(reverse("guarantees:application-confirm", args=[public_id]), sent)
    pages = [
        confirm,
        browser.get(reverse("guarantees:application", args=[public_id])),
        client_of(reviewer).get(reverse("guarantees:review", args=[public_id])),
    ]
    for page in pages:
        said = words(page)
        for shown in (
            "JV名 ○○・△△特定建設工事共同企業体 JVの代表者 ○○建設 株式会社",
            "JVの構成員 △△土木 株式会社、××組 株式会社",
            "入札公告等の日 2026年10月1日（令和8年10月1日）",
            "当該工事の中間前払金の有無 中間前払金あり 中間前払金の請求予定 予定している",
            "受注区分 一般競争入札 落札日 2026年11月10日（令和8年11月10日） 入札回数 2回 入札参加者数 7社 失格者数 1社",
            "二番札入札者 ××組 株式会社 二番札入札金額 46,200千円",
            "最高札入札者 □□建設 株式会社 最高札入札金額 49,800千円",
            "受取方法 送付（受取希望日 2999年12月1日（令和981年12月1日）まで）",
            "保証証書送付先 宛名 ○○建設 株式会社 保証証書送付先 〒 254-0000 保証証書送付先 住所 神奈川県平塚市○○町1番1号",
            "担当部署 総務部 役職 主任 担当者名 佐藤 花子 連絡先電話番号 0463-00-0000",
            "お客様から弊社への連絡事項 契約日は12月1日の予定です。 弊社からお客様へのお知らせ お知らせはありません。",
        ):
            assert shown in said, (page.request["PATH_INFO"], shown)


def test_confirm_page_says_what_was_left_empty(contractor):
    said = words(client_of(contractor).post(edit_url(), typed(), follow=True))
    for shown in (
        "JV名 入力なし",
        "中間前払金の有無 入力なし 中間前払金の請求予定 入力なし",
        "受注区分 随意契約 落札日 入力なし 入札回数 入力なし 入札参加者数 入力なし 失格者数 入力なし 二番札入札者 入力なし",
        "受取方法 入力なし 電子保証発行完了のお知らせ",
    ):
        assert shown in said, shown


BAD_INPUT = [
    ({"bidding__order_kind": ""}, "受注区分を選択してください"),
    ({"bidding__order_kind": "open"}, "受注区分が一般競争入札の場合は、落札日を入力してください"),
    ({"bidding__order_kind": "designated"}, "受注区分が指名競争入札の場合は、落札日を入力してください"),
    ({"bidding__awarded_on": "20221032"}, "落札日は存在する日付を入力してください"),
    (
        {"bidding__awarded_on": "20261202"},
        "落札日は、請負契約日（2026年12月1日（令和8年12月1日））以前の日付を入力してください",
    ),
    (
        {"bidding__awarded_on": "20260930", "work__noticed_on": "20261001"},
        "落札日は、入札公告等の日（2026年10月1日（令和8年10月1日））以降の日付を入力してください",
    ),
    ({"bidding__bid_rounds": "0"}, "入札回数は1回以上で入力してください"),
    ({"bidding__bid_rounds": "100"}, "入札回数は99回以下で入力してください"),
    ({"bidding__bidder_count": "七"}, "入札参加者数は数字で入力してください"),
    (
        {"bidding__bidder_count": "7", "bidding__disqualified_count": "7"},
        "失格者数は、入札参加者数（7社）より少ない数を入力してください",
    ),
    (
        {"bidding__bidder_count": "1", "bidding__second_bidder": "××組"},
        "二番札がある場合は、入札参加者数は2社以上で入力してください",
    ),
    (
        {"bidding__second_bid_thousand_yen": "46200"},
        "二番札入札金額を入力した場合は、二番札入札者を入力してください",
    ),
    (
        {"bidding__highest_bid_thousand_yen": "46200"},
        "最高札入札金額を入力した場合は、最高札入札者を入力してください",
    ),
    (
        {
            "bidding__second_bidder": "××組",
            "bidding__second_bid_thousand_yen": "46200",
            "bidding__highest_bidder": "□□建設",
            "bidding__highest_bid_thousand_yen": "46199",
        },
        "最高札入札金額は、二番札入札金額（46,200千円）以上で入力してください",
    ),
    (
        {"advance__has_interim": "no", "advance__plans_interim": "yes"},
        "中間前払金なしの工事では、中間前払金の請求予定は「予定していない」を選択してください",
    ),
    ({"venture__jv_name": "○○JV"}, "JV名を入力した場合は、貴社以外の構成員を1社以上入力してください"),
    (
        {"venture__jv_name": "○○JV", "venture__member_1": "△△土木", "venture__member_3": "△△土木"},
        "構成員3は、ほかの構成員と同じ会社名です。確認してください",
    ),
    (
        {"venture__jv_name": "○○JV", "venture__member_1": "△△土木", "venture__representative": "1"},
        "代表者の住所を入力してください",
    ),
    (
        {
            "venture__jv_name": "○○JV",
            "venture__member_1": "△△土木",
            "venture__representative": "2",
            "venture__representative_address": "千葉県柏市△△2番2号",
        },
        "代表者とした構成員の会社名を入力してください",
    ),
    (
        {**PAPER, "information__delivery": ""},
        "証書（紙）または保証料計算書（紙）を希望する場合は、受取方法を選択してください",
    ),
    (
        {"advance__wants_paper_statement": "yes", "information__delivery": ""},
        "証書（紙）または保証料計算書（紙）を希望する場合は、受取方法を選択してください",
    ),
    ({**PAPER, "information__wanted_on": ""}, "送付を希望する場合は、受取希望日を入力してください"),
    ({**PAPER, "information__ship_to_name": ""}, "送付を希望する場合は、保証証書送付先の宛名を入力してください"),
    (
        {**PAPER, "information__ship_to_postal_code": "254-000"},
        "保証証書送付先の郵便番号は「380-8537」のように7桁の数字で入力してください",
    ),
    ({**PAPER, "information__ship_to_address": ""}, "送付を希望する場合は、保証証書送付先の住所を入力してください"),
    ({**PAPER, "information__wanted_on": "20200101"}, "受取希望日は、本日以降の日付を入力してください"),
    ({**COUNTER, "information__visit_hour": "10"}, "当社窓口で受け取る場合は、来店予定日を入力してください"),
    ({**COUNTER, "information__visits_on": "20261202"}, "当社窓口で受け取る場合は、来店予定時刻を選択してください"),
    *(
        ({**COUNTER, "information__visits_on": day, "information__visit_hour": "10"}, sentence)
        for day, sentence in (
            ("20261121", CLOSED.format("11月21日（土）", "11月24日（火）")),
            ("20261123", CLOSED.format("11月23日（月・祝）", "11月24日（火）")),
            ("20261229", CLOSED.format("12月29日（火・年末年始）", "1月4日（月）")),
            ("20270103", CLOSED.format("1月3日（日・年末年始）", "1月4日（月）")),
            ("20271121", "来店予定日は、本日から1年以内の日付を入力してください"),
            ("99991231", "来店予定日は、本日から1年以内の日付を入力してください"),
        )
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_INPUT)
def test_form_meets_bad_input_with_one_sentence_at_its_field_and_keeps_everything(contractor, changes, sentence):
    data = typed(**changes)
    page = client_of(contractor).post(edit_url(), data)

    assert summary_of(page) == [sentence]
    assert page.content.decode().count(sentence) == 2  # in the summary and at the field
    target = re.search(rf'<a href="#([^"]+)">{re.escape(sentence)}', page.content.decode()).group(1)
    assert f'id="{target}"' in page.content.decode()
    for form in page.context["form"]:
        for field in form:
            if field.html_name in data:
                assert field.value() in (data[field.html_name], True), field.html_name
    assert not Application.objects.exists()


def test_sentences_of_two_blocks_say_whose_box_they_are_about(contractor):
    names = [f"{block}-{box}" for block in ("advance", "performance") for box in ("medium", "wants_paper_statement")]
    assert summary_of(client_of(contractor).post(edit_url(), without(typed(), *names))) == [
        "前払金保証の保証証書の形式を選択してください",
        "前払金保証の保証料計算書（紙）を選択してください",
        "契約保証の保証証書の形式を選択してください",
        "契約保証の保証料計算書（紙）を選択してください",
    ]


def test_obligee_is_marked_as_required_and_its_other_way_as_required_at_times(contractor):
    said = words(client_of(contractor).get("/applications/new/"))
    assert "発注者 必須 かっこ内は、" in said
    assert "発注者名（一覧にない場合） 場合により必須" in said
    assert "被保証者の職名（一覧にない場合） 場合により必須" in said


@pytest.mark.parametrize("day", ["20261120", "20261228", "20270104", "20271119"])
def test_counter_is_open_on_business_days_within_a_year(contractor, day):
    data = typed(**COUNTER, information__visits_on=day, information__visit_hour="10")
    assert f"{kept_of(data, contractor).visits_on:%Y%m%d}" == day


@pytest.mark.parametrize("kind", ["negotiated", "other"])
def test_award_is_not_asked_of_works_without_a_competition(contractor, kind):
    application = kept_of(typed(bidding__order_kind=kind), contractor)
    assert (application.order_kind, application.awarded_on) == (kind, None)


def test_form_keeps_everything_that_was_typed(contractor):
    application = kept_of(typed_in_full(), contractor)
    assert [application.order_kind, application.awarded_on, application.bid_rounds] == ["open", date(2026, 11, 10), 2]
    assert [application.bidder_count, application.disqualified_count] == [7, 1]
    assert [application.second_bidder, application.second_bid_thousand_yen] == ["××組 株式会社", 46_200]
    assert [application.highest_bidder, application.highest_bid_thousand_yen] == ["□□建設 株式会社", 49_800]
    assert [application.delivery, application.wanted_on] == ["post", date(2999, 12, 1)]
    assert [application.ship_to_postal_code, application.visits_on, application.visit_hour] == ["254-0000", None, None]
    advance = application.requested.get(product="advance")
    assert [advance.has_interim, advance.plans_interim, advance.annual_target_amount] == [True, True, 50_000_000]


def test_per_case_payment_can_be_chosen_for_both_products(contractor):
    kept_of(typed(advance__premium_payment="per_case", performance__premium_payment="per_case"), contractor)
    assert set(RequestedGuarantee.objects.values_list("premium_payment", flat=True)) == {"per_case"}


def test_counter_keeps_the_visit_and_nothing_of_the_post(contractor):
    data = typed(**COUNTER, information__visits_on="20261202", information__visit_hour="10", information__wanted_on="x")
    application = kept_of(data, contractor)
    assert [application.delivery, application.visits_on, application.visit_hour] == ["counter", date(2026, 12, 2), 10]
    assert [application.wanted_on, application.ship_to_name, application.ship_to_address] == [None, "", ""]
    assert application.delivery_text == "当社窓口（来店予定日 2026年12月2日（令和8年12月2日） 10時ごろ）"


def test_delivery_is_neither_checked_nor_kept_where_no_paper_is_asked_for(contractor):
    application = kept_of(typed(information__wanted_on="まちがい", information__ship_to_name=""), contractor)
    assert [application.delivery, application.wanted_on, application.ship_to_address] == ["", None, ""]


def test_paper_may_be_wanted_today(contractor):
    today = timezone.localdate()
    assert kept_of(typed(**PAPER, information__wanted_on=today.isoformat()), contractor).wanted_on == today
    yesterday = (today - timedelta(days=1)).isoformat()
    page = client_of(contractor).post(edit_url(), typed(**PAPER, information__wanted_on=yesterday))
    assert summary_of(page) == ["受取希望日は、本日以降の日付を入力してください"]


def test_another_member_can_represent_the_venture_and_is_named_on_the_certificate(contractor, reviewer, approver):
    changes = {
        "jv_name": "○○・△△JV",
        "jv_members": ["△△土木 株式会社"],
        "jv_representative": "△△土木 株式会社",
        "jv_representative_address": "千葉県柏市△△2番2号",
    }
    guarantee = stories.issued(contractor, reviewer, approver, **changes)
    frozen = guarantee.certificates.get().facts
    named = [frozen[name] for name in ("contractor_name", "representative_name", "contractor_address")]
    assert named == ["○○・△△JV", "△△土木 株式会社", "千葉県柏市△△2番2号"]


def test_eight_members_are_kept_in_their_order(contractor):
    rows = {f"venture__member_{number}": f"{number}号土木" for number in range(1, 8)}
    application = kept_of(typed(venture__jv_name="○○JV", **rows), contractor)
    assert application.jv_members == [f"{number}号土木" for number in range(1, 8)]


@pytest.mark.parametrize(
    "changes",
    [
        {"order_kind": "designated", "awarded_on": None},
        {"bidder_count": 3, "disqualified_count": 3},
        {"second_bid_thousand_yen": 2, "highest_bid_thousand_yen": 1},
        {"delivery": "post"},
        {"delivery": "counter", "visits_on": date(2026, 12, 1)},
        {"visit_hour": 10},
        {"jv_name": "○○JV", "jv_representative": "△△土木"},
    ],
)
def test_database_refuses_what_is_never_true(contractor, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        stories.drafted(contractor, **changes)


def test_database_refuses_an_interim_advance_planned_where_there_is_none(contractor):
    with pytest.raises(IntegrityError), transaction.atomic():
        stories.drafted(contractor, stories.advance(has_interim=False, plans_interim=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        stories.drafted(contractor, stories.performance(has_interim=True))


@pytest.mark.parametrize(
    "changes",
    [
        {"order_kind": "negotiated"},
        {"awarded_on": date(2025, 11, 19)},
        {"disqualified_count": 2},
        {"highest_bid_thousand_yen": 50_000},
        {"jv_representative": "××組"},
    ],
)
def test_what_an_approval_agrees_to_changes_with_the_tender(contractor, changes):
    requested = stories.drafted(contractor).requested.get()
    before = facts.sha256_of(facts.reviewed(requested))
    for name, value in changes.items():
        setattr(requested.application, name, value)
    assert facts.sha256_of(facts.reviewed(requested)) != before


# 「…をクリア」 and 「元に戻す」


def boxes_of(page) -> dict[str, object]:
    return {field.html_name: field.value() for form in page.context["form"] for field in form}


def hidden_of(page, name: str) -> str:
    return unescape(value_of(page, name))


@pytest.mark.parametrize(
    ("section", "title", "prefixes"),
    [
        ("guarantees", "保証の申込内容", ("advance-", "performance-")),
        ("bidding", "入札の状況", ("bidding-",)),
        ("information", "インフォメーション", ("information-",)),
    ],
)
def test_clear_empties_only_its_section_and_undo_brings_back_what_was_typed(contractor, section, title, prefixes):
    browser, url = client_of(contractor), edit_url()
    data = typed_in_full(
        bidding__awarded_on="まちがい", advance__guaranteed_amount="２千万", information__mail_to="soumu"
    )

    cleared = browser.post(url, data | {"clear": section})

    assert f"{title}をクリアしました 元に戻す" in words(cleared)
    assert summary_of(cleared) == []
    after = boxes_of(cleared)
    for name in data:
        expected = (None, False, "") if name.startswith(prefixes) else (data[name], True)
        assert after[name] in expected, name

    rest = {name: value for name, value in data.items() if not name.startswith(prefixes)} | {
        "work-work_name": "別の工事"
    }
    carried = {f"kept-{section}": hidden_of(cleared, f"kept-{section}"), "restore": section}
    restored = browser.post(url, rest | carried)

    assert f"{title}をクリアしました" not in words(restored)
    back = boxes_of(restored)
    for name, value in (data | {"work-work_name": "別の工事"}).items():
        assert back[name] in (value, True), name
    assert not Application.objects.exists()


def test_two_sections_cleared_are_brought_back_one_by_one(contractor):
    browser, url, data = client_of(contractor), edit_url(), typed_in_full()
    first = browser.post(url, data | {"clear": "bidding"})
    rest = {name: value for name, value in data.items() if not name.startswith("bidding-")}
    second = browser.post(url, rest | {"clear": "information", "kept-bidding": hidden_of(first, "kept-bidding")})
    assert "入札の状況をクリアしました" in words(second)
    rest = {name: value for name, value in rest.items() if not name.startswith("information-")}
    kept = {f"kept-{name}": hidden_of(second, f"kept-{name}") for name in ("bidding", "information")}

    third = browser.post(url, rest | kept | {"restore": "bidding"})

    assert "インフォメーションをクリアしました" in words(third)
    assert "入札の状況をクリアしました" not in words(third)
    assert boxes_of(third)["bidding-second_bidder"] == "××組 株式会社"
    assert not boxes_of(third)["information-contact_name"]


def test_undo_of_something_that_the_page_did_not_carry_changes_nothing(contractor):
    data = typed_in_full()
    page = client_of(contractor).post(edit_url(), data | {"restore": "bidding", "kept-bidding": "x:y"})
    assert boxes_of(page)["bidding-second_bidder"] == "××組 株式会社"


def test_clear_of_a_kept_draft_writes_nothing(contractor):
    draft = stories.drafted(contractor)
    client_of(contractor).post(edit_url(draft.public_id), typed() | {"clear": "guarantees"})
    draft.refresh_from_db()
    assert (draft.revision, draft.requested.count(), draft.events.count()) == (1, 1, 1)


def test_first_button_of_the_form_is_the_one_that_goes_on(contractor):
    html = client_of(contractor).get("/applications/new/").content.decode()
    form = html[html.index('<form method="post" action="/applications/') :]
    first = re.search(r"<button[^>]*>", form).group()
    assert first == '<button class="nd-hidden" tabindex="-1" aria-hidden="true">'


# The obligee's rule book on this page


def terms(contractor, **typed_so_far: str) -> str:
    data = typed(**typed_so_far)
    work = {name: value for name, value in data.items() if name.startswith("work-")}
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", fragment(contractor, work))).strip()


def fragment(contractor, work: dict[str, str]) -> str:
    return client_of(contractor).get(reverse("guarantees:application-terms"), work).content.decode()


FAILS = "電子保証の利用条件を満たしていません {} 証書（紙）で申し込む"
WAITS = "電子保証を利用できるかは、まだ判定できません {}"
TAKES = "{}は、この案件で電子保証を利用できます 証書（紙）を選択することもできます。"
PRICE = "平塚市の電子保証は、請負金額が1,500,000円以上の案件で利用できます。証書（紙）を選択してください。"
DAY = "平塚市の電子保証は、請負契約日が2025年12月1日（令和7年12月1日）以降の案件で利用できます。証書（紙）を選択してください。"
KIND = "平塚市は、業務委託（その他）では電子保証を利用できません。証書（紙）を選択してください。"
NOTICE = "にかほ市の電子保証は、入札公告等の日が2026年2月1日（令和8年2月1日）以降の案件で利用できます。証書（紙）を選択してください。"


def approval(name: str) -> str:
    return (
        f"{name}の電子保証は、{name}が電子保証の利用を認めた案件で利用できます。認められている場合は"
        "「発注者が電子保証の利用を認めた案件である」にチェックを入れ、そうでない場合は証書（紙）を選択してください。"
    )


AT_THE_BOUNDARY = [
    ({"work__contract_price": "1,500,000"}, []),
    ({"work__contract_price": "1,499,999"}, [PRICE]),
    ({"work__contract_price": "1,500,001"}, []),
    ({"work__contracted_on": "20251201"}, []),
    ({"work__contracted_on": "令和7年11月30日"}, [DAY]),
    ({"work__contracted_on": "20251202"}, []),
    ({"work__contract_price": "1499999", "work__contracted_on": "20251130"}, [PRICE, DAY]),
    ({"work__work_kind": "consulting"}, []),
    ({"work__work_kind": "services"}, [KIND]),
    ({"addressee": "にかほ市長", "work__noticed_on": "20260201"}, []),
    ({"addressee": "にかほ市長", "work__noticed_on": "20260131"}, [NOTICE]),
    ({"addressee": "にかほ市長", "work__noticed_on": "20260202", "work__work_kind": "services"}, []),
    *(({"addressee": f"{name}長", "work__is_approved_by_obligee": "on"}, []) for name in ("佐久市", "長生村", "柏市")),
    *(({"addressee": f"{name}長"}, [approval(name)]) for name in ("佐久市", "長生村", "柏市")),
]


@pytest.mark.parametrize(("changes", "sentences"), AT_THE_BOUNDARY)
def test_every_rule_holds_through_the_form_and_while_typing(contractor, changes, sentences):
    data = without(typed(**changes, advance__guaranteed_amount="1"), "performance-applies")
    page = client_of(contractor).post(edit_url(), data)
    assert (summary_of(page), page.status_code) == (sentences, 200 if sentences else 302)

    name = {"佐久": "佐久市", "にか": "にかほ市", "長生": "長生村", "柏市": "柏市"}.get(
        changes.get("addressee", "")[:2], "平塚市"
    )
    said = terms(contractor, **changes)
    assert said == (FAILS.format(" ".join(sentences)) if sentences else TAKES.format(name))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"work__addressee": ""}, ""),
        ({"work__addressee": "なし"}, ""),
        (
            {"work__addressee": "", "work__typed_obligee": "○○町"},
            FAILS.format("○○町は電子保証に対応していません。証書（紙）を選択してください。"),
        ),
        ({"work__work_kind": ""}, WAITS.format("平塚市の電子保証は、工事・業務の種別を選択すると判定できます。")),
        (
            {"work__contract_price": "", "work__contracted_on": "あした"},
            WAITS.format(
                "平塚市の電子保証は請負金額で判定します。請負金額を入力すると判定できます。 "
                "平塚市の電子保証は請負契約日で判定します。請負契約日を入力するか、証書（紙）を選択してください。"
            ),
        ),
        (
            {"addressee": "にかほ市長"},
            WAITS.format(
                "にかほ市の電子保証は入札公告等の日で判定します。入札公告等の日を入力するか、証書（紙）を選択してください。"
            ),
        ),
        (
            {"addressee": "長野県知事", "work__work_kind": ""},
            FAILS.format("長野県は電子保証に対応していません。証書（紙）を選択してください。"),
        ),
    ],
)
def test_terms_say_what_can_be_said_of_what_is_typed_so_far(contractor, changes, said):
    assert terms(contractor, **changes) == said


def test_terms_are_asked_with_nothing_typed_and_answered_with_nothing(contractor):
    assert fragment(contractor, {}).strip() == ""


def test_terms_are_kept_nowhere_and_write_nothing(contractor, reviewer):
    url = reverse("guarantees:application-terms")
    assert "no-store" in client_of(contractor).get(url)["Cache-Control"]
    assert client_of(contractor).post(url).status_code == 405
    assert client_of(reviewer).get(url).status_code == 404


def test_page_of_a_draft_says_what_the_terms_say_of_it(contractor):
    draft = stories.drafted(contractor, contract_price=1_499_999)
    assert FAILS.format(PRICE) in words(client_of(contractor).get(edit_url(draft.public_id)))


def test_a_closed_day_is_said_at_once_with_whatever_else_is_wrong(contractor):
    data = typed(**COUNTER, information__visits_on="20261123", information__visit_hour="10", work__work_name="")
    page = client_of(contractor).post(edit_url(), without(data, "advance-guaranteed_amount"))
    assert summary_of(page) == [
        "工事名を入力してください",
        "前払金保証金額を入力してください",
        CLOSED.format("11月23日（月・祝）", "11月24日（火）"),
    ]
