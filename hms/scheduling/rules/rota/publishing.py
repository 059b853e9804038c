"""What a plan becomes: weekly sessions with a first and a last day, and what becomes of those that were there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hms.scheduling.rules.rota.problem import Entry

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """The same session week after week: days of `[first, until)` that are of its weekday."""

    doctor: str
    part: str
    first: date
    until: date
    work: str
    room: str

    @property
    def weekday(self) -> int:
        return self.first.weekday()


def runs(entries: Iterable[Entry]) -> list[Run]:
    """As few weekly sessions as say the same as the entries."""
    days: dict[tuple[str, str, int, str, str], list[date]] = defaultdict(list)
    for one in entries:
        days[one.doctor, one.slot.part, one.slot.day.weekday(), one.work, one.room].append(one.slot.day)
    found = []
    for (doctor, part, _weekday, work, room), some in days.items():
        first = last = None
        for day in sorted(some):
            if first is None or last is None or day != last + _WEEK:
                if first is not None and last is not None:
                    found.append(Run(doctor, part, first, last + _DAY, work, room))
                first = day
            last = day
        if first is not None and last is not None:
            found.append(Run(doctor, part, first, last + _DAY, work, room))
    return sorted(found)


class Aside(StrEnum):
    """What becomes of a weekly session for the length of a plan."""

    # It has no day in the plan, or begins and ends in it: whoever entered that meant these days.
    STAYS = "stays"
    # It ends with the day before, and goes on afterwards where it would have gone on.
    ENDS = "ends"
    # It begins with the day after.
    BEGINS_LATER = "begins-later"


def aside(valid_from: date | None, valid_until: date | None, first: date, until: date) -> Aside:
    """What becomes of a session of `[valid_from, valid_until)` while a plan holds for `[first, until)`."""
    begins = valid_from or date.min
    ends = valid_until or date.max
    if begins >= until or ends <= first or (begins >= first and ends <= until):
        return Aside.STAYS
    return Aside.ENDS if begins < first else Aside.BEGINS_LATER


def goes_on(valid_until: date | None, until: date) -> bool:
    """Whether a session that ends for a plan goes on after it."""
    return valid_until is None or valid_until > until
