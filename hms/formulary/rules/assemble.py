"""From rows of tables (or sheets) to `Knowledge`: the same function for both, so that tests need no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from hms.formulary.codes import ALLERGY_NAME_SYSTEM, Evidence, Review, Route, Severity
from hms.formulary.folding import fold
from hms.formulary.rules.facts import Amount, Drug, Part
from hms.formulary.rules.knowledge import (
    AgeLimit,
    Alternative,
    Backing,
    CrossReaction,
    DoseLimit,
    Group,
    Interaction,
    Knowledge,
    Lingering,
    PregnancyRule,
    RenalRule,
)

Row = Mapping[str, Any]
Tables = Mapping[str, Iterable[Row]]


def assemble(tables: Tables, version: str) -> Knowledge:
    """One version of everything known, with an index of what each medicine is."""
    generics = _generic_drugs(tables)
    return Knowledge(
        version=version,
        groups=_groups(tables, "rules"),
        interactions=tuple(_interaction(row) for row in tables["interactions"]),
        allergy_groups=_groups(tables, "allergy"),
        cross_reactions=tuple(_cross_reaction(row) for row in tables["cross_reactions"]),
        dose_limits=tuple(_dose_limit(row) for row in tables["dose_limits"]),
        age_limits=tuple(_age_limit(row) for row in tables["age_limits"]),
        renal_rules=tuple(_renal_rule(row) for row in tables["renal_rules"]),
        pregnancy_rules=tuple(_pregnancy_rule(row) for row in tables["pregnancy_rules"]),
        duplicate_exceptions=tuple(row["who"] for row in tables["duplicate_exceptions"]),
        alternatives=tuple(_alternative(row) for row in tables["alternatives"]),
        lingering=tuple(Lingering(row["ingredient"], row["days"], _backing(row)) for row in tables["lingering"]),
        generics=generics,
        medications={row["code"]: _medication_drug(row, generics) for row in tables["medications"]},
        products=_products(tables, generics),
        allergens={(row["system"], row["code"]): (row["kind"], row["name"]) for row in tables["allergy_codes"]},
        allergen_names=_allergen_names(tables, generics),
    )


def _backing(row: Row) -> Backing:
    return Backing(row["source"], Evidence(row["evidence"]), row["review"] == Review.REVIEWED)


# --- What a medicine is ----------------------------------------------------------------------------------------
def _generic_drugs(tables: Tables) -> dict[str, Drug]:
    ingredients: dict[str, list[str]] = defaultdict(list)
    for row in sorted(tables["generic_ingredients"], key=lambda row: row["position"]):
        ingredients[row["generic"]].append(row["ingredient"])
    routes: dict[str, set[str]] = defaultdict(set)
    for row in tables["medications"]:
        routes[row["generic"]].add(row["route"])
    return {
        row["name"]: Drug(
            name=row["name"],
            atc=tuple(code for code in (row["atc"], row["other_atc"]) if code),
            parts=tuple(Part(name) for name in ingredients[row["name"]]),
            systemic=any(Route(route).systemic for route in routes[row["name"]]) or not routes[row["name"]],
        )
        for row in tables["generics"]
    }


def _medication_drug(row: Row, generics: Mapping[str, Drug]) -> Drug:
    generic = generics[row["generic"]]
    return Drug(
        name=generic.name,
        atc=generic.atc,
        parts=tuple(
            Part(ingredient, Amount(value, unit) if value is not None else None)
            for ingredient, value, unit in row["parts"]
        ),
        unit=str(row["unit"]),
        systemic=Route(row["route"]).systemic,
    )


def _products(tables: Tables, generics: Mapping[str, Drug]) -> dict[tuple[str, str], Drug]:
    """Codes that come with imported records. One of ours keeps its name; others are known by their ingredients.

    An ingredient's own ATC code comes with it, so that classes cut by ATC hold foreign combinations too.
    """
    products: dict[tuple[str, str], Drug] = {}
    for row in tables["products"]:
        ours = generics.get(row["generic"] or "")
        single = [generics[name] for name in row["parts"] if name in generics]
        products[(row["system"], row["code"])] = Drug(
            name=ours.name if ours else "/".join(row["parts"]),
            atc=ours.atc if ours else tuple(code for drug in single for code in drug.atc),
            parts=tuple(Part(name) for name in row["parts"]),
            systemic=row["systemic"],
        )
    return products


def _allergen_names(tables: Tables, generics: Mapping[str, Drug]) -> dict[str, tuple[str, str]]:
    """Every name that is exactly a group's, an ingredient's, or of a medicine with one ingredient. Groups win.

    'Penicillin' is the group, because whoever says so seldom knows which one it was.
    """
    names: dict[str, tuple[str, str]] = {}
    for row in tables["allergy_codes"]:
        if row["system"] == ALLERGY_NAME_SYSTEM:
            names[row["code"]] = (row["kind"], row["name"])
    for row in tables["classes"]:
        if row["recordable"]:
            folded = fold(row["name"])
            names |= {folded: ("group", row["name"]), folded.removesuffix("s"): ("group", row["name"])}
    for drug in (*generics.values(), *_products(tables, generics).values()):
        for part in drug.parts:
            names.setdefault(fold(part.ingredient), ("ingredient", part.ingredient))
    for row in tables["terms"]:
        parts = generics[row["generic"]].parts
        if len(parts) == 1:
            names.setdefault(fold(row["term"]), ("ingredient", parts[0].ingredient))
    return names


# --- What is known ---------------------------------------------------------------------------------------------
def _groups(tables: Tables, purpose: str) -> tuple[Group, ...]:
    atc: dict[str, list[str]] = defaultdict(list)
    ingredients: dict[str, set[str]] = defaultdict(set)
    for row in tables["members"]:
        if row["purpose"] == purpose:
            if row["kind"] == "atc":
                atc[row["group"]].append(row["member"])
            else:
                ingredients[row["group"]].add(row["member"])
    return tuple(
        Group(row["name"], tuple(sorted(atc[row["name"]])), frozenset(ingredients[row["name"]]))
        for row in sorted(tables["classes"], key=lambda row: row["position"])
        if row["purpose"] == purpose
    )


def _interaction(row: Row) -> Interaction:
    return Interaction(
        row["a"], row["b"], Severity(row["severity"]), row["effect"], row["mechanism"], row["action"], _backing(row)
    )


def _cross_reaction(row: Row) -> CrossReaction:
    return CrossReaction(
        row["allergy"], row["given"], Severity(row["severity"]), row["why"], row["likelihood"], _backing(row)
    )


def _dose_limit(row: Row) -> DoseLimit:
    return DoseLimit(
        ingredient=row["ingredient"],
        unit=row["unit"],
        backing=_backing(row),
        route=row["route"],
        age_from=row["age_from"],
        age_below=row["age_below"],
        max_single=row["max_single"],
        max_daily=row["max_daily"],
        max_single_per_kg=row["max_single_per_kg"],
        max_daily_per_kg=row["max_daily_per_kg"],
        min_hours_between=row["min_hours_between"],
        severity=Severity(row["severity"]),
        note=row["note"],
    )


def _age_limit(row: Row) -> AgeLimit:
    return AgeLimit(
        row["ingredient"], row["min_age"], Severity(row["severity"]), row["effect"], row["action"], _backing(row)
    )


def _renal_rule(row: Row) -> RenalRule:
    return RenalRule(
        who=row["who"],
        below=row["below"],
        severity=Severity(row["severity"]),
        action=row["action"],
        backing=_backing(row),
        from_=row["from_value"],
        max_daily=row["max_daily"],
        ask=row["ask"],
    )


def _pregnancy_rule(row: Row) -> PregnancyRule:
    return PregnancyRule(
        who=row["who"],
        state=row["state"],
        severity=Severity(row["severity"]),
        effect=row["effect"],
        action=row["action"],
        backing=_backing(row),
        from_week=row["from_week"],
        below_week=row["below_week"],
        ask=row["ask"],
    )


def _alternative(row: Row) -> Alternative:
    return Alternative(row["code"], row["avoid"], row["because"], row["use"], row["note"], _backing(row))
