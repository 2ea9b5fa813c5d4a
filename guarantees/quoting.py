"""What guarantees cost by the rate tables in force: the estimate on the contractor's pages, and the premium that an approval agrees to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from guarantees import premiums
from guarantees.models import Endorsement, Guarantee, RateTable, RequestedGuarantee
from guarantees.premiums import Difference, NotATariff, Premium, Tariff
from guarantees.terms import Product, Rounding
from netdesk.formats import yen

LARGEST_AMOUNT = 999_999_999_999  # yen; as netdesk.fields.AmountField takes it


class NoRates(Exception):
    """No rate table of this product is in force, or its bands do not fit together."""


@dataclass(frozen=True)
class Quote:
    """保証料の見積り of one product, in the words that the pages show; without an amount, how to get one."""

    product: Product
    is_sample: bool
    premium: Premium | None

    @property
    def label(self) -> str:
        """What is estimated, and by whose rates."""
        what = "予約手数料" if self.product == Product.RESERVATION else "保証料"
        return f"{what}の見積り（見本の料率）" if self.is_sample else f"{what}の見積り"

    @property
    def amount(self) -> str:
        """The amount in words; nothing where none can be told."""
        return yen(self.premium.amount) if self.premium else ""

    @property
    def how(self) -> str:
        """How the amount comes about, and that it binds nobody yet."""
        if self.premium is None:
            return "保証金額を入力すると、見積りを表示します。"
        return f"{self.working}。{'予約手数料' if self.product == Product.RESERVATION else '保証料'}は審査のうえ決まります。"

    @property
    def working(self) -> str:
        """The computation in words; nothing without an amount."""
        return _working(self.premium) if self.premium else ""


def _working(premium: Premium) -> str:
    """The computation in words, everything that is made up marked 見本."""
    if premium.is_minimum:
        said = f"{premium.formula}は最低額（見本）に満たないため、最低額の{yen(premium.minimum)}"
    else:
        said = f"{premium.formula}、{Rounding(premium.rounding).label}（見本）"
    return said + (f"、消費税{premium.tax_percent}%を含む" if premium.tax_percent else "、非課税")


def amounts_of(requested: Iterable[RequestedGuarantee]) -> dict[Product, int | None]:
    """保証金額 of each requested product."""
    return {Product(one.product): one.guaranteed_amount for one in requested}


def quotes(amounts: Mapping[Product, int | None], *, on: date) -> list[Quote]:
    """The estimate of each product for what was typed (None: nothing yet). A product without rates has none. Two queries."""
    tables = {table.product: table for table in RateTable.objects.in_force(on)}
    return [_quote(product, amount, tables[product]) for product, amount in amounts.items() if product in tables]


def quote(product: Product, amount: int | None, *, on: date) -> Quote | None:
    """The estimate of one product; None where it has no rates."""
    return next(iter(quotes({product: amount}, on=on)), None)


def _quote(product: Product, amount: int | None, table: RateTable) -> Quote:
    can_tell = amount is not None and 1 <= amount <= LARGEST_AMOUNT
    return Quote(product, table.is_sample, premiums.premium(table.tariff(), amount) if can_tell and amount else None)


def rates_of(product: Product, *, on: date) -> RateTable:
    """The version of this product's rates that is in force. Raises NoRates."""
    table = RateTable.objects.in_force(on).filter(product=product).first()
    if table is None:
        raise NoRates(product)
    return table


def premium_by(table: RateTable, requested: RequestedGuarantee) -> Premium:
    """What this guarantee costs by this version of the rates; never by the medium (seed 002:233, Q3). Raises NoRates."""
    return premiums.premium(_tariff(table), requested.guaranteed_amount)


def difference_of(endorsement: Endorsement) -> Difference:
    """What a change asked for adds to the premium; its guarantee and what was requested at hand. Raises NoRates."""
    before, after = endorsement.facts_before, endorsement.facts_after
    return difference(endorsement.guarantee, before["guaranteed_amount"], after.get("guaranteed_amount"))


def difference(guarantee: Guarantee, before: int, after: int | None) -> Difference:
    """What another guaranteed amount adds to a premium, by the version of the rates that was agreed at approval. Raises NoRates."""
    return premiums.difference(tariff_of(guarantee), before, after or before)


def tariff_of(guarantee: Guarantee) -> Tariff:
    """The rates that were agreed for an issued guarantee. Raises NoRates."""
    table = guarantee.requested.rate_table
    if table is None:
        raise NoRates(guarantee.number)
    return _tariff(table)


def _tariff(table: RateTable) -> Tariff:
    try:
        return table.tariff()
    except NotATariff as fault:
        raise NoRates(str(fault)) from fault
