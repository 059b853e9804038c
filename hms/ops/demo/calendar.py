"""Six weeks of appointments around today: three behind, three ahead, as full as a real clinic."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Final

from hms.core import clock
from hms.core.actor import Actor
from hms.core.bulk import in_batches
from hms.ops.demo.population import Plan
from hms.ops.demo.staff import Clinic, House
from hms.organization.models import Practitioner
from hms.patients.models import Patient
from hms.scheduling.actions.bulk import NewVisit, bulk_book
from hms.scheduling.codes import AppointmentStatus, AppointmentType, CancellationReason, Channel
from hms.scheduling.models import Appointment, ScheduleSession

WEEKS_BEHIND, WEEKS_AHEAD = 3, 3
NO_SHOWS, CANCELLED = 0.20, 0.08
# How much of a day is taken: what is past was full, what lies ahead fills up. The doctor of the demo account is
# booked like a doctor of a real clinic; were all forty, each patient would come twice a week.
_FULL: Final = {-1: 0.78, 0: 0.8, 1: 0.45}
_OTHERS: Final = 0.12
_REASONS: Final = {
    "gp": [
        "Cough and fever",
        "Blood pressure",
        "Tired for weeks",
        "Back pain",
        "Prescription renewal",
        "Vaccination advice",
    ],
    "med": ["Chest tightness", "Follow-up after hospital", "High blood sugar", "Blood pressure", "Shortness of breath"],
    "card": ["Palpitations", "Follow-up atrial fibrillation", "Chest pain on exertion", "Blood pressure"],
    "paed": ["Fever since yesterday", "Check-up", "Rash", "Cough at night", "Stomach ache"],
}
_OTHER: Final = ["Follow-up", "New complaint", "Second opinion", "Check-up", "Results"]


def fill(by: Actor, house: House, patients: Sequence[tuple[Plan, Patient]], rng: random.Random) -> list[Appointment]:
    """Write the appointments; returns those that were kept."""
    now = clock.now()
    today = clock.today(house.facilities[0].time_zone)
    made: list[Appointment] = []
    taken: set[tuple[object, dt.date]] = set()
    for clinic in house.clinics:
        visits = list(_visits(clinic, _people_of(clinic, patients, rng), today, now, rng, taken, house.doctor))
        facility = clinic.department.facility
        for some in in_batches(visits):
            made += bulk_book(by=by, facility=facility, visits=some)
    return made


def _people_of(clinic: Clinic, patients: Sequence[tuple[Plan, Patient]], rng: random.Random) -> list[Patient]:
    """The patients of a department: children to the children's clinic, the living everywhere."""
    children = clinic.department.code == "paed"
    fitting = [
        patient
        for plan, patient in patients
        if not plan.told.deceased
        and (plan.age < 16) == children
        and (clinic.department.code != "gyn" or (plan.sex == "female" and plan.age >= 16))
    ]
    return rng.sample(fitting, min(len(fitting), max(20, len(fitting) // 2)))


def _visits(
    clinic: Clinic,
    people: list[Patient],
    today: dt.date,
    now: dt.datetime,
    rng: random.Random,
    taken: set[tuple[object, dt.date]],
    full: Practitioner,
) -> Iterator[NewVisit]:
    """The visits of a department. `taken`: who comes on which day already; one visit a day is enough for anybody."""
    minutes = clinic.service.duration_followup
    for doctor in clinic.doctors:
        sessions = ScheduleSession.objects.filter(schedule__practitioner_role__practitioner=doctor)
        for session in sessions:
            for week in range(-WEEKS_BEHIND, WEEKS_AHEAD):
                day = today + dt.timedelta(days=7 * week + (session.weekday - today.weekday()))
                share = _FULL[(day > today) - (day < today)] * (1 if doctor == full else _OTHERS)
                for start in _starts(day, session, minutes, clinic.department.facility.time_zone):
                    if rng.random() > share:
                        continue
                    patient = rng.choice(people)
                    if (patient.pk, day) in taken:
                        continue
                    taken.add((patient.pk, day))
                    yield _visit(clinic, doctor, patient, start, now, rng)


def _starts(day: dt.date, session: ScheduleSession, minutes: int, time_zone: str) -> Iterator[dt.datetime]:
    zone = clock.zone(time_zone)
    at = dt.datetime.combine(day, session.start, zone)
    end = dt.datetime.combine(day, session.end, zone)
    step = dt.timedelta(minutes=minutes)
    while at + step <= end:
        yield at.astimezone(dt.UTC)
        at += step


def _visit(
    clinic: Clinic, doctor: object, patient: Patient, start: dt.datetime, now: dt.datetime, rng: random.Random
) -> NewVisit:
    end = start + dt.timedelta(minutes=clinic.service.duration_followup)
    status, reason = _status(start, end, now, rng), ""
    if status == AppointmentStatus.CANCELLED:
        reason = rng.choice(
            [CancellationReason.PATIENT, CancellationReason.PATIENT_FEELS_BETTER, CancellationReason.PROVIDER]
        )
    return NewVisit(
        patient=patient,
        practitioner=doctor,  # type: ignore[arg-type]
        service=clinic.service,
        start_at=start,
        status=status,
        appointment_type=AppointmentType.FOLLOWUP,
        location=clinic.rooms[doctor.pk],  # type: ignore[attr-defined]
        reason=rng.choice(_REASONS.get(clinic.department.code.removesuffix("-n"), _OTHER)),
        booked_at=min(now, start) - dt.timedelta(days=rng.randrange(1, 40), hours=rng.randrange(24)),
        channel=rng.choice([Channel.PORTAL, Channel.PHONE, Channel.PHONE, Channel.DESK]),
        cancellation_reason=reason,
        **_moments(status, start, end, now, rng),  # type: ignore[arg-type]
    )


def _moments(
    status: str, start: dt.datetime, end: dt.datetime, now: dt.datetime, rng: random.Random
) -> dict[str, dt.datetime]:
    """When the patient came, and of visits that are over, when they were seen: a little late, a little long."""
    minute = dt.timedelta(minutes=1)
    if status == AppointmentStatus.ARRIVED:
        return {"checked_in_at": min(start, now) - rng.randrange(2, 24) * minute}
    if status != AppointmentStatus.FULFILLED:
        return {}
    # Of its own, so that who comes when does not hang on how long they wait.
    own = random.Random(start.isoformat())  # noqa: S311
    begun = start + own.randrange(-2, 20) * minute
    return {
        "checked_in_at": begun - own.randrange(2, 30) * minute,
        "started_at": begun,
        "fulfilled_at": begun + (end - start) + own.randrange(-7, 11) * minute,
    }


def _status(start: dt.datetime, end: dt.datetime, now: dt.datetime, rng: random.Random) -> str:
    """What became of a visit, by the time it is now."""
    chance = rng.random()
    if chance < CANCELLED:
        return AppointmentStatus.CANCELLED
    if end < now - dt.timedelta(minutes=30):
        # The share is of visits that were due, not of all that were booked.
        return (
            AppointmentStatus.NOSHOW if chance < CANCELLED + NO_SHOWS * (1 - CANCELLED) else AppointmentStatus.FULFILLED
        )
    if start < now + dt.timedelta(minutes=25):
        return AppointmentStatus.ARRIVED if chance < 0.75 else AppointmentStatus.BOOKED
    return AppointmentStatus.BOOKED
