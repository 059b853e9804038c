"""The timetables of schedules in a stretch of time, read in a fixed number of queries and computed by rules.

Nothing here is stored or locked: what a timetable offers may be gone a moment later, and the booking finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from hms.organization.calendars import closed_days
from hms.organization.models import Facility, Practitioner
from hms.organization.policies import policies, policy
from hms.scheduling import codes, things
from hms.scheduling.kept import Hours, hours_of, with_people
from hms.scheduling.models import (
    AppointmentParticipant,
    HealthcareService,
    Schedule,
    ScheduleException,
)
from hms.scheduling.models.service import Need
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import MORNING, NOTHING, Busy, FreeStart, Place, Pool, Session, Thing, Visit
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time
from hms.scheduling.taken import TakenOnDemand, taken_by
from hms.scheduling.things import Things

NOTICE, HORIZON = "scheduling.booking_notice", "scheduling.booking_horizon_days"
OPENS = "scheduling.same_day_opens"
# How far the first look goes, and how much further each next one.
FIRST_LOOK, FURTHER = timedelta(days=14), 4


@dataclass(frozen=True, slots=True)
class Timetable:
    """One schedule in a stretch of time: when it is open, closed, and taken, and when the patient is."""

    schedule: Schedule
    sittings: tuple[Session, ...] = ()
    closed: Busy = NOTHING
    busy: Busy = NOTHING
    patient_busy: Busy = NOTHING
    rooms: Mapping[UUID, Thing] = field(default_factory=dict)
    # The facility's pools of what the visits asked for need.
    pools: Mapping[Need, Pool] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    # Leave and closures as they were entered; holidays are in `closed` alone.
    away: tuple[ScheduleException, ...] = ()
    # How many beyond the plan a sitting takes, by its key, where that was said of it.
    caps: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def practitioner(self) -> Practitioner:
        return self.schedule.practitioner_role.practitioner

    @property
    def zone(self) -> ZoneInfo:
        return self.schedule.facility.zone

    @property
    def turn(self) -> tuple[int, str, str]:
        """Of several who are free at the same time, who is offered first: who has least in the days looked at.

        By name alone the first of the alphabet would have all the visits; without any order each engine has its own.
        """
        return len(self.busy.starts), self.practitioner.family, self.practitioner.given

    def free_starts(
        self,
        visit: Visit,
        *,
        now: datetime,
        window: Span,
        within: Sequence[Span] | None = None,
        limit: int | None = None,
    ) -> list[FreeStart]:
        """Free times for a visit of one of the types that the timetable was read for."""
        return availability.free_starts(
            self.sittings,
            visit,
            now=now,
            window=window,
            closed=self.closed,
            busy=self.busy,
            patient_busy=self.patient_busy,
            rooms=self.rooms,
            pools=self.pools,
            places=self.places,
            within=within,
            limit=limit,
        )

    def sitting_at(self, start: datetime) -> Session | None:
        """The sitting a visit at this time belongs to."""
        return next((one for one in self.sittings if one.span.holds(start)), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was entered about schedules, whatever is booked: read once, however far a search goes."""

    rows: Sequence[Schedule]
    hours: Mapping[UUID, Hours]
    # By facility: closed days, and when what sessions keep for the day itself is given out.
    closed: Mapping[UUID, Sequence[Span]]
    opens: Mapping[UUID, time]
    things: Things

    def actors(self) -> set[UUID]:
        """Practitioners, and the rooms their sessions are bound to."""
        found = {row.practitioner_role.practitioner_id for row in self.rows}
        return found.union(*(one.rooms for one in self.hours.values()))

    def taken(
        self, span: Span, *, now: datetime, others: Iterable[UUID] = (), but: Collection[UUID] = ()
    ) -> dict[UUID, Busy]:
        """When everybody and everything of the plan is taken, and `others`, by one question."""
        actors = self.actors() | self.things.members | set(others)
        return taken_by(actors, _around(span), now=now, but=but)

    def timetables(
        self,
        span: Span,
        taken: Mapping[UUID, Busy],
        *,
        things_taken: Mapping[UUID, Busy] | None = None,
        patient: UUID | None = None,
        places: Mapping[UUID, Sequence[Place]] | None = None,
    ) -> list[Timetable]:
        """Every schedule's timetable in a stretch of the time the plan was read for."""

        def busy(id: UUID) -> Busy:
            return (things_taken or {}).get(id) or taken.get(id, NOTHING)

        zones = {row.facility_id: row.facility.zone for row in self.rows}
        pools = {where: self.things.pools_of(where, span, zone, busy) for where, zone in zones.items()}
        return [self._timetable(row, span, taken, busy, patient, pools, places or {}) for row in self.rows]

    def _timetable(
        self,
        schedule: Schedule,
        span: Span,
        taken: Mapping[UUID, Busy],
        busy: things.BusyOf,
        patient: UUID | None,
        pools: Mapping[UUID, Mapping[Need, Pool]],
        places: Mapping[UUID, Sequence[Place]],
    ) -> Timetable:
        practitioner, facility = schedule.practitioner_role.practitioner_id, schedule.facility_id
        hours, zone = self.hours[schedule.pk], schedule.facility.zone
        exceptions = [one for one in hours.exceptions if one.span.overlaps(span)]
        opened = [one for one in exceptions if one.opens]
        away = [one for one in exceptions if not one.opens]
        sittings = availability.sessions(hours.patterns, zone, span, self.opens.get(facility, MORNING))
        sittings += [Session(one.span, one.pk, None, one.location_id) for one in opened]
        return Timetable(
            schedule=schedule,
            sittings=tuple(sorted(sittings, key=lambda sitting: sitting.span.start)),
            closed=Busy([*self.closed[facility], *(one.span for one in away)]),
            busy=taken.get(practitioner, NOTHING),
            patient_busy=taken.get(patient, NOTHING) if patient else NOTHING,
            rooms={room: self.things.thing(room, span, zone, busy) for room in hours.rooms},
            pools=pools[facility],
            places=tuple(places.get(practitioner, ())),
            away=tuple(away),
            caps=hours.caps,
        )


