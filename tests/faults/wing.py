"""A wing of the demo hospital for the tests of this folder. Run as a program inside it; prints what it made.

python -m tests.faults.wing
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any


def build() -> dict[str, Any]:
    """A patient whom the demo's doctor treats, with a visit under way, a bill, and a yesterday to look back on."""
    from hms.accounts.models import User
    from hms.core import clock
    from hms.organization.models import Facility, Practitioner
    from tests import make

    doctor = Practitioner.objects.get(user__login_name="doctor@demo.hms")
    facility = Facility.objects.order_by("id").first()
    patient = make.patient(registered_in=facility)
    make.care(patient, doctor, start_at=clock.now() - dt.timedelta(days=3))
    return {
        "patient": str(patient.pk),
        "other": str(make.patient(registered_in=facility).pk),
        "name": patient.label,
        "encounter": str(make.encounter(patient, doctor, facility=facility).pk),
        "invoice": str(make.invoice(patient, facility, 5000).pk),
        "zone": facility.time_zone,
        **yesterday(patient, User.objects.get(login_name="doctor@demo.hms")),
    }


def yesterday(patient: Any, user: Any) -> dict[str, str]:
    """At nine an allergy is recorded, at eleven a second one, and the first turns out to be none."""
    import time_machine

    from hms.core import clock
    from hms.patients.actions import record_allergy, refute_allergy
    from hms.patients.actions.safety import NewAllergy
    from tests import cast

    by = cast.actor("doctor", user=user)
    nine = (clock.now() - dt.timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    with time_machine.travel(nine, tick=False):
        first = record_allergy(by=by, patient=patient, told=NewAllergy("Penicillin", "allergy", "medication", "high"))
    with time_machine.travel(nine + dt.timedelta(hours=2), tick=False):
        second = record_allergy(by=by, patient=patient, told=NewAllergy("Latex", "allergy", "environment", "low"))
        refute_allergy(by=by, allergy=first, version=None, reason="It was another patient's.")
    return {"nine": nine.isoformat(), "first": str(first.pk), "second": str(second.pk)}


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(), sys.stdout)
