"""What the chart says, for pages, summaries and exports: scoped to who asks, in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.db.models.expressions import OrderBy

from hms.clinical import codes
from hms.clinical.models import (
    CarePlan,
    Condition,
    Encounter,
    EncounterDiagnosis,
    EncounterParticipant,
    Goal,
    Immunization,
    Note,
    Procedure,
)
from hms.core.actor import Actor
from hms.core.records import missing
from hms.patients.models import Patient


def problems(by: Actor, patient: Patient, limit: int | None = None) -> list[Condition]:
    """What the patient has: open conditions, problems first."""
    rows = Condition.objects.visible_to(by, patient).open().for_list()
    found = sorted(rows[: limit or 200], key=lambda one: one.category != codes.ConditionCategory.PROBLEM)
    return found


def conditions(by: Actor, patient: Patient) -> list[Condition]:
    """Every condition ever recorded, open ones first; what was entered in error last."""
    rows = Condition.objects.visible_to(by, patient).select_related("recorder").for_list()
    return sorted(rows, key=lambda one: one.is_entered_in_error)


def encounters(by: Actor, patient: Patient) -> QuerySet[Encounter]:
    """The visits, latest first, with who led them and, as far as it is for this reader, what was found."""
    found = EncounterDiagnosis.objects.filter(condition__in=Condition.objects.visible_to(by, patient).standing())
    return (
        Encounter.objects.visible_to(by, patient)
        .select_related("facility", "department")
        .prefetch_related(
            Prefetch("participants", EncounterParticipant.objects.select_related("practitioner")),
            Prefetch("diagnoses", found.select_related("condition")),
        )
        .latest_first()
    )


def encounter(by: Actor, id: uuid.UUID) -> Encounter:
    """One visit with all that is shown of it. Raises Missing."""
    found = (
        Encounter.objects.visible_to(by)
        .select_related("patient", "facility", "department", "location", "service_provider", "appointment")
        .prefetch_related(Prefetch("participants", EncounterParticipant.objects.select_related("practitioner")))
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise missing()
    return found


def diagnoses(by: Actor, encounter: Encounter) -> list[EncounterDiagnosis]:
    """The diagnoses of a visit in their rank, without what was entered in error."""
    return list(
        encounter.diagnoses.filter(condition__in=Condition.objects.visible_to(by).standing())
        .select_related("condition")
        .order_by("rank")
    )


def notes(by: Actor, patient: Patient | None = None, encounter: Encounter | None = None) -> QuerySet[Note]:
    """Notes of a chart or of a visit with their addenda, latest first."""
    rows = Note.objects.visible_to(by, patient).for_reading()
    return rows.filter(encounter=encounter) if encounter is not None else rows


def note(by: Actor, id: uuid.UUID) -> Note:
    """One note with its addenda. Raises Missing."""
    found = Note.objects.visible_to(by).for_reading().select_related("patient").filter(pk=id).first()
    if found is None:
        raise missing()
    return found


def find_words(by: Actor, patient: Patient, words: str) -> list[Note]:
    """Notes of one chart that hold these words. Decrypts and scans: there is no index over what people wrote."""
    wanted = words.casefold().split()
    return [
        one
        for one in Note.objects.visible_to(by, patient).standing().for_reading()
        if all(word in _text(one) for word in wanted)
    ]


def _text(one: Note) -> str:
    added = [addendum.text for addendum in one.addenda.all()]
    return " ".join([*(text for _, _, text in one.sections), *added]).casefold()


@dataclass(frozen=True, slots=True)
class Rest:
    """What else the chart holds."""

    procedures: Sequence[Any]
    immunizations: Sequence[Any]
    care_plans: Sequence[Any]
    goals: Sequence[Any]


def rest(by: Actor, patient: Patient, limit: int = 50) -> Rest:
    """Procedures, immunisations, plans and goals, latest first."""

    def of(model: Any, order: str) -> list[Any]:
        return list(model.objects.visible_to(by, patient).standing().order_by(_latest(order), "-id")[:limit])

    plans = (
        CarePlan.objects.visible_to(by, patient)
        .standing()
        .prefetch_related("activities")
        .order_by(_latest("start_at"), "-id")[:limit]
    )
    return Rest(of(Procedure, "performed_start_at"), of(Immunization, "occurred_at"), list(plans), of(Goal, "start_on"))


def _latest(column: str) -> OrderBy:
    """The latest first, what has no time last, on every engine."""
    return F(column).desc(nulls_last=True)
