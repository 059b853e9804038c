"""The timetables of schedules in a stretch of time, read in a fixed number of queries and computed by rules.

Nothing here is stored or locked: what a timetable offers may be gone a moment later, and the booking finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, Q, QuerySet, UUIDField

from hms.core.prepared import Given, Prepared, named, several
from hms.organization.calendars import closed_days
from hms.organization.models import Facility, Practitioner
from hms.organization.policies import policies
from hms.scheduling import codes
from hms.scheduling.kept import Hours, hours_of, with_people
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    HealthcareService,
    Schedule,
    ScheduleException,
    ScheduleSession,
)
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import NOTHING, Busy, FreeStart, Place, Session, Visit
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time

NOTICE, HORIZON = "scheduling.booking_notice", "scheduling.booking_horizon_days"
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
    rooms: Mapping[UUID, Busy] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    # Leave and closures as they were entered; holidays are in `closed` alone.
    away: tuple[ScheduleException, ...] = ()
    # Weekly sessions and extra ones by the key their sittings carry.
    sources: Mapping[UUID, ScheduleSession | ScheduleException] = field(default_factory=dict)

    @property
    def practitioner(self) -> Practitioner:
        return self.schedule.practitioner_role.practitioner

    @property
    def zone(self) -> ZoneInfo:
        return self.schedule.facility.zone

    def free_starts(self, visit: Visit, *, now: datetime, window: Span, limit: int | None = None) -> list[FreeStart]:
        return availability.free_starts(
            self.sittings,
            visit,
            now=now,
            window=window,
            closed=self.closed,
            busy=self.busy,
            patient_busy=self.patient_busy,
            rooms=self.rooms,
            places=self.places,
            limit=limit,
        )

    def sitting_at(self, start: datetime) -> Session | None:
        """The sitting a visit at this time belongs to."""
        return next((one for one in self.sittings if one.span.holds(start)), None)


def load(
    schedules: QuerySet[Schedule],
    span: Span,
    *,
    now: datetime,
    service: HealthcareService | None = None,
    patient: UUID | None = None,
    but: Collection[UUID] = (),
) -> list[Timetable]:
    """The timetables of practitioners' schedules, in seven queries at most, however many they are.

    Sittings that reach into the span come whole. `service` adds places in its group visits, `patient` when they are
    taken themselves; `but` are appointments that are to be thought away, because they are being moved.
    """
    rows = list(with_people(schedules.in_force(span.start.date() - DAY, span.end.date() + 2 * DAY)))
    hours = hours_of(rows)
    actors = {row.practitioner_role.practitioner_id for row in rows}
    actors.update(*(one.rooms for one in hours.values()))
    # A day around: a sitting that reaches into the span is judged whole.
    around = Span(span.start - DAY, span.end + DAY)
    taken = taken_by(actors | {patient} if patient else actors, around, now=now, but=but)
    places = _places(actors, service, span) if service is not None and service.capacity > 1 else {}
    closed = {facility: holidays(facility, span) for facility in {row.facility for row in rows}}
    return [
        of(row, hours[row.pk], span, closed=closed[row.facility], taken=taken, patient=patient, places=places)
        for row in rows
    ]


def of(
    schedule: Schedule,
    hours: Hours,
    span: Span,
    *,
    closed: Iterable[Span],
    taken: Mapping[UUID, list[Span]] | None = None,
    patient: UUID | None = None,
    places: Mapping[UUID, list[Place]] | None = None,
) -> Timetable:
    """One schedule's timetable from what was read."""
    practitioner = schedule.practitioner_role.practitioner_id
    taken, places = taken or {}, places or {}
    exceptions = [one for one in hours.exceptions if one.span.overlaps(span)]
    opened = [one for one in exceptions if one.opens]
    away = [one for one in exceptions if not one.opens]
    sittings = availability.sessions((one.pattern() for one in hours.weekly), schedule.facility.zone, span)
    sittings += [Session(one.span, one.pk, None, one.location_id) for one in opened]
    return Timetable(
        schedule=schedule,
        sittings=tuple(sorted(sittings, key=lambda sitting: sitting.span)),
        closed=Busy([*closed, *(one.span for one in away)]),
        busy=Busy(taken.get(practitioner, ())),
        patient_busy=Busy(taken.get(patient, ())) if patient else NOTHING,
        rooms={room: Busy(taken[room]) for room in hours.rooms if room in taken},
        places=tuple(places.get(practitioner, ())),
        away=tuple(away),
        sources={one.pk: one for one in (*hours.weekly, *opened)},
    )


