"""The functions of `netdesk.formats` as template filters; an empty value shows as nothing."""

from collections.abc import Callable
from datetime import date, datetime

from django import template

from netdesk import formats

register = template.Library()


def _empty_as_nothing(write: Callable[..., str]) -> Callable[[object], str]:
    return lambda value: "" if value is None or value == "" else write(value)


for _write in (formats.yen, formats.yen_spaced, formats.wareki, formats.slashes, formats.both_calendars):
    register.filter(_write.__name__, _empty_as_nothing(_write))
for _normalise in (formats.narrow, formats.tidy, formats.widen):
    register.filter(_normalise.__name__, _empty_as_nothing(_normalise))


@register.filter
def percent(part: int | None, base: int | None) -> str:
    """`{{ part|percent:base }}`: 40.0%."""
    return formats.percent(part or 0, base)


@register.filter
def counted(number: int | None, unit: str) -> str:
    """`{{ bidders|counted:"社" }}`: 12社; nothing where it was not told."""
    return "" if number is None else f"{number:,}{unit}"


@register.filter
def sama(name: str | None) -> str:
    """A name with its title of respect: `○○建設株式会社 様`. Stored names carry none."""
    return f"{name} 様" if name else ""


@register.filter
def day(text: str | None) -> date | None:
    """The date of an ISO text, so that `{{ facts.issued_on|day|date:"c" }}` can be written; None where it is empty."""
    return date.fromisoformat(text) if text else None


@register.filter
def moment(text: str) -> str:
    """An ISO moment of frozen facts, in the time zone it was written in: `令和8年11月20日 10時05分`."""
    at = datetime.fromisoformat(text)
    return f"{formats.wareki(at.date())} {at.hour}時{at.minute:02}分"


@register.filter
def lines_of(facts: dict, width: int) -> int:
    """How many lines the texts of a dict take at `width` characters a line: a document with many is set closer."""
    return sum(-(-len(value) // width) for value in facts.values() if isinstance(value, str))


@register.filter
def grouped(number: int) -> str:
    """A number with commas and its sign, without a unit: `-15,000`."""
    return f"{number:,}"


@register.filter
def less(number: int, other: int) -> str:
    """`{{ charged|less:refunded }}`: the difference with commas and its sign."""
    return f"{number - other:,}"
