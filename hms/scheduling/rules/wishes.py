"""What somebody would like a time to be like, as long as there is one. Nothing said means that anything will do.

Days and parts of day are those of the wall clock of the place. A wish about the start is a list of stretches in which a
visit may start; what it is about people is asked of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from hms.scheduling.codes import PartOfDay
from hms.scheduling.rules.waiting import EVENING, NOON
from hms.scheduling.rules.wall_clock import DAY, Span, wall_span, wall_time

_HOURS = {
    PartOfDay.MORNING: (time.min, NOON),
    PartOfDay.AFTERNOON: (NOON, EVENING),
    PartOfDay.EVENING: (EVENING, time.min),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Parts of the day, days of the week (0 is Monday), language and sex of the practitioner, no way to the hospital.

    `elsewhere` is no wish about a time: other clinics of the same kind would do as well.
    """

    part: frozenset[str] = frozenset()
    weekday: frozenset[int] = frozenset()
    language: str = ""
    gender: str = ""
    remote: bool = False
    elsewhere: bool = False

    @property
    def said(self) -> list[str]:
        """The names of the wishes that narrow the search."""
        return [name for name in ("part", "weekday", "language", "gender", "remote") if getattr(self, name)]

    def without(self, *names: str) -> Wishes:
        """The others of them."""
        nothing: dict[str, Any] = {name: getattr(NO_WISHES, name) for name in names}
        return replace(self, **nothing)


NO_WISHES = Wishes()


def stretches(wishes: Wishes, window: Span, zone: ZoneInfo) -> list[Span] | None:
    """Where in the window a visit may start, in order of time. None: anywhere."""
    if not wishes.part and not wishes.weekday:
        return None
    parts = [hours for part, hours in _HOURS.items() if part in wishes.part] or [(time.min, time.min)]
    day, last = wall_time(window.start, zone).date(), wall_time(window.end, zone).date()
    found = []
    while day <= last:
        if not wishes.weekday or day.weekday() in wishes.weekday:
            found += [wall_span(day, start, end, zone) for start, end in parts]
        day += DAY
    return found


def speaks(wanted: str, codes: Collection[str]) -> bool:
    """Whether one of these languages is the wanted one, or a kind of it (RFC 4647, section 3.3.1: basic filtering)."""
    return any(code == wanted or code.startswith(f"{wanted}-") for code in codes)
