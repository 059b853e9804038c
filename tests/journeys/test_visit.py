"""Step 4: the doctor reads the chart, writes the note, records the diagnosis, prescribes, and signs all of it once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.long

BARNABY, WILHELMINA, AURELIO = "FEATHERSTONE, Barnaby", "BRANDSTAETTER, Wilhelmina", "CASTELLANOS, Aurelio"


def begin(doctor: Visitor, who: str) -> None:
    """From the day's list into the visit of a patient."""
    doctor.home()
    going_on = doctor.page.get_by_role("link", name=who).filter(has_text="Visit going on")
    if going_on.count():
        going_on.click()
    else:
        doctor.press("Start visit")
    doctor.heading("Visit note")
    expect(doctor.banner).to_contain_text(who)


def section(doctor: Visitor, name: str) -> Locator:
    return doctor.page.locator("#note-form").get_by_label(name, exact=True)


def add(doctor: Visitor, field: str, words: str, wanted: str) -> None:
    """Type into one of the basket's fields, and take what it offers."""
    box = doctor.page.get_by_role("combobox", name=field)
    box.fill(words)
    option = doctor.page.get_by_role("option").filter(has_text=wanted).first
    expect(option).to_be_visible()
    option.click()
    expect(box).to_have_value("")


def basket(doctor: Visitor) -> Locator:
    return doctor.page.locator("#medicines")


def alert(doctor: Visitor, title: str) -> Locator:
    """A warning of the basket, by its title."""
    return basket(doctor).locator(".hms-alert, .hms-interrupt").filter(has_text=title)


def test_a_note_is_kept_while_it_is_written_and_comes_back(enter: Enter):
    doctor = enter("moreau", fresh=True)
    begin(doctor, BARNABY)
    doctor.look()
    section(doctor, "History").fill("Coughs at night, no blood.")
    expect(doctor.page.locator("[data-draft-state]")).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d"))

    doctor.page.reload()
    doctor.sees("Your unfinished text is back")
    expect(section(doctor, "History")).to_have_value("Coughs at night, no blood.")
    doctor.look()

    # What was typed in the last three seconds goes along when the page is left.
    section(doctor, "History").fill("Coughs at night, no blood, no fever today.")
    doctor.sign_out()
    doctor.sign_in()
    begin(doctor, BARNABY)
    expect(section(doctor, "History")).to_have_value("Coughs at night, no blood, no fever today.")


def test_what_was_saved_last_is_what_one_reads(enter: Enter):
    doctor = enter("moreau")
    begin(doctor, BARNABY)
    section(doctor, "Plan").fill("First thought.")
    expect(doctor.page.locator("[data-draft-state]")).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    section(doctor, "Plan").fill("Second thought.")
    doctor.press("Save without signing")
    doctor.sees("The note is saved, not signed.")
    expect(section(doctor, "Plan")).to_have_value("Second thought.")
    doctor.sees_not("Your unfinished text is back")


def test_diagnoses_are_found_by_lay_words(enter: Enter):
    doctor = enter("moreau")
    begin(doctor, BARNABY)
    add(doctor, "Add a diagnosis", "high blood pressure", "I10")
    expect(doctor.page.locator("#diagnoses")).to_contain_text("Essential (primary) hypertension")
    # The field is free for the next, and a second one is no repeat of the first.
    add(doctor, "Add a diagnosis", "E11.9", "E11.9")
    expect(doctor.page.locator("#diagnoses")).to_contain_text("Type 2 diabetes mellitus without complications")
    expect(doctor.page.locator("#diagnoses")).to_contain_text("I10")
    add(doctor, "Add a medicine", "parac", "500 mg")
    expect(basket(doctor)).to_contain_text("Paracetamol")


