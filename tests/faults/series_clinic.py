"""Series that everybody wants at the same times. Run as a program inside a hospital; prints what it made.

python -m tests.faults.series_clinic PEOPLE    the clinic of the booking race, a rule with its dates, and a proposal
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any
from urllib.parse import urlencode
from uuid import UUID


def build(people: int) -> dict[str, Any]:
    """What a desk asks for and sends for six mornings in a row, and another time proposed to the last patient."""
    from hms.core import clock
    from hms.scheduling import series_drafts
    from hms.scheduling.models import HealthcareService, Schedule
    from hms.scheduling.rules import slots
    from hms.scheduling.rules.series import Recurrence
    from tests import make
    from tests.faults import booking_clinic

    clinic = booking_clinic.build(people)
    schedule = Schedule.objects.select_related("facility", "practitioner_role__department").get()
    service = HealthcareService.objects.get()
    first = clock.today(schedule.facility.time_zone) + dt.timedelta(days=3)
    asked = Recurrence("day", 1, first, dt.time(9), count=6)
    found = series_drafts.draft(UUID(clinic["patients"][0]), schedule, service, asked, base=None)
    told = {
        "show": 1, "department": clinic["department"], "schedule": schedule.pk, "service": service.pk,
        "first": first.isoformat(), "at": "09:00", "every": 1, "unit": "day", "count": 6, "until": "",
        "when_closed": "skip",
    }  # fmt: skip
    last = clinic["patients"][-1]
    noon = dt.datetime.combine(first, dt.time(12), schedule.facility.zone)
    visit = make.appointment(_patient(last), schedule, service, start_at=noon + dt.timedelta(days=20))
    proposal = make.proposal(visit, schedule, visit.start_at + dt.timedelta(hours=1))
    return clinic | {
        "rule": urlencode(told),
        "answers": {line.name: line.chosen for line in found.lines},
        "times": [line.chosen for line in found.lines if line.start is not None],
        "proposal": str(proposal.pk),
        "visit": str(visit.pk),
        "proposed": str(slots.Slot(schedule.pk, service.pk, proposal.appointment.start_at, "FOLLOWUP")),
        "later": str(slots.Slot(schedule.pk, service.pk, visit.start_at + dt.timedelta(hours=2), "FOLLOWUP")),
    }


def _patient(id: str) -> Any:
    from hms.patients.models import Patient

    return Patient.objects.get(pk=id)


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(int(sys.argv[1])), sys.stdout)
