"""Between the clock on a hospital's wall and instants that happen once.

Sources: RFC 5545, section 3.3.5 (a local time that occurs twice means its first occurrence); RFC 8536 (zones).
Instants are aware datetimes in UTC; a wall time is a naive datetime; a zone is a `ZoneInfo`.

NB: Python subtracts and compares datetimes of one zone by their wall clocks, so every sum here is done in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class Span(NamedTuple):
    """The half-open interval of instants `[start, end)`: 09:00-09:15 and 09:15-09:30 do not clash.

    A tuple, because a search makes tens of thousands of them.
    """

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants at which the wall clock shows exactly `wall`: none in a gap, two in a repeated hour."""
    found: list[datetime] = []
    for fold in (0, 1):
        moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if wall_time(moment, zone) == wall and moment not in found:
            found.append(moment)
    return tuple(found)


@lru_cache(maxsize=16384)
def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock shows `wall` or, where clocks jump over it, the jump itself."""
    if found := instants(wall, zone):
        return found[0]
    # In a gap, the offset before it puts `wall` after the jump and the offset after it before the jump.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if wall_time(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after


def wall_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows at an instant, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def wall_span(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    """From one wall time to the next occurrence of another: an `end` not after `start` is on the next day."""
    last_day = day if end > start else day + DAY
    return Span(first_instant(datetime.combine(day, start), zone), first_instant(datetime.combine(last_day, end), zone))


def day_span(day: date, zone: ZoneInfo) -> Span:
    """The instants of a calendar day: 23, 24 or 25 hours of them."""
    return wall_span(day, time.min, time.min, zone)


def whole_days(span: Span, zone: ZoneInfo) -> tuple[date, date] | None:
    """First and last day of a span of whole calendar days; None for any other."""
    first, after = wall_time(span.start, zone).date(), wall_time(span.end, zone).date()
    whole = span == Span(day_span(first, zone).start, day_span(after, zone).start)
    return (first, after - DAY) if whole else None


def is_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows this instant's time twice."""
    return len(instants(wall_time(moment, zone), zone)) > 1


def promise(moment: datetime, zone: ZoneInfo) -> str:
    """The wall time somebody was promised: "2026-11-24T09:20", with its offset only where the hour repeats.

    The offset is left out otherwise on purpose: if the zone's rules change, the wall time stays and the
    instant moves.
    """
    with_offset = moment.astimezone(zone).isoformat(timespec="minutes")
    return with_offset if is_repeated(moment, zone) else with_offset[: len("2026-11-24T09:20")]


def promised_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a promise under the zone's rules of today. A promise inside a new gap becomes the jump."""
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is None:
        return first_instant(wall, zone)
    moment = wall.astimezone(UTC)
    naive = wall.replace(tzinfo=None)
    return moment if wall_time(moment, zone) == naive else first_instant(naive, zone)
