"""Rooms and devices of a facility."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.organization.actions import create_device, create_location, edit_device, edit_location
from hms.organization.forms import DeviceForm, LocationForm
from hms.organization.models import Device, Facility, Location


@access("organization.view_directory")
@require_safe
def rooms(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility, pk=facility_id)
    context = {
        "facility": facility,
        "rooms": facility.locations.select_related("department").order_by("status", "name"),
        "devices": facility.devices.select_related("department", "location").order_by("status", "name"),
    }
    return render(request, "organization/rooms.html", context)


@access("organization.edit_location")
@require_http_methods(["GET", "POST"])
def create_room(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility, pk=facility_id)
    form = LocationForm(request.POST or None, facility=facility)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            key = guard_of(request).idempotency_key
            room = create_location(by=request.actor, facility=facility, idempotency_key=key, **form.cleaned_data)
            return _done(request, room)
    return _form(request, form, facility)


@access("organization.edit_location")
@require_http_methods(["GET", "POST"])
def edit_room(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    room = get_object_or_404(Location.objects.select_related("facility"), pk=id, facility__isnull=False)
    form = LocationForm(request.POST or None, facility=room.facility, initial=_initial(LocationForm, room))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            edit_location(by=request.actor, location=room, version=guard_of(request).version, **form.cleaned_data)
            return _done(request, room)
    return _form(request, form, room.facility, room)


@access("organization.edit_device")
@require_http_methods(["GET", "POST"])
def create_machine(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility, pk=facility_id)
    form = DeviceForm(request.POST or None, facility=facility)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            key = guard_of(request).idempotency_key
            device = create_device(by=request.actor, facility=facility, idempotency_key=key, **form.cleaned_data)
            return _done(request, device)
    return _form(request, form, facility)


@access("organization.edit_device")
@require_http_methods(["GET", "POST"])
def edit_machine(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    device = get_object_or_404(Device.objects.select_related("facility"), pk=id)
    form = DeviceForm(request.POST or None, facility=device.facility, initial=_initial(DeviceForm, device))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            edit_device(by=request.actor, device=device, version=guard_of(request).version, **form.cleaned_data)
            return _done(request, device)
    return _form(request, form, device.facility, device)


def _initial(form: type[LocationForm] | type[DeviceForm], place: Location | Device) -> dict[str, Any]:
    return {name: getattr(place, name) for name in form.base_fields}


def _done(request: HttpRequest, place: Location | Device) -> HttpResponse:
    toast(request, _("%(name)s is saved.") % {"name": place.name})
    return redirect("organization:rooms", place.facility_id)


def _form(
    request: HttpRequest,
    form: LocationForm | DeviceForm,
    facility: Facility | None,
    place: Location | Device | None = None,
) -> HttpResponse:
    context = {"form": form, "facility": facility, "place": place, "is_device": isinstance(form, DeviceForm)}
    return render(request, "organization/room_form.html", context, status=form.status)
