"""Schedules with their people and hours, kept between requests and never out of date.

A schedule's version advances with every change to its sessions and exceptions, so one look at the versions says
whether what was read with them still holds. What is kept is shared: nobody writes to it.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from hms.core.prepared import Given, Prepared, named, several
from hms.scheduling.models import Schedule, ScheduleException, ScheduleSession, ScheduleSessionService
from hms.scheduling.rules.availability import Pattern

# NB: a deed that changes a schedule does not load it: what it kept would outlive its own rollback.
_HOURS: OrderedDict[tuple[UUID, int], Hours] = OrderedDict()
_SCHEDULES: OrderedDict[UUID, tuple[tuple[int, ...], Schedule]] = OrderedDict()
_MOST_KEPT = 1000
MINUTE = timedelta(minutes=1)
_keeping = Lock()
_VERSIONS = (
    "version",
    "facility__version",
    "practitioner_role__version",
    "practitioner_role__practitioner__version",
    "practitioner_role__department__version",
)

_STANDING = Prepared(
    lambda: Schedule.objects.filter(
        pk=Given("id", UUIDField()), active=True, practitioner_role__isnull=False
    ).values_list(*_VERSIONS)
)


@dataclass(frozen=True, slots=True)
class Hours:
    """What a schedule's rows say, whatever the stretch of time: weekly sessions for the rules, and what differs."""

    patterns: tuple[Pattern, ...]
    exceptions: tuple[ScheduleException, ...]
    # How many beyond the plan a session takes, where that was said of it.
    caps: Mapping[UUID, int]

    @property
    def rooms(self) -> set[UUID]:
        rooms = {one.room for one in self.patterns} | {one.location_id for one in self.exceptions}
        return rooms - {None}  # type: ignore[return-value]


def with_people(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Practitioners' schedules with all that a timetable needs of them."""
    return schedules.filter(practitioner_role__isnull=False).select_related(
        "facility", "practitioner_role__practitioner", "practitioner_role__department"
    )


def with_owners(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Schedules of people, rooms and devices with what a page says of them."""
    return schedules.select_related(
        "facility",
        "practitioner_role__practitioner",
        "practitioner_role__department",
        "location__department",
        "device__department",
    )


def schedule(id: UUID) -> Schedule | None:
    """A practitioner's schedule in use, with its people. Shared between requests: nobody writes to it."""
    versions = _STANDING.first(id=id)
    if versions is None:
        return None
    with _keeping:
        known = _SCHEDULES.get(id)
    if known is not None and known[0] == versions:
        return known[1]
    found = with_people(Schedule.objects.filter(pk=id, active=True)).first()
    if found is not None:
        with _keeping:
            _SCHEDULES[id] = (versions, found)
            _drop_oldest(_SCHEDULES)
    return found


def hours_of(schedules: Iterable[Schedule]) -> dict[UUID, Hours]:
    """Sessions and exceptions of schedules: three queries for those not known yet, none for the others."""
    schedules = list(schedules)
    with _keeping:
        found = {row.pk: _HOURS[row.pk, row.version] for row in schedules if (row.pk, row.version) in _HOURS}
    unknown = [row for row in schedules if row.pk not in found]
    if not unknown:
        return found
    known = read(unknown)
    with _keeping:
        for row in unknown:
            found[row.pk] = _HOURS[row.pk, row.version] = known[row.pk]
        _drop_oldest(_HOURS)
    return found


def _drop_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def read(schedules: Iterable[Schedule]) -> dict[UUID, Hours]:
    """The same as the tables say it now, for whoever has just changed them."""
    by_id = {row.pk: row for row in schedules}
    ids = named("schedule", list(by_id))
    rows, links, exceptions = (ask(**ids) for ask in _questions(len(by_id)))
    services: dict[UUID, set[UUID]] = defaultdict(set)
    for session, service in links:
        services[session].add(service)
    weekly: dict[UUID, list[Pattern]] = defaultdict(list)
    caps: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in map(_Session._make, rows):
        weekly[row.schedule].append(row.pattern(by_id[row.schedule], frozenset(services[row.id]) or None))
        if row.cap is not None:
            caps[row.schedule][row.id] = row.cap
    differing: dict[UUID, list[ScheduleException]] = defaultdict(list)
    for exception in exceptions:
        differing[exception.schedule_id].append(exception)
    return {id: Hours(tuple(weekly[id]), tuple(differing[id]), caps[id]) for id in by_id}


class _Session(NamedTuple):
    """A session's columns: of rows there are many, and of them the rules want little."""

    schedule: UUID
    id: UUID
    weekday: int
    start: time
    end: time
    room: UUID | None
    cap: int | None
    reserve: int
    valid_from: date | None
    valid_until: date | None

    def pattern(self, schedule: Schedule, services: frozenset[UUID] | None) -> Pattern:
        """The rule's view. Its days lie in the schedule's and, where it has them, in its own."""
        until = [day for day in (schedule.valid_until, self.valid_until) if day is not None]
        return Pattern(
            key=self.id,
            weekday=self.weekday,
            start=self.start,
            end=self.end,
            valid_from=max(schedule.valid_from, self.valid_from or schedule.valid_from),
            valid_until=min(until, default=None),
            services=services,
            room=self.room,
            reserve=self.reserve * MINUTE,
        )


@lru_cache(maxsize=64)
def _questions(count: int) -> tuple[Prepared[Any], Prepared[Any], Prepared[Any]]:
    """Sessions, what they are for, and exceptions of so many schedules."""
    schedules = several("schedule", UUIDField(), count)
    return (
        Prepared(
            lambda: ScheduleSession.objects.filter(schedule__in=schedules).values_list(
                "schedule",
                "pk",
                "weekday",
                "start",
                "end",
                "location",
                "overbooking_cap",
                "same_day_reserve",
                "valid_from",
                "valid_until",
            )
        ),
        Prepared(
            lambda: ScheduleSessionService.objects.filter(session__schedule__in=schedules).values_list(
                "session", "service"
            )
        ),
        Prepared(lambda: ScheduleException.objects.filter(schedule__in=schedules, withdrawn_at__isnull=True)),
    )
