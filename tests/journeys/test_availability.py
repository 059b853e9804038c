"""Times as one wishes them, and visits that take a room and a device with the doctor."""

from __future__ import annotations

import re

from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

BOOKED = "The visit is booked."


def wish(visitor: Visitor, *words: str) -> None:
    """Open the form of wishes, choose these, and look at the times."""
    visitor.page.locator("main summary").first.click()
    for word in words:
        visitor.choose(word)
    visitor.press("Show these times")


def test_a_patient_finds_an_afternoon_and_books_it(enter: Enter):
    edith = enter("edith", phone=True)
    edith.press("Book a visit")
    edith.press("General practice")
    edith.page.locator("main summary").first.click()
    edith.look()
    edith.choose("Afternoons")
    edith.press("Show these times")
    edith.sees(re.compile("Only: Afternoons"))
    hours = [int(text[:2]) for text in edith.page.locator("form[method=post] .hms-slot").all_inner_texts()]
    assert hours
    assert all(12 <= hour < 17 for hour in hours)
    edith.look()
    edith.press("Continue")
    edith.press("Book this visit")
    edith.sees(BOOKED)


def test_when_nothing_is_as_wished_the_page_says_what_to_give_up(enter: Enter):
    edith = enter("edith", phone=True)
    edith.press("Book a visit")
    edith.press("General practice")
    wish(edith, "Sun")
    edith.sees("No time is free as you wish it")
    edith.look()
    edith.press("Not only “Sun”")
    edith.sees_not(re.compile("Only:"))
    edith.press("Continue")
    edith.heading("Check and book")
    edith.press("Choose another time")


def test_wishes_work_without_script(enter: Enter):
    """The form is an address: what it says can be kept, sent to somebody, and come back to."""
    edith = enter("edith", phone=True)
    edith.press("Book a visit")
    edith.press("General practice")
    edith.open(edith.page.url.removeprefix(edith.hospital.url) + "&part=evening&part=afternoon&elsewhere=on")
    edith.sees(re.compile("Only: Afternoons, Evenings"))


def test_the_desk_books_an_ultrasound_with_its_room_and_device(enter: Enter):
    desk = enter("desk")
    desk.press("Book visit")
    desk.type("okonjo chidera")
    desk.page.locator("#found").get_by_role("link", name="OKONJO, Chidera").click()
    desk.press("Cardiology")
    desk.press("Ultrasound of the heart")
    desk.look()
    desk.press("Book this time")
    desk.sees(BOOKED)
    desk.sees(re.compile("Ultrasound [12]"))


def test_the_administrator_plans_rooms_and_devices(enter: Enter):
    admin = enter("admin")
    admin.press("Timetables")
    admin.look()
    admin.press("Scanner 1")
    admin.look()
    admin.press("Timetables", within=admin.page.locator("main"))
    admin.press("New timetable")
    admin.page.get_by_label("Whose").select_option(label="Ultrasound 2")
    admin.press("Make the timetable")
    admin.heading("Ultrasound 2")
    admin.sees("It can be used at all times but those below. Hours limit that.")
    admin.look()
    admin.press("Timetables", within=admin.page.locator("main"))
    admin.press("Types of visit")
    admin.press("Ultrasound of the heart")
    admin.look()
