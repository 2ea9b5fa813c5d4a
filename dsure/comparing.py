"""A contract beside its certificate: each field right or wrong, with both values and the rule in words (issue 5.6).

All is pure but `answers`, which reads the organisation's register once for any number of lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery, TextChoices

from dsure.models import Deposit, DepositedCertificate, Obligee, Standing
from netdesk.formats import narrow, percent, slashes, tidy, yen

NOT_REGISTERED = "未登録：先に番号と認証キーで開いてください"
PRICE_ALONE = "前払金保証は、請負金額だけの変更であれば、保証契約の変更の手続きは要りません。"
NOTHING = "（なし）"
RULES = {
    "保証の状態": "終了・解除・解約していないこと",
    "請負金額": "契約書の請負金額と証書の請負金額が同じであること",
    "保証期限": "証書の保証期限が、契約書の工期の終わりの日以後であること",
    "被保証者": "契約書の発注者が、証書の被保証者または発注者と同じであること（空白と全角・半角の違いは問いません）",
    "保証契約者": "契約書の受注者と証書の保証契約者が同じであること（空白と全角・半角の違いは問いません）",
    "保証割合": "証書の保証金額が、請負金額に必要な割合を掛けた額以上であること（1円未満は切り上げ）",
}


class Verdict(TextChoices):
    """What became of one line."""

    RIGHT = "right", "○"
    WRONG = "wrong", "×"
    UNKNOWN = "unknown", "未登録"
    UNREADABLE = "unreadable", "読み取れない行"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the officer's contract says. None and empty text: not to be compared. `required_percent` is whole."""

    number: str
    contract_price: int | None = None
    work_ends_on: date | None = None
    addressee: str = ""
    contractor: str = ""
    required_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a file, or the one that was typed (0): a contract, or the sentences that say why there is none."""

    at: int = 0
    number: str = ""
    contract: Contract | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One field of contract and certificate, both as they are written, and what the rule says of them."""

    label: str
    is_right: bool
    contract: str
    certificate: str
    note: str = ""

    @property
    def rule(self) -> str:
        return RULES[self.label]

    @property
    def mark(self) -> str:
        return "○" if self.is_right else "×"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of one line."""

    line: Line
    deposit: Deposit | None = None
    facts: dict = field(default_factory=dict)
    compared: tuple[Compared, ...] = ()

    @property
    def verdict(self) -> Verdict:
        if self.line.contract is None:
            return Verdict.UNREADABLE
        if self.deposit is None:
            return Verdict.UNKNOWN
        return Verdict.RIGHT if all(one.is_right for one in self.compared) else Verdict.WRONG

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said where nothing was compared."""
        return (NOT_REGISTERED,) if self.verdict == Verdict.UNKNOWN else self.line.sentences


def answers(obligee: Obligee, lines: Iterable[Line]) -> list[Answer]:
    """An answer for each line, in their order, by the organisation's own register. One query."""
    lines = list(lines)
    facts = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk")).values("facts")[:1]
    numbers = {line.contract.number for line in lines if line.contract}
    register = Deposit.objects.in_register_of(obligee).filter(number__in=numbers)
    found = {deposit.number: deposit for deposit in register.with_standing().annotate(facts_in_force=Subquery(facts))}
    return [_answer(line, found) for line in lines]


def _answer(line: Line, found: Mapping[str, Deposit]) -> Answer:
    deposit = found.get(line.contract.number) if line.contract else None
    if line.contract is None or deposit is None:
        return Answer(line=line)
    facts: dict = deposit.facts_in_force  # type: ignore[attr-defined]
    status = Compared(
        label="保証の状態",
        is_right=deposit.standing == Standing.IN_FORCE,
        contract="有効であること",
        certificate=deposit.status,
    )
    return Answer(line=line, deposit=deposit, facts=facts, compared=(status, *compare(line.contract, facts)))


def compare(contract: Contract, facts: dict) -> list[Compared]:
    """The fields that the contract names, in the order of RULES. Amounts are compared as whole yen."""
    found = []
    if contract.contract_price is not None:
        found.append(_price(contract.contract_price, facts))
    if contract.work_ends_on:
        found.append(_deadline(contract.work_ends_on, facts))
    if contract.addressee:
        found.append(_name("被保証者", contract.addressee, facts["addressee"], facts["obligee_name"]))
    if contract.contractor:
        found.append(_name("保証契約者", contract.contractor, facts["contractor_name"]))
    if contract.required_percent is not None:
        price = facts["contract_price"] if contract.contract_price is None else contract.contract_price
        found.append(_share(contract.required_percent, price, facts["guaranteed_amount"]))
    return found


def _price(price: int, facts: dict) -> Compared:
    is_right = price == facts["contract_price"]
    note = "" if is_right else f"差額は{yen(abs(price - facts['contract_price']))}です。"
    if not is_right and facts["product"] == "advance":
        note += PRICE_ALONE
    return Compared(
        label="請負金額", is_right=is_right, contract=yen(price), certificate=yen(facts["contract_price"]), note=note
    )


def _deadline(work_ends_on: date, facts: dict) -> Compared:
    short = (work_ends_on - date.fromisoformat(facts["guarantee_ends_on"])).days
    return Compared(
        label="保証期限",
        is_right=short <= 0,
        contract=f"工期の終わり {slashes(work_ends_on)}",
        certificate=slashes(facts["guarantee_ends_on"]),
        note=f"保証期限が工期の終わりより{short:,}日早く終わります。" if short > 0 else "",
    )


def _share(required: int, price: int, guaranteed: int) -> Compared:
    least = -(-price * required // 100)
    return Compared(
        label="保証割合",
        is_right=guaranteed >= least,
        contract=f"{required}%以上（{yen(least)}以上）",
        certificate=f"{yen(guaranteed)}（{percent(guaranteed, price)}）",
        note=f"{yen(least - guaranteed)}足りません。" if guaranteed < least else "",
    )


def _name(label: str, typed: str, *names: str) -> Compared:
    """Right where it is the same as one of the names; wrong with the difference to the first."""
    is_right = _bare(typed) in map(_bare, names)
    shown = next((name for name in names if _bare(name) == _bare(typed)), names[0])
    return Compared(
        label=label,
        is_right=is_right,
        contract=typed,
        certificate=shown,
        note="" if is_right else _difference(tidy(typed), tidy(shown)),
    )


def _bare(name: str) -> str:
    """A name as it is compared: one width, one kind of dash, no spaces, no case."""
    return "".join(narrow(tidy(name)).split()).casefold()


def _difference(typed: str, shown: str) -> str:
    """What lies between the common beginning and the common end."""
    start = _common(typed, shown)
    end = _common(typed[start:][::-1], shown[start:][::-1])
    middles = (text[start : len(text) - end] or NOTHING for text in (typed, shown))
    return "違うところ：契約「{}」　証書「{}」".format(*middles)


def _common(one: str, other: str) -> int:
    """How many signs both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
