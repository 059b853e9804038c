"""The proof that a look at a page sees something: what is planted is found, each by its name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys import looks

PAGE = """<!doctype html><html lang="en"><head><title>Planted</title>
<style>@media (prefers-color-scheme: dark) { p.dim { color: #333; background: #222 } }</style></head>
<body><main><h1>Planted</h1>%s</main></body></html>"""


def test_the_quick_half_of_a_look_sees_what_is_too_wide_for_a_tablet(page: Page):
    page.set_content(PAGE % '<div style="width:800px">Wide</div>')
    with pytest.raises(AssertionError, match="px wide at 768 px"):
        looks.narrow(page)


def test_what_runs_over_its_panel_is_found(page: Page):
    page.set_content(PAGE % '<div class="hms-panel" style="width:200px"><div style="width:250px">Over</div></div>')
    with pytest.raises(AssertionError, match="'Over' runs over its edge at 1280 px"):
        looks.narrow(page)


def test_a_page_without_fault_passes(page: Page):
    page.set_content(PAGE % "<p>Nothing amiss.</p>")
    looks.at(page)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<p style="color:#bbb;background:#fff">Hard to read</p>', "color-contrast (light, 1280 px)"),
        ('<p class="dim">Dark on dark</p>', "color-contrast (dark, 390 px)"),
        ("<input>", "label"),
        ('<div style="width:360px">Wide</div>', "px wide at 320 px"),
    ],
)
def test_planted_faults_are_found(page: Page, fault: str, name: str):
    page.set_content(PAGE % fault)
    with pytest.raises(AssertionError) as found:
        looks.at(page)
    assert name in str(found.value)
