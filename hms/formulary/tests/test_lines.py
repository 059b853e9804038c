"""How a medicine line reads, and which spellings can never appear."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from hms.formulary.codes import DoseUnit, Route
from hms.formulary.dosage import Dosage
from hms.formulary.lines import medicine_line, product_text, quantity_text


def dosage(dose: str, unit: str, times: int | None = None, period: str = "1", period_unit: str = "d", **more) -> Dosage:
    return Dosage(
        dose=Decimal(dose),
        unit=unit,
        route=more.pop("route", "oral"),
        frequency=times,
        period=Decimal(period) if times else None,
        period_unit=period_unit if times else "",
        **more,
    )


LINES = [
    (
        "Clarithromycin",
        "500 mg tablet",
        dosage("500", "mg", 1, "12", "h", days=7),
        "Clarithromycin 500 mg tablet – 500 mg – by mouth – every 12 hours – for 7 days",
    ),
    (
        "predniSONE",
        "5 mg tablet",
        dosage("40", "mg", 1, when=("MORN",), days=5),
        "predniSONE 5 mg tablet – 40 mg – by mouth – once a day in the morning – for 5 days",
    ),
    (
        "Levothyroxine",
        "50 mcg tablet",
        dosage("50", "ug", 1, when=("AC",)),
        "Levothyroxine 50 mcg tablet – 50 mcg – by mouth – once a day before food – ongoing",
    ),
    (
        "Paracetamol",
        "500 mg tablet",
        dosage(
            "1000.00", "mg", 4, as_needed=True, as_needed_for="fever", max_doses_a_day=4, min_hours_between=Decimal(4)
        ),
        "Paracetamol 500 mg tablet – 1,000 mg – by mouth – as needed for fever – at most 4 times a day – "
        "at least 4 hours apart",
    ),
    (
        "Methotrexate",
        "2.5 mg tablet",
        dosage("10.0", "mg", 1, "1", "wk"),
        "Methotrexate 2.5 mg tablet – 10 mg – by mouth – once a week – ongoing",
    ),
    (
        "Insulin glargine",
        "100 units/mL pen",
        dosage("10", "[iU]", 1, when=("HS",), route="subcutaneous"),
        "Insulin glargine 100 units/mL pen – 10 units – under the skin – once a day at bedtime – ongoing",
    ),
    (
        "Digoxin",
        "0.125 mg tablet",
        dosage(".1250", "mg", 1, "2", "d", days=28),
        "Digoxin 0.125 mg tablet – 0.125 mg – by mouth – every 2 days – for 4 weeks",
    ),
]


@pytest.mark.parametrize(("name", "product", "taken", "expected"), LINES)
def test_a_line(name: str, product: str, taken: Dosage, expected: str):
    assert str(medicine_line(name, product, taken)) == expected


@pytest.mark.parametrize("unit", DoseUnit.values)
@pytest.mark.parametrize("dose", ["0.5", "5.0", "5.00", "50", "1000", "12.50"])
@pytest.mark.parametrize("route", ["oral", "intravenous"])
def test_no_line_has_a_spelling_that_has_killed(unit: str, dose: str, route: str):
    line = str(medicine_line("Name", "", dosage(dose, unit, 1, route=route)))
    assert not re.search(r"\d\.\d*0\b", line), "trailing zero"
    assert not re.search(r"(?<!\d)\.\d", line), "no leading zero"
    assert not re.search(r"µ|μ|\bU\b|\bIU\b|\bug\b|\bQD\b|\bq\.?d", line)
    assert str(Route(route).label) in line


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [
        ("0.5", "{tablet}", "0.5 tablet"),
        ("1", "{tablet}", "1 tablet"),
        ("2", "{puff}", "2 puffs"),
        ("2.5", "mL", "2.5 mL"),
    ],
)
def test_counted_doses(quantity: str, unit: str, text: str):
    assert quantity_text(Decimal(quantity), unit) == text


def test_a_product_says_units_and_mcg_in_letters():
    assert product_text("25 ug/h", "patch") == "25 mcg/h patch"
    assert product_text("100 [iU]/mL", "pen") == "100 units/mL pen"


class TestDosage:
    @pytest.mark.parametrize(
        ("taken", "a_day", "hours"),
        [
            (dosage("1", "mg", 3), 3, 8),
            (dosage("1", "mg", 1, "6", "h"), 4, 6),
            (dosage("1", "mg", 1, "5", "h"), 5, 5),
            (dosage("1", "mg", 1, "1", "wk"), 1, 168),
            (dosage("1", "mg", 1, "2", "d"), 1, 48),
            (dosage("1", "mg", 4, as_needed=True, max_doses_a_day=3, min_hours_between=Decimal(4)), 3, 4),
            (dosage("1", "mg", 1, when=("MORN", "NOON", "EVE")), 3, 24),
            (dosage("1", "mg", 2, when=("C",)), 2, 12),
            (dosage("1", "mg"), None, None),
        ],
    )
    def test_most_doses_a_day_and_least_hours_between(self, taken: Dosage, a_day: int | None, hours: int | None):
        assert taken.doses_a_day == a_day
        assert taken.hours_between == hours

    def test_how_much_a_course_needs(self):
        assert dosage("1", "{tablet}", 3, days=7).quantity == 21
        assert dosage("1", "{tablet}", 3).quantity is None
