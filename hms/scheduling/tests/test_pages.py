"""The pages: what they show, what they do, who may not, and how many queries they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hms.core.models import AuditEvent
from hms.scheduling.actions import book_appointment
from hms.scheduling.models import Appointment, CalendarFeed
from hms.scheduling.rules.slots import Slot
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import make

HTMX = {"HX-Request": "true"}
MOST_QUERIES = 25


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(clinic):
    return signed_in(make.user("front-desk", facility=clinic.facility))


@pytest.fixture
def doctor(clinic):
    make.grant(clinic.practitioner.user, "doctor", facility_id=clinic.facility.pk)
    return signed_in(clinic.practitioner.user)


@pytest.fixture
def phone(clinic):
    make.grant(clinic.patient.user, "patient")
    return signed_in(clinic.patient.user)


@pytest.fixture
def seen_before(clinic):
    """The department knows the patient: what they book is a follow-up."""
    past = NINE - timedelta(days=28)
    return clinic.appointment(past, patient=clinic.patient, status="fulfilled", checked_in_at=past)


def url(name, *args) -> str:
    return reverse(f"scheduling:{name}", args=args)


def slot(clinic, start_at=NINE, kind="FOLLOWUP") -> str:
    return str(Slot(clinic.schedule.pk, clinic.service.pk, start_at, kind))


def text(response) -> str:
    return response.content.decode()


# --- Booking by the patient ---------------------------------------------------------------------------------
def test_a_patient_books_the_first_free_time_in_four_interactions(clinic, phone):
    book = url("book", clinic.patient.pk)
    first = phone.get(book)  # 1: open the page
    assert f"?department={clinic.department.pk}" in text(first)
    times = phone.get(f"{book}?department={clinic.department.pk}")  # 2: choose the clinic
    # New to the department: forty minutes, and notice of two hours from nine o'clock.
    wanted = slot(clinic, NOW + 6 * TWENTY, "ROUTINE")
    assert f'value="{wanted}" checked' in text(times)
    held = phone.post(f"{book}?department={clinic.department.pk}", {"slot": wanted})  # 3: the first time is chosen
    visit = Appointment.objects.get()
    assert held.url == url("confirm", visit.pk)
    assert visit.status == "pending"
    check = phone.get(held.url)
    assert "11:00" in text(check)
    done = phone.post(held.url, {"record_id": visit.pk, "version": visit.version, "reason": "Cough"})  # 4: book
    assert done.url == url("appointment", visit.pk)
    visit.refresh_from_db()
    assert (visit.status, visit.reason) == ("booked", "Cough")
    assert "Booked" in text(phone.get(done.url))


def test_again_with_the_own_doctor(clinic, phone, seen_before):
    page = text(phone.get(url("book", clinic.patient.pk)))
    address = f"?department={clinic.department.pk}&amp;practitioner={clinic.practitioner.pk}"
    assert address in page
    times = text(phone.get(url("book", clinic.patient.pk) + address.replace("&amp;", "&")))
    assert f'value="{slot(clinic, NOW + 6 * TWENTY)}" checked' in times
    assert "Morning" in times
    assert 'aria-current="date"' in times


def test_a_day_of_the_strip_shows_its_times(clinic, phone, seen_before):
    clinic.appointment(NINE)
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    page = text(phone.get(f"{address}&practitioner={clinic.practitioner.pk}&day=2026-11-24&type=FOLLOWUP"))
    assert slot(clinic, NINE) not in page
    assert slot(clinic, NINE + TWENTY) in page
    saturday = text(phone.get(f"{address}&practitioner={clinic.practitioner.pk}&day=2026-11-28"))
    assert "No time is free here" in saturday


@pytest.mark.parametrize("day", ["9999-12-31", "2480-01-01", "0001-01-01"])
def test_a_day_beyond_the_timetable_is_the_nearest_that_can_be_booked(clinic, phone, day):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    page = phone.get(f"{address}&practitioner={clinic.practitioner.pk}&day={day}")
    assert page.status_code == 200
    assert page.context["offer"].day == (NOW.date() if day < "2026" else (NOW + timedelta(days=180)).date())


def test_a_taken_time_answers_with_the_nearest(clinic, phone, seen_before):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    clinic.appointment(NINE)
    refused = phone.post(address, {"slot": slot(clinic)})
    assert refused.status_code == 409
    assert "just been taken" in text(refused)
    assert f'value="{slot(clinic, NINE + TWENTY)}" checked' in text(refused)


@pytest.mark.parametrize("sent", [{}, {"slot": ""}, {"slot": "nonsense"}])
def test_no_time_is_asked_for_kindly(clinic, phone, sent):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    refused = phone.post(address, sent)
    assert refused.status_code == 422
    assert "Choose a time" in text(refused)


def test_nobody_else_is_booked_for(clinic, phone):
    for name in ("book", "visits"):
        assert phone.get(url(name, make.patient().pk)).status_code == 404
    assert phone.get(url("appointment", clinic.appointment().pk)).status_code == 404


def test_a_guardian_books_for_the_child(clinic, phone):
    child = make.patient()
    make.related_person(child, user=clinic.patient.user, scopes=("view", "book"))
    address = f"{url('book', child.pk)}?department={clinic.department.pk}"
    page = phone.get(address)
    assert child.label in text(page)
    held = phone.post(address, {"slot": slot(clinic)})
    assert held.status_code == 302
    assert Appointment.objects.get().patient == child


def test_patients_do_not_choose_what_kind_of_visit_it_is(clinic, phone):
    """A first visit takes its forty minutes, whatever the form says."""
    phone.post(
        f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}", {"slot": slot(clinic, kind="EMERGENCY")}
    )
    assert (Appointment.objects.get().appointment_type, Appointment.objects.get().minutes) == ("ROUTINE", 40)


def test_a_held_time_is_given_back(clinic, phone):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    phone.post(address, {"slot": slot(clinic)})
    held = Appointment.objects.get()
    back = phone.post(url("release", held.pk))
    assert back.url.startswith(url("book", clinic.patient.pk))
    held.refresh_from_db()
    assert held.status == "cancelled"


def test_the_patient_moves_a_visit(clinic, phone, seen_before):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    page = phone.get(url("move", booked.pk))
    assert slot(clinic, NINE + TWENTY) in text(page)
    form = {"record_id": booked.pk, "version": booked.version, "slot": slot(clinic, NINE + TWENTY)}
    assert phone.post(url("move", booked.pk), form).url == url("appointment", booked.pk)
    booked.refresh_from_db()
    assert booked.start_at == NINE + TWENTY


def test_a_move_into_a_taken_time_keeps_the_old_one(clinic, phone, seen_before):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    clinic.appointment(NINE + TWENTY)
    refused = phone.post(url("move", booked.pk), {"slot": slot(clinic, NINE + TWENTY)})
    assert refused.status_code == 409
    booked.refresh_from_db()
    assert booked.start_at == NINE


def test_the_patient_cancels_a_visit(clinic, phone):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    page = phone.get(url("cancel", booked.pk))
    assert "I can’t come then" in text(page) or "I can&#x27;t come then" in text(page)
    done = phone.post(url("cancel", booked.pk), {"version": booked.version, "reason": "pat"})
    assert done.url == url("visits", clinic.patient.pk)
    assert "Cancelled" in text(phone.get(done.url))


def test_patients_do_not_say_the_hospital_cancelled(clinic, phone):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    assert phone.post(url("cancel", booked.pk), {"reason": "prov"}).status_code == 422


def test_an_old_tab_is_told(clinic, phone):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    stale = phone.post(url("cancel", booked.pk), {"version": booked.version + 1, "reason": "pat"})
    assert stale.status_code == 409


def test_the_calendar_file_says_when_and_not_why(clinic, phone):
    booked = book_appointment(**clinic.asked(by=clinic.himself, reason="Chest pain"))
    stream = phone.get(url("calendar_file", booked.pk))
    assert stream["Content-Type"].startswith("text/calendar")
    assert b"DTSTART;TZID=Europe/Berlin:20261124T090000" in stream.content
    for secret in (b"Chest", clinic.patient.label.encode(), clinic.service.name.encode()):
        assert secret not in stream.content


# --- Booking by the desk ------------------------------------------------------------------------------------
def test_the_desk_books_in_one_step_and_writes_down_who_called(clinic, desk):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    assert "Who is calling" in text(desk.get(address))
    form = {"slot": slot(clinic), "reason": "Follow-up", "caller": "Nils, her son", "channel": "phone"}
    done = desk.post(address, form)
    visit = Appointment.objects.get()
    assert done.url == url("appointment", visit.pk)
    assert (visit.status, visit.caller, visit.channel) == ("booked", "Nils, her son", "phone")
    slip = text(desk.get(url("slip", visit.pk)))
    assert "24-Nov-2026" in slip
    assert clinic.facility.name in slip


def test_the_same_form_sent_twice_is_one_booking(clinic, desk):
    address = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    form = {"slot": slot(clinic), "idempotency_key": "019300aa-0000-7000-8000-000000000001"}
    assert desk.post(address, form).status_code == desk.post(address, form).status_code == 302
    assert Appointment.objects.count() == 1


def test_a_walk_in_is_booked_for_now_with_a_reason(clinic, desk):
    address = f"{url('another_time', clinic.patient.pk)}?department={clinic.department.pk}"
    page = text(desk.get(f"{address}&practitioner={clinic.practitioner.pk}"))
    assert clinic.practitioner.full_name in page
    form = {"schedule": clinic.schedule.pk, "service": clinic.service.pk}
    form |= {"start_at_day": "23.11.2026", "start_at_clock": "8:45"}
    refused = desk.post(address, form)
    assert refused.status_code == 422
    done = desk.post(address, form | {"override_reason": "Walk-in"})
    visit = Appointment.objects.get()
    assert done.url == url("appointment", visit.pk)
    assert (visit.local_start.strftime("%H:%M"), visit.override_reason) == ("08:45", "Walk-in")


def test_a_second_patient_is_placed_beside_the_first(clinic, desk):
    clinic.appointment(NINE)
    address = f"{url('another_time', clinic.patient.pk)}?department={clinic.department.pk}"
    form = {
        "schedule": clinic.schedule.pk,
        "service": clinic.service.pk,
        "start_at_day": "24.11.2026",
        "start_at_clock": "9:00",
    }
    form |= {"override_reason": "Referred as urgent"}
    assert desk.post(address, form).status_code == 409
    assert desk.post(address, form | {"overbook": "on"}).status_code == 302
    calendar = text(desk.get(url("calendar") + "?day=2026-11-24"))
    assert calendar.count("hms-ev") >= 2


def test_patients_do_not_choose_another_time(clinic, phone):
    address = f"{url('another_time', clinic.patient.pk)}?department={clinic.department.pk}"
    assert phone.get(address).status_code == 403


def test_a_free_time_of_the_calendar_leads_to_the_booking(clinic, desk):
    page = text(desk.post(f"{url('whom')}?slot={slot(clinic)}", {"q": clinic.patient.label}))
    assert f"{url('book', clinic.patient.pk)}?slot={slot(clinic)}" in page
    times = text(desk.get(f"{url('book', clinic.patient.pk)}?slot={slot(clinic)}"))
    assert f'value="{slot(clinic)}" checked' in times


def test_who_is_booked_again_is_offered_whom_they_saw_last(clinic, desk):
    book = url("book", clinic.patient.pk)
    assert clinic.department.name in text(desk.get(f"{book}?again=1"))  # never seen yet: the clinics
    make.appointment(clinic.patient, clinic.schedule, clinic.service, status="fulfilled")
    page = text(desk.get(f"{book}?again=1"))
    assert "Choose a time" in page
    assert clinic.practitioner.full_name in page
    assert "Choose a time" not in text(desk.get(book))


def test_a_search_for_whom_to_book_is_in_the_trail_and_in_no_address(clinic, desk):
    page = text(desk.post(url("whom"), {"q": clinic.patient.label}, headers=HTMX))
    assert f"{url('book', clinic.patient.pk)}?again=1" in page
    assert AuditEvent.objects.filter(verb="patients.searched").count() == 1
    assert clinic.patient.label not in text(desk.get(url("whom"), {"q": clinic.patient.label}))


# --- The day ------------------------------------------------------------------------------------------------
@pytest.fixture
def tuesday(clinic):
    visit = book_appointment(**clinic.asked())
    with time_machine.travel(NINE - timedelta(minutes=15), tick=False):
        yield visit


def test_check_in_is_one_tap_and_undo_another(clinic, tuesday, desk):
    assert "Check in" in text(desk.get(url("arrivals")))
    fresh = Appointment.objects.get()
    guard = {"record_id": tuesday.pk, "version": fresh.version}
    done = desk.post(url("check_in", tuesday.pk), guard, headers=HTMX)
    assert "Waiting 0 min" in text(done)
    assert url("undo_check_in", tuesday.pk) in text(done)
    assert Appointment.objects.get().status == "arrived"
    # The list that came back knows the visit as it is now.
    version = Appointment.objects.get().version
    assert f'name="version" value="{version}"' in text(done)
    desk.post(url("undo_check_in", tuesday.pk), {"record_id": tuesday.pk, "version": version}, headers=HTMX)
    assert Appointment.objects.get().status == "booked"


def test_without_script_the_page_comes_back(clinic, tuesday, desk):
    back = desk.post(url("check_in", tuesday.pk), {"next": url("arrivals") + "?show=all"})
    assert back.url == url("arrivals") + "?show=all"
    elsewhere = desk.post(url("undo_check_in", tuesday.pk), {"next": "https://evil.example/"})
    assert elsewhere.url == url("arrivals")


def test_the_lists_of_the_desk(clinic, tuesday, desk):
    for show, seen in [("expected", True), ("late", False), ("waiting", False), ("all", True)]:
        page = text(desk.get(url("arrivals") + f"?show={show}", headers=HTMX))
        assert (clinic.patient.label in page) is seen, show
    with time_machine.travel(NINE + timedelta(minutes=25), tick=False):
        page = text(
            signed_in(make.user("front-desk")).get(url("arrivals") + f"?show=late&facility={clinic.facility.pk}")
        )
        assert "Late 25 min" in page
        assert url("no_show", tuesday.pk) in page


def test_namesakes_of_a_day_are_marked(clinic, tuesday, desk):
    twin = make.patient()
    type(twin).objects.filter(pk=twin.pk).update(label=clinic.patient.label)
    clinic.appointment(NINE + TWENTY, patient=twin)
    assert text(desk.get(url("arrivals"))).count("Same name today") == 2


def test_the_doctors_day_shows_who_waits(clinic, tuesday, desk, doctor):
    desk.post(url("check_in", tuesday.pk))
    page = text(doctor.get(url("day")))
    assert "Waiting 0 min" in page
    assert "hms-dayline" in page
    assert clinic.practitioner.full_name in page
    paper = text(doctor.get(url("day_print") + "?day=2026-11-24"))
    assert clinic.patient.label in paper


def test_the_calendar_side_by_side_and_by_week(clinic, tuesday, desk):
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)))
    page = text(desk.get(url("calendar")))
    assert clinic.practitioner.full_name in page
    assert colleague.practitioner_role.practitioner.full_name in page
    assert clinic.patient.label.partition(",")[0] in page
    assert slot(clinic, NINE + TWENTY) in page
    week = text(desk.get(url("calendar") + f"?view=week&practitioner={clinic.practitioner.pk}"))
    assert "Mon " in week
    assert url("appointment", tuesday.pk) in week


def test_an_empty_day_says_so(clinic, desk):
    assert "Nobody works here" in text(desk.get(url("calendar") + "?day=2026-11-29"))
    assert "Nobody in this list" in text(desk.get(url("arrivals")))


# --- Feeds --------------------------------------------------------------------------------------------------
def test_a_feed_is_read_by_its_secret_until_it_is_revoked(clinic, phone):
    booked = book_appointment(**clinic.asked(by=clinic.himself, reason="Chest pain"))
    page = text(phone.post(url("feeds"), {"do": "issue"}))
    address = page.partition('<code class="hms-v">')[2].partition("</code>")[0]
    path = address[address.index("/scheduling") :]
    stranger = Client()
    stream = stranger.get(path)
    assert str(booked.pk).encode() in stream.content
    assert b"Chest" not in stream.content
    assert path.rpartition("/")[2].removesuffix(".ics") not in text(phone.get(url("feeds")))
    phone.post(url("feeds"), {"do": "revoke"})
    assert stranger.get(path).status_code == 404


def test_a_feed_dies_with_its_owners_access(clinic, phone):
    page = text(phone.post(url("feeds"), {"do": "issue"}))
    address = page.partition('<code class="hms-v">')[2].partition("</code>")[0]
    path = address[address.index("/scheduling") :]
    type(clinic.patient.user).objects.filter(pk=clinic.patient.user.pk).update(is_active=False, deactivated_at=NOW)
    assert Client().get(path).status_code == 404


def test_the_doctors_feed_has_initials_and_no_names(clinic, doctor):
    book_appointment(**clinic.asked())
    page = text(doctor.post(url("feeds"), {"do": "issue"}))
    address = page.partition('<code class="hms-v">')[2].partition("</code>")[0]
    stream = Client().get(address[address.index("/scheduling") :]).content.decode()
    assert clinic.patient.label.partition(",")[0] not in stream
    assert f"SUMMARY:{clinic.service.name}" in stream


def test_a_feed_shows_what_its_owner_may_see_today(clinic, doctor):
    """Who left keeps an account as a patient: the address on their phone does not go on with the clinic's day."""
    book_appointment(**clinic.asked())
    page = text(doctor.post(url("feeds"), {"do": "issue"}))
    address = page.partition('<code class="hms-v">')[2].partition("</code>")[0]
    address = address[address.index("/scheduling") :]
    assert "BEGIN:VEVENT" in text(Client().get(address))
    make.grant(clinic.practitioner.user, "patient")
    clinic.practitioner.user.grants.filter(duty="doctor").update(end_at=NOW)
    assert "BEGIN:VEVENT" not in text(Client().get(address))
    clinic.practitioner.user.grants.update(end_at=NOW)
    assert Client().get(address).status_code == 404


