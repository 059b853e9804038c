"""Allergic to it, to its group, to its kin; intolerant; refuted; not asked."""

from __future__ import annotations

import pytest

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.facts import Allergies, Allergy
from hms.formulary.tests.knowledge import adult, allergic_to, issues, order, taking

ALLERGY, INTOLERANCE = IssueCode.ALLERGY, IssueCode.INTOLERANCE

# allergic to, given, severity of the issue (None: silence)
CASES = [
    ("amoxicillin", "amoxicillin", "major"),
    ("penicillins", "amoxicillin", "major"),
    ("penicillins", "amoxicillin/clavulanic acid", "major"),
    ("penicillins", "piperacillin/tazobactam", "major"),
    ("amoxicillin", "phenoxymethylpenicillin", "major"),
    ("amoxicillin", "cefalexin", "major"),
    ("ampicillin", "cefaclor", "major"),
    ("penicillins", "cefalexin", "moderate"),
    ("penicillins", "cefuroxime", "minor"),
    ("penicillins", "cefazolin", "minor"),
    ("penicillins", "ceftriaxone", "minor"),
    ("penicillins", "meropenem", "minor"),
    ("penicillins", "aztreonam", None),
    ("penicillins", "doxycycline", None),
    ("penicillins", "azithromycin", None),
    ("ceftriaxone", "cefotaxime", "major"),
    ("ceftriaxone", "cefepime", "major"),
    ("ceftriaxone", "cefazolin", "minor"),
    ("ceftazidime", "aztreonam", "major"),
    ("ceftriaxone", "aztreonam", None),
    ("cefalexin", "amoxicillin", "major"),
    ("ceftriaxone", "amoxicillin", "moderate"),
    ("sulfamethoxazole", "sulfamethoxazole/trimethoprim", "major"),
    ("sulfonamide antibiotics", "sulfamethoxazole/trimethoprim", "major"),
    ("sulfonamide antibiotics", "trimethoprim", None),
    ("sulfonamide antibiotics", "furosemide", "minor"),
    ("sulfonamide antibiotics", "hydrochlorothiazide", "minor"),
    ("sulfonamide antibiotics", "celecoxib", "minor"),
    ("acetylsalicylic acid", "ibuprofen", "major"),
    ("ibuprofen", "acetylsalicylic acid", "major"),
    ("ibuprofen", "celecoxib", "minor"),
    ("NSAIDs and aspirin", "paracetamol", None),
    ("clarithromycin", "erythromycin", "major"),
    ("ramipril", "sacubitril/valsartan", "major"),
    ("ramipril", "losartan", "minor"),
    ("codeine", "morphine", "major"),
    ("codeine", "fentanyl", None),
    ("latex", "amoxicillin", None),
]


@pytest.mark.parametrize(("to", "given", "severity"), CASES)
def test_what_an_allergy_means_for_a_medicine(to: str, given: str, severity: str | None):
    found = [one for one in issues(given, facts=adult(allergies=allergic_to(to))) if one.code is ALLERGY]
    assert [one.severity for one in found] == ([severity] if severity else [])
    assert all(one.backing and one.backing.source for one in found)


def test_a_severe_reaction_makes_it_contraindicated():
    found = issues("amoxicillin", facts=adult(allergies=allergic_to("penicillins", severe=True, reaction="shock")))
    assert found[0].severity is Severity.CONTRAINDICATED
    assert found[0].words["reaction"] == "shock"
    assert found[0].instead[0].generic == "doxycycline"


def test_an_intolerance_is_no_allergy():
    found = issues("codeine", facts=adult(allergies=allergic_to("codeine", intolerance=True)))
    assert [(one.code, one.severity) for one in found if one.code in (ALLERGY, INTOLERANCE)] == [
        (INTOLERANCE, Severity.MODERATE)
    ]


def test_an_entry_that_is_over_is_for_information():
    found = issues("amoxicillin", facts=adult(allergies=allergic_to("amoxicillin", active=False)))
    assert [one.severity for one in found if one.code is ALLERGY] == [Severity.MINOR]


def test_two_entries_of_one_kind_speak_once_and_the_worse_one_speaks():
    mild, bad = allergic_to("penicillins").entries[0], allergic_to("penicillins", severe=True).entries[0]
    found = issues("amoxicillin", facts=adult(allergies=Allergies("list", (mild, bad))))
    assert [one.severity for one in found if one.code is ALLERGY] == [Severity.CONTRAINDICATED]


def test_allergies_that_nobody_asked_for_are_one_line():
    found = issues(order("amoxicillin", "500 mg", 3), facts=adult(allergies=Allergies("unknown")))
    assert [(one.code, one.severity) for one in found] == [(IssueCode.MISSING_FACT, Severity.MODERATE)]
    assert [gap.fact for gap in found[0].missing] == ["allergies"]


def test_an_allergy_in_words_alone_is_said_not_compared():
    worded = Allergies("list", (Allergy("a", "the pink syrup"),))
    found = issues(order("amoxicillin", "500 mg", 3), facts=adult(allergies=worded))
    assert [(gap.fact, gap.about) for gap in found[0].missing] == [("allergy-words", "the pink syrup")]


def test_an_allergy_to_food_needs_no_comparison():
    nuts = Allergies("list", (Allergy("a", "peanut", about_medicine=False),))
    assert issues(order("amoxicillin", "500 mg", 3), facts=adult(allergies=nuts)) == []


def test_penicillin_allergy_on_warfarin_still_offers_something():
    found = issues("amoxicillin", facts=adult(allergies=allergic_to("penicillins"), medicines=taking("warfarin")))
    allergy = next(one for one in found if one.code is ALLERGY)
    assert [offer.generic for offer in allergy.instead][:2] == ["doxycycline", "azithromycin"]
