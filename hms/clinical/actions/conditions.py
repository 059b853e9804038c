"""Diagnoses and problems: found, confirmed, dealt with again, ended."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Condition, Encounter, EncounterDiagnosis
from hms.clinical.people import author_of, open_chart
from hms.clinical.rules import conditions as rules
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.patients.models import Patient
from hms.patients.rules.partial_dates import PartialDate
from hms.terminology.codes import ICD10CM
from hms.terminology.search import lookup

Category = codes.ConditionCategory


@action("clinical.record_condition")
def record_condition(
    *,
    by: Actor,
    patient: Patient,
    code: str,
    encounter: Encounter | None = None,
    category: str = Category.ENCOUNTER_DIAGNOSIS,
    verification_status: str = codes.ConditionVerificationStatus.CONFIRMED,
    severity: str = "",
    laterality: str = "",
    onset_text: str = "",
    note: str = "",
    use: str = "",
) -> Condition:
    """Record a diagnosis by its ICD-10-CM code, and rank it among those of the visit.

    One that is open already, with the same code and side, is not recorded twice: it is dealt with in this
    visit. Refused: a heading, a retired or unknown code, a side that the code contradicts, a date ahead.
    """
    patient = open_chart(by, patient)
    encounter = _visit_of(by, encounter, patient)
    concept = lookup(ICD10CM, code)
    chosen = (
        rules.Coded(concept.code, concept.display, concept.billable, concept.valid_to is not None) if concept else None
    )
    problems = rules.coding_problems(chosen)
    problems += rules.period_problems(onset_text, "", codes.ConditionClinicalStatus.ACTIVE, _today(patient, encounter))
    if chosen:
        problems += rules.laterality_problems(chosen.display, laterality)
    if problems:
        raise Refused(*problems)
    assert concept is not None
    laterality = laterality or rules.named_side(concept.display)
    known = patient.conditions.open().filter(icd_code=concept.code, laterality=laterality).first()
    if known is not None:
        if encounter:
            return address_condition(by=by, encounter=encounter, condition=known, use=use)
        raise Refused(Problem(code="duplicate", text=_("This diagnosis is on the list already."), field="code"))
    condition = Condition(
        patient=patient,
        encounter=encounter,
        clinical_status=codes.ConditionClinicalStatus.ACTIVE,
        verification_status=verification_status,
        category=category,
        severity=severity,
        system=ICD10CM,
        code=concept.code,
        code_version=concept.system.version,
        text=concept.display,
        icd_code=concept.code,
        icd_version=concept.system.version,
        icd_text=concept.display,
        laterality=laterality,
        onset_text=onset_text,
        onset_on=PartialDate(onset_text).exact_range[0] if onset_text else None,
        recorded_at=clock.now(),
        recorder=author_of(by),
        note=note,
        released_at=clock.now(),
    )
    condition.save(force_insert=True)
    if encounter:
        _rank(encounter, condition, use)
    trail.record(
        "condition.recorded",
        subject=condition,
        patient=patient,
        facility=encounter.facility_id if encounter else None,
        detail={"code": concept.code, "category": category},
    )
    return condition


@action("clinical.record_condition")
def address_condition(*, by: Actor, encounter: Encounter, condition: Condition, use: str = "") -> Condition:
    """Deal with a known problem in a visit. Refused: a visit of another patient, one that was cancelled."""
    known = take(Condition.objects.visible_to(by).standing(), condition.pk)
    visit = _visit_of(by, encounter, known.patient)
    assert visit is not None
    if not visit.diagnoses.filter(condition=known).exists():
        _rank(visit, known, use)
    trail.record(
        "condition.addressed",
        subject=known,
        patient=known.patient_id,
        facility=visit.facility_id,
        detail={"code": known.icd_code},
    )
    return known


@action("clinical.record_condition")
def verify_condition(
    *, by: Actor, condition: Condition, verification_status: str, version: int | None = None
) -> Condition:
    """Change how certain a diagnosis is. Refused: taking back what was entered in error."""
    changed = take(Condition.objects.visible_to(by), condition.pk, version)
    if problems := rules.verification_problems(changed.verification_status, verification_status):
        raise Refused(*problems)
    if verification_status == codes.ConditionVerificationStatus.ENTERED_IN_ERROR:
        raise Refused(Problem(code="required", text=_("Say why it was entered in error."), field="reason"))
    changed.verification_status = verification_status
    changed.save()
    trail.record(
        "condition.verified", subject=changed, patient=changed.patient_id, detail={"status": verification_status}
    )
    return changed


@action("clinical.resolve_condition")
def resolve_condition(
    *,
    by: Actor,
    condition: Condition,
    clinical_status: str = codes.ConditionClinicalStatus.RESOLVED,
    abatement_text: str = "",
    version: int | None = None,
) -> Condition:
    """End a diagnosis: resolved, inactive or in remission. Refused: one that has ended, an end before the start."""
    ended = take(Condition.objects.visible_to(by).standing(), condition.pk, version)
    today = _today(ended.patient)
    problems = rules.resolve_problems(ended.clinical_status, clinical_status)
    problems += rules.period_problems(ended.onset_text, abatement_text, clinical_status, today)
    if problems:
        raise Refused(*problems)
    ended.clinical_status = clinical_status
    ended.abatement_text = abatement_text or today.isoformat()
    ended.abatement_on = PartialDate(ended.abatement_text).exact_range[1]
    ended.save()
    trail.record("condition.resolved", subject=ended, patient=ended.patient_id, detail={"status": clinical_status})
    return ended


def _visit_of(by: Actor, encounter: Encounter | None, patient: Patient) -> Encounter | None:
    """The visit, locked: ranks are given one after the other. Refused: another patient's, or one that was cancelled."""
    if encounter is None:
        return None
    visit = take(Encounter.objects.visible_to(by), encounter.pk)
    if visit.patient_id != patient.pk:
        text = _("This visit belongs to another patient. Nothing was recorded.")
        raise Refused(Problem(severity="fatal", code="conflict", text=text))
    if visit.status in (codes.EncounterStatus.CANCELLED, codes.EncounterStatus.ENTERED_IN_ERROR):
        raise Refused(
            Problem(code="business-rule", text=_("This visit was cancelled, so nothing can be recorded in it."))
        )
    return visit


def _today(patient: Patient, encounter: Encounter | None = None) -> dt.date:
    """The day it is where the patient is seen: in the morning in Auckland it is still yesterday in UTC."""
    facility = encounter.facility if encounter else patient.registered_in
    return clock.today(facility.time_zone) if facility else clock.now().date()


def _rank(encounter: Encounter, condition: Condition, use: str) -> None:
    last = encounter.diagnoses.aggregate(last=Max("rank"))["last"] or 0
    EncounterDiagnosis.objects.create(encounter=encounter, condition=condition, rank=last + 1, use=use)
