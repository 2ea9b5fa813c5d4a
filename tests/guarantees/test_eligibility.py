"""Each obligee's own rule, from the masters, with one yen and one day on each side."""

import uuid
from datetime import date

import pytest

from dsure.models import Obligee as RegisteredObligee
from guarantees import applying, facts
from guarantees.eligibility import DeclaredWork, Terms, failed_rules
from guarantees.models import Obligee
from guarantees.terms import TermsBasis, WorkKind
from tests import stories

WORKS, CONSULTING, SERVICES = WorkKind.WORKS, WorkKind.CONSULTING, WorkKind.SERVICES
HIRATSUKA_PRICE = "平塚市の電子保証は、請負金額が1,500,000円以上の案件で利用できます。証書（紙）を選択してください。"
HIRATSUKA_DAY = (
    "平塚市の電子保証は、請負契約日が2025年12月1日（令和7年12月1日）以降の案件で利用できます。"
    "証書（紙）を選択してください。"
)
HIRATSUKA_KIND = "平塚市は、業務委託（その他）では電子保証を利用できません。証書（紙）を選択してください。"
NIKAHO_DAY = (
    "にかほ市の電子保証は、入札公告等の日が2026年2月1日（令和8年2月1日）以降の案件で利用できます。"
    "証書（紙）を選択してください。"
)
NIKAHO_NO_DAY = (
    "にかほ市の電子保証は入札公告等の日で判定します。入札公告等の日を入力するか、証書（紙）を選択してください。"
)


