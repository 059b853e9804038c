"""The rows a booking writes, as models: the visit, who takes part, whose chart opens, the trail, the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from hms.core import clock
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.records import uuid7
from hms.patients.models import CareRelationship
from hms.scheduling.models import Appointment, AppointmentParticipant

MONTH = timedelta(days=30)


def of_booking(told: dict[str, Any], user: UUID | None) -> list[Model]:
    """In the order in which they can be inserted."""
    now = clock.now()
    start, end = told["start"], told["start"] + timedelta(minutes=10)
    visit = Appointment(
        facility_id=told["facility"],
        department_id=told["department"],
        service_id=told["service"],
        status="booked",
        start_at=start,
        end_at=end,
        zone="Europe/Berlin",
        wall_start=start.isoformat(timespec="minutes"),
        channel="phone",
        booked_at=now,
        booked_by_id=user,
    )
    taken = {"appointment": visit, "start_at": start, "end_at": end}
    care = {"patient_id": told["patient"], "kind": "appointment", "source_type": "scheduling.Appointment"}
    care |= {"source_id": visit.pk, "start_at": start - MONTH, "end_at": end + MONTH}
    participation = AppointmentParticipant(patient_id=told["patient"], place=1, **taken)
    return [
        visit,
        AppointmentParticipant(practitioner_id=told["practitioner"], **taken),
        participation,
        AppointmentParticipant(location_id=told["location"], **taken),
        CareRelationship(practitioner_id=told["practitioner"], **care),
        CareRelationship(department_id=told["department"], **care),
        AuditEvent(
            deed=uuid7(), at=now, verb="appointment.booked", actor_id=user, actor_label="bench", actor_kind="user",
            purpose="TREAT", channel="web", patient_id=told["patient"], subject_id=visit.pk,
        ),
        OutboxMessage(topic="bench.booked", key=f"a:{visit.pk}", subject_id=participation.pk, due_at=now + MONTH),
        OutboxMessage(topic="bench.reminder", key=f"b:{visit.pk}", subject_id=participation.pk, due_at=now + MONTH),
    ]  # fmt: skip
