"""Differences and refunds of premiums, in exact integers: pure arithmetic, table by table (docs/decisions/0007)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarantees import accounts, premiums
from guarantees.accounts import Account
from guarantees.premiums import Band, Tariff
from guarantees.terms import Rounding

BANDS = (
    Band(0, 5_000_000, Decimal("0.350")),
    Band(5_000_000, 50_000_000, Decimal("0.300")),
    Band(50_000_000, None, Decimal("0.250")),
)


def tariff(**changes) -> Tariff:
    return Tariff(**({"bands": BANDS, "minimum": 1_000, "rounding": Rounding.DOWN_TO_100} | changes))


@pytest.mark.parametrize(
    ("before", "after", "amount"),
    [
        (20_000_000, 22_000_000, 6_000),  # 62,500 -> 68,500
        (20_000_000, 15_000_000, -15_000),
        (20_000_000, 20_000_000, 0),
        (20_000_000, 20_000_001, 0),  # not enough for the next 100 yen
        (20_000_000, 20_033_334, 100),  # 62,600.002
        (5_000_000, 5_000_001, 0),  # across the band's edge
        (100_000, 285_714, 0),  # the minimum on both sides: 999.999
        (100_000, 314_286, 100),  # 1,100.001, less the minimum
        (20_000_000, 1, -61_500),  # the minimum stays
    ],
)
def test_difference_is_what_the_two_premiums_differ_by(before, after, amount):
    assert premiums.difference(tariff(), before, after).amount == amount


def test_difference_of_a_fee_carries_its_tax():
    fee = tariff(bands=(Band(0, None, Decimal("0.010")),), tax_percent=10)
    more = premiums.difference(fee, 20_000_000, 30_000_000)
    assert (more.amount, more.tax_amount) == (1_100, 100)
    less = premiums.difference(fee, 30_000_000, 20_000_000)
    assert (less.amount, less.tax_amount) == (-1_100, -100)


@pytest.mark.parametrize(
    ("amount", "percent", "changes", "refund"),
    [
        (20_000_000, 0, {}, 0),
        (20_000_000, 50, {}, 30_700),  # (62,500 - 1,000) / 2 = 30,750, down to 100
        (20_000_000, 100, {}, 61_500),
        (20_000_000, 50, {"rounding": Rounding.DOWN_TO_10}, 30_750),
        (20_000_000, 50, {"rounding": Rounding.UP_TO_100}, 30_800),
        (20_000_000, 100, {"minimum": 62_450, "rounding": Rounding.UP_TO_100}, 50),  # never more than what exceeds it
        (100_000, 100, {}, 0),  # nothing of the minimum
        (20_000_000, 50, {"tax_percent": 10}, 33_770),
    ],
)
def test_refund_at_an_end_is_a_share_of_what_exceeds_the_minimum(amount, percent, changes, refund):
    assert premiums.end_refund(tariff(**changes), amount, percent).amount == refund


@given(
    st.integers(1, 10**10),
    st.integers(1, 10**10),
    st.integers(0, 100),
    st.sampled_from(list(Rounding)),
    st.sampled_from([0, 10]),
)
def test_what_is_paid_back_is_never_more_than_was_paid_less_the_minimum(before, after, percent, rounding, tax):
    rates = tariff(rounding=rounding, tax_percent=tax)
    whole, minimum = premiums.premium(rates, before).amount, 1_000 + 1_000 * tax // 100
    assert whole + premiums.difference(rates, before, after).amount >= minimum
    assert 0 <= premiums.end_refund(rates, before, percent).amount <= whole - minimum


@pytest.mark.parametrize(
    ("due", "received", "left", "surplus"),
    [(62_500, 0, 62_500, 0), (62_500, 62_500, 0, 0), (50_000, 62_500, 0, 12_500), (None, 62_500, 0, 0), (0, 1, 0, 1)],
)
def test_account_says_what_is_to_be_paid_and_what_goes_back(due, received, left, surplus):
    account = Account(due, received)
    assert (account.open, account.surplus) == (left, surplus)


def test_days_are_counted_without_holidays_and_the_turn_of_the_year():
    assert accounts.days_later(date(2026, 11, 20), 1) == date(2026, 11, 24)  # weekend and 勤労感謝の日
    assert accounts.days_later(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert accounts.last_business_day(date(2026, 10, 1)) == date(2026, 11, 30)
    assert accounts.last_business_day(date(2026, 11, 1)) == date(2026, 12, 28)
    assert accounts.last_business_day(date(2026, 12, 1)) == date(2027, 1, 29)
