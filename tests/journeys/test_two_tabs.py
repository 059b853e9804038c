"""Two tabs: on one record nobody's words are lost, and on two patients no word reaches the wrong one."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.test_visit import add, begin, section
from tests.journeys.visitor import Visitor

TOVE, TUVA = "LINDENHALL, Tove", "LINDENHALL, Tuva"


def edit_profile(desk: Visitor, mrn: str) -> None:
    desk.open("/patients/")
    desk.type(mrn)
    desk.page.keyboard.press("Enter")
    desk.press("Open profile")
    desk.press("Edit")


def test_the_second_of_two_tabs_sees_both_versions(enter: Enter, mrns: dict[str, str]):
    first = enter("desk")
    edit_profile(first, mrns["Wennerholm, Astrid"])
    second = first.another_tab()
    second.open(first.page.url.removeprefix(first.hospital.url))
    first.page.get_by_label("Marital status").select_option(label="Married")
    first.press("Save")
    first.heading("Profile")

    second.page.get_by_label("Marital status").select_option(label="Widowed")
    second.page.get_by_label("Language").first.fill("sv")
    second.press("Save")
    second.sees(re.compile("Not saved: .*changed this in the meantime"))
    row = second.page.get_by_role("table", name="Your version and the saved one").get_by_role("row")
    expect(row.filter(has_text="Marital status")).to_contain_text("Widowed")
    expect(row.filter(has_text="Marital status")).to_contain_text("Married")
    # What was typed is still there, and is saved by a second, informed decision.
    expect(second.page.get_by_label("Language").first).to_have_value("sv")
    second.look()
    second.press("Save")
    second.heading("Profile")
    second.sees("Widowed")


def test_a_note_in_two_tabs_is_not_overwritten(enter: Enter):
    first = enter("rivera")
    begin(first, TOVE)
    section(first, "Plan").fill("Rest.")
    first.press("Save without signing")
    first.sees("The note is saved, not signed.")
    second = first.another_tab()
    second.open(first.page.url.removeprefix(first.hospital.url))
    section(first, "Plan").fill("Rest, and fluids.")
    first.press("Save without signing")
    first.sees("The note is saved, not signed.")
    section(second, "Plan").fill("Rest, and an X-ray.")
    second.press("Save without signing")
    second.sees(re.compile("Not saved: .*changed this in the meantime"))
    second.sees("Rest, and fluids.")
    expect(section(second, "Plan")).to_have_value("Rest, and an X-ray.")
    second.look()


def test_two_visits_in_two_tabs_do_not_cross(enter: Enter, hospital: Hospital):
    tove = enter("rivera")
    begin(tove, TOVE)
    tuva = tove.another_tab()
    begin(tuva, TUVA)
    add(tove, "Add a diagnosis", "I10", "I10")
    add(tuva, "Add a medicine", "parac", "500 mg tablet")
    section(tove, "History").fill("Of Tove alone.")
    section(tuva, "History").fill("Of Tuva alone.")
    for visitor in (tove, tuva):
        visitor.press("Save without signing")
        visitor.sees("The note is saved, not signed.")
        visitor.page.reload()
    expect(section(tove, "History")).to_have_value("Of Tove alone.")
    expect(section(tuva, "History")).to_have_value("Of Tuva alone.")
    expect(tove.page.locator("#diagnoses")).to_contain_text("I10")
    expect(tuva.page.locator("#diagnoses")).not_to_contain_text("I10")
    expect(tuva.page.locator("#medicines")).to_contain_text("Paracetamol")
    expect(tove.page.locator("#medicines")).not_to_contain_text("Paracetamol")

    # Even a form of one patient that is sent to the address of the other is refused, and changes nothing.
    before = hospital.rows("SELECT count(*) FROM clinical_condition")
    for what in ("#note-form", "form[action*='/diagnoses/']", "form[action*='/basket/']"):
        status = _send_astray(tove.page, what, tuva.page)
        assert status in {400, 404, 409, 422}, (what, status)
    tuva.page.reload()
    expect(section(tuva, "History")).to_have_value("Of Tuva alone.")
    expect(tuva.page.locator("#diagnoses")).not_to_contain_text("I10")
    assert hospital.rows("SELECT count(*) FROM clinical_condition") == before


def _send_astray(page: Page, form: str, other: Page) -> int:
    """Post the fields of a form to the address of the same form on the other page; gives back the status."""
    address = other.locator(form).first.evaluate("form => form.action")
    return page.locator(form).first.evaluate(
        """async (form, address) => {
            const fields = new URLSearchParams(new FormData(form));
            fields.set("code", "I10");
            fields.set("medication", "paracetamol-500-mg-tablet");
            fields.set("save", "1");
            return (await fetch(address, {method: "POST", body: fields, redirect: "manual"})).status;
        }""",
        address,
    )
