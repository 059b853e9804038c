"""Step 3: the desk checks in with one tap and can take it back; the doctor's day shows who waits."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

ASTRID = "WENNERHOLM, Astrid"


def arrival(desk: Visitor) -> None:
    """The desk's list of who is expected, with Astrid in it."""
    desk.open("/")
    expect(desk.row(ASTRID)).to_be_visible()


def test_check_in_undo_and_check_in_again_and_the_doctor_sees_who_waits(enter: Enter):
    desk, doctor = enter("desk"), enter("sandberg")
    expect(doctor.row(ASTRID)).to_contain_text(re.compile("Booked|Late"))

    desk.home()
    desk.press("Check in", within=desk.row(ASTRID))
    desk.sees(re.compile(f"{ASTRID} is checked in"))
    assert desk.pressed <= 2
    expect(desk.row(ASTRID)).to_contain_text("Waiting")
    doctor.open("/")
    expect(doctor.row(ASTRID)).to_contain_text("Waiting")
    doctor.sees(re.compile("1 waiting"))
    doctor.look()

    desk.press("Undo", within=desk.row(ASTRID))
    desk.sees(re.compile(f"The check-in of {ASTRID} is taken back"))
    doctor.open("/")
    expect(doctor.row(ASTRID)).to_contain_text(re.compile("Booked|Late"))

    desk.press("Check in", within=desk.row(ASTRID))
    expect(desk.row(ASTRID)).to_contain_text("Waiting")
    # The toast takes it back as well.
    desk.page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(desk.row(ASTRID)).to_contain_text(re.compile("Booked|Late"))
    desk.press("Check in", within=desk.row(ASTRID))
    expect(desk.row(ASTRID)).to_contain_text("Waiting")
    desk.look()


def test_the_desk_looks_at_the_day_from_every_side(enter: Enter):
    desk = enter("desk")
    arrival(desk)
    for filter in ("Late", "Waiting", "All", "Expected"):
        desk.page.get_by_role("link", name=filter, exact=True).last.click()
        expect(desk.page.get_by_role("link", name=filter, exact=True).last).to_have_attribute(
            "aria-current", re.compile(".")
        )
    desk.open("/scheduling/arrivals/")
    desk.look()
    desk.press("Calendar")
    desk.look()


def test_the_list_of_arrivals_works_without_javascript(enter: Enter, new_context, hospital):
    desk = enter("desk")
    bare = new_context(java_script_enabled=False, storage_state=desk.context.storage_state())
    page = bare.new_page()
    page.goto(f"{hospital.url}/")
    row = page.get_by_role("row").filter(has_text="DOVREFJELL, Runa")
    row.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("DOVREFJELL, Runa is checked in")).to_be_visible()
    page.get_by_role("row").filter(has_text="DOVREFJELL, Runa").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The check-in of DOVREFJELL, Runa is taken back")).to_be_visible()


def test_a_doctor_opens_the_next_patient_with_one_press(enter: Enter):
    doctor = enter("moreau")
    doctor.home()
    doctor.sees("FEATHERSTONE, Barnaby", "Cough and fever for five days")
    doctor.press("Open chart")
    assert doctor.pressed <= 1
    expect(doctor.banner).to_contain_text("FEATHERSTONE, Barnaby")
    doctor.heading("Summary")
    doctor.look()


def test_the_day_is_printed(enter: Enter):
    doctor = enter("sandberg")
    doctor.press("Print list")
    doctor.sees(ASTRID)
    doctor.look()
