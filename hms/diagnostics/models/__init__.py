"""The tables of this room, split by noun."""

from hms.diagnostics.models.observation import Observation, ObservationComponent
from hms.diagnostics.models.report import (
    DiagnosticReport,
    DiagnosticReportResult,
    ImagingSeries,
    ImagingStudy,
)

__all__ = [
    "DiagnosticReport",
    "DiagnosticReportResult",
    "ImagingSeries",
    "ImagingStudy",
    "Observation",
    "ObservationComponent",
]
