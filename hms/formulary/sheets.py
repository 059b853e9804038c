"""The sheets in `data/`: read, checked and typed. Every row becomes a dict with the names of a table's columns.

A sheet is what a pharmacist edits; the tables are what runs. Nothing here touches the database.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hms.formulary import codes

DATA = Path(__file__).resolve().parent / "data"
Row = dict[str, Any]

# Strength as it is written: "500 mg", "250 mg/5 mL", "25 ug/h", "1 %".
_STRENGTH = re.compile(r"([\d,.]+)\s*(mg|ug|g|mL|\[iU\]|mmol|%)(?:/([\d.]*)\s*(mL|h))?$")
_COUNTED = {
    codes.Form.TABLET: codes.DoseUnit.TABLET,
    codes.Form.MODIFIED_RELEASE_TABLET: codes.DoseUnit.TABLET,
    codes.Form.SUBLINGUAL_TABLET: codes.DoseUnit.TABLET,
    codes.Form.PACK: codes.DoseUnit.TABLET,
    codes.Form.CAPSULE: codes.DoseUnit.CAPSULE,
    codes.Form.INHALER: codes.DoseUnit.PUFF,
    codes.Form.SUBLINGUAL_SPRAY: codes.DoseUnit.PUFF,
    codes.Form.PATCH: codes.DoseUnit.PATCH,
    codes.Form.CREAM: codes.DoseUnit.APPLICATION,
}
_TO_MG = {"g": Decimal(1000), "ug": Decimal("0.001"), "mg": Decimal(1)}


@dataclass(frozen=True)
class Sheets:
    """All sheets of one edition, by table."""

    version: str
    digest: str
    tables: Mapping[str, list[Row]]


@cache
def read_sheets(folder: Path = DATA) -> Sheets:
    """Every sheet, typed and cross-checked; raises ValueError where one contradicts another."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv" or path.name == "VERSION":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    tables = {name: list(read(folder)) for name, read in _READERS.items()}
    _check(tables)
    edition = (folder / "VERSION").read_text().strip()
    return Sheets(f"{edition}-{digest.hexdigest()[:8]}", digest.hexdigest(), tables)


# --- Medicines -------------------------------------------------------------------------------------------------
def _generics(folder: Path) -> Iterator[Row]:
    for row in _rows(folder, "medications.csv"):
        first, _, second = row["atc"].partition(";")
        yield {
            "name": row["generic"],
            "tall_man": row["tall_man"],
            "atc": first,
            "other_atc": second,
            "rxcui": row["rxcui"],
            "high_alert": row["high_alert"] == "yes",
            "controlled_schedule": row["controlled_schedule"],
            "source": row["source"],
            "review": row["review"],
        }


def _generic_ingredients(folder: Path) -> Iterator[Row]:
    for row in _rows(folder, "medications.csv"):
        for position, ingredient in enumerate(row["ingredients"].split(";")):
            yield {"generic": row["generic"], "ingredient": ingredient, "position": position}


def _terms(folder: Path) -> Iterator[Row]:
    for row in _rows(folder, "medications.csv"):
        yield {"generic": row["generic"], "kind": codes.TermKind.GENERIC, "term": row["generic"]}
    for row in _rows(folder, "terms.csv"):
        yield {"generic": row["generic"], "kind": row["kind"], "term": row["term"]}


def _medications(folder: Path) -> Iterator[Row]:
    ingredients = {row["generic"]: row["ingredients"].split(";") for row in _rows(folder, "medications.csv")}
    positions: dict[str, int] = {}
    for row in _rows(folder, "presentations.csv"):
        generic = row["generic"]
        positions[generic] = positions.get(generic, -1) + 1
        form = codes.Form(row["form"])
        parts = [_part(text) for text in row["strength"].split(" + ")] if row["strength"] else []
        whole = len(parts) == len(ingredients[generic])
        yield {
            "code": medication_code(generic, row["strength"], row["form"]),
            "generic": generic,
            "form": form,
            "strength_text": row["strength"],
            "unit": _counted_unit(form, row["strength"]),
            "route": codes.Route(row["route"]),
            "rxcui": row["rxcui"],
            "position": positions[generic],
            "usual_dose": _decimal(row["dose"]),
            "usual_unit": row["unit"],
            "usual_frequency": _whole(row["frequency"]),
            "usual_period": _whole(row["period"]),
            "usual_period_unit": row["period_unit"],
            "usual_as_needed": row["as_needed"] == "yes",
            "usual_max_doses_a_day": _whole(row["max_doses_a_day"]),
            "usual_min_hours_between": _whole(row["min_hours_between"]),
            "usual_days": _whole(row["days"]),
            "source": row["source"],
            "review": row["review"],
            "parts": [
                (ingredient, *(parts[at] if whole else (None, "")))
                for at, ingredient in enumerate(ingredients[generic])
            ],
        }


def medication_code(generic: str, strength: str, form: str) -> str:
    """A stable code: 'clarithromycin-500-mg-tablet'."""
    words = f"{generic} {strength} {form}".lower().replace("[iu]", "units").replace("%", " percent ")
    return re.sub(r"[^a-z0-9.]+", "-", words.replace(",", "")).replace(".", "-").strip("-")


