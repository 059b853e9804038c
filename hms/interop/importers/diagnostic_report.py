"""DiagnosticReport with the results it gathers. Attached files stay in the original."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.diagnostics import codes
from hms.diagnostics.models import DiagnosticReport, DiagnosticReportResult
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept
from hms.terminology.codes import LOINC, SNOMED

# FHIR's name for the sections of a laboratory (v2-0074); exporters put it beside finer ones.
_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient(required=False):
        return []
    what = concept(resource.element("code"), [LOINC])
    if not what:
        resource.lack("code", _("It does not say which report."))
    spent = case.span("effective")
    conclusion = concept(resource.first("conclusionCode"), [SNOMED])
    performers = resource.elements("performer")
    row = DiagnosticReport(
        **case.row,
        encounter_id=case.encounter(),
        facility_id=case.place.facility.pk,
        status=resource.code("status", codes.ReportStatus, required=True),
        **concept(resource.first("category"), [_SECTION]).columns("category"),
        **what.columns(text=300, version=True),
        effective_at=spent.start,
        effective_end_at=spent.end,
        issued_at=case.at("issued"),
        recorded_at=case.recorded("issued", "effectiveDateTime"),
        performer_id=case.first_practitioner(performers),
        performer_text=next((name for one in performers if (name := case.name(one))), ""),
        interpreter_id=case.first_practitioner(resource.elements("resultsInterpreter")),
        imaging_study_id=next(
            (found for one in resource.elements("imagingStudy") if (found := case.link_id(one, "ImagingStudy"))), None
        ),
        conclusion=resource.string("conclusion"),
        conclusion_system=conclusion.coding.system,
        conclusion_code=conclusion.coding.code,
    )
    return [row, *_results(case, row)]


def _results(case: Case, row: DiagnosticReport) -> list[DiagnosticReportResult]:
    found: dict[Any, DiagnosticReportResult] = {}
    for position, one in enumerate(case.resource.elements("result")):
        if (observation := case.link_id(one, "Observation")) and observation not in found:
            found[observation] = DiagnosticReportResult(report=row, observation_id=observation, position=position)
    return list(found.values())
