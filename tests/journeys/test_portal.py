"""Step 6: what patients see for themselves, and a parent with two children on one page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor


def family(guardian: Visitor) -> list[str]:
    """The names one may switch between, as they are called."""
    links = guardian.page.get_by_role("navigation", name="For whom").get_by_role("link")
    return [link.locator("span").last.inner_text().strip() for link in links.all()]


def test_a_parent_switches_between_two_children_by_name(enter: Enter):
    parent = enter("guardian", phone=True)
    parent.look()
    me, first, second = family(parent)
    assert "(you)" in me
    for child in (first, second):
        parent.press(child, within=parent.page.get_by_role("navigation", name="For whom"))
        parent.heading(child)
        parent.sees(re.compile("You act for"))
        current = parent.page.get_by_role("navigation", name="For whom").locator("[aria-current=page]")
        expect(current).to_contain_text(child)
        # The same page of the other child is one press away, and nobody has signed in anew.
        parent.press("Visits", within=parent.page.get_by_role("navigation", name="Everything else"))
        parent.sees(re.compile("For .*"))
        parent.look()
        parent.home()


def test_two_tabs_on_two_children_do_not_cross(enter: Enter):
    parent = enter("guardian", phone=True)
    _me, first, second = family(parent)
    other = parent.another_tab()
    parent.press(first, within=parent.page.get_by_role("navigation", name="For whom"))
    other.open("/")
    other.press(second, within=other.page.get_by_role("navigation", name="For whom"))
    parent.page.reload()
    parent.heading(first)
    other.heading(second)


def test_the_four_doors_of_a_patient(enter: Enter):
    patient = enter("patient", phone=True)
    patient.look()
    for door, title in (("My health", "health"), ("Bills", "Bills"), ("Who looked", "Who opened my record")):
        patient.home()
        patient.press(door, within=patient.page.get_by_role("navigation", name="Everything else"))
        patient.heading(re.compile(title))
        patient.look()


def test_a_patient_reads_a_result_in_two_interactions(enter: Enter):
    patient = enter("patient", phone=True)
    patient.home()
    patient.press("My health", within=patient.page.get_by_role("navigation", name="Everything else"))
    assert patient.pressed <= 2
    patient.sees(re.compile("Potassium|Body weight"))
    patient.press("All results")
    patient.heading("Results")
    patient.look()


def test_a_patient_has_the_visits_in_the_own_calendar(enter: Enter):
    patient = enter("patient", phone=True)
    patient.open("/my/visits/")
    patient.look()
    patient.press("Show my visits in my own calendar")
    patient.look()
    patient.press("Make")
    patient.sees("Your new address")
    address = patient.page.locator("code").inner_text()
    calendar = patient.page.request.get(patient.hospital.url + "/scheduling/" + address.split("/scheduling/")[1])
    assert calendar.ok
    assert calendar.text().startswith("BEGIN:VCALENDAR")
