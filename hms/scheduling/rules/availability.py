"""When somebody can be seen: free starts from patterns, closures, bookings and holds.

Computed whenever asked, never stored. Everything is a half-open interval of instants; durations are elapsed
time; a session is placed on the clock once, by its wall times, and its starts are counted from there. So a
start can't fall into an hour that does not exist, and the two starts of a repeated hour are two instants.

Buffers are time before and after a visit in which the practitioner and the room are not free for others. They
may reach over the edge of a session or into a closure, but not into another booking.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hms.scheduling.rules.wall_clock import DAY, Span, wall_span, wall_time

NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly session: `weekday` 0 is Monday; an `end` not after `start` lies on the next day.

    It counts on days of `[valid_from, valid_until)`, by the day it starts on. `services` None: any service.
    `room` is where it takes place, if it is bound to a room.
    """

    key: Hashable
    weekday: int
    start: time
    end: time
    valid_from: date | None = None
    valid_until: date | None = None
    services: frozenset[Hashable] | None = None
    room: Hashable = None

    def on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day < self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting: a pattern on a day, or an extra one. Starts are counted from `span.start`."""

    span: Span
    key: Hashable = None
    services: frozenset[Hashable] | None = None
    room: Hashable = None

    def offers(self, service: Hashable) -> bool:
        return self.services is None or service in self.services


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be placed: `before` and `after` are buffers, starts come every `step` from the session's start.

    A visit starts at `now + lead_min` or later, before `now + lead_max` (None: no such limit) and before
    `now + horizon`.
    """

    service: Hashable
    duration: timedelta
    step: timedelta
    before: timedelta = NONE
    after: timedelta = NONE
    lead_min: timedelta = NONE
    lead_max: timedelta | None = None
    horizon: timedelta = timedelta(days=180)

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

    def until(self, span: Span) -> datetime | None:
        """None where all of `span` is free; otherwise the end of the last taken stretch that reaches into it."""
        last = bisect_left(self.starts, span.end) - 1
        return self.ends[last] if last >= 0 and self.ends[last] > span.start else None

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


def sessions(patterns: Iterable[Pattern], zone: ZoneInfo, window: Span) -> list[Session]:
    """The sittings of weekly patterns that touch the window, whole, in order of time."""
    patterns = tuple(patterns)
    # One day more on either side: yesterday's night session reaches into today.
    day, last = wall_time(window.start, zone).date() - DAY, wall_time(window.end, zone).date()
    found: list[Session] = []
    while day <= last:
        for pattern in patterns:
            if pattern.on(day):
                span = wall_span(day, pattern.start, pattern.end, zone)
                if span.start < span.end and span.overlaps(window):
                    found.append(Session(span, pattern.key, pattern.services, pattern.room))
        day += DAY
    return sorted(found, key=lambda session: session.span)


def free_starts(
    sittings: Iterable[Session],
    visit: Visit,
    *,
    now: datetime,
    window: Span,
    closed: Busy = NOTHING,
    busy: Busy = NOTHING,
    patient_busy: Busy = NOTHING,
    rooms: Mapping[Hashable, Busy] | None = None,
    one_of_each: Sequence[Collection[Busy]] = (),
    places: Iterable[Place] = (),
    limit: int | None = None,
) -> list[FreeStart]:
    """Starts inside `window` at which the visit can be placed, in order of time, each once.

    `closed` is leave and holidays, `busy` what the practitioner is taken by (with buffers), `patient_busy` what the
    patient is, `rooms` what the room of a session is. `one_of_each` asks for one free member of each collection,
    such as any of three rooms and any of two devices. `places` are group visits to join.
    """
    bookable = visit.bookable(now)
    earliest, latest = max(window.start, bookable.start), min(window.end, bookable.end)
    found: dict[datetime, FreeStart] = {}
    for place in places:
        open_place = place.left > 0 and place.service == visit.service and earliest <= place.start < latest
        if open_place and patient_busy.until(visit.seen(place.start)) is None:
            found[place.start] = FreeStart(place.start, joins=place.key)
    for sitting in sorted(sittings, key=lambda session: session.span):
        if limit is not None and len(found) >= limit and sitting.span.start > sorted(found)[limit - 1]:
            break
        if not sitting.offers(visit.service):
            continue
        taken = (busy, rooms[sitting.room]) if rooms and sitting.room in rooms else (busy,)
        for gap in closed.without(sitting.span):
            for start in _starts(gap, sitting.span.start, visit, earliest, latest, taken, patient_busy):
                around = visit.occupied(start)
                if all(any(one.until(around) is None for one in each) for each in one_of_each):
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
    taken: Sequence[Busy],
    patient_busy: Busy,
) -> Iterator[datetime]:
    """Starts on the grid of `anchor` that lie in an open stretch. Taken stretches are jumped over, not walked."""
    start = _on_grid(max(gap.start, earliest), anchor, visit.step)
    while start < latest and start + visit.duration <= gap.end:
        around = visit.occupied(start)
        ends = [end + visit.before for one in taken if (end := one.until(around)) is not None]
        if (end := patient_busy.until(visit.seen(start))) is not None:
            ends.append(end)
        if ends:
            start = _on_grid(max(ends), anchor, visit.step)
        else:
            yield start
            start += visit.step


def _on_grid(moment: datetime, anchor: datetime, step: timedelta) -> datetime:
    """The first `anchor + n * step`, n ≥ 0, that is not before `moment`."""
    steps = -((anchor - moment) // step)
    return anchor + max(0, steps) * step
