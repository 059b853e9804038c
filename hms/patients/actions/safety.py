"""Allergies and alerts: recorded, refuted, ended, never lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take, uuid7
from hms.patients import codes
from hms.patients.models import AllergyIntolerance, AllergyReaction, AllergyStatus, Flag, Patient
from hms.patients.models.scope import in_charts


@dataclass(frozen=True, slots=True)
class Reaction:
    """What happened, as it is told."""

    manifestation: str
    severity: str = ""
    system: str = ""
    code: str = ""
    onset_text: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class NewAllergy:
    """An allergy or intolerance, as it is told."""

    text: str
    type: str = ""
    category: str = ""
    criticality: str = ""
    clinical_status: str = codes.AllergyClinicalStatus.ACTIVE
    verification_status: str = codes.AllergyVerificationStatus.UNCONFIRMED
    system: str = ""
    code: str = ""
    code_version: str = ""
    allergy_group: str = ""
    ingredient: str = ""
    onset_text: str = ""
    occurred_at: dt.datetime | None = None
    asserter: str = ""
    note: str = ""
    reactions: Sequence[Reaction] = ()
    # An importer keeps the time at which the source recorded it, and the logical id under which it knows it.
    recorded_at: dt.datetime | None = None
    id: uuid.UUID | None = None

    @property
    def is_live(self) -> bool:
        """Whether it counts at prescribing."""
        return self.clinical_status == codes.AllergyClinicalStatus.ACTIVE and self.verification_status in (
            codes.AllergyVerificationStatus.UNCONFIRMED,
            codes.AllergyVerificationStatus.CONFIRMED,
        )


@action("patients.record_allergy")
def record_allergy(*, by: Actor, patient: Patient, told: NewAllergy) -> AllergyIntolerance:
    """Record an allergy or intolerance; a statement that none are known ends with it.

    Refused without a substance, when the same substance is on the list already, and for a merged record (404).
    """
    patient = take(Patient.objects.visible_to(by).filter(merged_into__isnull=True), patient.pk)
    if not told.text.strip():
        raise Refused(Problem(code="required", field="text", text=_("Name the substance.")))
    if _on_the_list(patient, told):
        raise Refused(
            Problem(
                code="duplicate",
                field="text",
                text=_(
                    "This substance is on the list already. If that entry is wrong, withdraw it and record it anew."
                ),
            )
        )
    allergy, reactions = build_allergy(by, patient, told)
    allergy.save(force_insert=True)
    AllergyReaction.objects.bulk_create(reactions)
    end_statements([patient.pk])
    trail.record("allergy.recorded", subject=allergy, patient=patient)
    return allergy


@action("patients.record_allergy")
def refute_allergy(*, by: Actor, allergy: AllergyIntolerance, version: int | None, reason: str) -> AllergyIntolerance:
    """Record that this is no allergy after all. The entry stays, with the reason. Refused without one."""
    allergy = _take_allergy(by, allergy, version)
    if not reason.strip():
        raise Refused(Problem(code="required", field="reason", text=_("Say how it is known that this is no allergy.")))
    allergy.verification_status = codes.AllergyVerificationStatus.REFUTED
    allergy.refutation = reason.strip()
    allergy.save()
    trail.record("allergy.refuted", subject=allergy, patient=allergy.patient_id)
    return allergy


@action("patients.record_allergy")
def withdraw_allergy(*, by: Actor, allergy: AllergyIntolerance, version: int | None) -> AllergyIntolerance:
    """Mark an entry as made in error: of the wrong patient, or a slip. It stays readable and can't be revived."""
    allergy = _take_allergy(by, allergy, version)
    allergy.verification_status = codes.AllergyVerificationStatus.ENTERED_IN_ERROR
    allergy.save()
    trail.record("allergy.entered_in_error", subject=allergy, patient=allergy.patient_id)
    return allergy


