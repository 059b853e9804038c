"""Calling visits off, giving held times back, and taking back what was never true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.organization.policies import policy
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals
from hms.scheduling.actions import answering, care, freeing, places, placing, queue
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.rules.booking import is_late_cancel

CANCEL, BOOK = "scheduling.cancel_appointment", "scheduling.book_appointment"
IN_ERROR = "scheduling.mark_entered_in_error"
NOTICE = "scheduling.late_cancellation"
Status, Reason = codes.AppointmentStatus, codes.CancellationReason


@action("scheduling.cancel_appointment")
def cancel_appointment(
    *,
    by: Actor,
    appointment: Appointment,
    reason: str,
    version: int | None = None,
    patient: Patient | None = None,
    comment: str = "",
) -> Appointment:
    """Call a visit off, or `patient`'s place in a group visit. Frees the time at once.

    Whoever acts as a patient gives up no place of others; with the last place the visit is called off. A patient who
    cancels within the facility's notice has cancelled late; the hospital never does. Refused: no reason, over or called
    off already, and by patients once the visit has begun.
    """
    placing.lock_visit(appointment)
    cancelled = take(Appointment.objects.changeable_by(by, CANCEL), appointment.pk, version)
    itself = facts.acts_as_patient(by)
    if reason not in Reason.values or reason in codes.NOT_CHOSEN or (itself and reason in codes.HOSPITAL_REASONS):
        raise Refused(refusals.CANCEL_REASON)
    if not cancelled.may_become(Status.CANCELLED) or cancelled.is_hold:
        raise Refused(refusals.WRONG_STATUS)
    if itself and cancelled.start_at <= clock.now():
        raise Refused(refusals.TOO_LATE_YOURSELF)
    patients = list(cancelled.participants.taking_part().filter(patient__isnull=False))
    if cancelled.is_group and (patient is not None or itself):
        for row in _leaving(by, patients, patient):
            give_up_place(cancelled, row, reason, comment=comment)
    else:
        _call_off(cancelled, reason, comment, clock.now())
        _record(cancelled, patients, reason)
        _tell(cancelled, patients)
    return cancelled


@action("scheduling.book_appointment")
def release_hold(*, by: Actor, appointment: Appointment) -> Appointment:
    """Give a held time back before it runs out. Refused: it is not held any more."""
    placing.lock_visit(appointment)
    held = take(Appointment.objects.changeable_by(by, BOOK), appointment.pk)
    if not held.is_hold:
        raise Refused(refusals.WRONG_STATUS)
    if held.is_offered:
        raise Refused(refusals.ANSWER_THE_OFFER)
    placing.end_holds([held.pk], Reason.HOLD_RELEASED)
    freeing.of_holds(held.participants.select_related("appointment"))
    trail.record("appointment.released", subject=held, facility=held.facility_id)
    held.refresh_from_db()
    return held


@action("scheduling.expire_holds")
def expire_holds(*, by: Actor, limit: int = 500) -> int:
    """End held times that ran out and nobody asked for since. For the scheduler; bookings don't wait for it."""
    now = clock.now()
    # Offers end by themselves, in turn: whoever is next is asked.
    ran_out = Appointment.objects.chosen_holds().filter(hold_expires_at__lte=now).order_by("hold_expires_at")
    ids = list(ran_out.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
    placing.end_holds(ids, Reason.HOLD_EXPIRED)
    freeing.of_holds(AppointmentParticipant.objects.filter(appointment__in=ids).select_related("appointment"))
    trail.record("appointment.holds_expired", detail={"count": len(ids)})
    return len(ids)


@action("scheduling.mark_entered_in_error")
def mark_entered_in_error(
    *, by: Actor, appointment: Appointment, version: int | None = None, comment: str = ""
) -> Appointment:
    """Say that a visit was never true: another patient's, or written twice. It stays readable, and frees its time."""
    placing.lock_visit(appointment)
    wrong = take(Appointment.objects.changeable_by(by, IN_ERROR), appointment.pk, version)
    if not wrong.may_become(Status.ENTERED_IN_ERROR):
        raise Refused(refusals.WRONG_STATUS)
    answering.lapse(wrong)
    wrong.status, wrong.hold_expires_at = Status.ENTERED_IN_ERROR, None
    wrong.sequence += 1
    if comment:
        wrong.comment = comment
    wrong.save()
    queue.follow(wrong, codes.QueueStatus.CANCELLED)
    free(wrong)
    care.end(wrong)
    patients = list(wrong.participants.taking_part().filter(patient__isnull=False))
    trail.record(
        "appointment.entered_in_error",
        subject=wrong,
        patient=patients[0].patient_id if patients else None,
        facility=wrong.facility_id,
    )
    _tell(wrong, patients)
    return wrong


def free(appointment: Appointment) -> None:
    """Give everybody's time back. A practitioner's and room's buffers go with it."""
    for row in appointment.participants.filter(blocking=True):
        row.blocking = False
        row.save()
        if (freed := freeing.of_row(row)) is not None:
            freeing.say(freed, appointment, f"{appointment.pk}:{appointment.sequence}")


def give_up(appointment: Appointment, reason: str, *, comment: str = "", together_at: datetime | None = None) -> None:
    """Call a booked visit off as a part of another deed, which holds its locks.

    `together_at`: with others, in that moment, by which the deed's one message finds them.
    """
    _call_off(appointment, reason, comment, together_at or clock.now())
    patients = list(appointment.participants.taking_part().filter(patient__isnull=False))
    _record(appointment, patients, reason)
    if together_at is None:
        _tell(appointment, patients)


def _leaving(
    by: Actor, patients: list[AppointmentParticipant], patient: Patient | None
) -> list[AppointmentParticipant]:
    """Whose places in a group are given up: that of the one who was named, and by the portal never one of others."""
    rows = patients if patient is None else [row for row in patients if row.patient_id == patient.pk]
    if facts.acts_as_patient(by):
        own = Patient.objects.acted_for_by(by, scope="book").filter(participations__in=rows)
        theirs = set(own.values_list("pk", flat=True))
        rows = [row for row in rows if row.patient_id in theirs]
    if not rows:
        raise Refused(refusals.WRONG_STATUS)
    return rows


def give_up_place(
    visit: Appointment,
    row: AppointmentParticipant,
    reason: str,
    *,
    comment: str = "",
    together_at: datetime | None = None,
) -> None:
    """Give up a patient's place in a group visit, as a part of a deed that holds the locks; the last ends the visit.

    Whoever is asked about a place counts as somebody: the visit waits for their answer.
    """
    at = together_at or clock.now()
    others = visit.participants.filter(patient__isnull=False, blocking=True).exclude(pk=row.pk)
    if others.exists():
        late = _is_late(visit, reason, at)
        places.leave(visit, row, at, reason)
    else:
        _call_off(visit, reason, comment, at)
        late = visit.cancelled_late
    _record(visit, [row], reason, late=late)
    if together_at is None:
        _tell(visit, [row])


def call_off_if_empty(visit: Appointment, reason: str) -> None:
    """End a group visit in which nobody has a place any more, nor is asked about one: its time is for others."""
    if visit.status == Status.BOOKED and places.is_empty(visit):
        _call_off(visit, reason, "", clock.now())
        _record(visit, [], reason)


def _call_off(appointment: Appointment, reason: str, comment: str, now: datetime) -> None:
    answering.lapse(appointment)
    # NB: places that were kept for somebody are rows of the visit, and ending them advances its version.
    appointment.refresh_from_db(fields=["version"])
    appointment.status, appointment.cancellation_reason, appointment.cancelled_at = Status.CANCELLED, reason, now
    appointment.cancelled_late = _is_late(appointment, reason, now)
    appointment.sequence += 1
    if comment:
        appointment.comment = comment
    appointment.save()
    queue.follow(appointment, codes.QueueStatus.CANCELLED)
    free(appointment)
    care.end(appointment)


def _is_late(visit: Appointment, reason: str, now: datetime) -> bool:
    notice = policy(NOTICE, visit.facility)
    return reason not in codes.NEVER_LATE and is_late_cancel(visit.start_at, now, notice)


def _record(
    visit: Appointment, patients: list[AppointmentParticipant], reason: str, *, late: bool | None = None
) -> None:
    trail.record(
        "appointment.cancelled",
        subject=visit,
        patient=patients[0].patient_id if patients else None,
        facility=visit.facility_id,
        detail={"reason": reason, "late": visit.cancelled_late if late is None else late},
    )


def _tell(appointment: Appointment, patients: Iterable[AppointmentParticipant]) -> None:
    for row in patients:
        outbox.say("appointment.cancelled", row, key=f"appointment.cancelled:{row.pk}:{appointment.sequence}")
