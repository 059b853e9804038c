"""Two departments on a Tuesday morning: three doctors with hours, and visits of which every number is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import make

# 10:00 in Berlin.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
# The Monday two weeks before, in the last four weeks; and one in the four weeks before.
MONDAY, BEFORE = date(2026, 11, 9), date(2026, 10, 12)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Hospital:
    """Cardiology with Dr Ash and Dr Birch, each Monday to Friday from 9 to 12; Skin clinic with Dr Cedar."""

    facility: Any
    cardiology: Any
    skin: Any
    ash: Any
    birch: Any
    cedar: Any
    schedules: dict[Any, Any]
    services: dict[Any, Any]
    _places: dict[Any, Any] = field(default_factory=dict)

    def visits(self, doctor: Any, number: int, status: str = "fulfilled", day: date = MONDAY, **fields: Any) -> None:
        """So many visits of twenty minutes, each on the hour after the one before: booked a week before."""
        places = self._places.setdefault((doctor.pk, day), count())
        for _one in range(number):
            start = datetime.combine(day, time(7), UTC) + next(places) * 20 * MINUTE
            moments = {name: start + value for name, value in fields.items() if isinstance(value, timedelta)}
            plain = {name: value for name, value in fields.items() if not isinstance(value, timedelta)}
            if status == "cancelled":
                plain.setdefault("cancellation_reason", "pat")
            if status == "arrived":
                moments.setdefault("checked_in_at", start)
            make.appointment(
                schedule=self.schedules[doctor],
                service=self.services[self.schedules[doctor].practitioner_role.department],
                patient=make.patient("Nobodyshouldreadthis"),
                start_at=start,
                status=status,
                **{"channel": "phone"} | plain | moments,
            )


@pytest.fixture
def hospital(db):
    with time_machine.travel(NOW, tick=False):
        facility = make.facility(name="Alder Valley", time_zone="Europe/Berlin")
        cardiology = make.department(facility, name="Cardiology")
        skin = make.department(facility, name="Skin clinic")
        doctors = {
            name: make.practitioner(make.user("doctor", facility=facility), given="Kim", family=name)
            for name in ("Ash", "Birch", "Cedar")
        }
        where = {"Ash": cardiology, "Birch": cardiology, "Cedar": skin}
        schedules = {
            doctor: make.session(make.schedule(make.practitioner_role(doctor, where[name])))
            for name, doctor in doctors.items()
        }
        services = {one: make.healthcare_service(one) for one in (cardiology, skin)}
        ash, birch, cedar = doctors.values()
        yield Hospital(facility, cardiology, skin, ash, birch, cedar, schedules, services)


@pytest.fixture
def admin(hospital):
    return signed_in(make.user("administrator", facility=hospital.facility))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
