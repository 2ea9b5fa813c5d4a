"""The arithmetic of premiums: every boundary to the yen, no float, no medium."""

import ast
from decimal import Decimal
from inspect import signature
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarantees import masters, premiums, quoting
from guarantees.premiums import Band, NotATariff, Premium, Tariff, percent_text, premium, round_to
from guarantees.terms import Product, Rounding

LARGEST = 999_999_999_999


def tariff_of(product: Product) -> Tariff:
    """The first day's table of a product, as load_masters loads it."""
    row = next(row for row in masters.RATES if row.product == product)
    bounds = [0, *(upper for upper, _ in row.bands[:-1]), None]
    return Tariff(
        bands=tuple(Band(bounds[place], upper, rate) for place, (upper, rate) in enumerate(row.bands)),
        minimum=row.minimum_amount,
        rounding=Rounding.DOWN_TO_100,
        is_sample=not row.source,
        tax_percent=row.tax_percent,
    )


def flat(rate: str, *, minimum: int = 0, rounding: Rounding = Rounding.DOWN_TO_1, tax_percent: int = 0) -> Tariff:
    return Tariff(bands=(Band(0, None, Decimal(rate)),), minimum=minimum, rounding=rounding, tax_percent=tax_percent)


@pytest.mark.parametrize(
    ("product", "amount", "expected"),
    [
        (Product.ADVANCE, 1, 1_000),  # the minimum holds
        (Product.ADVANCE, 285_714, 1_000),
        (Product.ADVANCE, 314_285, 1_000),  # 1,099.9975 yen, rounded down to the minimum itself
        (Product.ADVANCE, 314_286, 1_100),
        (Product.ADVANCE, 4_999_999, 17_400),
        (Product.ADVANCE, 5_000_000, 17_500),
        (Product.ADVANCE, 5_000_001, 17_500),
        (Product.ADVANCE, 20_000_000, 62_500),
        (Product.ADVANCE, 49_999_999, 152_400),
        (Product.ADVANCE, 50_000_000, 152_500),
        (Product.ADVANCE, 50_000_001, 152_500),
        (Product.ADVANCE, 192_000_000, 507_500),
        (Product.ADVANCE, LARGEST, 2_500_027_400),
        (Product.INTERIM, 10_000_000, 6_500),  # the published example (domain.md 45)
        (Product.INTERIM, 9_999_999, 6_400),
        (Product.INTERIM, 10_000_001, 6_500),
        (Product.PERFORMANCE, 5_000_000, 20_000),
        (Product.PERFORMANCE, 5_000_001, 20_000),
        (Product.PERFORMANCE, 50_000_000, 173_000),
        (Product.PERFORMANCE, 50_000_001, 173_000),
        (Product.RESERVATION, 20_000_000, 2_200),  # 2,000 and 10 % tax
    ],
)
def test_premium_of_the_first_days_tables(product, amount, expected):
    assert premium(tariff_of(product), amount).amount == expected


def test_premium_tells_how_it_came_about():
    assert premium(tariff_of(Product.ADVANCE), 20_000_000) == Premium(
        guaranteed_amount=20_000_000,
        rate=Decimal("0.300"),
        added_amount=2_500,
        is_minimum=False,
        minimum=1_000,
        rounding=Rounding.DOWN_TO_100,
        is_sample=True,
        net_amount=62_500,
        tax_percent=0,
        tax_amount=0,
    )
    assert premium(tariff_of(Product.ADVANCE), 20_000_000).formula == "20,000,000円×0.300%（見本）＋2,500円"
    assert premium(tariff_of(Product.INTERIM), 10_000_000).formula == "10,000,000円×0.065%"
    assert premium(tariff_of(Product.INTERIM), 10_000_000).rate_text == "0.065%"


def test_a_boundary_belongs_to_the_band_below_it():
    rates = [premium(tariff_of(Product.ADVANCE), amount).rate for amount in (4_999_999, 5_000_000, 5_000_001)]
    assert rates == [Decimal("0.350"), Decimal("0.350"), Decimal("0.300")]


def test_every_rate_is_a_sample_but_the_published_one_and_an_advance_costs_clearly_more():
    assert {row.product for row in masters.RATES if row.source} == {Product.INTERIM}
    assert (
        premium(tariff_of(Product.ADVANCE), 10_000_000).amount
        > 3 * premium(tariff_of(Product.INTERIM), 10_000_000).amount
    )


def test_tax_is_on_the_reservation_fee_only():
    fee = premium(tariff_of(Product.RESERVATION), 20_000_000)
    assert (fee.net_amount, fee.tax_amount, fee.amount) == (2_000, 200, 2_200)
    assert {row.product for row in masters.RATES if row.tax_percent} == {Product.RESERVATION}
    assert premium(flat("1", tax_percent=10), 999).tax_amount == 0  # 0.9 yen of tax is none


