"""A plot of months as bars, drawn on the server: numbers in, places in the picture out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 40, 28, 12
GAP = 0.35  # of a bar's room


@dataclass(frozen=True)
class Bar:
    """One month: the electronic part below, paper on top of it; in units of the picture."""

    label: str
    total: int
    middle: float
    x: float
    width: float
    electronic_y: float
    electronic_height: float
    paper_y: float
    paper_height: float


@dataclass(frozen=True)
class Line:
    """A horizontal line with its number."""

    value: int
    y: float


@dataclass(frozen=True)
class Plot:
    """Everything that the picture shows."""

    bars: list[Bar]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def plot(labels: Sequence[str], electronic: Sequence[int], paper: Sequence[int]) -> Plot:
    """Stacked bars over a scale of round numbers that holds the highest of them."""
    totals = [low + high for low, high in zip(electronic, paper, strict=True)]
    step = round_step(max(totals, default=0))
    highest = max(step, -(-max(totals, default=0) // step) * step)
    unit, room = (HEIGHT - BOTTOM - TOP) / highest, (WIDTH - LEFT) / max(len(labels), 1)
    bars = [
        _bar(label, low, high, unit, LEFT + room * (place + GAP / 2), room * (1 - GAP))
        for place, (label, low, high) in enumerate(zip(labels, electronic, paper, strict=True))
    ]
    lines = [Line(value, round(HEIGHT - BOTTOM - value * unit, 1)) for value in range(0, highest + 1, step)]
    return Plot(bars, lines)


def _bar(label: str, electronic: int, paper: int, unit: float, x: float, width: float) -> Bar:
    floor = HEIGHT - BOTTOM
    heights = electronic * unit, paper * unit
    return Bar(
        label=label,
        total=electronic + paper,
        middle=round(x + width / 2, 1),
        x=round(x, 1),
        width=round(width, 1),
        electronic_y=round(floor - heights[0], 1),
        electronic_height=round(heights[0], 1),
        paper_y=round(floor - sum(heights), 1),
        paper_height=round(heights[1], 1),
    )


def round_step(highest: int) -> int:
    """1, 2 or 5 times a power of ten, such that at most five steps reach the highest."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 5 >= highest:
                return factor * power
        power *= 10
