"""What values mean, what can't be measured, what a series does: cases without a database."""

from decimal import Decimal as D

import pytest

from hms.diagnostics import codes, tables
from hms.diagnostics.actions.observations import _plausible
from hms.diagnostics.rules import interpreting, measuring, trends
from hms.diagnostics.rules.interpreting import Facts, Limits

POTASSIUM = Limits("mmol/L", D("3.5"), D("5.1"), D("2.5"), D("6.5"))
ADULT = Facts(sex="female", ages=(64, 64))


@pytest.mark.parametrize(
    ("value", "comparator", "meaning"),
    [
        ("2.5", "", "LL"),
        ("2.6", "", "L"),
        ("3.4", "", "L"),
        ("3.5", "", "N"),
        ("5.1", "", "N"),
        ("5.2", "", "H"),
        ("6.5", "", "HH"),
        ("9", "", "HH"),
        ("2.5", "<", "LL"),
        ("3.5", "<", "L"),
        ("4", "<", ""),
        ("3.5", "<=", ""),
        ("5.1", ">", "H"),
        ("5.1", ">=", ""),
        ("7", ">", "HH"),
        ("7", "<", ""),
    ],
)
def test_a_value_beside_its_limits(value, comparator, meaning):
    assert interpreting.interpret(D(value), POTASSIUM, comparator) == meaning


def test_without_limits_nothing_is_said():
    assert interpreting.interpret(D(1), None) == ""
    assert interpreting.interpret(D(1), Limits("mg/L")) == ""


def test_criticals_alone_say_critical_or_nothing():
    only = Limits("g/dL", critical_low=D(7))
    assert interpreting.interpret(D("6.9"), only) == "LL"
    assert interpreting.interpret(D(12), only) == ""


@pytest.mark.parametrize(
    ("unit", "facts", "fits"),
    [
        ("mmol/L", ADULT, True),
        ("mg/dL", ADULT, False),
        ("mmol/L", Facts("female", (10, 10)), False),
        ("mmol/L", Facts("female", None), False),
        ("mmol/L", Facts("female", (17, 19)), False),
    ],
)
def test_limits_fit_a_unit_and_an_age_that_is_known(unit, facts, fits):
    rows = [Limits("mmol/L", D(1), D(2), age_from=18)]
    assert bool(interpreting.fitting(rows, unit, facts)) is fits


def test_limits_of_one_sex_are_not_those_of_the_other_or_of_nobody_knows():
    rows = [Limits("g/dL", D(12), D(16), sex="female"), Limits("g/dL", D(13), D(17), sex="male")]
    assert interpreting.fitting(rows, "g/dL", Facts("male", (30, 30))).low == 13
    assert interpreting.fitting(rows, "g/dL", Facts("unknown", (30, 30))) is None


@pytest.mark.parametrize(
    ("code", "value", "meaning"),
    [
        (codes.RESPIRATORY_RATE, 8, "LL"),
        (codes.RESPIRATORY_RATE, 11, "L"),
        (codes.RESPIRATORY_RATE, 12, "N"),
        (codes.RESPIRATORY_RATE, 21, "H"),
        (codes.RESPIRATORY_RATE, 25, "HH"),
        (codes.OXYGEN_SATURATION, 91, "LL"),
        (codes.OXYGEN_SATURATION, 92, "L"),
        (codes.OXYGEN_SATURATION, 96, "N"),
        (codes.SYSTOLIC, 90, "LL"),
        (codes.SYSTOLIC, 150, ""),
        (codes.SYSTOLIC, 220, "HH"),
        (codes.HEART_RATE, 40, "LL"),
        (codes.HEART_RATE, 98, "H"),
        (codes.HEART_RATE, 131, "HH"),
        (codes.BODY_TEMPERATURE, "35.0", "LL"),
        (codes.BODY_TEMPERATURE, "36.8", "N"),
        (codes.BODY_TEMPERATURE, "38.9", "H"),
    ],
)
def test_vital_signs_of_adults_follow_the_bands_of_news2(code, value, meaning):
    limits = interpreting.fitting(tables.limits()[code], tables.vitals()[code].limits.unit, ADULT)
    assert interpreting.interpret(D(str(value)), limits) == meaning


def test_a_child_is_not_measured_by_the_bands_of_adults():
    assert interpreting.fitting(tables.limits()[codes.HEART_RATE], "/min", Facts("male", (4, 4))) is None


