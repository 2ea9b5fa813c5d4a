"""The CSV of obligees as bytes: read into lines, and the register written in the same form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from guarantees.models import HandInRule, Obligee, ObligeeTerms
from guarantees.terms import Product, TermsBasis, WorkKind
from netdesk import csv
from netdesk.acting import Refusal
from netdesk.formats import slashes

MOST_BYTES = 1_000_000
MOST_LINES = 2_000
TERMS = (
    *("basis", "starts_on", "minimum_contract_price", "advance_cap_percent", "interim_cap_percent"),
    *("performance_floor_percent", "wording", "source"),
)
RULE = ("channel", "address", "subject", "is_print_accepted", "other_papers", "source")


class NotReadable(Refusal):
    """The file as a whole does not read."""


@dataclass(frozen=True)
class Line:
    """A line of the file: its number as an editor counts, and its cells; none where there are too many or too few."""

    number: int
    cells: list[str] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True)
class Checked:
    """A line whose cells were judged one by one: what it wants, or what is wrong with it."""

    number: int
    code: str
    name: str
    wanted: dict[str, Any] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


def read(content: bytes, columns: list[str]) -> list[Line]:
    """The lines below the head, empty ones left out. Raises NotReadable."""
    rows = _rows(_text(content))
    head = [cell.strip() for cell in next(rows, (0, []))[1]]
    if head != columns:
        wrong = next((name for name, found in zip_longest(columns, head) if name != found), None)
        where = f"「{wrong}」の列の位置を確認してください" if wrong else "列の数が多すぎます"
        raise NotReadable(f"1行目の見出しが、ひな形と異なります（{where}）")
    lines = [_line(number, cells, len(columns)) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not lines:
        raise NotReadable("見出しの下に行がありません。発注者を1行以上入力してください")
    if len(lines) > MOST_LINES:
        raise NotReadable(
            f"行の数は{MOST_LINES:,}行までです（現在{len(lines):,}行）。ファイルを分けて取り込んでください"
        )
    return lines


def _text(content: bytes) -> str:
    try:
        return csv.text_of(content)
    except csv.NotText:
        sentence = "文字コードを読み取れません。UTF-8 または Shift_JIS で保存したCSVファイルを選択してください"
        raise NotReadable(sentence) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins. Raises NotReadable."""
    try:
        yield from csv.numbered(text)
    except csv.Broken as fault:
        sentence = f'{fault.at}行目から、CSVとして読み取れません。引用符「"」の対応を確認してください'
        raise NotReadable(sentence) from fault


def _line(number: int, cells: list[str], wanted: int) -> Line:
    if len(cells) != wanted:
        return Line(number, fault=f"列の数が{len(cells)}です。{wanted}列にしてください")
    return Line(number, [csv.plain(cell) for cell in cells])


def rows_of_register(obligees: Iterable[Obligee], today: date) -> Iterator[list[str]]:
    """Every obligee as the file would bring it in: terms in force and to come, and hand-in rules. Fetch both with it."""
    for obligee in obligees:
        versions = [*obligee.terms_in_force, *obligee.terms_to_come]  # type: ignore[attr-defined]
        rules = _rule_cells(list(obligee.hand_in_rules.all()))
        titles = "／".join(one.title for one in obligee.addressees.all())
        blocks = list(zip_longest(_terms_cells(versions), rules)) or [(None, None)]
        for terms, rule in blocks:
            yield [obligee.code, obligee.name, titles, *(terms or [""] * 10), *(rule or [""] * 7)]
            titles = ""


def _terms_cells(versions: list[ObligeeTerms]) -> list[list[str]]:
    """One row for the kinds that have the same terms from the same day."""
    kinds: dict[tuple, list[str]] = {}
    for one in versions:
        same = (one.in_force_from, *(getattr(one, name) for name in TERMS))
        kinds.setdefault(same, []).append(WorkKind(one.work_kind).label)
    return [
        ["／".join(those), slashes(day), TermsBasis(basis).label, slashes(start) if start else "", *map(_cell, rest)]
        for (day, basis, start, *rest), those in kinds.items()
    ]


def _rule_cells(rules: list[HandInRule]) -> list[list[str]]:
    """One row for the products that are handed in the same way."""
    products: dict[tuple, list[str]] = {}
    for rule in rules:
        products.setdefault(tuple(getattr(rule, name) for name in RULE), []).append(Product(rule.product).label)
    printed = {None: "", True: "可", False: "不可"}
    return [["／".join(those), *way[:3], printed[way[3]], *way[4:]] for way, those in products.items()]


def _cell(value: str | int | None) -> str:
    return "" if value is None else str(value)
