"""Visits that come again, and another time for those that can't take place: made at the desk, looked at on a phone."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.hospital import Hospital
from tests.journeys import mailbox
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor

IMOGEN, AUDEN, SILAS = "LOCKHART, Imogen", "PEMBERTON, Auden", "CARRAWAY, Silas"
WEEK = timedelta(days=7)
# When visits of somebody are, whatever became of them.
VISITS = """
    SELECT a.start_at, a.status FROM scheduling_appointment a
    JOIN scheduling_appointmentparticipant part ON part.appointment_id = a.id
    JOIN patients_patient who ON who.id = part.patient_id WHERE who.label = %s ORDER BY a.start_at
"""


def day(of: date) -> str:
    """As pages write it."""
    return f"{of:%d-%b-%Y}"


def again(hospital: Hospital) -> date:
    """The first of six Tuesdays: the house is closed on the second, and the third is taken at nine."""
    said = hospital.manage(
        "shell", "--no-imports", "-c", "from tests.journeys.scene import again; again('Holloway', 'Carraway')"
    )
    return date.fromisoformat(json.loads(said.splitlines()[-1]))


def test_a_series_is_made_at_the_desk_moved_from_a_date_on_and_looked_at_on_a_phone(enter: Enter, hospital: Hospital):
    first = again(hospital)
    desk, imogen = enter("desk"), enter("imogen", phone=True)
    desk.press("Book visit")
    desk.type("lockhart imogen")
    desk.page.locator("#found").get_by_role("link", name=IMOGEN).click()
    desk.press("Internal medicine")
    desk.press("Several visits that come again")
    desk.heading("Visits that come again")
    desk.page.get_by_label("With").select_option(label="Dr Maren Holloway")
    desk.fill("First day", day(first))
    desk.fill("Time", "9:00")
    for number in range(7):
        desk.page.locator("main label.hms-slot").nth(number).locator("input").set_checked(number == first.weekday())
    desk.fill("How many visits", "6")
    desk.look()
    desk.press("Show the dates")

    # Every date with what is in its way, before anything is booked.
    desk.sees("The house is closed", "Taken")
    desk.sees("2 dates have something in their way.")
    desk.look()
    third = desk.page.locator(f"#at-{first + 2 * WEEK}")
    options = third.locator("option").all_inner_texts()
    instead = next(one for one in options if day(first + 2 * WEEK) in one)
    third.select_option(label=instead)
    desk.page.get_by_label("Reason, as the patient says it").fill("Blood pressure")
    desk.press("Book all dates that have a time")
    desk.sees("6 visits are booked.")
    desk.sees("Every week on Tuesday, 6 visits")
    desk.look()
    booked = [start for start, status in hospital.rows(VISITS, [IMOGEN]) if status == "booked"]
    assert len(booked) == 6

    # One letter with all dates, one file, one UID for each.
    letter = mailbox.letter(hospital, imogen.login, "Your visits")
    assert letter.get_body().get_content().count("\n- ") == 6  # type: ignore[union-attr]
    uids = {str(event["UID"]) for event in mailbox.calendar_of(letter).walk("VEVENT")}
    assert len(uids) == 6

    # This and following: an hour later from the fourth date on.
    desk.page.locator("main a.hms-row").nth(2).click()
    desk.press("Move")
    desk.look()
    desk.press("This and following")
    desk.heading("Move the visits")
    desk.look()
    desk.fill("New time", "11:00")
    desk.press("Show the new times")
    desk.look()
    desk.press("Move to these times")
    desk.sees("The visits have new times. The times before are free again.")
    assert len([one for one, status in hospital.rows(VISITS, [IMOGEN]) if status == "booked"]) == 6
    moved = mailbox.letter(hospital, imogen.login, "have new times")
    assert {str(event["UID"]) for event in mailbox.calendar_of(moved).walk("VEVENT")} == uids

    imogen.home()
    imogen.press("Visits")
    imogen.sees("Every week on Tuesday, 6 visits")
    imogen.look()
    imogen.page.locator("a.hms-row[href*='/series/']").click()
    imogen.heading("Visits that come again")
    imogen.sees("All dates")
    expect(imogen.page.locator("main .hms-list a.hms-row")).to_have_count(6)
    imogen.look()
    imogen.page.locator("main .hms-list a.hms-row").nth(1).click()
    imogen.sees(re.compile("Visit 2 of 6 that are booked"))
    imogen.look()


def test_a_doctor_goes_on_leave_and_everybody_is_asked_at_once(enter: Enter, hospital: Hospital):
    desk, auden = enter("desk"), enter("auden", phone=True)
    (before,) = [start for start, status in hospital.rows(VISITS, [AUDEN]) if status == "booked"]
    desk.open("/scheduling/schedules/")
    desk.row("WRENFIELD").get_by_role("link").click()
    today = date.today()
    away = desk.page.locator("form[action$='/away/']")
    away.get_by_label("First day").fill(day(today + timedelta(days=25)))
    away.get_by_label("Last day").fill(day(today + timedelta(days=50)))
    desk.press("Enter", within=away)
    desk.heading("Visits to move")
    expect(desk.row(AUDEN)).to_contain_text("Not asked yet")
    desk.look()
    desk.press(re.compile(r"Send (all )?\d+ proposal"))
    # The worker does it; the page says how far it is, and then what came of it.
    desk.sees(re.compile(r"\d+ proposals? (is|are) sent"))
    desk.look()
    desk.press("Show the list")
    for name in (AUDEN, SILAS):
        expect(desk.row(name)).to_contain_text("Asked")
    desk.look()

    letter = mailbox.letter(hospital, auden.login, "please answer")
    body = letter.get_body().get_content()  # type: ignore[union-attr]
    (link,) = set(re.findall(r"https?://\S+/scheduling/proposals/\S+/", body))
    auden.home()
    auden.sees("Please answer")
    auden.look()
    auden.open(urlsplit(link).path)
    auden.heading("Another time for your visit")
    auden.sees(re.compile("Kept until"))
    auden.look()
    # Until the tap nothing has changed.
    assert [start for start, status in hospital.rows(VISITS, [AUDEN]) if status == "booked"] == [before]
    auden.pressed = 0
    auden.press("Accept")
    auden.sees("The visit has a new time.")
    assert auden.pressed == 1
    (after,) = [start for start, status in hospital.rows(VISITS, [AUDEN]) if status == "booked"]
    assert after != before
    auden.open(urlsplit(link).path)
    auden.heading("This proposal has ended")
    auden.look()

    # Silas has no e-mail: the desk telephones, and he says no.
    desk.open("/scheduling/to-move/")
    expect(desk.row(AUDEN)).to_have_count(0)
    silas_no(desk)


def silas_no(desk: Visitor) -> None:
    desk.row(SILAS).get_by_role("link", name=re.compile("Asked")).click()
    desk.press("No: please call me")
    desk.sees("Thank you. The front desk knows, and will call.")
    desk.look()
    desk.open("/scheduling/to-move/")
    expect(desk.row(SILAS)).to_contain_text("Declined")
    desk.look()
