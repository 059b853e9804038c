"""Lines over time, with a reference band and marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hms.core import values
from hms.core.charts.scale import at, digits_of, nice_ticks, number

X = dt.date | dt.datetime | str
MOST_LINES: Final = 3
# The width of a letter of a label.
LETTER: Final = 7
# More points than this are a line, not a row of dots.
MOST_DOTS: Final = 8


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
    # Shares and waits: an axis that begins higher makes much of little.
    from_zero: bool = False

    def __post_init__(self) -> None:
        if len(self.series) > MOST_LINES:
            raise ValueError("A chart of more than three lines can't be read; draw it as several.")


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


def _words(series: Series, chart: LineChart, size: Size) -> str:
    """What stands at the end of a line: its last value, its name where there are others, both where there is room."""
    last = number(series.points[-1][1], chart.digits)
    if len(chart.series) == 1:
        return last
    return str(series.label) if size.name == PHONE.name else f"{series.label}, {last}"


def _with_room(size: Size, labels: Sequence[str]) -> Size:
    """The same with a margin that the longest label fits into, as long as half of the picture is left."""
    longest = max((len(label) for label in labels), default=0) * LETTER + 14
    return replace(size, right=min(max(size.right, longest), size.width // 2))


def draw(chart: LineChart, size: Size) -> Drawing:
    """The line chart at this size, with room for its longest label."""
    size = _with_room(size, [_words(one, chart, size) for one in chart.series if one.points])
    right, floor = size.width - size.right, size.height - size.bottom
    numbers = [value for series in chart.series for _, value in series.points] + list(chart.band or ())
    ticks = nice_ticks([*numbers, 0.0] if chart.from_zero else numbers, at_most=6)
    axis = Axis(chart, size.left, right)

    def y(value: float) -> float:
        return at(value, ticks[0], ticks[-1], floor, size.top)

    lines = []
    for position, series in enumerate(chart.series, 1):
        dots = [(axis.place(x), y(value), index in series.dangerous) for index, (x, value) in enumerate(series.points)]
        if not dots:
            continue
        label = Text(dots[-1][0] + 10, round(dots[-1][1] + 4, 1), _words(series, chart, size), "start")
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
        y_labels=[Text(size.left - 8, y(tick), number(tick, digits_of(ticks)), "end") for tick in ticks],
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
            return at(_instant(x), _instant(self.stops[0]), _instant(self.stops[-1]), self.left, self.right)
        return at(self.stops.index(x), 0, max(len(self.stops) - 1, 1), self.left, self.right)

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
