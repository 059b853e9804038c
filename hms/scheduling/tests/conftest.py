"""A small clinic on the Monday before its busy Tuesday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from hms.core.actor import Actor
from hms.core.models import AuditEvent, OutboxMessage
from tests import cast, make

# 09:00 in Berlin.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TWENTY = timedelta(minutes=20)


@dataclass
class Clinic:
    """One doctor, Monday to Friday from 9 to 12 in Room 4; first visits of 40 minutes, follow-ups of 20."""

    facility: Any
    department: Any
    role: Any
    schedule: Any
    service: Any
    room: Any
    patient: Any
    desk: Actor
    doctor: Actor
    himself: Actor

    @property
    def practitioner(self) -> Any:
        return self.role.practitioner

    def appointment(self, start_at: datetime = NINE, **fields: Any) -> Any:
        return make.appointment(schedule=self.schedule, service=self.service, start_at=start_at, **fields)

    def asked(self, start_at: datetime = NINE, **fields: Any) -> dict[str, Any]:
        """What a booking asks for, unless said otherwise: a follow-up of the patient at nine, by the desk."""
        asked = {
            "by": self.desk,
            "patient": self.patient,
            "schedule": self.schedule,
            "service": self.service,
            "start_at": start_at,
            "appointment_type": "FOLLOWUP",
        }
        return asked | fields


@pytest.fixture
def clinic(db):
    with time_machine.travel(NOW, tick=False):
        yield build()


def build() -> Clinic:
    facility = make.facility(time_zone="Europe/Berlin")
    department = make.department(facility)
    room = make.location(facility, name="Room 4")
    role = make.practitioner_role(make.practitioner(user=make.user()), department)
    schedule = make.session(make.schedule(role), location=room)
    make.grant(user := make.user(), "patient")
    return Clinic(
        facility=facility,
        department=department,
        role=role,
        schedule=schedule,
        service=make.healthcare_service(department),
        room=room,
        patient=make.patient(user=user),
        desk=cast.actor("front-desk", user=make.user(), facilities=[facility]),
        doctor=cast.actor("doctor", user=role.practitioner.user, facilities=[facility]),
        himself=cast.actor("patient", user=user),
    )


@pytest.fixture
def lines():
    """The audit lines written since, as (verb, outcome), by verb: the clock stands still, so they have no order."""

    def read() -> list[tuple[str, str]]:
        return sorted(AuditEvent.objects.values_list("verb", "outcome"))

    return read


@pytest.fixture
def said():
    """The topics of the outbox since, by name."""

    def read() -> list[str]:
        return sorted(OutboxMessage.objects.values_list("topic", flat=True))

    return read
