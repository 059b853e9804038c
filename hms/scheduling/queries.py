"""What pages ask of the day, of a patient's visits, and of free times. Each a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from hms.core import clock
from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.prepared import Given, Prepared, named, several
from hms.organization.models import Department, Facility, Practitioner
from hms.patients.models import Patient
from hms.patients.rules.normalise import spellings
from hms.scheduling import codes, facts
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    HealthcareService,
    Schedule,
    ScheduleException,
    Screen,
)
from hms.scheduling.rules.wall_clock import day_span

Status = codes.AppointmentStatus


# --- The day --------------------------------------------------------------------------------------------------
def day_of_practitioner(by: Actor, practitioner: Practitioner, day: date, facility: Facility) -> list[Appointment]:
    """A practitioner's visits on a day of the facility, in order of time."""
    visits = Appointment.objects.visible_to(by).listed().of_practitioner(practitioner.pk)
    return list(visits.within(day_span(day, facility.zone)).with_people().order_by("start_at"))


def day_of_facility(
    by: Actor, facility: Facility, day: date, department: Department | None = None
) -> list[Appointment]:
    """All visits of a facility, or of one department, on its day, in order of time."""
    visits = Appointment.objects.visible_to(by).listed().filter(facility=facility)
    if department is not None:
        visits = visits.filter(department=department)
    return list(visits.within(day_span(day, facility.zone)).with_people().order_by("start_at"))


@dataclass(frozen=True, slots=True)
class Counts:
    """The day in four numbers, and how long the longest wait is."""

    expected: int
    waiting: int
    late: int
    seen: int
    longest_wait: timedelta = timedelta(0)

    @property
    def longest_minutes(self) -> int:
        return self.longest_wait // timedelta(minutes=1)


def counts(visits: Iterable[Appointment], now: datetime) -> Counts:
    """How a day stands: still expected, waiting now, late, seen."""
    visits = list(visits)
    by_status = Counter(visit.status for visit in visits)
    waits = [now - visit.checked_in_at for visit in visits if visit.status == Status.ARRIVED and visit.checked_in_at]
    return Counts(
        expected=by_status[Status.BOOKED],
        waiting=by_status[Status.ARRIVED],
        late=sum(1 for visit in visits if is_late(visit, now)),
        seen=by_status[Status.FULFILLED],
        longest_wait=max(waits, default=timedelta(0)),
    )


def is_late(visit: Appointment, now: datetime) -> bool:
    """Expected, and the time has come and gone."""
    return visit.status == Status.BOOKED and visit.start_at < now


def namesakes(visits: Iterable[Appointment]) -> set[UUID]:
    """Patients of the day who are called like another patient of the day."""
    names: dict[str, set[UUID]] = {}
    for visit in visits:
        for patient in visit.patients:
            names.setdefault(patient.label.casefold(), set()).add(patient.pk)
    return {one for alike in names.values() if len(alike) > 1 for one in alike}


# --- A patient's visits -----------------------------------------------------------------------------------------
def visits_of(by: Actor, patient: Patient) -> tuple[list[Appointment], list[Appointment]]:
    """A patient's visits: those to come, soonest first, and the last twenty of those that were."""
    now = clock.now()
    visits = Appointment.objects.visible_to(by).of_patient(patient.pk).with_people(of=[patient.pk])
    coming = visits.live().filter(end_at__gt=now).order_by("start_at")
    over = visits.filter(status__in=[*codes.LISTED, Status.CANCELLED]).exclude(
        cancellation_reason__in=codes.OWN_REASONS
    )
    past = over.exclude(status__in=codes.LIVE, end_at__gt=now).order_by("-start_at")[:20]
    return list(coming), list(past)


def next_visit(by: Actor, patient: Patient, but: Collection[UUID] = ()) -> Appointment | None:
    """The patient's next visit, for home pages; without those that can't take place, where the page knows of such."""
    visits = Appointment.objects.visible_to(by).of_patient(patient.pk).live().exclude(pk__in=but)
    return visits.filter(end_at__gt=clock.now()).with_people(of=[patient.pk]).order_by("start_at").first()


def usual_doctors(patient: Patient, count: int = 3) -> list[tuple[Practitioner, Department]]:
    """Whom the patient saw last, each once, with the department: for "again with"."""
    rows = (
        AppointmentParticipant.objects.filter(
            practitioner__isnull=False,
            practitioner__active=True,
            appointment__participants__patient=patient,
            appointment__status=Status.FULFILLED,
            appointment__department__active=True,
        )
        .select_related("practitioner", "appointment__department")
        .order_by("-start_at")[: count * 4]
    )
    found: dict[UUID, tuple[Practitioner, Department]] = {}
    for row in rows:
        if row.practitioner is not None and row.appointment.department is not None:
            found.setdefault(row.practitioner.pk, (row.practitioner, row.appointment.department))
    return list(found.values())[:count]


# --- What can be booked -------------------------------------------------------------------------------------------
def bookable_services(by: Actor) -> QuerySet[HealthcareService]:
    """Types of visit this actor may book: as a patient those for patients, as staff those of the own facilities."""
    return _bookable(facts.acts_as_patient(by), _reach(by))


