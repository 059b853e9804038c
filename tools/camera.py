"""Walks through a running demo hospital with a browser and keeps small pictures of it.

Called by tools/screenshots.py in the project's own environment: python -m tools.camera URL FOLDER BROWSER
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.run import PASSWORD

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# A picture in a repository is there for good: few colours, few bytes.
MOST_BYTES = 80_000
COLOURS = (128, 96, 64, 48, 32)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


@dataclass(frozen=True)
class Shot:
    """One picture: its file, who looks, and the way there from that person's home."""

    name: str
    account: str
    address: str = "/"
    then: Callable[[Page], None] = lambda page: None
    size: dict[str, int] | None = None
    scheme: str = "light"


def press(text: str) -> Callable[[Page], None]:
    """Follow the first link or button that says `text`."""
    return lambda page: page.get_by_role("link", name=text).or_(page.get_by_role("button", name=text)).first.click()


SHOTS = [
    Shot("front-desk", "desk"),
    Shot("calendar", "desk", "/scheduling/calendar/"),
    Shot("doctor-day", "doctor"),
    Shot("chart-dark", "doctor", then=press("Open chart"), scheme="dark"),
    Shot("administrator", "admin"),
    Shot("patient-home-phone", "patient", size=PHONE),
]


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """The picture of one page, as PNG bytes small enough for the repository."""
    size = shot.size or DESKTOP
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=shot.scheme,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        log_in(page, url, shot.account)
        page.goto(f"{url}{shot.address}")
        shot.then(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        return small(page.screenshot())
    finally:
        context.close()


def log_in(page: Page, url: str, account: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.locator("input[type=email]").fill(f"{account}@demo.hms")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda address: "/login/" not in address)


def small(picture: bytes) -> bytes:
    """The same picture with as many colours as fit into MOST_BYTES."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def main() -> None:
    url, folder, executable = sys.argv[1:4]
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for shot in SHOTS:
            (target / f"{shot.name}.png").write_bytes(take(browser, url, shot))
            print(f"  {shot.name}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
