"""The facts of a chart, gathered once for every place that shows them: page, portal, summary.

A fixed number of queries whatever the chart holds; each list comes from its room's own scoped reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hms.clinical import chart as clinical
from hms.clinical.models import Condition, Encounter, Note
from hms.core import clock
from hms.core.actor import Actor
from hms.diagnostics import results
from hms.diagnostics.models import Observation
from hms.patients.models import Patient
from hms.prescribing import chart as prescribing
from hms.prescribing.models import MedicationRequest


@dataclass(frozen=True, slots=True)
class Summary:
    """What a clinician wants to know first."""

    problems: Sequence[Condition]
    medicines: Sequence[MedicationRequest]
    vitals: Sequence[Observation]
    laboratory: Sequence[Any]
    encounters: Sequence[Encounter]
    notes: Sequence[Note]


def summary(by: Actor, patient: Patient, today: dt.date | None = None) -> Summary:
    """The first page of a chart."""
    today = today or clock.now().date()
    return Summary(
        problems=clinical.problems(by, patient, limit=30),
        medicines=prescribing.current_medicines(by, patient, today),
        vitals=results.latest_vitals(by, patient),
        laboratory=results.grouped(by, patient, "laboratory")[:12],
        encounters=list(clinical.encounters(by, patient)[:8]),
        notes=list(clinical.notes(by, patient=patient)[:3]),
    )


def glance(by: Actor, patient: Patient, today: dt.date) -> dict[str, Any]:
    """What stands beside the note while a visit goes on."""
    return {
        "problems": clinical.problems(by, patient, limit=30),
        "medicines": prescribing.current_medicines(by, patient, today),
        "latest": results.latest_vitals(by, patient),
    }
