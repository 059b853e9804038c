"""Rooms and devices that visits need: which are of a kind, and when each can be used.

A thing may have a timetable like a practitioner: then it can be used in those hours, and not on the days it is away.
One without weekly hours can be used whenever somebody works in it; its timetable, if there is one, says when it can't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, UUIDField

from hms.core.prepared import Prepared, named, several
from hms.organization.codes import DeviceStatus
from hms.organization.models import Device, Location
from hms.scheduling import codes
from hms.scheduling.kept import Hours, hours_of
from hms.scheduling.models import Schedule
from hms.scheduling.models.service import Need
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import NOTHING, Busy, Pool, Session, Thing
from hms.scheduling.rules.wall_clock import DAY, Span

# How taken time is looked up when somebody asks for it.
BusyOf = Callable[[UUID], Busy]


@dataclass(frozen=True, slots=True)
class Things:
    """The things that a search may come upon: members of pools by facility and need, and timetables of any thing."""

    pools: Mapping[tuple[UUID, Need], tuple[UUID, ...]] = field(default_factory=dict)
    timetables: Mapping[UUID, Sequence[tuple[Schedule, Hours]]] = field(default_factory=dict)

    @property
    def members(self) -> set[UUID]:
        """Every thing that is in some pool."""
        return {one for some in self.pools.values() for one in some}

    def pools_of(self, facility: UUID, span: Span, zone: ZoneInfo, busy: BusyOf) -> dict[Need, Pool]:
        """A facility's pools as the rules want them."""
        return {
            need: Pool(self.thing(one, span, zone, busy) for one in some)
            for (where, need), some in self.pools.items()
            if where == facility
        }

    def thing(self, id: UUID, span: Span, zone: ZoneInfo, busy: BusyOf) -> Thing:
        return Thing(id, busy(id), closed_of(self.timetables.get(id, ()), zone, span))


def read(needs: Iterable[Need], facilities: Collection[UUID], rooms: Iterable[UUID] = ()) -> Things:
    """The members of these pools, and the timetables of them and of these rooms. Three queries more at most."""
    pools = _members(set(needs), facilities)
    wanted = sorted({*rooms, *(one for some in pools.values() for one in some)})
    return Things(pools, _timetables(wanted) if wanted else {})


def kinds(facility: Any, thing: str) -> list[str]:
    """The kinds of rooms or devices there are at a facility, for whoever says what a visit needs."""
    rows = _devices([facility]) if thing == codes.ThingKind.DEVICE else _rooms([facility])
    name = "kind" if thing == codes.ThingKind.DEVICE else "use"
    return list(dict.fromkeys(rows.exclude(**{name: ""}).order_by(name).values_list(name, flat=True)))


def closed_of(timetables: Sequence[tuple[Schedule, Hours]], zone: ZoneInfo, span: Span) -> Busy:
    """When a thing can't be used, around the span."""
    if not timetables:
        return NOTHING
    around = Span(span.start - DAY, span.end + DAY)
    every = [one for _schedule, hours in timetables for one in hours.exceptions]
    away = [one.span for one in every if not one.opens]
    if any(hours.patterns for _schedule, hours in timetables):
        patterns = [one for _schedule, hours in timetables for one in hours.patterns]
        sittings = availability.sessions(patterns, zone, around)
        sittings += [Session(one.span) for one in every if one.opens]
        away += Busy(one.span for one in sittings).without(around)
    return Busy(away)


def _members(needs: set[Need], facilities: Collection[UUID]) -> dict[tuple[UUID, Need], tuple[UUID, ...]]:
    found: dict[tuple[UUID, Need], list[UUID]] = {(where, need): [] for where in facilities for need in needs}
    for thing, rows, name in (
        (codes.ThingKind.ROOM, _rooms(facilities), "use"),
        (codes.ThingKind.DEVICE, _devices(facilities), "kind"),
    ):
        wanted = {kind for one, kind in needs if one == thing}
        # NB: the engines fold letters differently, so kinds are compared here; a house has few rooms of any kind.
        for id, facility, kind in rows.exclude(**{name: ""}).values_list("pk", "facility", name) if wanted else ():
            if kind.casefold() in wanted:
                found[facility, (thing, kind.casefold())].append(id)
    return {need: tuple(some) for need, some in found.items()}


def _rooms(facilities: Collection[Any]) -> QuerySet[Location]:
    return Location.objects.in_use().filter(facility__in=facilities).order_by("name")


def _devices(facilities: Collection[Any]) -> QuerySet[Device]:
    return Device.objects.filter(facility__in=facilities, status=DeviceStatus.ACTIVE).order_by("name")


def _timetables(things: Sequence[UUID]) -> dict[UUID, list[tuple[Schedule, Hours]]]:
    rows = _schedules(len(things))(**named("thing", things))
    hours = hours_of(rows) if rows else {}
    found: dict[UUID, list[tuple[Schedule, Hours]]] = defaultdict(list)
    for row in rows:
        found[row.location_id or row.device_id].append((row, hours[row.pk]))  # type: ignore[index]
    return found


@lru_cache(maxsize=64)
def _schedules(count: int) -> Prepared[Schedule]:
    """Every booking in a room asks this."""
    things = several("thing", UUIDField(), count)
    return Prepared(lambda: Schedule.objects.filter(Q(location__in=things) | Q(device__in=things), active=True))
