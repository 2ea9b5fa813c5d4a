"""May this obligee take this work's guarantee electronically? Pure: facts in, the failed rules as sentences out."""

from dataclasses import dataclass, field
from datetime import date

from guarantees.terms import TermsBasis, WorkKind
from netdesk.formats import both_calendars, yen


@dataclass(frozen=True)
class Terms:
    """An obligee's terms for one kind of work; amounts in yen."""

    basis: TermsBasis
    starts_on: date | None
    minimum_contract_price: int | None


@dataclass(frozen=True)
class DeclaredWork:
    """What an application says of its work, as far as terms ask; amounts in yen. None is not told yet."""

    work_kind: WorkKind | None
    contract_price: int | None
    contracted_on: date | None
    noticed_on: date | None
    is_approved_by_obligee: bool


@dataclass(frozen=True)
class Verdict:
    """What an obligee's terms say of a work: rules that fail, and rules that wait for something to be told."""

    obligee_name: str
    failed: list[str] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        """Nothing fails and nothing is missing: the work may be electronic."""
        return not self.failed and not self.awaited


def failed_rules(work: DeclaredWork, *, obligee_name: str, terms: Terms | None, takes_deposits: bool) -> list[str]:
    """The rules of this obligee that the work does not meet, in the contractor's words; empty where all are met."""
    found = judge(work, obligee_name=obligee_name, terms=terms, takes_deposits=takes_deposits)
    return [*found.failed, *found.awaited]


def judge(work: DeclaredWork, *, obligee_name: str, terms: Terms | None, takes_deposits: bool) -> Verdict:
    """What the obligee's terms say of the work, as far as it is told.

    `terms` is None where the obligee takes this kind of work on paper only; `takes_deposits` tells whether D-Sure
    has the obligee's organisation. Sources: seeds 000:10-11, 001:10, 002:20, 003:14, 004:20.
    """
    name = obligee_name
    if not takes_deposits:
        return Verdict(name, failed=[f"{name}は電子保証に対応していません。証書（紙）を選択してください。"])
    if work.work_kind is None:
        return Verdict(name, awaited=[f"{name}の電子保証は、工事・業務の種別を選択すると判定できます。"])
    if terms is None:
        kind = WorkKind(work.work_kind).label
        sentence = f"{name}は、{kind}では電子保証を利用できません。証書（紙）を選択してください。"
        return Verdict(name, failed=[sentence])
    failed = [_price_rule(work, name, terms), _approval_rule(work, name, terms), _date_rule(work, name, terms)]
    awaited = [_awaited_price(work, name, terms), _awaited_day(work, name, terms)]
    return Verdict(name, failed=list(filter(None, failed)), awaited=list(filter(None, awaited)))


def _price_rule(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    minimum = terms.minimum_contract_price
    if minimum is None or work.contract_price is None or work.contract_price >= minimum:
        return ""
    return (
        f"{obligee_name}の電子保証は、請負金額が{yen(minimum)}以上の案件で利用できます。証書（紙）を選択してください。"
    )


def _approval_rule(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    if terms.basis != TermsBasis.APPROVAL or work.is_approved_by_obligee:
        return ""
    return (
        f"{obligee_name}の電子保証は、{obligee_name}が電子保証の利用を認めた案件で利用できます。"
        "認められている場合は「発注者が電子保証の利用を認めた案件である」にチェックを入れ、"
        "そうでない場合は証書（紙）を選択してください。"
    )


def _date_rule(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    day = _day(work, terms)
    if terms.basis == TermsBasis.APPROVAL or day is None or terms.starts_on is None or day >= terms.starts_on:
        return ""
    start = both_calendars(terms.starts_on)
    basis = TermsBasis(terms.basis).label
    return f"{obligee_name}の電子保証は、{basis}が{start}以降の案件で利用できます。証書（紙）を選択してください。"


def _awaited_price(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    if terms.minimum_contract_price is None or work.contract_price is not None:
        return ""
    return f"{obligee_name}の電子保証は請負金額で判定します。請負金額を入力すると判定できます。"


def _awaited_day(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    if terms.basis == TermsBasis.APPROVAL or _day(work, terms) is not None:
        return ""
    basis = TermsBasis(terms.basis).label
    return f"{obligee_name}の電子保証は{basis}で判定します。{basis}を入力するか、証書（紙）を選択してください。"


def _day(work: DeclaredWork, terms: Terms) -> date | None:
    """The day that these terms go by."""
    return work.contracted_on if terms.basis == TermsBasis.CONTRACT else work.noticed_on
