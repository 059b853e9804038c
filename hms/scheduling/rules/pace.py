"""How long somebody who waits will wait: an interval, from how fast this practitioner is today.

The pace is what finished visits took over what they were planned to take, drawn towards 1 while few are finished (an
empirical Bayes estimate with one hour of plan as its weight). The wait walks through everybody before: the visit that
goes on, then those who wait, then those expected before, at the chance that they come. Its width grows with the root of
the sum of squares, as for independent visits. Minutes, and the clock as an argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# So many minutes of plan weigh as much as what was seen today.
WEIGHT = 60.0
SLOWEST, FASTEST = 2.5, 0.5
# Between two patients: notes, washing hands, the way from the waiting room.
TURNOVER = 2.0
# How much a visit differs from its plan: its standard deviation as a share of it.
SPREAD = 0.4
# A visit that is longer than planned is not over by that; so much of its plan is expected to be left.
TAIL = 0.25
STEP = 5
# How likely somebody comes who is expected, and who should be here already.
COMES, COMES_LATE = 0.85, 0.35
# Narrower than this nobody can promise.
NARROWEST = 10
# Further than this into the day a figure says nothing.
LONGEST = 240


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit of today that is finished: minutes planned, and minutes taken."""

    planned: float
    took: float


@dataclass(frozen=True, slots=True)
class Before:
    """Somebody who goes before: minutes planned, from when they can be seen, and how surely they come."""

    planned: float
    ready_at: datetime
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Going:
    """The visit that goes on: minutes planned, and since when."""

    planned: float
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """From so many minutes to so many; `expected` is the middle, for those who measure."""

    low: int
    high: int
    expected: float


def pace(seen: Iterable[Seen]) -> float:
    """Above 1: slower than planned."""
    seen = list(seen)
    took, planned = sum(one.took for one in seen), sum(one.planned for one in seen)
    return min(max((WEIGHT + took) / (WEIGHT + planned), FASTEST), SLOWEST)


def expected(planned: float, start_at: datetime, *, now: datetime) -> Before | None:
    """Somebody with an earlier time who is not here: most come, fewer once their time has passed, then nobody waits."""
    if now >= start_at + timedelta(minutes=planned):
        return None
    return Before(planned, max(start_at, now), COMES if now < start_at else COMES_LATE)


def wait(
    before: Iterable[Before], going: Going | None, seen: Iterable[Seen], *, now: datetime, begins_at: datetime
) -> Wait:
    """How long it is until the call. `begins_at`: when this practitioner's visits begin today."""
    speed = pace(seen)
    free_at, variance = max(now, begins_at), 0.0
    if going is not None:
        planned = going.planned * speed
        left = max(planned - _minutes(going.began_at, now), planned * TAIL)
        free_at = now + timedelta(minutes=left + TURNOVER)
        variance += (SPREAD * min(planned, left * 2)) ** 2
    for one in before:
        planned = one.planned * speed * one.chance
        free_at = max(free_at, one.ready_at) + timedelta(minutes=planned + TURNOVER * one.chance)
        variance += (SPREAD * planned) ** 2 + (one.planned * speed) ** 2 * one.chance * (1 - one.chance)
    return _rounded(_minutes(now, free_at), math.sqrt(variance))


def _rounded(expected: float, spread: float) -> Wait:
    """To five minutes, outwards: a promise is kept rather than sharp."""
    low = max(0, math.floor((expected - spread) / STEP) * STEP)
    high = math.ceil((expected + spread) / STEP) * STEP
    return Wait(min(low, LONGEST), min(max(high, low + NARROWEST), LONGEST + NARROWEST), expected)


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start) / timedelta(minutes=1))
