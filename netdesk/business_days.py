"""Business days (営業日): which days a counter is open, as pure functions, no trade in them.

Closed are Saturdays, Sundays, national holidays (国民の祝日に関する法律, by jpholiday) and 12月29日 to 1月3日
(行政機関の休日に関する法律, section 1).
"""

from datetime import date, timedelta

import jpholiday

WEEKDAYS = "月火水木金土日"
SATURDAY = 5
DAY = timedelta(days=1)
YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def is_business_day(day: date) -> bool:
    """Is the counter open on this day?"""
    return day.weekday() < SATURDAY and not _is_year_end(day) and not jpholiday.is_holiday(day)


def next_business_day(day: date) -> date:
    """The first business day after this day."""
    day += DAY
    while not is_business_day(day):
        day += DAY
    return day


def days_between_business(first: date, last: date) -> int:
    """How many business days have come after `first`, up to and with `last`; 0 where `last` is not after `first`."""
    days = (first + DAY * number for number in range(1, (last - first).days + 1))
    return sum(map(is_business_day, days))


def with_weekday(day: date) -> str:
    """A day to be named in a sentence: `11月24日（火）`, `11月23日（月・祝）`, `12月30日（水・年末年始）`."""
    marks = [WEEKDAYS[day.weekday()]]
    if _is_year_end(day):
        marks.append("年末年始")
    elif jpholiday.is_holiday(day):
        marks.append("祝")
    return f"{day.month}月{day.day}日（{'・'.join(marks)}）"


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) in YEAR_END
