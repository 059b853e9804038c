"""Step 2: a visit is booked by phone-sized screen and by telephone, moved, called off, and taken by one alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.hospital import Hospital
from tests.journeys import mailbox
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.long

BOOKED = "The visit is booked."


def book_first_free(patient: Visitor, clinic: str = "Internal medicine") -> str:
    """From the portal's home to a booked visit, with the time that is offered first; gives back day and time."""
    patient.home()
    patient.press("Book a visit")
    patient.press(clinic)
    patient.press("Continue")
    patient.press("Book this visit")
    patient.sees(BOOKED)
    return when(patient)


def when(visitor: Visitor) -> str:
    """Day and time of the visit that the page is about."""
    return visitor.page.locator(".hms-panel time").first.inner_text()


def test_a_patient_books_the_first_free_time_of_a_clinic_in_four_interactions(enter: Enter):
    edith = enter("edith", phone=True)
    book_first_free(edith)
    assert edith.pressed <= 4


def test_a_patient_books_the_first_free_time_with_their_doctor_in_four_interactions(enter: Enter):
    edith = enter("edith", phone=True)
    book_first_free(edith, "Dr Jonas Keller")
    edith.sees("Dr Jonas Keller")
    assert edith.pressed <= 4


def test_each_page_of_booking_is_fit_to_be_seen(enter: Enter):
    donata = enter("donata", phone=True)
    donata.look()
    donata.press("Book a visit")
    donata.look()
    donata.press("Internal medicine")
    donata.look()
    donata.press("Continue")
    donata.look()
    donata.press("Book this visit")
    donata.sees(BOOKED)
    donata.look()
    donata.press("Cancel visit")
    donata.look()
    donata.press("Move it instead")
    donata.look()


def test_the_confirmation_comes_in_the_app_and_by_mail_with_a_calendar_file(enter: Enter, hospital: Hospital):
    edith = enter("edith", phone=True)
    book_first_free(edith, "Cardiology")
    letter = mailbox.letter(hospital, edith.login, "is booked")
    (event,) = mailbox.calendar_of(letter).walk("VEVENT")
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt.tzinfo is not None
    assert "Visit" in str(event["SUMMARY"])
    edith.home()
    expect(edith.page.locator("#bell")).to_contain_text(re.compile(r"\d"))
    edith.page.locator("#bell").click()
    edith.sees(re.compile("Your visit is booked"))
    edith.look()


def test_a_patient_moves_one_visit_and_calls_another_off(enter: Enter, hospital: Hospital):
    edith = enter("edith", phone=True)
    book_first_free(edith, "Orthopaedics")
    before = edith.page.url
    edith.press("Move")
    edith.sees("The time you have now stays yours until you have the new one.")
    edith.page.locator("label.hms-slot").nth(3).click()
    edith.press("Move to this time")
    edith.sees(re.compile("The visit has a new time"))
    assert edith.page.url == before
    moved = mailbox.calendar_of(mailbox.letter(hospital, edith.login, "has a new time"))
    assert int(next(iter(moved.walk("VEVENT")))["SEQUENCE"]) >= 1

    book_first_free(edith, "Skin clinic")
    edith.press("Cancel visit")
    edith.page.locator("main label").first.click()
    edith.press("Cancel the visit on")
    edith.sees(re.compile("The visit is cancelled"))
    off = mailbox.calendar_of(mailbox.letter(hospital, edith.login, "is cancelled"))
    assert off["METHOD"] == "CANCEL"
    edith.look()


def test_two_people_can_not_have_the_same_time(enter: Enter):
    edith, donata = enter("edith", phone=True), enter("donata", phone=True)
    for patient in (edith, donata):
        patient.press("Book a visit")
        patient.press("Neurology")
    edith.press("Continue")
    edith.heading("Check and book")
    donata.press("Continue")
    donata.heading("Somebody was quicker")
    donata.sees("The nearest free times")
    donata.look()
    donata.press("Continue")
    donata.heading("Check and book")
    for patient in (edith, donata):
        patient.press("Book this visit")
        patient.sees(BOOKED)


def test_a_caller_without_e_mail_books_through_the_desk_and_gets_a_slip(enter: Enter):
    desk = enter("desk")
    desk.press("Book visit")
    desk.look()
    desk.type("okonjo chidera")
    desk.page.locator("#found").get_by_role("link", name="OKONJO, Chidera").click()
    expect(desk.banner).to_contain_text("OKONJO, Chidera")
    desk.look()
    desk.press("Internal medicine")
    desk.look()
    desk.fill("Reason", "Knee hurts on stairs")
    desk.press("Book this time")
    desk.sees(BOOKED)
    desk.look()
    desk.press("Print")
    slip = desk.page.locator("body")
    expect(slip).to_contain_text("Alder Valley Hospital")
    expect(slip).to_contain_text("OKONJO, Chidera")
    expect(slip).to_contain_text(re.compile(r"\d{2}-[A-Z][a-z]{2}-\d{4}"))
    expect(slip).to_contain_text("please call +49 30 5550100")
    # A slip lies about: it says when and where, not why.
    expect(slip).not_to_contain_text("Knee")
    desk.look()


def test_the_desk_books_the_follow_up_of_a_known_patient_in_four_interactions(enter: Enter):
    desk = enter("desk")
    desk.press("Book visit")
    desk.type("osei tutu")
    desk.pressed += 1
    desk.page.locator("#found").get_by_role("link", name="OSEI-TUTU, Kwabena").click()
    desk.pressed += 1
    desk.sees("Dr Jonas Keller")
    desk.press("Book this time")
    desk.sees(BOOKED)
    assert desk.pressed <= 4
