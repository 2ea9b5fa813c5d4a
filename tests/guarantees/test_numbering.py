"""Guarantee numbers: their shape, the fiscal year, a series per branch and product, and no gap."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from guarantees import issuing, numbering
from guarantees.models import Branch, Certificate, NumberSeries
from guarantees.models.guarantees import NUMBER_PATTERN
from guarantees.terms import Product
from tests import stories
from tests.racing import at_once

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)


@pytest.fixture
def kanagawa(cast) -> Branch:
    return Branch.objects.get(name="神奈川支店")


@pytest.fixture
def nagano(cast) -> Branch:
    return Branch.objects.get(name="長野支店")


def next_number(branch: Branch, product: Product = Product.ADVANCE, on: date = DAY) -> str:
    return numbering.next_number(branch=branch, product=product, on=on)


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2019, 4, 1), 1),
        (date(2025, 3, 31), 6),
        (date(2025, 4, 1), 7),
        (date(2026, 1, 1), 7),
        (date(2026, 3, 31), 7),
        (date(2026, 4, 1), 8),
        (date(2026, 12, 31), 8),
        (date(2027, 3, 31), 8),
        (date(2027, 4, 1), 9),
        (date(2028, 2, 29), 9),
    ],
)
def test_fiscal_year_turns_on_the_first_of_april(on, year):
    assert numbering.fiscal_year(on) == year


@pytest.mark.parametrize(
    ("product", "number"),
    [
        (Product.ADVANCE, "34081-00001M"),
        (Product.INTERIM, "34082-00001M"),
        (Product.PERFORMANCE, "34083-00001M"),
        (Product.RESERVATION, "34084-00001M"),
    ],
)
def test_next_number_is_branch_year_product_serial_and_m(kanagawa, product, number):
    assert next_number(kanagawa, product) == number
    assert re.search(NUMBER_PATTERN, number)


def test_next_number_goes_up_by_one(kanagawa):
    numbers = [next_number(kanagawa) for _ in range(12)]
    assert numbers == [f"34081-{serial:05}M" for serial in range(1, 13)]


def test_next_number_counts_each_branch_product_and_year_by_itself(kanagawa, nagano):
    for branch, product, on in (
        (kanagawa, Product.ADVANCE, DAY),
        (nagano, Product.ADVANCE, DAY),
        (kanagawa, Product.PERFORMANCE, DAY),
        (kanagawa, Product.ADVANCE, date(2027, 4, 1)),
    ):
        next_number(branch, product, on)
    assert next_number(kanagawa) == "34081-00002M"
    assert next_number(nagano) == "37081-00002M"
    assert next_number(kanagawa, Product.PERFORMANCE) == "34083-00002M"
    assert next_number(kanagawa, on=date(2027, 4, 1)) == "34091-00002M"
    assert next_number(kanagawa, on=date(2027, 3, 31)) == "34081-00003M"


def test_next_number_rolled_back_is_given_out_again(kanagawa):
    assert next_number(kanagawa) == "34081-00001M"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert next_number(kanagawa) == "34081-00002M"
        raise ZeroDivisionError
    assert next_number(kanagawa) == "34081-00002M"


def test_next_number_reaches_99999_and_then_refuses(kanagawa):
    NumberSeries.objects.create(branch_code="34", fiscal_year=8, product=Product.ADVANCE, last_serial=99_998)
    assert next_number(kanagawa) == "34081-99999M"
    with pytest.raises(numbering.SeriesIsFull) as refusal:
        next_number(kanagawa)
    assert str(refusal.value) == "34 8 advance"
    assert NumberSeries.objects.get().last_serial == 99_999
    with pytest.raises(IntegrityError, match="series_fits_five_digits"), transaction.atomic():
        NumberSeries.objects.update(last_serial=100_000)


@pytest.mark.parametrize(
    ("moment", "number", "issued_on"),
    [
        (datetime(2027, 3, 31, 14, 59, 59, tzinfo=UTC), "34081-00001M", "2027-03-31"),
        (datetime(2027, 3, 31, 15, 0, 0, tzinfo=UTC), "34091-00001M", "2027-04-01"),
    ],
    ids=["23:59:59 JST of 31 March", "midnight JST of 1 April"],
)
def test_issue_takes_number_and_printed_day_from_one_moment_in_jst(
    contractor, reviewer, approver, moment, number, issued_on
):
    with time_machine.travel(moment - timedelta(days=1), tick=False):
        requested = stories.approved(contractor, reviewer)
    with time_machine.travel(moment, tick=False):
        guarantee = issuing.issue(requested=requested, by=approver)
    certificate = Certificate.objects.get()
    assert (guarantee.number, certificate.facts["issued_on"], certificate.issued_at) == (number, issued_on, moment)


@pytest.mark.django_db(transaction=True)
def test_next_number_in_eight_threads_gives_no_number_twice_and_leaves_no_gap(kanagawa):
    def take() -> list[str]:
        numbers = []
        for _ in range(5):
            with transaction.atomic():
                numbers.append(next_number(kanagawa))
        return numbers

    taken = [number for numbers in at_once(*[take] * 8) for number in numbers]
    assert sorted(taken) == [f"34081-{serial:05}M" for serial in range(1, 41)]


@pytest.mark.django_db(transaction=True)
def test_next_number_in_threads_that_roll_back_leaves_no_gap(kanagawa):
    def take(keeps: bool) -> str:
        with transaction.atomic():
            number = next_number(kanagawa)
            if not keeps:
                raise ZeroDivisionError
            return number

    answers = at_once(*(lambda keeps=keeps: take(keeps) for keeps in [True, False] * 4))
    kept = sorted(answer for answer in answers if isinstance(answer, str))
    assert kept == [f"34081-{serial:05}M" for serial in range(1, 5)]
    assert [type(answer) for answer in answers[1::2]] == [ZeroDivisionError] * 4
    assert NumberSeries.objects.get().last_serial == 4
