"""Finding a medicine or an allergen by any of its names."""

from __future__ import annotations

import pytest

from hms.formulary.catalogue import match_allergen, search_allergens, search_medications
from hms.formulary.codes import RXNORM, SNOMED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("clari", "Clarithromycin 500 mg tablet"),
        ("clari 250", "Clarithromycin 250 mg tablet"),
        ("CLARITHROMYCIN", "Clarithromycin 500 mg tablet"),
        ("tylenol", "Paracetamol 500 mg tablet"),
        ("acetaminophen 325", "Paracetamol 325 mg tablet"),
        ("co-amox", "Amoxicillin/clavulanic acid 500 mg + 125 mg tablet"),
        ("amox clav", "Amoxicillin/clavulanic acid 500 mg + 125 mg tablet"),
        ("amoxicillin", "Amoxicillin 500 mg capsule"),
        ("predniso", "prednisoLONE 5 mg tablet"),
        ("lantus", "Insulin glargine 100 units/mL pen"),
        ("levothyroxine 50", "Levothyroxine 50 mcg tablet"),
    ],
)
def test_the_first_hit(loaded_formulary, text: str, first: str):
    assert search_medications(text)[0].label == first


@pytest.mark.parametrize("text", ["", "c", "500", "xyzzy"])
def test_too_little_or_nothing_finds_nothing(loaded_formulary, text: str):
    assert search_medications(text) == []


def test_a_search_is_two_queries(loaded_formulary, django_assert_num_queries):
    with django_assert_num_queries(2):
        [medication.label for medication in search_medications("amox")]


def test_an_allergen_is_a_group_or_an_ingredient(loaded_formulary):
    found = search_allergens("penicillin")
    assert (found[0].kind, found[0].name) == ("group", "penicillins")
    assert ("ingredient", "sulfamethoxazole") in {(one.kind, one.name) for one in search_allergens("bactrim")}


@pytest.mark.parametrize(
    ("system", "code", "text", "name"),
    [
        (SNOMED, "91936005", "Allergy to penicillin", "penicillins"),
        (RXNORM, "723", "", "amoxicillin"),
        (RXNORM, "1191", "", "acetylsalicylic acid"),
        ("", "", "Aspirin", "acetylsalicylic acid"),
        ("", "", "Penicillin", "penicillins"),
        (SNOMED, "0", "the pink syrup", None),
    ],
)
def test_an_allergy_coded_elsewhere_is_told(loaded_formulary, system: str, code: str, text: str, name: str | None):
    found = match_allergen(system, code, text)
    assert (found.name if found else None) == name
