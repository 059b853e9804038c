"""Links in the documents: every file and every heading that a document points to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")


def documents(root: Path) -> list[Path]:
    """The Markdown files that belong to the project."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "deploy").rglob("*.md")])


def broken_links(root: Path) -> list[str]:
    """One line for each link that leads nowhere. Addresses outside are not asked."""
    return [
        f"{document.relative_to(root)}: {target} leads nowhere"
        for document in documents(root)
        for target in _targets(document)
        if not _leads_somewhere(document, target)
    ]


def _targets(document: Path) -> Iterator[str]:
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    yield from (found for found in LINK.findall(text) if not ELSEWHERE.match(found))


def _leads_somewhere(document: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (document.parent / name) if name else document
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in _anchors(file)


@cache
def _anchors(document: Path) -> frozenset[str]:
    """Headings as forges spell them in addresses: small letters, hyphens for spaces, no other signs."""
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    return frozenset(
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-") for heading in HEADING.findall(text)
    )
