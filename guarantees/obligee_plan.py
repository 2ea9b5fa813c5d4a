"""What a checked file would do to the register of obligees, line by line: pure but for reading the register once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from guarantees.masters_obligees import ADVANCE_CAP_PERCENT
from guarantees.models import Addressee, HandInRule, Obligee, ObligeeTerms
from guarantees.obligee_file import RULE, TERMS, Checked
from guarantees.terms import Product, TermsBasis, WorkKind
from netdesk.formats import slashes, yen

CAPS = {"interim_cap_percent": 20, "performance_floor_percent": 10}  # where the cell is empty


TONES = {"new": "green", "changed": "blue", "error": "red"}


class Verdict(TextChoices):
    """What becomes of a line."""

    NEW = "new", "新規"
    CHANGED = "changed", "変更"
    UNCHANGED = "unchanged", "変更なし"
    ERROR = "error", "エラー"


@dataclass(frozen=True)
class Said:
    """What the report says of a line."""

    number: int
    code: str
    name: str
    verdict: Verdict
    sentences: tuple[str, ...]

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return TONES.get(self.verdict, "")


@dataclass
class Known:
    """An obligee as the register has it, and as the lines so far would leave it."""

    obligee: Obligee
    titles: list[str] = field(default_factory=list)
    versions: dict[str, dict[date, ObligeeTerms]] = field(default_factory=dict)
    rules: dict[str, HandInRule] = field(default_factory=dict)


@dataclass
class Plan:
    """What every line is said to do, and the rows to be written."""

    said: list[Said] = field(default_factory=list)
    rows: list[Obligee | Addressee | ObligeeTerms | HandInRule] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in self.said)

    @property
    def can_be_taken_in(self) -> bool:
        """No line is wrong, and some line changes something."""
        return not self.count(Verdict.ERROR) and bool(self.rows)

    def fingerprint(self, file_sha256: str) -> str:
        """The SHA-256 of the file's bytes and of all that was said of them, as 64 hexadecimal digits."""
        return hashlib.sha256(repr((file_sha256, self.said)).encode()).hexdigest()


class Wrong(Exception):
    """The line does not fit the register or another line; its argument is the sentence."""


