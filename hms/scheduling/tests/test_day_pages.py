"""The pages between the door and the room: kiosk, phone, display, screens, queue."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hms.core.models import AuditEvent
from hms.core.problems import Missing, Refused
from hms.core.qr import qr
from hms.scheduling import links, refusals
from hms.scheduling.actions import call, check_in, make_screen, revoke_screen
from hms.scheduling.models import Appointment, QueueEntry, Screen
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import cast, make

MINUTES = timedelta(minutes=1)


@pytest.fixture
def morning(clinic):
    """A quarter to nine on the day of the visits."""
    with time_machine.travel(NINE - 15 * MINUTES, tick=False) as clock:
        yield clock


def signed_in(*duties: str, user=None) -> Client:
    client = Client()
    client.force_login(user or make.user(*duties))
    return client


def entry_of(visit) -> QueueEntry | None:
    return QueueEntry.objects.filter(appointment=visit).first()


# --- The kiosk ----------------------------------------------------------------------------------------------------
@pytest.fixture
def tablet(clinic):
    """A kiosk at the entrance: posts what somebody types."""
    make.screen("kiosk", clinic.facility, "tablet")
    browser = Client()

    def typed(born: str, family: str):
        return browser.post("/scheduling/kiosk/tablet/", {"born_on": born, "family": family})

    typed.browser = browser
    return typed


def test_the_kiosk_gives_a_token_and_no_name(clinic, morning, tablet):
    visit = clinic.appointment(patient=make.patient("García-Mármol", "Inés", "1962-03-14"))
    answer = tablet("14.3.1962", "garcia marmol")
    assert answer.status_code == 302
    assert entry_of(visit).token == "A-001"
    shown = tablet.browser.get(answer.headers["Location"])
    text = shown.content.decode()
    assert "A-001" in text
    assert not re.search("Garc|Inés|1962", text)
    assert 'http-equiv="refresh" content="15;url=/scheduling/kiosk/tablet/"' in text
    assert shown.headers["Cache-Control"] == "no-store"
    line = AuditEvent.objects.get(verb="appointment.checked_in")
    assert (line.patient_id, line.actor_kind, line.client) == (
        visit.patient.pk,
        "system",
        str(Screen.objects.get().pk),
    )


def test_nothing_of_the_last_person_stays(clinic, morning, tablet):
    clinic.appointment(patient=make.patient("Sandberg", born="1962-03-14"))
    where = tablet("14.3.1962", "Sandberg").headers["Location"]
    morning.shift(timedelta(seconds=26))
    answer = tablet.browser.get(where)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/scheduling/kiosk/tablet/")
    start = tablet.browser.get("/scheduling/kiosk/tablet/").content.decode()
    assert "A-001" not in start
    assert 'autocomplete="off"' in start
    assert settings.SESSION_COOKIE_NAME not in tablet.browser.cookies


def test_the_kiosk_answers_everything_it_does_not_know_with_one_sentence(clinic, morning, tablet):
    """Nobody, another day, another house, twins, and who is here already: from outside all alike."""
    one = {"born": "1962-03-14"}
    clinic.appointment(NINE + timedelta(days=1), patient=make.patient("Tomorrow", **one))
    make.appointment(make.patient("Elsewhere", **one), start_at=NINE)
    clinic.appointment(NINE, patient=make.patient("Twin", "Tove", **one))
    clinic.appointment(NINE + TWENTY, patient=make.patient("Twin", "Tuva", **one))
    here = clinic.appointment(NINE + 2 * TWENTY, patient=make.patient("Present", **one))
    check_in(by=clinic.desk, appointment=here)
    for family in ("Nobody", "Tomorrow", "Elsewhere", "Twin", "Present"):
        answer = tablet("14.3.1962", family)
        assert answer.status_code == 422
        assert str(refusals.ASK_THE_DESK.text) in answer.content.decode()
    assert QueueEntry.objects.count() == 1


def test_too_early_is_said_to_the_one_who_is(clinic, morning, tablet):
    clinic.appointment(NINE + 5 * TWENTY, patient=make.patient("Early", born="1962-03-14"))
    answer = tablet("14.3.1962", "Early").content.decode()
    assert "You can check in from 09:10 CET" in answer
    # What was typed is still there, for a second try.
    assert 'value="Early"' in answer


def test_guessing_gets_slower(clinic, morning, tablet):
    visit = clinic.appointment(patient=make.patient("Sandberg", born="1962-03-14"))
    for _number in range(9):
        tablet("14.3.1962", "Nobody")
    assert tablet("14.3.1962", "Sandberg").status_code == 422
    morning.shift(timedelta(minutes=2, seconds=1))
    assert tablet("14.3.1962", "Sandberg").status_code == 302
    assert entry_of(visit) is not None


def test_ones_own_name_in_between_gives_no_more_guesses(clinic, morning, tablet):
    """Who comes in the afternoon is known, and refused: that proves nothing about the guesses before and after."""
    clinic.appointment(NINE + 5 * TWENTY, patient=make.patient("Early", born="1962-03-14"))
    clinic.appointment(patient=make.patient("Sandberg", born="1972-08-02"))
    for _number in range(3):
        for _guess in range(4):
            tablet("14.3.1962", "Nobody")
        tablet("14.3.1962", "Early")
    assert tablet("2.8.1972", "Sandberg").status_code == 422


def test_a_kiosk_of_one_clinic_knows_no_other(clinic, morning):
    make.screen("kiosk", clinic.facility, "children", department=make.department(clinic.facility))
    clinic.appointment(patient=make.patient("Sandberg", born="1962-03-14"))
    answer = Client().post("/scheduling/kiosk/children/", {"born_on": "14.3.1962", "family": "Sandberg"})
    assert answer.status_code == 422


def test_a_display_is_no_kiosk_and_a_guessed_address_nothing(clinic):
    make.screen("display", clinic.facility, "hall")
    assert Client().get("/scheduling/kiosk/hall/").status_code == 404
    assert Client().get("/scheduling/display/guess/").status_code == 404


# --- The display --------------------------------------------------------------------------------------------------
def test_the_display_shows_tokens_and_rooms_and_nobody(clinic, morning):
    make.screen("display", clinic.facility, "hall", department=clinic.department)
    first, second = (clinic.appointment(NINE + n * TWENTY, patient=make.patient("Sandberg")) for n in range(2))
    for visit in (first, second):
        check_in(by=clinic.desk, appointment=visit)
    call(by=clinic.doctor, entry=entry_of(first), location=clinic.room)
    page = Client().get("/scheduling/display/hall/").content.decode()
    assert page.index("A-001") < page.index("Room 4") < page.index("A-002")
    assert not re.search("sandberg|ingrid|farahani", page, re.I)
    # Called long ago: they are in the room, or lost.
    morning.shift(16 * MINUTES)
    assert "A-001" not in Client().get("/scheduling/display/hall/", headers={"HX-Request": "true"}).content.decode()


def test_a_display_of_one_room_shows_no_other(clinic, morning):
    make.screen("display", clinic.facility, "door", location=make.location(clinic.facility))
    visit = clinic.appointment()
    check_in(by=clinic.desk, appointment=visit)
    call(by=clinic.doctor, entry=entry_of(visit), location=clinic.room)
    assert "A-001" not in Client().get("/scheduling/display/door/").content.decode()


def test_a_display_asks_the_same_however_many_wait(clinic, morning, django_assert_max_num_queries):
    make.screen("display", clinic.facility, "hall")
    for number in range(8):
        check_in(by=clinic.desk, appointment=clinic.appointment(NINE + number * TWENTY))
    with django_assert_max_num_queries(6):
        Client().get("/scheduling/display/hall/", headers={"HX-Request": "true"})


# --- Screens ------------------------------------------------------------------------------------------------------
def test_a_screen_is_made_shown_once_and_switched_off(clinic, morning, lines):
    browser = signed_in("administrator")
    form = {"kind": "display", "name": "Hall", "facility": str(clinic.facility.pk)}
    made = browser.post("/scheduling/screens/", form).content.decode()
    (path,) = set(re.findall(r"/scheduling/display/[\w-]{40,}/", made))
    assert Client().get(path).status_code == 200
    again = browser.get("/scheduling/screens/").content.decode()
    assert "Hall" in again
    assert path not in again
    off = browser.post(reverse("scheduling:revoke_screen", args=[Screen.objects.get().pk]))
    assert off.status_code == 302
    assert Client().get(path).status_code == 404
    # What still stands on the wall goes at its next breath.
    assert Client().get(path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert [verb for verb, _ in lines() if verb.startswith("screen")] == ["screen.made", "screen.revoked"]


def test_a_form_that_lacks_its_name_keeps_the_rest(clinic, morning):
    form = {"kind": "kiosk", "name": "", "facility": str(clinic.facility.pk)}
    answer = signed_in("administrator").post("/scheduling/screens/", form)
    assert answer.status_code == 422
    assert re.search(r'value="kiosk"[^>]*checked', answer.content.decode())


def test_screens_of_another_house_are_not_made_or_found(clinic):
    other, screen = make.facility(), make.screen(facility=clinic.facility)
    by = cast.actor("front-desk", user=make.user(), facilities=[other])
    with pytest.raises(Missing):
        make_screen(by=by, kind="display", name="Hall", facility=clinic.facility)
    with pytest.raises(Missing):
        revoke_screen(by=by, screen=screen)
    with pytest.raises(Refused) as refused:
        make_screen(by=by, kind="display", name="Hall", facility=other, location=clinic.room)
    assert refused.value.problems == (refusals.SCREEN_PLACE,)


def test_the_sheet_for_the_entrance_leads_patients_in(clinic):
    page = signed_in("administrator").get(reverse("scheduling:poster", args=[clinic.facility.pk])).content.decode()
    assert "I am here" in page
    assert '<path d="M' in page


# --- By phone -----------------------------------------------------------------------------------------------------
def test_the_link_on_the_confirmation_checks_in_with_one_tap(clinic, morning):
    visit = clinic.appointment(patient=make.patient("Sandberg"), reason="Chest pain")
    path = f"/scheduling/come/{links.secret_of(visit)}/"
    browser = Client()
    page = browser.get(path).content.decode()
    assert "I am here" in page
    assert not re.search("sandberg|chest|farahani", page, re.I)
    assert browser.post(path).headers["Location"] == path
    page = browser.get(path).content.decode()
    assert "A-001" in page
    assert "Up to 30 minutes" in page or "minutes" in page
    assert "I am here" not in page
    call(by=clinic.doctor, entry=entry_of(visit), location=clinic.room)
    fragment = browser.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Please come in now" in fragment
    assert "Room 4" in fragment
    assert AuditEvent.objects.filter(verb="appointment.read", patient_id=visit.patient.pk).count() == 2


def test_a_link_that_nobody_signed_leads_nowhere(clinic):
    visit = clinic.appointment()
    for secret in (visit.pk.hex, f"{visit.pk.hex}:forged", links.secret_of(visit)[:-1] + "?", "none"):
        assert links.visit_of(secret) is None
    assert Client().get(f"/scheduling/come/{visit.pk.hex}:x/").status_code == 404


def test_the_link_is_polite_on_the_wrong_day(clinic):
    """The day before: says when, and does nothing."""
    visit = clinic.appointment()
    path = f"/scheduling/come/{links.secret_of(visit)}/"
    browser = Client()
    assert "This visit is on Tuesday, 24-Nov-2026." in browser.get(path).content.decode()
    assert browser.post(path).status_code == 422
    assert Appointment.objects.get(pk=visit.pk).status == "booked"


def test_the_code_at_the_entrance_shows_ones_own_visits_of_today(clinic, morning):
    mine = clinic.appointment(patient=clinic.patient)
    clinic.appointment(NINE + TWENTY, patient=make.patient("Stranger"))
    make.grant(clinic.patient.user, "patient")
    browser = signed_in(user=clinic.patient.user)
    page = browser.get(f"/scheduling/here/{clinic.facility.pk}/").content.decode()
    assert clinic.patient.label in page
    assert "STRANGER" not in page
    answer = browser.post(reverse("scheduling:check_in_oneself", args=[mine.pk]), {"at": str(clinic.facility.pk)})
    assert answer.headers["Location"] == reverse("scheduling:appointment", args=[mine.pk])
    assert "A-001" in browser.get(answer.headers["Location"]).content.decode()


def test_the_wrong_house_is_named(clinic, morning):
    clinic.appointment(patient=clinic.patient)
    make.grant(clinic.patient.user, "patient")
    elsewhere = make.facility()
    page = signed_in(user=clinic.patient.user).get(f"/scheduling/here/{elsewhere.pk}/").content.decode()
    assert f"This visit is in another house: {clinic.facility.name}" in page
    assert "hms-once" not in page
    assert '<button class="btn btn-primary btn-lg' not in page


def test_the_patient_never_reads_how_likely_they_come(clinic, morning):
    for days in (10, 20, 30):
        make.appointment(clinic.patient, clinic.schedule, clinic.service, NINE - timedelta(days=days), status="noshow")
    visit = clinic.appointment(NINE + TWENTY, patient=clinic.patient)
    make.grant(clinic.patient.user, "patient")
    path = reverse("scheduling:appointment", args=[visit.pk])
    assert "May not come" in signed_in("front-desk").get(path).content.decode()
    assert "May not come" in signed_in("front-desk").get("/scheduling/arrivals/").content.decode()
    assert "May not come" not in signed_in(user=clinic.patient.user).get(path).content.decode()


def test_the_slip_carries_the_code_and_then_the_token(clinic, morning):
    visit = clinic.appointment()
    path, desk = reverse("scheduling:slip", args=[visit.pk]), signed_in("front-desk")
    assert qr(links.address_of(visit)).path in desk.get(path).content.decode()
    check_in(by=clinic.desk, appointment=visit)
    assert "A-001" in desk.get(path).content.decode()


# --- The queue ----------------------------------------------------------------------------------------------------
def test_one_press_calls_the_next_and_says_who(clinic, morning):
    visit = clinic.appointment(patient=make.patient("Sandberg"))
    check_in(by=clinic.desk, appointment=visit)
    make.grant(clinic.practitioner.user, "doctor")
    doctor = signed_in(user=clinic.practitioner.user)
    home = doctor.get("/day/").content.decode()
    assert "Call next: A-001" in re.sub(r"<[^>]+>", "", home)
    form = {"practitioner": str(clinic.practitioner.pk), "next": "/day/"}
    path = reverse("scheduling:call_next", args=[clinic.department.pk])
    answer = doctor.post(path, form)
    assert answer.headers["Location"] == "/day/"
    assert "A-001 is called: SANDBERG" in doctor.get("/day/").content.decode()
    assert entry_of(visit).status == "called"
    # Nobody is left: said in words, where one was.
    assert doctor.post(path, form).status_code == 302
    assert "Nobody waits here now" in doctor.get("/day/").content.decode()


def test_the_room_is_the_callers(clinic, morning):
    visit = clinic.appointment()
    check_in(by=clinic.desk, appointment=visit)
    make.appointment(schedule=clinic.schedule, service=clinic.service, start_at=NINE + TWENTY).participants.create(
        location=clinic.room, start_at=NINE + TWENTY, end_at=NINE + 2 * TWENTY
    )
    make.grant(clinic.practitioner.user, "doctor")
    signed_in(user=clinic.practitioner.user).post(reverse("scheduling:call_next", args=[clinic.department.pk]))
    assert entry_of(visit).location == clinic.room


def test_the_queue_page_has_every_verb(clinic, morning):
    waiting, called = (clinic.appointment(NINE + n * TWENTY) for n in range(2))
    for visit in (waiting, called):
        check_in(by=clinic.desk, appointment=visit)
    call(by=clinic.doctor, entry=entry_of(called))
    desk = signed_in("front-desk")
    page = desk.get("/scheduling/queue/").content.decode()
    for verb, visit in (("call", waiting), ("recall", called), ("skip", called), ("undo_call", called)):
        assert reverse(f"scheduling:{verb}", args=[entry_of(visit).pk]) in page
    fragment = desk.get("/scheduling/queue/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    for verb, visit, becomes in (
        ("recall", called, "called"),
        ("skip", called, "arrived"),
        ("send_for_tests", waiting, "onleave"),
        ("come_back", waiting, "arrived"),
        ("set_priority", waiting, "arrived"),
        ("call", called, "called"),
        ("undo_call", called, "arrived"),
    ):
        answer = desk.post(reverse(f"scheduling:{verb}", args=[entry_of(visit).pk]), {"priority": "urgent"})
        assert (verb, answer.status_code, entry_of(visit).status) == (verb, 302, becomes)
    assert entry_of(waiting).priority == "urgent"


def test_a_walk_in_is_checked_in_with_one_more_press(clinic, morning):
    """The page of the visit that was just written down has the button; it leads back with the token."""
    visit = clinic.appointment(NINE - 15 * MINUTES, booked_at=NINE - 15 * MINUTES)
    desk, path = signed_in("front-desk"), reverse("scheduling:appointment", args=[visit.pk])
    assert reverse("scheduling:check_in", args=[visit.pk]) in desk.get(path).content.decode()
    assert desk.post(reverse("scheduling:check_in", args=[visit.pk]), {"next": path}).headers["Location"] == path
    page = desk.get(path).content.decode()
    assert "token A-001" in page
    assert reverse("scheduling:check_in", args=[visit.pk]) not in page


def test_a_code_can_be_read_by_a_camera():
    """The finder in the corner, with its quiet edge, as ISO/IEC 18004 draws it."""
    code = qr("https://hospital.example/scheduling/here/")
    assert code.path.startswith("M4 4h7v1h-7z")
    assert code.size >= 21 + 8


def test_who_was_called_is_next_on_the_doctors_page(clinic, morning):
    """Called out of turn: the visit that begins with one press is theirs."""
    first, second = (clinic.appointment(NINE + n * TWENTY, patient=make.patient(f"Named{n}")) for n in range(2))
    for visit in (first, second):
        check_in(by=clinic.desk, appointment=visit)
    make.grant(clinic.practitioner.user, "doctor")
    doctor = signed_in(user=clinic.practitioner.user)
    assert reverse("workspace:start_visit", args=[first.pk]) in doctor.get("/day/").content.decode()
    call(by=clinic.doctor, entry=entry_of(second))
    assert reverse("workspace:start_visit", args=[second.pk]) in doctor.get("/day/").content.decode()
