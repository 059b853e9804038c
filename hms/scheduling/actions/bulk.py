"""Many visits and timetables at once: for the demo hospital, load tests and imports. Set-based.

Present-time rules are not asked (a visit of last year is none of their business); constraints hold as always, so
one clash refuses the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hms.core import bulk, clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.organization.models import Facility, Practitioner
from hms.organization.policies import policy
from hms.patients.models import Patient
from hms.scheduling import codes
from hms.scheduling.actions import care, placing, queue
from hms.scheduling.models import Appointment, AppointmentParticipant, HealthcareService
from hms.scheduling.rules.booking import is_late_cancel
from hms.scheduling.rules.wall_clock import promise

NOTICE = "scheduling.late_cancellation"
Status = codes.AppointmentStatus


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be written as it was, is, or will be. `minutes` 0: as the type of visit says.

    The moments of arrival, beginning and end are made from the status where they are not given.
    """

    patient: Patient
    practitioner: Practitioner
    service: HealthcareService
    start_at: datetime
    status: str = Status.BOOKED
    appointment_type: str = codes.AppointmentType.FOLLOWUP
    minutes: int = 0
    location: object = None
    device: object = None
    reason: str = ""
    booked_at: datetime | None = None
    channel: str = codes.Channel.IMPORT
    cancellation_reason: str = ""
    cancelled_at: datetime | None = None
    checked_in_at: datetime | None = None
    started_at: datetime | None = None
    fulfilled_at: datetime | None = None


@action("scheduling.bulk_book")
def bulk_book(*, by: Actor, facility: Facility, visits: Iterable[NewVisit]) -> list[Appointment]:
    """Write visits of one facility in one transaction: some hundreds at a time. Refused: any clash (IntegrityError)."""
    now, notice = clock.now(), policy(NOTICE, facility)
    appointments: list[Appointment] = []
    participants: list[AppointmentParticipant] = []
    related: list[tuple[Appointment, Patient, Practitioner]] = []
    for visit in visits:
        appointment = _appointment(visit, facility, by, now, notice)
        appointments.append(appointment)
        participants += _participants(appointment, visit)
        if appointment.status in care.RELATING:
            related.append((appointment, visit.patient, visit.practitioner))
    bulk.insert(appointments)
    with placing.taken_if_refused():
        bulk.insert(participants)
    care.begin_many(related, facility)
    today = clock.today(facility.time_zone)
    for appointment in appointments:
        # Who waits at this moment has a token, however they were written down.
        if appointment.status == Status.ARRIVED and appointment.local_start.date() == today:
            queue.enter(appointment, appointment.checked_in_at or now)
    trail.record("appointment.bulk_booked", facility=facility, detail={"count": len(appointments)})
    return appointments


def _appointment(visit: NewVisit, facility: Facility, by: Actor, now: datetime, notice: timedelta) -> Appointment:
    minutes = visit.minutes or visit.service.minutes(visit.appointment_type)
    start, end = visit.start_at, visit.start_at + timedelta(minutes=minutes)
    here = visit.status in {Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}
    begun = visit.status in {Status.CHECKED_IN, Status.FULFILLED}
    cancelled = visit.status == Status.CANCELLED
    reason = visit.cancellation_reason or (codes.CancellationReason.PATIENT if cancelled else "")
    cancelled_at = visit.cancelled_at or (min(now, start - timedelta(days=2)) if cancelled else None)
    return Appointment(
        facility=facility,
        department_id=visit.service.department_id,
        service=visit.service,
        status=visit.status,
        appointment_type=visit.appointment_type,
        delivery=visit.service.delivery,
        start_at=start,
        end_at=end,
        zone=facility.time_zone,
        wall_start=promise(start, facility.zone),
        capacity=visit.service.capacity,
        reason=visit.reason,
        channel=visit.channel,
        booked_at=visit.booked_at or min(now, start - timedelta(days=7)),
        booked_by_id=by.id,
        checked_in_at=visit.checked_in_at or (start - timedelta(minutes=10) if here else None),
        started_at=visit.started_at or (start if begun else None),
        fulfilled_at=visit.fulfilled_at or (end if visit.status == Status.FULFILLED else None),
        noshow_at=start + timedelta(minutes=30) if visit.status == Status.NOSHOW else None,
        cancelled_at=cancelled_at,
        cancellation_reason=reason,
        cancelled_late=bool(
            cancelled_at and reason not in codes.HOSPITAL_REASONS and is_late_cancel(start, cancelled_at, notice)
        ),
    )


def _participants(appointment: Appointment, visit: NewVisit) -> Iterable[AppointmentParticipant]:
    minutes = timedelta(minutes=1)
    start = appointment.start_at - visit.service.buffer_before * minutes
    end = appointment.end_at + visit.service.buffer_after * minutes
    blocking = appointment.status in codes.BLOCKING
    seen = {"start_at": appointment.start_at, "end_at": appointment.end_at}
    around = {"start_at": start, "end_at": end}
    common = {"appointment": appointment, "blocking": blocking}
    yield AppointmentParticipant(practitioner=visit.practitioner, **common, **around)
    yield AppointmentParticipant(patient=visit.patient, place=1 if blocking else None, **common, **seen)
    if visit.location is not None:
        yield AppointmentParticipant(location=visit.location, **common, **around)
    if visit.device is not None:
        yield AppointmentParticipant(device=visit.device, **common, **around)
