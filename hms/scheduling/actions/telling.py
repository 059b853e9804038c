"""What every new time of a visit entails: the chart opens, and the patient will be told and reminded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from hms.core import clock, outbox
from hms.organization.models import Practitioner
from hms.scheduling import facts
from hms.scheduling.actions import care
from hms.scheduling.models import Appointment, AppointmentParticipant


def of_booking(participation: AppointmentParticipant, practitioner: Practitioner, decided: Mapping[str, Any]) -> None:
    """A visit was booked, or a place in one."""
    booked, patient = participation.appointment, participation.patient
    assert patient is not None
    care.begin(booked, patient, practitioner, days=decided[facts.RELATED_FOR])
    outbox.say("appointment.booked", participation, key=f"appointment.booked:{participation.pk}:{booked.sequence}")
    _remind(booked, participation, decided[facts.REMIND_BEFORE])


def of_series(rows: Iterable[AppointmentParticipant], practitioner: Practitioner, decided: Mapping[str, Any]) -> None:
    """Several visits were booked at once: each is reminded of by itself, and one message tells of them all."""
    for row in rows:
        booked, patient = row.appointment, row.patient
        assert patient is not None
        care.begin(booked, patient, practitioner, days=decided[facts.RELATED_FOR])
        _remind(booked, row, decided[facts.REMIND_BEFORE])


def of_moved_series(
    rows: Iterable[AppointmentParticipant], practitioner: Practitioner, decided: Mapping[str, Any]
) -> None:
    """Several visits have another time: the same, for them."""
    for row in rows:
        moved, patient = row.appointment, row.patient
        assert patient is not None
        care.renew(moved, patient, practitioner, days=decided[facts.RELATED_FOR])
        _remind(moved, row, decided[facts.REMIND_BEFORE])


def of_move(participation: AppointmentParticipant, practitioner: Practitioner, decided: Mapping[str, Any]) -> None:
    """A visit has another time, or is with somebody else."""
    moved, patient = participation.appointment, participation.patient
    assert patient is not None
    care.renew(moved, patient, practitioner, days=decided[facts.RELATED_FOR])
    outbox.say("appointment.moved", participation, key=f"appointment.moved:{participation.pk}:{moved.sequence}")
    _remind(moved, participation, decided[facts.REMIND_BEFORE])


def of_wall_time(participation: AppointmentParticipant, decided: Mapping[str, Any]) -> None:
    """The clock on the wall shows what was promised, but it is another instant now: calendars must learn of it."""
    visit = participation.appointment
    key = f"appointment.wall_time_kept:{participation.pk}:{visit.sequence}"
    outbox.say("appointment.wall_time_kept", participation, key=key)
    _remind(visit, participation, decided[facts.REMIND_BEFORE])


def _remind(appointment: Appointment, participation: AppointmentParticipant, before: timedelta) -> None:
    """Ask for the reminder now; when it is due, it looks whether the visit still is when it was asked for."""
    due = appointment.start_at - before
    if due > clock.now():
        outbox.say("appointment.reminder", participation, key=reminder_key(participation, appointment), due_at=due)


def reminder_key(participation: AppointmentParticipant, appointment: Appointment) -> str:
    """Of a visit at this time: a moved one has another, one of a group that somebody else has left has not."""
    return f"appointment.reminder:{participation.pk}:{appointment.start_at.timestamp():.0f}"
