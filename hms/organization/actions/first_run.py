"""Setting up a new installation: its first facility and its first administrator, in one deed."""

from __future__ import annotations

import uuid
from typing import Final, Unpack

from django.utils.translation import gettext as _

from hms.accounts.actions import found_administrator
from hms.accounts.models import User
from hms.core import locks, trail
from hms.core.actions import action
from hms.core.actor import Actor, system
from hms.core.problems import Conflict, Problem
from hms.organization import setup
from hms.organization.actions.facility import FacilityFields, create_facility
from hms.organization.models import Facility

# What two people at once would have to hold.
_SETTING_UP: Final = uuid.UUID("0196a000-0000-7000-8000-00000000f0d1")


def owner() -> Actor:
    """Whoever knows the set-up code, while there is nobody else."""
    return system("first run", "organization.set_up", "organization.create_facility", "accounts.found_administrator")


@action("organization.set_up")
def set_up(
    *, by: Actor, login_name: str, full_name: str, email: str, password_hash: str, **fields: Unpack[FacilityFields]
) -> tuple[Facility, User]:
    """Open the first facility and make the first administrator. Refused: somebody has done so already."""
    locks.lock_actors([_SETTING_UP])
    if not setup.is_pending():
        raise Conflict(Problem(code="conflict", text=_("This installation has been set up already. Sign in instead.")))
    facility = create_facility(by=by, **fields)
    user = found_administrator(
        by=by, login_name=login_name, full_name=full_name, email=email, password_hash=password_hash
    )
    trail.record("installation.set-up", subject=facility, facility=facility, detail={"user": str(user.pk)})
    return facility, user
