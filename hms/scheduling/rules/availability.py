"""When somebody can be seen: free starts from patterns, closures, bookings and holds.

Computed whenever asked, never stored. Everything is a half-open interval of instants; durations are elapsed
time; a session is placed on the clock once, by its wall times, and its starts are counted from there. So a
start can't fall into an hour that does not exist, and the two starts of a repeated hour are two instants.

Buffers are time before and after a visit in which the practitioner and the room are not free for others. They
may reach over the edge of a session or into a closure, but not into another booking.

A visit may need more than its practitioner: any one room and any one device of a kind. Then a start is free when all
of them are, together. A session may keep its last part for the day itself: nobody books it before that morning.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from hms.scheduling.rules.wall_clock import DAY, Span, first_instant, wall_span, wall_time

NONE = timedelta(0)
# When the part of a session that is kept for the day itself can be booked, unless the house says otherwise.
MORNING = time(7)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly session: `weekday` 0 is Monday; an `end` not after `start` lies on the next day.

    It counts on days of `[valid_from, valid_until)`, by the day it starts on. `services` None: any service.
    `room` is where it takes place, if it is bound to a room. Its last `reserve` is kept for the day itself.
    """

    key: Hashable
    weekday: int
    start: time
    end: time
    valid_from: date | None = None
    valid_until: date | None = None
    services: frozenset[Hashable] | None = None
    room: Hashable = None
    reserve: timedelta = NONE

    def on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day < self.valid_until)
        )


class Session(NamedTuple):
    """One sitting: a pattern on a day, or an extra one. Starts are counted from `span.start`.

    What lies after `kept_from` can be booked from `opens_at` on, where there is such a part.
    """

    span: Span
    key: Hashable = None
    services: frozenset[Hashable] | None = None
    room: Hashable = None
    kept_from: datetime | None = None
    opens_at: datetime | None = None

    def offers(self, service: Hashable) -> bool:
        return self.services is None or service in self.services

    def open_part(self, now: datetime) -> Span:
        """What of it can be booked at this moment."""
        if self.kept_from is None or self.opens_at is None or now >= self.opens_at:
            return self.span
        return Span(self.span.start, self.kept_from)


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be placed: `before` and `after` are buffers, starts come every `step` from the session's start.

    A visit starts at `now + lead_min` or later, before `now + lead_max` (None: no such limit) and before
    `now + horizon`. `needs` names the pools of which it takes one thing each; `own_room` False: it takes place in one
    of those, not in the room of the session.
    """

    service: Hashable
    duration: timedelta
    step: timedelta
    before: timedelta = NONE
    after: timedelta = NONE
    lead_min: timedelta = NONE
    lead_max: timedelta | None = None
    horizon: timedelta = timedelta(days=180)
    needs: tuple[Hashable, ...] = ()
    own_room: bool = True

    def bookable(self, now: datetime) -> Span:
        """The instants at which such a visit may start, asked at `now`."""
        latest = self.horizon if self.lead_max is None else min(self.lead_max, self.horizon)
        return Span(now + self.lead_min, now + latest)

    def seen(self, start: datetime) -> Span:
        """The visit itself: what the patient's time is taken by."""
        return Span(start, start + self.duration)

    def occupied(self, start: datetime) -> Span:
        """The visit with its buffers: what practitioner, room and device are taken by."""
        return Span(start - self.before, start + self.duration + self.after)


class Busy:
    """Taken time, merged and sorted, so that one look decides."""

    __slots__ = ("ends", "starts")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.starts: list[datetime] = []
        self.ends: list[datetime] = []
        for span in sorted(spans):
            if self.ends and span.start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], span.end)
            elif span.start < span.end:
                self.starts.append(span.start)
                self.ends.append(span.end)

    @classmethod
    def of_stretches(cls, starts: list[datetime], ends: list[datetime]) -> Self:
        """Of stretches that are in order and apart from one another already."""
        made = cls()
        made.starts, made.ends = starts, ends
        return made

    def until(self, span: Span) -> datetime | None:
        """None where all of `span` is free; otherwise the end of the last taken stretch that reaches into it."""
        last = bisect_left(self.starts, span.end) - 1
        return self.ends[last] if last >= 0 and self.ends[last] > span.start else None

    def covers(self, span: Span) -> bool:
        """Whether nothing of `span` is free."""
        last = bisect_right(self.starts, span.start) - 1
        return last >= 0 and self.ends[last] >= span.end

    def without(self, span: Span) -> list[Span]:
        """What of `span` is left."""
        left: list[Span] = []
        at = span.start
        for index in range(bisect_right(self.ends, span.start), len(self.starts)):
            if self.starts[index] >= span.end:
                break
            if at < self.starts[index]:
                left.append(Span(at, self.starts[index]))
            at = max(at, self.ends[index])
        if at < span.end:
            left.append(Span(at, span.end))
        return left


