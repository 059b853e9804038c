"""From numbers to places: round steps for an axis, and where a value stands on it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hms.core import values


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


def digits_of(ticks: Sequence[float]) -> int:
    """As many digits as the steps of the axis need."""
    return next((digits for digits in (0, 1) if all(float(tick * 10**digits).is_integer() for tick in ticks)), 2)


def at(value: float, low: float, high: float, start: float, end: float) -> float:
    """Where `value` stands between `start` and `end`, when `low` stands at the one and `high` at the other."""
    share = (float(value) - low) / (high - low) if high != low else 1.0
    return round(start + share * (end - start), 1)


def number(value: float, digits: int) -> str:
    """The number as the chart writes it."""
    return values.point_text(value, digits)
