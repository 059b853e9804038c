"""A visit to prescribe in: a doctor, a patient they treat, a room to sit in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hms.clinical.models import Encounter
from hms.core import clock
from hms.core.actor import Actor
from hms.formulary.dosage import Dosage
from hms.patients.models import AllergyReaction, AllergyStatus, Patient
from hms.prescribing.models import MedicationRequest
from tests import cast, make

THREE_A_DAY = Dosage(Decimal(500), "mg", "oral", 3, Decimal(1), "d", days=7)
TWICE_A_DAY = Dosage(Decimal(500), "mg", "oral", 2, Decimal(1), "d", days=7)


@dataclass
class Visit:
    doctor: Actor
    practitioner: Any
    patient: Patient
    encounter: Encounter

    def draft(self, code: str, dosage: Dosage = THREE_A_DAY, **more: Any) -> MedicationRequest:
        from hms.prescribing.actions import draft_medication_request

        return draft_medication_request(
            by=self.doctor,
            patient=self.patient,
            encounter=self.encounter,
            medication=make.medication(code),
            dosage=dosage,
            **more,
        )

    def takes(self, code: str, **fields: Any) -> MedicationRequest:
        return make.medication_request(self.patient, code, facility=self.encounter.facility, **fields)


def a_visit(**patient: Any) -> Visit:
    """A man of about forty whose allergies were asked for: there are none."""
    user = make.user("doctor")
    practitioner = make.practitioner(user)
    person = make.patient(**{"given": "Ivar", "born": "1986-03-14", "sex": "male"} | patient)
    AllergyStatus.objects.create(patient=person, statement="no-known-allergies", recorded_at=clock.now())
    make.care(person, practitioner)
    return Visit(cast.actor("doctor", user=user), practitioner, person, make.encounter(person, practitioner))


def allergic(patient: Patient, *, group: str = "", ingredient: str = "", reaction: str = "", **fields: Any) -> None:
    """An entry of the allergy list, which ends the statement that there is none."""
    AllergyStatus.objects.filter(patient=patient, ended_at=None).update(ended_at=clock.now())
    text = fields.pop("text", group or ingredient)
    row = make.allergy(patient, text, allergy_group=group, ingredient=ingredient, **fields)
    if reaction:
        AllergyReaction.objects.create(allergy=row, manifestation=reaction)
