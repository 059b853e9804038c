"""Finding a medicine, or what somebody is allergic to, from the first letters of any of its names."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext

from hms.formulary import codes
from hms.formulary.folding import fold
from hms.formulary.knowledge import current_knowledge
from hms.formulary.models import GenericTerm, Ingredient, Medication, MedicationClass

MOST = 12


def search_medications(text: str, limit: int = MOST) -> list[Medication]:
    """Products whose generic, other or brand name begins with the words, best first; numbers narrow the strength.

    'clari 500' finds clarithromycin 500 mg, 'tylenol' paracetamol, 'amox clav' the combination.
    """
    words = fold(text).split()
    names = [word for word in words if not word[0].isdigit()]
    numbers = [word for word in words if word[0].isdigit()]
    if not names or len(names[0]) < 2:
        return []
    generics = _matching_generics(names)
    if not generics:
        return []
    found = [
        medication
        for medication in Medication.objects.prescribable().filter(generic__in=generics)
        if all(_has_number(medication, number) for number in numbers)
    ]
    found.sort(key=lambda medication: (generics[medication.generic_id], medication.generic.name, medication.position))
    return found[:limit]


def _matching_generics(names: list[str]) -> dict[int, tuple[int, int]]:
    """Generic → how well it fits: its term begins with the first word, and every other word begins some word of it."""
    terms = GenericTerm.objects.filter(Q(folded__startswith=names[0]) | Q(folded__contains=f" {names[0]}"))
    ranks: dict[int, tuple[int, int]] = {}
    for term in terms:
        parts = term.folded.split()
        if all(any(part.startswith(name) for part in parts) for name in names):
            rank = (0 if term.folded.startswith(names[0]) else 1, len(parts))
            ranks[term.generic_id] = min(rank, ranks.get(term.generic_id, rank))
    return ranks


def _has_number(medication: Medication, number: str) -> bool:
    return any(part.startswith(number) for part in medication.strength_text.replace(",", "").replace("/", " ").split())


@dataclass(frozen=True, slots=True)
class Allergen:
    """What an allergy may be to. `kind` is "group" or "ingredient"; `name` goes into the record as its code."""

    kind: str
    name: str
    label: str

    @property
    def system(self) -> str:
        return codes.ALLERGY_GROUP_SYSTEM if self.kind == "group" else codes.INGREDIENT_SYSTEM


def search_allergens(text: str, limit: int = MOST) -> list[Allergen]:
    """Allergy groups first, then ingredients, by any name: 'penicillin', 'aspirin', 'bactrim' (its ingredients)."""
    words = fold(text)
    if len(words) < 2:
        return []
    groups = MedicationClass.objects.filter(recordable=True, name__icontains=words).order_by("name")
    found = [
        Allergen("group", group.name, gettext("%(group)s (the whole group)") % {"group": group.name})
        for group in groups
    ]
    named = Q(name__istartswith=words)
    by_term = Q(
        pk__in=GenericTerm.objects.filter(folded__startswith=words).values("generic__generic_ingredients__ingredient")
    )
    ingredients = Ingredient.objects.filter(named | by_term).order_by("name")
    found += [Allergen("ingredient", ingredient.name, ingredient.name) for ingredient in ingredients]
    return found[:limit]


def match_allergen(system: str, code: str, text: str = "") -> Allergen | None:
    """What an allergy coded or called elsewhere is to, for forms and importers: by its code, or by an exact name.

    None means that nobody can tell, and prescribing will say that this entry was not compared.
    """
    told = current_knowledge().allergen("", "", system, code, text)
    if told is None and system == codes.RXNORM and code:
        name = Ingredient.objects.filter(rxcui=code).values_list("name", flat=True).first()
        told = ("ingredient", name) if name else None
    return Allergen(told[0], told[1], told[1]) if told else None


def allergen_of(words: str) -> Allergen | None:
    """What a substance typed into a form is to: by its exact name, else where four letters of it fit only one.

    None for what prescribing does not compare: a food, a pollen, a word nobody knows.
    """
    exact = match_allergen("", "", words)
    if exact is not None:
        return exact
    # 'All' is not allopurinol.
    found = search_allergens(words, 2) if len(fold(words)) >= 4 else []
    return found[0] if len(found) == 1 else None


def allergen_names() -> list[str]:
    """The groups and ingredients that prescribing compares with, for suggestions. Two queries."""
    groups = MedicationClass.objects.filter(recordable=True).order_by("name").values_list("name", flat=True)
    return [*groups, *Ingredient.objects.order_by("name").values_list("name", flat=True)]
