"""The sprite holds every icon that pages name, few others, and a name that is no icon's is found."""

from __future__ import annotations

from pathlib import Path

from tools import icons

KNOWN = frozenset({*icons.ALWAYS, "person-plus", "bell", "calendar-event", "cash-stack"})


def test_icons_of_templates_and_of_code_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("""{% icon "person-plus" %} {% button icon='cash-stack' %}""")
    code = tmp_path / "frame.py"
    code.write_text("""RAIL = [{"icon": "calendar-event", "text": "x"}]""")
    used, unknown = icons.icons_in_use([page, code], KNOWN)
    assert {"person-plus", "cash-stack", "calendar-event"} <= used
    assert unknown == {}


def test_a_name_that_is_no_icon_is_told_with_its_file(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("""{% icon "no-such-thing" %} <a class="not-an-icon">""")
    _, unknown = icons.icons_in_use([page], KNOWN)
    assert unknown == {"no-such-thing": [page]}


def test_icons_nobody_names_stay_out(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{% icon 'bell' %}")
    used, _ = icons.icons_in_use([page], KNOWN)
    assert used == icons.ALWAYS | {"bell"}


def test_a_symbol_carries_the_icons_name_and_view(tmp_path: Path) -> None:
    (tmp_path / "bell.svg").write_text(
        '<svg xmlns="x" width="16" height="16" class="bi" viewBox="0 0 16 16">\n  <path d="M8 1"/>\n</svg>'
    )
    text = icons.sprite(tmp_path.glob("*.svg"))
    assert '<symbol id="bell" viewBox="0 0 16 16"><path d="M8 1"/></symbol>' in text
    assert "class=" not in text
