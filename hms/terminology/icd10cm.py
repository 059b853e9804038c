"""Reads ICD-10-CM from the package `simple_icd_10_cm`, whose data files are the CMS release (public domain).

NB: importing that package takes seconds and 185 MB. It is imported inside `read`, which only the load
command calls; no web worker ever does.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

from hms.terminology.codes import ConceptKind, RubricKind
from hms.terminology.index import ConceptRow

PACKAGE: Final = "simple_icd_10_cm"
_FILE = re.compile(r"icd10c?m?-tabular-(?P<month>[A-Z][a-z]+)-(?P<day>\d+)-(?P<year>\d{4})\.xml")


@dataclass(frozen=True, slots=True)
class Release:
    """Which edition the installed package holds: `version` is the day it took effect."""

    version: str
    released_on: dt.date
    source: str


def release() -> Release:
    """The edition inside the package, read from its list of files without importing it."""
    version = metadata.version(PACKAGE)
    for file in metadata.files(PACKAGE) or []:
        if found := _FILE.match(file.name):
            day = (
                dt.datetime.strptime(" ".join(found.group("day", "month", "year")), "%d %B %Y")
                .replace(tzinfo=dt.UTC)
                .date()
            )
            return Release(day.isoformat(), day, f"{PACKAGE} {version}, {file.name} (CMS)")
    raise LookupError(f"{PACKAGE} {version} holds no tabular list whose name tells its date.")


def read() -> list[ConceptRow]:
    """Every chapter, block, category and code, parents before children."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import simple_icd_10_cm as package

        return [_row(package, code, seen) for code, seen in _occurrences(package.get_all_codes(True))]


def part(rows: list[ConceptRow], count: int, wanted: frozenset[str]) -> list[ConceptRow]:
    """About `count` rows that form whole branches: the ancestors and children of the wanted codes first."""
    by_code = {row.code: row for row in rows}
    kept: dict[str, ConceptRow] = {}

    def keep(code: str) -> None:
        row = by_code[code]
        if row.parent and row.parent not in kept:
            keep(row.parent)
        kept.setdefault(code, row)

    for code in sorted(wanted & by_code.keys()):
        if len(kept) >= count:
            break
        keep(code)
    for row in rows:
        if len(kept) >= count:
            break
        keep(row.code)
    # A category cut off from its children would pass for a complete code, so leaves stay what they are.
    return [row for row in rows if row.code in kept]


def _occurrences(codes: list[str]) -> list[tuple[str, int]]:
    """Each code with how often it was named before: a block of one category bears the category's name."""
    seen: dict[str, int] = {}
    result = []
    for code in codes:
        result.append((code, seen.get(code, 0)))
        seen[code] = seen.get(code, 0) + 1
    repeated = {code for code, times in seen.items() if times > 1}
    return [(code, nth if code in repeated else -1) for code, nth in result]


def _row(package: Any, code: str, nth: int) -> ConceptRow:
    """`nth`: 0 for the block and 1 for the category of a doubled name, -1 for all others."""
    block = nth == 0
    parent = package.get_parent(code, prioritize_blocks=block)
    if nth == 1:
        parent = f"{code}-{code}"
    kind = ConceptKind.BLOCK if block else _kind(package, code)
    leaf = not block and package.is_leaf(code)
    return ConceptRow(
        code=f"{code}-{code}" if block else code,
        display=_title(package.get_description(code, prioritize_blocks=block), kind),
        kind=kind,
        parent=parent,
        is_leaf=leaf,
        billable=leaf,
        rubrics=tuple(_rubrics(package, code, block)),
    )


def _kind(package: Any, code: str) -> str:
    if package.is_chapter(code):
        return ConceptKind.CHAPTER
    if package.is_extended_subcategory(code):
        return ConceptKind.EXTENSION
    if package.is_category(code):
        return ConceptKind.CATEGORY
    if package.is_subcategory(code):
        return ConceptKind.SUBCATEGORY
    return ConceptKind.BLOCK


def _title(text: str, kind: str) -> str:
    """Headings repeat their range of codes at the end; the code column says it already."""
    return re.sub(r"\s*\([A-Z]\w{2}(-[A-Z]\w{2})?\)\s*$", "", text) if kind in {"chapter", "block"} else text.strip()


def _rubrics(package: Any, code: str, block: bool) -> list[tuple[str, str]]:
    if package.is_valid_item(code) and not block and _kind(package, code) == ConceptKind.EXTENSION:
        return []
    lists = {
        RubricKind.INCLUDES: package.get_includes(code, prioritize_blocks=block),
        RubricKind.INCLUSION_TERM: package.get_inclusion_term(code, prioritize_blocks=block),
        RubricKind.EXCLUDES1: package.get_excludes1(code, prioritize_blocks=block),
        RubricKind.EXCLUDES2: package.get_excludes2(code, prioritize_blocks=block),
        RubricKind.CODE_FIRST: package.get_code_first(code, prioritize_blocks=block).splitlines(),
        RubricKind.CODE_ALSO: package.get_code_also(code, prioritize_blocks=block).splitlines(),
        RubricKind.USE_ADDITIONAL: package.get_use_additional_code(code, prioritize_blocks=block).splitlines(),
    }
    return [(kind, text.strip()) for kind, texts in lists.items() for text in texts if text and text.strip()]
