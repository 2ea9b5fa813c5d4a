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


# The index that answers for the contractor alone, without its table, by what is searched.
ALONE = {
    str({}): {"requested_of_contractor"},
    str({"work_name": "29997号"}): {"application_of_contractor"},
    str({"tab": "keys"}): {"guarantee_of_contractor"},
    str({"tab": "keys", "work_name": "29997号"}): {"application_of_contractor"},
}


def nodes_of(plan: dict) -> list[dict]:
    return [plan, *(node for below in plan.get("Plans", []) for node in nodes_of(below))]


def plan_nodes(queries: list[dict]) -> list[dict]:
    """Every step by which the SELECTs among these are carried out."""
    found = []
    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"])
                (plan,) = cursor.fetchone()
                found += nodes_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def read_through(nodes: list[dict]) -> set[str]:
    """The long tables that are read from end to end."""
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & LONG


def answered_alone(nodes: list[dict]) -> set[str]:
    """The contractor's indexes that answer without their table."""
    alone = {node["Index Name"] for node in nodes if node["Node Type"] == "Index Only Scan"}
    return {name for name in alone if name.endswith("_of_contractor")}


def queries_of(browser, search: dict, url: str = "/contracts/?") -> list[dict]:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url + urlencode(search)).status_code == 200
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
    plans = {search: plan_nodes(queries) for search, queries in asked.items()}
    assert {search: read_through(nodes) for search, nodes in plans.items()} == {search: set() for search in plans}
    assert {search: answered_alone(plans[search]) for search in ALONE} == ALONE
    assert "全501ページ（10003件）中の500ページ目" in words(browser.get("/contracts/?page=500"))
