"""発行統計: counts by month, product and medium; times by percentiles; the plot; the CSV."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from guarantees import applying, figures, issuing, plotting, reviewing
from guarantees.figures import Durations
from guarantees.terms import Medium
from tests import stories
from tests.pages import client_of, words

JST = ZoneInfo("Asia/Tokyo")


def issued_after(hours: int, on: datetime, contractor, reviewer, approver, *requested: dict) -> None:
    with time_machine.travel(on, tick=False) as clock:
        application = stories.drafted(contractor, *requested)
        applying.submit(application=application, revision=1, by=contractor)
        reviewing.take_up(application=application, by=reviewer)
        clock.shift(timedelta(hours=hours))
        one = reviewing.approve(requested=application.requested.get(), by=reviewer, revision=1)
        issuing.issue(requested=one, by=approver)


@pytest.mark.django_db
def test_months_and_times_are_those_of_the_branch(contractor, reviewer, approver, nagano_approver):
    assert (sum(one.total for one in figures.months(None)), figures.durations(None)) == (0, Durations(None, None))
    days = [datetime(2026, 11, day, 9, tzinfo=JST) for day in (2, 4, 5)] + [datetime(2025, 11, 30, 9, tzinfo=JST)]
    on_paper = stories.performance(medium=Medium.PAPER)
    for hours, day, what in zip((1, 2, 11, 5), days, ([], [], [on_paper], [on_paper]), strict=True):
        issued_after(hours, day, contractor, reviewer, approver, *what)
    months = figures.months(approver.branch)
    assert [f"{one.first_on:%Y/%m}" for one in (months[0], months[-1])] == ["2025/12", "2026/11"]
    assert (months[-1].by_product, months[-1].electronic, months[-1].paper) == (
        {"advance": 2, "interim": 0, "performance": 1, "reservation": 0},
        2,
        1,
    )
    assert [one.total for one in months] == [0] * 11 + [3]
    ninth = timedelta(hours=2) + 0.8 * timedelta(hours=9)
    assert figures.durations(approver.branch) == Durations(timedelta(hours=2), ninth)
    assert sum(one.total for one in figures.months(nagano_approver.branch)) == 0

    said = words(client_of(reviewer).get("/surety/figures/"))
    assert "発行件数 3件 電子保証の割合 66.6% 申込から発行まで（中央値） 2時間" in said
    assert "2026/11 2 0 1 0 3 2 1 66.6%" in said
    assert "発行件数 0件" in words(client_of(nagano_approver).get("/surety/figures/"))
    nagano_approver.branch = None
    nagano_approver.save()
    office = client_of(nagano_approver)
    assert "発行件数 3件" in words(office.get("/surety/figures/"))
    lines = b"".join(office.get("/surety/figures/list.csv", {"branch": approver.branch.pk})).decode().splitlines()
    assert (len(lines), lines[1]) == (13, '"2026/11","2","0","1","0","3","2","1","66.6%"')


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (5, 1), (6, 2), (10, 2), (11, 5), (25, 5), (26, 10), (500, 100), (501, 200)]
)
def test_scale_has_round_steps_and_at_most_five(highest, step):
    assert plotting.round_step(highest) == step


def test_bars_stand_on_one_another_inside_the_picture():
    drawn = plotting.plot(["10月", "11月"], [3, 0], [1, 0])
    first, second = drawn.bars
    assert (first.total, first.electronic_y, first.paper_y) == (4, 57.0, 12.0)
    assert first.paper_y + first.paper_height == pytest.approx(first.electronic_y, abs=0.2)
    assert first.electronic_y + first.electronic_height == pytest.approx(drawn.floor, abs=0.2)
    assert (second.electronic_height, second.paper_height) == (0, 0)
    assert [line.value for line in drawn.lines] == [0, 1, 2, 3, 4]