def test_a_new_address_ends_the_old_one(clinic, phone):
    phone.post(url("feeds"), {"do": "issue"})
    phone.post(url("feeds"), {"do": "issue"})
    assert CalendarFeed.objects.live().count() == 1


# --- Who, and how dear --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["arrivals", "day", "calendar", "whom"])
def test_patients_do_not_open_the_pages_of_the_house(clinic, phone, name):
    assert phone.get(url(name)).status_code == 403


@pytest.mark.parametrize("name", ["arrivals", "day", "calendar", "whom", "feeds"])
def test_nobody_opens_a_page_without_signing_in(name, db):
    answer = Client().get(url(name))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_tap_is_a_post(clinic, tuesday, desk):
    for name in ("check_in", "undo_check_in", "no_show", "undo_no_show", "release"):
        assert desk.get(url(name, tuesday.pk)).status_code == 405


def test_a_look_is_one_line_and_a_fragment_none(clinic, tuesday, desk):
    AuditEvent.objects.filter(verb="chart.read").count()
    desk.get(url("appointment", tuesday.pk))
    desk.get(url("book", clinic.patient.pk) + f"?department={clinic.department.pk}", headers=HTMX)
    reads = AuditEvent.objects.filter(verb="chart.read")
    assert [(line.patient_id, line.detail) for line in reads] == [
        (clinic.patient.pk, {"page": "scheduling:appointment"})
    ]


