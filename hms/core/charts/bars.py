"""Lying bars with their values, and a goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hms.core.charts.scale import number


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
    most = max([float(bar.value) for bar in chart.bars] + [float(chart.goal or 0), 0.0]) or 1.0
    unit = f" {chart.unit}" if chart.unit else ""
    bars = [
        LyingBar(
            label=str(bar.label),
            y=top + index * step,
            width=round(max(float(bar.value), 0.0) / most * room, 1),
            value=number(bar.value, chart.digits) + unit,
            over=bar.over,
        )
        for index, bar in enumerate(chart.bars)
    ]
    goal = None if chart.goal is None else round(float(chart.goal) / most * room, 1)
    goal_text = "" if chart.goal is None else number(chart.goal, chart.digits).removesuffix(".0") + unit
    return BarDrawing(bars, height=top + len(bars) * step - 4, goal=goal, goal_text=goal_text)
