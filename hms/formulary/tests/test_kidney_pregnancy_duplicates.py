"""Kidney function, pregnancy, the same medicine twice; and the healthy adult who is left in peace."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.detect import detect_issues
from hms.formulary.rules.facts import AgeRange, Allergies, Measured, PatientFacts, Pregnancy
from hms.formulary.rules.knowledge import Knowledge
from hms.formulary.rules.renal import ckd_epi_2021, cockcroft_gault, kidney_function
from hms.formulary.tests.knowledge import NONE_KNOWN, TODAY, adult, aged, issues, order, taking, woman


class TestKidney:
    @pytest.mark.parametrize(
        ("mg_dl", "years", "sex", "expected"), [("1.2", 60, "male", "69.23"), ("0.8", 45, "female", "92.54")]
    )
    def test_ckd_epi_2021(self, mg_dl: str, years: int, sex: str, expected: str):
        value = ckd_epi_2021(Decimal(mg_dl) * Decimal("88.4"), Decimal(years), sex)
        assert abs(value - Decimal(expected)) < Decimal("0.02")

    def test_cockcroft_gault(self):
        assert round(cockcroft_gault(Decimal("88.4"), Decimal(40), Decimal(72), "male")) == 100
        assert round(cockcroft_gault(Decimal("88.4"), Decimal(40), Decimal(72), "female")) == 85

    def test_a_laboratory_value_stands_in_where_there_is_no_creatinine(self):
        kidney = kidney_function(adult(creatinine=None, egfr=Measured(Decimal(46), TODAY)))
        assert kidney is not None
        assert (kidney.value, kidney.method) == (Decimal(46), "laboratory")

    def test_a_value_older_than_a_year_is_none(self):
        assert kidney_function(adult(creatinine=Measured(Decimal(80), TODAY - dt.timedelta(days=366)))) is None

    @pytest.mark.parametrize(
        ("generic", "dose", "a_day", "egfr", "severity"),
        [
            ("metformin", "500 mg", 2, 25, Severity.CONTRAINDICATED),
            ("metformin", "1 g", 2, 40, Severity.MAJOR),
            ("metformin", "500 mg", 2, 40, None),
            ("metformin", "1 g", 2, 60, None),
            ("dabigatran", "150 mg", 2, 25, Severity.CONTRAINDICATED),
            ("nitrofurantoin", "100 mg", 2, 40, Severity.MAJOR),
            ("ibuprofen", "400 mg", 3, 25, Severity.CONTRAINDICATED),
            ("ibuprofen", "400 mg", 3, 50, Severity.MODERATE),
            ("gabapentin", "300 mg", 3, 50, None),
            ("gabapentin", "800 mg", 3, 50, Severity.MODERATE),
            ("amoxicillin", "500 mg", 3, 20, Severity.MODERATE),
            ("paracetamol", "1 g", 4, 10, None),
        ],
    )
    def test_bands(self, generic: str, dose: str, a_day: int, egfr: int, severity: Severity | None):
        facts = adult(creatinine=None, egfr=Measured(Decimal(egfr), TODAY))
        found = [one for one in issues(order(generic, dose, a_day), facts=facts) if one.code is IssueCode.RENAL]
        assert [one.severity for one in found] == ([severity] if severity else [])

    @pytest.mark.parametrize(
        ("generic", "dose", "years", "asked"),
        [("metformin", "500 mg", 40, True), ("ibuprofen", "400 mg", 40, False), ("ibuprofen", "400 mg", 70, True)],
    )
    def test_who_is_asked_for_a_value(self, generic: str, dose: str, years: int, asked: bool):
        found = issues(order(generic, dose, 2), facts=adult(age=aged(years), creatinine=None))
        assert ("kidney-function" in {gap.fact for one in found for gap in one.missing}) is asked


class TestPregnancy:
    def pregnant(self, week: int | None) -> PatientFacts:
        return woman(pregnancy=Pregnancy(pregnant=True, week=week))

    @pytest.mark.parametrize(
        ("generic", "week", "severity"),
        [
            ("valproic acid", 8, Severity.CONTRAINDICATED),
            ("ramipril", 8, Severity.MAJOR),
            ("ramipril", 20, Severity.CONTRAINDICATED),
            ("ibuprofen", 12, None),
            ("ibuprofen", 22, Severity.MAJOR),
            ("ibuprofen", 32, Severity.CONTRAINDICATED),
            ("ibuprofen", None, Severity.CONTRAINDICATED),
            ("doxycycline", 10, Severity.MODERATE),
            ("doxycycline", 20, Severity.MAJOR),
            ("warfarin", 10, Severity.CONTRAINDICATED),
            ("amoxicillin", 10, None),
            ("paracetamol", 10, None),
            ("nitrofurantoin", 20, None),
            ("nitrofurantoin", 39, Severity.CONTRAINDICATED),
        ],
    )
    def test_by_week(self, generic: str, week: int | None, severity: Severity | None):
        found = [one for one in issues(generic, facts=self.pregnant(week)) if one.code is IssueCode.PREGNANCY]
        assert [one.severity for one in found] == ([severity] if severity else [])

    def test_breast_feeding(self):
        facts = woman(pregnancy=Pregnancy(pregnant=False, breast_feeding=True))
        found = [one for one in issues("codeine", facts=facts) if one.code is IssueCode.LACTATION]
        assert [one.severity for one in found] == [Severity.MAJOR]

    @pytest.mark.parametrize(
        ("generic", "severity"),
        [("isotretinoin", Severity.MAJOR), ("ramipril", Severity.MODERATE), ("amoxicillin", None)],
    )
    def test_who_may_be_pregnant_is_asked_where_it_matters(self, generic: str, severity: Severity | None):
        found = issues(generic, facts=woman(pregnancy=Pregnancy()))
        asked = [gap.severity for one in found for gap in one.missing if gap.fact == "pregnancy"]
        assert asked == ([severity] if severity else [])

    @pytest.mark.parametrize("facts", [adult(), woman(age=aged(70), pregnancy=Pregnancy())])
    def test_who_can_not_be_pregnant_is_not_asked(self, facts: PatientFacts):
        found = issues("isotretinoin", facts=facts)
        assert "pregnancy" not in {gap.fact for one in found for gap in one.missing}

    def test_a_safer_medicine_in_pregnancy(self):
        assert [offer.generic for offer in issues("ibuprofen", facts=self.pregnant(32))[0].instead] == ["paracetamol"]


class TestDuplicates:
    @pytest.mark.parametrize(
        ("new", "taken", "severity"),
        [
            ("amoxicillin", "amoxicillin/clavulanic acid", Severity.MAJOR),
            ("paracetamol", "paracetamol/codeine", Severity.MAJOR),
            ("atorvastatin", "simvastatin", Severity.MODERATE),
            ("ramipril", "lisinopril", Severity.MODERATE),
            ("warfarin", "warfarin", None),
            ("clopidogrel", "acetylsalicylic acid", None),
            ("insulin glargine", "insulin aspart", None),
            ("carbamazepine", "lamotrigine", None),
            ("hydrocortisone cream", "hydrocortisone", None),
            ("metformin", "sitagliptin", None),
        ],
    )
    def test_pairs(self, new: str, taken: str, severity: Severity | None):
        found = [one for one in issues(new, facts=adult(medicines=taking(taken))) if one.code is IssueCode.DUPLICATE]
        assert [one.severity for one in found] == ([severity] if severity else [])

    def test_a_renewal_that_replaces_the_old_one_is_none(self):
        medicines = taking("atorvastatin")
        renewal = order("atorvastatin", "20 mg", 1, replaces=frozenset({medicines[0].key}))
        assert issues(renewal, facts=adult(medicines=medicines)) == []


class TestPeace:
    def test_a_healthy_adult_given_amoxicillin_sees_nothing(self):
        healthy = PatientFacts(today=TODAY, age=aged(34), sex="female", allergies=NONE_KNOWN)
        assert issues(order("amoxicillin", "500 mg", 3), facts=healthy) == []

    def test_and_one_inline_line_where_nobody_asked_for_allergies(self):
        unasked = PatientFacts(today=TODAY, age=aged(34), sex="female", allergies=Allergies("unknown"))
        found = issues(order("amoxicillin", "500 mg", 3), facts=unasked)
        assert len(found) == 1
        assert not found[0].blocks

    def test_a_child_with_a_birth_year_alone_is_not_mistaken_for_an_adult(self):
        facts = adult(age=AgeRange(10 * 365, 13 * 365))
        assert [one.code for one in issues("codeine", facts=facts) if one.severity is Severity.CONTRAINDICATED] == [
            IssueCode.AGE
        ]


class TestNoKnowledge:
    @pytest.mark.parametrize(
        "knowledge", [Knowledge(version=""), Knowledge(version="2026.11", duplicate_exceptions=("A10A",))]
    )
    def test_empty_tables_say_that_the_check_did_not_run(self, knowledge: Knowledge):
        found = detect_issues([order("amoxicillin", "500 mg", 3)], adult(), knowledge)
        assert [one.code for one in found] == [IssueCode.CHECK_DID_NOT_RUN]
        assert found[0].blocks
        assert not found[0].may_be_overridden

    def test_every_issue_is_stamped_with_its_version(self):
        from hms.formulary.tests.knowledge import knowledge

        assert {one.version for one in issues("clarithromycin", "simvastatin", "warfarin")} == {knowledge().version}


def test_an_old_weight_is_not_used_for_the_kidney():
    old = Measured(Decimal(80), TODAY - dt.timedelta(days=800))
    found = kidney_function(adult(weight=old))
    assert found is not None
    assert found.method == "ckd-epi-2021"
