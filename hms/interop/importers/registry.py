"""The resource types an import maps, in the order in which they lean on one another.

A type that is not here is kept as original, and a later release may map it from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hms.interop.importers import (
    allergy_intolerance,
    care_plan,
    care_team,
    condition,
    coverage,
    diagnostic_report,
    encounter,
    goal,
    imaging_study,
    immunization,
    location,
    medication_request,
    observation,
    organization,
    patient,
    practitioner,
    procedure,
    statement,
)
from hms.interop.importers.case import Mapper


@dataclass(frozen=True, slots=True)
class ResourceType:
    """How one type is mapped: to which of our models, and by what.

    `subject` is the member that names the patient. `certain` says that every resource of the type becomes a row, so
    that others may refer to it before it was looked at.
    """

    name: str
    model: str
    read: Mapper
    subject: str = ""
    certain: bool = True


_IN_ORDER: Final = (
    ResourceType("Organization", "organization.ExternalOrganization", organization.read, certain=False),
    ResourceType("Location", "organization.Location", location.read, certain=False),
    ResourceType("Practitioner", "organization.Practitioner", practitioner.read, certain=False),
    ResourceType("PractitionerRole", "organization.Practitioner", practitioner.read_role, certain=False),
    ResourceType("Patient", "patients.Patient", patient.read),
    ResourceType(
        "AllergyIntolerance", "patients.AllergyIntolerance", allergy_intolerance.read, "patient", certain=False
    ),
    ResourceType("Coverage", "patients.Coverage", coverage.read, "beneficiary", certain=False),
    ResourceType("Encounter", "clinical.Encounter", encounter.read, "subject"),
    ResourceType("Condition", "clinical.Condition", condition.read, "subject"),
    ResourceType("Goal", "clinical.Goal", goal.read, "subject"),
    ResourceType("CareTeam", "clinical.CareTeam", care_team.read, "subject"),
    ResourceType("CarePlan", "clinical.CarePlan", care_plan.read, "subject"),
    ResourceType("Procedure", "clinical.Procedure", procedure.read, "subject"),
    ResourceType("Immunization", "clinical.Immunization", immunization.read, "patient"),
    ResourceType("Observation", "diagnostics.Observation", observation.read, "subject"),
    ResourceType("ImagingStudy", "diagnostics.ImagingStudy", imaging_study.read, "subject"),
    ResourceType("DiagnosticReport", "diagnostics.DiagnosticReport", diagnostic_report.read, "subject"),
    ResourceType(
        "MedicationRequest", "prescribing.MedicationRequest", medication_request.read, "subject", certain=False
    ),
    ResourceType("Claim", "billing.ImportedStatement", statement.read, "patient", certain=False),
    ResourceType("ExplanationOfBenefit", "billing.ImportedStatement", statement.read, "patient", certain=False),
)
TYPES: Final = {one.name: one for one in _IN_ORDER}
RANK: Final = {one.name: rank for rank, one in enumerate(_IN_ORDER)}
# Read first of those that are only kept: prescriptions look into them.
_AHEAD: Final = {"Medication": RANK["Patient"]}


def rank(type: str) -> int:
    """Where a type stands in the order; those that are only kept come last."""
    return RANK.get(type, _AHEAD.get(type, len(RANK)))
