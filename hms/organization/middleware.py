"""Pages show the time of the place one works in."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hms.core import clock
from hms.core.actor import ALL_FACILITIES
from hms.organization.models import Facility

# A facility moves to another zone once in a lifetime; reading the zones once a minute is often enough.
_KEPT: Final = 60.0  # seconds
_zones: tuple[float, dict[uuid.UUID, str]] = (0.0, {})


class ZoneMiddleware:
    """Puts the wall clock of the actor's facility (the first, where there are several) behind every time shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = zone_for(request.actor.facilities)  # type: ignore[attr-defined]
        if name is None:
            return self.get_response(request)
        with timezone.override(clock.zone(name)):
            return self.get_response(request)


def zone_for(facilities: frozenset[uuid.UUID]) -> str | None:
    """The zone of the first of these facilities, or of the group's first; None before there is one."""
    zones = _read()
    if facilities is not ALL_FACILITIES:
        for key, zone in zones.items():
            if key in facilities:
                return zone
    return next(iter(zones.values()), None)


def forget() -> None:
    """Read the zones anew at the next request."""
    global _zones
    _zones = (0.0, {})


def _read() -> dict[uuid.UUID, str]:
    global _zones
    now = time.monotonic()
    if not _zones[1] or now - _zones[0] > _KEPT:
        _zones = (now, dict(Facility.objects.active().order_by("id").values_list("id", "time_zone")))
    return _zones[1]
