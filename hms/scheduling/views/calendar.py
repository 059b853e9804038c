"""The calendar of the desk: a department's practitioners or rooms side by side, one practitioner's week, a month.

`?moving=` a visit: what is free is free for it, and a free time leads to the page that asks whether to move it there.
"""

from __future__ import annotations

from datetime import date, timedelta
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
from hms.scheduling.models import Appointment
from hms.scheduling.views.places import day_of, facilities_of, facility_of

KEPT = ("facility", "department", "practitioner", "view", "patient", "moving")
DAY, WEEK, MONTH, ROOMS = "day", "week", "month", "rooms"


@require_GET
@access("scheduling.view_day")
def calendar(request: HttpRequest) -> HttpResponse:
    """`?view=`: `week` of a `practitioner`, `month`, `rooms`; otherwise the day of a department side by side."""
    facility = facility_of(request)
    day = day_of(request, facility)
    departments = list(_departments(facility))
    moved = _moved(request)
    asked = calendars.wanted(request.actor, facility, moved)
    practitioner, department = _practitioner(request), _department(request, departments, moved)
    view = request.GET.get("view", DAY)
    if view not in {WEEK, MONTH, ROOMS} or (view == WEEK and practitioner is None):
        view = DAY
    drawn: calendars.Calendar | calendars.Month
    with timezone.override(facility.zone):
        if view == WEEK and practitioner is not None:
            day -= timedelta(days=day.weekday())
            drawn = calendars.of_week(request.actor, facility, day, practitioner, asked)
        elif view == MONTH:
            day = day.replace(day=1)
            drawn = calendars.of_month(request.actor, facility, day, department, practitioner, asked)
        elif view == ROOMS:
            drawn = calendars.of_rooms(request.actor, facility, day, department, asked)
        else:
            drawn = calendars.of_day(request.actor, facility, day, department, asked)
        before, after = _steps(view, day)
        context = {
            "calendar": drawn,
            "view": view,
            "day": day,
            "practitioner": practitioner if view in {WEEK, MONTH} else None,
            "department": department,
            "facility": facility,
            "facilities": facilities_of(request),
            "departments": departments,
            "today": clock.today(facility.time_zone),
            "now": clock.now(),
            "before": _with(request, day=before),
            "after": _with(request, day=after),
            "to_today": _with(request, day=None),
            "views": _views(request, view, drawn),
            "to_day": _onto(request, view=None, day=None, practitioner=None),
            "to_week": _onto(request, view=WEEK, day=None, practitioner=None),
            "to_moving": _onto(request, moving=None),
            "not_moving": _with(request, moving=None),
            "may_carry": asked.may_move and moved is None and view in {DAY, WEEK},
            "moved": moved,
            "book_url": reverse("scheduling:move", args=[moved.pk]) if moved else _book_url(request),
            "patient_id": request.GET.get("patient", ""),
        }
        return render(request, "scheduling/calendar.html", context)


def _steps(view: str, day: date) -> tuple[date, date]:
    """What comes before and after a day, a week or a month."""
    if view == MONTH:
        return (day - timedelta(days=1)).replace(day=1), (day + timedelta(days=31)).replace(day=1)
    step = timedelta(days=7 if view == WEEK else 1)
    return day - step, day + step


def _moved(request: HttpRequest) -> Appointment | None:
    """The visit that looks for another time, where whoever looks may move it."""
    try:
        wanted = UUID(request.GET.get("moving", ""))
    except ValueError:
        return None
    found = Appointment.objects.changeable_by(request.actor).with_people().filter(pk=wanted).first()
    movable = found is not None and calendars.is_movable(found) and request.actor.may("scheduling.move_appointment")
    return found if movable else None


def _book_url(request: HttpRequest) -> str:
    """On to the booking of the patient one came with, or to finding one."""
    try:
        return reverse("scheduling:book", args=[UUID(request.GET.get("patient", ""))])
    except ValueError:
        return reverse("scheduling:whom")


def _views(request: HttpRequest, view: str, drawn: calendars.Calendar | calendars.Month) -> list[Choice]:
    columns = drawn.columns if isinstance(drawn, calendars.Calendar) else []
    first = next((column.id for column in columns if column.id), None) or request.GET.get("practitioner")
    found = [Choice(_("Day"), _with(request, view=None, practitioner=None), view == DAY)]
    if first:
        found.append(Choice(_("Week"), _with(request, view=WEEK, practitioner=first), view == WEEK))
    found.append(Choice(_("Month"), _with(request, view=MONTH), view == MONTH))
    found.append(Choice(_("Rooms"), _with(request, view=ROOMS, practitioner=None), view == ROOMS))
    return found


def _departments(facility: Facility) -> Any:
    """Those that are booked."""
    return Department.objects.active().filter(facility=facility, healthcare_services__active=True).distinct()


def _department(request: HttpRequest, departments: list[Department], moved: Appointment | None) -> Department | None:
    """The one the address names, else that of a visit to move, else the first: a whole hospital is too wide to read."""
    wanted = request.GET.get("department") or str(moved.department_id if moved else "")
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


def _onto(request: HttpRequest, **changes: Any) -> str:
    """The same, ready for one more choice to be added at its end."""
    address = _with(request, **changes)
    return address if address == "?" else f"{address}&"
