"""Every configuration of the masters one yen and one day on each side; versions of terms; the page that lists them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dsure.models import Obligee as RegisteredObligee
from guarantees import facts
from guarantees.eligibility import DeclaredWork, Terms, failed_rules
from guarantees.masters_more_obligees import MORE_OBLIGEES
from guarantees.masters_obligees import OBLIGEES
from guarantees.models import Obligee, ObligeeTerms, Signatory
from guarantees.terms import TermsBasis, WorkKind
from netdesk.formats import both_calendars, yen
from tests import stories
from tests.pages import client_of, summary_of, words

WITH_TERMS = [row for row in (*OBLIGEES, *MORE_OBLIGEES) if row.terms]
DAY = timedelta(days=1)
ON_PAPER = "証書（紙）を選択してください。"


def cases():
    """(obligee, kind, what of a fitting work changes, the sentences), from the rows of the masters."""
    for row in WITH_TERMS:
        for kind in WorkKind:
            if kind not in row.terms.kinds:
                yield row, kind, {}, [f"{row.name}は、{kind.label}では電子保証を利用できません。{ON_PAPER}"]
                continue
            yield row, kind, {}, []
            yield from (
                (row, kind, changes, sentences)
                for changes, sentences in [*by_day(row), *by_price(row), *by_approval(row)]
            )


def by_day(row):
    terms = row.terms
    if terms.starts_on is None:
        return
    its = "contracted_on" if terms.basis == TermsBasis.CONTRACT else "noticed_on"
    other = "noticed_on" if its == "contracted_on" else "contracted_on"
    first = both_calendars(terms.starts_on)
    yield {its: terms.starts_on + DAY}, []
    yield {other: date(2000, 1, 1)}, []
    yield (
        {its: terms.starts_on - DAY},
        [f"{row.name}の電子保証は、{terms.basis.label}が{first}以降の案件で利用できます。{ON_PAPER}"],
    )


def by_price(row):
    minimum = row.terms.minimum_contract_price
    if minimum is None:
        yield {"contract_price": 1}, []
        return
    sentence = f"{row.name}の電子保証は、請負金額が{yen(minimum)}以上の案件で利用できます。{ON_PAPER}"
    yield {"contract_price": minimum + 1}, []
    yield {"contract_price": minimum - 1}, [sentence]


def by_approval(row):
    if row.terms.basis != TermsBasis.APPROVAL:
        yield {"is_approved_by_obligee": False}, []
        return
    sentence = (
        f"{row.name}の電子保証は、{row.name}が電子保証の利用を認めた案件で利用できます。認められている場合は"
        "「発注者が電子保証の利用を認めた案件である」にチェックを入れ、そうでない場合は証書（紙）を選択してください。"
    )
    yield {"is_approved_by_obligee": False}, [sentence]
    yield {"contracted_on": date(2000, 1, 1), "noticed_on": None}, []


def test_every_obligee_of_the_masters_is_held_to_its_own_terms_to_the_yen_and_to_the_day():
    done = list(cases())
    for row, kind, changes, sentences in done:
        terms, day = row.terms, row.terms.starts_on or date(2026, 11, 20)
        fitting = {
            "work_kind": kind,
            "contract_price": terms.minimum_contract_price or 10_000_000,
            "contracted_on": day,
            "noticed_on": day,
            "is_approved_by_obligee": True,
        }
        its = Terms(terms.basis, terms.starts_on, terms.minimum_contract_price) if kind in terms.kinds else None
        found = failed_rules(DeclaredWork(**fitting | changes), obligee_name=row.name, terms=its, takes_deposits=True)
        assert found == sentences, (row.name, kind, changes)
    assert len(done) > 200


def test_every_obligee_of_the_masters_has_a_code_a_name_and_a_source_of_its_own():
    rows = [*OBLIGEES, *MORE_OBLIGEES]
    assert len({row.code for row in rows}) == len({row.name for row in rows}) == len(rows)
    assert all(row.terms.wording and row.source for row in WITH_TERMS)
    assert [row.name for row in MORE_OBLIGEES if not row.source.startswith("http")] == []
    assert len(MORE_OBLIGEES) >= 15


def test_codes_of_the_masters_are_those_of_jis_x_0402():
    """As the ministry lists them with their check digit (全国地方公共団体コード)."""
    listed = [
        "012343",
        "022021",
        "032069",
        "052141",
        "074021",
        "122173",
        "124231",
        "142034",
        "172065",
        "200000",
        "202177",
        "212181",
        "282073",
        "282260",
        "342157",
        "352080",
        "352110",
        "382019",
        "400009",
        "422118",
        "422142",
        "432041",
        "452033",
    ]
    for six in listed:
        total = sum(int(digit) * weight for digit, weight in zip(six, (6, 5, 4, 3, 2), strict=False))
        assert str((11 - total % 11) % 10) == six[5], six
    assert sorted(row.code for row in (*OBLIGEES, *MORE_OBLIGEES)) == [six[:5] for six in listed]


@pytest.mark.django_db
class TestVersions:
    """What begins on a day is judged by from that day on, and what has begun stays."""

    def test_terms_of_the_day_are_the_newest_that_has_begun(self, cast):
        hiratsuka, today = Obligee.objects.get(name="平塚市"), timezone.localdate()
        for days, minimum in ((-10, 2), (1, 3), (30, 4)):
            day = today + timedelta(days=days)
            stories.new_terms("平塚市", WorkKind.WORKS, in_force_from=day, minimum_contract_price=minimum)
        found = [
            ObligeeTerms.objects.for_work(hiratsuka, WorkKind.WORKS, today + timedelta(days=days))
            for days in (-3000, -11, -10, 0, 1, 29, 30)
        ]
        minimums = [terms and terms.minimum_contract_price for terms in found]
        assert minimums == [None, 1_500_000, 2, 2, 3, 3, 4]

    def test_terms_of_one_obligee_or_kind_never_stand_for_another(self, cast):
        stories.new_terms("平塚市", WorkKind.WORKS, minimum_contract_price=2)
        in_force = ObligeeTerms.objects.in_force(timezone.localdate())
        assert in_force.filter(minimum_contract_price=2).count() == 1
        assert in_force.count() == ObligeeTerms.objects.count() - 1

    def test_terms_that_ended_leave_paper_only_until_others_begin(self, contractor):
        stories.new_terms("平塚市", WorkKind.WORKS, basis=TermsBasis.ENDED)
        sentence = "平塚市は、工事では電子保証を利用できません。証書（紙）を選択してください。"
        assert facts.failed_terms(stories.drafted(contractor)) == [sentence]
        assert facts.failed_terms(stories.drafted(contractor, work_kind=WorkKind.CONSULTING)) == []

    @pytest.mark.parametrize("table", [ObligeeTerms, Signatory])
    def test_a_version_that_has_begun_is_neither_changed_nor_deleted(self, cast, table):
        for act in (
            lambda rows: rows.update(**{"source" if table is ObligeeTerms else "president": "別"}),
            lambda rows: rows.delete(),
        ):
            with pytest.raises(IntegrityError, match="a version that has begun is read only"), transaction.atomic():
                act(table.objects.filter(pk=table.objects.first().pk))

    def test_a_version_to_come_may_still_be_changed(self, cast):
        later = stories.new_terms("平塚市", WorkKind.WORKS, in_force_from=date(2099, 4, 1))
        assert ObligeeTerms.objects.filter(pk=later.pk).update(minimum_contract_price=1) == 1
        assert ObligeeTerms.objects.filter(pk=later.pk).delete()[0] == 1


@pytest.mark.django_db
class TestThePage:
    """電子保証対応の発注者."""

    def names(self, client, query: str) -> list[str]:
        page = client.get(f"/obligees/?{query}")
        return [one.name for one in page.context["page"]] if "page" in page.context else []

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("name=平塚", ["平塚市"]),
            ("name=　田島市 ", ["江田島市"]),
            ("prefecture=42", ["五島市", "南島原市"]),
            ("prefecture=12&work_kind=services", ["柏市", "長生村"]),
            ("prefecture=14&work_kind=services", []),
            ("name=長野県", []),
            ("name=%25", []),
        ],
    )
    def test_is_searched_by_name_prefecture_and_kind(self, contractor, query, names):
        assert self.names(client_of(contractor), query) == names

    def test_keeps_what_was_typed_and_says_that_nothing_is_found(self, contractor):
        page = client_of(contractor).get("/obligees/?name=<b>架空&prefecture=13")
        assert 'value="&lt;b&gt;架空"' in page.content.decode()
        assert '<option value="13" selected>東京都</option>' in page.content.decode()
        assert "条件に合う発注者はありません。" in words(page)

    def test_says_what_does_not_read(self, contractor):
        page = client_of(contractor).get(f"/obligees/?name={'市' * 61}&prefecture=99")
        assert summary_of(page) == [
            "発注者名は60文字以内で入力してください（現在61文字）",
            "都道府県を選択肢の中から選択してください",
        ]

    def test_tells_what_is_not_in_d_sure_and_what_begins_later(self, contractor):
        client = client_of(contractor)
        missing = "松山市 愛媛県 現在は証書（紙）"
        assert missing in words(client.get("/obligees/?name=松山市"))
        RegisteredObligee.objects.create(code="38201", name="松山市")
        assert missing not in words(client.get("/obligees/?name=松山市"))

        stories.new_terms("松山市", WorkKind.WORKS, in_force_from=date(2027, 4, 1), minimum_contract_price=5_000_000)
        assert (
            "2027年4月1日（令和9年4月1日）から 工事：請負契約日が2024年4月1日（令和6年4月1日）以降、請負金額5,000,000円以上"
            in words(client.get("/obligees/?name=松山市"))
        )

    def test_asks_the_same_queries_for_one_and_for_three(self, contractor, django_assert_num_queries):
        client = client_of(contractor)
        for query in ("name=平塚市", "prefecture=35", "name=市"):
            with django_assert_num_queries(8):
                client.get(f"/obligees/?{query}")
