"""The verbs of this room, split by noun. The only writers of its tables."""

from hms.organization.actions.department import (
    create_department,
    create_device,
    create_location,
    edit_department,
    edit_device,
    edit_location,
    retire_department,
)
from hms.organization.actions.facility import (
    add_closed_day,
    create_facility,
    edit_facility,
    import_organization,
    remove_closed_day,
    set_letterhead,
)
from hms.organization.actions.imports import import_locations, import_organizations, import_practitioners
from hms.organization.actions.policy import set_policy
from hms.organization.actions.practitioner import (
    assign_role,
    create_practitioner,
    edit_practitioner,
    end_role,
    import_practitioner,
    link_user,
)
from hms.organization.actions.wording import set_wording

__all__ = [
    "add_closed_day",
    "assign_role",
    "create_department",
    "create_device",
    "create_facility",
    "create_location",
    "create_practitioner",
    "edit_department",
    "edit_device",
    "edit_facility",
    "edit_location",
    "edit_practitioner",
    "end_role",
    "import_locations",
    "import_organization",
    "import_organizations",
    "import_practitioner",
    "import_practitioners",
    "link_user",
    "remove_closed_day",
    "retire_department",
    "set_letterhead",
    "set_policy",
    "set_wording",
]
