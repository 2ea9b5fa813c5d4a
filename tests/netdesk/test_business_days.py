"""Business days: weekends, national holidays and the year's end, one day on each side."""

from datetime import date

import pytest

from netdesk.business_days import days_between_business, is_business_day, next_business_day, with_weekday


@pytest.mark.parametrize(
    ("day", "is_open", "named"),
    [
        (date(2026, 11, 20), True, "11月20日（金）"),
        (date(2026, 11, 21), False, "11月21日（土）"),
        (date(2026, 11, 22), False, "11月22日（日）"),
        (date(2026, 11, 23), False, "11月23日（月・祝）"),
        (date(2026, 11, 24), True, "11月24日（火）"),
        (date(2026, 5, 6), False, "5月6日（水・祝）"),  # 憲法記念日 was a Sunday: the holiday in its place
        (date(2026, 9, 22), False, "9月22日（火・祝）"),  # between two holidays
        (date(2026, 12, 28), True, "12月28日（月）"),
        (date(2026, 12, 29), False, "12月29日（火・年末年始）"),
        (date(2027, 1, 1), False, "1月1日（金・年末年始）"),
        (date(2028, 1, 3), False, "1月3日（月・年末年始）"),
        (date(2028, 1, 4), True, "1月4日（火）"),
    ],
)
def test_a_day_is_open_or_closed_and_is_named(day, is_open, named):
    assert (is_business_day(day), with_weekday(day)) == (is_open, named)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 24)),
        (date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 12, 28), date(2027, 1, 4)),
    ],
)
def test_next_business_day_passes_over_what_is_closed(day, following):
    assert next_business_day(day) == following


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 0),
        (date(2026, 11, 20), date(2026, 11, 24), 1),
        (date(2026, 11, 21), date(2026, 11, 25), 2),
        (date(2026, 12, 25), date(2027, 1, 5), 3),
        (date(2026, 11, 25), date(2026, 11, 20), 0),
    ],
)
def test_days_between_count_those_that_came_after_the_first(first, last, days):
    assert days_between_business(first, last) == days
