"""The tables of this room, split by noun."""

from hms.clinical.models.chart import ChartQuerySet, ChartRecord
from hms.clinical.models.condition import Condition, EncounterDiagnosis
from hms.clinical.models.encounter import Encounter, EncounterParticipant
from hms.clinical.models.note import Note, NoteAddendum
from hms.clinical.models.plan import (
    CarePlan,
    CarePlanActivity,
    CarePlanCondition,
    CarePlanGoal,
    CareTeam,
    CareTeamMember,
    Goal,
)
from hms.clinical.models.procedure import Immunization, Procedure

__all__ = [
    "CarePlan",
    "CarePlanActivity",
    "CarePlanCondition",
    "CarePlanGoal",
    "CareTeam",
    "CareTeamMember",
    "ChartQuerySet",
    "ChartRecord",
    "Condition",
    "Encounter",
    "EncounterDiagnosis",
    "EncounterParticipant",
    "Goal",
    "Immunization",
    "Note",
    "NoteAddendum",
    "Procedure",
]