@action("patients.record_allergy")
def state_allergies(*, by: Actor, patient: Patient, statement: str) -> AllergyStatus:
    """State that no allergies are known, or that the patient could not be asked: by whom and when is kept.

    Refused while allergies are on the list (they are refuted one by one first), and for a merged record (404).
    """
    patient = take(Patient.objects.visible_to(by).filter(merged_into__isnull=True), patient.pk)
    if statement not in codes.AllergyStatement.values:
        raise Refused(Problem(code="required", field="statement", text=_("Choose what the patient said.")))
    live = AllergyIntolerance.objects.live().filter(patient=patient)
    if statement == codes.AllergyStatement.NO_DRUG_ALLERGIES:
        live = live.filter(category__in=["", codes.AllergyCategory.MEDICATION, codes.AllergyCategory.BIOLOGIC])
    if live.exists():
        raise Refused(
            Problem(
                code="conflict",
                field="statement",
                text=_("Allergies are on the list. Refute those that do not hold first."),
            )
        )
    end_statements([patient.pk])
    said = AllergyStatus.objects.create(
        patient=patient,
        statement=statement,
        recorded_at=clock.now(),
        recorded_by_id=by.id,
        recorded_by_label=by.label[:200],
    )
    trail.record("allergies.stated", subject=said, patient=patient, detail={"statement": statement})
    return said


@action("patients.record_flag")
def record_flag(
    *, by: Actor, patient: Patient, code: str, category: str = codes.FlagCategory.SAFETY, note: str = "",
    end_at: dt.datetime | None = None,
) -> Flag:  # fmt: skip
    """Set an alert. Refused for one that is set already."""
    patient = take(Patient.objects.alertable_by(by), patient.pk)
    now = clock.now()
    if code not in codes.FlagCode.values:
        raise Refused(Problem(code="required", field="code", text=_("Choose the alert.")))
    if code != codes.FlagCode.OTHER and Flag.objects.active(now).filter(patient=patient, code=code).exists():
        raise Refused(Problem(code="duplicate", field="code", text=_("This alert is set already.")))
    flag = Flag.objects.create(
        patient=patient,
        code=code,
        category=category,
        note=note.strip(),
        start_at=now,
        end_at=end_at,
        recorded_by_id=by.id,
    )
    trail.record("flag.recorded", subject=flag, patient=patient, detail={"code": code})
    return flag


@action("patients.record_flag")
def end_flag(*, by: Actor, flag: Flag) -> Flag:
    """End an alert: from now on it is not shown; it stays in the record. Refused for one that is not in force."""
    flag = take(Flag.objects.filter(patient__in=Patient.objects.alertable_by(by)), flag.pk)
    if flag.status != codes.FlagStatus.ACTIVE:
        raise Refused(Problem(code="business-rule", text=_("This alert has ended already.")))
    flag.status, flag.end_at = codes.FlagStatus.INACTIVE, max(clock.now(), flag.start_at)
    flag.save()
    trail.record("flag.ended", subject=flag, patient=flag.patient_id)
    return flag


# --- Shared with the importer -----------------------------------------------------------------------------------
def build_allergy(by: Actor, patient: Patient, told: NewAllergy) -> tuple[AllergyIntolerance, list[AllergyReaction]]:
    """The unsaved rows of one allergy."""
    allergy = AllergyIntolerance(
        id=told.id or uuid7(),
        patient=patient,
        text=told.text.strip()[:200],
        type=told.type,
        category=told.category,
        criticality=told.criticality,
        clinical_status=told.clinical_status,
        verification_status=told.verification_status,
        system=told.system,
        code=told.code,
        code_version=told.code_version,
        allergy_group=told.allergy_group,
        ingredient=told.ingredient,
        onset_text=told.onset_text,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at or clock.now(),
        recorded_by_id=by.id,
        asserter=told.asserter[:200],
        note=told.note.strip(),
    )
    reactions = [
        AllergyReaction(
            allergy=allergy,
            manifestation=one.manifestation[:200],
            severity=one.severity,
            system=one.system,
            code=one.code,
            onset_text=one.onset_text,
            description=one.description,
        )
        for one in told.reactions
    ]
    return allergy, reactions


def end_statements(patient_ids: Collection[Any]) -> None:
    """End what was said of these patients' allergies until now."""
    for statement in AllergyStatus.objects.filter(patient__in=list(patient_ids), ended_at__isnull=True):
        statement.ended_at = clock.now()
        statement.save()


def _take_allergy(by: Actor, allergy: AllergyIntolerance, version: int | None) -> AllergyIntolerance:
    visible = AllergyIntolerance.objects.filter(in_charts(Patient.objects.visible_to(by)))
    taken = take(visible, allergy.pk, version)
    if taken.verification_status == codes.AllergyVerificationStatus.ENTERED_IN_ERROR:
        raise missing()
    return taken


def _on_the_list(patient: Patient, told: NewAllergy) -> bool:
    for one in AllergyIntolerance.objects.live().filter(patient=patient):
        if told.ingredient and one.ingredient == told.ingredient:
            return True
        if one.text.casefold() == told.text.strip().casefold():
            return True
    return False
