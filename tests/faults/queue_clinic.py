"""A morning on which everybody comes at once. Run as a program inside a hospital; prints what it made.

python -m tests.faults.queue_clinic PEOPLE    so many visits of today, one after the other, and desks
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID


def build(people: int) -> dict[str, Any]:
    """The clinic that bookings race for, with visits of today from one o'clock in the night on: none past midnight."""
    from hms.core import clock
    from hms.patients.models import Patient
    from hms.scheduling.models import HealthcareService, Schedule
    from tests import make
    from tests.faults import booking_clinic

    clinic = booking_clinic.build(people)
    schedule = Schedule.objects.select_related("facility", "practitioner_role__department").get()
    service = HealthcareService.objects.get()
    zone = schedule.facility.zone
    first = datetime.combine(clock.today(str(zone)), time(1), zone)
    patients = Patient.objects.in_bulk([UUID(one) for one in clinic["patients"]])
    visits = [
        make.appointment(patient, schedule, service, start_at=first + number * timedelta(minutes=20))
        for number, patient in enumerate(patients.values())
    ]
    return clinic | {"visits": [str(visit.pk) for visit in visits]}


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(int(sys.argv[1])), sys.stdout)
