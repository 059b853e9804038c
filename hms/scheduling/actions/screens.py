"""Screens in the house: switched on with a secret address, and switched off at once."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import missing, take
from hms.organization.models import Department, Facility, Location
from hms.scheduling import codes, refusals
from hms.scheduling.models import Screen
from hms.scheduling.models.feed import digest
from hms.scheduling.models.screen import MANAGE


class MadeScreen(NamedTuple):
    """A screen with its secret, which nobody can read again."""

    screen: Screen
    secret: str


@action("scheduling.manage_screens")
def make_screen(
    *,
    by: Actor,
    kind: str,
    name: str,
    facility: Facility,
    department: Department | None = None,
    location: Location | None = None,
) -> MadeScreen:
    """A new display or kiosk with an address of its own. Refused: without a name, or of another house's rooms."""
    if not by.in_facility(facility.pk, MANAGE):
        raise missing()
    if not name.strip() or kind not in codes.ScreenKind.values:
        raise Refused(refusals.SCREEN_NAME)
    if any(one is not None and one.facility_id != facility.pk for one in (department, location)):
        raise Refused(refusals.SCREEN_PLACE)
    secret = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        kind=kind,
        name=name.strip(),
        facility=facility,
        department=department,
        location=location if kind == codes.ScreenKind.DISPLAY else None,
        secret_digest=digest(secret),
        made_at=clock.now(),
        made_by_id=by.id,
    )
    trail.record("screen.made", subject=screen, facility=facility, detail={"kind": kind})
    return MadeScreen(screen, secret)


@action("scheduling.manage_screens")
def revoke_screen(*, by: Actor, screen: Screen, version: int | None = None) -> Screen:
    """The screen's address stops working. Twice does no harm."""
    ended = take(Screen.objects.visible_to(by), screen.pk, version)
    if ended.revoked_at is None:
        ended.revoked_at = clock.now()
        ended.save()
    trail.record("screen.revoked", subject=ended, facility=ended.facility_id)
    return ended