def _part(text: str) -> tuple[Decimal | None, str]:
    """How much one counted unit, or one mL, holds: masses in mg."""
    found = _STRENGTH.match(text)
    if found is None:
        raise ValueError(f"Strength {text!r} can't be read.")
    value, unit, per, _per_unit = found.groups()
    if unit == "%":
        return None, ""
    amount = Decimal(value.replace(",", "")) / Decimal(per or 1)
    return (amount * _TO_MG[unit], "mg") if unit in _TO_MG else (amount, unit)


def _counted_unit(form: codes.Form, strength: str) -> str:
    if form in _COUNTED:
        return _COUNTED[form]
    return codes.DoseUnit.ML if "mL" in strength else ""


def _products(folder: Path) -> Iterator[Row]:
    for row in _rows(folder, "rxnorm_products.csv"):
        yield {
            "system": codes.RXNORM,
            "code": row["rxcui"],
            "name": row["name"],
            "generic": row["generic"],
            "systemic": row["systemic"] == "yes",
            "source": row["source"],
            "parts": row["ingredients"].split(";"),
        }


# --- Knowledge -------------------------------------------------------------------------------------------------
def _classes(folder: Path) -> Iterator[Row]:
    for purpose, name, column in (("rules", "class_members.csv", "class"), ("allergy", "allergy_groups.csv", "group")):
        rows = {row[column]: row for row in _rows(folder, name)}
        for position, (group, row) in enumerate(rows.items()):
            recordable = row.get("recordable") == "yes"
            yield {"purpose": purpose, "name": group, "position": position, "recordable": recordable}


def _members(folder: Path) -> Iterator[Row]:
    for purpose, name, column in (("rules", "class_members.csv", "class"), ("allergy", "allergy_groups.csv", "group")):
        for row in _rows(folder, name):
            yield {
                "purpose": purpose,
                "group": row[column],
                "kind": codes.MemberKind(row["kind"]),
                "member": row["member"],
                "source": row.get("source", ""),
            }


def _statements(
    name: str, evidence: codes.Evidence = codes.Evidence.LABEL, **convert: Callable[[str], Any]
) -> Callable[[Path], Iterator[Row]]:
    """A reader for a sheet whose columns are a table's: plain text, or as `convert` says."""

    def read(folder: Path) -> Iterator[Row]:
        for position, row in enumerate(_rows(folder, name)):
            typed = {column: convert.get(column, str)(text) for column, text in row.items()}
            yield {"position": position, "evidence": evidence, **typed}

    return read


def _renal(folder: Path) -> Iterator[Row]:
    read = _statements("renal.csv", below=Decimal, severity=codes.Severity, max_daily=_decimal)
    for row in read(folder):
        yield row | {"from_value": Decimal(row.pop("from"))}


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as sheet:
        yield from csv.DictReader(sheet)


_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "generics": _generics,
    "generic_ingredients": _generic_ingredients,
    "terms": _terms,
    "medications": _medications,
    "products": _products,
    "classes": _classes,
    "members": _members,
    "interactions": _statements("interactions.csv", severity=codes.Severity),
    "cross_reactions": _statements("cross_reactions.csv", severity=codes.Severity),
    "allergy_codes": lambda folder: _rows(folder, "allergy_codes.csv"),
    "dose_limits": _statements(
        "dose_limits.csv",
        severity=codes.Severity,
        **dict.fromkeys(
            (
                "age_from",
                "age_below",
                "max_single",
                "max_daily",
                "max_single_per_kg",
                "max_daily_per_kg",
                "min_hours_between",
            ),
            _decimal,
        ),
    ),
    "age_limits": _statements("age_limits.csv", min_age=Decimal, severity=codes.Severity),
    "renal_rules": _renal,
    "pregnancy_rules": _statements("pregnancy.csv", from_week=int, below_week=int, severity=codes.Severity),
    "duplicate_exceptions": _statements("duplicate_exceptions.csv", codes.Evidence.PUBLISHED),
    "alternatives": _statements("alternatives.csv", codes.Evidence.PUBLISHED),
    "lingering": _statements("lingering.csv", days=int),
}


# --- Do the sheets agree with one another? ------------------------------------------------------------------------
def _check(tables: Mapping[str, list[Row]]) -> None:
    generics = {row["name"] for row in tables["generics"]}
    ingredients = {row["ingredient"] for row in tables["generic_ingredients"]}
    classes = {(row["purpose"], row["name"]) for row in tables["classes"]}
    problems = [
        f"presentation of unknown {row['generic']}" for row in tables["medications"] if row["generic"] not in generics
    ]
    problems += [
        f"alternative {row['use']} is no generic" for row in tables["alternatives"] if row["use"] not in generics
    ]
    problems += [
        f"dose limit of unknown {row['ingredient']}"
        for row in tables["dose_limits"]
        if row["ingredient"] not in ingredients
    ]
    problems += [
        f"allergy code to unknown {row['name']}"
        for row in tables["allergy_codes"]
        if (row["kind"] == "group" and ("allergy", row["name"]) not in classes)
        or (row["kind"] == "ingredient" and row["name"] not in ingredients)
    ]
    codes_ = [row["code"] for row in tables["medications"]]
    problems += [
        f"two presentations are {code}" for code in sorted({code for code in codes_ if codes_.count(code) > 1})
    ]
    if problems:
        raise ValueError("The sheets do not agree: " + "; ".join(problems))
