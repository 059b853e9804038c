"""The small line in a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hms.core.charts.scale import at


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
    bounds = [float(bound) for bound in (low, high) if bound is not None]
    least, most = min(numbers + bounds), max(numbers + bounds)
    if least == most:
        least, most = least - 1, most + 1

    def y(value: float) -> float:
        return at(value, least, most, 20.6, 3.4)

    step = 90 / max(len(numbers) - 1, 1)
    points = [(round(3 + index * step, 1), y(number)) for index, number in enumerate(numbers)]
    if len(points) == 1:
        points = [(3.0, points[0][1]), (93.0, points[0][1])]
    band = None
    if bounds:
        top = y(high if high is not None else most)
        band = (top, round(y(low if low is not None else least) - top, 1))
    return Spark(" ".join(f"{px},{py}" for px, py in points), band, points[-1])
