"""From the door to the doctor's room: kiosk, token, display, call, call again, seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.hospital import Hospital
from tests.journeys import looks
from tests.journeys.conftest import Enter
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

ODILE, ANSELM = "QUILLFEATHER, Odile", "OSTRANDER, Anselm"
# A display asks every five seconds.
WALL = 20_000


def switch_on(admin: Visitor, kind: str, name: str) -> str:
    """A new screen of the clinic; gives back where it is, which is shown this once."""
    admin.home()
    admin.press("Screens")
    admin.choose(kind)
    admin.page.get_by_label("Name").fill(name)
    admin.page.get_by_label("Clinic").select_option(label="Internal medicine")
    admin.press("Make the address")
    admin.sees("The screen’s address")
    admin.look()
    return urlsplit(admin.page.locator("main code").inner_text()).path


def looked_at(hospital: Hospital, page: Page) -> None:
    """What `Visitor.look` does, for screens that nobody signs in at."""
    if not hospital.on_postgresql:
        looks.at(page)


def waiting(doctor: Visitor, who: str) -> Locator:
    """Their line in the doctor's own queue."""
    return doctor.page.locator("#queue-of li").filter(has_text=who)


def test_the_whole_way(enter: Enter, hospital: Hospital, new_context: Callable[..., BrowserContext]):
    admin, desk, doctor = enter("admin"), enter("desk"), enter("lindqvist")
    # Nobody signs in at these three.
    wall, tablet, phone = (new_context(viewport=size).new_page() for size in (DESKTOP, DESKTOP, PHONE))
    wall.goto(hospital.url + switch_on(admin, "Waiting-room display", "Hall, journey"))
    door = hospital.url + switch_on(admin, "Check-in kiosk", "Entrance, journey")
    looked_at(hospital, wall)

    # The desk: at most two presses.
    desk.home()
    desk.press("Check in", within=desk.row(ANSELM))
    desk.sees(re.compile(rf"{ANSELM} is checked in: token [A-Z]+-\d+"))
    assert desk.pressed <= 2

    # The kiosk: who one is, and the token; nobody's name comes back.
    tablet.goto(door)
    looked_at(hospital, tablet)
    tablet.get_by_label("Your date of birth").fill("14.3.1962")
    tablet.get_by_label("Your family name").fill("Quilfeather")
    tablet.get_by_role("button", name="I am here").click()
    expect(tablet.get_by_text("We could not check you in here").first).to_be_visible()
    expect(tablet.get_by_label("Your date of birth")).to_have_value(re.compile("1962"))
    tablet.get_by_label("Your family name").fill("quillfeather")
    tablet.get_by_role("button", name="I am here").click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("You are checked in")
    token = tablet.locator(".hms-token").inner_text()
    assert re.fullmatch(r"[A-Z]+-\d{3}", token)
    expect(tablet.locator("body")).not_to_contain_text(re.compile("quillfeather|odile", re.IGNORECASE))
    looked_at(hospital, tablet)
    # By itself: nobody touches anything.
    expect(tablet.get_by_label("Your family name")).to_have_value("", timeout=WALL + 5_000)
    expect(tablet.locator("body")).not_to_contain_text(token)

    # The phone, by the secret link: the same token, and an interval.
    said = hospital.manage(
        "shell", "--no-imports", "-c", "from tests.journeys.scene import come_link; come_link('Quillfeather')"
    )
    phone.goto(hospital.url + json.loads(said.splitlines()[-1]))
    expect(phone.locator("main")).to_contain_text(token)
    expect(phone.locator("main")).to_contain_text(re.compile(r"(Up to \d+|\d+ to \d+) minutes"))
    looked_at(hospital, phone)

    # The doctor calls with one press; it was the wrong one, and is taken back.
    doctor.home()
    doctor.look()
    doctor.press("Call next")
    assert doctor.pressed == 1
    doctor.sees(re.compile(f"is called: {ANSELM}"))
    doctor.press("Undo", within=waiting(doctor, ANSELM))
    doctor.sees(re.compile(f"is taken back: {ANSELM}"))
    doctor.press("Call", within=waiting(doctor, ODILE))
    doctor.sees(f"{token} is called: {ODILE}.")
    called = wall.get_by_role("listitem").filter(has_text=token)
    expect(called).to_contain_text("Room Lindqvist", timeout=WALL)
    expect(wall.locator("body")).not_to_contain_text(re.compile("quillfeather|odile", re.IGNORECASE))
    looked_at(hospital, wall)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Please come in now")

    # Called again, from the desk's page of the queue this time.
    desk.press("Queue")
    desk.page.get_by_label("Clinic").select_option(label="Internal medicine")
    desk.press("Show")
    desk.press("Call again", within=desk.row(ODILE))
    desk.sees(f"{token} is called once more: {ODILE}.")
    desk.look()
    expect(called).to_contain_text("Called once more", timeout=WALL)

    # Seen: the one who was called is the one whose visit begins.
    doctor.home()
    doctor.press("Start visit")
    expect(doctor.banner).to_contain_text(ODILE)
    expect(called).to_have_count(0, timeout=WALL)
    doctor.page.locator("#note-form").get_by_label("Assessment", exact=True).fill("Well.")
    doctor.press("Sign and finish")
    doctor.sees("Signed: note and medicines. The visit is finished.")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Thank you for coming")

    # To the laboratory and back, and who did not answer.
    doctor.home()
    doctor.press("Call next")
    doctor.press("Does not answer", within=waiting(doctor, ANSELM))
    doctor.sees(re.compile(f"did not answer and waits on: {ANSELM}"))
    expect(waiting(doctor, ANSELM)).to_contain_text("Did not answer, so goes by")
    waiting(doctor, ANSELM).locator("summary").click()
    doctor.press("For tests, comes back", within=waiting(doctor, ANSELM))
    doctor.press("Is back", within=waiting(doctor, ANSELM))
    expect(waiting(doctor, ANSELM)).to_contain_text("Back from tests")
    doctor.look()

    # Switched off, a display keeps nothing.
    admin.home()
    admin.press("Screens")
    admin.press("Switch off", within=admin.row("Hall, journey"))
    admin.sees("Hall, journey is switched off.")
    expect(wall.locator(".hms-board")).to_have_count(0, timeout=WALL)
    assert tablet.goto(door).ok  # type: ignore[union-attr]
