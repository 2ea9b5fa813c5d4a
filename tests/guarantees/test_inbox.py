"""受付一覧: narrowed, counted, oldest first, for one branch or for all; a number leads straight there."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from guarantees import applying, reviewing
from guarantees.models import Incoming
from guarantees.models.incoming import Tab, Wanted
from guarantees.terms import Medium
from tests import many, stories
from tests.guarantees.test_contract_list_at_scale import plan_nodes, queries_of, read_through
from tests.pages import client_of, summary_of, words

pytestmark = pytest.mark.django_db

JST = ZoneInfo("Asia/Tokyo")
COUNTS = "受付済（{}） 審査中（{}） 承認済（{}） 差戻し（{}） 発行済（{}） 取下げ・引受不可（{}） 異動（0）"


def look(person, **asked):
    return client_of(person).get("/surety/", asked)


def on(day: int):
    return time_machine.travel(datetime(2026, 11, day, 10, 0, tzinfo=JST), tick=True)


@pytest.fixture
def of_every_tab(contractor, reviewer, approver):
    """One row a tab, of a work named for it."""
    stories.submitted(contractor, work_name="受付済の工事")
    stories.under_review(contractor, reviewer, work_name="審査中の工事")
    stories.approved(contractor, reviewer, work_name="承認済の工事")
    returned = stories.submitted(contractor, work_name="差戻しの工事")
    reviewing.return_to_contractor(application=returned, by=reviewer, reason="確認")
    stories.issued(contractor, reviewer, approver, work_name="発行済の工事")
    applying.withdraw(application=stories.submitted(contractor, work_name="取下げの工事"), by=contractor)
    declined = stories.under_review(contractor, reviewer, work_name="引受不可の工事").requested.get()
    reviewing.decline(requested=declined, by=reviewer, reason="重複")


def test_inbox_has_each_row_on_one_tab(of_every_tab, reviewer):
    names = [
        "受付済の工事",
        "審査中の工事",
        "承認済の工事",
        "差戻しの工事",
        "発行済の工事",
        "取下げの工事",
        "引受不可の工事",
    ]
    shown = {tab.value: [name for name in names if name in words(look(reviewer, tab=tab.value))] for tab in Tab}
    assert shown == {
        "received": names[:1],
        "under_review": names[1:2],
        "approved": names[2:3],
        "returned": names[3:4],
        "issued": names[4:5],
        "closed": names[5:],
    }
    assert COUNTS.format(1, 1, 1, 1, 1, 2) in words(look(reviewer))


def test_inbox_waits_in_business_days_and_names_who_took_it_up(contractor, reviewer):
    with on(13):  # a Friday
        stories.under_review(contractor, reviewer, work_name="先週の工事")
    with on(19):
        stories.under_review(contractor, reviewer, work_name="昨日の工事")
    said = words(look(reviewer, tab="under_review"))
    assert "2026/11/13 10:00 待ち 5日 ○○建設 株式会社 平塚市長 先週の工事 前払 20,000,000円 電子 高橋 恵" in said
    assert "2026/11/19 10:00 待ち 1日 ○○建設 株式会社 平塚市長 昨日の工事" in said
    assert said.index("先週の工事") < said.index("昨日の工事")


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ({"contractor": "土木"}, (1, 0, 0, 0, 0, 0)),
        ({"contractor": "0000100001"}, (2, 0, 0, 0, 0, 0)),
        ({"contractor": "どこにもない会社"}, (0, 0, 0, 0, 0, 0)),
        ({"product": "performance"}, (1, 0, 0, 0, 0, 0)),
        ({"medium": "paper"}, (1, 0, 0, 0, 0, 0)),
        ({"first_on": "20261119"}, (2, 0, 0, 0, 0, 0)),
        ({"last_on": "R8.11.18"}, (1, 0, 0, 0, 0, 0)),
        ({"first_on": "20261118", "last_on": "20261118"}, (1, 0, 0, 0, 0, 0)),
    ],
)
def test_inbox_narrows_rows_and_counts(contractor, rival_contractor, reviewer, asked, counts):
    with on(18):
        stories.submitted(contractor)
    stories.submitted(contractor, stories.performance(medium=Medium.PAPER))
    stories.submitted(rival_contractor)
    page = look(reviewer, **asked)
    assert COUNTS.format(*counts) in words(page)
    kept = urlencode({"tab": "issued"} | asked)
    assert all(part in page.content.decode() for part in kept.replace("&", "&amp;").split("&amp;"))


def test_issued_and_closed_show_ninety_days_unless_a_period_is_given(contractor, reviewer, approver):
    with time_machine.travel(datetime(2026, 8, 1, 10, 0, tzinfo=JST), tick=True):
        stories.issued(contractor, reviewer, approver)
        applying.withdraw(application=stories.submitted(contractor), by=contractor)
    stories.issued(contractor, reviewer, approver)
    assert COUNTS.format(0, 0, 0, 0, 1, 0) in words(look(reviewer))
    assert COUNTS.format(0, 0, 0, 0, 2, 1) in words(look(reviewer, first_on="20260801"))
    assert COUNTS.format(0, 0, 0, 0, 1, 1) in words(look(reviewer, last_on="20260801"))


def test_conditions_that_do_not_read_are_said_at_their_boxes_and_kept(contractor, reviewer):
    stories.submitted(contractor)
    page = look(reviewer, first_on="20260230", last_on="あした", number="12-3", contractor="建設")
    assert summary_of(page) == [
        "期間（始まり）は存在する日付を入力してください",
        "期間（終わり）は「20261201」や「令和8年12月1日」のように入力してください",
        "受付番号または保証契約番号は「00000123」「E0000012」または「34081-00001M」のように入力してください",
    ]
    assert "絞り込んでいません。" in words(page)
    assert [f'value="{typed}"' in page.content.decode() for typed in ("20260230", "あした", "12-3", "建設")] == [
        True
    ] * 4
    assert summary_of(look(reviewer, first_on="20261120", last_on="20261119")) == [
        "期間（終わり）は、期間（始まり）以降の日付を入力してください"
    ]


def test_a_number_leads_straight_there_and_nowhere_for_another_branch(contractor, reviewer, approver, nagano_approver):
    guarantee = stories.issued(contractor, reviewer, approver)
    application = guarantee.requested.application
    endorsement = stories.asked(contractor, guarantee)
    review = reverse("guarantees:review", args=[application.public_id])
    for number in (application.receipt_number, str(application.pk), "３４０８１ー００００１Ｍ", "34081-00001"):
        assert look(reviewer, number=number, tab="closed", product="interim").url == review
    assert look(reviewer, number=endorsement.receipt_number.lower()).url == reverse(
        "guarantees:endorsement-review", args=[endorsement.public_id]
    )
    for number in (application.receipt_number, guarantee.number, endorsement.receipt_number, "99999999"):
        assert summary_of(look(nagano_approver, number=number)) == [
            "この番号の申込・保証契約は見つかりません。番号を確かめて、もう一度入力してください"
        ]


def test_head_office_narrows_by_branch_and_sees_its_name(
    contractor, reviewer, nagano_approver, django_assert_max_num_queries
):
    stories.submitted(contractor)
    assert 'name="branch"' not in look(reviewer).content.decode()
    kanagawa, nagano = reviewer.branch, nagano_approver.branch
    nagano_approver.branch = None
    nagano_approver.save()
    browser = client_of(nagano_approver)
    with django_assert_max_num_queries(10):
        page = browser.get("/surety/")
    assert "待ち 本日 神奈川支店 ○○建設 株式会社" in words(page)
    assert COUNTS.format(1, 0, 0, 0, 0, 0) in words(look(nagano_approver, branch=kanagawa.pk))
    assert COUNTS.format(0, 0, 0, 0, 0, 0) in words(look(nagano_approver, branch=nagano.pk))
    assert COUNTS.format(0, 0, 0, 0, 0, 0) in words(look(reviewer, branch=kanagawa.pk, contractor="土木"))


def test_period_of_closed_ones_goes_by_the_day_on_which_they_were_closed(contractor, reviewer):
    with on(2):
        application = stories.submitted(contractor)
    applying.withdraw(application=application, by=contractor)
    day = datetime(2026, 11, 20, tzinfo=JST).date()
    for wanted, count in ((Wanted(first_on=day), 1), (Wanted(last_on=day - timedelta(days=1)), 0)):
        assert Incoming.objects.counts(reviewer, wanted)[Tab.CLOSED] == count


@pytest.mark.django_db(transaction=True)
def test_inbox_among_twelve_thousand_reads_no_table_through(contractor, reviewer, approver):
    for _ in range(2):
        stories.submitted(contractor)
        stories.approved(contractor, reviewer)
        stories.issued(contractor, reviewer, approver)
    browser = client_of(reviewer)
    searches = [{"tab": tab.value} for tab in Tab] + [{"contractor": "建設", "tab": "issued"}]
    few = [len(queries_of(browser, search, url="/surety/?")) for search in searches]
    many.issue_many(contractor.contractor, own=1_000, others=11_000)
    many.vacuum()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    asked = [queries_of(browser, search, url="/surety/?") for search in searches]

    assert [len(queries) for queries in asked] == few
    assert max(few) == 9
    assert [read_through(plan_nodes(queries)) for queries in asked] == [set()] * len(searches)
