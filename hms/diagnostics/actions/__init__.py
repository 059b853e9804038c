"""The verbs of this room, the only writers of its tables."""

from hms.diagnostics.actions.imports import import_diagnostic_reports, import_imaging_studies, import_observations
from hms.diagnostics.actions.observations import Reading, correct_observation, record_observations

__all__ = [
    "Reading",
    "correct_observation",
    "import_diagnostic_reports",
    "import_imaging_studies",
    "import_observations",
    "record_observations",
]
