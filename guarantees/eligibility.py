"""May this obligee take this work's guarantee electronically? Pure: facts in, the failed rules as sentences out."""

from dataclasses import dataclass
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
    """What an application says of its work, as far as terms ask; amounts in yen."""

    work_kind: WorkKind
    contract_price: int
    contracted_on: date | None
    noticed_on: date | None
    is_approved_by_obligee: bool


def failed_rules(work: DeclaredWork, *, obligee_name: str, terms: Terms | None, takes_deposits: bool) -> list[str]:
    """The rules of this obligee that the work does not meet, in the contractor's words; empty where all are met.

    `terms` is None where the obligee takes this kind of work on paper only; `takes_deposits` tells whether D-Sure
    has the obligee's organisation. Sources: seeds 000:10-11, 001:10, 002:20, 003:14, 004:20.
    """
    kind = WorkKind(work.work_kind).label
    if not takes_deposits:
        return [f"{obligee_name}は電子保証に対応していません。証書（紙）を選択してください。"]
    if terms is None:
        return [f"{obligee_name}は、{kind}では電子保証を利用できません。証書（紙）を選択してください。"]
    failed = [_price_rule(work, obligee_name, terms), _date_rule(work, obligee_name, terms)]
    return [sentence for sentence in failed if sentence]


def _price_rule(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    minimum = terms.minimum_contract_price
    if minimum is None or work.contract_price >= minimum:
        return ""
    return (
        f"{obligee_name}の電子保証は、請負金額が{yen(minimum)}以上の案件で利用できます。証書（紙）を選択してください。"
    )


def _date_rule(work: DeclaredWork, obligee_name: str, terms: Terms) -> str:
    if terms.basis == TermsBasis.APPROVAL:
        return (
            ""
            if work.is_approved_by_obligee
            else (
                f"{obligee_name}の電子保証は、{obligee_name}が電子保証の利用を認めた案件で利用できます。"
                "認められている場合は「発注者が電子保証の利用を認めた案件である」にチェックを入れ、"
                "そうでない場合は証書（紙）を選択してください。"
            )
        )
    basis = TermsBasis(terms.basis).label
    day = work.contracted_on if terms.basis == TermsBasis.CONTRACT else work.noticed_on
    if day is None:
        return f"{obligee_name}の電子保証は{basis}で判定します。{basis}を入力するか、証書（紙）を選択してください。"
    if terms.starts_on is None or day >= terms.starts_on:
        return ""
    start = both_calendars(terms.starts_on)
    return f"{obligee_name}の電子保証は、{basis}が{start}以降の案件で利用できます。証書（紙）を選択してください。"
