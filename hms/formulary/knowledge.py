"""The knowledge in force: built from the tables once for each version, and kept in the process.

One cheap query a check tells whether the tables are still those it was built from. Emptied tables give
knowledge that is not `ready`: rules then say that the check did not run, never that nothing was found.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Value

from hms.formulary import models
from hms.formulary.rules.assemble import assemble
from hms.formulary.rules.knowledge import Knowledge

Stamp = tuple[tuple[str, int], ...]

# Counted at each check, so that a table emptied behind our back is seen by the next prescription.
_COUNTED = {
    "generics": models.Generic,
    "generic_ingredients": models.GenericIngredient,
    "medications": models.Medication,
    "medication_ingredients": models.MedicationIngredient,
    "products": models.ProductCode,
    "product_ingredients": models.ProductIngredient,
    "classes": models.MedicationClass,
    "members": models.ClassMember,
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
_STATEMENTS = (
    "interactions",
    "cross_reactions",
    "dose_limits",
    "age_limits",
    "renal_rules",
    "pregnancy_rules",
    "duplicate_exceptions",
    "alternatives",
    "lingering",
)
_lock = threading.Lock()
_kept: tuple[Stamp, Knowledge] | None = None


def current_knowledge() -> Knowledge:
    """The knowledge in force. One query where it is known already, about twenty once a version."""
    global _kept
    stamp = _stamp()
    kept = _kept
    if kept is None or kept[0] != stamp:
        with _lock:
            kept = (stamp, assemble(_tables(), _version(stamp)))
            _kept = kept
    return kept[1]


def table_counts() -> dict[str, int]:
    """How many rows each table holds."""
    return {name: count for name, count in _stamp() if name in _COUNTED}


def _stamp() -> Stamp:
    """The ids of the versions and the tables' sizes, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(*_stamp_query(connection.vendor))
        return tuple(sorted(cursor.fetchall()))


@cache
def _stamp_query(vendor: str) -> tuple[str, tuple[object, ...]]:
    """Put together once: composing a union of so many takes longer than running it."""
    versions = models.KnowledgeVersion.objects.order_by().annotate(table=Value("version")).values_list("table", "pk")
    counts = [
        model.objects.order_by()
        .annotate(table=Value(name))
        .values("table")
        .annotate(n=Count("pk"))
        .values_list("table", "n")
        for name, model in _COUNTED.items()
    ]
    return versions.union(*counts, all=True).query.sql_with_params()


def _version(stamp: Stamp) -> str:
    latest = max((count for name, count in stamp if name == "version"), default=None)
    if latest is None:
        return ""
    return models.KnowledgeVersion.objects.values_list("name", flat=True).get(pk=latest)


def _tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {
        name: list(_COUNTED[name].objects.order_by("position").values()) for name in _STATEMENTS
    }
    tables["generics"] = list(models.Generic.objects.order_by("pk").values())
    tables["generic_ingredients"] = _named(models.GenericIngredient.objects, generic="generic__name")
    tables["medications"] = list(_with_parts(models.Medication.objects.order_by("generic_id", "position")))
    tables["products"] = list(_product_rows())
    tables["classes"] = list(models.MedicationClass.objects.order_by("purpose", "position").values())
    tables["members"] = list(
        models.ClassMember.objects.order_by("pk")
        .annotate(purpose=F("medication_class__purpose"), group=F("medication_class__name"))
        .values("purpose", "group", "kind", "member")
    )
    terms = models.GenericTerm.objects.order_by("pk").values_list("generic__name", "term")
    tables["terms"] = [{"generic": generic, "term": term} for generic, term in terms]
    tables["allergy_codes"] = list(models.AllergyCode.objects.order_by("pk").values())
    return tables


def _named(manager: Any, **owner: str) -> list[dict[str, Any]]:
    (column, path), *_ = owner.items()
    rows = manager.order_by("pk").values_list(path, "ingredient__name", "position")
    return [{column: name, "ingredient": ingredient, "position": position} for name, ingredient, position in rows]


def _with_parts(medications: Any) -> Iterator[dict[str, Any]]:
    parts: dict[Any, list[tuple[Any, ...]]] = {}
    for owner, *part in models.MedicationIngredient.objects.order_by("medication_id", "position").values_list(
        "medication_id", "ingredient__name", "strength_value", "strength_unit"
    ):
        parts.setdefault(owner, []).append(tuple(part))
    for row in medications.values("pk", "code", "generic__name", "unit", "route"):
        yield row | {"generic": row["generic__name"], "parts": parts.get(row["pk"], [])}


def _product_rows() -> Iterator[dict[str, Any]]:
    parts: dict[int, list[str]] = {}
    for owner, name in models.ProductIngredient.objects.order_by("product_id", "position").values_list(
        "product_id", "ingredient__name"
    ):
        parts.setdefault(owner, []).append(name)
    for row in models.ProductCode.objects.order_by("pk").values("pk", "system", "code", "systemic", "generic__name"):
        yield row | {"generic": row["generic__name"], "parts": parts.get(row["pk"], [])}
