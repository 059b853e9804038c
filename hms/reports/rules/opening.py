"""How many minutes a timetable was open in each part of a period.

Weekly hours are counted by weekdays, not day by day: a year of a large hospital has two hundred thousand sittings. A
sitting belongs to the day on which it begins, and counts as long as the clock on the wall says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hms.reports.rules.periods import Period
from hms.scheduling.rules.availability import Busy, Pattern, sessions
from hms.scheduling.rules.wall_clock import Span, day_span, wall_time

_MINUTE, _DAY = timedelta(minutes=1), 24 * 60


class Weekdays:
    """How often each weekday comes in a stretch of days on which the house is open; the same answer is kept."""

    def __init__(self, closed: Collection[date]) -> None:
        self.closed = frozenset(closed)
        self._known: dict[tuple[int, date, date], int] = {}

    def between(self, weekday: int, first: date, until: date) -> int:
        """Open days of this weekday (0 is Monday) in `[first, until)`."""
        key = weekday, first, until
        if key not in self._known:
            # Day 1 of the calendar is a Monday.
            every = (until.toordinal() - 2 - weekday) // 7 - (first.toordinal() - 2 - weekday) // 7
            shut = sum(1 for day in self.closed if day.weekday() == weekday and first <= day < until)
            self._known[key] = every - shut
        return self._known[key]


def open_minutes(
    patterns: Sequence[Pattern],
    parts: Sequence[Period],
    days: Weekdays,
    zone: ZoneInfo,
    *,
    away: Iterable[Span] = (),
    extra: Iterable[Span] = (),
) -> list[int]:
    """Minutes of each part: weekly hours on open days, and extra sessions beside them, without absences.

    The parts follow one another without a gap.
    """
    if not parts:
        return []
    first, until = parts[0].first, parts[-1].until
    found = _weekly(patterns, parts, days)
    starts = [part.first for part in parts]
    whole = Span(day_span(first, zone).start, day_span(until, zone).start)

    def add(day: date, minutes: int) -> None:
        if first <= day < until:
            found[bisect_right(starts, day) - 1] += minutes

    gone = Busy(span for span in away if span.overlaps(whole))
    absences = [*map(Span, gone.starts, gone.ends)]
    for absence in absences:
        for day, sitting in _held(patterns, absence, days, zone):
            lost = min(sitting.end, absence.end) - max(sitting.start, absence.start)
            add(day, -(lost // _MINUTE))
    for session in extra:
        day = wall_time(session.start, zone).date()
        if session.overlaps(whole) and day not in days.closed:
            taken = Busy([*absences, *(sitting for _day, sitting in _held(patterns, session, days, zone))])
            add(day, sum(left.length // _MINUTE for left in taken.without(session)))
    return found


def _weekly(patterns: Iterable[Pattern], parts: Sequence[Period], days: Weekdays) -> list[int]:
    """Minutes of weekly hours in each part. Sessions of one weekday and one validity are counted together."""
    alike: dict[tuple[int, date, date], int] = defaultdict(int)
    for one in patterns:
        first = max(parts[0].first, one.valid_from or parts[0].first)
        until = min(parts[-1].until, one.valid_until or parts[-1].until)
        start, end = (clock.hour * 60 + clock.minute for clock in (one.start, one.end))
        alike[one.weekday, first, until] += end - start + (_DAY if end <= start else 0)
    found = [0] * len(parts)
    for (weekday, first, until), minutes in alike.items():
        for number, part in enumerate(parts):
            since, before = max(part.first, first), min(part.until, until)
            if since < before:
                found[number] += minutes * days.between(weekday, since, before)
    return found


def _held(patterns: Sequence[Pattern], stretch: Span, days: Weekdays, zone: ZoneInfo) -> Iterator[tuple[date, Span]]:
    """The weekly sittings that reach into a stretch, each with the day on which it begins."""
    for sitting in sessions(patterns, zone, stretch):
        day = wall_time(sitting.span.start, zone).date()
        if day not in days.closed:
            yield day, sitting.span
