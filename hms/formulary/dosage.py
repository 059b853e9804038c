"""How a medicine is taken: dose, route, timing, limits. One value for forms, rules, lines and FHIR.

Timing is FHIR's: `frequency` times in `period` `period_unit` ("h", "d", "wk", "mo"), `when` in codes of
EventTiming. As-needed orders say the most a day and the least time between two (domain rule 37).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from hms.formulary.rules.doses import in_milligrams
from hms.formulary.rules.facts import Amount

# EventTiming codes that name a time of day; the others (before, with, after food) only say what goes with it.
TIMES_OF_DAY = frozenset({"WAKE", "MORN", "NOON", "AFT", "EVE", "NIGHT", "HS"})
HOURS = {"min": Decimal(1) / 60, "h": Decimal(1), "d": Decimal(24), "wk": Decimal(168), "mo": Decimal(730)}
A_DAY = Decimal(24)


@dataclass(frozen=True, slots=True)
class Dosage:
    dose: Decimal | None = None
    unit: str = ""
    route: str = ""
    frequency: int | None = None
    period: Decimal | None = None
    period_unit: str = ""
    when: tuple[str, ...] = ()
    as_needed: bool = False
    as_needed_for: str = ""
    max_doses_a_day: int | None = None
    min_hours_between: Decimal | None = None
    days: int | None = None

    @property
    def amount(self) -> Amount | None:
        """One dose as the rules count it: masses in mg."""
        return in_milligrams(self.dose, self.unit) if self.dose is not None and self.unit else None

    @property
    def doses_a_day(self) -> Decimal | None:
        """The most doses within 24 hours; None where the order does not say.

        NB: a weekly dose is one on its day, not a seventh: limits by the day are meant for one day.
        """
        if self.max_doses_a_day is not None and (self.as_needed or self.frequency is None):
            return Decimal(self.max_doses_a_day)
        # "Once a day, in the morning and in the evening" is taken twice.
        named = Decimal(sum(time in TIMES_OF_DAY for time in self.when))
        hours = self._hours
        if hours is None or self.frequency is None:
            return named or None
        scheduled = self.frequency * A_DAY / hours
        if hours < A_DAY:
            scheduled = scheduled.to_integral_value(ROUND_CEILING)
        return max(scheduled, named, Decimal(1))

    @property
    def is_timed(self) -> bool:
        """Whether it says how often. "With food" alone does not: people eat as often as they eat."""
        return bool(self.frequency and self._hours) or any(time in TIMES_OF_DAY for time in self.when)

    @property
    def hours_between(self) -> Decimal | None:
        """The least time between two doses."""
        if self.as_needed and self.min_hours_between is not None:
            return self.min_hours_between
        return self._hours / self.frequency if self._hours is not None and self.frequency else None

    @property
    def quantity(self) -> Decimal | None:
        """How much is needed for the whole course, in the dose's own unit; None where it is open-ended."""
        if self.days is None or self.dose is None or self._hours is None or not self.frequency:
            return None
        doses = (self.days * A_DAY * self.frequency / self._hours).to_integral_value(ROUND_CEILING)
        return self.dose * max(doses, Decimal(1))

    @property
    def _hours(self) -> Decimal | None:
        if self.period is None or self.period_unit not in HOURS:
            return None
        return self.period * HOURS[self.period_unit]
