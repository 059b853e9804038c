"""Import of chart rows made elsewhere, in sets.

Each takes unsaved rows whose `source` names the resource they come from; ask `importing.known_sources`
first and leave out what is here. What is imported may be read by the patient at once, unless the row says
otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hms.clinical.importing import Renewal, bulk_import, complete, renew
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
    complete(items)
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


@action("clinical.import_encounters")
def renew_imported(*, by: Actor, items: Sequence[Renewal]) -> list[Renewal]:
    """Take over what the sender says anew of rows imported before. Returns those that may not change any more.

    Refused, as Stale: somebody changed a row since it was read.
    """
    frozen = renew(items)
    frozen_rows = {one.row.pk for one in frozen}
    counts = Counter(item.row.patient_id for item in items if item.row.pk not in frozen_rows) or {None: 0}
    trail.record_each("chart_rows.renewed", {patient: {"count": count} for patient, count in counts.items()})
    return frozen


def _import(verb: str, model: type[ChartRecord], items: Sequence[Any], owned: Sequence[Owned] = ()) -> int:
    """Insert the rows and leave one line for each patient."""
    counts = bulk_import(model, items, owned) or {None: 0}
    trail.record_each(verb, {patient: {"count": count} for patient, count in counts.items()})
    return len(items)
