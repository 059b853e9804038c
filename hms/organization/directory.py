"""Names from the directory for rooms below, which know ids only (settings.FACILITY_NAMES)."""

from __future__ import annotations

import uuid

from hms.organization.models import Facility


def facility_names() -> dict[uuid.UUID, str]:
    """Every facility in use, by id, in the order of names."""
    return dict(Facility.objects.active().values_list("pk", "name"))
