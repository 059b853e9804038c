"""The one place that knows what time it is.

Instants are UTC and end in `_at`; dates end in `_on` and are never turned into instants. "Today" is a
facility's today. Tests freeze time with time-machine, which this honours.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> dt.datetime:
    """The present instant, aware, UTC."""
    return timezone.now()


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ZoneInfoNotFoundError for a name that is none."""
    return ZoneInfo(name)


def local(moment: dt.datetime, zone_name: str) -> dt.datetime:
    """`moment` on the wall clock of a zone."""
    return moment.astimezone(zone(zone_name))


def today(zone_name: str) -> dt.date:
    """The date it is now in a zone."""
    return local(now(), zone_name).date()


def day_bounds(day: dt.date, zone_name: str) -> tuple[dt.datetime, dt.datetime]:
    """The half-open interval of instants `[start, end)` that is this day in the zone (23, 24 or 25 hours)."""
    tz = zone(zone_name)
    start = dt.datetime.combine(day, dt.time.min, tz)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tz)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)
