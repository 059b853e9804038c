"""Too much, too often, too young; by weight, by product, together with what is taken already."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.doses import single_amounts, weight_is_stale
from hms.formulary.rules.facts import AgeRange, Amount, InUse, Measured
from hms.formulary.rules.issues import Issue
from hms.formulary.tests.knowledge import TODAY, adult, aged, drug, issues, knowledge, order

DOSES = [
    # generic, dose, times a day, sentence (empty: fine)
    ("paracetamol", "1 g", 4, ""),
    ("paracetamol", "1 g", 6, "dose.daily"),
    ("paracetamol", "2 g", 2, "dose.single"),
    ("amoxicillin", "500 mg", 3, ""),
    ("amoxicillin", "5 g", 3, "dose.single"),
    ("levothyroxine", "50 ug", 1, ""),
    ("levothyroxine", "50 mg", 1, "dose.daily"),
    ("digoxin", "125 ug", 1, ""),
    ("digoxin", "1.25 mg", 1, "dose.daily"),
    ("simvastatin", "80 mg", 1, "dose.single"),
    ("citalopram", "40 mg", 1, ""),
    ("warfarin", "5 mg", 1, ""),
    ("warfarin", "50 mg", 1, "dose.daily"),
    ("cetirizine", "10 mg", 1, ""),
    ("azithromycin", "500 mg", 1, ""),
]


def doses(*args, **kwargs) -> list[Issue]:
    return [issue for issue in issues(*args, **kwargs) if issue.code is IssueCode.DOSE]


@pytest.mark.parametrize(("generic", "dose", "a_day", "sentence"), DOSES)
def test_an_adult_dose(generic: str, dose: str, a_day: int, sentence: str):
    assert [issue.sentence for issue in doses(order(generic, dose, a_day))] == ([sentence] if sentence else [])


def test_citalopram_has_a_lower_limit_from_sixty_on():
    assert doses(order("citalopram", "40 mg", 1), facts=adult(age=aged(59))) == []
    assert [issue.words["most"] for issue in doses(order("citalopram", "40 mg", 1), facts=adult(age=aged(61)))] == [
        "20"
    ]


def test_a_birth_year_that_straddles_a_limit_counts_as_the_worse_age():
    around_sixty = AgeRange(int(59.5 * 365.25), int(60.5 * 365.25))
    assert doses(order("citalopram", "40 mg", 1), facts=adult(age=around_sixty))


def test_methotrexate_daily_is_contraindicated_and_weekly_is_fine():
    daily = order("methotrexate", "10 mg", 1, hours_between=Decimal(24))
    weekly = order("methotrexate", "10 mg", 1, hours_between=Decimal(168))
    assert [(one.sentence, one.severity) for one in doses(daily)] == [("dose.too-often", Severity.CONTRAINDICATED)]
    assert doses(weekly) == []


def test_paracetamol_in_two_products_is_counted_together():
    co_codamol = knowledge().medications["paracetamol-codeine-500-mg-30-mg-tablet"]
    taken = InUse("use", co_codamol, dose=Amount(Decimal(2), "{tablet}"), doses_a_day=Decimal(4))
    found = doses(order("paracetamol", "500 mg", 4), facts=adult(medicines=(taken,)))
    assert [(one.sentence, one.words["value"], one.others) for one in found] == [
        ("dose.daily-together", "6000", ("use",))
    ]


def test_a_reason_for_six_grams_is_none_for_sixty():
    assert doses(order("paracetamol", "1 g", 6))[0].key != doses(order("paracetamol", "10 g", 6))[0].key


class TestChildren:
    def child(self, years: float, kg: str, days_ago: int = 0):
        return adult(age=aged(years), weight=Measured(Decimal(kg), TODAY - dt.timedelta(days=days_ago)))

    def test_paracetamol_by_weight(self):
        assert doses(order("paracetamol", "240 mg", 4), facts=self.child(4, "16")) == []
        found = doses(order("paracetamol", "500 mg", 4), facts=self.child(4, "16"))
        assert [(one.sentence, one.words["most"]) for one in found] == [("dose.single-by-weight", "240")]

    def test_a_stale_weight_waits_for_a_new_one(self):
        found = issues(order("paracetamol", "240 mg", 4), facts=self.child(4, "16", days_ago=91))
        assert [(one.code, one.severity) for one in found] == [(IssueCode.MISSING_FACT, Severity.MAJOR)]
        assert [gap.fact for gap in found[0].missing] == ["weight"]

    @pytest.mark.parametrize(("years", "fresh", "stale"), [(0.5, 30, 31), (4, 90, 91), (10, 180, 181), (40, 365, 366)])
    def test_how_long_a_weight_holds(self, years: float, fresh: int, stale: int):
        assert not weight_is_stale(self.child(years, "10", fresh))
        assert weight_is_stale(self.child(years, "10", stale))

    @pytest.mark.parametrize(
        ("generic", "years", "severity"),
        [
            ("codeine", 11, Severity.CONTRAINDICATED),
            ("tramadol", 11, Severity.CONTRAINDICATED),
            ("acetylsalicylic acid", 15, Severity.MAJOR),
            ("doxycycline", 7, Severity.MAJOR),
            ("metoclopramide", 0.5, Severity.CONTRAINDICATED),
            ("doxycycline", 9, None),
            ("codeine", 13, None),
        ],
    )
    def test_too_young(self, generic: str, years: float, severity: Severity | None):
        found = [issue for issue in issues(generic, facts=adult(age=aged(years))) if issue.code is IssueCode.AGE]
        assert [issue.severity for issue in found] == ([severity] if severity else [])


class TestAmounts:
    def test_tablets_are_counted_by_every_ingredient(self):
        product = knowledge().medications["paracetamol-codeine-500-mg-30-mg-tablet"]
        amounts = single_amounts(product, Amount(Decimal(2), "{tablet}"))
        assert amounts == {"paracetamol": Amount(Decimal(1000), "mg"), "codeine": Amount(Decimal(60), "mg")}

    def test_milligrams_are_those_of_the_first_ingredient(self):
        product = knowledge().medications["amoxicillin-clavulanic-acid-875-mg-125-mg-tablet"]
        amounts = single_amounts(product, Amount(Decimal(875), "mg"))
        assert amounts["clavulanic acid"] == Amount(Decimal(125), "mg")

    def test_millilitres_of_a_suspension(self):
        product = knowledge().medications["paracetamol-120-mg-5-ml-oral-suspension"]
        assert single_amounts(product, Amount(Decimal(10), "mL")) == {"paracetamol": Amount(Decimal(240), "mg")}

    def test_a_unit_that_does_not_fit_is_no_amount(self):
        assert single_amounts(drug("amoxicillin/clavulanic acid"), Amount(Decimal(625), "mg")) == {}

    def test_an_order_without_a_dose_is_said_unchecked(self):
        found = issues(order("paracetamol"))
        assert [gap.fact for gap in found[0].missing] == ["dose"]


def test_a_dose_in_a_unit_that_fits_no_limit_is_told_and_not_passed():
    """1000 units of paracetamol are held against no gram: nothing found would look like safe."""
    found = issues(order("paracetamol", "1000 [iU]", 4))
    assert [gap.fact for issue in found for gap in issue.missing] == ["dose"]


def test_two_products_together_go_over_a_childs_limit_by_weight():
    child = adult(age=aged(3), weight=Measured(Decimal(14), TODAY))
    drops = order("paracetamol", "140 mg", 4)
    assert doses(drops, facts=child) == []
    syrup = InUse("use", drug("paracetamol"), dose=Amount(Decimal(140), "mg"), doses_a_day=Decimal(4))
    together = doses(drops, facts=adult(age=aged(3), weight=child.weight, medicines=(syrup,)))
    assert [one.sentence for one in together] == ["dose.daily-together"]
    assert Decimal(together[0].words["value"]) == 1120


def test_a_reason_for_an_unweighed_childs_dose_does_not_cover_ten_times_as_much():
    child = adult(age=aged(3), weight=None)
    small, large = (
        next(one for one in issues(order("paracetamol", dose, 4), facts=child) if one.blocks)
        for dose in ("140 mg", "1400 mg")
    )
    assert small.fingerprint != large.fingerprint
