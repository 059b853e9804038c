"""What an alert says to the one who reads it: every kind of issue has its sentence."""

from __future__ import annotations

from decimal import Decimal

from hms.formulary.rules.detect import detect_issues
from hms.formulary.rules.facts import Measured, Pregnancy
from hms.formulary.rules.knowledge import Knowledge
from hms.formulary.tests.knowledge import TODAY, adult, aged, allergic_to, issues, order, taking, woman
from hms.formulary.wording import describe


def test_a_contraindicated_pair_says_everything():
    words = describe(issues("clarithromycin", facts=adult(medicines=taking("simvastatin")))[0])
    assert words.title == "Do not give together: clarithromycin and simvastatin"
    assert words.may_happen == "Muscle breakdown (rhabdomyolysis), kidney failure"
    assert words.why == "CYP3A4 is blocked, so the statin rises many times"
    assert words.how_sure.startswith("Established")
    assert "Not yet reviewed by a pharmacist" in words.how_sure
    assert "ONC-HP 2012" in words.source
    assert "knowledge base 2026.11-" in words.source
    assert words.instead == "Suspend statin or use non-CYP3A4 statin"


def test_an_allergy_names_what_happened_then():
    facts = adult(allergies=allergic_to("penicillins", severe=True, reaction="anaphylaxis in 2009"))
    words = describe(issues("amoxicillin", facts=facts)[0])
    assert words.title == "Allergic to penicillins: amoxicillin belongs to the same group"
    assert words.may_happen == "anaphylaxis in 2009"


def test_missing_facts_are_one_sentence():
    found = issues(order("metformin", "500 mg", 2), order("ibuprofen"), facts=adult(creatinine=None))
    titles = [describe(one).title for one in found]
    assert titles == [
        "Not checked: the dose of ibuprofen can't be compared with its limits; "
        "no kidney function within a year for metformin"
    ]


def test_an_empty_knowledge_base_refuses_in_words():
    words = describe(detect_issues([order("amoxicillin", "500 mg", 3)], adult(), Knowledge(""))[0])
    assert words.title == "The safety check did not run: nothing can be signed"
    assert "interactions" in words.why


def test_every_sentence_has_words():
    cases = [
        *issues(order("paracetamol", "5 g", 6)),
        *issues(order("paracetamol", "1 g", 6)),
        *issues(order("levothyroxine", "400 ug", 1)),
        *issues(order("methotrexate", "10 mg", 1, hours_between=Decimal(24))),
        *issues(order("codeine", "30 mg", 1), facts=adult(age=aged(5), weight=Measured(Decimal(18), TODAY))),
        *issues(order("paracetamol", "500 mg", 6), facts=adult(age=aged(5), weight=Measured(Decimal(18), TODAY))),
        *issues("metformin", facts=adult(creatinine=None, egfr=Measured(Decimal(20), TODAY))),
        *issues("metformin", facts=adult(creatinine=Measured(Decimal(400), TODAY))),
        *issues("ramipril", "ibuprofen", facts=woman(pregnancy=Pregnancy(True, 32))),
        *issues("codeine", facts=woman(pregnancy=Pregnancy(False, None, True))),
        *issues("codeine", facts=adult(allergies=allergic_to("codeine", intolerance=True))),
        *issues("atorvastatin", "paracetamol", facts=adult(medicines=taking("simvastatin", "paracetamol/codeine"))),
        *issues("digoxin", facts=adult(medicines=taking("amiodarone", source="stopped", stopped_on=TODAY))),
    ]
    for issue in cases:
        words = describe(issue)
        assert words.title
        assert "%(" not in " ".join(
            (words.title, words.may_happen, words.why, words.how_sure, words.source, words.instead)
        )
    assert "Too much a day: 400 mcg of levothyroxine" in {describe(one).title for one in cases}
