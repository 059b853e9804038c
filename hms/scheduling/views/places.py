"""Which facility and which day a page is about."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from hms.core import clock
from hms.core.records import missing
from hms.organization.models import Facility

CHOSEN = "facility"


def facilities_of(request: HttpRequest) -> list[Facility]:
    """The facilities whose day this person may see."""
    return list(Facility.objects.active().worked_in_by(request.actor, "scheduling.view_day"))


def facility_of(request: HttpRequest) -> Facility:
    """The one the address names, or the first. 404 where the person works in none."""
    facilities = facilities_of(request)
    chosen = request.GET.get(CHOSEN, "")
    facility = next((one for one in facilities if str(one.pk) == chosen), None) or next(iter(facilities), None)
    if facility is None:
        raise missing()
    return facility


def day_of(request: HttpRequest, facility: Facility) -> date:
    """The day the address names, or the facility's today."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today(facility.time_zone)
