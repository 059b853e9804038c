"""A month is planned: wishes, a proposal, a change by hand, and then patients find the new times."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.test_availability import wish

CLINIC = "General practice"


def test_a_doctor_says_when_they_can_not(enter: Enter):
    doctor = enter("doctor")
    doctor.press("Wishes for sessions")
    doctor.look()
    selects = doctor.page.locator("main select")
    selects.nth(0).select_option(label="I can't")
    selects.nth(3).select_option(label="I would like to")
    doctor.press("Keep my wishes")
    doctor.sees("Your wishes are kept.")
    expect(doctor.page.locator("main select").nth(0)).to_have_value("cannot")


@pytest.mark.planning
def test_the_planner_has_a_month_proposed_changes_it_and_publishes_and_a_patient_finds_the_time(enter: Enter):
    admin = enter("admin")
    admin.press("Timetables")
    admin.press("Monthly plans")
    admin.look()
    admin.press("New plan")
    admin.page.get_by_label("Clinic").select_option(label=CLINIC)
    admin.look()
    admin.press("Begin the plan")
    admin.sees("The plan is begun, as the timetables are now.")
    admin.press("What is wanted")
    admin.look()
    # Nobody works there on Saturdays: whoever finds such a time finds it in the plan.
    admin.fill("Any visit, Sat", "1")
    admin.press("Keep these numbers")
    admin.press("Propose a plan")
    admin.sees("A plan is being looked for")
    expect(admin.page.locator("#outcome")).to_contain_text(re.compile("The best plan"), timeout=200_000)
    admin.sees("The plan keeps all rules.")
    admin.look()
    admin.press("Rooms", within=admin.page.locator("main"))
    admin.look()
    admin.press("People", within=admin.page.locator("main"))
    # By keyboard: the half-day, its choice, and back to where one was.
    cell = admin.page.locator("main td a.hms-ev--in").first
    name = str(cell.get_attribute("id"))
    cell.focus()
    admin.page.keyboard.press("Enter")
    admin.look()
    admin.choose("No session")
    admin.press("Keep this")
    expect(admin.page.locator(f"#{name}")).not_to_have_class(re.compile("hms-ev--in"))
    admin.press("Publish")
    admin.look()
    admin.press("Publish", within=admin.page.locator("main form"))
    admin.sees("The plan is published.")
    admin.look()

    edith = enter("edith", phone=True)
    edith.press("Book a visit")
    edith.press(CLINIC)
    wish(edith, "Sat")
    edith.sees(re.compile("Only: Sat"))
    edith.press("Continue")
    edith.press("Book this visit")
    edith.sees("The visit is booked.")
