"""How the key notice of one guarantee is handed in: when, to whom, how; and the mail that goes with it.

The obligee's own rules, kept in D-Sure, stand over the surety's record of them (design.md 3 and 4). What no source tells stays
empty, and is said to be asked of the obligee. Sources: domain.md L and M (002:217, 002:219), B6 51 to 54.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from dsure import reporting
from guarantees.models import HandInRule
from guarantees.terms import Product
from netdesk.formats import slashes

ASK_THE_OBLIGEE = "提出方法・提出先は発注者にご確認ください"
WHEN = {
    Product.ADVANCE: "前払金の請求時",
    Product.INTERIM: "中間前払金の請求時",
    Product.PERFORMANCE: "請負契約の締結時",
    Product.RESERVATION: "入札の手続時",
}
LONGEST_ON_NOTICE = 90  # characters of one rule, so that the notice stays on its page


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one product's key notice is handed in, with who says so. Empty text and None: no source tells."""

    product: Product
    channel: str = ""
    address: str = ""
    subject: str = ""
    is_print_accepted: bool | None = None
    other_papers: str = ""
    source: str = ""

    @property
    def when(self) -> str:
        return WHEN[self.product]

    @property
    def must_ask(self) -> bool:
        """Does the contractor still have to ask the obligee where or how?"""
        return not (self.channel and self.address)

    @property
    def print_text(self) -> str:
        """Whether a print is accepted, in words."""
        return reporting.print_text(self.is_print_accepted)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the key notice says of it (「発注者の提出方法」): what is known, and to ask where it is not."""
        said = [f"{self.product.label}の提出の時期：{self.when}"]
        known = (("提出方法", self.channel), ("提出先", self.address), ("件名", self.subject))
        said += [f"{label}：{_cut(text)}" for label, text in known if text]
        said += [ASK_THE_OBLIGEE] if self.must_ask else []
        said += [self.print_text] if self.is_print_accepted is not None else []
        said += [f"その他：{_cut(self.other_papers)}"] if self.other_papers else []
        return (*said, f"（{_cut(self.source)}）") if self.source else tuple(said)

    def subject_for(self, work_name: str) -> str:
        """The mail's subject: the obligee's where it has one, else ours. Never a key in it."""
        return self.subject or f"【電子保証】{self.product.label}「認証キー」のお知らせの提出（{work_name}）"


def rules_of(obligee_code: str) -> dict[Product, Rule]:
    """The rule of each product at this obligee, in two queries. An obligee without a code has none on record."""
    if not obligee_code:
        return chosen([], [])
    ours = HandInRule.objects.filter(obligee__code=obligee_code).order_by("product", "pk")
    return chosen(reporting.hand_in_rules(obligee_code), ours)


def chosen(theirs: Iterable[reporting.HandIn], ours: Iterable[HandInRule]) -> dict[Product, Rule]:
    """Of each product the obligee's own rule as a whole, else the surety's, else one that says to ask."""
    rules = {product: Rule(product=product) for product in Product}
    for kept in ours:
        if kept.product in rules:
            rules[Product(kept.product)] = _rule(kept, f"当社の記録：{kept.source}、{slashes(kept.recorded_on)}現在")
    for written in theirs:
        if written.product in rules:
            rules[Product(written.product)] = _rule(written, f"発注者が登録：{slashes(_day(written))}")
    return rules


def _rule(written: reporting.HandIn | HandInRule, source: str) -> Rule:
    return Rule(
        product=Product(written.product),
        channel=written.channel,
        address=written.address,
        subject=written.subject,
        is_print_accepted=written.is_print_accepted,
        other_papers=" ".join(written.other_papers.split()),
        source=source,
    )


def _day(written: reporting.HandIn) -> date:
    return timezone.localdate(written.written_at)


def _cut(text: str) -> str:
    """A rule as the notice has room for it; the job's page shows all of it."""
    return text if len(text) <= LONGEST_ON_NOTICE else f"{text[: LONGEST_ON_NOTICE - 1]}…"
