"""Somebody in front of a browser: what they press and type, and what the browser complains of meanwhile."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests.hospital import PASSWORD, Hospital
from tests.journeys import looks
from tests.journeys.scene import login

DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
DEMO: Final = {"admin", "doctor", "nurse", "desk", "lab", "pharmacy", "billing", "privacy", "patient", "guardian"}


class Visitor:
    """A person with a browser of their own. `pressed` counts interactions: a press, a choice, a field filled in."""

    # Seconds of a person at work, by the keystroke-level model (Card, Moran and Newell 1980): to think, to point and to
    # press; and to strike one key, as somebody who types but is no typist. A machine's hurry or load plays no part.
    PRESS, KEY = 1.35 + 1.1 + 0.2, 0.28

    def __init__(self, context: BrowserContext, hospital: Hospital, name: str) -> None:
        self.context = context
        self.hospital = hospital
        self.login = f"{name}@demo.hms" if name in DEMO else login(name)
        self.complaints: list[str] = []
        self.pressed = self.typed = 0
        context.on("page", self._watch)
        self.page = context.new_page()

    # --- Coming and going -------------------------------------------------------------------------------------
    def open(self, path: str) -> None:
        """Go to an address of the hospital."""
        self.page.goto(f"{self.hospital.url}{path}")

    def home(self) -> None:
        """Back to the first page of one's duty, with nothing counted."""
        self.open("/")
        self.pressed = self.typed = 0

    def sign_in(self, password: str = PASSWORD) -> None:
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail").fill(self.login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="account menu").click()
        self.page.get_by_role("button", name="Log out").click()
        expect(self.page).to_have_url(re.compile("/login/"))

    def another_tab(self) -> Visitor:
        """A second tab of the same browser."""
        twin = object.__new__(Visitor)
        twin.__dict__.update(self.__dict__)
        twin.page = self.context.new_page()
        twin.pressed = twin.typed = 0
        return twin

    # --- Doing --------------------------------------------------------------------------------------------------
    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press the first link or button whose name begins with these words."""
        where = within or self.page
        if isinstance(name, str):
            name = re.compile(rf"^\s*{re.escape(name)}(?!\w)")
        where.get_by_role("link", name=name).or_(where.get_by_role("button", name=name)).first.click()
        self.pressed += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.pressed += 1
        self.typed += len(text)

    def type(self, text: str) -> None:
        """Type where the cursor is: a page that has just come takes a moment to put it there, as a person sees."""
        expect(self.page.locator("input:focus, textarea:focus, select:focus, [contenteditable]:focus")).to_have_count(1)
        self.page.keyboard.type(text)
        self.typed += len(text)

    def choose(self, label: str, *, group: str = "") -> None:
        """Choose a radio or checkbox, by the words beside it."""
        where = self.page.get_by_role("group", name=group) if group else self.page.locator("main")
        where.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}")).first.click()
        self.pressed += 1

    @property
    def seconds(self) -> float:
        """How long a person would have taken for what was pressed and typed since `home()`."""
        return self.pressed * self.PRESS + self.typed * self.KEY

    # --- Seeing -------------------------------------------------------------------------------------------------
    def sees(self, *texts: str | re.Pattern[str], within: Locator | None = None) -> None:
        for text in texts:
            expect((within or self.page.locator("body")).get_by_text(text).first).to_be_visible()

    def sees_not(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.get_by_text(text)).to_have_count(0)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Is on the page of this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    @property
    def banner(self) -> Locator:
        return self.page.get_by_role("region", name="Patient", exact=True)

    def row(self, text: str) -> Locator:
        """The row of a table or list that says this."""
        return self.page.get_by_role("row").or_(self.page.get_by_role("listitem")).filter(has_text=text).first

    def look(self) -> None:
        """Look at the page as it is now: in both themes, on the desk and on the phone; nothing may be amiss."""
        # A page looks the same whatever database stands behind it, and looking takes half of a journey's time.
        if not self.hospital.on_postgresql:
            looks.at(self.page)

    # --- Listening ----------------------------------------------------------------------------------------------
    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused form is answered 4xx on purpose, and Chromium says so.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _answered(self, response: Response) -> None:
        missing = response.status == 404 and "/static/" in response.url
        if response.status >= 500 or missing:
            self.complaints.append(f"{response.url} answered {response.status}")