def test_a_macrolide_with_warfarin_is_warned_of_and_changed(enter: Enter):
    doctor = enter("okoye")
    begin(doctor, WILHELMINA)
    expect(doctor.page.get_by_role("complementary", name="Chart at a glance")).to_contain_text("Warfarin")
    add(doctor, "Add a medicine", "clari", "500 mg tablet")
    warned = alert(doctor, "clarithromycin and warfarin")
    expect(warned).to_contain_text(re.compile("INR", re.IGNORECASE))
    warned.get_by_text("Why, how sure, from where").click()
    expect(warned.locator("dt", has_text="Source")).to_be_visible()
    doctor.look()
    warned.get_by_role("button", name="Use doxycycline instead").click()
    expect(basket(doctor)).to_contain_text("Doxycycline")
    expect(basket(doctor)).not_to_contain_text("Clarithromycin")
    add(doctor, "Add a diagnosis", "pneumonia", "J18.9")
    section(doctor, "Assessment").fill("Pneumonia, mild. INR in four days.")
    doctor.pressed = 0
    doctor.press("Sign and finish")
    doctor.sees("Signed: note and medicines. The visit is finished.")
    assert doctor.pressed <= 2
    doctor.sees("Pneumonia, mild. INR in four days.", "Doxycycline")
    doctor.look()


def test_penicillin_for_the_allergic_is_refused_until_it_is_changed_then_signed_for_good(
    enter: Enter, hospital: Hospital
):
    doctor = enter("okoye")
    begin(doctor, AURELIO)
    expect(doctor.banner).to_contain_text("Penicillin")
    add(doctor, "Add a medicine", "amoxi", "500 mg capsule")
    stopped = basket(doctor).locator(".hms-interrupt")
    expect(stopped).to_contain_text(re.compile("penicillin", re.IGNORECASE))
    expect(stopped).to_contain_text("Anaphylaxis")
    expect(stopped.locator("dt", has_text="Source")).to_be_visible()
    doctor.look()

    section(doctor, "Assessment").fill("Bacterial sinusitis.")
    doctor.press("Sign and finish")
    doctor.sees(re.compile("Nothing was signed|decide", re.IGNORECASE))
    doctor.heading("Visit note")
    expect(section(doctor, "Assessment")).to_have_value("Bacterial sinusitis.")
    doctor.look()

    safe = basket(doctor).locator(".hms-interrupt").get_by_role("button", name=re.compile("Use .* instead")).first
    safe.click()
    expect(basket(doctor).locator(".hms-interrupt")).to_have_count(0)
    expect(basket(doctor)).not_to_contain_text("Amoxicillin")
    doctor.press("Sign and finish")
    doctor.sees("Signed: note and medicines. The visit is finished.")

    # Signed is signed: the page offers an addendum and no editing, and the database refuses the change.
    doctor.press("Visit note")
    doctor.sees("Bacterial sinusitis.", "Signed")
    doctor.look()
    expect(doctor.page.get_by_role("button", name="Save without signing")).to_have_count(0)
    with pytest.raises(Exception, match="clinical_note"), hospital.connect() as connection:
        connection.execute("UPDATE clinical_note SET author_label = 'Somebody else' WHERE status = 'final'")
    doctor.fill("Addendum", "Culture: no growth.")
    doctor.press("Sign addendum")
    doctor.sees("The addendum is signed.", "Culture: no growth.", "Bacterial sinusitis.", "With addendum")
    doctor.look()


def test_without_its_knowledge_the_check_does_not_pass_and_nothing_is_signed(enter: Enter, fresh_hospital: Hospital):
    from tests.journeys.conftest import lay

    lay(fresh_hospital)
    fresh_hospital.manage("shell", "--no-imports", "-c", "from tests.journeys.scene import forget; forget()")
    doctor = enter("okoye", at=fresh_hospital)
    begin(doctor, WILHELMINA)
    add(doctor, "Add a medicine", "parac", "500 mg")
    doctor.sees("The safety check does not run")
    section(doctor, "Assessment").fill("Viral cold.")
    doctor.press("Sign and finish")
    doctor.heading("Visit note")
    doctor.sees(re.compile("tables of interactions, allergies and doses are empty"))
    expect(section(doctor, "Assessment")).to_have_value("Viral cold.")
    doctor.look()
