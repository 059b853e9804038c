"""Where the lines, bars and labels of a chart go: geometry as data, drawn as SVG by templates.

A chart says its finding in the title, carries a text alternative and the numbers as a table, tells its lines apart by
dash and label as well as colour, and uses red only for a value that is dangerous. Refuses more than three lines.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hms.core import values

X = dt.date | dt.datetime | str
MOST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its points by time (spaced by it) or by text (spaced evenly)."""

    label: Any
    points: Sequence[tuple[X, float]]
    # Points that are dangerous, by index: drawn in red.
    dangerous: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LineChart:
    """Up to three lines over time. `summary` is read out in place of the picture, `line` stands under the title."""

    title: Any
    unit: str
    summary: Any
    series: Sequence[Series]
    band: tuple[float, float] | None = None
    marks: Sequence[tuple[X, Any]] = ()
    line: Any = ""
    digits: int = 0
    level: int = 2

    def __post_init__(self) -> None:
        if len(self.series) > MOST_LINES:
            raise ValueError("A chart of more than three lines can't be read; draw it as several.")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `over` gives it the second colour, with its value beside it."""

    label: Any
    value: float
    over: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """Lying bars with their values, and a goal line where there is one."""

    title: Any
    unit: str
    summary: Any
    bars: Sequence[Bar]
    goal: float | None = None
    line: Any = ""
    digits: int = 0
    level: int = 3


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's outer size and margins, in its own units; about one CSS pixel each."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int = 14
    bottom: int = 28
    labels: int = 8


# From 672, 448 and 320 CSS pixels on; the style sheet shows the one that fits.
WIDE: Final = Size("wide", 760, 270, left=44, right=112)
MIDDLE: Final = Size("middle", 560, 250, left=40, right=108, labels=6)
PHONE: Final = Size("phone", 350, 230, left=34, right=78, bottom=26, labels=4)
SIZES: Final = (WIDE, MIDDLE, PHONE)
# More points than this are a line, not a row of dots.
MOST_DOTS: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    path: str
    dots: list[tuple[float, float, bool]]
    label: Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line chart at one size, ready to be written as SVG."""

    size: Size
    lines: list[Line]
    x_labels: list[Text]
    y_labels: list[Text]
    band: tuple[float, float] | None
    marks: list[Text]

    @property
    def right(self) -> int:
        return self.size.width - self.size.right

    @property
    def plot_width(self) -> int:
        return self.right - self.size.left

    @property
    def floor(self) -> int:
        return self.size.height - self.size.bottom


def draw(chart: LineChart, size: Size) -> Drawing:
    """The line chart at this size."""
    right, floor = size.width - size.right, size.height - size.bottom
    ticks = nice_ticks(
        [value for series in chart.series for _, value in series.points] + list(chart.band or ()), at_most=6
    )
    axis = Axis(chart, size.left, right)

    def y(value: float) -> float:
        return _at(value, ticks[0], ticks[-1], floor, size.top)

    lines = []
    for position, series in enumerate(chart.series, 1):
        dots = [(axis.place(x), y(value), index in series.dangerous) for index, (x, value) in enumerate(series.points)]
        if not dots:
            continue
        last = series.points[-1][1]
        words = f"{series.label}, {number(last, chart.digits)}" if size is not PHONE else str(series.label)
        if len(chart.series) == 1:
            words = number(last, chart.digits)
        label = Text(dots[-1][0] + 10, round(dots[-1][1] + 4, 1), words, "start")
        path = " ".join(f"{px},{py}" for px, py, _ in dots)
        lines.append(Line(position, path, dots if len(dots) <= MOST_DOTS else [dot for dot in dots if dot[2]], label))
    _spread(lines, size.top, floor)
    band = None
    if chart.band:
        top = y(chart.band[1])
        band = (top, round(y(chart.band[0]) - top, 1))
    return Drawing(
        size=size,
        lines=lines,
        x_labels=[Text(x, size.height - 8, text) for x, text in axis.labels(size.labels)],
        y_labels=[Text(size.left - 8, y(tick), number(tick, _digits(ticks)), "end") for tick in ticks],
        band=band,
        marks=[Text(axis.place(x), size.top + 10, str(text), "start") for x, text in chart.marks],
    )


class Axis:
    """The horizontal axis: time in proportion, words evenly."""

    def __init__(self, chart: LineChart, left: int, right: int) -> None:
        self.left, self.right = left, right
        self.stops: list[X] = []
        for series in chart.series:
            self.stops += [x for x, _ in series.points if x not in self.stops]
        self.timed = bool(self.stops) and not isinstance(self.stops[0], str)
        if self.timed:
            self.stops.sort(key=_instant)

    def place(self, x: X) -> float:
        if not self.stops:
            return self.left
        if self.timed:
            return _at(_instant(x), _instant(self.stops[0]), _instant(self.stops[-1]), self.left, self.right)
        return _at(self.stops.index(x), 0, max(len(self.stops) - 1, 1), self.left, self.right)

    def labels(self, at_most: int) -> list[tuple[float, str]]:
        """Labels with room between them, the last one always, the others from the left."""
        room = (self.right - self.left) / at_most
        chosen: list[tuple[float, str]] = []
        for x in self.stops:
            place = self.place(x)
            if not chosen or place - chosen[-1][0] >= room:
                chosen.append((place, _x_text(x)))
        if self.stops and (last := (self.place(self.stops[-1]), _x_text(self.stops[-1]))) != chosen[-1]:
            if len(chosen) > 1 and last[0] - chosen[-1][0] < room:
                chosen.pop()
            chosen.append(last)
        return chosen


