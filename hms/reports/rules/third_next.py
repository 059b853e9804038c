"""The third next available time: how long somebody waits who asks today.

Source: Institute for Healthcare Improvement, "Third Next Available Appointment": days from today to the third free
time, weekends and holidays counted. The first and second are left out: they are often there because somebody has just
called off. Times count that can all be taken: of two that overlap at one doctor's, the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hms.scheduling.rules.availability import FreeStart, Visit, side_by_side
from hms.scheduling.rules.wall_clock import wall_time

THIRD = 3


def first_apart(starts: Iterable[FreeStart], visit: Visit, count: int = THIRD) -> list[datetime]:
    """The first so many of one doctor's free times that don't exclude one another."""
    return [start.at for start in side_by_side(starts, visit)[:count]]


def starts_needed(visit: Visit, count: int = THIRD) -> int:
    """How many free times must be known to be sure of so many apart: those that one visit takes, each time."""
    taken = visit.before + visit.duration + visit.after
    # One more each, because the next session has starts of its own.
    return 1 + (count - 1) * (-(-taken // visit.step) + 1)


def third(times: Iterable[datetime]) -> datetime | None:
    """The third in order of time; None where there are fewer."""
    ordered = sorted(times)
    return ordered[THIRD - 1] if len(ordered) >= THIRD else None


def days_until(moment: datetime, today: date, zone: ZoneInfo) -> int:
    """Calendar days by the clock on the wall: today is 0."""
    return (wall_time(moment, zone).date() - today).days
