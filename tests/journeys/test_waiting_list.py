"""The waiting list fills a freed time: a later visit becomes an earlier one by one tap, and its place goes on."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from tests.hospital import Hospital
from tests.journeys import mailbox
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

DOCTOR = "Dr Solveig Aldersey"
ISOLDE, JORY = "TREMAYNE, Isolde", "PENHALIGON, Jory"


def visit_of(hospital: Hospital, label: str) -> str:
    """The one visit somebody has booked."""
    ((id,),) = hospital.rows(
        "SELECT a.id FROM scheduling_appointment a "
        "JOIN scheduling_appointmentparticipant part ON part.appointment_id = a.id "
        "JOIN patients_patient who ON who.id = part.patient_id WHERE a.status = 'booked' AND who.label = %s",
        [label],
    )
    return str(uuid.UUID(str(id)))


def wait_for_something_earlier(isolde: Visitor) -> None:
    isolde.home()
    isolde.press("Visits")
    isolde.page.locator("main .hms-row").first.click()
    isolde.press("Wait for an earlier time")
    isolde.heading("Wait for a time that becomes free")
    isolde.look()
    isolde.page.get_by_label("With").select_option(label=DOCTOR)
    isolde.press("Put me on the waiting list")
    isolde.heading("On the waiting list")
    isolde.look()


def test_a_freed_time_finds_its_holder_and_the_place_given_up_the_next(enter: Enter, hospital: Hospital):
    isolde, desk = enter("isolde", phone=True), enter("desk")
    wait_for_something_earlier(isolde)
    isolde.press("All visits")
    isolde.sees("Waiting for")
    isolde.look()

    # Somebody else waits as well, for anything with the same doctor, and came later.
    desk.press("Book visit")
    desk.type("penhaligon jory")
    desk.page.locator("#found").get_by_role("link", name=JORY).click()
    desk.press("Internal medicine")
    desk.press("Nothing suitable?")
    desk.look()
    desk.page.get_by_label("With").select_option(label=DOCTOR)
    desk.press("Put on the waiting list")
    desk.sees(f"{JORY} is on the waiting list.")
    desk.look()

    given_up = visit_of(hospital, "HAWKSMOOR, Rosalind")
    later = visit_of(hospital, ISOLDE)
    desk.open(f"/scheduling/appointments/{given_up}/cancel/")
    desk.page.locator("main label").first.click()
    desk.press("Cancel the visit on")
    desk.sees(re.compile("The visit is cancelled"))

    letter = mailbox.letter(hospital, isolde.login, "please answer")
    body = letter.get_body().get_content()  # type: ignore[union-attr]
    (link,) = set(re.findall(r"https?://\S+/scheduling/offers/\S+/", body))
    assert "stays yours until you accept" in body
    desk.press("Waiting list")
    expect(desk.row(ISOLDE)).to_contain_text("Offered")
    expect(desk.row(JORY)).not_to_contain_text("Offered")
    desk.look()

    isolde.home()
    isolde.sees(re.compile("Answer until"))
    isolde.look()
    isolde.open(urlsplit(link).path)
    isolde.heading("A time has become free")
    isolde.sees(re.compile("Kept until"), re.compile("stays booked until you accept"))
    isolde.look()
    assert visit_of(hospital, ISOLDE) == later
    isolde.pressed = 0
    isolde.press("Accept")
    isolde.sees("The visit is booked. The one you had before is given up.", DOCTOR)
    assert isolde.pressed == 1
    assert visit_of(hospital, ISOLDE) != later
    isolde.open(urlsplit(link).path)
    isolde.heading("This offer has ended")
    isolde.look()

    # The place she gave up is held for the next in line, who has no e-mail: the desk telephones, and answers for him.
    expect(row_with_offer(desk, JORY)).to_contain_text("Offered")
    desk.row(JORY).get_by_role("link").click()
    desk.sees(re.compile("First of 1 by urgency"))
    desk.look()
    desk.press("Answer for the patient")
    desk.look()
    desk.press("Accept")
    desk.sees("The visit is booked.")
    assert visit_of(hospital, JORY)


def row_with_offer(desk: Visitor, label: str) -> Locator:
    """The row of the list, once the worker has made the offer."""
    for _try in range(60):
        desk.open("/scheduling/waiting/")
        if desk.row(label).is_visible() and "Offered" in desk.row(label).inner_text():
            break
        desk.page.wait_for_timeout(250)
    return desk.row(label)


def test_a_wait_is_left_after_one_question(enter: Enter):
    edith = enter("edith", phone=True)
    edith.press("Book a visit")
    edith.press("Eye clinic")
    edith.press("Nothing suits?")
    edith.page.locator("main label.hms-slot").filter(has_text="Monday").click()
    edith.press("Put me on the waiting list")
    edith.sees(re.compile("Tuesday, Wednesday"))
    edith.press("Leave the waiting list")
    edith.look()
    edith.press("End the wait")
    edith.sees(re.compile("Taken off the waiting list"))
