"""Drafts as rows: how one is made, found again and taken out. The verbs that do so are in actions/."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hms.clinical.models import Encounter
from hms.core import clock
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take
from hms.formulary.codes import MEDICATION_SYSTEM, MedicationStatus
from hms.formulary.dosage import Dosage
from hms.formulary.knowledge import current_knowledge
from hms.formulary.models import Medication
from hms.patients.models import Patient
from hms.prescribing import codes, refusals
from hms.prescribing.models import DetectedIssue, MedicationRequest
from hms.prescribing.rules import orders as rules

ADULT_DAYS = 18 * 365.25
LARGEST_QUANTITY = 10**8


def usual_dosage(medication: Medication, patient: Patient) -> Dosage:
    """The commonest order of an adult as a start; for a child, or an unknown age, the route alone."""
    if not is_adult(patient):
        return Dosage(route=medication.route)
    return Dosage(
        dose=medication.usual_dose,
        unit=medication.usual_unit,
        route=medication.route,
        frequency=medication.usual_frequency,
        period=_decimal(medication.usual_period),
        period_unit=medication.usual_period_unit,
        as_needed=medication.usual_as_needed,
        max_doses_a_day=medication.usual_max_doses_a_day,
        min_hours_between=_decimal(medication.usual_min_hours_between),
        days=medication.usual_days,
    )


def is_adult(patient: Patient) -> bool:
    """Certainly: whoever may still be a child counts as one."""
    return patient.birth_high is not None and (clock.now().date() - patient.birth_high).days >= ADULT_DAYS


def is_own(by: Actor, patient: Patient) -> bool:
    """Whether somebody looks at the chart of their own."""
    return patient.user_id is not None and patient.user_id == by.id


def visit_of(by: Actor, encounter: Encounter, patient: Patient) -> Encounter:
    """The visit an order is written in. Refused: another patient's, or one that was cancelled."""
    visit = take(Encounter.objects.visible_to(by).select_related("facility"), encounter.pk)
    if visit.patient_id != patient.pk:
        raise Refused(refusals.OTHER_PATIENTS_VISIT)
    if visit.status in ("cancelled", "entered-in-error"):
        raise Refused(refusals.VISIT_CANCELLED)
    return visit


def new_draft(
    by: Actor, patient: Patient, encounter: Encounter | None, medication: Medication, dosage: Dosage, **more: Any
) -> MedicationRequest:
    """An unsaved draft. Refused: a medicine that was withdrawn from the formulary."""
    if medication.status != MedicationStatus.ACTIVE:
        text = _("%(name)s was withdrawn from the formulary. Choose another product.") % {"name": medication.label}
        raise Refused(Problem(code="business-rule", text=text, field="medication"))
    if encounter is None:
        raise missing()
    ward = encounter.class_code == "IMP"
    where = codes.MedicationRequestCategory.INPATIENT if ward else codes.MedicationRequestCategory.OUTPATIENT
    draft = MedicationRequest(
        patient=patient,
        encounter=encounter,
        facility_id=encounter.facility_id,
        status=codes.MedicationRequestStatus.DRAFT,
        category=where,
        medication=medication,
        system=MEDICATION_SYSTEM,
        code=medication.code,
        code_version=current_knowledge().version,
        text=medication.label,
        author_id=by.id,
        recorded_at=clock.now(),
        **more,
    )
    set_dosage(draft, dosage, encounter.facility.time_zone)
    return draft


def set_dosage(draft: MedicationRequest, dosage: Dosage, time_zone: str) -> None:
    """How it is taken, from today on, and how much that needs."""
    draft.dosage = dosage
    draft.start_on, draft.end_on = rules.course(dosage, clock.today(time_zone))
    # A course of millions of units is an order; how much of it is handed over, the column can't hold.
    fits = dosage.quantity is not None and dosage.quantity < LARGEST_QUANTITY
    draft.quantity, draft.quantity_unit = (dosage.quantity, dosage.unit) if fits else (None, "")


def own_draft(by: Actor, draft: MedicationRequest, version: int | None = None) -> MedicationRequest:
    """The draft, locked. Raises Missing for somebody else's and for what is signed, Stale for an older version."""
    rows = MedicationRequest.objects.visible_to(by).drafts_of(by)
    rows = rows.select_related("patient", "encounter__facility", "medication__generic", "facility")
    return take(rows, draft.pk, version)


def take_out(by: Actor, draft: MedicationRequest, reason: str) -> None:
    """Out of the basket, and the reasons given for it answer nothing any more."""
    draft.status = codes.MedicationRequestStatus.CANCELLED
    draft.status_reason, draft.status_changed_at, draft.status_changed_by = reason, clock.now(), by.label
    draft.save()
    preliminary = codes.DetectedIssueStatus.PRELIMINARY
    for issue in DetectedIssue.objects.filter(implicated__medication_request=draft, status=preliminary):
        issue.status = codes.DetectedIssueStatus.CANCELLED
        issue.save()


def first_product(generic: str) -> Medication:
    """The product of a generic that is prescribed most. Raises Missing."""
    product = Medication.objects.prescribable().filter(generic__name=generic).order_by("position").first()
    if product is None:
        raise missing()
    return product


def _decimal(value: int | None) -> Decimal | None:
    return Decimal(value) if value is not None else None
