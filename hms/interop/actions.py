"""The verb of the importers: keep a batch of resources from elsewhere, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from hms.billing.actions import import_statements
from hms.billing.models import ImportedStatement
from hms.clinical import actions as clinical
from hms.clinical.models import (
    CarePlan,
    CarePlanActivity,
    CarePlanCondition,
    CarePlanGoal,
    CareTeam,
    CareTeamMember,
    Condition,
    Encounter,
    EncounterDiagnosis,
    EncounterParticipant,
    Goal,
    Immunization,
    Procedure,
)
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor, system
from hms.core.problems import Conflict, Problem, Refused, Stale
from hms.diagnostics import actions as diagnostics
from hms.diagnostics.models import (
    DiagnosticReport,
    DiagnosticReportResult,
    ImagingSeries,
    ImagingStudy,
    Observation,
    ObservationComponent,
)
from hms.documents.actions import keep_originals
from hms.documents.models import StoredOriginal
from hms.interop.importers.allergy_intolerance import AllergyOf
from hms.interop.importers.batch import Batch
from hms.interop.importers.coverage import CoverageOf
from hms.organization.actions import (
    import_locations,
    import_organization,
    import_organizations,
    import_practitioners,
)
from hms.organization.models import ExternalOrganization, Location, Practitioner, PractitionerIdentifier
from hms.patients.actions import import_patients, import_safety_facts
from hms.patients.intake import NewPatient
from hms.patients.models import AllergyIntolerance, AllergyStatus, Patient, RelatedPerson
from hms.prescribing.actions import import_medication_requests
from hms.prescribing.models import MedicationRequest

T = TypeVar("T")

# Whoever may import may write what an import writes: the rights of the rooms are lent for it, and end with it. The
# trail names the one who imports.
_WRITER = system(
    "importer",
    "organization.import_organization",
    "organization.import_practitioner",
    "patients.import_patients",
    "documents.keep_originals",
    "clinical.import_encounters",
    "clinical.import_conditions",
    "clinical.import_goals",
    "clinical.import_care_teams",
    "clinical.import_care_plans",
    "clinical.import_procedures",
    "clinical.import_immunizations",
    "diagnostics.import_observations",
    "diagnostics.import_imaging_studies",
    "diagnostics.import_diagnostic_reports",
    "prescribing.import_medication_requests",
    "billing.import_statement",
)
_NAME_IN_ERROR = re.compile(r'constraint failed: (?:index )?[\'"]?([\w.]+)|constraint "(\w+)"|^(\w+): the database')


@action("interop.import")
def import_resources(*, by: Actor, batch: Batch) -> int:
    """Keep the resources of a batch with their originals. Returns how many were new.

    Refused, whole: a resource that is wrong, with its FHIR path; what the database refuses. Conflict: somebody
    imported the same at this moment, so that it must be prepared anew.
    """
    if batch.wrong:
        raise Refused(*batch.problems)
    try:
        _keep(batch)
    except (IntegrityError, DataError) as error:
        raise _refusal(error) from error
    except Stale:
        # Somebody changed a row since it was looked at: it must be looked at anew.
        raise _meanwhile() from None
    counts = {outcome: dict(counted) for outcome, counted in batch.counts.items() if counted}
    trail.record(
        "resources.imported", facility=batch.place.facility, detail={"source": batch.place.sender, "counts": counts}
    )
    return len(batch.taken)


def _keep(batch: Batch) -> None:
    def rows(kind: type[T]) -> list[T]:
        return batch.rows.get(kind, [])

    if organizations := rows(ExternalOrganization):
        import_organizations(by=_WRITER, items=organizations)
    for told in batch.taken_over:
        import_organization(
            by=_WRITER,
            system=told.identifier_system,
            value=told.identifier_value,
            name=told.name,
            kind=told.kind,
            address=told.address,
            phone=told.phone,
        )
    if practitioners := rows(Practitioner):
        import_practitioners(by=_WRITER, items=practitioners, identifiers=rows(PractitionerIdentifier))
    if locations := rows(Location):
        import_locations(by=_WRITER, items=locations)
    if people := rows(NewPatient):
        import_patients(by=_WRITER, people=people, facility=batch.place.facility, relatives=rows(RelatedPerson))
    if batch.renewals:
        batch.has_not_renewed(clinical.renew_imported(by=_WRITER, items=list(batch.renewals.values())))
    kept: list[StoredOriginal] = []
    if batch.originals:
        kept = keep_originals(by=_WRITER, prepared=batch.originals, mapped=batch.became)
    _keep_safety_facts(rows(AllergyOf), rows(AllergyStatus))
    _keep_coverages(rows(CoverageOf))
    if items := rows(Encounter):
        clinical.import_encounters(by=_WRITER, items=items, participants=rows(EncounterParticipant))
    conditions, diagnoses = rows(Condition), rows(EncounterDiagnosis)
    if conditions or diagnoses:
        clinical.import_conditions(by=_WRITER, items=conditions, diagnoses=diagnoses)
    if goals := rows(Goal):
        clinical.import_goals(by=_WRITER, items=goals)
    if teams := rows(CareTeam):
        clinical.import_care_teams(by=_WRITER, items=teams, members=rows(CareTeamMember))
    if plans := rows(CarePlan):
        owned = [*rows(CarePlanActivity), *rows(CarePlanCondition), *rows(CarePlanGoal)]
        clinical.import_care_plans(by=_WRITER, items=plans, owned=owned)
    if procedures := rows(Procedure):
        clinical.import_procedures(by=_WRITER, items=procedures)
    if immunizations := rows(Immunization):
        clinical.import_immunizations(by=_WRITER, items=immunizations)
    if observations := rows(Observation):
        diagnostics.import_observations(by=_WRITER, items=observations, components=rows(ObservationComponent))
    if studies := rows(ImagingStudy):
        diagnostics.import_imaging_studies(by=_WRITER, items=studies, series=rows(ImagingSeries))
    if reports := rows(DiagnosticReport):
        diagnostics.import_diagnostic_reports(by=_WRITER, items=reports, results=rows(DiagnosticReportResult))
    if prescriptions := rows(MedicationRequest):
        import_medication_requests(by=_WRITER, items=prescriptions)
    _keep_statements(rows(ImportedStatement), kept)


def _keep_safety_facts(allergies: Sequence[AllergyOf], statements: Sequence[AllergyStatus]) -> None:
    if not allergies and not statements:
        return
    told = {one.patient_id for one in allergies} | {one.patient_id for one in statements}
    owners = Patient.objects.in_bulk(told)
    live = {one.patient_id for one in allergies if one.told.is_live}
    live |= set(AllergyIntolerance.objects.live().filter(patient__in=owners).values_list("patient", flat=True))
    said = set(AllergyStatus.objects.filter(patient__in=owners, ended_at=None).values_list("patient", flat=True))
    for one in statements:
        # The record knows better: an allergy is on the list, or somebody here has asked.
        if one.patient_id in live | said:
            one.ended_at = clock.now()
        said.add(one.patient_id)
    import_safety_facts(
        by=_WRITER, allergies=[(owners[one.patient_id], one.told) for one in allergies], statements=statements
    )


def _keep_coverages(coverages: Sequence[CoverageOf]) -> None:
    if not coverages:
        return
    owners = Patient.objects.in_bulk({one.patient_id for one in coverages})
    payors = ExternalOrganization.objects.in_bulk({one.payor_id for one in coverages if one.payor_id})
    told = [
        (owners[one.patient_id], replace(one.told, payor_organization=payors[one.payor_id] if one.payor_id else None))
        for one in coverages
    ]
    import_safety_facts(by=_WRITER, coverages=told)


def _keep_statements(statements: Sequence[ImportedStatement], kept: Sequence[StoredOriginal]) -> None:
    if not statements:
        return
    originals = {(one.resource_type, one.resource_id): one for one in kept}
    for one in statements:
        one.original = originals.get((one.kind, one.source_id))
    import_statements(by=_WRITER, items=statements)


def _refusal(error: Exception) -> Refused:
    """What the database says, by the name of its rule alone: its sentence may hold a value of somebody's record."""
    found = _NAME_IN_ERROR.search(str(error))
    name = next((one for one in found.groups() if one), "") if found else ""
    if "UNIQUE" in str(error) or "unique" in str(error):
        return _meanwhile()
    words = _("The database refuses this (%(name)s).") % {"name": name or type(error).__name__}
    return Refused(Problem(code="business-rule", text=words))


def _meanwhile() -> Conflict:
    return Conflict(Problem(code="conflict", text=_("The same is here already, or is being imported at this moment.")))
