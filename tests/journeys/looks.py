"""A page is looked at as a whole: axe finds nothing in light and dark, on the desk and on the phone, and nothing
has to be scrolled sideways or runs over the edge it stands in, on a desk, a tablet, a phone and a narrow phone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import axe_playwright_python
from playwright.sync_api import Page

_AXE: Final = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# The other theme has other colours and nothing else, so that is all that is asked of it.
_EVERYTHING: Final = {"resultTypes": ["violations"]}
_COLOURS: Final = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
_ROUNDS: Final = [
    (1280, "light", _EVERYTHING),
    (1280, "dark", _COLOURS),
    (390, "dark", _COLOURS),
    (390, "light", _EVERYTHING),
]
_WIDTHS: Final = (1280, 1024, 768, 390, 320)
# What has an edge that nothing in it may cross.
_EDGES: Final = ".hms-panel, .hms-visit > *"
_OVER: Final = """edges => [...document.querySelectorAll(edges)]
    .filter(place => place.scrollWidth > place.clientWidth + 1).map(place => place.innerText.trim().slice(0, 60))"""


def at(page: Page) -> None:
    """Raise an AssertionError that names what is amiss, where, and how to see it."""
    _look(page, _axe, _sideways)


def narrow(page: Page) -> None:
    """Raise an AssertionError where something is too wide; the quick half of a look."""
    _look(page, _sideways)


def _look(page: Page, *ways: Callable[[Page], list[str]]) -> None:
    page.wait_for_load_state()
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-settling')")
    before = page.viewport_size
    assert before
    amiss = [complaint for way in ways for complaint in way(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    assert not amiss, f"{page.url}:\n" + "\n".join(amiss)


def _axe(page: Page) -> list[str]:
    page.evaluate(_AXE)
    found = []
    for width, scheme, options in _ROUNDS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        answer: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
        found += [
            f"  {violation['id']} ({scheme}, {width} px): {violation['help']}\n    {node['html'][:200]}"
            f"\n    {node['failureSummary'].splitlines()[-1].strip()}"
            for violation in answer["violations"]
            for node in violation["nodes"][:3]
        ]
    return found


def _sideways(page: Page) -> list[str]:
    found = []
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"  {wide} px wide at {width} px")
        found += [f"  {words!r} runs over its edge at {width} px" for words in page.evaluate(_OVER, _EDGES)]
    return found
