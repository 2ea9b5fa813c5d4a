"""Guarantee numbers `BBYYP-NNNNNM`: branch, fiscal year in Reiwa, product, gap-free serial, and the constant M.

The shape is the seeds' (001:116); the meaning of its parts is our assumption.
"""

from datetime import date

from guarantees.models import Branch, NumberSeries
from guarantees.terms import PRODUCT_DIGIT, Product

LAST_SERIAL = 99_999


class SeriesIsFull(Exception):
    """A branch has used up the serials of one product in one fiscal year."""


def next_number(*, branch: Branch, product: Product, on: date) -> str:
    """The next number of this series. Holds the series' row until the caller's transaction ends; a rollback gives it back."""
    year = fiscal_year(on)
    NumberSeries.objects.get_or_create(branch_code=branch.code, fiscal_year=year, product=product)
    series = NumberSeries.objects.select_for_update().get(branch_code=branch.code, fiscal_year=year, product=product)
    if series.last_serial >= LAST_SERIAL:
        raise SeriesIsFull(f"{branch.code} {year} {product}")
    series.last_serial += 1
    series.save(update_fields=["last_serial"])
    return f"{branch.code}{year:02}{PRODUCT_DIGIT[product]}-{series.last_serial:05}M"


def fiscal_year(on: date) -> int:
    """The Japanese fiscal year (from 1 April) of a day, counted in Reiwa: 2026-12-01 and 2027-03-31 are both 8."""
    return (on.year if on.month >= 4 else on.year - 1) - 2018
