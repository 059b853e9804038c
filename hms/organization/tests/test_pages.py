"""The administrator's pages: who opens them, what they show, what their forms do, how many queries they cost."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from hms.accounts.models import Grant, User
from hms.core.models import AuditEvent
from hms.organization import setup
from hms.organization.models import ClosedDay, Department, Device, Facility, Location, Policy, Practitioner
from tests import make

pytestmark = pytest.mark.django_db
FACILITY = {
    "name": "Alder Valley", "code": "AV", "time_zone": "Europe/Berlin", "currency": "eur", "country": "de",
    "language": "en", "name_order": "given-family", "paper": "a4",
}  # fmt: skip


def signed_in(*duties: str, **fields) -> Client:
    client = Client()
    client.force_login(make.user(*duties, **fields))
    return client


@pytest.fixture
def admin():
    return signed_in("administrator")


def url(name, *args) -> str:
    return reverse(f"organization:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def house():
    """One of everything."""
    role = make.practitioner_role()
    place = {"facility": role.facility, "department": role.department, "practitioner": role.practitioner, "role": role}
    return place | {"room": make.location(role.facility), "device": make.device(role.facility)}


PAGES = {
    "facilities": [], "facility_create": [], "facility": ["facility"], "facility_edit": ["facility"],
    "letterhead": ["facility"], "departments": ["facility"], "department_create": ["facility"],
    "department_edit": ["department"], "department_retire": ["department"], "rooms": ["facility"],
    "room_create": ["facility"], "room_edit": ["room"], "device_create": ["facility"], "device_edit": ["device"],
    "practitioners": [], "practitioner_create": [], "practitioner": ["practitioner"],
    "practitioner_edit": ["practitioner"], "role_add": ["practitioner", "facility"], "role_end": ["role"],
    "policies": [],
}  # fmt: skip
DIRECTORY = {"facilities", "facility", "departments", "rooms", "practitioners", "practitioner"}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_to_the_administrator_within_its_queries(admin, house, name, django_assert_max_num_queries):
    address = url(name, *(house[one].pk for one in PAGES[name]))
    admin.get(address)
    with django_assert_max_num_queries(15):
        response = admin.get(address)
    assert response.status_code == 200
    assert text(response).count("<h1>") == 1


@pytest.mark.parametrize("name", PAGES)
def test_others_look_up_and_change_nothing(house, name):
    address = url(name, *(house[one].pk for one in PAGES[name]))
    assert signed_in("doctor").get(address).status_code == (200 if name in DIRECTORY else 403)
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", [name for name, of in PAGES.items() if of])
def test_an_unknown_id_is_not_found(admin, name):
    ghost = "0196a000-0000-7000-8000-000000000000"
    assert admin.get(url(name, *([ghost] * len(PAGES[name])))).status_code == 404


def test_lists_grow_without_queries(admin, house, django_assert_max_num_queries):
    for _number in range(30):
        make.practitioner_role(None, house["department"])
        make.department(house["facility"])
        make.location(house["facility"], department=house["department"])
    for name in ("departments", "rooms"):
        with django_assert_max_num_queries(10):
            admin.get(url(name, house["facility"].pk))
    with django_assert_max_num_queries(13):
        admin.get(url("practitioners") + f"?facility={house['facility'].pk}")


class TestFacilities:
    def test_one_is_opened(self, admin):
        response = admin.post(url("facility_create"), FACILITY)
        facility = Facility.objects.get()
        assert response.headers["Location"] == url("facility", facility.pk)
        assert (facility.currency, facility.country) == ("EUR", "DE")

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(self, admin):
        response = admin.post(url("facility_create"), FACILITY | {"code": "", "currency": "EURO"})
        assert response.status_code == 422
        assert {"code", "currency"} <= response.context["form"].errors.keys()
        assert 'value="Alder Valley"' in text(response)

    def test_a_stale_form_shows_both_versions(self, admin):
        facility = make.facility(phone="their number")
        response = admin.post(
            url("facility_edit", facility.pk), FACILITY | {"phone": "my number", "version": 0, "record_id": facility.pk}
        )
        assert response.status_code == 409
        page = text(response)
        assert "my number" in page
        assert "their number" in page
        facility.refresh_from_db()
        assert facility.phone == "their number"

    def test_a_logo_is_drawn_anew(self, admin):
        facility, out = make.facility(), io.BytesIO()
        Image.new("RGB", (900, 300), "teal").save(out, "JPEG")
        admin.post(
            url("letterhead", facility.pk),
            {"heading": "Since 1911", "logo": SimpleUploadedFile("logo.svg", out.getvalue(), "image/svg+xml")},
        )
        response = admin.get(url("logo", facility.pk))
        assert (response.headers["Content-Type"], response.content[:4]) == ("image/png", b"\x89PNG")

    def test_something_else_is_no_logo(self, admin):
        facility = make.facility()
        svg = SimpleUploadedFile("logo.png", b"<svg onload='alert(1)'/>", "image/png")
        assert admin.post(url("letterhead", facility.pk), {"logo": svg}).status_code == 422
        assert admin.get(url("logo", facility.pk)).status_code == 404

    def test_a_closed_day_comes_and_goes(self, admin):
        facility = make.facility()
        response = admin.post(
            url("closed_day_add", facility.pk), {"day": "24-Dec-2099", "name": "Stocktaking", "closed": "1"}
        )
        assert response.status_code == 302
        row = ClosedDay.objects.get()
        assert (row.day, row.closed) == (date(2099, 12, 24), True)
        admin.post(url("closed_day_remove", row.pk))
        assert not ClosedDay.objects.exists()
        assert admin.post(url("closed_day_add", facility.pk), {"day": "soon"}).status_code == 422


class TestDepartments:
    def test_one_is_added_below_another(self, admin):
        top = make.department()
        assert f'value="{top.pk}" selected' in text(
            admin.get(url("department_create", top.facility_id) + f"?parent={top.pk}")
        )
        admin.post(
            url("department_create", top.facility_id), {"name": "Echo lab", "code": "echo", "parent": str(top.pk)}
        )
        assert Department.objects.get(code="echo").parent == top
        assert "Echo lab" in text(admin.get(url("departments", top.facility_id)))

    def test_the_form_sent_twice_adds_one(self, admin):
        facility = make.facility()
        form = {"name": "X", "code": "x", "idempotency_key": "0196a000-0000-7000-8000-000000000001"}
        for _time in range(2):
            assert admin.post(url("department_create", facility.pk), form).status_code == 302
        assert Department.objects.count() == 1

    def test_one_of_another_facility_is_no_choice(self, admin):
        facility = make.facility()
        form = {"name": "X", "code": "x", "parent": str(make.department().pk)}
        assert admin.post(url("department_create", facility.pk), form).status_code == 422

    def test_it_is_retired_and_shown_only_when_asked(self, admin):
        there = make.department(name="Old ward")
        admin.post(url("department_retire", there.pk), {"version": 1})
        admin.get(url("facilities"))  # shows the toast
        assert "Old ward" not in text(admin.get(url("departments", there.facility_id)))
        assert "Old ward" in text(admin.get(url("departments", there.facility_id) + "?retired=1"))

    def test_why_it_can_not_be_retired_is_said(self, admin, house):
        response = admin.post(url("department_retire", house["department"].pk), {"version": 1})
        assert response.status_code == 422
        assert "People still work in this department" in text(response)


class TestRooms:
    def test_a_room_and_a_device(self, admin, house):
        facility = house["facility"]
        admin.post(url("room_create", facility.pk), {"name": "Room 12", "kind": "ro", "status": "active"})
        room = Location.objects.get(name="Room 12")
        admin.post(
            url("device_create", facility.pk),
            {"name": "Echo", "kind": "ultrasound", "status": "active", "location": str(room.pk)},
        )
        assert Device.objects.get(name="Echo").location == room
        admin.post(url("room_edit", room.pk), {"name": "Room 12", "kind": "ro", "status": "inactive", "version": 1})
        room.refresh_from_db()
        assert room.status == "inactive"


class TestPractitioners:
    def test_one_is_entered_and_given_a_role(self, admin, house):
        response = admin.post(
            url("practitioner_create"),
            {
                "prefix": "Dr", "family": "Zand", "gender": "female", "languages": "FA, de", "licence_number": "L",
                "licence_end": "1.1.2030", "qualifications": "Cardiology, Chamber\n\nEcho", "active": "on",
            },
        )  # fmt: skip
        one = Practitioner.objects.get(family="Zand")
        assert response.headers["Location"] == url("practitioner", one.pk)
        assert sorted(row.code for row in one.languages.all()) == ["de", "fa"]
        assert {(row.code, row.issuer) for row in one.qualifications.all()} == {("Cardiology", "Chamber"), ("Echo", "")}
        admin.post(
            url("role_add", one.pk, house["facility"].pk),
            {"code": "doctor", "department": str(house["department"].pk), "start": "1.1.2026"},
        )
        role = one.roles.get()
        assert role.department == house["department"]
        admin.post(url("role_end", role.pk), {"end": "1.6.2026", "version": 1})
        role.refresh_from_db()
        assert role.end == date(2026, 6, 1)

    def test_the_form_keeps_what_is_there(self, admin):
        one = make.practitioner(given="Leila", family="Farahani")
        page = text(admin.get(url("practitioner_edit", one.pk)))
        assert 'value="Farahani"' in page
        admin.post(url("practitioner_edit", one.pk), {"family": "Farahani", "gender": "female", "version": 1})
        one.refresh_from_db()
        assert (one.gender, one.active) == ("female", False)

    @pytest.mark.parametrize(
        ("query", "found"), [("q=zan", True), ("q=leila+zand", True), ("q=nobody", False), ("out=on", True)]
    )
    def test_they_are_found(self, admin, query, found):
        make.practitioner(family="Zand", given="Leila")
        assert ("Zand" in text(admin.get(url("practitioners") + f"?{query}"))) is found

    def test_no_licence_is_said(self, admin):
        one = make.practitioner(licence_number="")
        assert "No licence for today" in text(admin.get(url("practitioner", one.pk)))


class TestPolicies:
    def test_each_is_explained_with_what_is_in_force(self, admin):
        make.policy("billing.payment_days", 14)
        page = text(admin.get(url("policies")))
        assert "An invoice is due this many days after it was issued." in page
        assert ">14<" in page

    @pytest.mark.parametrize(
        ("name", "value", "kept"),
        [
            ("billing.payment_days", "21", 21),
            ("clinical.note_release", "no", False),
            ("messaging.quiet_start", "22:30", "22:30:00"),
            ("scheduling.hold", "15", "0:15:00"),
        ],
    )
    def test_one_is_decided(self, admin, name, value, kept):
        assert admin.get(url("policy", name)).status_code == 200
        response = admin.post(url("policy", name), {"value": value, "in_force_from": "1.1.2099"})
        assert response.status_code == 302
        row = Policy.objects.get()
        assert str(row.value) == str(kept)
        assert "from" in text(admin.get(url("policy", name)))

    def test_for_one_facility(self, admin):
        facility = make.facility()
        address = url("policy", "billing.payment_days") + f"?facility={facility.code}"
        admin.post(address, {"value": "7", "in_force_from": "1.1.2099"})
        assert Policy.objects.get().facility == facility
        assert admin.get(url("policies") + f"?facility={facility.code}").status_code == 200

    def test_nothing_unknown(self, admin):
        assert admin.get(url("policy", "weather.tomorrow")).status_code == 404
        assert admin.get(url("policies") + "?facility=nowhere").status_code == 404

    def test_the_past_is_refused_at_its_field(self, admin):
        response = admin.post(url("policy", "billing.payment_days"), {"value": "7", "in_force_from": "1.1.2020"})
        assert response.status_code == 422
        assert "in_force_from" in response.context["form"].errors


class TestFirstRun:
    form = FACILITY | {
        "full_name": "Rafael Montserrat", "login_email": "rafael@example.org", "password": "correct horse battery",
        "password_again": "correct horse battery",
    }  # fmt: skip

    def test_whoever_has_the_code_sets_the_hospital_up_once(self):
        client = Client()
        assert client.get(url("first_run")).status_code == 200
        response = client.post(url("first_run"), self.form | {"setup_code": setup.code().lower()})
        assert response.status_code == 302
        user = User.objects.get()
        assert user.check_password("correct horse battery")
        assert Grant.objects.get().duty == "administrator"
        assert Facility.objects.get().currency == "EUR"
        assert AuditEvent.objects.filter(verb="installation.set-up").count() == 1
        assert client.get(url("first_run")).status_code == 404
        assert client.post(url("first_run"), self.form | {"setup_code": setup.code()}).status_code == 404

    @pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "x" * 500])
    def test_a_stranger_does_not(self, code):
        response = Client().post(url("first_run"), self.form | {"setup_code": code})
        assert response.status_code == 422
        assert not User.objects.exists()
        assert "correct horse battery" not in text(response)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"password_again": "another"}, "password_again"),
            ({"password": "short"}, "password"),
            ({"password": "rafael@example.org", "password_again": "rafael@example.org"}, "password"),
            ({"name": ""}, "name"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, change, field):
        response = Client().post(url("first_run"), self.form | {"setup_code": setup.code()} | change)
        assert response.status_code == 422
        assert field in response.context["form"].errors

    @pytest.mark.parametrize("there", [make.facility, lambda: make.user("administrator")])
    def test_it_is_not_there_once_anything_is(self, there):
        there()
        assert Client().get(url("first_run")).status_code == 404