class Register:
    """The obligees that a file names, in four queries, and what its lines do to them."""

    def __init__(self, lines: Iterable[Checked]):
        self.today = timezone.localdate()
        self.seen: dict[tuple, int] = {}
        self.named: dict[str, tuple[int, str]] = {}
        codes = {line.wanted["code"] for line in lines if line.wanted}
        obligees = Obligee.objects.filter(code__in=codes).prefetch_related("addressees", "terms", "hand_in_rules")
        self.known = {obligee.code: _known(obligee) for obligee in obligees}
        self.code_of_name = dict(Obligee.objects.order_by().values_list("name", "code"))

    def judge(self, line: Checked) -> tuple[Said, list]:
        """What the line does, in words and as rows. A line that is wrong gives none, and the file is then taken in not at all."""
        if line.sentences:
            return Said(line.number, line.code, line.name, Verdict.ERROR, line.sentences), []
        is_new = line.wanted["code"] not in self.known
        try:
            done = self._done(line)
        except Wrong as fault:
            return Said(line.number, line.code, line.name, Verdict.ERROR, (str(fault),)), []
        verdict = Verdict.NEW if is_new else Verdict.CHANGED if done else Verdict.UNCHANGED
        name = self.known[line.wanted["code"]].obligee.name
        return Said(line.number, line.wanted["code"], name, verdict, tuple(said for said, _ in done)), [
            row for _, row in done
        ]

    def _done(self, line: Checked) -> list[tuple[str, Any]]:
        """Pairs of a sentence and the row that makes it true. Raises Wrong."""
        wanted = line.wanted
        for kind in wanted["kinds"]:
            self._once(line.number, (wanted["code"], kind, wanted["in_force_from"]), WorkKind(kind).label)
        for product in wanted["products"]:
            self._once(line.number, (wanted["code"], product), Product(product).label)
        known, done = self._named(line.number, wanted)
        for title in wanted["titles"]:
            if title not in known.titles:
                known.titles.append(title)
                done.append((f"職名：{title}を追加", Addressee(obligee=known.obligee, title=title)))
        if not known.titles:
            raise Wrong("職名を1つ以上入力してください")
        for kind in wanted["kinds"]:
            done += self._terms(known, kind, wanted)
        for product in wanted["products"]:
            done += self._rule(known, product, wanted)
        return done

    def _once(self, number: int, subject: tuple, label: str) -> None:
        """No two lines may say something of the same terms or the same rule."""
        first = self.seen.setdefault(subject, number)
        if first != number:
            raise Wrong(f"「{label}」は、{first}行目と重複しています")

    def _named(self, number: int, wanted: dict[str, Any]) -> tuple[Known, list]:
        code, name = wanted["code"], wanted["name"]
        known = self.known.get(code)
        first, told = self.named.setdefault(code, (number, name)) if name else (number, name)
        if name != told:
            raise Wrong(f"発注者名「{name}」が、{first}行目の「{told}」と異なります")
        if not name and known is None:
            raise Wrong("発注者名を入力してください")
        if name and self.code_of_name.get(name, code) != code:
            raise Wrong(f"発注者名「{name}」は、団体コード{self.code_of_name[name]}で登録されています")
        if known is None:
            if not wanted["titles"]:
                raise Wrong("職名を1つ以上入力してください")
            known = self.known[code] = Known(Obligee(code=code, name=name))
            self.code_of_name[name] = code
            return known, [(f"発注者：{name}を登録", known.obligee)]
        before = known.obligee.name
        if not name or name == before:
            return known, []
        known.obligee.name, self.code_of_name[name] = name, code
        return known, [(f"発注者名：{before}→{name}", known.obligee)]

    def _terms(self, known: Known, kind: str, wanted: dict[str, Any]) -> list:
        """The version that the line wants, unless the one of its first day says the same."""
        versions, day = known.versions.setdefault(kind, {}), wanted["in_force_from"]
        values = {name: wanted[name] for name in TERMS}
        values |= {name: usual for name, usual in CAPS.items() if values[name] is None}
        if values["advance_cap_percent"] is None:
            values["advance_cap_percent"] = ADVANCE_CAP_PERCENT[WorkKind(kind)]
        before = versions.get(max((one for one in versions if one <= day), default=date.min))
        differences = _differences(before, values, TERMS, ObligeeTerms)
        if before and not differences:
            return []
        label = WorkKind(kind).label
        if day <= self.today and (versions or day < self.today):
            raise Wrong(f"{label}の適用開始日は、{'明日' if versions else '本日'}以降の日付を入力してください")
        row = versions.get(day) or ObligeeTerms(obligee=known.obligee, work_kind=kind, in_force_from=day)
        for name, value in values.items():
            setattr(row, name, value)
        versions[day] = row
        said = "、".join(differences) if before else TermsBasis(values["basis"]).label
        return [(f"{label}の条件（{slashes(day)}から）：{said}", row)]

    def _rule(self, known: Known, product: str, wanted: dict[str, Any]) -> list:
        values = {name: wanted["rule_source" if name == "source" else name] for name in RULE}
        before = known.rules.get(product)
        differences = _differences(before, values, RULE, HandInRule)
        if before and not differences:
            return []
        row = before or HandInRule(obligee=known.obligee, product=product)
        for name, value in values.items():
            setattr(row, name, value)
        row.recorded_on = self.today
        known.rules[product] = row
        said = "、".join(differences) if before else values["channel"] or "登録"
        return [(f"{Product(product).label}の提出方法：{said}", row)]


def plan(lines: list[Checked]) -> Plan:
    """What these lines do to the register as it stands."""
    register, planned = Register(lines), Plan()
    for line in lines:
        said, rows = register.judge(line)
        planned.said.append(said)
        planned.rows += rows
    return planned


def _known(obligee: Obligee) -> Known:
    known = Known(obligee, [one.title for one in obligee.addressees.all()])
    for terms in obligee.terms.all():
        known.versions.setdefault(terms.work_kind, {})[terms.in_force_from] = terms
    known.rules = {rule.product: rule for rule in obligee.hand_in_rules.all()}
    return known


def _differences(before: Any, values: dict[str, Any], names: tuple[str, ...], table: type) -> list[str]:
    """「項目 前→後」 of every column that becomes another."""
    if before is None:
        return []
    return [
        f"{table._meta.get_field(name).verbose_name} {_said(name, getattr(before, name))}→{_said(name, values[name])}"  # type: ignore[attr-defined]
        for name in names
        if getattr(before, name) != values[name]
    ]


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return "なし"
    if isinstance(value, bool):
        return "可" if value else "不可"
    if name == "basis":
        return str(TermsBasis(value).label)
    if isinstance(value, date):
        return slashes(value)
    return yen(value) if name.endswith("_price") else str(value)