NOTHING = Busy()


@dataclass(frozen=True, slots=True)
class Thing:
    """A room or a device. `busy` is when others have it, judged with buffers; `closed` when it can't be used at all."""

    key: Hashable
    busy: Busy = NOTHING
    closed: Busy = NOTHING

    def not_before(self, visit: Visit, start: datetime) -> datetime | None:
        """None where the visit can have it; otherwise a moment before which no start is worth a look."""
        taken, away = self.busy.until(visit.occupied(start)), self.closed.until(visit.seen(start))
        if taken is None:
            return away
        return taken + visit.before if away is None else max(taken + visit.before, away)


class Pool:
    """Things of which a visit takes any one.

    What was found out about a time is remembered: in a search many people ask for the same times. So it is made anew
    for each search, and its things do not change.
    """

    __slots__ = ("_known", "things")

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = tuple(things)
        self._known: dict[Hashable, datetime | None] = {}

    def not_before(self, visit: Visit, start: datetime) -> datetime | None:
        """None where one of them can be had; otherwise a moment before which no start is worth a look."""
        asked = (start, visit.duration, visit.before, visit.after)
        if asked not in self._known:
            self._known[asked] = self._soonest(visit, start)
        return self._known[asked]

    def _soonest(self, visit: Visit, start: datetime) -> datetime | None:
        ends = []
        for thing in self.things:
            if (end := thing.not_before(visit, start)) is None:
                return None
            ends.append(end)
        return min(ends)


@dataclass(frozen=True, slots=True)
class Place:
    """A group visit that is already booked and has places left."""

    start: datetime
    service: Hashable
    left: int
    key: Hashable = None


@dataclass(frozen=True, slots=True, order=True)
class FreeStart:
    """A time on offer. `joins` is the group visit it means, where it means one."""

    at: datetime
    session: Hashable = field(default=None, compare=False)
    joins: Hashable = field(default=None, compare=False)


def sessions(patterns: Iterable[Pattern], zone: ZoneInfo, window: Span, opens: time = MORNING) -> list[Session]:
    """The sittings of weekly patterns that touch the window, whole, in order of time.

    `opens`: when on its day the part of a session is given out that is kept for the day itself.
    """
    weekly: dict[int, list[Pattern]] = {}
    for pattern in patterns:
        weekly.setdefault(pattern.weekday, []).append(pattern)
    # One day more on either side: yesterday's night session reaches into today.
    day, last = wall_time(window.start, zone).date() - DAY, wall_time(window.end, zone).date()
    found: list[Session] = []
    while day <= last:
        for pattern in weekly.get(day.weekday(), ()):
            if pattern.on(day):
                span = _placed(day, pattern.start, pattern.end, zone)
                if span.start < span.end and span.overlaps(window):
                    found.append(_session(pattern, day, span, zone, opens))
        day += DAY
    return sorted(found, key=_by_start)


def free_starts(
    sittings: Iterable[Session],
    visit: Visit,
    *,
    now: datetime,
    window: Span,
    closed: Busy = NOTHING,
    busy: Busy = NOTHING,
    patient_busy: Busy = NOTHING,
    rooms: Mapping[Hashable, Thing] | None = None,
    pools: Mapping[Hashable, Pool] | None = None,
    places: Iterable[Place] = (),
    within: Sequence[Span] | None = None,
    limit: int | None = None,
) -> list[FreeStart]:
    """Starts inside `window` at which the visit can be placed, in order of time, each once.

    `closed` is leave and holidays, `busy` what the practitioner is taken by (with buffers), `patient_busy` what the
    patient is, `rooms` the rooms of sessions. Of each of the visit's `needs` one thing of that pool must be free, such
    as any of three rooms and any of two devices. `places` are group visits to join. `within`, in order of time and
    apart from one another, are the only stretches in which a start is wanted.
    """
    bookable = visit.bookable(now)
    earliest, latest = max(window.start, bookable.start), min(window.end, bookable.end)
    wanted = (Span(earliest, latest),) if within is None else within
    needed = [pools[need] for need in visit.needs] if pools is not None else []
    found: dict[datetime, FreeStart] = {}
    for place in places:
        open_place = place.left > 0 and place.service == visit.service and earliest <= place.start < latest
        suits = within is None or any(one.holds(place.start) for one in within)
        if open_place and suits and patient_busy.until(visit.seen(place.start)) is None:
            found[place.start] = FreeStart(place.start, joins=place.key)
    # A pool without anything in it has nothing to give at any time.
    for sitting in sorted(sittings, key=_by_start) if all(pool.things for pool in needed) else ():
        span = sitting.open_part(now)
        if limit is not None and len(found) >= limit and span.start > sorted(found)[limit - 1]:
            break
        if span.end <= earliest or span.start >= latest or not sitting.offers(visit.service) or busy.covers(span):
            continue
        own = rooms.get(sitting.room) if rooms is not None and visit.own_room else None
        things = needed if own is None else [Pool([own]), *needed]
        for gap in closed.without(span):
            for some in _reaching(wanted, gap):
                first, end = max(some.start, earliest), min(some.end, latest)
                for start in _starts(gap, sitting.span.start, visit, first, end, busy, patient_busy, things):
                    found.setdefault(start, FreeStart(start, session=sitting.key))
    return sorted(found.values())[:limit]


