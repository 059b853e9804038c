"""Holding, booking and moving visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.organization.models import Practitioner
from hms.organization.policies import policies
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals
from hms.scheduling.actions import care, placing
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, HealthcareService, Schedule

BOOK = "scheduling.book_appointment"
HOLD_FOR, REMIND_BEFORE = "scheduling.hold", "messaging.reminder_lead"
POLICIES = (HOLD_FOR, REMIND_BEFORE, care.DAYS)
BOOKED, PENDING = codes.AppointmentStatus.BOOKED, codes.AppointmentStatus.PENDING


class Said(TypedDict):
    """What is written down with a booking: why the patient comes, who called, how it came in."""

    reason: NotRequired[str]
    comment: NotRequired[str]
    caller: NotRequired[str]
    channel: NotRequired[str]


def _look(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    start_at: datetime,
    appointment_type: str = "",
    overbook: bool = False,
    **_said: object,
) -> dict[str, Any]:
    """What a booking must know, gathered before anybody is kept waiting."""
    found = facts.patient_for_booking(by, patient)
    booking = facts.of_booking(by, found, schedule, service, start_at, appointment_type, overbook=overbook)
    return {"booking": booking, "decided": policies(POLICIES, booking.schedule.facility)}


@action("scheduling.book_appointment", look=_look)
def hold_appointment(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    start_at: datetime,
    appointment_type: str = "",
    booking: Booking | None = None,
    decided: Mapping[str, Any] | None = None,
) -> Appointment:
    """Keep a time for a few minutes while the booker finishes. What the same person held for the patient is let go.

    Refused: against the rules (422), taken (409 with alternatives), group visits, which are joined, not held.
    `booking` and `decided` are filled in by the look beforehand.
    """
    assert booking is not None and decided is not None
    placing.refuse_against_rules(booking)
    if service.capacity > 1:
        raise Refused(refusals.NOT_HELD)
    _let_go(by, booking.patient)
    placing.claim(booking)
    now = clock.now()
    held = Appointment(
        status=PENDING,
        hold_expires_at=now + decided[HOLD_FOR],
        booked_at=now,
        booked_by_id=by.id,
        channel=_channel(by),
    )
    placing.write(held, booking)
    trail.record("appointment.held", subject=held, patient=booking.patient, facility=held.facility_id)
    return held


@action("scheduling.book_appointment")
def confirm_appointment(
    *, by: Actor, appointment: Appointment, version: int | None = None, **said: Unpack[Said]
) -> Appointment:
    """Turn a held time into a booking. Refused: it was not held, or the hold ran out and somebody else has the time."""
    placing.lock_visit(appointment)
    held = take(Appointment.objects.changeable_by(by), appointment.pk, version)
    if held.status == codes.AppointmentStatus.CANCELLED:
        raise Conflict(refusals.HOLD_ENDED)
    # NB: a hold that ran out is still ours while nobody has taken the time: whoever wants it ends it first.
    if not held.is_hold:
        raise Refused(refusals.WRONG_STATUS)
    if held.start_at < clock.now():
        raise Refused(refusals.PASSED)
    held.status, held.hold_expires_at = BOOKED, None
    _write_down(held, by, said)
    held.save()
    rows = held.participants.select_related("appointment__facility", "patient", "practitioner")
    practitioner = next(row.practitioner for row in rows if row.practitioner is not None)
    participation = next(row for row in rows if row.patient is not None)
    _announce(participation, practitioner, policies(POLICIES, held.facility))
    return held


@action("scheduling.book_appointment", look=_look)
def book_appointment(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    start_at: datetime,
    appointment_type: str = "",
    overbook: bool = False,
    override_reason: str = "",
    booking: Booking | None = None,
    decided: Mapping[str, Any] | None = None,
    **said: Unpack[Said],
) -> Appointment:
    """Book a visit for a patient, or a place in a group visit.

    Refused: against the rules (422), taken by somebody else (409 with the three nearest alternatives), patient not
    this actor's to book for (404). `overbook` places a second patient into a taken time, beyond the plan, by right
    and with `override_reason`; the same reason lets other rules of the timetable give way to the right to override.
    `booking` and `decided` are filled in by the look beforehand.
    """
    assert booking is not None and decided is not None
    if group := booking.group:
        placing.refuse_against_rules(booking)
        participation = placing.join_group(booking, group)
    else:
        participation = _book(booking, by, overbook=overbook, why=override_reason, said=said)
    _announce(participation, booking.timetable.practitioner, decided)
    return participation.appointment


def _look_at_move(
    *,
    by: Actor,
    appointment: Appointment,
    start_at: datetime,
    schedule: Schedule | UUID | None = None,
    **_more: object,
) -> dict[str, Any]:
    """What a move must know, gathered before anybody is kept waiting."""
    visit = Appointment.objects.changeable_by(by).select_related("service__facility").filter(pk=appointment.pk).first()
    if visit is None:
        raise missing()
    if visit.service is None or visit.status != BOOKED or visit.is_group:
        raise Refused(refusals.WRONG_STATUS)
    patient = Patient.objects.get(participations__appointment=visit)
    target = schedule or schedule_of(visit)
    booking = facts.of_booking(by, patient, target, visit.service, start_at, visit.appointment_type, but=visit.pk)
    return {"booking": booking, "decided": policies(POLICIES, booking.schedule.facility)}


@action("scheduling.move_appointment", look=_look_at_move)
def move_appointment(
    *,
    by: Actor,
    appointment: Appointment,
    start_at: datetime,
    version: int | None = None,
    schedule: Schedule | UUID | None = None,
    override_reason: str = "",
    booking: Booking | None = None,
    decided: Mapping[str, Any] | None = None,
) -> Appointment:
    """Move a booked visit to another time, perhaps with somebody else; the old one is freed only with the new taken.

    Refused: not booked any more, against the rules, taken, and patients once the visit has begun.
    `booking` and `decided` are filled in by the look beforehand.
    """
    assert booking is not None and decided is not None
    # The old practitioner and room too: somebody may be booking the very time we are about to free.
    placing.lock_visit(appointment, *placing.actors_of(booking))
    moved = take(Appointment.objects.changeable_by(by), appointment.pk, version)
    if moved.status != BOOKED:
        raise Refused(refusals.WRONG_STATUS)
    if facts.acts_as_patient(by) and moved.start_at <= clock.now():
        raise Refused(refusals.TOO_LATE_YOURSELF)
    placing.refuse_against_rules(booking, reason=override_reason)
    before, rows = moved.start_at, list(moved.participants.all())
    placing.claim(booking, but=moved.pk)
    placing.put_in_time(moved, booking)
    moved.facility = booking.schedule.facility
    moved.sequence += 1
    if override_reason:
        moved.override_reason = override_reason
    with placing.taken_if_refused(booking):
        moved.save()
        _move_participants(rows, booking)
    care.renew(moved, booking.patient, booking.timetable.practitioner, days=decided[care.DAYS])
    trail.record(
        "appointment.moved",
        subject=moved,
        patient=booking.patient,
        facility=moved.facility_id,
        detail={"from": before.isoformat(), "to": moved.start_at.isoformat()},
    )
    participation = next(row for row in rows if row.patient_id)
    outbox.say("appointment.moved", participation, key=f"appointment.moved:{participation.pk}:{moved.sequence}")
    _remind(moved, participation, decided[REMIND_BEFORE])
    return moved


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


def _book(booking: Booking, by: Actor, *, overbook: bool, why: str, said: Said) -> AppointmentParticipant:
    facility = booking.schedule.facility_id
    if not facts.acts_as_patient(by) and not by.in_facility(facility, BOOK):
        raise missing()
    beyond = seat = 0
    if overbook:
        seat = placing.free_seat(booking)
        beyond = 1 + (facts.overbooked(booking.timetable, booking.sitting) if booking.sitting else 0)
    warnings = placing.refuse_against_rules(booking, beyond=beyond, reason=why)
    placing.claim(booking, seat=seat)
    booked = Appointment(status=BOOKED, booked_at=clock.now(), override_reason=why if seat or warnings else "")
    _write_down(booked, by, said)
    return placing.write(booked, booking, seat=seat)


def _let_go(by: Actor, patient: Patient) -> None:
    """End what this person still holds for this patient: one choice at a time."""
    held = Appointment.objects.of_patient(patient.pk).filter(status=PENDING, booked_by=by.id)
    if ids := list(held.values_list("pk", flat=True)):
        placing.end_holds(ids, codes.CancellationReason.HOLD_RELEASED)


def _write_down(appointment: Appointment, by: Actor, said: Said) -> None:
    appointment.booked_at, appointment.booked_by_id = clock.now(), by.id
    appointment.reason = said.get("reason", "")
    appointment.comment = said.get("comment", "")
    appointment.caller = said.get("caller", "")
    appointment.channel = said.get("channel") or _channel(by)


def _channel(by: Actor) -> str:
    if by.kind == "client":
        return codes.Channel.API
    if by.role == "patient":
        return codes.Channel.PORTAL
    return codes.Channel.CLINICIAN if by.duties & {"doctor", "nurse"} else codes.Channel.DESK


def _announce(participation: AppointmentParticipant, practitioner: Practitioner, decided: Mapping[str, Any]) -> None:
    """Care relationship, trail and outbox of a new booking."""
    booked, patient = participation.appointment, participation.patient
    assert patient is not None
    care.begin(booked, patient, practitioner, days=decided[care.DAYS])
    trail.record(
        "appointment.booked",
        subject=booked,
        patient=patient,
        facility=booked.facility_id,
        detail={"start": booked.start_at.isoformat(), "channel": booked.channel},
    )
    outbox.say("appointment.booked", participation, key=f"appointment.booked:{participation.pk}:{booked.sequence}")
    _remind(booked, participation, decided[REMIND_BEFORE])


def _remind(appointment: Appointment, participation: AppointmentParticipant, before: timedelta) -> None:
    """Ask for the reminder now; when it is due, it looks whether the visit is still the one it was asked for."""
    due = appointment.start_at - before
    if due > clock.now():
        key = f"appointment.reminder:{participation.pk}:{appointment.sequence}"
        outbox.say("appointment.reminder", participation, key=key, due_at=due)


def _move_participants(rows: list[AppointmentParticipant], booking: Booking) -> None:
    """The same rows at the new time: each gives up its old one only if it gets the new."""
    had_room = False
    for row in rows:
        span = booking.seen if row.patient_id else booking.occupied
        if row.practitioner_id:
            row.practitioner = booking.timetable.practitioner
        elif row.location_id:
            had_room = True
            if booking.room is None:
                row.delete()
                continue
            row.location_id = booking.room
        row.start_at, row.end_at, row.seat = span.start, span.end, 0
        row.save()
    if booking.room and not had_room:
        AppointmentParticipant.objects.create(
            appointment=rows[0].appointment,
            location_id=booking.room,
            start_at=booking.occupied.start,
            end_at=booking.occupied.end,
        )
