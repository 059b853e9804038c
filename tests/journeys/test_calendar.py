"""The calendar: a visit is moved by dragging it, and again by keys alone; nothing moves before somebody says so."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import Locator, expect

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

JUNO = "KESTRELHAY"


def week_of_juno(desk: Visitor, hospital: Hospital) -> Locator:
    """The week of her doctor, in which her visit is."""
    ((practitioner, start),) = hospital.rows(
        "SELECT who.practitioner_id, a.wall_start FROM scheduling_appointment a "
        "JOIN scheduling_appointmentparticipant who ON who.appointment_id = a.id AND who.practitioner_id IS NOT NULL "
        "JOIN scheduling_appointmentparticipant part ON part.appointment_id = a.id "
        "JOIN patients_patient patient ON patient.id = part.patient_id "
        "WHERE a.status = 'booked' AND patient.label LIKE %s",
        ["KESTRELHAY%"],
    )
    desk.open(f"/scheduling/calendar/?view=week&practitioner={uuid.UUID(str(practitioner))}&day={str(start)[:10]}")
    return desk.page.get_by_role("link", name=re.compile(JUNO)).first


def time_of(visit: Locator) -> str:
    found = re.search(r"\d{2}:\d{2}", visit.inner_text())
    assert found
    return found[0]


def test_a_visit_is_dragged_to_a_free_time_and_carried_on_by_keys(enter: Enter, hospital: Hospital):
    desk = enter("desk")
    visit = week_of_juno(desk, hospital)
    desk.look()
    before = time_of(visit)
    free = desk.page.locator(".hms-free[data-slot]").first
    visit.drag_to(free)
    desk.heading("Move the visit")
    expect(desk.page.locator("input[name=slot]:checked")).to_have_count(1)
    desk.sees("The time you have now stays yours until you have the new one.")
    desk.look()
    desk.press("Move to this time")
    desk.sees("The visit has a new time. The time before is free again.")

    visit = week_of_juno(desk, hospital)
    dragged = time_of(visit)
    assert dragged != before
    visit.focus()
    desk.page.keyboard.press("m")
    desk.sees("Nothing is moved before you say so.")
    expect(desk.page.locator(".hms-ev--carried")).to_have_count(1)
    desk.look()
    free = desk.page.locator(".hms-free[data-slot]").nth(4)
    free.focus()
    desk.page.keyboard.press("Enter")
    desk.heading("Move the visit")
    desk.page.keyboard.press("Control+Enter")
    desk.sees("The visit has a new time. The time before is free again.")
    assert time_of(week_of_juno(desk, hospital)) != dragged


def test_month_and_rooms_are_a_press_away(enter: Enter):
    desk = enter("desk")
    desk.press("Calendar")
    desk.press("Month")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\w+ \d{4}$"))
    desk.look()
    desk.page.locator(".hms-month [aria-current=date] a").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\w+day, "))
    desk.press("Rooms")
    desk.look()
