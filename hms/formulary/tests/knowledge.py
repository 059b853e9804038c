"""The knowledge of the sheets, and short ways to say who gets what, for the case tables of this room."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from hms.formulary.rules.assemble import assemble
from hms.formulary.rules.detect import detect_issues
from hms.formulary.rules.doses import in_milligrams
from hms.formulary.rules.facts import (
    AgeRange,
    Allergies,
    Allergy,
    Drug,
    InUse,
    Measured,
    Order,
    Part,
    PatientFacts,
    Pregnancy,
)
from hms.formulary.rules.issues import Issue
from hms.formulary.rules.knowledge import Knowledge
from hms.formulary.sheets import read_sheets

TODAY = dt.date(2026, 11, 23)
NONE_KNOWN = Allergies("none-known")


@cache
def knowledge() -> Knowledge:
    sheets = read_sheets()
    return assemble(sheets.tables, sheets.version)


def drug(name: str) -> Drug:
    """A generic of the formulary, or a bare ingredient that only the interaction table knows."""
    return knowledge().generics.get(name) or Drug(name=name, parts=(Part(name),))


def aged(years: float) -> AgeRange:
    days = int(years * 365.25)
    return AgeRange(days, days)


def adult(**facts: Any) -> PatientFacts:
    """A man of 40, 80 kg, nothing recorded but that he has no allergies."""
    defaults: dict[str, Any] = {
        "today": TODAY,
        "age": aged(40),
        "sex": "male",
        "weight": Measured(Decimal(80), TODAY),
        "creatinine": Measured(Decimal(80), TODAY),
        "allergies": NONE_KNOWN,
    }
    return PatientFacts(**defaults | facts)


def woman(**facts: Any) -> PatientFacts:
    return adult(**{"sex": "female", "age": aged(30), "pregnancy": Pregnancy(pregnant=False)} | facts)


def taking(*names: str, source: str = "home", **more: Any) -> tuple[InUse, ...]:
    return tuple(InUse(f"use-{name}", drug(name), source=source, **more) for name in names)


def allergic_to(*names: str, **more: Any) -> Allergies:
    """Entries by group or ingredient, whichever the name is."""
    groups = {group.name for group in knowledge().allergy_groups}
    return Allergies(
        "list",
        tuple(
            Allergy(
                key=f"allergy-{name}",
                text=name,
                groups=frozenset({name} & groups),
                ingredients=frozenset({name} - groups),
                **more,
            )
            for name in names
        ),
    )


def order(name: str, dose: str = "", a_day: float | None = None, *, code: str = "", **more: Any) -> Order:
    """`order("amoxicillin", "500 mg", 3)`; with `code` the product is named and doses may be counted."""
    the_drug = knowledge().medications[code] if code else drug(name)
    value, _, unit = dose.partition(" ")
    return Order(
        key=f"order-{name}",
        drug=the_drug,
        dose=in_milligrams(Decimal(value), unit) if dose else None,
        doses_a_day=Decimal(str(a_day)) if a_day is not None else None,
        **more,
    )


def issues(*orders: Order | str, facts: PatientFacts | None = None) -> list[Issue]:
    made = [one if isinstance(one, Order) else order(one) for one in orders]
    return detect_issues(made, facts or adult(), knowledge())
