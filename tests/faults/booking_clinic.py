"""One doctor, many callers: the clinic that bookings race for. Run as a program inside a hospital; prints what it made.

python -m tests.faults.booking_clinic PEOPLE [--mail]
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any


def build(people: int, *, mail: bool = False) -> dict[str, Any]:
    """A practitioner with a whole week of short visits ahead, patients (with an address for mail), signed-in desks."""
    from django.test import Client

    from hms.core import clock
    from hms.scheduling import timetables
    from hms.scheduling.models import Schedule
    from hms.scheduling.rules.slots import Slot
    from hms.scheduling.rules.wall_clock import Span
    from tests import make

    department = make.department(make.facility(name="Alder Valley Hospital"))
    role = make.practitioner_role(department=department)
    schedule = make.session(
        make.schedule(role), "08:00", "18:00", range(7), location=make.location(department.facility)
    )
    service = make.healthcare_service(department, duration_followup=10, step=10)
    now = clock.now()
    ahead = Span(now + timedelta(days=2), now + timedelta(days=12))
    (timetable,) = timetables.load(Schedule.objects.filter(pk=schedule.pk), ahead, now=now)
    starts = timetable.free_starts(service.visit("FOLLOWUP"), now=now, window=ahead)
    desks = []
    for _number in range(8):
        client = Client()
        client.force_login(make.user("front-desk", facility=department.facility))
        desks.append({name: morsel.value for name, morsel in client.cookies.items()})
    return {
        "department": str(department.pk),
        "practitioner": role.practitioner_id.hex,
        "patients": [str(_patient(mail).pk) for _number in range(people)],
        "slots": [str(Slot(schedule.pk, service.pk, start.at, "FOLLOWUP")) for start in starts[:people]],
        "desks": desks,
    }


def _patient(mail: bool) -> Any:
    from hms.patients.models import ContactPoint
    from tests import make

    patient = make.patient()
    if mail:
        ContactPoint(patient=patient, system="email", value=f"{patient.mrn}@example.org").indexed().save()
    return patient


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(int(sys.argv[1]), mail="--mail" in sys.argv), sys.stdout)
