"""The verbs of this room: the only writers of its tables."""

from hms.patients.actions.bulk import bulk_register_patients, import_patients, import_safety_facts, rebuild_search
from hms.patients.actions.coverage import NewCoverage, change_coverage, record_coverage
from hms.patients.actions.glass import break_glass, review_glass_break
from hms.patients.actions.profile import edit_patient, record_death, restrict_patient, set_privacy, take_back_death
from hms.patients.actions.register import (
    LooksRegistered,
    identify_patient,
    register_newborn,
    register_patient,
    register_unidentified,
)
from hms.patients.actions.relatives import (
    NewRelative,
    add_contact_person,
    add_guardian,
    add_proxy,
    block_person,
    link_portal_user,
    revoke_proxy,
)
from hms.patients.actions.safety import (
    NewAllergy,
    Reaction,
    end_flag,
    record_allergy,
    record_flag,
    refute_allergy,
    state_allergies,
    withdraw_allergy,
)

__all__ = [
    "LooksRegistered",
    "NewAllergy",
    "NewCoverage",
    "NewRelative",
    "Reaction",
    "add_contact_person",
    "add_guardian",
    "add_proxy",
    "block_person",
    "break_glass",
    "bulk_register_patients",
    "change_coverage",
    "edit_patient",
    "end_flag",
    "identify_patient",
    "import_patients",
    "import_safety_facts",
    "link_portal_user",
    "rebuild_search",
    "record_allergy",
    "record_coverage",
    "record_death",
    "record_flag",
    "refute_allergy",
    "register_newborn",
    "register_patient",
    "register_unidentified",
    "restrict_patient",
    "review_glass_break",
    "revoke_proxy",
    "set_privacy",
    "state_allergies",
    "take_back_death",
    "withdraw_allergy",
]
