"""The department tree, rooms and devices."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.organization import actions, rules
from hms.organization.models import Department, Device, Location
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return cast.actor("administrator")


class TestCreateDepartment:
    def test_it_hangs_below_its_parent(self, admin):
        parent = make.department()
        child = actions.create_department(
            by=admin, facility=parent.facility, parent=parent, name="Echo lab", code="echo", specialty="cardiology"
        )
        assert list(parent.children.all()) == [child]
        line = AuditEvent.objects.get()
        assert (line.verb, line.subject_id, line.facility_id) == ("department.created", child.pk, parent.facility_id)

    def test_a_code_in_use_at_the_facility_is_refused(self, admin):
        there = make.department(code="card")
        with pytest.raises(Refused) as refusal:
            actions.create_department(by=admin, facility=there.facility, name="Other", code="card")
        assert refusal.value.problems[0].field == "code"
        assert actions.create_department(by=admin, facility=make.facility(), name="Other", code="card")

    def test_a_parent_of_another_facility_is_refused(self, admin):
        with pytest.raises(Refused) as refusal:
            actions.create_department(by=admin, facility=make.facility(), parent=make.department(), name="X", code="x")
        assert refusal.value.problems[0].field == "parent"

    @pytest.mark.parametrize("duty", ["doctor", "front-desk", "patient"])
    def test_others_are_denied(self, duty):
        with pytest.raises(Forbidden):
            actions.create_department(by=cast.actor(duty), facility=make.facility(), name="X", code="x")
        assert AuditEvent.objects.get().outcome == "refused"


class TestEditDepartment:
    def test_it_moves_with_what_is_below_it(self, admin):
        top, other = make.department(), None
        other = make.department(top.facility)
        child = make.department(parent=other)
        actions.edit_department(by=admin, department=other, version=1, parent=top)
        child.refresh_from_db()
        assert child.parent.parent == top
        assert AuditEvent.objects.get().detail == {"fields": ["parent"]}

    def test_below_itself_is_refused(self, admin):
        top = make.department()
        child = make.department(parent=top)
        with pytest.raises(Refused):
            actions.edit_department(by=admin, department=top, parent=child)

    def test_a_stale_form_is_refused(self, admin):
        there = make.department()
        actions.edit_department(by=admin, department=there, version=1, name="New")
        with pytest.raises(Stale):
            actions.edit_department(by=admin, department=there, version=1, name="Newer")


class TestRetireDepartment:
    @time_machine.travel("2026-11-23T23:30:00Z", tick=False)
    def test_it_is_retired_on_the_facilitys_today(self, admin):
        there = make.department(make.facility(time_zone="Europe/Berlin"))
        actions.retire_department(by=admin, department=there)
        there.refresh_from_db()
        assert (there.active, there.retired_on) == (False, date(2026, 11, 24))
        assert AuditEvent.objects.get().verb == "department.retired"

    def test_with_departments_below_it_is_refused(self, admin):
        top = make.department()
        make.department(parent=top)
        with pytest.raises(Refused):
            actions.retire_department(by=admin, department=top)

    def test_with_people_in_it_is_refused_until_their_roles_end(self, admin):
        role = make.practitioner_role()
        with pytest.raises(Refused):
            actions.retire_department(by=admin, department=role.department)
        actions.end_role(by=admin, role=role, end=date(2021, 1, 1))
        assert actions.retire_department(by=admin, department=role.department).active is False

    def test_twice_is_refused(self, admin):
        there = make.department()
        actions.retire_department(by=admin, department=there)
        with pytest.raises(Refused):
            actions.retire_department(by=admin, department=there)


class TestRooms:
    def test_a_room_is_added_and_changed(self, admin):
        department = make.department()
        room = actions.create_location(by=admin, facility=department.facility, name="12", department=department)
        actions.edit_location(by=admin, location=room, version=1, status="suspended")
        assert not Location.objects.in_use().exists()
        assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
            "location.created", "location.edited",
        ]  # fmt: skip

    def test_a_department_of_another_facility_is_refused(self, admin):
        with pytest.raises(Refused):
            actions.create_location(by=admin, facility=make.facility(), name="12", department=make.department())

    def test_a_name_in_use_is_refused(self, admin):
        room = make.location(name="12")
        with pytest.raises(Refused):
            actions.create_location(by=admin, facility=room.facility, name="12")

    def test_a_room_belongs_to_one_owner(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Location.objects.create(name="Nowhere")

    def test_a_device_stands_in_a_room_of_its_facility(self, admin):
        room = make.location()
        device = actions.create_device(by=admin, facility=room.facility, name="Echo", location=room)
        with pytest.raises(Refused):
            actions.edit_device(by=admin, device=device, location=make.location())
        actions.edit_device(by=admin, device=device, status="inactive")
        assert Device.objects.get().status == "inactive"


def test_a_record_of_this_room_is_never_deleted():
    there = make.department()
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(pk=there.pk).delete()


def test_an_unknown_record_is_missing(admin):
    ghost = Department(facility=make.facility())
    with pytest.raises(Missing):
        actions.edit_department(by=admin, department=ghost, name="x")


@pytest.mark.postgresql
@pytest.mark.parametrize("verb", ["create", "edit", "retire"])
def test_the_tree_is_looked_at_only_by_who_holds_it(admin, monkeypatch, verb):
    """Two moves that each look right would make a ring together."""
    facility = make.facility()
    above, below = (make.department(facility, name=name) for name in ("Above", "Below"))
    held = list[int]()

    def look(*args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            held.append(cursor.fetchone()[0])
        return []

    monkeypatch.setattr(rules, "parent_problems", look)
    monkeypatch.setattr(rules, "retirement_problems", look)
    if verb == "create":
        actions.create_department(by=admin, facility=facility, parent=above, name="New", code="new")
    elif verb == "edit":
        actions.edit_department(by=admin, department=below, parent=above)
    else:
        actions.retire_department(by=admin, department=below)
    assert held == [1]
