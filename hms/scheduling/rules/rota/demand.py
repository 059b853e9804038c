"""How many sessions of a kind of work are wanted on each weekday, from what was asked for lately.

    minutes of a weekday = booked a day + waiting a day + too long a wait a day
    booked a day         = minutes of visits of the last quarter on that weekday / open days of that weekday then
    waiting a day        = minutes that the waiting list stands for / open days of the month, by the weekday's share
    too long a wait      = booked a day × (days to the third free time − 14) / days of the month, at most half of it
    sessions             = minutes / (minutes of a half-day × 85 %)

The third free time is used because the first may be there by a cancellation alone. A part of each session
stays unplanned: 85 percent of a session can be filled without people having to wait for one another. Weekdays are
rounded so that the week as a whole is right: up where the part of a session is largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

# Days to the third free time that nobody has to complain of, how much more a long wait can ask for, and how much of a
# session is planned to be used.
LONG_WAIT, MOST_MORE, USED = 14, Fraction(1, 2), Fraction(85, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of one kind of work. `booked` and `open_days` are of the quarter, by weekday, Monday 0.

    `third_free`: days to the third free time; None where it is not known, or where there is none.
    """

    booked: Mapping[int, int] = field(default_factory=dict)
    open_days: Mapping[int, int] = field(default_factory=dict)
    waiting: int = 0
    third_free: int | None = None


def sessions_wanted(asked: Asked, month_days: Mapping[int, int], half_day: int) -> dict[int, int]:
    """Sessions for each weekday. `month_days`: open days of the month by weekday; `half_day` in minutes."""
    open_days = sum(month_days.values())
    a_day = {
        weekday: Fraction(asked.booked.get(weekday, 0), asked.open_days[weekday])
        for weekday in month_days
        if asked.open_days.get(weekday)
    }
    of_month = sum(a_day.get(weekday, 0) * count for weekday, count in month_days.items())
    late = max(0, (asked.third_free or 0) - LONG_WAIT)
    more = min(Fraction(late, open_days), MOST_MORE) if open_days else Fraction(0)
    exact: dict[int, Fraction] = {}
    for weekday, count in month_days.items():
        booked = a_day.get(weekday, Fraction(0))
        if not count:
            exact[weekday] = Fraction(0)
            continue
        # Nothing booked at all: who waits is spread over all days.
        share = booked / of_month if of_month else Fraction(1, open_days)
        minutes = booked * (1 + more) + asked.waiting * share
        exact[weekday] = minutes / (half_day * USED)
    return _rounded(exact)


def _rounded(exact: Mapping[int, Fraction]) -> dict[int, int]:
    """Whole numbers whose sum is that of the week, rounded up."""
    found = {weekday: int(value) for weekday, value in exact.items()}
    total = sum(exact.values(), Fraction(0))
    missing = -int(-total // 1) - sum(found.values())
    by_rest = sorted(exact, key=lambda weekday: (found[weekday] - exact[weekday], weekday))
    for weekday in by_rest[:missing]:
        found[weekday] += 1
    return found
