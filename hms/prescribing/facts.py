"""Everything the safety rules want to know about a patient, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q

from hms.clinical.models import Condition
from hms.core import clock
from hms.diagnostics.models import Observation
from hms.formulary.rules.facts import (
    AgeRange,
    Allergies,
    Allergy,
    InUse,
    Measured,
    Order,
    PatientFacts,
    Pregnancy,
)
from hms.formulary.rules.knowledge import Knowledge
from hms.patients.codes import AllergyCategory, AllergyStatement
from hms.patients.models import AllergyIntolerance, AllergyStatus, Patient
from hms.prescribing import codes
from hms.prescribing.models import MedicationRequest

# LOINC codes, and the units their values come in, with the factor to what the rules count in.
WEIGHT = ("29463-7", "3141-9")
CREATININE = ("2160-0", "38483-4", "14682-9")
EGFR = ("98979-8", "62238-1", "33914-3", "69405-9", "48642-3", "48643-1")
PREGNANCY = ("82810-3",)
GESTATIONAL_AGE = ("11884-4", "18185-9")
TO_KG = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": Decimal("0.45359237")}
TO_UMOL = {"umol/L": Decimal(1), "mg/dL": Decimal("88.4")}
# Values of LOINC 82810-3 (LA codes) and SNOMED CT 77386006 / 60001007.
IS_PREGNANT = {"LA15173-0": True, "77386006": True, "LA26683-5": False, "60001007": False}

# A medicine that acts on after its last dose is looked for so long: the longest of `lingering.csv`, and a margin.
LOOK_BACK = dt.timedelta(days=120)
# A statement about a pregnancy holds no longer than one.
A_PREGNANCY = dt.timedelta(weeks=44)
NOT_PREGNANT_HOLDS = dt.timedelta(weeks=4)
# Open diagnoses that say 'pregnant' (ICD-10-CM; not delivery O80-O84, nor after it), and 'breast-feeding'.
PREGNANT_CODES = ("Z33.1", "Z34", "O09", *(f"O{number}" for number in range(10, 49)))
BREAST_FEEDING_CODES = ("Z39.1",)


def medication_facts(
    patient: Patient, knowledge: Knowledge, *, today: dt.date, besides: Iterable[MedicationRequest] = ()
) -> PatientFacts:
    """The facts on a day, without the orders `besides` (the basket itself). Six queries, whatever the chart holds."""
    left_out = {order.pk for order in besides}
    return PatientFacts(
        today=today,
        age=_age(patient, today),
        sex=patient.sex_for_clinical_use,
        allergies=_allergies(patient, knowledge),
        medicines=_medicines(patient, knowledge, today, left_out),
        **_measurements(patient, today),
    )


def order_of(request: MedicationRequest, knowledge: Knowledge) -> Order:
    """A prescription as the rules see it."""
    dosage = request.dosage
    return Order(
        key=str(request.pk),
        drug=knowledge.drug(
            request.medication.code if request.medication else "", request.system, request.code, request.text
        ),
        route=request.route or "oral",
        dose=dosage.amount,
        doses_a_day=dosage.doses_a_day,
        hours_between=dosage.hours_between,
        replaces=frozenset({str(request.replaces_id)} if request.replaces_id else ()),
    )


# --- The person --------------------------------------------------------------------------------------------------
def _age(patient: Patient, today: dt.date) -> AgeRange | None:
    if not patient.birth_low or not patient.birth_high:
        return None
    return AgeRange.born(patient.birth_low, patient.birth_high, today)


def _allergies(patient: Patient, knowledge: Knowledge) -> Allergies:
    """The list without what was refuted or entered in error; else what was stated; else unknown."""
    rows = (
        AllergyIntolerance.objects.filter(patient=patient)
        .exclude(verification_status__in=["refuted", "entered-in-error"])
        .prefetch_related("reactions")
    )
    entries = tuple(_allergy(row, knowledge) for row in rows)
    if any(entry.active for entry in entries):
        return Allergies("list", entries)
    stated = AllergyStatus.objects.filter(patient=patient, ended_at__isnull=True).first()
    none_known = (AllergyStatement.NONE_KNOWN, AllergyStatement.NO_DRUG_ALLERGIES)
    if stated and stated.statement in none_known:
        return Allergies("none-known", entries)
    return Allergies("list" if entries else "unknown", entries)


def _allergy(row: AllergyIntolerance, knowledge: Knowledge) -> Allergy:
    reactions = list(row.reactions.all())
    told = knowledge.allergen(row.allergy_group, row.ingredient, row.system, row.code, row.text)
    kind, name = told or ("", "")
    return Allergy(
        key=str(row.pk),
        text=row.text,
        ingredients=frozenset({name} if kind == "ingredient" else ()),
        groups=frozenset({name} if kind == "group" else ()),
        intolerance=row.type == "intolerance",
        severe=row.criticality == "high" or any(reaction.severity == "severe" for reaction in reactions),
        active=row.clinical_status == "active",
        about_medicine=row.category not in (AllergyCategory.FOOD, AllergyCategory.ENVIRONMENT),
        reaction=", ".join(str(reaction) for reaction in reactions),
    )


# --- Medicines ---------------------------------------------------------------------------------------------------
def _medicines(patient: Patient, knowledge: Knowledge, today: dt.date, left_out: set[object]) -> tuple[InUse, ...]:
    """What is taken, and what was stopped lately enough to act on; each with the dose it is taken in."""
    since = clock.now() - LOOK_BACK
    # Cancelled means that it was never taken.
    ended = (codes.MedicationRequestStatus.COMPLETED, codes.MedicationRequestStatus.STOPPED)
    lately = Q(status__in=ended) & (Q(status_changed_at__gte=since) | Q(end_on__gte=today - LOOK_BACK))
    rows = (
        MedicationRequest.objects.filter(patient=patient)
        .prescribed()
        .filter(Q(status__in=codes.CURRENT) | lately, do_not_perform=False)
        .select_related("medication")
    )
    return tuple(in_use for row in rows if row.pk not in left_out and (in_use := _in_use(row, knowledge, today)))


def _in_use(row: MedicationRequest, knowledge: Knowledge, today: dt.date) -> InUse | None:
    order = order_of(row, knowledge)
    stopped_on = _stopped_on(row, today)
    if stopped_on is not None and today - stopped_on > LOOK_BACK:
        return None
    source = "inpatient" if row.category == codes.MedicationRequestCategory.INPATIENT else "home"
    return InUse(
        key=order.key,
        drug=order.drug,
        source="stopped" if stopped_on else source,
        stopped_on=stopped_on,
        dose=order.dose,
        doses_a_day=order.doses_a_day,
    )


def _stopped_on(row: MedicationRequest, today: dt.date) -> dt.date | None:
    """The day of the last dose, if there was one: when it was ended or paused, or when its course ran out."""
    if row.end_on and row.end_on < today:
        return row.end_on
    if row.status == codes.MedicationRequestStatus.ACTIVE:
        return None
    if row.status == codes.MedicationRequestStatus.ON_HOLD:
        # One that was paused elsewhere, we don't know when, counts as taken.
        return row.status_changed_at.date() if row.status_changed_at else None
    return row.status_changed_at.date() if row.status_changed_at else row.end_on or today


# --- Measurements and pregnancy ------------------------------------------------------------------------------------
def _measurements(patient: Patient, today: dt.date) -> dict[str, object]:
    """The latest weight, creatinine and eGFR, and what is known of a pregnancy."""
    wanted = (*WEIGHT, *CREATININE, *EGFR, *PREGNANCY, *GESTATIONAL_AGE)
    rows = (
        Observation.objects.filter(patient=patient, code__in=wanted, effective_at__isnull=False, status__in=_TRUSTED)
        .current()
        .order_by("-effective_at", "-id")
        .values_list("code", "value", "unit", "coded_code", "effective_at")[:200]
    )
    found: dict[str, Measured] = {}
    pregnant: tuple[bool, dt.date] | None = None
    week: tuple[int, dt.date] | None = None
    for code, value, unit, coded, at in rows:
        on = at.date()
        if code in PREGNANCY and pregnant is None and coded in IS_PREGNANT:
            pregnant = (IS_PREGNANT[coded], on)
        elif code in GESTATIONAL_AGE and week is None and value is not None:
            days = value if unit == "d" else value * 7
            week = (int(days), on)
        elif value is not None and (measured := _measured(code, value, unit, on)):
            found.setdefault(measured[0], measured[1])
    return {
        "weight": found.get("weight"),
        "creatinine": found.get("creatinine"),
        "egfr": found.get("egfr"),
        "pregnancy": _pregnancy(patient, pregnant, week, today),
    }


_TRUSTED = ("preliminary", "final", "amended", "corrected")


def _measured(code: str, value: Decimal, unit: str, on: dt.date) -> tuple[str, Measured] | None:
    """In the rules' units; a unit we cannot read is no value."""
    if code in WEIGHT and unit in TO_KG:
        return "weight", Measured(value * TO_KG[unit], on)
    if code in CREATININE and unit in TO_UMOL and value > 0:
        return "creatinine", Measured(value * TO_UMOL[unit], on)
    if code in EGFR:
        return "egfr", Measured(value, on)
    return None


def _pregnancy(
    patient: Patient, stated: tuple[bool, dt.date] | None, week: tuple[int, dt.date] | None, today: dt.date
) -> Pregnancy:
    """An open diagnosis beats a statement; 'not pregnant' holds four weeks, 'pregnant' as long as one can be."""
    if patient.sex_for_clinical_use == "male":
        return Pregnancy(pregnant=False)
    open_codes = list(
        Condition.objects.filter(patient=patient).open().exclude(icd_code="").values_list("icd_code", flat=True)
    )
    pregnant: bool | None = True if any(code.startswith(PREGNANT_CODES) for code in open_codes) else None
    if pregnant is None and stated is not None:
        holds = A_PREGNANCY if stated[0] else NOT_PREGNANT_HOLDS
        pregnant = stated[0] if today - stated[1] <= holds else None
    feeding = True if any(code.startswith(BREAST_FEEDING_CODES) for code in open_codes) else None
    weeks = None
    if pregnant and week is not None and today - week[1] <= A_PREGNANCY:
        weeks = (week[0] + (today - week[1]).days) // 7
    return Pregnancy(pregnant, weeks, feeding)
