"""Pairs that must alert, pairs that must not, and the ways a medicine can be on the other side."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.facts import Drug, InUse, Order, PatientFacts
from hms.formulary.rules.issues import Issue
from hms.formulary.tests.knowledge import TODAY, adult, aged, allergic_to, drug, issues, knowledge, order, taking, woman

# Thirty-five pairs every reference names; the severity is our table's.
WELL_KNOWN = [
    ("warfarin", "ibuprofen", "major"),
    ("warfarin", "metronidazole", "major"),
    ("warfarin", "sulfamethoxazole/trimethoprim", "major"),
    ("warfarin", "fluconazole", "major"),
    ("warfarin", "amiodarone", "major"),
    ("warfarin", "clarithromycin", "moderate"),
    ("warfarin", "rifampicin", "major"),
    ("warfarin", "apixaban", "contraindicated"),
    ("apixaban", "ibuprofen", "major"),
    ("simvastatin", "clarithromycin", "contraindicated"),
    ("simvastatin", "gemfibrozil", "major"),
    ("simvastatin", "ketoconazole", "contraindicated"),
    ("simvastatin", "amlodipine", "moderate"),
    ("digoxin", "clarithromycin", "major"),
    ("digoxin", "amiodarone", "major"),
    ("digoxin", "verapamil", "major"),
    ("colchicine", "clarithromycin", "major"),
    ("tacrolimus", "clarithromycin", "major"),
    ("tizanidine", "ciprofloxacin", "contraindicated"),
    ("lithium", "ibuprofen", "major"),
    ("lithium", "lisinopril", "major"),
    ("lithium", "hydrochlorothiazide", "major"),
    ("methotrexate", "trimethoprim", "contraindicated"),
    ("methotrexate", "ibuprofen", "major"),
    ("tamoxifen", "paroxetine", "major"),
    ("valproic acid", "meropenem", "major"),
    ("valproic acid", "lamotrigine", "major"),
    ("glibenclamide", "fluconazole", "major"),
    ("levothyroxine", "calcium carbonate", "moderate"),
    ("irinotecan", "ketoconazole", "contraindicated"),
    ("sildenafil", "glyceryl trinitrate", "contraindicated"),
    ("sertraline", "linezolid", "major"),
    ("spironolactone", "ramipril", "major"),
    ("clopidogrel", "omeprazole", "moderate"),
    ("morphine", "diazepam", "major"),
]
HARMLESS = [
    ("paracetamol", "amoxicillin"),
    ("metformin", "amlodipine"),
    ("pravastatin", "clarithromycin"),
    ("amoxicillin", "ibuprofen"),
    ("levothyroxine", "amlodipine"),
    ("omeprazole", "metformin"),
    ("atorvastatin", "lisinopril"),
    ("cetirizine", "amoxicillin"),
    ("salbutamol", "prednisolone"),
    ("bisoprolol", "amlodipine"),
    ("metformin", "ramipril"),
    ("doxycycline", "atorvastatin"),
    ("pantoprazole", "clopidogrel"),
    ("rosuvastatin", "amlodipine"),
    ("nitrofurantoin", "metformin"),
]


def interactions(*orders: Order | str, facts: PatientFacts | None = None) -> list[Issue]:
    return [issue for issue in issues(*orders, facts=facts) if issue.code is IssueCode.INTERACTION]


@pytest.mark.parametrize(("one", "other", "severity"), WELL_KNOWN)
@pytest.mark.parametrize("turned", [False, True])
def test_a_well_known_pair_alerts_whichever_is_new(one: str, other: str, severity: str, turned: bool):
    new, taken = (other, one) if turned else (one, other)
    found = [
        issue for issue in issues(new, facts=adult(medicines=taking(taken))) if issue.code is IssueCode.INTERACTION
    ]
    assert found
    assert found[0].severity == severity
    assert found[0].effect
    assert found[0].why
    assert found[0].action
    assert found[0].backing is not None
    assert found[0].backing.source


@pytest.mark.parametrize(("one", "other"), HARMLESS)
def test_a_harmless_pair_raises_nothing(one: str, other: str):
    assert interactions(one, facts=adult(medicines=taking(other))) == []


def test_two_medicines_of_one_basket_meet_once():
    found = interactions("clarithromycin", "simvastatin")
    assert [issue.sentence for issue in found] == ["interaction"]
    assert found[0].orders == ("order-clarithromycin", "order-simvastatin")


def test_a_class_pair_alerts_once_and_names_all():
    found = issues("ibuprofen", facts=adult(medicines=taking("warfarin", "citalopram", "sertraline")))
    with_ssris = [issue for issue in found if issue.because == frozenset({"SSRIs"})]
    assert len(with_ssris) == 1
    assert with_ssris[0].words["other"] == "citalopram, sertraline"


def test_a_lighter_row_on_the_same_medicine_is_told_within_the_worse_one():
    found = interactions("clarithromycin", facts=adult(medicines=taking("amiodarone", "simvastatin")))
    assert [issue.words["other"] for issue in found] == ["simvastatin", "amiodarone"]


def test_a_medicine_never_meets_itself():
    assert interactions("azithromycin", facts=adult(medicines=taking("azithromycin"))) == []


@pytest.mark.parametrize(("days_ago", "alerts"), [(10, True), (89, True), (91, False)])
def test_amiodarone_counts_for_ninety_days_after_it_was_stopped(days_ago: int, alerts: bool):
    stopped = taking("amiodarone", source="stopped", stopped_on=TODAY - dt.timedelta(days=days_ago))
    found = [
        issue for issue in issues("digoxin", facts=adult(medicines=stopped)) if issue.code is IssueCode.INTERACTION
    ]
    assert bool(found) is alerts
    assert all(issue.sentence == "interaction.stopped" for issue in found)


def test_a_stopped_medicine_that_does_not_linger_is_gone():
    stopped = taking("ibuprofen", source="stopped", stopped_on=TODAY)
    assert interactions("warfarin", facts=adult(medicines=stopped)) == []


def test_a_replaced_medicine_does_not_count():
    medicines = taking("simvastatin")
    new = order("clarithromycin", replaces=frozenset({medicines[0].key}))
    assert interactions(new, facts=adult(medicines=medicines)) == []


def test_lithium_is_no_dopamine_antagonist_and_a_cream_no_systemic_steroid():
    assert "Antipsychotics (dopamine antagonists)" not in knowledge().sides(drug("lithium"))
    assert "Corticosteroids (systemic)" not in knowledge().sides(drug("hydrocortisone cream"))
    assert "Corticosteroids (systemic)" in knowledge().sides(drug("hydrocortisone"))


def test_an_unknown_medicine_in_use_is_said_not_passed_over():
    drops = InUse("use-drops", Drug(name="Grandmother's drops"))
    found = issues(order("amoxicillin", "500 mg", 3), facts=adult(medicines=(drops,)))
    assert [issue.code for issue in found] == [IssueCode.MISSING_FACT]
    assert found[0].missing[0].about == "Grandmother's drops"


class TestInstead:
    def test_a_macrolide_on_warfarin_has_safer_ones(self):
        found = issues(order("clarithromycin", "500 mg", 2), facts=adult(medicines=taking("warfarin")))
        assert found[0].severity is Severity.MODERATE
        assert {offer.generic for offer in found[0].instead} == {"amoxicillin", "doxycycline", "azithromycin"}

    def test_what_the_patient_is_allergic_to_is_not_offered(self):
        facts = adult(medicines=taking("warfarin"), allergies=allergic_to("penicillins"))
        found = issues(order("clarithromycin", "500 mg", 2), facts=facts)
        assert "amoxicillin" not in {offer.generic for offer in found[0].instead}
        assert "doxycycline" in {offer.generic for offer in found[0].instead}

    def test_a_child_is_not_offered_doxycycline(self):
        found = issues("clarithromycin", facts=adult(age=aged(5), medicines=taking("simvastatin")))
        interaction = next(issue for issue in found if issue.code is IssueCode.INTERACTION)
        assert "doxycycline" not in {offer.generic for offer in interaction.instead}

    def test_clarithromycin_with_simvastatin_offers_doxycycline_first(self):
        found = issues("clarithromycin", facts=woman(medicines=taking("simvastatin", "apixaban")))
        assert found[0].severity is Severity.CONTRAINDICATED
        assert found[0].instead[0].generic == "doxycycline"
