"""Holding and booking visits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.organization.policies import policies
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals
from hms.scheduling.actions import freeing, places, placing, telling
from hms.scheduling.actions.moving import schedule_of
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, HealthcareService, Schedule

BOOK = "scheduling.book_appointment"
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
    override_reason: str = "",
    **_said: object,
) -> dict[str, Any]:
    """What a booking must know, gathered before anybody is kept waiting."""
    found = facts.patient_for_booking(by, patient)
    booking = facts.of_booking(by, found, schedule, service, start_at, appointment_type, overbook=overbook)
    if service.capacity == 1 and not overbook:
        _refuse_at_once(booking, reason=override_reason)
    return {"booking": booking}


def _look_to_book(*, by: Actor, service: HealthcareService, **asked: Any) -> dict[str, Any]:
    """The same for a booking at once, which staff do where they work."""
    _refuse_elsewhere(by, service.facility_id)
    return _look(by=by, service=service, **asked)


@action("scheduling.book_appointment", look=_look)
def hold_appointment(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    start_at: datetime,
    appointment_type: str = "",
    booking: Booking = facts.LOOKED_UP,
) -> Appointment:
    """Keep a time for a few minutes while the booker finishes. What the same person held for the patient is let go.

    Refused: against the rules (422), taken (409 with alternatives), group visits, which are joined, not held.
    `booking` is filled in by the look beforehand.
    """
    placing.refuse_against_rules(booking)
    if service.capacity > 1:
        raise Refused(refusals.NOT_HELD)
    _let_go(by, booking)
    uses = placing.claim(booking)
    now = clock.now()
    held = Appointment(
        status=PENDING,
        hold_expires_at=now + booking.decided[facts.HOLD_FOR],
        booked_at=now,
        booked_by_id=by.id,
        channel=_channel(by),
    )
    placing.write(held, booking, uses)
    trail.record("appointment.held", subject=held, patient=booking.patient, facility=held.facility_id)
    return held


@action("scheduling.book_appointment")
def confirm_appointment(
    *, by: Actor, appointment: Appointment, version: int | None = None, **said: Unpack[Said]
) -> Appointment:
    """Turn a held time into a booking. Refused: it was not held, or it ran out and is taken (409 with alternatives)."""
    placing.lock_visit(appointment)
    held = take(Appointment.objects.changeable_by(by, BOOK), appointment.pk, version)
    if held.status == codes.AppointmentStatus.CANCELLED:
        raise _too_late(by, held)
    # NB: a hold that ran out is still ours while nobody has taken the time: whoever wants it ends it first.
    if not held.is_hold or held.is_offered:
        raise Refused(refusals.ANSWER_THE_OFFER if held.is_hold else refusals.WRONG_STATUS)
    if held.start_at < clock.now():
        raise Refused(refusals.PASSED)
    held.status, held.hold_expires_at = BOOKED, None
    _write_down(held, by, said)
    held.save()
    rows = held.participants.select_related("appointment__facility", "patient", "practitioner")
    practitioner = next(row.practitioner for row in rows if row.practitioner is not None)
    participation = next(row for row in rows if row.patient is not None)
    telling.of_booking(participation, practitioner, policies(facts.POLICIES, held.facility))
    _record(participation)
    return held


@action("scheduling.book_appointment", look=_look_to_book)
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
    booking: Booking = facts.LOOKED_UP,
    **said: Unpack[Said],
) -> Appointment:
    """Book a visit for a patient, or a place in a group visit.

    Refused: against the rules (422), taken by somebody else (409 with the three nearest alternatives), patient not
    this actor's to book for (404). `overbook` places a second patient into a time that is taken, beyond the plan, by
    right and with `override_reason`; the same reason lets other rules of the timetable give way to the right to
    override. `booking` is filled in by the look beforehand.
    """
    if group := booking.group:
        placing.refuse_against_rules(booking)
        participation = places.take(booking, group)
    else:
        participation = _book(booking, by, overbook=overbook, why=override_reason, said=said)
    telling.of_booking(participation, booking.timetable.practitioner, booking.decided)
    _record(participation)
    return participation.appointment


def _book(booking: Booking, by: Actor, *, overbook: bool, why: str, said: Said) -> AppointmentParticipant:
    _refuse_elsewhere(by, booking.schedule.facility_id)
    beyond = seat = 0
    if overbook:
        seat = placing.free_seat(booking)
        if seat:
            beyond = 1 + (facts.overbooked(booking.timetable, booking.sitting) if booking.sitting else 0)
    warnings = placing.refuse_against_rules(booking, beyond=beyond, reason=why)
    uses = placing.claim(booking, seat=seat)
    booked = Appointment(status=BOOKED, booked_at=clock.now(), override_reason=why if seat or warnings else "")
    _write_down(booked, by, said, group=booking.service.capacity > 1)
    return placing.write(booked, booking, uses, seat=seat)


def _too_late(by: Actor, held: Appointment) -> Conflict:
    """The refusal for a held time that somebody else has by now, with the three nearest that are free."""
    patient = Patient.objects.get(participations__appointment=held)
    if held.service is None:
        return Conflict(refusals.HOLD_ENDED)
    target, kind = schedule_of(held), held.appointment_type
    booking = facts.of_booking(by, patient, target, held.service, held.start_at, kind)
    return placing.taken(booking, refusals.HOLD_ENDED)


def _refuse_elsewhere(by: Actor, facility: UUID) -> None:
    if not facts.acts_as_patient(by) and not by.in_facility(facility, BOOK):
        raise missing()


def _refuse_at_once(booking: Booking, reason: str) -> None:
    """What the deed would refuse anyway, in its order; it looks again under its locks."""
    placing.refuse_against_rules(booking, reason=reason)
    placing.refuse_evidently_taken(booking)


def _let_go(by: Actor, booking: Booking) -> None:
    """End what this person still holds for this patient: one choice at a time. What they were asked about stays."""
    held = Appointment.objects.chosen_holds().of_patient(booking.patient.pk).filter(booked_by=by.id)
    if ids := list(held.values_list("pk", flat=True)):
        # People come before rows, here too: in another tab one of these may be confirmed at this moment.
        placing.lock_visits(ids, *placing.actors_of(booking))
        placing.end_holds(ids, codes.CancellationReason.HOLD_RELEASED)
        freeing.of_holds(AppointmentParticipant.objects.filter(appointment__in=ids).select_related("appointment"))


def _write_down(appointment: Appointment, by: Actor, said: Said, *, group: bool = False) -> None:
    appointment.booked_at, appointment.booked_by_id = clock.now(), by.id
    # A group visit is everybody's: what one of them says would be read by the others.
    if not group:
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


def _record(participation: AppointmentParticipant) -> None:
    booked = participation.appointment
    trail.record(
        "appointment.booked",
        subject=booked,
        patient=participation.patient_id,
        facility=booked.facility_id,
        detail={"start": booked.start_at.isoformat(), "channel": booked.channel},
    )
