"""The small code tables that ship with HMS, read from `data/`. Each row names its source.

These are subsets: the codes that our own pages use and those seen in the sample bundles. Whoever needs
more loads a full release. Nothing here touches the database.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from hms.terminology.codes import ICD10CM, SNOMED

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A code of one system standing for a code of another; `note` says where it is only near."""

    system: str
    code: str
    source_system: str
    source_code: str
    source_display: str
    note: str


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of `data/<name>.csv`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def map_snomed(code: str) -> Mapped | None:
    """The ICD-10-CM leaf for a SNOMED CT disorder, or None where the small map has none.

    Keep the SNOMED coding beside it. The choice of target is ours and wants a coder's eye.
    """
    return _snomed_map().get(code)


def unit_label(ucum: str) -> str:
    """A UCUM unit as people read it: "mm Hg" for "mm[Hg]". Unknown units are shown as they are."""
    return _unit_labels().get(ucum, ucum)


def lay_words() -> dict[str, list[str]]:
    """Everyday words by ICD-10-CM code."""
    words: dict[str, list[str]] = {}
    for row in rows("icd10cm_synonyms"):
        words.setdefault(row["code"], []).append(row["term"])
    return words


def common_codes() -> frozenset[str]:
    """ICD-10-CM codes met every day: those somebody gave an everyday word, and those of the sample bundles."""
    return frozenset(row["code"] for row in rows("icd10cm_synonyms")) | frozenset(
        row["icd10cm"] for row in rows("snomed_to_icd10cm")
    )


@cache
def _snomed_map() -> dict[str, Mapped]:
    return {
        row["snomed_code"]: Mapped(ICD10CM, row["icd10cm"], SNOMED, row["snomed_code"], row["condition"], row["note"])
        for row in rows("snomed_to_icd10cm")
    }


@cache
def _unit_labels() -> dict[str, str]:
    return {row["code"]: row["label"] for row in rows("ucum")}
