"""Departments, rooms and devices."""

from __future__ import annotations

import uuid
from collections.abc import Hashable
from typing import TypedDict, Unpack

from django.utils.translation import gettext as _

from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization import rules
from hms.organization.actions.assigning import assign
from hms.organization.models import Department, Device, Facility, Location, PractitionerRole


class DepartmentFields(TypedDict, total=False):
    parent: Department | None
    name: str
    code: str
    specialty: str
    phone: str


class LocationFields(TypedDict, total=False):
    department: Department | None
    name: str
    kind: str
    use: str
    directions: str
    status: str


class DeviceFields(TypedDict, total=False):
    department: Department | None
    location: Location | None
    name: str
    kind: str
    status: str


@action("organization.create_department")
def create_department(*, by: Actor, facility: Facility, **fields: Unpack[DepartmentFields]) -> Department:
    """Add a department to a facility's tree. Refused: code in use there, parent elsewhere or retired."""
    _hold_tree(facility.pk)
    department = Department(facility=facility)
    assign(department, fields, DepartmentFields)
    _refuse_problems(department)
    department.save(force_insert=True)
    trail.record("department.created", subject=department, facility=facility)
    return department


@action("organization.edit_department")
def edit_department(
    *, by: Actor, department: Department, version: int | None = None, **fields: Unpack[DepartmentFields]
) -> Department:
    """Rename a department or hang it elsewhere. Refused: as for creating; below itself."""
    _hold_tree(department.facility_id)
    department = take(Department.objects.all(), department.pk, version)
    changed = assign(department, fields, DepartmentFields)
    _refuse_problems(department)
    department.save()
    trail.record("department.edited", subject=department, facility=department.facility_id, detail={"fields": changed})
    return department


@action("organization.retire_department")
def retire_department(*, by: Actor, department: Department, version: int | None = None) -> Department:
    """Take a department out of use from today. Refused: while others are below it or people work in it.

    NB: visits booked there are scheduling's to list and move; nothing is cancelled from here.
    """
    _hold_tree(department.facility_id)
    department = take(Department.objects.select_related("facility"), department.pk, version)
    today = clock.today(department.facility.time_zone)
    problems = rules.retirement_problems(
        active_children=Department.objects.active().filter(parent=department).count(),
        roles_in_force=PractitionerRole.objects.in_force(today).filter(department=department).count(),
    )
    if not department.active:
        problems = [Problem(code="business-rule", text=_("This department is already retired."))]
    if problems:
        raise Refused(*problems)
    department.active, department.retired_on = False, today
    department.save()
    trail.record("department.retired", subject=department, facility=department.facility_id)
    return department


@action("organization.edit_location")
def create_location(*, by: Actor, facility: Facility, **fields: Unpack[LocationFields]) -> Location:
    """Add a room. Refused: name in use at the facility, department of another facility."""
    location = Location(facility=facility)
    assign(location, fields, LocationFields)
    _refuse_place_problems(location)
    location.save(force_insert=True)
    trail.record("location.created", subject=location, facility=facility)
    return location


@action("organization.edit_location")
def edit_location(
    *, by: Actor, location: Location, version: int | None = None, **fields: Unpack[LocationFields]
) -> Location:
    """Change a room, or close it by its status. Refused: as for creating."""
    location = take(Location.objects.all(), location.pk, version)
    changed = assign(location, fields, LocationFields)
    _refuse_place_problems(location)
    location.save()
    trail.record("location.edited", subject=location, facility=location.facility_id, detail={"fields": changed})
    return location


@action("organization.edit_device")
def create_device(*, by: Actor, facility: Facility, **fields: Unpack[DeviceFields]) -> Device:
    """Add a machine that is booked. Refused: name in use at the facility, department of another facility."""
    device = Device(facility=facility)
    assign(device, fields, DeviceFields)
    _refuse_place_problems(device)
    device.save(force_insert=True)
    trail.record("device.created", subject=device, facility=facility)
    return device


@action("organization.edit_device")
def edit_device(*, by: Actor, device: Device, version: int | None = None, **fields: Unpack[DeviceFields]) -> Device:
    """Change a machine, or take it out of use by its status. Refused: as for creating."""
    device = take(Device.objects.all(), device.pk, version)
    changed = assign(device, fields, DeviceFields)
    _refuse_place_problems(device)
    device.save()
    trail.record("device.edited", subject=device, facility=device.facility_id, detail={"fields": changed})
    return device


def _hold_tree(facility_id: uuid.UUID) -> None:
    """One change of a facility's tree at a time: two that each look right can make a ring together."""
    locks.lock_actors([facility_id])


def _refuse_problems(department: Department) -> None:
    tree: dict[Hashable, rules.Branch] = {
        pk: rules.Branch(pk, facility, parent, active)
        for pk, facility, parent, active in Department.objects.filter(facility=department.facility_id).values_list(
            "pk", "facility_id", "parent_id", "active"
        )
    }
    branch = rules.Branch(department.pk, department.facility_id, department.parent_id, department.active)
    problems = rules.parent_problems(branch, tree)
    same_code = Department.objects.filter(facility=department.facility_id, code=department.code)
    if same_code.exclude(pk=department.pk).exists():
        problems.append(
            Problem(
                code="duplicate",
                field="code",
                text=_("Another department here has this short code. Choose a different one."),
            )
        )
    if problems:
        raise Refused(*problems)


def _refuse_place_problems(place: Location | Device) -> None:
    problems = []
    if place.department is not None and place.department.facility_id != place.facility_id:
        problems.append(
            Problem(code="invalid", field="department", text=_("Choose a department of the same facility."))
        )
    if isinstance(place, Device) and place.location is not None and place.location.facility_id != place.facility_id:
        problems.append(Problem(code="invalid", field="location", text=_("Choose a room of the same facility.")))
    same_name = type(place)._default_manager.filter(facility=place.facility_id, name=place.name)
    if same_name.exclude(pk=place.pk).exists():
        problems.append(
            Problem(
                code="duplicate", field="name", text=_("This name is in use at this facility. Choose a different one.")
            )
        )
    if problems:
        raise Refused(*problems)
