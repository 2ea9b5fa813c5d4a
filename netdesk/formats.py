"""How amounts, days, names and codes are written and read: pure functions, no trade in them.

Sources: domain.md H (documents: wareki, `20,000,000 円`) and E (screens); screens.md 2 (what people type, and what NFKC must not touch).
"""

import re
import unicodedata
from datetime import date, datetime

from django.utils import timezone

LONGEST_TYPED = 64  # of an amount or a day; checked before any work on the text
LONGEST_NARROWED = 1_000  # NFKC is not linear on hostile text; nothing longer is a code, phone or mail address

ERAS = (
    ("令和", "R", date(2019, 5, 1), date.max),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
)

# What a Japanese keyboard, a word processor or a PDF puts where a hyphen was meant (after NFKC).
DASHES = (
    "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u2796\u30fc\ufe58\ufe63\uff0d\uff70"
)
_TO_HYPHEN = dict.fromkeys(map(ord, DASHES), "-")
# Zero-width characters, direction marks and controls that are not white space: invisible, so never meant.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_HALF_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]?[\uff61-\uff9f]+")
_LONE_MARKS = str.maketrans({"\u3099": "゛", "\u309a": "゜"})
_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}

_AMOUNT = re.compile(r"(?P<minus>-?)[¥\\]?(?P<digits>[0-9](?:,?[0-9])*)円?(?:-|也)?")
_DAY_BY_YEAR = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_k>[0-9]{1,2})月(?P<day_k>[0-9]{1,2})日?|(?P<month_d>[0-9]{2})(?P<day_d>[0-9]{2}))"
)
_DAY_BY_ERA = re.compile(
    r"(?P<era>令和?|平成?|昭和?|[RHS])(?P<year>元|[0-9]{1,2})(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_k>[0-9]{1,2})月(?P<day_k>[0-9]{1,2})日?)",
    re.IGNORECASE,
)
_AROUND_MARKS = re.compile(r" ?([-/.年月日元令和平成昭RHSrhs]) ?")


class NotAnAmount(ValueError):
    """The text is not a whole number of yen."""


class NotADate(ValueError):
    """The text does not read as a day."""


class ImpossibleDate(NotADate):
    """The text reads as a day that no calendar has (31 April, 平成31年5月1日)."""


def yen(amount: int) -> str:
    """An amount on a screen: `20,000,000円`."""
    return f"{amount:,}円"


def yen_spaced(amount: int) -> str:
    """An amount on a document: `20,000,000 円` (seed 003:162)."""
    return f"{amount:,} 円"


def percent(part: int, base: int | None) -> str:
    """`part` of `base` with one decimal, floored, in integers; `0.0%` without a base. Never compare it with a limit."""
    if not base or base < 0:
        return "0.0%"
    tenths = abs(part) * 1000 // base
    return f"{'-' if part < 0 and tenths else ''}{tenths // 10}.{tenths % 10}%"


def _as_day(day: date | str) -> date:
    """The day meant by a date, an ISO text or a moment (the moment's day where we are)."""
    if isinstance(day, str):
        return date.fromisoformat(day)
    if isinstance(day, datetime):
        return timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return day


def wareki(day: date | str) -> str:
    """A day by the Japanese calendar, `令和8年12月1日`, year 1 as 元年; days before 昭和 by the western one."""
    day = _as_day(day)
    for era, _letter, first, _last in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def slashes(day: date | str) -> str:
    """A day in a list or a field: `2026/12/01`."""
    day = _as_day(day)
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def both_calendars(day: date | str) -> str:
    """A day to be checked by a reader: `2026年12月1日（令和8年12月1日）`."""
    day = _as_day(day)
    return f"{day.year}年{day.month}月{day.day}日（{wareki(day)}）"


def narrow(text: str) -> str:
    """A code, number, phone or mail address as machines write it: NFKC, one kind of hyphen, nothing invisible, stripped.

    Never for names: NFKC turns ㈱ into (株). Text of more than 1,000 characters comes back as it is, for the field to refuse.
    """
    if len(text) > LONGEST_NARROWED:
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_TO_HYPHEN)).strip()


def _with_full_kana(text: str) -> str:
    """Half-width kana made full, joined with their voicing marks; all else untouched."""
    return _HALF_KANA.sub(lambda run: unicodedata.normalize("NFKC", run[0]).translate(_LONE_MARKS), text)


def tidy(text: str) -> str:
    """A name as it was meant: trimmed, white space runs made one space, half-width kana full; ㈱ ① ～ stay as typed.

    A run that holds an ideographic space becomes one ideographic space.
    """
    text = _INVISIBLE.sub("", _with_full_kana(text))
    return re.sub(r"\s+", lambda run: "\u3000" if "\u3000" in run[0] else " ", text).strip()


def widen(text: str) -> str:
    """Text for a field that is kept in full width, 預託金融機関（全角） (seed 001:130): tidied, then ASCII and spaces made full."""
    return tidy(text).translate(_TO_FULL_WIDTH)


def _typed(text: str, refusal: type[ValueError]) -> str:
    """`text` narrowed; refused with `refusal` where too long or where NFKC would make digits of ①, ² or the like."""
    if len(text) > LONGEST_TYPED or any(sign.isdigit() and not sign.isdecimal() for sign in text):
        raise refusal(text[:LONGEST_TYPED])
    return narrow(text)


def read_amount(text: str) -> int:
    """Whole yen from what a person typed: commas, 円, ￥, spaces, full width, a leading minus. Raises NotAnAmount."""
    amount = _AMOUNT.fullmatch(re.sub(r"\s", "", _typed(text, NotAnAmount)))
    if amount is None:
        raise NotAnAmount(text)
    digits = int(amount["digits"].replace(",", ""))
    return -digits if amount["minus"] else digits


def _month_and_day(found: re.Match[str]) -> tuple[int, int]:
    """The month and the day of a match: those two of its groups that took part."""
    month, day = (text for name, text in found.groupdict().items() if text and name.startswith(("month", "day")))
    return int(month), int(day)


def _day_in_era(found: re.Match[str]) -> date:
    """The day of an era's calendar; ImpossibleDate outside that era."""
    typed = found["era"][0].upper()
    _era, _letter, first, last = next(era for era in ERAS if typed in (era[0][0], era[1]))
    year = 1 if found["year"] == "元" else int(found["year"])
    if year < 1:
        raise ImpossibleDate(found[0])
    day = date(first.year + year - 1, *_month_and_day(found))
    if not first <= day <= last:
        raise ImpossibleDate(found[0])
    return day


def read_date(text: str) -> date:
    """The day that a person typed, by either calendar: `20221031`, `2022/10/31`, `令和4年10月31日`, `R4.10.31`.

    Raises NotADate where it does not read as a day, ImpossibleDate where no calendar has that day.
    """
    plain = _AROUND_MARKS.sub(r"\1", " ".join(_typed(text, NotADate).split()))
    by_year, by_era = _DAY_BY_YEAR.fullmatch(plain), _DAY_BY_ERA.fullmatch(plain)
    try:
        if by_year:
            return date(int(by_year["year"]), *_month_and_day(by_year))
        if by_era:
            return _day_in_era(by_era)
    except ImpossibleDate:
        raise
    except ValueError as reason:
        raise ImpossibleDate(text) from reason
    raise NotADate(text)
