"""Loading an edition of the formulary: the only way medicines and knowledge come in or change.

Refuses to delete a medicine: one that an edition no longer has becomes inactive, so that what was
prescribed with it stays readable.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models as db

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.formulary import codes, models
from hms.formulary.folding import fold
from hms.formulary.knowledge import table_counts
from hms.formulary.sheets import Row, Sheets

# Medicines have the same id in every installation, so that a prescription can move between two of them.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, codes.MEDICATION_SYSTEM)
_STATEMENTS: dict[str, type[db.Model]] = {
    "interactions": models.Interaction,
    "cross_reactions": models.CrossReaction,
    "allergy_codes": models.AllergyCode,
    "dose_limits": models.DoseLimit,
    "age_limits": models.AgeLimit,
    "renal_rules": models.RenalRule,
    "pregnancy_rules": models.PregnancyRule,
    "duplicate_exceptions": models.DuplicateException,
    "alternatives": models.Alternative,
    "lingering": models.Lingering,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in counts."""

    added: int
    changed: int
    withdrawn: int
    statements: int


def is_current(sheets: Sheets) -> bool:
    """Whether the tables hold this edition already, whole: a load would change nothing."""
    latest = models.KnowledgeVersion.objects.order_by("pk").last()
    if latest is None or latest.digest != sheets.digest:
        return False
    counts = table_counts()
    # Medicines that were withdrawn stay, with their ingredients.
    parts = {name: sum(len(row["parts"]) for row in sheets.tables[f"{name}s"]) for name in ("medication", "product")}
    return all(counts[f"{name}_ingredients"] >= number for name, number in parts.items()) and all(
        counts.get(name, 0) == len(rows) for name, rows in sheets.tables.items() if name not in ("terms", "medications")
    )


@action("formulary.load_formulary")
def load_formulary(*, by: Actor, sheets: Sheets) -> Loaded:
    """Bring medicines and knowledge to an edition."""
    tables = sheets.tables
    ingredients = _ingredients(tables)
    generics = _generics(tables["generics"])
    _generic_rows(tables, generics, ingredients)
    added, changed, withdrawn = _medications(tables["medications"], generics, ingredients)
    _products(tables["products"], generics, ingredients)
    _classes(tables)
    for name, model in _STATEMENTS.items():
        model._base_manager.all().delete()
        model._base_manager.bulk_create(model(**row) for row in tables[name])
    statements = sum(len(tables[name]) for name in _STATEMENTS)
    version = models.KnowledgeVersion.objects.create(
        name=sheets.version,
        digest=sheets.digest,
        loaded_at=clock.now(),
        rows=sum(len(rows) for rows in tables.values()),
    )
    trail.record(
        "formulary.loaded",
        subject=version,
        detail={
            "version": sheets.version,
            "added": added,
            "changed": changed,
            "withdrawn": withdrawn,
            "statements": statements,
        },
    )
    return Loaded(added, changed, withdrawn, statements)


