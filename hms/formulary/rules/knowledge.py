"""What is known about medicines, as the rules read it: built once for each version, never changed.

Rows are facts with their source. Which ones apply to a drug is found by ATC prefix or ingredient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from hms.formulary.codes import MEDICATION_SYSTEM, Evidence, Severity
from hms.formulary.folding import fold
from hms.formulary.rules.facts import Drug


@dataclass(frozen=True, slots=True)
class Backing:
    """Where a statement comes from and how far to trust it."""

    source: str
    evidence: Evidence = Evidence.LABEL
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A class of medicines: everything under an ATC prefix, and named ingredients."""

    name: str
    atc: tuple[str, ...] = ()
    ingredients: frozenset[str] = frozenset()

    def members(self, drug: Drug) -> frozenset[str]:
        """The ingredients by which a drug belongs here; empty when it does not.

        NB: a medicine that stays where it is put (a cream, eye drops) belongs by its own ATC code alone,
        not by the name of its ingredient: hydrocortisone cream is no systemic corticosteroid.
        """
        if any(code.startswith(self.atc) for code in drug.atc):
            return (drug.ingredients & self.ingredients) or drug.ingredients or frozenset({drug.name})
        if drug.systemic:
            return drug.ingredients & self.ingredients
        return frozenset()


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two sides that should not meet. A side is the name of a group or of an ingredient."""

    a: str
    b: str
    severity: Severity
    effect: str
    mechanism: str
    action: str
    backing: Backing

    @property
    def key(self) -> str:
        return f"{self.a}|{self.b}"


@dataclass(frozen=True, slots=True)
class CrossReaction:
    """Allergic to `allergy` (a group or an ingredient), about to get something of `given` (a group)."""

    allergy: str
    given: str
    severity: Severity
    why: str
    likelihood: str
    backing: Backing

    @property
    def key(self) -> str:
        return f"{self.allergy}>{self.given}"


@dataclass(frozen=True, slots=True)
class DoseLimit:
    """The most one may take of an ingredient. Amounts in `unit` ("mg", "[iU]"); ages in years, [from, below)."""

    ingredient: str
    unit: str
    backing: Backing
    route: str = ""
    age_from: Decimal | None = None
    age_below: Decimal | None = None
    max_single: Decimal | None = None
    max_daily: Decimal | None = None
    max_single_per_kg: Decimal | None = None
    max_daily_per_kg: Decimal | None = None
    min_hours_between: Decimal | None = None
    severity: Severity = Severity.MAJOR
    note: str = ""

    @property
    def by_weight(self) -> bool:
        return self.max_single_per_kg is not None or self.max_daily_per_kg is not None


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """Not below this age, in years."""

    ingredient: str
    min_age: Decimal
    severity: Severity
    effect: str
    action: str
    backing: Backing


@dataclass(frozen=True, slots=True)
class RenalRule:
    """What to do within a band of kidney function, [from, below) mL/min."""

    who: str  # a group or an ingredient
    below: Decimal
    severity: Severity
    action: str
    backing: Backing
    from_: Decimal = Decimal(0)
    max_daily: Decimal | None = None  # mg; the issue stands only above it
    ask: str = "risk"  # "always": never give without a value; "risk": ask for one from 65 years on


@dataclass(frozen=True, slots=True)
class PregnancyRule:
    """What to do in pregnancy (by completed weeks, [from, below)) or while breast-feeding."""

    who: str
    state: str  # "pregnancy" or "breast-feeding"
    severity: Severity
    effect: str
    action: str
    backing: Backing
    from_week: int = 0
    below_week: int = 99
    ask: str = "inline"  # "interrupt": nobody who could be pregnant gets it before somebody asked


@dataclass(frozen=True, slots=True)
class Alternative:
    """What to give instead, where known: `use` is a generic of the formulary."""

    code: str  # "interaction", "allergy", "pregnancy", "renal"
    avoid: str  # a group or ingredient that should not be given
    because: str  # the other side: group, ingredient, allergy group; empty for any
    use: str
    note: str
    backing: Backing


@dataclass(frozen=True, slots=True)
class Lingering:
    """How many days an ingredient still acts after the last dose."""

    ingredient: str
    days: int
    backing: Backing


@dataclass(frozen=True)
class Knowledge:
    """One version of everything known. Equal versions hold equal facts."""

    version: str
    groups: tuple[Group, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    allergy_groups: tuple[Group, ...] = ()
    cross_reactions: tuple[CrossReaction, ...] = ()
    dose_limits: tuple[DoseLimit, ...] = ()
    age_limits: tuple[AgeLimit, ...] = ()
    renal_rules: tuple[RenalRule, ...] = ()
    pregnancy_rules: tuple[PregnancyRule, ...] = ()
    duplicate_exceptions: tuple[str, ...] = ()  # ATC prefixes, ingredients
    alternatives: tuple[Alternative, ...] = ()
    lingering: tuple[Lingering, ...] = ()
    # What each medicine is: by generic name, by our own code, by (system, code) of an imported record.
    generics: dict[str, Drug] = field(default_factory=dict)
    medications: dict[str, Drug] = field(default_factory=dict)
    products: dict[tuple[str, str], Drug] = field(default_factory=dict)
    # (system, code) of an allergy coded elsewhere → ("group" or "ingredient", name)
    allergens: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    # The same by exact name, lower case: 'aspirin', 'penicillin', 'bactrim' is none (two ingredients).
    allergen_names: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether every table a warning rests on holds something: an empty one is a check that would find nothing."""
        return not self.empty_tables

    @cached_property
    def empty_tables(self) -> tuple[str, ...]:
        tables = {
            # A class without members, and a medicine without ingredients, meet no rule.
            "medicines": _any_ingredient(self.generics) and _any_ingredient(self.medications),
            "interactions": self.interactions and _any_member(self.groups),
            "medicines that linger": self.lingering,
            "allergy groups": self.cross_reactions and _any_member(self.allergy_groups),
            "dose limits": self.dose_limits and self.age_limits,
            "kidney rules": self.renal_rules,
            "pregnancy rules": self.pregnancy_rules,
        }
        return tuple(name for name, rows in tables.items() if not rows)

    @cached_property
    def _interactions_by_sides(self) -> dict[frozenset[str], Interaction]:
        return {frozenset((row.a, row.b)): row for row in self.interactions}

    @cached_property
    def _sides(self) -> dict[Drug, dict[str, frozenset[str]]]:
        # Asked again and again for the same few hundred medicines, and the same for as long as this version lives.
        return {}

    @cached_property
    def _groups_by_name(self) -> dict[str, Group]:
        return {group.name: group for group in self.groups}

    @cached_property
    def _allergy_groups_by_name(self) -> dict[str, Group]:
        return {group.name: group for group in self.allergy_groups}

    def sides(self, drug: Drug) -> dict[str, frozenset[str]]:
        """Each group and ingredient a drug stands for in the interaction table, and by which of its ingredients."""
        if not drug.known:
            return {}
        if drug not in self._sides:
            found = {group.name: members for group in self.groups if (members := group.members(drug))}
            if drug.systemic:
                found |= {ingredient: frozenset({ingredient}) for ingredient in drug.ingredients}
            self._sides[drug] = found
        return self._sides[drug]

    def interaction(self, a: str, b: str) -> Interaction | None:
        return self._interactions_by_sides.get(frozenset((a, b)))

    def stands_for(self, who: str, drug: Drug) -> frozenset[str]:
        """The ingredients by which a drug is `who`: a class or an ingredient. Empty: it is not."""
        if who in self._groups_by_name:
            return self.sides(drug).get(who, frozenset())
        return drug.ingredients & {who}

    def is_kin(self, who: str, drug: Drug) -> frozenset[str]:
        """The same for allergies, whose groups are cut otherwise: sacubitril is kin to ACE inhibitors."""
        group = self._allergy_groups_by_name.get(who)
        return group.members(drug) if group else drug.ingredients & {who}

    def drug(self, medication: str = "", system: str = "", code: str = "", text: str = "") -> Drug:
        """What a recorded medicine is: one of ours by its code, or by the coding it came with; else only its words."""
        return (
            self.medications.get(medication)
            or self.medications.get(code if system == MEDICATION_SYSTEM else "")
            or self.products.get((system, code))
            or Drug(name=text or code)
        )

    def allergen(self, group: str, ingredient: str, system: str, code: str, text: str) -> tuple[str, str] | None:
        """What a recorded allergy is to: ("group" or "ingredient", name), or None where nobody can tell.

        By our own name for it, by the code it came with, or by words that are exactly a name. A name we do not
        know counts as not told: it must never look like an allergy that was compared.
        """
        return (
            self.allergen_names.get(fold(group))
            or self.allergen_names.get(fold(ingredient))
            or self.allergens.get((system, code))
            or self.allergen_names.get(fold(text))
        )

    def allergy_groups_of(self, drug: Drug) -> tuple[str, ...]:
        return tuple(group.name for group in self.allergy_groups if group.members(drug))

    def lingers(self, drug: Drug) -> int:
        return max((row.days for row in self.lingering if row.ingredient in drug.ingredients), default=0)

    def limits_for(self, ingredients: Iterable[str]) -> tuple[DoseLimit, ...]:
        wanted = frozenset(ingredients)
        return tuple(limit for limit in self.dose_limits if limit.ingredient in wanted)


def _any_member(groups: Iterable[Group]) -> bool:
    return any(group.atc or group.ingredients for group in groups)


def _any_ingredient(drugs: Mapping[str, Drug]) -> bool:
    return any(drug.parts for drug in drugs.values())
