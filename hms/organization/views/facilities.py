"""The facilities of the group: list, page, letterhead and closed days."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.organization.actions import (
    add_closed_day,
    create_facility,
    edit_facility,
    remove_closed_day,
    set_letterhead,
)
from hms.organization.calendars import closed_days
from hms.organization.forms import ClosedDayForm, FacilityForm, LetterheadForm
from hms.organization.letterhead import prepare_logo
from hms.organization.models import ClosedDay, Facility, Letterhead

_COLUMNS = list(FacilityForm.base_fields)


@access("organization.view_directory")
@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    return render(request, "organization/facilities.html", {"facilities": Facility.objects.order_by("-active", "name")})


@access("organization.create_facility")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = FacilityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            facility = create_facility(
                by=request.actor, idempotency_key=guard_of(request).idempotency_key, **form.cleaned_data
            )
            toast(request, _("%(name)s is open.") % {"name": facility.name})
            return redirect("organization:facility", facility.pk)
    return render(request, "organization/facility_form.html", {"form": form}, status=form.status)


@access("organization.edit_facility")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility, pk=id)
    form = FacilityForm(request.POST or None, initial={name: getattr(facility, name) for name in _COLUMNS})
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            edit_facility(by=request.actor, facility=facility, version=guard.version, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect("organization:facility", facility.pk)
    context = {"form": form, "facility": facility}
    return render(request, "organization/facility_form.html", context, status=form.status)


@access("organization.view_directory")
@require_safe
def facility(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One facility: what it is, its letterhead, and the days on which it is closed."""
    row = get_object_or_404(Facility.objects.select_related("letterhead"), pk=id)
    return render(request, "organization/facility.html", _page(row, ClosedDayForm()))


@access("organization.edit_facility")
@require_http_methods(["GET", "POST"])
def letterhead(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility.objects.select_related("letterhead"), pk=id)
    present = getattr(facility, "letterhead", None) or Letterhead()
    form = LetterheadForm(
        request.POST or None, request.FILES or None, initial={"heading": present.heading, "footer": present.footer}
    )
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        with form.attempt():
            set_letterhead(
                by=request.actor,
                facility=facility,
                heading=clean["heading"],
                footer=clean["footer"],
                logo=prepare_logo(clean["logo"].read()) if clean["logo"] else None,
                remove_logo=clean["remove_logo"],
            )
            toast(request, _("The letterhead is saved."))
            return redirect("organization:facility", facility.pk)
    context = {"form": form, "facility": facility}
    return render(request, "organization/letterhead_form.html", context, status=form.status)


@access("organization.view_directory")
@require_safe
def logo(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The logo as it is printed. Always PNG of our own making."""
    facility = get_object_or_404(Facility.objects.select_related("letterhead"), pk=id, letterhead__logo__isnull=False)
    return HttpResponse(
        bytes(facility.letterhead.logo or b""), content_type="image/png", headers={"X-Content-Type-Options": "nosniff"}
    )


@access("organization.edit_facility")
@require_POST
def closed_day_add(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility.objects.select_related("letterhead"), pk=id)
    form = ClosedDayForm(request.POST)
    if form.is_valid():
        with form.attempt():
            add_closed_day(by=request.actor, facility=facility, **form.cleaned_data)
            toast(request, _("The day is entered."))
            return redirect("organization:facility", facility.pk)
    return render(request, "organization/facility.html", _page(facility, form), status=form.status)


@access("organization.edit_facility")
@require_POST
def closed_day_remove(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(ClosedDay, pk=id)
    remove_closed_day(by=request.actor, closed_day=row)
    toast(request, _("The day is as the calendar has it again."))
    return redirect("organization:facility", row.facility_id)


def _page(facility: Facility, form: ClosedDayForm) -> dict[str, object]:
    today = clock.today(facility.time_zone)
    own = {row.day: row for row in facility.closed_days.filter(day__gte=today)}
    days = closed_days(facility, today, today + dt.timedelta(days=365))
    shown = {day: {"day": day, "name": name, "own": own.get(day), "closed": True} for day, name in days.items()}
    shown |= {day: {"day": day, "name": row.name, "own": row, "closed": row.closed} for day, row in own.items()}
    return {"facility": facility, "form": form, "days": [shown[day] for day in sorted(shown)]}
