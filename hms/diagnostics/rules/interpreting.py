"""What a value means beside its limits.

Sources: HL7 v3 ObservationInterpretation (the codes); NEWS2, Royal College of Physicians 2017 (vital signs of
adults: outside the band that scores 0, critical where one sign alone scores 3); laboratory limits as the table
says. A limit belongs to a unit, a sex and an age: for any other nothing is said, rather than something wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hms.diagnostics.codes import Comparator, Interpretation


@dataclass(frozen=True, slots=True)
class Limits:
    """Reference range `[low, high]` and critical limits, both inclusive: at the critical limit is critical."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None
    sex: str = ""
    age_from: int = 0
    age_to: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What of the person decides which limits fit. `ages` is youngest and oldest age in full years, if known."""

    sex: str = ""
    ages: tuple[int, int] | None = None


def fitting(limits: Iterable[Limits], unit: str, facts: Facts) -> Limits | None:
    """The limits for this unit and person. A person whose age or sex is not known gets none that depend on it."""
    for row in limits:
        if row.unit != unit or (row.sex and row.sex != facts.sex):
            continue
        if row.age_from or row.age_to is not None:
            if facts.ages is None:
                continue
            youngest, oldest = facts.ages
            if youngest < row.age_from or (row.age_to is not None and oldest > row.age_to):
                continue
        return row
    return None


def interpret(value: Decimal, limits: Limits | None, comparator: str = "") -> str:
    """LL, L, N, H, HH, or "" where nothing can be said.

    "< 5" is some number below 5: it is low where 5 is at or under the lower limit, but never normal by proof
    of the number alone.
    """
    if limits is None:
        return ""
    below, above = (
        comparator in (Comparator.LESS, Comparator.AT_MOST),
        comparator in (Comparator.MORE, Comparator.AT_LEAST),
    )
    if limits.critical_low is not None and value <= limits.critical_low and not above:
        return Interpretation.CRITICALLY_LOW
    if limits.critical_high is not None and value >= limits.critical_high and not below:
        return Interpretation.CRITICALLY_HIGH
    # "< 3.5" is low where 3.5 is still normal; "<= 3.5" may be 3.5.
    if limits.low is not None and not above and (value < limits.low or (comparator == "<" and value == limits.low)):
        return Interpretation.LOW
    if limits.high is not None and not below and (value > limits.high or (comparator == ">" and value == limits.high)):
        return Interpretation.HIGH
    if limits.low is None and limits.high is None:
        return ""
    if comparator:
        return ""
    return Interpretation.NORMAL
