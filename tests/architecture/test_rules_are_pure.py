"""A law: rules are functions of dataclasses and codes. Of Django they use the translation of sentences, no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.laws import ROOT

FOREIGN = ("django", "allauth", "psycopg")
ALLOWED = "django.utils.translation"


def rule_files(rooms: Path) -> list[Path]:
    return sorted([*rooms.glob("*/rules.py"), *rooms.glob("*/rules/**/*.py")])


def foreign_imports(source: str) -> Iterator[str]:
    """The modules outside the house that a text imports and a rule may not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in FOREIGN and name != ALLOWED)


def test_in_the_house() -> None:
    found = {
        str(path.relative_to(ROOT)): list(foreign_imports(path.read_text("utf-8"))) for path in rule_files(ROOT / "hms")
    }
    assert found
    assert {path: names for path, names in found.items() if names} == {}


def test_planted() -> None:
    planted = "from django.utils.translation import gettext as _\nfrom django.db import models\nimport psycopg.rows\n"
    assert list(foreign_imports(planted)) == ["django.db", "psycopg.rows"]
