"""Schedules with their people and hours, kept between requests and never out of date.

A schedule's version advances with every change to its sessions and exceptions, so one look at the versions says
whether what was read with them still holds. What is kept is shared: nobody writes to it.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from hms.core.prepared import Given, Prepared, named, several
from hms.scheduling.models import Schedule, ScheduleException, ScheduleSession, ScheduleSessionService
from hms.scheduling.rules.availability import Pattern

# NB: a deed that changes a schedule does not load it: what it kept would outlive its own rollback.
_HOURS: OrderedDict[tuple[UUID, int], Hours] = OrderedDict()
_SCHEDULES: OrderedDict[UUID, tuple[tuple[int, ...], Schedule]] = OrderedDict()
_MOST_KEPT = 1000
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
    """What a schedule's rows say, whatever the stretch of time. `patterns`: the weekly sessions as rules see them."""

    weekly: tuple[ScheduleSession, ...]
    patterns: tuple[Pattern, ...]
    exceptions: tuple[ScheduleException, ...]

    @property
    def rooms(self) -> set[UUID]:
        return {one.location_id for one in (*self.weekly, *self.exceptions) if one.location_id}


def with_people(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Practitioners' schedules with all that a timetable needs of them."""
    return schedules.filter(practitioner_role__isnull=False).select_related(
        "facility", "practitioner_role__practitioner", "practitioner_role__department"
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
    read = _read(unknown)
    with _keeping:
        for row in unknown:
            found[row.pk] = _HOURS[row.pk, row.version] = read[row.pk]
        _drop_oldest(_HOURS)
    return found


def _drop_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def _read(schedules: list[Schedule]) -> dict[UUID, Hours]:
    ids = named("schedule", [row.pk for row in schedules])
    sessions, links, exceptions = (ask(**ids) for ask in _questions(len(schedules)))
    services: dict[UUID, set[UUID]] = defaultdict(set)
    for session, service in links:
        services[session].add(service)
    by_id = {row.pk: row for row in schedules}
    weekly: dict[UUID, list[ScheduleSession]] = defaultdict(list)
    for row in sessions:
        row.schedule = by_id[row.schedule_id]
        weekly[row.schedule_id].append(row)
    differing: dict[UUID, list[ScheduleException]] = defaultdict(list)
    for row in exceptions:
        differing[row.schedule_id].append(row)
    return {
        id: Hours(
            tuple(weekly[id]),
            tuple(one.pattern(frozenset(services[one.pk])) for one in weekly[id]),
            tuple(differing[id]),
        )
        for id in by_id
    }


@lru_cache(maxsize=64)
def _questions(count: int) -> tuple[Prepared[Any], Prepared[Any], Prepared[Any]]:
    """Sessions, what they are for, and exceptions of so many schedules."""
    schedules = several("schedule", UUIDField(), count)
    return (
        Prepared(lambda: ScheduleSession.objects.filter(schedule__in=schedules)),
        Prepared(
            lambda: ScheduleSessionService.objects.filter(session__schedule__in=schedules).values_list(
                "session", "service"
            )
        ),
        Prepared(lambda: ScheduleException.objects.filter(schedule__in=schedules, withdrawn_at__isnull=True)),
    )
