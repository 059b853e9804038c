"""The limits that ship with HMS, read from `data/`. Each row names its source; a laboratory sets its own.

Reads no database. Where a table has no row for a test, a unit or an age, nothing is said about the value.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from hms.diagnostics.rules.interpreting import Limits

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Vital:
    """A vital sign as it is measured here: its unit, its limits, and what no living person has."""

    loinc: str
    name: str
    limits: Limits
    refuse_below: Decimal
    refuse_above: Decimal
    decimals: int


@cache
def vitals() -> dict[str, Vital]:
    """By LOINC code."""
    return {
        row["loinc"]: Vital(
            loinc=row["loinc"],
            name=row["name"],
            limits=_limits(row),
            refuse_below=Decimal(row["refuse_below"]),
            refuse_above=Decimal(row["refuse_above"]),
            decimals=int(row["decimals"]),
        )
        for row in _rows("vital_signs")
    }


@cache
def limits() -> dict[str, tuple[Limits, ...]]:
    """Every row of both tables, by LOINC code."""
    found: dict[str, tuple[Limits, ...]] = {}
    for row in (*_rows("vital_signs"), *_rows("lab_tests")):
        found[row["loinc"]] = (*found.get(row["loinc"], ()), _limits(row))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _limits(row: dict[str, str]) -> Limits:
    return Limits(
        unit=row["unit"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        critical_low=_number(row["critical_low"]),
        critical_high=_number(row["critical_high"]),
        sex=row.get("sex", ""),
        age_from=int(row["age_from"] or 0),
        age_to=int(row["age_to"]) if row.get("age_to") else None,
        source=row["source"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
