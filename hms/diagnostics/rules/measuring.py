"""What can't have been measured, and what is worth a second look before it is kept.

A refusal means: no living person has this value, so it is a slip (a pulse of 720, a height in metres). A
warning means: possible, but the person should read it once more. Limits: `data/vital_signs.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from hms.core.problems import Problem
from hms.core.values import measured_text
from hms.diagnostics.codes import BODY_HEIGHT, BODY_WEIGHT, DIASTOLIC, SYSTOLIC

# A weight that differs so much from the last one in a month is more often a slip than the truth.
WEIGHT_CHANGE: Final = Decimal("0.10")
_NUMBER = re.compile(r"^(?P<comparator><=|>=|<|>)?\s*(?P<number>-?\d{1,12}(\.\d{1,6})?)$")


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as it was written: 72.50 stays 72.50."""

    value: Decimal
    text: str
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Plausible:
    """What is possible at all: the limits of refusal and the digits that are measured."""

    name: str
    unit_label: str
    least: Decimal
    most: Decimal
    decimals: int


def read_number(text: str) -> Measured | None:
    """What somebody typed, or None when it is no number. A decimal comma is read as a point."""
    found = _NUMBER.match(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    if not found:
        return None
    try:
        number = Decimal(found["number"])
    except InvalidOperation:  # pragma: no cover  the pattern allows only numbers
        return None
    return Measured(number, found["number"], found["comparator"] or "")


def value_problems(code: str, measured: Measured | None, plausible: Plausible, field: str = "") -> list[Problem]:
    """Why this value is refused."""
    field = field or code
    if measured is None:
        text = _("%(name)s is not a number. Write it like 36.8.") % {"name": plausible.name}
        return [Problem(code="invalid", text=text, field=field)]
    if measured.value < plausible.least or measured.value > plausible.most:
        text = _("%(name)s of %(value)s %(unit)s can't be right: it lies between %(least)s and %(most)s.") % {
            "name": plausible.name,
            "value": measured.text,
            "unit": plausible.unit_label,
            "least": measured_text(plausible.least),
            "most": measured_text(plausible.most),
        }
        return [Problem(code="value", text=text, field=field)]
    exponent = measured.value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > plausible.decimals:
        text = _("%(name)s is measured with at most %(digits)d digits after the point.") % {
            "name": plausible.name,
            "digits": plausible.decimals,
        }
        return [Problem(code="value", text=text, field=field)]
    return []


def pressure_problems(values: Mapping[str, Decimal], field: str = SYSTOLIC) -> list[Problem]:
    """Systolic and diastolic come together, and the systolic is higher."""
    systolic, diastolic = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if systolic is None and diastolic is None:
        return []
    if systolic is None or diastolic is None:
        text = _("Blood pressure needs both numbers, as in 134 and 82.")
        return [Problem(code="required", text=text, field=SYSTOLIC if systolic is None else DIASTOLIC)]
    if diastolic >= systolic:
        text = _("The upper number of the blood pressure must be higher than the lower one.")
        return [Problem(code="value", text=text, field=field)]
    return []


def change_warnings(values: Mapping[str, Decimal], earlier: Mapping[str, Decimal], age: int | None) -> list[Problem]:
    """What differs from the last value in a way that is more often a slip than the truth.

    `earlier` holds values of the last 30 days for weight, and the last ever for height.
    """
    warnings = []
    weight, before = values.get(BODY_WEIGHT), earlier.get(BODY_WEIGHT)
    if weight and before and abs(weight - before) / before > WEIGHT_CHANGE:
        text = _("Within the last month the weight was %(before)s kg; now it is %(now)s kg. Is that right?") % {
            "before": measured_text(before),
            "now": measured_text(weight),
        }
        warnings.append(Problem(severity="warning", code="value", text=text, field=BODY_WEIGHT))
    height, before = values.get(BODY_HEIGHT), earlier.get(BODY_HEIGHT)
    if height and before and age is not None and age >= 21 and abs(height - before) > 5:
        text = _("The height was %(before)s cm; now it is %(now)s cm. Is that right?") % {
            "before": measured_text(before),
            "now": measured_text(height),
        }
        warnings.append(Problem(severity="warning", code="value", text=text, field=BODY_HEIGHT))
    return warnings


def body_mass_index(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """kg/m2 with one digit (WHO, Obesity: preventing and managing the global epidemic, 2000)."""
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(Decimal("0.1"))
