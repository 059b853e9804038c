"""Makes one SVG sprite of the icons that pages name, and of no others.

An icon is named in a template, `{% icon "person-plus" %}`, or handed on as a word, `icon="bell"`. Every
quoted word in templates and Python files that is also the name of an icon goes in, which may be a few too many
and is never one too few. An `{% icon %}` or `icon=` that names no icon is an error: the page would show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# Named by data or built from a variable somewhere, so that no file quotes them as a whole.
ALWAYS = frozenset({
    "arrow-left", "arrow-right", "bell", "check-lg", "chevron-down", "chevron-left", "chevron-right",
    "exclamation-octagon", "exclamation-triangle", "info-circle", "question-circle", "x-lg",
})  # fmt: skip

QUOTED = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
NAMED = re.compile(
    r"""\{%\s*icon\s+["']([^"'{}]+)["']"""  # {% icon "bell" %}
    r"""|\bicon\s*=\s*\\?["']([a-z0-9-]+)\\?["']"""  # icon="bell"
    r"""|["']icon["']\s*:\s*["']([a-z0-9-]+)["']"""  # "icon": "bell"
)
BODY = re.compile(r"<svg([^>]*)>(.*)</svg>", re.DOTALL)
VIEW_BOX = re.compile(r'viewBox="([^"]+)"')


def sources(root: Path) -> Iterator[Path]:
    """The files of the rooms that may name an icon. Tests are left out."""
    for path in sorted((root / "hms").rglob("*")):
        if path.suffix in {".html", ".js", ".py", ".txt"} and "tests" not in path.parts:
            yield path


def words_in(text: str) -> set[str]:
    """Every quoted word that could be an icon's name."""
    return set(QUOTED.findall(text))


def named_in(text: str) -> set[str]:
    """The names that a text surely means as icons."""
    return {next(filter(None, groups)) for groups in NAMED.findall(text)}


def icons_in_use(files: Iterable[Path], known: frozenset[str]) -> tuple[set[str], dict[str, list[Path]]]:
    """The icons to ship, and each unknown name with the files that ask for it."""
    used = set(ALWAYS & known)
    unknown: dict[str, list[Path]] = {name: [Path(__file__)] for name in ALWAYS - known}
    for path in files:
        text = path.read_text(encoding="utf-8")
        used |= words_in(text) & known
        for name in named_in(text) - known:
            unknown.setdefault(name, []).append(path)
    return used, unknown


def sprite(icons: Iterable[Path]) -> str:
    """One SVG with a symbol for each icon; the symbol's id is the icon's name."""
    symbols = []
    for path in sorted(icons):
        found = BODY.search(path.read_text(encoding="utf-8"))
        if not found:
            raise ValueError(f"{path.name} is not an SVG picture.")
        view_box = VIEW_BOX.search(found.group(1))
        frame = view_box.group(1) if view_box else "0 0 16 16"
        shape = re.sub(r"\s+", " ", found.group(2)).strip()
        symbols.append(f'<symbol id="{path.stem}" viewBox="{frame}">{shape}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
