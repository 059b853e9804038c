"""The calendar of the desk: a department's practitioners side by side, or one practitioner's week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hms.core import clock
from hms.core.access import access
from hms.core.frame import Choice
from hms.organization.models import Department, Facility, Practitioner
from hms.scheduling import calendars
from hms.scheduling.views.places import day_of, facilities_of, facility_of

KEPT = ("facility", "department", "practitioner", "view", "patient")


@require_GET
@access("scheduling.view_day")
def calendar(request: HttpRequest) -> HttpResponse:
    """`?view=week&practitioner=…` one practitioner's week; otherwise the day of a department side by side."""
    facility = facility_of(request)
    day = day_of(request, facility)
    departments = list(_departments(facility))
    with timezone.override(facility.zone):
        if request.GET.get("view") == "week" and (practitioner := _practitioner(request)) is not None:
            monday = day - timedelta(days=day.weekday())
            drawn = calendars.of_week(request.actor, facility, monday, practitioner)
            shown: dict[str, Any] = {"practitioner": practitioner, "view": "week", "step": 7, "day": monday}
        else:
            department = _department(request, departments)
            drawn = calendars.of_day(request.actor, facility, day, department)
            shown = {"department": department, "view": "day", "step": 1, "day": day}
        context = shown | {
            "calendar": drawn,
            "facility": facility,
            "facilities": facilities_of(request),
            "departments": departments,
            "today": clock.today(facility.time_zone),
            "now": clock.now(),
            "before": _with(request, day=shown["day"] - timedelta(days=shown["step"])),
            "after": _with(request, day=shown["day"] + timedelta(days=shown["step"])),
            "to_today": _with(request, day=None),
            "views": _views(request, drawn),
            "book_url": _book_url(request),
            "patient_id": request.GET.get("patient", ""),
        }
        return render(request, "scheduling/calendar.html", context)


def _book_url(request: HttpRequest) -> str:
    """On to the booking of the patient one came with, or to finding one."""
    try:
        return reverse("scheduling:book", args=[UUID(request.GET.get("patient", ""))])
    except ValueError:
        return reverse("scheduling:whom")


def _views(request: HttpRequest, drawn: calendars.Calendar) -> list[Choice]:
    is_week = request.GET.get("view") == "week"
    first = next((column.id for column in drawn.columns if column.id), request.GET.get("practitioner"))
    found = [Choice(_("Day"), _with(request, view=None, practitioner=None), not is_week)]
    if first:
        found.append(Choice(_("Week"), _with(request, view="week", practitioner=first), is_week))
    return found


def _departments(facility: Facility) -> Any:
    """Those that are booked."""
    return Department.objects.active().filter(facility=facility, healthcare_services__active=True).distinct()


def _department(request: HttpRequest, departments: list[Department]) -> Department | None:
    """The one the address names, or the first: all of a hospital side by side is too wide to read."""
    wanted = request.GET.get("department", "")
    return next((one for one in departments if str(one.pk) == wanted), None) or next(iter(departments), None)


def _practitioner(request: HttpRequest) -> Practitioner | None:
    wanted = request.GET.get("practitioner", "")
    return next((one for one in Practitioner.objects.active() if str(one.pk) == wanted), None)


def _with(request: HttpRequest, **changes: Any) -> str:
    """The page's address with some of its choices changed, or dropped where None."""
    kept = {name: request.GET[name] for name in (*KEPT, "day") if request.GET.get(name)}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{urlencode(kept)}"
