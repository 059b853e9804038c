"""How many minutes a timetable was open in each part of a period.

Weekly hours are counted by weekdays, not day by day: a year of a large hospital has two hundred thousand sittings. A
sitting belongs to the day on which it begins, and counts as long as the clock on the wall says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hms.reports.rules.periods import Period
from hms.scheduling.rules.availability import Busy, Pattern, sessions
from hms.scheduling.rules.wall_clock import Span, day_span, wall_time

_MINUTE = timedelta(minutes=1)


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
    found = [sum(_weekly(one, part, days) for one in patterns) for part in parts]
    if not parts:
        return found
    starts = [part.first for part in parts]
    whole = Span(day_span(starts[0], zone).start, day_span(parts[-1].until, zone).start)

    def add(moment: datetime, minutes: int) -> None:
        day = wall_time(moment, zone).date()
        if starts[0] <= day < parts[-1].until:
            found[bisect_right(starts, day) - 1] += minutes

    gone = Busy(span for span in away if span.overlaps(whole))
    for stretch in map(Span, gone.starts, gone.ends):
        for sitting in _held(patterns, stretch, days, zone):
            lost = Span(max(sitting.start, stretch.start), min(sitting.end, stretch.end))
            add(sitting.start, -(lost.length // _MINUTE))
    for session in extra:
        if session.overlaps(whole) and wall_time(session.start, zone).date() not in days.closed:
            taken = [*map(Span, gone.starts, gone.ends), *_held(patterns, session, days, zone)]
            add(session.start, sum(left.length // _MINUTE for left in Busy(taken).without(session)))
    return found


def _weekly(pattern: Pattern, part: Period, days: Weekdays) -> int:
    first = max(part.first, pattern.valid_from or part.first)
    until = min(part.until, pattern.valid_until or part.until)
    if first >= until:
        return 0
    start, end = (clock.hour * 60 + clock.minute for clock in (pattern.start, pattern.end))
    return days.between(pattern.weekday, first, until) * (end - start + (24 * 60 if end <= start else 0))


def _held(patterns: Sequence[Pattern], stretch: Span, days: Weekdays, zone: ZoneInfo) -> list[Span]:
    """The weekly sittings that reach into a stretch."""
    found = (sitting.span for sitting in sessions(patterns, zone, stretch))
    return [span for span in found if wall_time(span.start, zone).date() not in days.closed]
