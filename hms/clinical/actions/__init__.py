"""The verbs of this room, the only writers of its tables. Split by noun.

Each checks the permission, then the row: whoever may not open the chart is told that it is not there.
"""

from hms.clinical.actions.conditions import (
    address_condition,
    record_condition,
    resolve_condition,
    verify_condition,
)
from hms.clinical.actions.corrections import hold_back, mark_entered_in_error, release_to_patient
from hms.clinical.actions.encounters import finish_encounter, record_arrival, start_encounter
from hms.clinical.actions.events import record_immunization, record_procedure
from hms.clinical.actions.imports import (
    import_care_plans,
    import_care_teams,
    import_conditions,
    import_encounters,
    import_goals,
    import_immunizations,
    import_notes,
    import_procedures,
    renew_imported,
)
from hms.clinical.actions.notes import add_addendum, sign_note, write_and_sign_note, write_note

__all__ = [
    "add_addendum",
    "address_condition",
    "finish_encounter",
    "hold_back",
    "import_care_plans",
    "import_care_teams",
    "import_conditions",
    "import_encounters",
    "import_goals",
    "import_immunizations",
    "import_notes",
    "import_procedures",
    "mark_entered_in_error",
    "record_arrival",
    "record_condition",
    "record_immunization",
    "record_procedure",
    "release_to_patient",
    "renew_imported",
    "resolve_condition",
    "sign_note",
    "start_encounter",
    "verify_condition",
    "write_and_sign_note",
    "write_note",
]