def plan(
    schedules: Iterable[Schedule],
    span: Span,
    services: Collection[HealthcareService] = (),
    closed: Mapping[UUID, Sequence[Span]] | None = None,
) -> Plan:
    """What was entered about these schedules, which come with their people, and about what the services need.

    `closed`: the closed days by facility, where somebody has read them already.
    """
    rows = list(schedules)
    hours = hours_of(rows)
    facilities = {row.facility_id: row.facility for row in rows}
    return Plan(
        rows=rows,
        hours=hours,
        closed=closed or {id: holidays(facility, span) for id, facility in facilities.items()},
        opens=_openings(rows, hours),
        things=things.read(
            (need for service in services for need in service.needs),
            list(facilities),
            {room for one in hours.values() for room in one.rooms},
        ),
    )


def read(
    schedules: QuerySet[Schedule],
    span: Span,
    services: Collection[HealthcareService] = (),
    closed: Mapping[UUID, Sequence[Span]] | None = None,
) -> Plan:
    """The plan of the schedules that are in force then."""
    return plan(with_people(_in_force(schedules, span)), span, services, closed)


def load(
    schedules: QuerySet[Schedule],
    span: Span,
    *,
    now: datetime,
    services: Collection[HealthcareService] = (),
    patient: UUID | None = None,
    but: Collection[UUID] = (),
) -> list[Timetable]:
    """The timetables of practitioners' schedules, in ten queries at most, however many they are.

    Sittings that reach into the span come whole. `services` are the types of visit that will be asked for: they add the
    rooms and devices they need and places in their group visits. `patient`: when they are taken themselves; `but` are
    appointments that are to be thought away, because they are being moved.
    """
    found = read(schedules, span, services)
    taken = found.taken(span, now=now, others=[patient] if patient else [], but=but)
    return found.timetables(span, taken, patient=patient, places=_places(found.rows, services, span))


def of_one(schedule: Schedule, span: Span, *, service: HealthcareService) -> Timetable:
    """When one schedule is open and closed, without what is taken: a booking finds that out under its locks."""
    found = plan([schedule], span, [service])
    return found.timetables(span, {}, places=_places([schedule], [service], span))[0]


def again(timetable: Timetable, span: Span, *, now: datetime, patient: UUID, service: HealthcareService) -> Timetable:
    """The same schedule in another stretch of time, with what is taken there."""
    found = plan([timetable.schedule], span, [service])
    return found.timetables(span, found.taken(span, now=now, others=[patient]), patient=patient)[0]


