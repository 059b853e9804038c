"""Step 8: the administrator sees the day in numbers, adds to house and staff, and shows somebody out for good."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.scene import login

SESSIONS = 5


def test_the_administrator_sees_the_day_in_numbers_and_each_opens_what_it_counts(enter: Enter):
    admin = enter("admin")
    admin.heading("Is the hospital running?")
    admin.look()
    numbers = admin.page.locator(".hms-stats a")
    addresses = {link.get_attribute("href") for link in numbers.all()}
    assert len(addresses) >= 6
    for address in sorted(address for address in addresses if address):
        admin.open(address)
        expect(admin.page.get_by_role("heading", level=1)).to_be_visible()
    admin.open("/administration/figures/")
    admin.look()


def test_the_administrator_creates_a_department_and_a_user(enter: Enter):
    admin = enter("admin", fresh=True)
    admin.press("Facilities")
    admin.look()
    admin.press("Alder Valley Hospital", within=admin.page.locator("main"))
    admin.look()
    admin.press("Departments", within=admin.page.locator("main"))
    admin.press("Add department")
    admin.look()
    admin.fill("Name", "Sleep laboratory")
    admin.fill("Short code", "sleep")
    admin.press("Save")
    expect(admin.row("Sleep laboratory")).to_be_visible()
    admin.look()

    admin.press("People")
    admin.look()
    admin.press("Add")
    admin.look()
    admin.fill("Name", "Ottilie Brandt")
    admin.fill("Signs in with", login("brandt"))
    admin.page.get_by_label("Duty").select_option(label="Front desk")
    admin.press(re.compile("Add|Save|Create"), within=admin.page.locator("main form"))
    admin.sees("One-time password")
    admin.look()
    password = admin.page.locator("p.h1").inner_text().strip("\u2066\u2067\u2068\u2069 ")

    newcomer = enter("desk", fresh=True)
    newcomer.sign_out()
    newcomer.login = login("brandt")
    newcomer.sign_in(password)
    newcomer.sees(re.compile("password", re.IGNORECASE))
    newcomer.look()


def test_whoever_is_deactivated_is_out_at_once_everywhere(enter: Enter, hospital: Hospital):
    leaver = [enter("marchetti", fresh=True) for _number in range(SESSIONS)]
    leaver[0].open("/scheduling/feeds/")
    leaver[0].press("Make")
    feed = leaver[0].page.locator("code").inner_text()
    feed = f"{hospital.url}/scheduling/{feed.split('/scheduling/')[1]}"
    tokens = json.loads(_ask(hospital, f"issue({login('marchetti')!r}, 2)"))
    assert json.loads(_ask(hospital, f"good({tokens!r})")) == [True, True]
    assert leaver[0].page.request.get(feed).ok

    admin = enter("admin", fresh=True)
    admin.press("People")
    admin.fill("Name or login name", "Marchetti")
    admin.press("Show")
    admin.press("Felix Marchetti")
    admin.look()
    admin.press("Deactivate")
    admin.sees(re.compile("signed out everywhere at once"))
    expect(admin.page.locator("main")).to_contain_text(str(SESSIONS))
    admin.look()
    admin.press("Deactivate Felix Marchetti")
    expect(admin.page.get_by_text("Deactivated").first).to_be_visible()
    # Each is refused at the first try after that, without a moment of grace.
    for one in leaver:
        answer = one.page.request.get(f"{hospital.url}/day/", max_redirects=0)
        assert answer.status == 302
        assert "/login/" in answer.headers["location"]
    assert leaver[0].page.request.get(feed).status == 404
    assert json.loads(_ask(hospital, f"good({tokens!r})")) == [False, False]
    # And the door stays shut, in the same words as for a wrong password.
    leaver[0].open("/accounts/login/")
    leaver[0].page.get_by_label("E-mail").fill(login("marchetti"))
    leaver[0].page.get_by_label("Password").fill("hms-demo-2026")
    leaver[0].page.keyboard.press("Enter")
    leaver[0].sees("There is a problem")
    leaver[0].look()


def _ask(hospital: Hospital, call: str) -> str:
    """What a function of the scene prints, run inside the hospital."""
    code = f"from tests.journeys import scene; scene.{call}"
    return hospital.manage("shell", "--no-imports", "-c", code).splitlines()[-1]
