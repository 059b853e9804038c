"""The pages of timetables, types of visit, and visits to move."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from hms.accounts.codes import Duty
from hms.patients.models import ContactPoint
from hms.scheduling.models import HealthcareService, Schedule, ScheduleSession
from hms.scheduling.tests.conftest import NINE
from tests import make


@pytest.fixture
def desk(clinic):
    return signed_in(make.user(Duty.FRONT_DESK, facility=clinic.facility))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_says_who_is_here_when_and_away_next(clinic, desk):
    clinic.schedule.exceptions.create(kind="leave", start_at=NINE, end_at=NINE.replace(hour=20))
    page = desk.get("/scheduling/schedules/").content.decode()
    assert "Mon–Fri 09:00–12:00" in page
    assert "Away" in page
    assert f"/scheduling/schedules/{clinic.schedule.pk}/" in page


def test_a_new_timetable_and_its_hours_on_three_days_at_once(clinic, desk):
    role = make.practitioner_role(department=clinic.department)
    told = {"owner": f"practitioner_role:{role.pk}", "valid_from": "1-Dec-2026"}
    answer = desk.post("/scheduling/schedules/new/", told, follow=True)
    made = Schedule.objects.get(practitioner_role=role)
    assert answer.redirect_chain[-1][0] == f"/scheduling/schedules/{made.pk}/"
    told = {"weekdays": ["0", "2", "4"], "start": "14:00", "end": "18:30", "location": clinic.room.pk}
    told["services"] = [clinic.service.pk]
    answer = desk.post(f"/scheduling/schedules/{made.pk}/hours/", told, follow=True)
    assert "3 sessions are added." in answer.content.decode()
    assert [str(one) for one in made.sessions.all()] == [
        "Monday 14:00–18:30", "Wednesday 14:00–18:30", "Friday 14:00–18:30",
    ]  # fmt: skip
    assert made.sessions.first().services.get().service == clinic.service


def test_a_device_has_a_timetable_of_its_own(clinic, desk):
    scanner = make.device(clinic.facility, name="Scanner 1", kind="ultrasound")
    page = desk.get("/scheduling/schedules/new/").content.decode()
    assert "Scanner 1" in page
    assert clinic.room.name in page
    told = {"owner": f"device:{scanner.pk}", "valid_from": "23-Nov-2026"}
    answer = desk.post("/scheduling/schedules/new/", told, follow=True)
    made = Schedule.objects.get(device=scanner)
    assert answer.redirect_chain[-1][0] == f"/scheduling/schedules/{made.pk}/"
    # Open or closed is all there is to say of a thing.
    assert "Types of visit" not in answer.content.decode().split("<main", 1)[1]
    desk.post(f"/scheduling/schedules/{made.pk}/hours/", {"weekdays": ["1"], "start": "09:00", "end": "10:00"})
    told = {"kind": "closed", "first": "1-Dec-2026", "note": "Being repaired"}
    assert desk.post(f"/scheduling/schedules/{made.pk}/away/", told).status_code == 302
    page = desk.get("/scheduling/schedules/").content.decode()
    assert "Scanner 1" in page
    assert "Tue 09:00–10:00" in page


def test_nobody_at_all_has_no_timetable(clinic, desk):
    for owner in ("", "practitioner_role:1", f"location:{make.location().pk}"):
        told = {"owner": owner, "valid_from": "1-Dec-2026"}
        assert desk.post("/scheduling/schedules/new/", told).status_code == 422
    assert Schedule.objects.count() == 1


def test_a_closed_room_lists_whom_to_call(clinic, desk):
    visit = clinic.appointment()
    visit.participants.create(location=clinic.room, start_at=visit.start_at, end_at=visit.end_at)
    closed = Schedule.objects.create(facility=clinic.facility, location=clinic.room, valid_from=date(2020, 1, 1))
    told = {"kind": "closed", "first": "24-Nov-2026"}
    page = desk.post(f"/scheduling/schedules/{closed.pk}/away/", told, follow=True).content.decode()
    assert "1 booked visit is to be moved." in page
    assert "Room 4: Closed" in page
    assert visit.patient.label in page


def test_times_kept_for_the_day_itself_are_said_beside_the_hours(clinic, desk):
    told = {"weekdays": ["5"], "start": "09:00", "end": "12:00", "same_day_reserve": "40"}
    page = desk.post(f"/scheduling/schedules/{clinic.schedule.pk}/hours/", told, follow=True).content.decode()
    assert "last 40 minutes kept for the day itself" in page
    assert clinic.schedule.sessions.get(weekday=5).same_day_reserve == 40


def test_hours_beside_others_are_refused_and_what_was_typed_stays(clinic, desk):
    told = {"weekdays": ["1"], "start": "11:00", "end": "13:00"}
    answer = desk.post(f"/scheduling/schedules/{clinic.schedule.pk}/hours/", told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a session at that time already." in page
    assert 'value="13:00"' in page
    assert clinic.schedule.sessions.count() == 5


def test_leave_by_days_leads_to_whom_to_call_and_one_press_moves(clinic, desk):
    visit = clinic.appointment()
    ContactPoint(patient=visit.patient, system="phone", use="home", value="+49 30 5550199").indexed().save()
    told = {"kind": "leave", "first": "24-Nov-2026", "last": "25-Nov-2026", "note": "Broken arm"}
    answer = desk.post(f"/scheduling/schedules/{clinic.schedule.pk}/away/", told, follow=True)
    page = answer.content.decode()
    assert "1 booked visit is to be moved." in page
    assert visit.patient.label in page
    assert "+49 30 5550199" in page
    exception = clinic.schedule.exceptions.get()
    # Both days whole, on Berlin's clock.
    assert (exception.start_at.isoformat(), exception.end_at.isoformat()) == (
        "2026-11-23T23:00:00+00:00", "2026-11-25T23:00:00+00:00",
    )  # fmt: skip
    (_stray, instead, _phone, _waits), *_none = answer.context["rows"]
    moved = desk.post(
        f"/scheduling/appointments/{visit.pk}/move/", {"slot": str(instead.slot), "back": "to-move"}, follow=True
    )
    assert moved.redirect_chain[-1][0] == "/scheduling/to-move/"
    visit.refresh_from_db()
    assert visit.start_at == instead.at
    assert "Every booked visit has somebody who will be there." in moved.content.decode()


def test_an_extra_session_needs_its_hours(clinic, desk):
    address = f"/scheduling/schedules/{clinic.schedule.pk}/away/"
    assert desk.post(address, {"kind": "extra", "first": "28-Nov-2026"}).status_code == 422
    told = {"kind": "extra", "first": "28-Nov-2026", "start": "10:00", "end": "12:00"}
    assert desk.post(address, told).status_code == 302
    assert clinic.schedule.exceptions.get().opens


def test_taking_leave_out_again_and_ending_a_session(clinic, desk):
    away = clinic.schedule.exceptions.create(kind="leave", start_at=NINE, end_at=NINE.replace(hour=20))
    desk.post(f"/scheduling/schedules/away/{away.pk}/withdraw/")
    away.refresh_from_db()
    assert away.withdrawn_at
    session = clinic.schedule.sessions.get(weekday=1)
    page = desk.get(f"/scheduling/schedules/hours/{session.pk}/end/")
    assert "Tuesday 09:00–12:00" in page.content.decode()
    desk.post(f"/scheduling/schedules/hours/{session.pk}/end/", {"on": "1-Dec-2026"})
    assert ScheduleSession.objects.get(pk=session.pk).valid_until == date(2026, 12, 1)


def test_types_of_visit(clinic, desk):
    told = {
        "name": "Asthma school", "code": "asthma-school", "duration_new": 60, "duration_followup": 60, "step": 60,
        "buffer_before": 0, "buffer_after": 10, "capacity": 8, "delivery": "in-person", "who_may_book": "staff",
        "horizon": 180, "rank": 50, "active": "on",
    }  # fmt: skip
    assert desk.post(f"/scheduling/services/new/{clinic.department.pk}/", told | {"step": 0}).status_code == 422
    assert desk.post(f"/scheduling/services/new/{clinic.department.pk}/", told).status_code == 302
    assert (
        desk.post(f"/scheduling/services/new/{clinic.department.pk}/", told | {"room_kind": "gym"}).status_code == 422
    )
    made = HealthcareService.objects.get(code="asthma-school")
    assert (made.capacity, made.buffer_after, made.lead_min) == (8, 10, None)
    desk.post(f"/scheduling/services/{made.pk}/", told | {"name": "School of asthma", "active": ""})
    made.refresh_from_db()
    assert (made.name, made.active) == ("School of asthma", False)
    assert "School of asthma" in desk.get("/scheduling/services/").content.decode()


def test_what_a_type_of_visit_needs_is_chosen_from_what_there_is(clinic, desk):
    room = make.location(clinic.facility, use="Ultrasound")
    make.device(clinic.facility, kind="ultrasound")
    told = {
        "name": "Heart ultrasound", "code": "echo", "duration_new": 40, "duration_followup": 40, "step": 20,
        "buffer_before": 0, "buffer_after": 0, "capacity": 1, "delivery": "in-person", "who_may_book": "everyone",
        "horizon": 180, "rank": 50, "active": "on", "room_kind": "Ultrasound", "device_kind": "ultrasound",
    }  # fmt: skip
    assert desk.post(f"/scheduling/services/new/{clinic.department.pk}/", told).status_code == 302
    made = HealthcareService.objects.get(code="echo")
    assert made.needs == (("room", "ultrasound"), ("device", "ultrasound"))
    # Nothing is lost when the last such room is closed: the page says so.
    type(room).objects.filter(pk=room.pk).update(status="inactive")
    assert "Ultrasound (none in use)" in desk.get(f"/scheduling/services/{made.pk}/").content.decode()
    assert desk.post(f"/scheduling/services/{made.pk}/", told).status_code == 302


def test_a_desk_of_another_facility_finds_none_of_it(clinic):
    stranger = signed_in(make.user(Duty.FRONT_DESK, facility=make.facility()))
    for address in (
        f"/scheduling/schedules/{clinic.schedule.pk}/",
        f"/scheduling/services/{clinic.service.pk}/",
        f"/scheduling/services/new/{clinic.department.pk}/",
        f"/scheduling/schedules/hours/{clinic.schedule.sessions.first().pk}/end/",
    ):
        assert stranger.get(address).status_code == 404, address
    told = {"weekdays": ["5"], "start": "09:00", "end": "12:00"}
    assert stranger.post(f"/scheduling/schedules/{clinic.schedule.pk}/hours/", told).status_code == 404


def test_the_administrator_plans_and_sees_no_patient(clinic):
    clinic.appointment()
    admin = signed_in(make.user(Duty.ADMINISTRATOR))
    told = {"kind": "leave", "first": "24-Nov-2026"}
    page = admin.post(f"/scheduling/schedules/{clinic.schedule.pk}/away/", told, follow=True).content.decode()
    assert "1 booked visit is to be moved." in page
    assert "HALVORSEN" not in page
    assert admin.get("/scheduling/to-move/").status_code == 403