def bookable_service(by: Actor, id: UUID) -> HealthcareService | None:
    """One of them, with its facility: the one that is about to be booked."""
    reach = _reach(by)
    if reach is ALL_FACILITIES:
        return _one_bookable(facts.acts_as_patient(by), None).first(id=id)
    places = list(reach)
    return _one_bookable(facts.acts_as_patient(by), len(places)).first(id=id, **named("facility", places))


def _reach(by: Actor) -> frozenset[UUID]:
    return by.reach.get("scheduling.book_appointment", by.facilities)


def _bookable(by_patient: bool, facilities: Iterable[UUID | Given]) -> QuerySet[HealthcareService]:
    services = HealthcareService.objects.offered().filter(department__active=True)
    if by_patient:
        return services.for_patients()
    return services if facilities is ALL_FACILITIES else services.filter(facility__in=facilities)


@cache
def _one_bookable(by_patient: bool, facilities: int | None) -> Prepared[HealthcareService]:
    """For patients, or for staff of so many facilities (None: of all)."""
    reach = ALL_FACILITIES if facilities is None else several("facility", UUIDField(), facilities)
    return Prepared(lambda: _bookable(by_patient, reach).filter(pk=Given("id", UUIDField())).select_related("facility"))


def schedules_for(service: HealthcareService, practitioner: UUID | None = None) -> QuerySet[Schedule]:
    """Timetables of practitioners of the service's department."""
    schedules = Schedule.objects.filter(
        facility=service.facility_id,
        practitioner_role__department=service.department_id,
        practitioner_role__practitioner__active=True,
        active=True,
    )
    return schedules if practitioner is None else schedules.filter(practitioner_role__practitioner=practitioner)


def schedules_of(departments: Collection[UUID]) -> QuerySet[Schedule]:
    """Timetables of practitioners of these departments, wherever they are."""
    return Schedule.objects.filter(
        practitioner_role__department__in=departments, practitioner_role__practitioner__active=True, active=True
    )


def visits_in(exception: ScheduleException) -> QuerySet[Appointment]:
    """Booked visits that fall into an absence of anybody or anything, whoever asks: for their number.

    `strays` lists them.
    """
    if exception.opens or exception.withdrawn_at is not None:
        return Appointment.objects.none()
    schedule = exception.schedule
    role = schedule.practitioner_role
    actor = role.practitioner_id if role is not None else schedule.location_id or schedule.device_id
    taken = AppointmentParticipant.objects.filter(
        actor=actor, blocking=True, start_at__lt=exception.end_at, end_at__gt=exception.start_at
    )
    return Appointment.objects.filter(
        pk__in=taken.values("appointment"),
        status=Status.BOOKED,
        start_at__lt=exception.end_at,
        end_at__gt=exception.start_at,
    )


def next_of_day(visits: Iterable[Appointment]) -> Appointment | None:
    """Who is to be seen next: who waits before who is still expected, each by time."""
    waiting = [visit for visit in visits if visit.status in {Status.ARRIVED, Status.BOOKED}]
    return min(waiting, key=lambda visit: (visit.status != Status.ARRIVED, visit.start_at), default=None)


# --- At the door --------------------------------------------------------------------------------------------------
def at_the_door(screen: Screen, born_on: date, family: str) -> Appointment | None:
    """Today's visit of whoever says this about themselves at a kiosk; None for nobody, and for two people.

    Only who is expected and not here yet; of several visits of one person the next.
    """
    zone = screen.facility.zone
    span = day_span(clock.today(screen.facility.time_zone), zone)
    visits = Appointment.objects.filter(facility=screen.facility_id, status=Status.BOOKED).within(span)
    if screen.department_id is not None:
        visits = visits.filter(department=screen.department_id)
    born = visits.filter(participants__patient__birth_date_text=born_on.isoformat(), capacity=1)
    said = set(spellings(family))
    found = [
        visit
        for visit in born.with_people().order_by("start_at").distinct()
        if visit.patient is not None and said & _families(visit.patient)
    ]
    if len({visit.patient.pk for visit in found if visit.patient is not None}) != 1:
        return None
    now = clock.now()
    return next((visit for visit in found if visit.end_at > now), found[-1])


def _families(patient: Patient) -> set[str]:
    """Every family name of a person, however it is written; the whole name of somebody who has only one."""
    names = patient.names.values_list("family", "given")
    return {spelling for family, given in names for spelling in spellings(family or given)}


def today_of(by: Actor, now: datetime) -> list[Appointment]:
    """Visits of today of the person who is signed in, and of those they act for, in every house of the group."""
    around = (
        Appointment.objects.visible_to(by)
        .listed()
        .filter(start_at__gt=now - timedelta(days=1), start_at__lt=now + timedelta(days=1))
    )
    found = around.with_people(of=Patient.objects.acted_for_by(by)).order_by("start_at")
    return [one for one in found if one.local_start.date() == now.astimezone(one.tz).date()]