def _instant(x: X) -> float:
    if isinstance(x, dt.datetime):
        return x.timestamp()
    if isinstance(x, dt.date):
        return dt.datetime.combine(x, dt.time(12), dt.UTC).timestamp()
    raise TypeError("A chart's points are either all times or all words.")


def _x_text(x: X) -> str:
    return x if isinstance(x, str) else values.short_day_text(x)


def _at(value: float, low: float, high: float, start: float, end: float) -> float:
    share = (value - low) / (high - low) if high != low else 1.0
    return round(start + share * (end - start), 1)


def _spread(lines: list[Line], top: int, floor: int) -> None:
    """Move the labels at the lines' ends apart, so that two near ends can both be read."""
    ordered = sorted(range(len(lines)), key=lambda index: lines[index].label.y)
    lowest = float(top)
    for index in ordered:
        label = lines[index].label
        y = max(label.y, lowest)
        lowest = y + 15
        if y != label.y:
            lines[index] = replace(lines[index], label=replace(label, y=round(min(y, floor), 1)))


def nice_ticks(numbers: Sequence[float], at_most: int = 6) -> list[float]:
    """Round numbers around all of `numbers`, in equal steps of 1, 2 or 5 times a power of ten."""
    if not numbers:
        return [0.0, 1.0]
    low, high = float(min(numbers)), float(max(numbers))
    if low == high:
        low, high = low - 1, high + 1
    raw = (high - low) / max(at_most - 2, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * power for factor in (1, 2, 5) if factor * power >= raw), 10 * power)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 10) for index in range(first, last + 1)]


def _digits(ticks: Sequence[float]) -> int:
    """As many digits as the steps of the axis need."""
    return next((digits for digits in (0, 1) if all(float(tick * 10**digits).is_integer() for tick in ticks)), 2)


def number(value: float, digits: int) -> str:
    return values.point_text(value, digits)


@dataclass(frozen=True, slots=True)
class LyingBar:
    label: str
    y: float
    width: float
    value: str
    over: bool


@dataclass(frozen=True, slots=True)
class BarDrawing:
    """A bar chart, ready to be written as SVG. `goal` is where its line stands."""

    bars: list[LyingBar]
    height: int
    goal: float | None
    goal_text: str
    width: int = 285


def draw_bars(chart: BarChart) -> BarDrawing:
    """The bars under one another, the longest as long as there is room beside its number."""
    room, step, top = 225, 38, 24
    most = max([bar.value for bar in chart.bars] + [chart.goal or 0.0, 0.0]) or 1.0
    unit = f" {chart.unit}" if chart.unit else ""
    bars = [
        LyingBar(
            label=str(bar.label),
            y=top + index * step,
            width=round(max(bar.value, 0.0) / most * room, 1),
            value=number(bar.value, chart.digits) + unit,
            over=bar.over,
        )
        for index, bar in enumerate(chart.bars)
    ]
    goal = None if chart.goal is None else round(chart.goal / most * room, 1)
    goal_text = "" if chart.goal is None else number(chart.goal, chart.digits).removesuffix(".0") + unit
    return BarDrawing(bars, height=top + len(bars) * step - 4, goal=goal, goal_text=goal_text)


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline of 96 by 24 units: its line, its reference band, its last point."""

    path: str
    band: tuple[float, float] | None
    last: tuple[float, float]


def spark(numbers: Sequence[float], low: float | None = None, high: float | None = None) -> Spark | None:
    """The line through `numbers`, evenly spaced; nothing when there is none."""
    numbers = [float(number) for number in numbers]
    if not numbers:
        return None
    bounds = [bound for bound in (low, high) if bound is not None]
    least, most = min(numbers + bounds), max(numbers + bounds)
    if least == most:
        least, most = least - 1, most + 1

    def y(value: float) -> float:
        return _at(value, least, most, 20.6, 3.4)

    step = 90 / max(len(numbers) - 1, 1)
    points = [(round(3 + index * step, 1), y(number)) for index, number in enumerate(numbers)]
    if len(points) == 1:
        points = [(3.0, points[0][1]), (93.0, points[0][1])]
    band = None
    if bounds:
        top = y(high if high is not None else most)
        band = (top, round(y(low if low is not None else least) - top, 1))
    return Spark(" ".join(f"{px},{py}" for px, py in points), band, points[-1])