def of_one(schedule: Schedule, span: Span, *, service: HealthcareService) -> Timetable:
    """When one schedule is open and closed, without what is taken: a booking finds that out under its locks."""
    places = {}
    if service.capacity > 1:
        places = _places([schedule.practitioner_role.practitioner_id], service, span)
    hours = hours_of([schedule])[schedule.pk]
    return of(schedule, hours, span, closed=holidays(schedule.facility, span), places=places)


def again(timetable: Timetable, span: Span, *, now: datetime, patient: UUID) -> Timetable:
    """The same schedule in another stretch of time, with what is taken there."""
    schedule = timetable.schedule
    hours = hours_of([schedule])[schedule.pk]
    actors = {schedule.practitioner_role.practitioner_id, patient} | hours.rooms
    taken = taken_by(actors, Span(span.start - DAY, span.end + DAY), now=now)
    return of(schedule, hours, span, closed=holidays(schedule.facility, span), taken=taken, patient=patient)


def taken_by(
    actors: Iterable[UUID], span: Span, *, now: datetime, but: Collection[UUID] = ()
) -> dict[UUID, list[Span]]:
    """Taken time of practitioners, patients, rooms and devices in the plan's lane. Holds that ran out don't count."""
    found: dict[UUID, list[Span]] = defaultdict(list)
    wanted = list(actors)
    for appointment, actor, start, end in _taken(len(wanted))(
        start=span.start, end=span.end, now=now, **named("actor", wanted)
    ):
        if appointment not in but:
            found[actor].append(Span(start, end))
    return found


@lru_cache(maxsize=64)
def _taken(count: int) -> Prepared[tuple[Any, ...]]:
    """Visit, actor, start and end of what takes the time of so many actors."""
    moment = DateTimeField()
    ran_out = Appointment.objects.filter(
        status=codes.AppointmentStatus.PENDING, hold_expires_at__lte=Given("now", moment)
    )
    return Prepared(
        lambda: (
            AppointmentParticipant.objects.filter(
                actor__in=several("actor", UUIDField(), count),
                blocking=True,
                seat=0,
                start_at__lt=Given("end", moment),
                end_at__gt=Given("start", moment),
            )
            .exclude(appointment__in=ran_out.values("pk"))
            .values_list("appointment", "actor", "start_at", "end_at")
        )
    )


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
    for window in _looks(visit.bookable(now)):
        timetables = load(schedules, window, now=now, service=service, patient=patient, but=but)
        offers = [(one, one.free_starts(visit, now=now, window=window, limit=each)) for one in timetables]
        if found := sorted((offer for offer in offers if offer[1]), key=lambda offer: offer[1][0]):
            return found
    return []


def _looks(bookable: Span) -> Iterator[Span]:
    start, length = bookable.start, FIRST_LOOK
    for last in (False, False, True):
        if start >= bookable.end:
            return
        end = bookable.end if last else min(start + length, bookable.end)
        yield Span(start, end)
        start, length = end, length * FURTHER


def holidays(facility: Facility, span: Span) -> list[Span]:
    """The days on which a facility is closed, with one on either side of the span."""
    first, last = wall_time(span.start, facility.zone).date() - DAY, wall_time(span.end, facility.zone).date() + DAY
    return [day_span(day, facility.zone) for day in closed_days(facility, first, last)]


def _places(doctors: Iterable[UUID], service: HealthcareService, span: Span) -> dict[UUID, list[Place]]:
    """Group visits of this type with places left, by practitioner."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    rows = (
        AppointmentParticipant.objects.filter(
            practitioner__in=list(doctors),
            appointment__service=service,
            appointment__status__in=codes.LIVE,
            appointment__capacity__gt=1,
            appointment__start_at__gte=span.start,
            appointment__start_at__lt=span.end,
        )
        .annotate(used=Count("appointment__participants", filter=Q(appointment__participants__place__isnull=False)))
        .values_list("practitioner", "appointment", "appointment__start_at", "appointment__capacity", "used")
    )
    for practitioner, appointment, start, capacity, used in rows:
        found[practitioner].append(Place(start, service.pk, capacity - used, key=appointment))
    return found
