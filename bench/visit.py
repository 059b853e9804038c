"""The ten pages of a visit, from the desk's search to the patient's bill, and who opens each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench import house


@dataclass(frozen=True, slots=True)
class Page:
    """One page: whose it is, its address, and what is posted to it if anything."""

    name: str
    account: str
    address: str
    posted: dict[str, str] | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Inside a demo hospital: lay the visit and say its pages."""
    house.set_up()
    house.answer([asdict(page) for page in pages()])
    return 0


def pages() -> list[Page]:
    """A visit of the demo doctor, under way with the patient who has most to show, and a bill of it."""
    from django.db.models import Count
    from django.urls import reverse

    from hms.accounts.models import User
    from hms.billing.models import Invoice
    from hms.clinical.models import Encounter
    from hms.diagnostics.models import Observation
    from hms.organization.models import Practitioner
    from hms.patients.models import CareRelationship, Patient
    from tests import make

    doctor = Practitioner.objects.get(user__login_name="doctor@demo.hms")
    own = CareRelationship.objects.filter(practitioner=doctor).values("patient")
    most = (
        Observation.objects.filter(patient__in=own).values("patient").annotate(n=Count("id")).order_by("-n", "patient")
    )
    patient = Patient.objects.select_related("registered_in").get(pk=most[0]["patient"])
    facility = patient.registered_in
    encounter = Encounter.objects.filter(patient=patient).live().first() or make.encounter(
        patient, doctor, facility=facility
    )
    invoice = Invoice.objects.filter(patient=patient).first() or make.invoice(patient, facility, 4800, 1250)
    portal = Patient.objects.get(user=User.objects.get(login_name="patient@demo.hms"))
    family = patient.names.first().family or patient.names.first().given

    def at(name: str, *arguments: Any) -> str:
        return reverse(name, args=arguments)

    return [
        Page("search, a misspelt name", "desk", at("workspace:search"), {"q": f"{family[:3]}{family[2:]}"}),
        Page("profile", "desk", at("patients:profile", patient.pk)),
        Page("book: free times", "desk", at("scheduling:book", patient.pk)),
        Page("arrivals", "desk", at("scheduling:arrivals")),
        Page("the doctor's day", "doctor", at("workspace:doctor")),
        Page("chart", "doctor", at("workspace:chart", patient.pk)),
        Page("visit: note, diagnoses, medicines", "doctor", at("workspace:visit", encounter.pk)),
        Page("medicines", "doctor", at("prescribing:medications", patient.pk)),
        Page("invoice", "billing", at("billing:invoice", invoice.pk)),
        Page("portal: bills", "patient", at("workspace:my_bills", portal.pk)),
    ]


def client_of(account: str) -> Any:
    """A browser in this process, in which one of the demo's people is signed in."""
    from django.test import Client

    from hms.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(login_name=f"{account}@demo.hms"))
    return client


def ask(client: Any, page: Page) -> Any:
    """Open the page; anything but the page itself is an error."""
    answer = client.get(page.address) if page.posted is None else client.post(page.address, page.posted)
    assert answer.status_code == 200, f"{page.name}: {answer.status_code}"
    return answer


if __name__ == "__main__":
    sys.exit(main())
