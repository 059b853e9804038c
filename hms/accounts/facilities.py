"""Names of facilities for the pages of this room. The room above holds them and is named in the settings."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


def facility_names() -> dict[uuid.UUID, str]:
    """Every facility in use, by id."""
    return import_string(settings.FACILITY_NAMES)()


def name_of(facility_id: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    """Where a duty holds, in words. One that is out of use shows its id."""
    return _("All facilities") if facility_id is None else names.get(facility_id, str(facility_id))
