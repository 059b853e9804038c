"""Weekly hours beside one another: which collide, and how they are said in one line.

Minutes of a week, counted from Monday 00:00 by the wall clock; a session past midnight of Sunday reaches into Monday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import combinations

from hms.scheduling.rules.availability import Pattern

_DAY, _WEEK = 24 * 60, 7 * 24 * 60


def collisions(patterns: Iterable[Pattern]) -> list[tuple[Pattern, Pattern]]:
    """Pairs of sessions that one person would have to hold at once in some week."""
    return [
        (one, other)
        for one, other in combinations(patterns, 2)
        if _same_days(one, other) and any(a < d and c < b for a, b in _minutes(one) for c, d in _minutes(other))
    ]


def in_lines(patterns: Iterable[Pattern]) -> list[tuple[list[int], time, time]]:
    """(weekdays, start, end), those with equal times together, in the order of the week."""
    days: dict[tuple[time, time], set[int]] = defaultdict(set)
    for one in patterns:
        days[one.start, one.end].add(one.weekday)
    lines = [(sorted(weekdays), start, end) for (start, end), weekdays in days.items()]
    return sorted(lines, key=lambda line: (line[0][0], line[1]))


def _same_days(one: Pattern, other: Pattern) -> bool:
    """Whether there is a day in the periods of both; a session past midnight needs no more care than that."""
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    last = min(one.valid_until or date.max, other.valid_until or date.max)
    return first < last


def _minutes(pattern: Pattern) -> Iterator[tuple[int, int]]:
    start = pattern.weekday * _DAY + _of(pattern.start)
    end = pattern.weekday * _DAY + _of(pattern.end) + (_DAY if pattern.end <= pattern.start else 0)
    yield start, min(end, _WEEK)
    if end > _WEEK:
        yield 0, end - _WEEK


def _of(clock: time) -> int:
    return clock.hour * 60 + clock.minute
