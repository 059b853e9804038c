"""Import of observations, reports and studies made elsewhere, in sets.

Each takes unsaved rows whose `source` names the resource they come from; ask
`clinical.importing.known_sources` first and leave out what is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hms.clinical.importing import bulk_import
from hms.clinical.models import ChartRecord
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.records import Owned
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
    return _import("observations.imported", Observation, items, components)


@action("diagnostics.import_diagnostic_reports")
def import_diagnostic_reports(
    *, by: Actor, items: Sequence[DiagnosticReport], results: Sequence[DiagnosticReportResult] = ()
) -> int:
    """Import reports with the results they gather."""
    return _import("diagnostic_reports.imported", DiagnosticReport, items, results)


@action("diagnostics.import_imaging_studies")
def import_imaging_studies(*, by: Actor, items: Sequence[ImagingStudy], series: Sequence[ImagingSeries] = ()) -> int:
    """Import imaging studies with their series."""
    return _import("imaging_studies.imported", ImagingStudy, items, series)


def _import(verb: str, model: type[ChartRecord], items: Sequence[Any], owned: Sequence[Owned] = ()) -> int:
    """Insert the rows and leave one line for each patient."""
    counts = bulk_import(model, items, owned) or {None: 0}
    trail.record_each(verb, {patient: {"count": count} for patient, count in counts.items()})
    return len(items)
