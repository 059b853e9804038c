"""Whether an order is complete, who may sign, how one may end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from hms.formulary.dosage import Dosage
from hms.prescribing import codes
from hms.prescribing.forms import TIMINGS, DosageForm, timing_code, timing_words
from hms.prescribing.rules.orders import course, dosage_problems, move_problems, override_problems, signer_problems

WHOLE = Dosage(Decimal(500), "mg", "oral", 3, Decimal(1), "d", days=7)
AS_NEEDED = Dosage(Decimal(1), "{tablet}", "oral", as_needed=True, max_doses_a_day=4, min_hours_between=Decimal(4))


@pytest.mark.parametrize(
    ("dosage", "lacking"),
    [
        (WHOLE, []),
        (AS_NEEDED, []),
        (replace(WHOLE, frequency=None, when=("MORN", "EVE")), []),
        (replace(WHOLE, dose=None), ["dose"]),
        (replace(WHOLE, dose=Decimal(0)), ["dose"]),
        (replace(WHOLE, unit=""), ["dose_unit"]),
        (replace(WHOLE, route=""), ["route"]),
        (replace(WHOLE, frequency=None), ["timing"]),
        (replace(WHOLE, frequency=None, when=("C",)), ["timing"]),  # with food: nobody knows how often
        (replace(WHOLE, days=400), ["days"]),
        (replace(AS_NEEDED, max_doses_a_day=None), ["max_doses_a_day"]),
        (replace(AS_NEEDED, min_hours_between=None), ["min_hours_between"]),
        (Dosage(), ["dose", "dose_unit", "route", "timing"]),
    ],
)
def test_what_an_order_lacks(dosage: Dosage, lacking: list[str]):
    assert [problem.field for problem in dosage_problems(dosage)] == lacking


def test_a_course_counts_its_first_day():
    assert course(WHOLE, dt.date(2026, 11, 23)) == (dt.date(2026, 11, 23), dt.date(2026, 11, 29))
    assert course(replace(WHOLE, days=None), dt.date(2026, 11, 23)) == (dt.date(2026, 11, 23), None)


def test_who_may_sign():
    assert signer_problems(own_chart=False, licensed=True) == []
    assert [one.code for one in signer_problems(own_chart=True, licensed=False)] == ["forbidden", "business-rule"]


@pytest.mark.parametrize("after", ["cancelled", "stopped", "completed"])
@pytest.mark.parametrize("before", ["active", "on-hold"])
def test_what_goes_on_may_end(before: str, after: str):
    assert move_problems(before, after) == []


@pytest.mark.parametrize("before", [*codes.OVER, "entered-in-error", "draft"])
def test_what_is_over_does_not_go_on(before: str):
    assert move_problems(before, "active")


@pytest.mark.parametrize(
    ("reason", "text", "count"), [("tolerated", "Twice since", 0), ("", "  ", 2), ("tolerated", "x", 1)]
)
def test_an_override_wants_both(reason: str, text: str, count: int):
    assert len(override_problems(reason, text)) == count


@pytest.mark.parametrize("code", TIMINGS)
def test_every_timing_has_words(code: str):
    assert timing_words(code)
    assert "%" not in timing_words(code)


def test_a_timing_the_form_does_not_offer_stays_the_orders_own():
    odd = replace(WHOLE, frequency=3, period=Decimal(2))
    assert timing_code(odd) == "3/2/d"
    form = DosageForm(dosage=odd)
    assert ("3/2/d", "3 times in 2 days") in form.fields["timing"].choices