def nearest(starts: Iterable[FreeStart], wanted: datetime, count: int = 3) -> list[FreeStart]:
    """The starts closest to the wanted one, in order of time."""
    closest = sorted(starts, key=lambda start: (abs(start.at - wanted), start.at))[:count]
    return sorted(closest)


def side_by_side(starts: Iterable[FreeStart], visit: Visit) -> list[FreeStart]:
    """A choice of starts none of which excludes another: what a calendar can show as free places."""
    chosen: list[FreeStart] = []
    for start in sorted(starts):
        if not chosen or not visit.occupied(chosen[-1].at).overlaps(visit.occupied(start.at)):
            chosen.append(start)
    return chosen


def by_day(starts: Iterable[FreeStart], zone: ZoneInfo) -> Mapping[date, list[FreeStart]]:
    """Starts under the date the wall shows."""
    days: dict[date, list[FreeStart]] = {}
    for start in sorted(starts):
        days.setdefault(wall_time(start.at, zone).date(), []).append(start)
    return days


def _starts(
    gap: Span,
    anchor: datetime,
    visit: Visit,
    earliest: datetime,
    latest: datetime,
    busy: Busy,
    patient_busy: Busy,
    things: Sequence[Pool],
) -> Iterator[datetime]:
    """Starts on the grid of `anchor` that lie in an open stretch. Taken stretches are jumped over, not walked."""
    start = _on_grid(max(gap.start, earliest), anchor, visit.step)
    while start < latest and start + visit.duration <= gap.end:
        later = _not_before(start, visit, busy, patient_busy, things)
        if later is None:
            yield start
            start += visit.step
        else:
            start = _on_grid(later, anchor, visit.step)


def _not_before(
    start: datetime, visit: Visit, busy: Busy, patient_busy: Busy, things: Sequence[Pool]
) -> datetime | None:
    """None where everybody and everything is free; otherwise the moment from which it is worth looking again.

    People are asked before things, and what is in nobody's way is not asked for: things are many.
    """
    if (end := busy.until(visit.occupied(start))) is not None:
        return end + visit.before
    if (end := patient_busy.until(visit.seen(start))) is not None:
        return end
    for pool in things:
        if (end := pool.not_before(visit, start)) is not None:
            return end
    return None


def _reaching(wanted: Sequence[Span], span: Span) -> Iterator[Span]:
    """Those of the stretches, which are in order, that reach into the span."""
    for index in range(bisect_right(wanted, span.start, key=_end_of), len(wanted)):
        if wanted[index].start >= span.end:
            return
        yield wanted[index]


def _session(pattern: Pattern, day: date, span: Span, zone: ZoneInfo, opens: time) -> Session:
    if not pattern.reserve:
        return Session(span, pattern.key, pattern.services, pattern.room)
    kept_from = max(span.start, span.end - pattern.reserve)
    opens_at = first_instant(datetime.combine(day, opens), zone)
    return Session(span, pattern.key, pattern.services, pattern.room, kept_from, opens_at)


@lru_cache(maxsize=8192)
def _placed(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    """Many sit at the same hours of the same day."""
    return wall_span(day, start, end, zone)


def _by_start(sitting: Session) -> tuple[datetime, datetime]:
    return sitting.span.start, sitting.span.end


def _end_of(span: Span) -> datetime:
    return span.end


def _on_grid(moment: datetime, anchor: datetime, step: timedelta) -> datetime:
    """The first `anchor + n * step`, n ≥ 0, that is not before `moment`."""
    if moment <= anchor:
        return anchor
    return anchor - (anchor - moment) // step * step
