"""Which facility and which day a page is about."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from hms.core import clock
from hms.core.forms.fields import FIRST_YEAR, LAST_YEAR
from hms.core.frame import Choice
from hms.core.records import missing
from hms.organization.models import Facility

CHOSEN = "facility"


def facilities_of(request: HttpRequest) -> list[Facility]:
    """The facilities whose day this person may see."""
    return facilities_where(request, "scheduling.view_day")


def facility_of(request: HttpRequest) -> Facility:
    """The one the address names, or the first. 404 where the person works in none."""
    return facility_where(request, "scheduling.view_day")


def facility_where(request: HttpRequest, permission: str) -> Facility:
    """The one the address names, or the first, of those where this person may do something. 404 where there is none."""
    return facility_and_choices(request, permission)[0]


def facility_and_choices(request: HttpRequest, permission: str) -> tuple[Facility, list[Choice]]:
    """The facility, and a switch between those there are; the switch is empty where there is only one."""
    found = facilities_where(request, permission)
    chosen = request.GET.get(CHOSEN, "")
    facility = next((one for one in found if str(one.pk) == chosen), None) or next(iter(found), None)
    if facility is None:
        raise missing()
    if len(found) < 2:
        return facility, []
    return facility, [Choice(one.name, f"{request.path}?{CHOSEN}={one.pk}", one.pk == facility.pk) for one in found]


def facilities_where(request: HttpRequest, permission: str) -> list[Facility]:
    """The facilities where this person may do something."""
    return list(Facility.objects.active().worked_in_by(request.actor, permission))


def day_of(request: HttpRequest, facility: Facility) -> date:
    """The day the address names, or the facility's today. No calendar reaches beyond the years that people live in."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today(facility.time_zone)
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else clock.today(facility.time_zone)
