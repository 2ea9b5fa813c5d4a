"""What a guarantee costs: a rate table and an amount in, whole yen out. Pure; the one place for this arithmetic.

Nothing public tells the tables but 0.065 % for interim advances (domain.md 44 to 49), so the rule is ours (docs/decisions/0007): each part
of 保証金額 at the rate of its band, rounded once, never below the minimum. The medium plays no part (seed 002:233, Q3). No float anywhere.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from guarantees.terms import Rounding
from netdesk.formats import yen

HUNDRED = Decimal(100)
STEP = {Rounding.DOWN_TO_100: 100, Rounding.DOWN_TO_10: 10, Rounding.DOWN_TO_1: 1, Rounding.UP_TO_100: 100}


class NotATariff(ValueError):
    """The bands leave a gap, overlap, or do not reach from nothing to every amount."""


@dataclass(frozen=True)
class Band:
    """The part of 保証金額 above `lower` and up to `upper` (None: without end), in yen, and its rate in percent."""

    lower: int
    upper: int | None
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """One version of a product's rate table. Raises NotATariff where its bands do not fit together."""

    bands: tuple[Band, ...]
    minimum: int
    rounding: Rounding
    is_sample: bool = True  # is the rate made up? Minimum and rounding always are
    tax_percent: int = 0  # consumption tax; premiums bear none, 予約手数料 does (domain.md 5)

    def __post_init__(self) -> None:
        if not self.bands or self.bands[0].lower != 0 or self.bands[-1].upper is not None:
            raise NotATariff("料率の区分は、0円から始まり、最後の区分には上限がないようにしてください。")
        if any(one.upper != following.lower or one.upper <= one.lower for one, following in pairwise(self.bands)):
            raise NotATariff("料率の区分に、すき間または重なりがあります。")
        if any(band.rate < 0 for band in self.bands) or self.minimum < 0:
            raise NotATariff("料率と最低保証料は、0以上にしてください。")
        if any(addition % 1 for addition in map(self.addition, self.bands)):
            raise NotATariff("区分の境の加算額が1円未満になります。区分の境か料率を変えてください。")

    def band_of(self, amount: int) -> Band:
        """The band in which an amount ends: a boundary belongs to the band below it."""
        return next(band for band in self.bands if band.upper is None or amount <= band.upper)

    def addition(self, band: Band) -> Decimal:
        """加算額: what the bands below cost more than at this band's rate, so that no step of 保証金額 lowers the premium."""
        below = (one for one in self.bands if one.lower < band.lower)
        return sum(((one.rate - band.rate) * ((one.upper or 0) - one.lower) / HUNDRED for one in below), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Premium:
    """What one guarantee costs, in whole yen, and how it came about."""

    guaranteed_amount: int
    rate: Decimal  # percent, of the band in which the amount ends
    added_amount: int
    is_minimum: bool
    minimum: int
    rounding: Rounding
    is_sample: bool
    net_amount: int  # before tax
    tax_percent: int
    tax_amount: int

    @property
    def amount(self) -> int:
        """What is to be paid."""
        return self.net_amount + self.tax_amount

    @property
    def rate_text(self) -> str:
        """The rate as it is shown, with the mark of a sample: `0.300%（見本）`."""
        return f"{percent_text(self.rate)}{'（見本）' if self.is_sample else ''}"

    @property
    def formula(self) -> str:
        """How the amount came about, in words: `20,000,000円×0.300%（見本）＋2,500円`."""
        added = f"{'＋' if self.added_amount > 0 else '－'}{yen(abs(self.added_amount))}" if self.added_amount else ""
        return f"{yen(self.guaranteed_amount)}×{self.rate_text}{added}"


def premium(tariff: Tariff, guaranteed_amount: int) -> Premium:
    """The premium of a guaranteed amount in yen (1 or more). Raises ValueError for less."""
    if guaranteed_amount < 1:
        raise ValueError("a guaranteed amount is 1 yen or more")
    band = tariff.band_of(guaranteed_amount)
    addition = tariff.addition(band)
    rounded = round_to(tariff.rounding, guaranteed_amount * band.rate / HUNDRED + addition)
    net = max(rounded, tariff.minimum)
    return Premium(
        guaranteed_amount=guaranteed_amount,
        rate=band.rate,
        added_amount=int(addition),
        is_minimum=rounded < tariff.minimum,
        minimum=tariff.minimum,
        rounding=tariff.rounding,
        is_sample=tariff.is_sample,
        net_amount=net,
        tax_percent=tariff.tax_percent,
        tax_amount=net * tariff.tax_percent // 100,
    )


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a change of the guaranteed amount adds to the premium, by one version of the rates."""

    before: Premium
    after: Premium

    @property
    def amount(self) -> int:
        """To be paid in yen; less than nothing: to be paid back. The minimum is in both, so it is never paid back."""
        return self.after.amount - self.before.amount

    @property
    def tax_amount(self) -> int:
        """The consumption tax in it, with the same sign."""
        return self.after.tax_amount - self.before.tax_amount


def difference(tariff: Tariff, before: int, after: int) -> Difference:
    """The premium of the amount after less that of the amount before, each rounded for itself (見本, docs/decisions/0007)."""
    return Difference(before=premium(tariff, before), after=premium(tariff, after))


@dataclass(frozen=True, kw_only=True)
class EndRefund:
    """What is paid back when a guarantee ends before its time: a share of what exceeds the minimum (見本)."""

    before: Premium
    percent: int
    net_amount: int
    tax_amount: int

    @property
    def amount(self) -> int:
        """To be paid back, in yen."""
        return self.net_amount + self.tax_amount

    @property
    def formula(self) -> str:
        """How the amount came about, in words: `（62,500円－最低額1,000円）×50%`."""
        return f"（{yen(self.before.net_amount)}－最低額{yen(self.before.minimum)}）×{self.percent}%"


def end_refund(tariff: Tariff, guaranteed_amount: int, percent: int) -> EndRefund:
    """What `percent` of the premium above the minimum comes to, by the table's own rounding; the days that are over play no part."""
    before = premium(tariff, guaranteed_amount)
    excess = before.net_amount - tariff.minimum
    net = min(round_to(tariff.rounding, Decimal(excess) * percent / HUNDRED), excess)
    return EndRefund(before=before, percent=percent, net_amount=net, tax_amount=net * tariff.tax_percent // 100)


def percent_text(rate: Decimal) -> str:
    """A rate with three decimals, or as many more as it has (five at most): `0.065%`."""
    text = f"{rate:.5f}"
    return f"{text[:-2]}{text[-2:].rstrip('0')}%"


def round_to(rounding: Rounding, exact: Decimal) -> int:
    """Whole yen by the named rule, from an exact amount that is not negative."""
    step = STEP[rounding]
    steps, rest = divmod(exact, step)
    return int(steps) * step + (step if rest and rounding == Rounding.UP_TO_100 else 0)
