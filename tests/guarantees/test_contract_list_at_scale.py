"""保証契約一覧 of a contractor with 10,000 guarantees among 30,000: as many queries as with three, and none that reads a table through."""

import json
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import many, stories
from tests.pages import client_of, words

pytestmark = pytest.mark.django_db(transaction=True)

LONG = {
    "guarantees_work",
    "guarantees_application",
    "guarantees_requestedguarantee",
    "guarantees_guarantee",
    "guarantees_certificate",
    "dsure_deposit",
    "dsure_depositedcertificate",
    "dsure_viewing",
}
COUNTED = [
    {},
    {"work_name": "道路改良"},
    {"product": "advance", "from_on": "2020/01/01"},
    {"tab": "keys"},
    {"tab": "keys", "work_name": "道路改良"},
    {"tab": "bonds"},
]
SEARCHES = [
    *COUNTED,
    {"page": "500"},
    {"work_name": "29997号"},
    {"number": "90000-00003"},
    {"tab": "keys", "page": "500"},
    {"tab": "keys", "work_name": "29997号"},
    {"tab": "keys", "number": "90000-00003"},
]


def read_through(plan: dict) -> list[str]:
    """The tables that a plan reads from end to end."""
    here = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return here + [table for below in plan.get("Plans", []) for table in read_through(below)]


def long_reads(queries: list[dict]) -> list[str]:
    """Every long table that one of these SELECTs reads from end to end, with the statement."""
    found = []
    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"])
                ((plan,),) = (cursor.fetchone(),)
                plan = json.loads(plan) if isinstance(plan, str) else plan
                found += [f"{table}: {query['sql'][:200]}" for table in read_through(plan[0]["Plan"]) if table in LONG]
    return found


def queries_of(browser, search: dict) -> list[dict]:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/contracts/?" + urlencode(search)).status_code == 200
    return queries.captured_queries


def test_list_of_ten_thousand_reads_no_table_through_and_asks_no_more(contractor, reviewer, approver):
    for _ in range(3):
        stories.issued(contractor, reviewer, approver)
    browser = client_of(contractor)
    few = [len(queries_of(browser, search)) for search in COUNTED]
    many.issue_many(contractor.contractor, own=10_000, others=20_000)
    many.vacuum()

    asked = {str(search): queries_of(browser, search) for search in SEARCHES}

    assert [len(asked[str(search)]) for search in COUNTED] == few
    assert {search: long_reads(queries) for search, queries in asked.items()} == {search: [] for search in asked}
    assert "全501ページ（10003件）中の500ページ目" in words(browser.get("/contracts/?page=500"))
