"""Stretches of whole days that are over, the stretch before, and the parts that a picture shows.

Set periods are whole weeks: in each, and in the one before, every weekday comes equally often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from hms.core.problems import Problem
from hms.core.values import day_text

DAY: Final = timedelta(days=1)
# No calendar reaches further back.
EARLIEST: Final = date(1900, 1, 1)
# Longer ones would be compared with years in which the hospital was another.
LONGEST: Final = 366
WEEKS_OF_QUARTER: Final = 13
# Up to so many days a part is a day; up to so many weeks, a week; else four weeks.
_BY_DAY, _BY_WEEK = 14, 14 * 7


@dataclass(frozen=True, slots=True)
class Period:
    """The days of `[first, until)`."""

    first: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    @property
    def last(self) -> date:
        return self.until - DAY

    @property
    def before(self) -> Period:
        """As many days, directly before."""
        return Period(self.first - self.days * DAY, self.first)

    @property
    def parts(self) -> list[Period]:
        """Days, weeks or four weeks, counted back from the end; what is left at the start joins the first part."""
        length = 1 if self.days <= _BY_DAY else 7 if self.days <= _BY_WEEK else 28
        ends = [self.until - number * length * DAY for number in range(self.days // length)]
        starts = [*ends[1:], self.first]
        return [Period(start, end) for start, end in zip(starts, ends, strict=True)][::-1]


def last_weeks(weeks: int, today: date) -> Period:
    """So many whole weeks up to yesterday."""
    return Period(today - weeks * 7 * DAY, today)


def quarter_from(first: date) -> Period:
    """Thirteen whole weeks from a day on."""
    return Period(first, first + WEEKS_OF_QUARTER * 7 * DAY)


def quarter_problems(first: date, today: date) -> list[Problem]:
    """What is wrong with the first day of a quarter that somebody typed."""
    if first < EARLIEST:
        return [Problem(field="first", text=_("Choose a day after 1900."))]
    latest = today - WEEKS_OF_QUARTER * 7 * DAY
    if first > latest:
        return [
            Problem(
                field="first",
                text=_("Thirteen weeks from this day are not over yet. Choose %(day)s or an earlier day.")
                % {"day": day_text(latest)},
            )
        ]
    return []


def period_problems(first: date | None, last: date | None, today: date) -> list[Problem]:
    """What is wrong with two days that somebody typed, both included."""
    if first is None or last is None:
        missing = "first" if first is None else "last"
        return [Problem(field=missing, text=_("Give both days, or neither: then the period of the list counts."))]
    if last >= today:
        return [Problem(field="last", text=_("Choose yesterday or an earlier day: reports count days that are over."))]
    if last < first:
        return [Problem(field="last", text=_("The last day must not lie before the first."))]
    if first < EARLIEST:
        return [Problem(field="first", text=_("Choose a day after 1900."))]
    if (last - first).days >= LONGEST:
        return [Problem(field="first", text=_("Choose a year at most."))]
    return []
