"""Import of observations, reports and studies made elsewhere, in sets.

Each takes unsaved rows whose `source` names the resource they come from; ask
`clinical.importing.known_sources` first and leave out what is here.
"""

from __future__ import annotations

from collections.abc import Sequence

from hms.clinical.importing import bulk_import
from hms.core.actions import action
from hms.core.actor import Actor
from hms.diagnostics.models import (
    DiagnosticReport,
    DiagnosticReportResult,
    ImagingSeries,
    ImagingStudy,
    Observation,
    ObservationComponent,
)


@action("diagnostics.import_observations")
def import_observations(
    *, by: Actor, items: Sequence[Observation], components: Sequence[ObservationComponent] = ()
) -> int:
    """Import observations with their components, as they were: nothing is interpreted anew."""
    return bulk_import(Observation, items, components, verb="observations.imported")


@action("diagnostics.import_diagnostic_reports")
def import_diagnostic_reports(
    *, by: Actor, items: Sequence[DiagnosticReport], results: Sequence[DiagnosticReportResult] = ()
) -> int:
    """Import reports with the results they gather."""
    return bulk_import(DiagnosticReport, items, results, verb="diagnostic_reports.imported")


@action("diagnostics.import_imaging_studies")
def import_imaging_studies(*, by: Actor, items: Sequence[ImagingStudy], series: Sequence[ImagingSeries] = ()) -> int:
    """Import imaging studies with their series."""
    return bulk_import(ImagingStudy, items, series, verb="imaging_studies.imported")
