"""A course in a group: booked at the desk, a place that is added found by who waits for it, ended on the phone."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.test_series import day

WEEK = timedelta(days=7)
DOCTOR = "Dr Rowan Ashgrove"
# Who has a place in which group visit, and how.
PLACES = """
    SELECT part.status, visit.status FROM scheduling_appointmentparticipant part
    JOIN scheduling_appointment visit ON visit.id = part.appointment_id AND visit.capacity > 1
    JOIN patients_patient who ON who.id = part.patient_id WHERE who.label = %s ORDER BY visit.start_at, part.id
"""


def course(hospital: Hospital) -> date:
    """The first of the Tuesdays, which is full."""
    names = ["Marchbanks", "Trevanion"]
    said = hospital.manage(
        "shell", "--no-imports", "-c", f"from tests.journeys.scene import course; course('Ashgrove', {names})"
    )
    return date.fromisoformat(json.loads(said.splitlines()[-1]))


def test_a_course_is_booked_a_place_is_waited_for_and_the_rest_is_given_up(enter: Enter, hospital: Hospital):
    first = course(hospital)
    desk, donata = enter("desk"), enter("donata", phone=True)
    desk.press("Book visit")
    desk.type("ravelli donata")
    desk.page.locator("#found").get_by_role("link", name="RAVELLI, Donata").click()
    desk.press("Internal medicine")
    desk.press("Cardiac rehab")
    desk.press("Several visits that come again")
    desk.page.get_by_label("With").select_option(label=DOCTOR)
    desk.fill("First day", day(first))
    desk.fill("Time", "9:00")
    for number in range(7):
        desk.page.locator("main label.hms-slot").nth(number).locator("input").set_checked(number == first.weekday())
    desk.fill("How many visits", "4")
    desk.press("Show the dates")
    desk.sees("All places are taken", "1 date has something in its way.")
    desk.look()
    desk.press("Book all dates that have a time")
    desk.sees("3 visits are booked.", "Dates without a visit yet")
    desk.look()

    # The first date is full: she waits for it, and the desk finds one chair more.
    donata.home()
    donata.press("Book a visit")
    donata.press("Internal medicine")
    donata.press("Cardiac rehab")
    donata.press("Nothing suits?")
    donata.sees(re.compile("When a place in this group becomes free"))
    donata.fill("Not after", day(first))
    donata.look()
    donata.press("Put me on the waiting list")
    donata.heading("On the waiting list")
    ((visit,),) = hospital.rows(
        "SELECT id FROM scheduling_appointment WHERE capacity > 1 ORDER BY start_at LIMIT 1", []
    )
    desk.open(f"/scheduling/appointments/{uuid.UUID(str(visit))}/")
    desk.sees("2 of 2 places are taken", "MARCHBANKS, Elowen", "TREVANION, Piran")
    desk.look()
    desk.fill("Places", "3")
    desk.press("Change the places")
    desk.sees(re.compile("The number of places is changed"))
    for _try in range(60):
        donata.home()
        if donata.page.get_by_text(re.compile("Answer until")).is_visible():
            break
        donata.page.wait_for_timeout(250)
    desk.page.reload()
    desk.sees("3 of 3 places are taken", "Asked, not answered")
    desk.look()
    donata.look()
    donata.page.get_by_text(re.compile("Answer until")).click()
    donata.heading("A time has become free")
    donata.look()
    donata.press("Accept")
    donata.sees("The visit is booked.")
    donata.sees_not("MARCHBANKS", "TREVANION")
    donata.look()
    assert hospital.rows(PLACES, ["RAVELLI, Donata"]) == [("accepted", "booked")] * 4

    # The series is hers to change: another time for all that is to come, and then the end.
    donata.press("All visits")
    donata.look()
    donata.page.locator("a.hms-row[href*='/series/']").click()
    donata.press("Move all to come")
    donata.fill("New time", "10:00")
    donata.press("Show the new times")
    donata.look()
    donata.press("Move to these times")
    donata.sees("The visits have new times. The times before are free again.")
    donata.look()
    donata.press("End the series")
    donata.look()
    donata.page.locator("main label").first.click()
    donata.press(re.compile("Cancel 4 visits"))
    donata.sees("The visits are cancelled, and their times are free for somebody else.")
    donata.look()
    expect(donata.page.get_by_text("Move all to come")).to_have_count(0)
    assert ("accepted", "booked") not in hospital.rows(PLACES, ["RAVELLI, Donata"])
    # The two who were there before come all the same.
    assert hospital.rows(PLACES, ["MARCHBANKS, Elowen"]) == [("accepted", "booked")]
