"""Availability the slow and obvious way: every minute is looked at, on a clock that is read like a clock.

Nothing is shared with the rules under test but their dataclasses. A room or a device is a pair of lists of spans: when
others have it, and when it can't be used.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hms.scheduling.rules.availability import Pattern, Session, Visit
from hms.scheduling.rules.wall_clock import Span

MINUTE = timedelta(minutes=1)
Thing = tuple[Collection[Span], Collection[Span]]


def first_minute_reading(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Walk from a day before until the wall first shows this date and time, or has jumped past it."""
    wanted = datetime.combine(day, clock)
    at = datetime.combine(day, clock, tzinfo=ZoneInfo("UTC")) - timedelta(hours=30)
    while at.astimezone(zone).replace(tzinfo=None) < wanted:
        at += MINUTE
    return at


def sessions(patterns: Iterable[Pattern], zone: ZoneInfo, window: Span) -> list[Span]:
    found = []
    day = window.start.astimezone(zone).date() - timedelta(days=2)
    while day <= window.end.astimezone(zone).date() + timedelta(days=1):
        for pattern in patterns:
            if pattern.weekday != day.weekday():
                continue
            if pattern.valid_from and day < pattern.valid_from:
                continue
            if pattern.valid_until and day >= pattern.valid_until:
                continue
            last = day if pattern.end > pattern.start else day + timedelta(days=1)
            start, end = first_minute_reading(day, pattern.start, zone), first_minute_reading(last, pattern.end, zone)
            if start < end:
                found.append((Span(start, end), pattern))
        day += timedelta(days=1)
    return found


def opening(span: Span, zone: ZoneInfo, opens: time) -> datetime:
    """When the kept part of a session is given out: that morning, by the wall."""
    return first_minute_reading(span.start.astimezone(zone).date(), opens, zone)


def free_starts(
    patterns: Iterable[Pattern],
    extra: Iterable[Session],
    zone: ZoneInfo,
    visit: Visit,
    *,
    now: datetime,
    window: Span,
    closed: Collection[Span],
    busy: Collection[Span],
    patient_busy: Collection[Span],
    rooms: Mapping[Hashable, Thing],
    pools: Mapping[Hashable, Sequence[Thing]],
    opens: time,
) -> list[datetime]:
    sittings = []
    for span, pattern in sessions(patterns, zone, window):
        kept = [span.end - n * MINUTE for n in range(1, pattern.reserve // MINUTE + 1)]
        if kept and now >= opening(span, zone, opens):
            kept = []
        sittings.append((span, pattern.services, pattern.room, set(kept)))
    sittings += [(one.span, one.services, one.room, set()) for one in extra]
    found = []
    at = window.start
    while at < window.end:
        if _is_free(at, sittings, visit, now, closed, busy, patient_busy, rooms, pools):
            found.append(at)
        at += MINUTE
    return found


def _is_free(at, sittings, visit, now, closed, busy, patient_busy, rooms, pools) -> bool:
    if at < now + visit.lead_min or at >= now + visit.horizon:
        return False
    if visit.lead_max is not None and at >= now + visit.lead_max:
        return False
    if not any(span.start <= at < span.end for span, _services, _room, _kept in sittings):
        return False
    seen = [at + n * MINUTE for n in range(visit.duration // MINUTE)]
    around = [at + n * MINUTE for n in range(-(visit.before // MINUTE), (visit.duration + visit.after) // MINUTE)]
    if any(span.start <= minute < span.end for span in closed for minute in seen):
        return False
    if any(span.start <= minute < span.end for span in patient_busy for minute in seen):
        return False
    if any(span.start <= minute < span.end for span in busy for minute in around):
        return False
    for need in visit.needs:
        if not any(_to_be_had(thing, seen, around) for thing in pools[need]):
            return False
    for span, services, room, kept in sittings:
        if services is not None and visit.service not in services:
            continue
        if visit.own_room and room in rooms and not _to_be_had(rooms[room], seen, around):
            continue
        if any(minute in kept for minute in seen):
            continue
        inside = all(span.start <= minute < span.end for minute in seen)
        if inside and ((at - span.start) // MINUTE) % (visit.step // MINUTE) == 0:
            return True
    return False


def _to_be_had(thing: Thing, seen, around) -> bool:
    taken, away = thing
    return not any(span.start <= minute < span.end for span in taken for minute in around) and not any(
        span.start <= minute < span.end for span in away for minute in seen
    )
