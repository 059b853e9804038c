"""What was done to the patient: procedures and immunisations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Encounter, Immunization, Procedure
from hms.clinical.people import author_of, open_chart
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.organization.models import Practitioner
from hms.patients.models import Patient
from hms.terminology.codes import CVX
from hms.terminology.search import lookup


@action("clinical.record_procedure")
def record_procedure(
    *,
    by: Actor,
    patient: Patient,
    text: str,
    encounter: Encounter | None = None,
    system: str = "",
    code: str = "",
    status: str = codes.EventStatus.COMPLETED,
    performed_start_at: dt.datetime | None = None,
    performed_end_at: dt.datetime | None = None,
    performer: Practitioner | None = None,
    laterality: str = "",
    outcome_text: str = "",
    note: str = "",
) -> Procedure:
    """Record a procedure. Refused: a chart the actor may not open, no words, a completed one that lies ahead."""
    patient = open_chart(by, patient)
    _refuse_other_patient(encounter, patient)
    now = clock.now()
    if not text.strip():
        raise Refused(Problem(code="required", text=_("Say what was done."), field="text"))
    start = performed_start_at or (now if status == codes.EventStatus.COMPLETED else None)
    if start and start > now and status in (codes.EventStatus.COMPLETED, codes.EventStatus.IN_PROGRESS):
        text = _("What lies ahead can't be done yet.")
        raise Refused(Problem(code="business-rule", text=text, field="performed_start_at"))
    author = author_of(by)
    procedure = Procedure(
        patient=patient,
        encounter=encounter,
        status=status,
        system=system,
        code=code,
        text=text,
        performed_start_at=start,
        performed_end_at=performed_end_at,
        performer=performer or author,
        recorder=author,
        recorded_at=now,
        laterality=laterality,
        outcome_text=outcome_text,
        note=note,
        released_at=now,
    )
    procedure.save(force_insert=True)
    trail.record("procedure.recorded", subject=procedure, patient=patient, detail={"code": code})
    return procedure


@action("clinical.record_immunization")
def record_immunization(
    *,
    by: Actor,
    patient: Patient,
    code: str,
    encounter: Encounter | None = None,
    occurred_at: dt.datetime | None = None,
    occurrence_text: str = "",
    primary_source: bool = True,
    lot_number: str = "",
    expires_on: dt.date | None = None,
    dose_value: Decimal | None = None,
    dose_unit: str = "",
    note: str = "",
) -> Immunization:
    """Record a vaccine that was given. Refused: an unknown CVX code, a time ahead, a lot used after its date."""
    patient = open_chart(by, patient)
    _refuse_other_patient(encounter, patient)
    now = clock.now()
    vaccine = lookup(CVX, code)
    if vaccine is None:
        raise Refused(Problem(code="code-invalid", text=_("Choose a vaccine from the list."), field="code"))
    if occurred_at is None and not occurrence_text:
        occurred_at = now
    if occurred_at and occurred_at > now:
        raise Refused(Problem(code="business-rule", text=_("This lies in the future."), field="occurred_at"))
    if occurred_at and expires_on and primary_source and occurred_at.date() > expires_on:
        text = _("This lot was out of date on that day. Check the lot and the date.")
        raise Refused(Problem(code="business-rule", text=text, field="expires_on"))
    given = Immunization(
        patient=patient,
        encounter=encounter,
        status=codes.ImmunizationStatus.COMPLETED,
        system=CVX,
        code=vaccine.code,
        code_version=vaccine.system.version,
        text=vaccine.display,
        occurred_at=occurred_at,
        occurrence_text=occurrence_text,
        recorded_at=now,
        primary_source=primary_source,
        performer=author_of(by) if primary_source else None,
        lot_number=lot_number,
        expires_on=expires_on,
        dose_value=dose_value,
        dose_unit=dose_unit,
        note=note,
        released_at=now,
    )
    given.save(force_insert=True)
    trail.record("immunization.recorded", subject=given, patient=patient, detail={"code": vaccine.code})
    return given


def _refuse_other_patient(encounter: Encounter | None, patient: Patient) -> None:
    if encounter is not None and encounter.patient_id != patient.pk:
        text = _("This visit belongs to another patient. Nothing was recorded.")
        raise Refused(Problem(severity="fatal", code="conflict", text=text))
