"""Whom a freed time is offered, in which order, and for how long.

Urgency comes before everything, then fit, then waiting time (domain rule 14: urgency before waiting time). Fit is
how many wishes of their own a time meets, and whether it is filled to the minute: who wants one practitioner's
mornings can use few times and is asked first for one of them, who takes any time will be asked again soon. Nobody is
offered what does not suit them at all.

Facts come as dataclasses, the clock as an argument. Days and parts of day are those of the wall clock of the place.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntFlag
from zoneinfo import ZoneInfo

from hms.core.problems import Problem
from hms.scheduling import refusals
from hms.scheduling.codes import PartOfDay, Urgency
from hms.scheduling.rules.availability import Visit
from hms.scheduling.rules.wall_clock import DAY, Span, wall_time

NOON, EVENING = time(12), time(17)
ANY_DAY, ANY_PART = frozenset(range(7)), frozenset(PartOfDay)
# The most urgent first.
ORDER = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)
# An offer takes no more than this share of the time that is left: the next in line must still be able to come.
SHARE = 3
# Nobody answers faster.
SHORTEST = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


class Fit(IntFlag):
    """In what a time fits somebody especially well. Kept with the offer, so the values never change."""

    PRACTITIONER = 1
    WEEKDAY = 2
    PART_OF_DAY = 4
    WHOLE = 8

    @property
    def points(self) -> int:
        return self.value.bit_count()


# What a time can have in its favour at most.
MOST_FIT = len(Fit)


@dataclass(frozen=True, slots=True)
class Freed:
    """A stretch of a practitioner's time, buffers included, that somebody gave up. As text it is an id: no content."""

    practitioner: uuid.UUID
    span: Span

    def __str__(self) -> str:
        start, end = (int(moment.timestamp()) // 60 for moment in (self.span.start, self.span.end))
        return f"{self.practitioner.hex}.{start:x}.{end:x}"

    @classmethod
    def parse(cls, text: str) -> Freed:
        """The freed time an id speaks of. Raises ValueError for anything that is no such id."""
        practitioner, *minutes = text.split(".")
        start, end = (datetime.fromtimestamp(int(one, 16) * 60, UTC) for one in minutes)
        return cls(uuid.UUID(practitioner), Span(start, end))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. `before`: they have a visit then, and want an earlier one. None: no such limit."""

    key: Hashable
    urgency: str
    added_at: datetime
    visit: Visit
    practitioner: Hashable = None
    earliest: date | None = None
    latest: date | None = None
    weekdays: frozenset[int] = ANY_DAY
    parts: frozenset[str] = ANY_PART
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody whom a time suits, with the three factors that say how soon they are asked."""

    wish: Wish
    start: datetime
    urgency: str
    fit: Fit
    waited: int

    @property
    def order(self) -> tuple[int, int, int, datetime, str]:
        """Smaller is sooner. Who was added earlier settles equal days; the id makes it one order for everybody."""
        wish = self.wish
        return ORDER.index(Urgency(self.urgency)), -self.fit.points, -self.waited, wish.added_at, str(wish.key)


def joining_problems(
    *,
    days: Collection[int],
    parts: Collection[str],
    earliest: date | None = None,
    latest: date | None = None,
    today: date,
    deceased: bool = False,
    merged: bool = False,
) -> list[Problem]:
    """Every reason why somebody can't wait like this. The last day that suits is included."""
    problems = []
    if merged:
        problems.append(refusals.MERGED)
    if deceased:
        problems.append(refusals.DECEASED)
    if not days or not parts:
        problems.append(refusals.NO_SUITING_DAY)
    if latest is not None and latest < max(today, earliest or today):
        problems.append(refusals.LAST_DAY_PASSED)
    return problems


def part_of(moment: time) -> PartOfDay:
    """Mornings end at noon, afternoons at five."""
    return PartOfDay.MORNING if moment < NOON else PartOfDay.AFTERNOON if moment < EVENING else PartOfDay.EVENING


def suits(wish: Wish, start: datetime, practitioner: Hashable, zone: ZoneInfo) -> bool:
    """Whether somebody could and would come then. That they have no other visit then is a matter of free starts."""
    wall = wall_time(start, zone)
    return (
        (wish.practitioner is None or wish.practitioner == practitioner)
        and (wish.earliest is None or wish.earliest <= wall.date())
        and (wish.latest is None or wall.date() <= wish.latest)
        and wall.weekday() in wish.weekdays
        and part_of(wall.time()) in wish.parts
        and (wish.before is None or start < wish.before)
    )


def fit_of(wish: Wish, start: datetime, freed: Span) -> Fit:
    """In what a time that suits fits especially well."""
    found = Fit(0)
    if wish.practitioner is not None:
        found |= Fit.PRACTITIONER
    if wish.weekdays != ANY_DAY:
        found |= Fit.WEEKDAY
    if wish.parts != ANY_PART:
        found |= Fit.PART_OF_DAY
    if wish.visit.occupied(start) == freed:
        found |= Fit.WHOLE
    return found


def rank(wish: Wish, starts: Iterable[datetime], freed: Freed, zone: ZoneInfo, *, now: datetime) -> Ranked | None:
    """The first of the free starts that suits, with what speaks for this holder; None where none does."""
    fitting = [start for start in sorted(starts) if suits(wish, start, freed.practitioner, zone)]
    if not fitting:
        return None
    return Ranked(wish, fitting[0], wish.urgency, fit_of(wish, fitting[0], freed.span), waited_days(wish.added_at, now))


def waited_days(added_at: datetime, now: datetime) -> int:
    """Whole days of 24 hours on the list."""
    return max(0, (now - added_at) // DAY)


def has_notice(start: datetime, heard_at: datetime, notice: timedelta) -> bool:
    """Whether somebody who hears of a time then can still make it."""
    return start - heard_at >= notice


def offer_until(start: datetime, heard_at: datetime, stands: timedelta) -> datetime | None:
    """When an offer ends that is heard of then: shorter when the visit is near, to the minute. None: no time for one.

    Whole minutes, because people are told "until 10:40" and mean it.
    """
    length = max(min(stands, (start - heard_at) / SHARE), SHORTEST)
    until = heard_at + length
    until -= timedelta(seconds=until.second, microseconds=until.microsecond)
    return until if heard_at < until < start else None