# --- Reading and refusing ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "value", "text", "comparator"),
    [
        ("72.50", "72.50", "72.50", ""),
        (" 36,8 ", "36.8", "36.8", ""),
        ("<5", "5", "5", "<"),
        (">= 90", "90", "90", ">="),
        ("−2", "-2", "-2", ""),
        ("0", "0", "0", ""),
    ],
)
def test_a_number_is_kept_as_it_was_written(typed, value, text, comparator):
    assert measuring.read_number(typed) == measuring.Measured(D(value), text, comparator)


@pytest.mark.parametrize("typed", ["", "high", "12/80", "1e5", "1,2,3", "NaN", "٣٤x", "--1"])
def test_what_is_no_number_is_none(typed):
    assert measuring.read_number(typed) is None


@pytest.mark.parametrize(
    ("code", "typed", "may"),
    [
        (codes.HEART_RATE, "72", True),
        (codes.HEART_RATE, "720", False),
        (codes.HEART_RATE, "72.5", False),
        (codes.BODY_TEMPERATURE, "36.8", True),
        (codes.BODY_TEMPERATURE, "98.6", False),
        (codes.BODY_HEIGHT, "1.78", False),
        (codes.BODY_HEIGHT, "178", True),
        (codes.OXYGEN_SATURATION, "101", False),
        (codes.PAIN, "11", False),
        (codes.PAIN, "-1", False),
        (codes.BODY_WEIGHT, "3.4", True),
    ],
)
def test_what_no_living_person_has_is_refused(code, typed, may):
    found = measuring.value_problems(code, measuring.read_number(typed), _plausible(tables.vitals()[code]))
    assert bool(found) is not may
    assert all(problem.field == code for problem in found)


@pytest.mark.parametrize(
    ("values", "may"),
    [
        ({}, True),
        ({codes.SYSTOLIC: D(134), codes.DIASTOLIC: D(82)}, True),
        ({codes.SYSTOLIC: D(134)}, False),
        ({codes.DIASTOLIC: D(82)}, False),
        ({codes.SYSTOLIC: D(82), codes.DIASTOLIC: D(134)}, False),
    ],
)
def test_blood_pressure_has_two_numbers_in_order(values, may):
    assert bool(measuring.pressure_problems(values)) is not may


@pytest.mark.parametrize(
    ("now", "before", "age", "warned"),
    [
        ({codes.BODY_WEIGHT: D(81)}, {codes.BODY_WEIGHT: D(80)}, 40, False),
        ({codes.BODY_WEIGHT: D(18)}, {codes.BODY_WEIGHT: D(81)}, 40, True),
        ({codes.BODY_WEIGHT: D(81)}, {}, 40, False),
        ({codes.BODY_HEIGHT: D(187)}, {codes.BODY_HEIGHT: D(178)}, 40, True),
        ({codes.BODY_HEIGHT: D(120)}, {codes.BODY_HEIGHT: D(110)}, 6, False),
        ({codes.BODY_HEIGHT: D(187)}, {codes.BODY_HEIGHT: D(178)}, None, False),
    ],
)
def test_what_differs_oddly_from_the_last_value_is_asked_about(now, before, age, warned):
    found = measuring.change_warnings(now, before, age)
    assert bool(found) is warned
    assert all(problem.severity == "warning" for problem in found)


def test_body_mass_index():
    assert measuring.body_mass_index(D(81), D(178)) == D("25.6")


# --- Trends ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([4.0, 4.4, 5.0], "rising"),
        ([5.0, 4.4, 4.0], "falling"),
        ([4.0, 4.1, 4.05], "steady"),
        ([4.0, 5.0, 4.0], "varying"),
        ([1.0, 1.0, 4.0, 4.4, 5.0], "rising"),
    ],
)
def test_a_series_in_words(values, words):
    assert trends.trend([D(str(value)) for value in values]).words == words


def test_one_value_is_no_trend():
    assert trends.trend([D(1)]) is None


# --- Tables ----------------------------------------------------------------------
def test_each_row_of_limits_names_its_source_and_is_in_order():
    for rows in tables.limits().values():
        for row in rows:
            assert row.source
            bounds = [row.critical_low, row.low, row.high, row.critical_high]
            known = [bound for bound in bounds if bound is not None]
            assert known == sorted(known)


def test_no_two_rows_speak_of_the_same_person_and_unit():
    for code, rows in tables.limits().items():
        keys = [(row.unit, row.sex, row.age_from, row.age_to) for row in rows]
        assert len(keys) == len(set(keys)), code


def test_every_vital_sign_of_the_form_has_its_limits_of_refusal():
    assert set(codes.VITAL_NAMES) == set(tables.vitals())