def needs_approval(name: str) -> str:
    return (
        f"{name}の電子保証は、{name}が電子保証の利用を認めた案件で利用できます。"
        "認められている場合は「発注者が電子保証の利用を認めた案件である」にチェックを入れ、"
        "そうでない場合は証書（紙）を選択してください。"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
class TestTheSeedsRules:
    """By the rows that load_masters makes."""

    def failed(self, contractor, addressee: str, **changes) -> list[str]:
        return facts.failed_terms(stories.drafted(contractor, addressee=addressee, **changes))

    @pytest.mark.parametrize(
        ("changes", "sentences"),
        [
            ({"contract_price": 1_500_000}, []),
            ({"contract_price": 1_499_999}, [HIRATSUKA_PRICE]),
            ({"contract_price": 1_500_001}, []),
            ({"contracted_on": date(2025, 12, 1)}, []),
            ({"contracted_on": date(2025, 11, 30)}, [HIRATSUKA_DAY]),
            ({"contracted_on": date(2025, 11, 30), "noticed_on": date(2026, 2, 1)}, [HIRATSUKA_DAY]),
            ({"contracted_on": date(2025, 12, 1), "noticed_on": date(2025, 11, 1)}, []),
            ({"contract_price": 1_499_999, "contracted_on": date(2025, 11, 30)}, [HIRATSUKA_PRICE, HIRATSUKA_DAY]),
            ({"work_kind": CONSULTING}, []),
            ({"work_kind": CONSULTING, "contract_price": 1_499_999}, [HIRATSUKA_PRICE]),
            ({"work_kind": SERVICES}, [HIRATSUKA_KIND]),
            ({"work_kind": SERVICES, "is_approved_by_obligee": True}, [HIRATSUKA_KIND]),
        ],
    )
    @pytest.mark.parametrize("addressee", ["平塚市長", "平塚市病院事業管理者"])
    def test_hiratsuka_goes_by_price_contract_day_and_kind(self, contractor, addressee, changes, sentences):
        assert self.failed(contractor, addressee, **changes) == sentences

    @pytest.mark.parametrize("kind", WorkKind)
    @pytest.mark.parametrize(
        ("changes", "sentences"),
        [
            ({"noticed_on": date(2026, 2, 1)}, []),
            ({"noticed_on": date(2026, 1, 31)}, [NIKAHO_DAY]),
            ({"noticed_on": date(2026, 1, 31), "contracted_on": date(2026, 12, 1)}, [NIKAHO_DAY]),
            ({"noticed_on": date(2026, 2, 1), "contract_price": 1}, []),
            ({"noticed_on": None}, [NIKAHO_NO_DAY]),
            ({"noticed_on": None, "is_approved_by_obligee": True}, [NIKAHO_NO_DAY]),
        ],
    )
    def test_nikaho_goes_by_the_day_of_the_notice(self, contractor, kind, changes, sentences):
        assert self.failed(contractor, "にかほ市長", work_kind=kind, **changes) == sentences

    @pytest.mark.parametrize("kind", WorkKind)
    @pytest.mark.parametrize("name", ["佐久市", "長生村", "柏市"])
    def test_saku_chosei_and_kashiwa_go_by_their_own_approval(self, contractor, name, kind):
        old = {"work_kind": kind, "contract_price": 1, "contracted_on": date(2020, 1, 1)}
        assert self.failed(contractor, f"{name}長", is_approved_by_obligee=True, **old) == []
        assert self.failed(contractor, f"{name}長", is_approved_by_obligee=False, **old) == [needs_approval(name)]

    @pytest.mark.parametrize("addressee", ["長野県知事", "長野県△△建設事務所長"])
    def test_an_obligee_that_d_sure_does_not_know_takes_paper_only(self, contractor, addressee):
        sentence = "長野県は電子保証に対応していません。証書（紙）を選択してください。"
        assert self.failed(contractor, addressee, is_approved_by_obligee=True) == [sentence]

    def test_an_obligee_typed_by_hand_takes_paper_only(self, contractor):
        typed = {"obligee": None, "addressee": None, "typed_obligee": "架空市", "typed_addressee": "架空市長"}
        declared = stories.declared() | typed
        application = applying.save_draft(
            by=contractor, public_id=uuid.uuid4(), declared=declared, requested=[stories.advance()]
        )
        assert facts.failed_terms(application) == ["架空市は電子保証に対応していません。証書（紙）を選択してください。"]

    def test_an_obligee_with_terms_that_d_sure_does_not_know_takes_paper_only(self, contractor):
        other = Obligee.objects.create(code="99999", name="見本町")
        title = other.addressees.create(title="見本町長").title
        first_day = date(2022, 5, 9)
        other.terms.create(work_kind=WORKS, in_force_from=first_day, basis=TermsBasis.APPROVAL, source="試験")
        sentence = "見本町は電子保証に対応していません。証書（紙）を選択してください。"
        assert self.failed(contractor, title, is_approved_by_obligee=True) == [sentence]

        RegisteredObligee.objects.create(code="99999", name="見本町")
        assert self.failed(contractor, title, is_approved_by_obligee=True) == []


def declared(**changes) -> DeclaredWork:
    """A work that meets every rule of `terms()`."""
    return DeclaredWork(
        **{
            "work_kind": WORKS,
            "contract_price": 1_500_000,
            "contracted_on": date(2026, 4, 1),
            "noticed_on": date(2026, 4, 1),
            "is_approved_by_obligee": False,
            **changes,
        }
    )


@pytest.mark.parametrize(("noticed_on", "is_met"), [(date(2026, 4, 1), True), (date(2026, 3, 31), False)])
def test_terms_by_the_plan_go_by_the_day_that_was_declared_for_it(noticed_on, is_met):
    terms = Terms(TermsBasis.PLAN, date(2026, 4, 1), None)
    failed = failed_rules(declared(noticed_on=noticed_on), obligee_name="見本市", terms=terms, takes_deposits=True)
    sentence = "見本市の電子保証は、契約予定通知日が2026年4月1日（令和8年4月1日）以降の案件で利用できます。証書（紙）を選択してください。"
    assert failed == ([] if is_met else [sentence])


@pytest.mark.parametrize("minimum", [None, 0, 1_500_000])
def test_terms_with_no_or_a_lower_minimum_take_the_price(minimum):
    terms = Terms(TermsBasis.CONTRACT, date(2026, 4, 1), minimum)
    assert failed_rules(declared(), obligee_name="見本市", terms=terms, takes_deposits=True) == []


def test_not_being_in_d_sure_is_said_before_and_instead_of_anything_else():
    terms = Terms(TermsBasis.CONTRACT, date(2027, 4, 1), 9_999_999)
    assert failed_rules(declared(), obligee_name="見本市", terms=terms, takes_deposits=False) == [
        "見本市は電子保証に対応していません。証書（紙）を選択してください。"
    ]