def test_the_minimum_is_no_minimum_where_it_is_reached():
    tariff = flat("1", minimum=100)
    found = [premium(tariff, amount) for amount in (9_999, 10_000, 10_100)]
    assert [(one.amount, one.is_minimum) for one in found] == [(100, True), (100, False), (101, False)]


@pytest.mark.parametrize(
    ("rounding", "exact", "expected"),
    [
        (Rounding.DOWN_TO_100, "99.99999", 0),
        (Rounding.DOWN_TO_100, "100", 100),
        (Rounding.DOWN_TO_100, "199.5", 100),
        (Rounding.DOWN_TO_10, "19.9", 10),
        (Rounding.DOWN_TO_10, "20", 20),
        (Rounding.DOWN_TO_1, "0.99999", 0),
        (Rounding.DOWN_TO_1, "1", 1),
        (Rounding.UP_TO_100, "0", 0),
        (Rounding.UP_TO_100, "0.00001", 100),
        (Rounding.UP_TO_100, "100", 100),
        (Rounding.UP_TO_100, "100.00001", 200),
    ],
)
def test_rounding_by_its_name(rounding, exact, expected):
    assert round_to(rounding, Decimal(exact)) == expected


@pytest.mark.parametrize(
    "bands",
    [
        [],
        [(1, None)],
        [(0, 100)],
        [(0, 100), (101, None)],
        [(0, 100), (99, None)],
        [(0, None), (100, None)],
        [(0, 100), (100, 100), (100, None)],
    ],
)
def test_bands_that_do_not_fit_are_no_tariff(bands):
    with pytest.raises(NotATariff):
        Tariff(
            bands=tuple(Band(lower, upper, Decimal(1)) for lower, upper in bands),
            minimum=0,
            rounding=Rounding.DOWN_TO_1,
        )


def test_negative_rates_broken_yen_and_amounts_below_one_are_refused():
    with pytest.raises(NotATariff, match="0以上"):
        flat("-0.1")
    with pytest.raises(NotATariff, match="1円未満"):
        Tariff(
            bands=(Band(0, 10, Decimal("0.35")), Band(10, None, Decimal("0.3"))),
            minimum=0,
            rounding=Rounding.DOWN_TO_1,
        )
    with pytest.raises(ValueError, match="1 yen or more"):
        premium(flat("1"), 0)


@pytest.mark.parametrize(
    ("rate", "said"),
    [("0.065", "0.065%"), ("0.3", "0.300%"), ("1", "1.000%"), ("0.06500", "0.065%"), ("0.01234", "0.01234%")],
)
def test_rates_are_written_with_three_decimals_or_all(rate, said):
    assert percent_text(Decimal(rate)) == said


RATES = st.integers(0, 2_000).map(lambda thousandths: Decimal(thousandths) / 1000)


@st.composite
def tariffs(draw) -> Tariff:
    """Any table whose bounds are whole 100,000 yen: rates may fall or rise."""
    uppers = sorted(draw(st.sets(st.integers(1, 10_000), max_size=4)))
    bounds = [0, *(upper * 100_000 for upper in uppers)]
    tops = [*bounds[1:], None]
    return Tariff(
        bands=tuple(Band(lower, upper, draw(RATES)) for lower, upper in zip(bounds, tops, strict=True)),
        minimum=draw(st.integers(0, 10_000)),
        rounding=draw(st.sampled_from(Rounding)),
        tax_percent=draw(st.sampled_from([0, 10])),
    )


AMOUNTS = st.integers(1, LARGEST) | st.integers(1, 10_000).flatmap(
    lambda hundreds: st.sampled_from([hundreds * 100_000 - 1, hundreds * 100_000, hundreds * 100_000 + 1])
)


@given(tariffs(), AMOUNTS, AMOUNTS)
def test_more_guaranteed_never_costs_less_and_the_minimum_holds(tariff, one, other):
    less, more = (premium(tariff, amount) for amount in sorted((one, other)))
    assert less.amount <= more.amount
    assert 0 <= tariff.minimum <= less.net_amount
    assert type(less.amount) is int


@given(tariffs(), AMOUNTS)
def test_formula_and_bands_agree_part_by_part(tariff, amount):
    """The quick formula (rate of the last band and an addition) is the sum over the bands."""
    parts = sum(
        (min(amount, band.upper or amount) - band.lower) * band.rate / 100
        for band in tariff.bands
        if amount > band.lower
    )
    by_parts = max(round_to(tariff.rounding, Decimal(parts)), tariff.minimum)
    assert premium(tariff, amount).net_amount == by_parts


def test_there_is_no_float_and_no_medium_in_the_arithmetic():
    for module in (premiums, quoting, masters):
        tree = ast.parse(Path(module.__file__).read_text())
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), module
            assert not (isinstance(node, ast.Name) and node.id == "float"), module
            assert not (isinstance(node, ast.Name | ast.Attribute) and "medium" in ast.dump(node).lower()), module
    assert list(signature(premium).parameters) == ["tariff", "guaranteed_amount"]
