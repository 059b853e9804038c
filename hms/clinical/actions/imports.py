"""Import of chart rows made elsewhere, in sets.

Each takes unsaved rows whose `source` names the resource they come from; ask `importing.known_sources`
first and leave out what is here. What is imported may be read by the patient at once, unless the row says
otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hms.clinical.importing import bulk_import
from hms.clinical.models import (
    CarePlan,
    CareTeam,
    ChartRecord,
    Condition,
    Encounter,
    EncounterDiagnosis,
    EncounterParticipant,
    Goal,
    Immunization,
    Note,
    Procedure,
)
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.records import Owned
from hms.patients.rules.partial_dates import PartialDate
from hms.terminology.codes import ICD10CM, SNOMED
from hms.terminology.models import CodeSystem, Concept
from hms.terminology.tables import map_snomed


@action("clinical.import_encounters")
def import_encounters(
    *, by: Actor, items: Sequence[Encounter], participants: Sequence[EncounterParticipant] = ()
) -> int:
    """Import encounters with those who took part. Refused: a status or class FHIR does not know."""
    return _import("encounters.imported", Encounter, items, participants)


@action("clinical.import_conditions")
def import_conditions(*, by: Actor, items: Sequence[Condition], diagnoses: Sequence[EncounterDiagnosis] = ()) -> int:
    """Import conditions. Those coded in SNOMED CT get the ICD-10-CM code where the map has one.

    Refused, as ValueError: an onset or end that is no date.
    """
    _add_icd(items)
    for item in items:
        item.onset_on = PartialDate(item.onset_text).exact_range[0] if item.onset_text else None
        item.abatement_on = PartialDate(item.abatement_text).exact_range[1] if item.abatement_text else None
    return _import("conditions.imported", Condition, items, diagnoses)


@action("clinical.import_procedures")
def import_procedures(*, by: Actor, items: Sequence[Procedure]) -> int:
    """Import procedures."""
    return _import("procedures.imported", Procedure, items)


@action("clinical.import_immunizations")
def import_immunizations(*, by: Actor, items: Sequence[Immunization]) -> int:
    """Import immunisations."""
    return _import("immunizations.imported", Immunization, items)


@action("clinical.import_notes")
def import_notes(*, by: Actor, items: Sequence[Note]) -> int:
    """Import notes, unsigned here: whoever signed them elsewhere did not sign before this server."""
    return _import("notes.imported", Note, items)


@action("clinical.import_goals")
def import_goals(*, by: Actor, items: Sequence[Goal]) -> int:
    """Import goals."""
    return _import("goals.imported", Goal, items)


@action("clinical.import_care_teams")
def import_care_teams(*, by: Actor, items: Sequence[CareTeam], members: Sequence[Owned] = ()) -> int:
    """Import care teams with their members."""
    return _import("care_teams.imported", CareTeam, items, members)


@action("clinical.import_care_plans")
def import_care_plans(*, by: Actor, items: Sequence[CarePlan], owned: Sequence[Owned] = ()) -> int:
    """Import care plans with their activities, and what they address and aim at."""
    return _import("care_plans.imported", CarePlan, items, owned)


def _import(verb: str, model: type[ChartRecord], items: Sequence[Any], owned: Sequence[Owned] = ()) -> int:
    """Insert the rows and leave one line for each patient."""
    for patient, count in (bulk_import(model, items, owned) or {None: 0}).items():
        trail.record(verb, patient=patient, detail={"count": count})
    return len(items)


def _add_icd(items: Sequence[Condition]) -> None:
    wanted: dict[str, list[Any]] = {}
    for item in items:
        if item.icd_code:
            continue
        mapped = map_snomed(item.code) if item.system == SNOMED else None
        if mapped:
            item.icd_code, item.icd_note = mapped.code, mapped.note[:200]
        elif item.system == ICD10CM:
            item.icd_code = item.code
        if item.icd_code:
            wanted.setdefault(item.icd_code, []).append(item)
    if not wanted:
        return
    version = CodeSystem.objects.filter(url=ICD10CM).values_list("version", flat=True).first() or ""
    titles = dict(Concept.objects.of(ICD10CM).filter(code__in=wanted).values_list("code", "display"))
    for code, conditions in wanted.items():
        for condition in conditions:
            condition.icd_version, condition.icd_text = version, titles.get(code, "")