# --- Medicines ---------------------------------------------------------------------------------------------------
def _ingredients(tables: Mapping[str, list[Row]]) -> dict[str, int]:
    codes_ = {row["name"]: row["rxcui"] for row in tables["generics"]}
    names = {row["ingredient"] for row in tables["generic_ingredients"]}
    names |= {name for row in tables["products"] for name in row["parts"]}
    models.Ingredient.objects.bulk_create(
        [models.Ingredient(name=name, rxcui=codes_.get(name, "")) for name in sorted(names)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["rxcui"],
    )
    return dict(models.Ingredient.objects.values_list("name", "pk"))


def _generics(rows: list[Row]) -> dict[str, int]:
    columns = [column for column in rows[0] if column != "name"] if rows else []
    models.Generic.objects.bulk_create(
        [models.Generic(**row) for row in rows], update_conflicts=True, unique_fields=["name"], update_fields=columns
    )
    return dict(models.Generic.objects.values_list("name", "pk"))


def _generic_rows(tables: Mapping[str, list[Row]], generics: dict[str, int], ingredients: dict[str, int]) -> None:
    models.GenericIngredient.objects.all().delete()
    models.GenericIngredient.objects.bulk_create(
        models.GenericIngredient(
            generic_id=generics[row["generic"]], ingredient_id=ingredients[row["ingredient"]], position=row["position"]
        )
        for row in tables["generic_ingredients"]
    )
    models.GenericTerm.objects.all().delete()
    terms: dict[tuple[str, str], models.GenericTerm] = {}
    for row in tables["terms"]:
        folded = fold(row["term"])
        terms.setdefault(
            (row["generic"], folded),
            models.GenericTerm(generic_id=generics[row["generic"]], kind=row["kind"], term=row["term"], folded=folded),
        )
    models.GenericTerm.objects.bulk_create(terms.values())


def _medications(rows: list[Row], generics: dict[str, int], ingredients: dict[str, int]) -> tuple[int, int, int]:
    """Insert what is new, change what differs, withdraw what is gone; untouched rows keep their version."""
    present = {medication.code: medication for medication in models.Medication.objects.all()}
    new, changed = [], 0
    for row in rows:
        values = {name: value for name, value in row.items() if name not in ("generic", "parts")}
        values |= {"generic_id": generics[row["generic"]], "status": codes.MedicationStatus.ACTIVE}
        medication = present.pop(row["code"], None)
        if medication is None:
            new.append(models.Medication(id=uuid.uuid5(_IDS, row["code"]), **values))
        elif any(getattr(medication, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(medication, name, value)
            medication.save()
            changed += 1
    models.Medication.objects.bulk_create(new)
    withdrawn = [medication for medication in present.values() if medication.status == codes.MedicationStatus.ACTIVE]
    for medication in withdrawn:
        medication.status = codes.MedicationStatus.INACTIVE
        medication.save()
    _strengths(rows, ingredients)
    return len(new), changed, len(withdrawn)


def _strengths(rows: list[Row], ingredients: dict[str, int]) -> None:
    ids = dict(models.Medication.objects.values_list("code", "pk"))
    models.MedicationIngredient.objects.filter(medication__code__in=[row["code"] for row in rows]).delete()
    models.MedicationIngredient.objects.bulk_create(
        models.MedicationIngredient(
            medication_id=ids[row["code"]],
            ingredient_id=ingredients[ingredient],
            position=position,
            strength_value=value,
            strength_unit=unit,
        )
        for row in rows
        for position, (ingredient, value, unit) in enumerate(row["parts"])
    )


def _products(rows: list[Row], generics: dict[str, int], ingredients: dict[str, int]) -> None:
    models.ProductCode.objects.all().delete()
    made = models.ProductCode.objects.bulk_create(
        models.ProductCode(
            system=row["system"],
            code=row["code"],
            name=row["name"],
            generic_id=generics.get(row["generic"]),
            systemic=row["systemic"],
            source=row["source"],
        )
        for row in rows
    )
    models.ProductIngredient.objects.bulk_create(
        models.ProductIngredient(product=product, ingredient_id=ingredients[name], position=position)
        for product, row in zip(made, rows, strict=True)
        for position, name in enumerate(row["parts"])
    )


# --- Knowledge ---------------------------------------------------------------------------------------------------
def _classes(tables: Mapping[str, list[Row]]) -> None:
    models.MedicationClass.objects.all().delete()
    made: dict[tuple[str, str], Any] = {
        (one.purpose, one.name): one
        for one in models.MedicationClass.objects.bulk_create(
            models.MedicationClass(**row) for row in tables["classes"]
        )
    }
    models.ClassMember.objects.bulk_create(
        models.ClassMember(
            medication_class=made[(row["purpose"], row["group"])],
            kind=row["kind"],
            member=row["member"],
            source=row["source"],
        )
        for row in tables["members"]
    )