@pytest.mark.parametrize("visits", [1, 8])
@pytest.mark.parametrize(
    "address",
    [
        "arrivals",
        "day",
        "calendar",
        "calendar?view=week&practitioner={practitioner}",
        "book/{patient}/",
        "book/{patient}/?department={department}",
        "book/{patient}/?department={department}&practitioner={practitioner}",
        "visits/{patient}/",
        "appointments/{visit}/",
        "appointments/{visit}/move/",
        "appointments/{visit}/cancel/",
    ],
)
def test_no_page_costs_more_than_twenty_five_queries(clinic, address, visits, django_assert_max_num_queries):
    for number in range(visits - 1):
        clinic.appointment(NINE + (number + 1) * TWENTY)
    visit = clinic.appointment(NINE, patient=clinic.patient)
    path = "/scheduling/" + address.format(
        patient=clinic.patient.pk,
        department=clinic.department.pk,
        practitioner=clinic.practitioner.pk,
        visit=visit.pk,
    )
    path = (
        path if "/" in path.removeprefix("/scheduling/") else path.replace("?", "/?", 1) if "?" in path else path + "/"
    )
    with time_machine.travel(NINE - timedelta(minutes=5), tick=False):
        desk = signed_in(make.user("front-desk", facility=clinic.facility))
        with django_assert_max_num_queries(MOST_QUERIES):
            assert desk.get(path).status_code == 200
