"""What the charts hold: past visits, conditions, measurements, medicines, allergies."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hms.clinical.actions.imports import import_conditions, import_encounters
from hms.clinical.models import Condition, Encounter, EncounterParticipant
from hms.core import clock
from hms.core.actor import Actor
from hms.core.bulk import in_batches
from hms.diagnostics.actions.imports import import_observations
from hms.diagnostics.models import Observation, ObservationComponent
from hms.formulary.codes import MEDICATION_SYSTEM
from hms.formulary.models import Medication
from hms.ops.demo.population import Plan
from hms.ops.demo.staff import House
from hms.patients.actions import import_safety_facts
from hms.patients.models import AllergyStatus, Patient
from hms.prescribing.actions.imports import import_medication_requests
from hms.prescribing.models import MedicationRequest
from hms.scheduling.codes import AppointmentStatus
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.terminology.codes import ICD10CM, LOINC

Placed = Sequence[tuple[Plan, Patient]]

# LOINC, words, unit, mean, spread, low, high, at how many of a hundred adults a year
_LABORATORY: Final = [
    ("2823-3", "Potassium", "mmol/L", 4.3, 0.4, "3.5", "5.1", 1),
    ("2160-0", "Creatinine", "umol/L", 82, 18, "45", "104", 0),
    ("718-7", "Hemoglobin", "g/dL", 13.8, 1.4, "12", "17", 1),
    ("4548-4", "Hemoglobin A1c", "%", 5.8, 0.9, None, "6", 1),
    ("2093-3", "Cholesterol", "mmol/L", 5.1, 0.9, None, "5.2", 1),
]
"""Values and ranges of healthy and commonly ill adults, for a demo alone: no clinical use."""


def write(by: Actor, house: House, placed: Placed, appointments: Sequence[Appointment], rng: random.Random) -> None:
    """Fill the charts, some hundreds of patients at a time."""
    encounters = _encounters(by, appointments)
    medicines = {
        m.generic.name: m for m in Medication.objects.prescribable().select_related("generic").order_by("-position")
    }
    for batch in in_batches(placed, 250):
        _safety(by, house, batch)
        _conditions(by, house, batch, encounters, rng)
        _measurements(by, house, batch, rng)
        _medicines(by, house, batch, medicines, rng)


def _encounters(by: Actor, appointments: Sequence[Appointment]) -> dict[object, Encounter]:
    """The visits that took place, and the latest of each patient."""
    kept = {one.pk: one for one in appointments if one.status == AppointmentStatus.FULFILLED}
    who: dict[object, dict[str, object]] = {}
    for some in in_batches(list(kept)):
        for row in AppointmentParticipant.objects.filter(appointment__in=some):
            kind = "patient" if row.patient_id else "practitioner" if row.practitioner_id else "other"
            who.setdefault(row.appointment_id, {})[kind] = row.patient_id or row.practitioner_id
    latest: dict[object, Encounter] = {}
    items, participants = [], []
    for key, appointment in kept.items():
        encounter = Encounter(
            patient_id=who[key]["patient"],
            facility_id=appointment.facility_id,
            department_id=appointment.department_id,
            appointment=appointment,
            status="finished",
            class_code="AMB",
            start_at=appointment.start_at,
            end_at=appointment.end_at,
            reason=appointment.reason,
            released_at=appointment.end_at,
        )
        items.append(encounter)
        participants.append(EncounterParticipant(encounter=encounter, practitioner_id=who[key]["practitioner"]))
        known = latest.get(encounter.patient_id)
        if known is None or known.start_at < encounter.start_at:  # type: ignore[operator]
            latest[encounter.patient_id] = encounter
    for some_items, some_participants in zip(in_batches(items), in_batches(participants), strict=True):
        import_encounters(by=by, items=some_items, participants=some_participants)
    return latest


def _safety(by: Actor, house: House, batch: Placed) -> None:
    asked = clock.now() - dt.timedelta(days=40)
    import_safety_facts(
        by=by,
        allergies=[(patient, plan.allergy) for plan, patient in batch if plan.allergy],
        statements=[
            AllergyStatus(
                patient=patient, statement="no-known-allergies", recorded_at=asked, recorded_by_label=house.doctor.label
            )
            for plan, patient in batch
            if plan.no_allergies
        ],
    )


def _conditions(
    by: Actor, house: House, batch: Placed, encounters: dict[object, Encounter], rng: random.Random
) -> None:
    now, items = clock.now(), []
    for plan, patient in batch:
        for illness in plan.illnesses:
            years = rng.uniform(0.1, max(0.2, min(plan.age - illness.from_age, 15)))
            onset = now - dt.timedelta(days=int(years * 365))
            acute = illness.icd in {"J06.9", "N39.0"}
            items.append(
                Condition(
                    patient=patient,
                    system=ICD10CM,
                    code=illness.icd,
                    icd_code=illness.icd,
                    text=illness.text,
                    icd_text=illness.text,
                    clinical_status="resolved" if acute and years > 0.3 else "active",
                    category="problem-list-item",
                    onset_text=f"{onset:%Y-%m}",
                    recorded_at=onset,
                    recorder=house.doctor,
                    released_at=onset,
                    abatement_text=f"{onset + dt.timedelta(days=21):%Y-%m}" if acute and years > 0.3 else "",
                    encounter=encounters.get(patient.pk) if rng.random() < 0.3 else None,
                )
            )
    import_conditions(by=by, items=items)


def _measurements(by: Actor, house: House, batch: Placed, rng: random.Random) -> None:
    now, items, components = clock.now(), [], []
    for plan, patient in batch:
        if plan.told.deceased:
            continue
        hypertension = any(illness.icd == "I10" for illness in plan.illnesses)
        weight = _weight(plan.age, plan.sex, rng)
        for back in sorted((rng.uniform(5, 900) for _ in range(rng.randrange(1, 5))), reverse=True):
            at = now - dt.timedelta(days=back)
            common = _common(patient, house, at, "vital-signs")
            if plan.age >= 6:
                systolic = int(rng.gauss(142 if hypertension else 122, 11))
                pressure = Observation(**common, system=LOINC, code="85354-9", text="Blood pressure")
                items.append(pressure)
                pair = (("8480-6", "Systolic", systolic), ("8462-4", "Diastolic", int(systolic * 0.62)))
                for position, (code, words, value) in enumerate(pair, 1):
                    components.append(
                        ObservationComponent(
                            observation=pressure,
                            position=position,
                            system=LOINC,
                            code=code,
                            text=words,
                            value=Decimal(value),
                            value_text=str(value),
                            unit="mm[Hg]",
                        )
                    )
            weight = max(Decimal(3), weight + Decimal(str(round(rng.gauss(0, 1), 1))))
            items.append(_measured(common, "29463-7", "Body weight", weight, "kg"))
            items.append(_measured(common, "8867-4", "Heart rate", Decimal(int(rng.gauss(74, 9))), "/min"))
            if plan.age >= 18 and rng.random() < 0.6:
                items += _laboratory(patient, house, at, plan, rng)
    import_observations(by=by, items=items, components=components)


def _laboratory(patient: Patient, house: House, at: dt.datetime, plan: Plan, rng: random.Random) -> list[Observation]:
    common = _common(patient, house, at, "laboratory")
    diabetic = any(illness.icd.startswith("E11") for illness in plan.illnesses)
    found = []
    for code, words, unit, mean, spread, low, high, digits in _LABORATORY:
        value = Decimal(str(round(rng.gauss(mean + (1.6 if diabetic and code == "4548-4" else 0), spread), digits)))
        one = _measured(common, code, words, value, unit)
        one.range_low, one.range_high = (Decimal(low) if low else None), (Decimal(high) if high else None)
        one.interpretation = "L" if low and value < Decimal(low) else "H" if high and value > Decimal(high) else "N"
        found.append(one)
    return found


def _common(patient: Patient, house: House, at: dt.datetime, category: str) -> dict[str, object]:
    return {
        "patient": patient,
        "facility": house.facilities[0],
        "status": "final",
        "category": category,
        "effective_at": at,
        "issued_at": at + dt.timedelta(hours=2),
        "recorded_at": at,
        "performer": house.doctor,
        "released_at": at + dt.timedelta(hours=2),
    }


def _measured(common: dict[str, object], code: str, words: str, value: Decimal, unit: str) -> Observation:
    return Observation(**common, system=LOINC, code=code, text=words, value=value, value_text=str(value), unit=unit)


def _weight(age: int, sex: str, rng: random.Random) -> Decimal:
    if age < 18:
        return Decimal(str(round(max(3.5, 3.5 + age * 3.1 + rng.gauss(0, 1.5)), 1)))
    return Decimal(str(round(max(42, rng.gauss(70 if sex == "female" else 82, 13)), 1)))


def _medicines(by: Actor, house: House, batch: Placed, medicines: dict[str, Medication], rng: random.Random) -> None:
    now, items = clock.now(), []
    for plan, patient in batch:
        if plan.told.deceased or plan.age < 18:
            continue
        for name in {name for illness in plan.illnesses for name in illness.medicines[:1]}:
            medicine = medicines.get(name)
            if medicine is None or (plan.allergy and plan.allergy.ingredient == name):
                continue
            at = now - dt.timedelta(days=rng.randrange(10, 300))
            items.append(
                MedicationRequest(
                    patient=patient,
                    facility=house.facilities[0],
                    status="active",
                    intent="order",
                    category="community",
                    medication=medicine,
                    system=MEDICATION_SYSTEM,
                    code=medicine.code,
                    text=medicine.label,
                    dose=medicine.usual_dose,
                    dose_unit=medicine.usual_unit,
                    route=medicine.route,
                    frequency=medicine.usual_frequency or 1,
                    period=Decimal(1),
                    period_unit="d",
                    start_on=at.date(),
                    requester=house.doctor,
                    authored_at=at,
                    recorded_at=at,
                    released_at=at,
                    source=f"demo/MedicationRequest/{patient.pk}/{name}",
                )
            )
    import_medication_requests(by=by, items=items)
