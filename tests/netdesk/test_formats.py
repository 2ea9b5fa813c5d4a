"""What people type is read, and what the screens and documents show is written, as screens.md 2 says."""

import time
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from netdesk import formats

DAYS = st.dates(min_value=date(1926, 12, 25), max_value=date(2100, 12, 31))
DASHES = "-" + formats.DASHES


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_amount_reads_back_as_written(amount):
    assert formats.read_amount(formats.yen(amount)) == amount
    assert formats.read_amount(formats.yen_spaced(amount)) == amount
    assert formats.read_amount(formats.widen(formats.yen(amount))) == amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("20,000,000円", 20_000_000),
        ("￥２０，０００，０００", 20_000_000),
        ("¥1,000-", 1000),
        (" 1 000 ", 1000),
        ("0", 0),
        ("－５００", -500),
        ("１２３　円", 123),
    ],
)
def test_amount_is_read_from_what_keyboards_give(typed, amount):
    assert formats.read_amount(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", " ", "円", "1.5", "20.000.000", "1e9", "①", "10²", "二千万円", "1,", ",1", "1--", "9" * 65]
)
def test_amount_refuses_what_is_not_whole_yen(typed):
    with pytest.raises(formats.NotAnAmount):
        formats.read_amount(typed)


@given(DAYS)
def test_day_reads_back_from_every_writing(day):
    writings = (
        formats.wareki(day),
        formats.slashes(day),
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        formats.widen(formats.wareki(day)),
        formats.both_calendars(day).split("（")[1].rstrip("）"),
    )
    assert [formats.read_date(text) for text in writings] == [day] * len(writings)


@given(DAYS, st.sampled_from(DASHES))
def test_day_reads_back_with_every_dash(day, dash):
    assert formats.read_date(day.isoformat().replace("-", dash)) == day


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2020, 1, 1), "令和2年1月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "1926年12月24日"),
        ("2026-12-01", "令和8年12月1日"),
        (datetime(2019, 4, 30, 15, 0, tzinfo=UTC), "令和元年5月1日"),
    ],
)
def test_wareki_at_the_ends_of_eras(day, written):
    assert formats.wareki(day) == written


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("R4.10.31", date(2022, 10, 31)),
        ("r4/10/31", date(2022, 10, 31)),
        ("令4.10.31", date(2022, 10, 31)),
        ("㋿４年１０月３１日", date(2022, 10, 31)),
        ("令和 4 年 10 月 31 日", date(2022, 10, 31)),
        ("H31.4.30", date(2019, 4, 30)),
        ("S64-1-7", date(1989, 1, 7)),
        ("R元.5.1", date(2019, 5, 1)),
    ],
)
def test_day_is_read_by_short_era_names(typed, day):
    assert formats.read_date(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "2022/2/30",
        "2023-02-29",
        "20221301",
        "令和4年2月30日",
        "平成31年5月1日",
        "令和元年4月30日",
        "昭和64年1月8日",
        "令和0年5月1日",
        "0000-01-01",
    ],
)
def test_day_that_no_calendar_has_is_impossible(typed):
    with pytest.raises(formats.ImpossibleDate):
        formats.read_date(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "あした", "2022/10", "2022/10-31", "10/31/2022", "明治4年10月31日", "22/10/31", "2022年10月", "1" * 65],
)
def test_day_that_does_not_read_is_no_date(typed):
    with pytest.raises(formats.NotADate) as refused:
        formats.read_date(typed)
    assert refused.type is formats.NotADate


def test_reading_is_linear_and_looks_at_the_length_first():
    hostile = "\u0300\u0316" * 500_000
    started = time.perf_counter()
    for read in (formats.read_amount, formats.read_date):
        with pytest.raises(ValueError):
            read(hostile)
    assert formats.narrow(hostile) == hostile
    assert time.perf_counter() - started < 0.2


@given(st.text(alphabet=" 0123456789-/.,年月日令和元RHS円￥", max_size=64))
def test_reading_raises_nothing_but_its_refusals(text):
    for read, refusal in ((formats.read_amount, formats.NotAnAmount), (formats.read_date, formats.NotADate)):
        try:
            read(text)
        except refusal:
            pass


@given(st.text(max_size=64))
def test_normalising_twice_changes_nothing_more(text):
    for normalise in (formats.tidy, formats.widen, formats.narrow):
        assert normalise(normalise(text)) == normalise(text)


def test_narrow_makes_codes_as_machines_write_them():
    assert formats.narrow(" ３７０７１ー０００\u200b００Ｍ　") == "37071-00000M"
    assert {formats.narrow(f"1{dash}2") for dash in DASHES} == {"1-2"}


def test_tidy_leaves_names_as_typed():
    assert formats.tidy("　㈱ｶﾞｲｱ建設  第①工区 ～\u3000 北 ") == "㈱ガイア建設 第①工区 ～\u3000北"
    assert formats.tidy("髙﨑\u202e建設\x00") == "髙﨑建設"


def test_widen_makes_full_width():
    assert formats.widen("ABC銀行 ｶﾌﾞ-1") == "ＡＢＣ銀行\u3000カブ－１"


@pytest.mark.parametrize(
    ("part", "base", "shown"),
    [
        (20_000_000, 50_000_000, "40.0%"),
        (19_440_000, 48_600_000, "40.0%"),
        (399_999, 1_000_000, "39.9%"),
        (1, 3, "33.3%"),
        (5, 0, "0.0%"),
        (5, None, "0.0%"),
        (0, 10, "0.0%"),
        (3, 2, "150.0%"),
    ],
)
def test_percent_is_floored_in_integers(part, base, shown):
    assert formats.percent(part, base) == shown


def test_both_calendars_and_slashes():
    assert formats.both_calendars("2026-12-01") == "2026年12月1日（令和8年12月1日）"
    assert formats.slashes(date(2026, 12, 1)) == "2026/12/01"


def test_filters_write_as_the_functions_do():
    template = Template(
        "{% load formats %}{{ a|yen }}|{{ a|yen_spaced }}|{{ d|wareki }}|{{ d|slashes }}|{{ d|both_calendars }}|{{ a|percent:b }}|{{ n|sama }}"
    )
    shown = template.render(Context({"a": 20_000_000, "b": 50_000_000, "d": "2026-12-01", "n": "<b>○○"}))
    assert shown == (
        "20,000,000円|20,000,000 円|令和8年12月1日|2026/12/01|2026年12月1日（令和8年12月1日）|40.0%|&lt;b&gt;○○ 様"
    )


def test_filters_show_nothing_for_nothing():
    template = Template(
        "{% load formats %}{{ x|yen }}{{ x|wareki }}{{ x|slashes }}{{ x|both_calendars }}{{ x|sama }}{{ x|tidy }}"
    )
    assert template.render(Context({"x": None})) == ""
