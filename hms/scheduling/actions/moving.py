"""Moving a visit: the old time is freed only with the new one taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import missing, take
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals
from hms.scheduling.actions import answering, cancelling, claiming, freeing, places, placing, telling
from hms.scheduling.actions.placing import Use
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, Schedule

MOVE, BOOKED = "scheduling.move_appointment", codes.AppointmentStatus.BOOKED


def _look(
    *,
    by: Actor,
    appointment: Appointment,
    start_at: datetime,
    schedule: Schedule | UUID | None = None,
    patient: Patient | None = None,
    **_more: object,
) -> dict[str, Any]:
    """What a move must know, gathered before anybody is kept waiting."""
    rows = Appointment.objects.changeable_by(by, MOVE).select_related("service__facility")
    visit = rows.filter(pk=appointment.pk).first()
    if visit is None:
        raise missing()
    if visit.service is None or visit.status != BOOKED:
        raise Refused(refusals.WRONG_STATUS)
    who = _whose(visit, patient)
    target = schedule or schedule_of(visit)
    kind = visit.appointment_type
    return {"booking": facts.of_booking(by, who, target, visit.service, start_at, kind, but=visit.pk)}


def _whose(visit: Appointment, patient: Patient | None) -> Patient:
    """The patient of the visit; of a group visit the one who was named."""
    if not visit.is_group:
        return Patient.objects.get(participations__appointment=visit)
    named = patient.pk if patient is not None else None
    row = visit.participants.taking_part().filter(patient=named).exclude(patient=None).select_related("patient").first()
    if row is None or row.patient is None:
        raise Refused(refusals.WRONG_STATUS)
    return row.patient


@action("scheduling.move_appointment", look=_look)
def move_appointment(
    *,
    by: Actor,
    appointment: Appointment,
    start_at: datetime,
    version: int | None = None,
    schedule: Schedule | UUID | None = None,
    patient: Patient | None = None,
    override_reason: str = "",
    booking: Booking = facts.LOOKED_UP,
) -> Appointment:
    """Move a booked visit to another time, perhaps with somebody else; the old one is freed only with the new taken.

    Of a group visit, `patient` exchanges their place for one at the other time: that visit is given back. Refused: not
    booked any more, against the rules, taken, and patients once the visit has begun. The look fills in `booking`.
    """
    # The old practitioner and room too: somebody may be booking the very time we are about to free.
    placing.lock_visit(appointment, *placing.actors_of(booking))
    moved = take(Appointment.objects.changeable_by(by, MOVE), appointment.pk, version)
    if moved.status != BOOKED:
        raise Refused(refusals.WRONG_STATUS)
    if facts.acts_as_patient(by) and moved.start_at <= clock.now():
        raise Refused(refusals.TOO_LATE_YOURSELF)
    if moved.is_group:
        row = moved.participants.taking_part().get(patient=booking.patient)
        (participation,) = exchange([(row, booking)], by)
    else:
        answering.lapse(moved)
        participation = put(moved, booking, override_reason=override_reason)
    telling.of_move(participation, booking.timetable.practitioner, booking.decided)
    return participation.appointment


def put(moved: Appointment, booking: Booking, *, override_reason: str = "") -> AppointmentParticipant:
    """Give a booked visit its new time, as a part of a deed that holds the locks; returns the patient's part in it."""
    placing.refuse_against_rules(booking, reason=override_reason)
    before, rows = moved.start_at, list(moved.participants.all())
    freed = [one for row in rows if (one := freeing.of_row(row)) is not None]
    uses = placing.claim(booking, but=moved.pk)
    placing.put_in_time(moved, booking)
    moved.facility = booking.schedule.facility
    moved.sequence += 1
    if override_reason:
        moved.override_reason = override_reason
    with placing.taken_if_refused(booking):
        moved.save()
        _move_participants(rows, booking, uses)
    for one in freed:
        freeing.say(one, moved, f"{moved.pk}:{moved.sequence}")
    participation = next(row for row in rows if row.patient_id)
    participation.appointment, participation.patient = moved, booking.patient
    trail.record(
        "appointment.moved",
        subject=moved,
        patient=booking.patient,
        facility=moved.facility_id,
        detail={"from": before.isoformat(), "to": moved.start_at.isoformat()},
    )
    return participation


def exchange(wanted: Sequence[tuple[AppointmentParticipant, Booking]], by: Actor) -> list[AppointmentParticipant]:
    """Exchange places in group visits for others, all or none, as a part of a deed that holds the locks.

    All are given up first: the patient may take the place in one visit that they leave for another. Dates of series
    follow their places.
    """
    at = clock.now()
    for old, _booking in wanted:
        places.give_back(old, at)
    taken = []
    for (old, booking), claimed in zip(wanted, claiming.claim_all([one for _old, one in wanted]), strict=True):
        visit = Appointment(status=BOOKED, booked_at=at, booked_by_id=by.id, channel=old.appointment.channel)
        new = claiming.write(visit, claimed, instead_of=old)
        taken.append(new)
        for date in old.occurrences.all():
            date.appointment, date.participation = new.appointment, new
            date.save()
        trail.record(
            "appointment.moved",
            subject=new.appointment,
            patient=booking.patient,
            facility=new.appointment.facility_id,
            detail={"from": old.start_at.isoformat(), "to": new.start_at.isoformat()},
        )
    for old, _booking in wanted:
        visit = take(Appointment.objects.all(), old.appointment_id)
        if places.is_empty(visit):
            cancelling.call_off_if_empty(visit, codes.CancellationReason.PATIENT)
        else:
            places.left(visit, old)
    return taken


def schedule_of(appointment: Appointment) -> Schedule:
    """The schedule a visit was booked into: its practitioner's in that facility and department."""
    practitioner = appointment.participants.filter(practitioner__isnull=False).values("practitioner")
    found = Schedule.objects.filter(
        practitioner_role__practitioner__in=practitioner,
        practitioner_role__department=appointment.department_id,
        facility=appointment.facility_id,
    ).order_by("-valid_from")
    schedule = found.first()
    if schedule is None:
        raise missing()
    return schedule


def _move_participants(rows: list[AppointmentParticipant], booking: Booking, uses: list[Use]) -> None:
    """The same rows at the new time: each gives up its old one only if it gets the new.

    A room or device that the new time does not need is given up, and one that the old did not have is added.
    """
    left = {use.kind: use for use in uses}
    for row in rows:
        span = booking.seen if row.patient_id else booking.occupied
        if row.practitioner_id:
            row.practitioner = booking.timetable.practitioner
        elif row.location_id or row.device_id:
            use = left.pop(codes.ThingKind.ROOM if row.location_id else codes.ThingKind.DEVICE, None)
            if use is None:
                row.delete()
                continue
            setattr(row, "location_id" if row.location_id else "device_id", use.id)
        row.start_at, row.end_at, row.seat, row.blocking = span.start, span.end, 0, True
        row.save()
    for use in left.values():
        placing.use_of(rows[0].appointment, use, booking.occupied).save(force_insert=True)
