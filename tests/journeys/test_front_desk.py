"""Step 1: the front desk finds people by whatever they say, and registers those who are new."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from hms.patients.rules.mrn import grouped
from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor


def find(desk: Visitor, words: str) -> None:
    """Type into the search box of the front desk, which has the focus already."""
    desk.home()
    expect(desk.page.locator("#find")).to_be_focused()
    desk.type(words)


@pytest.mark.parametrize(
    "words",
    ["Thorbjornsen Ingborg", "torbjoernsen", "17.05.1957", "17-May-1957 thorb"],
    ids=["misspelt", "by sound", "birth date", "both"],
)
def test_the_desk_finds_a_patient_by_what_it_hears(enter: Enter, words: str):
    desk = enter("desk")
    find(desk, words)
    found = desk.page.locator("#desk-found").get_by_role("link", name="THORBJØRNSEN, Ingeborg")
    expect(found).to_be_visible()
    expect(found).to_contain_text("17-May-1957")


def test_the_desk_opens_a_record_by_its_number_at_once(enter: Enter, mrns: dict[str, str]):
    desk = enter("desk")
    mrn = mrns["Thorbjørnsen, Ingeborg"]
    find(desk, mrn)
    desk.page.keyboard.press("Enter")
    desk.heading(re.compile("THORBJØRNSEN, Ingeborg"))
    desk.sees(grouped(mrn))
    desk.look()
    desk.press("Open profile")
    expect(desk.banner).to_contain_text("THORBJØRNSEN, Ingeborg")
    expect(desk.banner).to_contain_text("17-May-1957")
    expect(desk.banner).to_contain_text("Allergies not recorded")
    desk.look()


def test_somebody_who_looks_registered_already_is_shown_while_the_form_is_filled_in(enter: Enter):
    desk = enter("desk")
    desk.press("New patient")
    desk.page.get_by_label("Family name").first.fill("Torbjörnsen")
    desk.page.get_by_label("Given names").first.fill("Ingeborg")
    desk.page.get_by_label("Date of birth").first.fill("17.5.1957")
    panel = desk.page.get_by_role("complementary", name="Already registered?")
    expect(panel).to_contain_text("THORBJØRNSEN, Ingeborg")
    expect(panel).to_contain_text(re.compile(r"Match \d+ of 100"))
    expect(panel).to_contain_text(re.compile("birth", re.IGNORECASE))
    expect(panel).to_contain_text("Somebody like this is registered already")
    desk.look()
    # Registered all the same, the desk is asked why.
    desk.choose("Female")
    desk.press("Register")
    expect(desk.page.get_by_label("Why this is another person")).to_be_visible()
    desk.look()
    desk.fill("Why this is another person", "Twin sister, passport seen")
    desk.press("Register")
    desk.heading("Profile")
    expect(desk.banner).to_contain_text("TORBJÖRNSEN, Ingeborg")


def test_a_new_patient_is_registered_and_the_banner_says_who_it_is(enter: Enter):
    desk = enter("desk")
    desk.press("New patient")
    desk.fill("Family name", "Quillfeather")
    desk.fill("Given names", "Ambrose")
    desk.fill("Date of birth", "Mar-1931")
    desk.choose("Male")
    desk.fill("Telephone", "+49 30 5559988")
    desk.press("Register")
    desk.heading("Profile")
    desk.sees(re.compile("QUILLFEATHER, Ambrose is registered"))
    expect(desk.banner).to_contain_text("Mar-1931")
    expect(desk.banner).to_contain_text(re.compile(r"MRN\s*\d{4} \d{4} \d"))
    desk.look()


def test_an_emergency_without_a_name_takes_three_fields_and_under_twenty_seconds(enter: Enter):
    desk = enter("desk")
    desk.home()
    desk.press("Emergency")
    desk.choose("Male")
    desk.choose("40–59")
    desk.fill("What is known", "Blue coat, station")
    desk.press("Register", within=desk.page.locator("main"))
    expect(desk.page.get_by_text("Identity not known")).to_be_visible()
    assert desk.pressed == 5  # two presses and three fields
    assert desk.seconds < 20
    desk.look()


def test_a_newborn_takes_three_fields_and_under_twenty_seconds_and_its_mother_is_known(enter: Enter):
    desk = enter("desk")
    desk.home()
    desk.press("Patients")
    desk.press("Newborn")
    desk.type("adebayo finch")
    desk.press("ADEBAYO-FINCH, Folasade", within=desk.page.locator("#found"))
    expect(desk.banner).to_contain_text("ADEBAYO-FINCH, Folasade")
    desk.choose("Female")
    desk.press("Register the child")
    expect(desk.page.get_by_text("is registered.")).to_be_visible()
    assert desk.seconds < 20
    desk.look()
    desk.press("Open profile")
    expect(desk.banner).to_contain_text("ADEBAYO-FINCH")
    desk.sees("Acts for the patient")


def test_the_forms_of_a_birth_are_fit_to_be_seen(enter: Enter):
    desk = enter("desk")
    desk.open("/patients/newborn/")
    desk.look()
    desk.type("adebayo finch")
    desk.page.locator("#found").get_by_role("link", name="ADEBAYO-FINCH, Folasade").first.click()
    desk.look()
    desk.press("Register the child")
    desk.sees("There is a problem")
    desk.look()


def test_what_is_searched_is_in_no_address(enter: Enter, hospital: Hospital):
    desk = enter("desk")
    find(desk, "Thorbjornsen")
    expect(desk.page.locator("#desk-found")).to_contain_text("THORBJØRNSEN")
    desk.page.keyboard.press("Enter")
    desk.heading("Patients")
    assert "horb" not in desk.page.url
