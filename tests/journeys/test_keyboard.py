"""The whole visit without a mouse: Tab, Enter, arrows and shortcuts alone, and one always sees where one is."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.hospital import PASSWORD, Hospital
from tests.journeys.scene import login

BERTRAM: Final = "ESKILDSEN, Bertram"
# What has the focus: its name as it is read out, and whether it shows: an outline round it, round what is drawn for it,
# or round the label that stands for a hidden radio.
FOCUS: Final = """() => {
  const element = document.activeElement;
  const named = element.getAttribute("aria-label")
    || [...(element.labels ?? [])].map((label) => label.innerText).join(" ")
    || element.innerText || element.textContent || "";
  const styles = [getComputedStyle(element), getComputedStyle(element, "::after")];
  for (const label of element.labels ?? []) styles.push(getComputedStyle(label));
  const shows = styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  return [named.trim().replace(/\\s+/g, " "), shows, element.tagName];
}"""


class Keyboard:
    """Somebody who uses keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)

    def type(self, words: str) -> None:
        """Type where the cursor is, once a page that has just come has put it there."""
        expect(self.page.locator("input:focus, textarea:focus, select:focus")).to_have_count(1)
        self.page.keyboard.type(words)

    def tab_to(self, name: str, *, within: int = 60, back: bool = False) -> None:
        """Tab until something of this name has the focus, and shows it."""
        seen = []
        for _step in range(within):
            self.press("Shift+Tab" if back else "Tab")
            found, visible, tag = self.page.evaluate(FOCUS)
            seen.append(found[:40])
            if tag not in {"BODY", "MAIN"}:
                assert visible, f"{found!r} has the focus and does not show it"
            if re.match(rf"{re.escape(name)}(?!\w)", found):
                return
        raise AssertionError(f"{name!r} is not reached by {within} steps of Tab: {seen}")

    def sign_in(self, hospital: Hospital, name: str) -> None:
        self.page.goto(f"{hospital.url}/accounts/login/")
        self.type(name)
        self.tab_to("Password", within=2)
        self.type(PASSWORD)
        self.press("Enter")
        expect(self.page).not_to_have_url(re.compile("/login/"))
        # Keys pressed before the page's scripts are there do what they do without them.
        self.page.wait_for_load_state()

    def to_the_page(self) -> None:
        """On a page that has just been opened: past frame and rail, by the skip link."""
        self.tab_to("Skip to main content", within=1)
        self.press("Enter")

    def take(self, field: str, words: str, wanted: str) -> None:
        """Type into a field of the basket and take an option by arrow and Enter."""
        self.tab_to(field)
        self.type(words)
        expect(self.page.get_by_role("option").filter(has_text=wanted).first).to_be_visible()
        for _step in range(10):
            self.press("ArrowDown")
            marked = self.page.locator("[role=option][aria-selected=true]")
            if wanted in marked.inner_text():
                break
        self.press("Enter")
        expect(self.page.get_by_role("combobox", name=field)).to_have_value("")


def test_the_whole_visit_by_keyboard_alone(hospital: Hospital, new_context):
    desk = Keyboard(new_context().new_page())
    desk.sign_in(hospital, "desk@demo.hms")
    # The search has the focus: whoever stands there is found at once.
    desk.type("eskildsen")
    expect(desk.page.locator("#desk-found")).to_contain_text(BERTRAM)
    desk.tab_to(f"Check in {BERTRAM}", within=150)
    desk.press("Enter")
    expect(desk.page.locator("#toasts")).to_contain_text(f"{BERTRAM} is checked in: token ")

    doctor = Keyboard(new_context().new_page())
    doctor.sign_in(hospital, login("nakamura"))
    expect(doctor.page.locator("#next")).to_contain_text(BERTRAM)
    doctor.press("?")
    expect(doctor.page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Start the next visit")
    doctor.press("Escape")
    doctor.press("s")
    expect(doctor.page.get_by_role("heading", level=1)).to_have_text("Visit note")

    doctor.to_the_page()
    doctor.tab_to("History")
    doctor.type("Coughs for five days.")
    doctor.tab_to("Assessment", within=2)
    doctor.type("Acute bronchitis, no antibiotic needed.")
    doctor.take("Add a diagnosis", "I10", "I10")
    expect(doctor.page.locator("#diagnoses")).to_contain_text("Essential (primary) hypertension")
    doctor.take("Add a medicine", "parac", "500 mg tablet")
    expect(doctor.page.locator("#medicines")).to_contain_text("Paracetamol")
    # How it is taken, changed and kept, in place.
    doctor.tab_to("Change how Paracetamol is taken")
    doctor.press("Enter")
    # The form opens in its place, and the focus goes into it.
    expect(doctor.page.locator("#medicines").get_by_label("One dose")).to_be_focused()
    doctor.tab_to("Days", within=12)
    doctor.type("3")
    doctor.press("Control+Enter")
    expect(doctor.page.locator("#medicines")).to_contain_text("for 3 days")
    doctor.press("Control+Enter")
    expect(doctor.page.get_by_text("The visit is finished.")).to_be_visible()
    expect(doctor.page.locator("main")).to_contain_text("Acute bronchitis, no antibiotic needed.")


def test_the_palette_finds_patients_pages_and_actions(hospital: Hospital, new_context):
    desk = Keyboard(new_context().new_page())
    desk.sign_in(hospital, "desk@demo.hms")
    desk.press("Control+k")
    palette = desk.page.get_by_role("dialog", name="Search and commands")
    expect(palette).to_be_visible()
    desk.type("register")
    expect(palette.get_by_role("option", name="Register a patient")).to_have_attribute("aria-selected", "true")
    desk.press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("New patient")
    desk.page.evaluate("document.activeElement.blur()")
    desk.press("g")
    desk.press("d")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Front desk")
