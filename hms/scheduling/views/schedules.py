"""Timetables: who has which hours, days away, and what that does to visits already booked."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.codes import DeviceStatus
from hms.organization.models import Device, Location, PractitionerRole
from hms.scheduling import presenting, queries
from hms.scheduling.actions import (
    add_exception,
    add_sessions,
    create_schedule,
    end_session,
    withdraw_exception,
)
from hms.scheduling.actions.schedules import MANAGE
from hms.scheduling.kept import hours_of, with_owners
from hms.scheduling.models import Schedule, ScheduleException, ScheduleSession
from hms.scheduling.rules.wall_clock import whole_days
from hms.scheduling.schedule_forms import AwayForm, EndSessionForm, HoursForm, NewScheduleForm
from hms.scheduling.views.places import facilities_where, facility_and_choices, facility_where
from hms.scheduling.views.to_move import SEE


@require_GET
@access(MANAGE)
def schedules(request: HttpRequest) -> HttpResponse:
    """Everybody's hours at a facility, by department, with who is away next; then those of rooms and devices."""
    facility, choices = facility_and_choices(request, MANAGE)
    today = clock.today(facility.time_zone)
    rows = with_owners(Schedule.objects.filter(facility=facility, active=True)).order_by(
        "practitioner_role__department__name",
        "practitioner_role__practitioner__family",
        "location__name",
        "device__name",
        "valid_from",
    )
    found = [one for one in rows if one.valid_until is None or one.valid_until > today]
    hours = hours_of(found)
    shown = [presenting.schedule_row(one, hours[one.pk], clock.now()) for one in found]
    context = {
        "facility": facility,
        "facilities": choices,
        "rows": [row for row in shown if row.schedule.practitioner_role is not None],
        "things": [row for row in shown if row.schedule.practitioner_role is None],
    }
    with timezone.override(facility.zone):
        return render(request, "scheduling/schedules.html", context)


@require_http_methods(["GET", "POST"])
@access(MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A timetable for somebody or something that has none yet, or from another day on."""
    facility = facility_where(request, MANAGE)
    roles = (
        PractitionerRole.objects.filter(facility=facility, practitioner__active=True, department__active=True)
        .select_related("practitioner", "department")
        .order_by("practitioner__family")
    )
    form = NewScheduleForm(
        request.POST or None,
        roles=roles,
        rooms=Location.objects.in_use().filter(facility=facility).order_by("name"),
        devices=Device.objects.filter(facility=facility, status=DeviceStatus.ACTIVE).order_by("name"),
        initial={"valid_from": clock.today(facility.time_zone)},
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            made = create_schedule(by=request.actor, idempotency_key=guard_of(request).idempotency_key, **form.told())
            toast(request, _("The timetable is made. Now add its hours."))
            return redirect("scheduling:schedule", made.pk)
    return render(request, "scheduling/schedule_new.html", {"form": form, "facility": facility}, status=form.status)


@require_GET
@access(MANAGE)
def schedule(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """One timetable: its week, days on which it differs, and the forms for both."""
    return _page(request, _managed(request, schedule_id))


@require_POST
@access(MANAGE)
def add_hours(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """More weekly sessions."""
    found = _managed(request, schedule_id)
    form = HoursForm(request.POST, schedule=found)
    if form.is_valid():
        with form.attempt():
            guard = guard_of(request)
            added = add_sessions(
                by=request.actor,
                schedule=found,
                hours=form.hours(),
                version=guard.version,
                idempotency_key=guard.idempotency_key,
            )
            words = ngettext("%(count)d session is added.", "%(count)d sessions are added.", len(added))
            toast(request, words % {"count": len(added)})
            return redirect("scheduling:schedule", found.pk)
    return _page(request, found, hours_form=form)


@require_http_methods(["GET", "POST"])
@access(MANAGE)
def end_hours(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """From which day on a session does not take place. What is booked stays, and is listed."""
    row = ScheduleSession.objects.select_related("schedule", "location").filter(pk=session_id).first()
    if row is None:
        raise missing()
    found = _managed(request, row.schedule_id)
    form = EndSessionForm(request.POST or None, initial={"on": clock.today(found.facility.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            end_session(by=request.actor, session=row, version=guard_of(request).version, **form.cleaned_data)
            toast(request, _("The session ends. Visits booked after that day are in the list “To move”."))
            return redirect("scheduling:schedule", found.pk)
    context = {"schedule": found, "session": row, "form": form}
    return render(request, "scheduling/session_end.html", context, status=form.status)


@require_POST
@access(MANAGE)
def add_away(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Leave, closure or an extra session; says at once how many visits are to be moved."""
    found = _managed(request, schedule_id)
    form = AwayForm(request.POST, schedule=found)
    if form.is_valid():
        with form.attempt():
            made = add_exception(
                by=request.actor, schedule=found, idempotency_key=guard_of(request).idempotency_key, **form.told()
            )
            if count := queries.visits_in(made).count():
                words = ngettext(
                    "Entered. %(count)d booked visit is to be moved.",
                    "Entered. %(count)d booked visits are to be moved.",
                    count,
                )
                toast(request, words % {"count": count}, level=30)
                if request.actor.may(SEE):
                    return redirect("scheduling:to_move")
                return redirect("scheduling:schedule", found.pk)
            toast(request, _("Entered. No booked visit is touched."))
            return redirect("scheduling:schedule", found.pk)
    return _page(request, found, away_form=form)


@require_POST
@access(MANAGE)
def withdraw_away(request: HttpRequest, exception_id: uuid.UUID) -> HttpResponse:
    """It does not hold after all."""
    row = ScheduleException.objects.select_related("schedule").filter(pk=exception_id).first()
    if row is None:
        raise missing()
    found = _managed(request, row.schedule_id)
    withdraw_exception(by=request.actor, exception=row)
    toast(request, _("Taken out again."))
    return redirect("scheduling:schedule", found.pk)


def _managed(request: HttpRequest, id: uuid.UUID) -> Schedule:
    """A timetable where this person manages timetables, or 404."""
    found = with_owners(Schedule.objects.filter(pk=id, facility__in=facilities_where(request, MANAGE))).first()
    if found is None:
        raise missing()
    return found


def _page(
    request: HttpRequest, found: Schedule, *, hours_form: HoursForm | None = None, away_form: AwayForm | None = None
) -> HttpResponse:
    now = clock.now()
    sessions = found.sessions.select_related("location", "schedule").prefetch_related("services__service")
    today = clock.today(found.facility.time_zone)
    exceptions = found.exceptions.filter(withdrawn_at__isnull=True, end_at__gt=now).select_related("location")
    context: dict[str, Any] = {
        "schedule": found,
        "sessions": [one for one in sessions if one.valid_until is None or one.valid_until > today],
        "exceptions": [(one, whole_days(one.span, found.facility.zone)) for one in exceptions.order_by("start_at")],
        "hours_form": hours_form or HoursForm(schedule=found),
        "away_form": away_form or AwayForm(schedule=found),
    }
    status = max(form.status for form in (hours_form, away_form) if form) if hours_form or away_form else 200
    with timezone.override(found.facility.zone):
        return render(request, "scheduling/schedule.html", context, status=status)