def looks(
    schedules: QuerySet[Schedule],
    bookable: Span,
    *,
    now: datetime,
    services: Collection[HealthcareService],
    patient: UUID | None = None,
    but: Collection[UUID] = (),
) -> Iterator[tuple[Span, list[Timetable]]]:
    """The timetables of schedules further and further ahead: two weeks, and more only while somebody asks on.

    Three looks at most. What was entered is read once, what is taken with each look; what is taken of the things that
    visits need, only around the times at which the people are free.
    """
    found = read(schedules, bookable, services)
    if not found.rows:
        return
    actors = found.actors() | ({patient} if patient else set())
    lazily = TakenOnDemand(found.things.members - actors, _around(bookable), now, but)
    for window in _windows(bookable):
        taken = taken_by(actors, _around(window), now=now, but=but)
        places = _places(found.rows, services, window)
        yield window, found.timetables(window, taken, things_taken=lazily.busy, patient=patient, places=places)


def _in_force(schedules: QuerySet[Schedule], span: Span) -> QuerySet[Schedule]:
    return schedules.in_force(span.start.date() - DAY, span.end.date() + 2 * DAY)  # type: ignore[attr-defined, no-any-return]


def _around(span: Span) -> Span:
    """A day around: a sitting that reaches into the span is judged whole."""
    return Span(span.start - DAY, span.end + DAY)


# --- What is asked for ----------------------------------------------------------------------------------------
def visit_for(service: HealthcareService, appointment_type: str, *, by_patient: bool) -> Visit:
    """What is to be placed. Notice and lead times bind patients alone."""
    if not by_patient:
        return service.visit(appointment_type)
    decided = policies([NOTICE, HORIZON], service.facility)
    return service.visit_for_patients(appointment_type, decided[NOTICE], timedelta(days=decided[HORIZON]))


def first_free(
    schedules: QuerySet[Schedule],
    visit: Visit,
    service: HealthcareService,
    *,
    now: datetime,
    patient: UUID | None = None,
    each: int = 4,
    but: Collection[UUID] = (),
) -> list[tuple[Timetable, list[FreeStart]]]:
    """The next `each` free times of every schedule, the earliest first; schedules with none are left out.

    Looks two weeks ahead, and further only while nothing was found: three times at most.
    """
    for window, found in looks(schedules, visit.bookable(now), now=now, services=[service], patient=patient, but=but):
        offers = [(one, one.free_starts(visit, now=now, window=window, limit=each)) for one in found]
        if some := sorted((offer for offer in offers if offer[1]), key=lambda offer: (offer[1][0], offer[0].turn)):
            return some
    return []


def _windows(bookable: Span) -> Iterator[Span]:
    start, length = bookable.start, FIRST_LOOK
    for last in (False, False, True):
        if start >= bookable.end:
            return
        end = bookable.end if last else min(start + length, bookable.end)
        yield Span(start, end)
        start, length = end, length * FURTHER


def _openings(rows: Iterable[Schedule], hours: Mapping[UUID, Hours]) -> dict[UUID, time]:
    """When kept times are given out, of the facilities where some are kept."""
    keeping = {row.facility_id: row.facility for row in rows if any(one.reserve for one in hours[row.pk].patterns)}
    return {id: policy(OPENS, facility) for id, facility in keeping.items()}


def holidays(facility: Facility, span: Span) -> list[Span]:
    """The days on which a facility is closed, with one on either side of the span."""
    first, last = wall_time(span.start, facility.zone).date() - DAY, wall_time(span.end, facility.zone).date() + DAY
    return [day_span(day, facility.zone) for day in closed_days(facility, first, last)]


def _places(rows: Iterable[Schedule], services: Iterable[HealthcareService], span: Span) -> dict[UUID, list[Place]]:
    """Group visits of these types with places left, by practitioner."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    groups = [service for service in services if service.capacity > 1]
    if not groups:
        return found
    visits = (
        AppointmentParticipant.objects.filter(
            practitioner__in=[row.practitioner_role.practitioner_id for row in rows],
            appointment__service__in=groups,
            appointment__status__in=codes.LIVE,
            appointment__capacity__gt=1,
            appointment__start_at__gte=span.start,
            appointment__start_at__lt=span.end,
        )
        .annotate(used=Count("appointment__participants", filter=Q(appointment__participants__place__isnull=False)))
        .values_list(
            "practitioner",
            "appointment__service",
            "appointment__start_at",
            "appointment__capacity",
            "used",
            "appointment",
        )
    )
    for practitioner, service, start, capacity, used, appointment in visits:
        found[practitioner].append(Place(start, service, capacity - used, key=appointment))
    return found
