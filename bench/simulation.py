"""How long does it take to replay a department's quarter under a rule?

    python -m bench.simulation

Ten doctors, thirteen weeks of five days, a morning and an afternoon of 21 visits of which one in eight was missed: made
up, without a database. Once everything is written down, once how long visits took is not, which has to be drawn for
each repetition. Aim: under 2 s of CPU for a rule.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import house

DOCTORS, WEEKS, AIM = 10, 13, 2.0
MINUTE, DAY, FIRST = timedelta(minutes=1), timedelta(days=1), date(2026, 8, 24)


def main(arguments: Sequence[str] | None = None) -> int:
    house.arguments("simulation", __doc__).parse_args(arguments)
    from hms.reports.rules.simulation.change import Rule
    from hms.reports.rules.simulation.day import Order
    from hms.reports.rules.simulation.trial import repetitions_for

    today = Rule(Order(20 * MINUTE))
    rules = {
        "as it is": today,
        "two at the start": Rule(today.order, at_start=2),
        "two lanes and two minutes more": Rule(today.order, lanes=2, likely=0.3, more=2 * MINUTE),
    }
    rows, good = [], True
    for written, told in ((True, "all written down"), (False, "lengths drawn")):
        days = quarter(random.Random(1911), written)
        visits = sum(len(day.visits) for day in days)
        for name, rule in rules.items():
            took = seconds(days, rule, repetitions_for(visits))
            good &= took < AIM
            rows.append([f"{told}, {name}", f"{visits:,}", repetitions_for(visits), f"{took:.2f}", f"{AIM:.0f}"])
    house.table("A quarter of ten doctors under a rule", ["", "visits", "repetitions", "CPU s", "aim"], rows)
    return 0 if good else 1


def seconds(days: Sequence[Any], rule: Any, repetitions: int) -> float:
    """CPU of one rule alone."""
    from hms.reports.rules.simulation.luck import habits_of
    from hms.reports.rules.simulation.trial import compare

    habits = habits_of(visit for day in days for visit in day.visits)
    weeks = [FIRST + week * 7 * DAY for week in range(WEEKS)]
    began = time.process_time()
    compare(days, rule, None, habits, repetitions=repetitions, weeks=weeks)
    return time.process_time() - began


def quarter(rng: random.Random, written: bool) -> list[Any]:
    from hms.reports.rules.simulation.luck import Visit
    from hms.reports.rules.simulation.trial import Day
    from hms.scheduling.rules.wall_clock import Span

    days = []
    for doctor in range(DOCTORS):
        for number in range(WEEKS * 5):
            day = FIRST + (number // 5 * 7 + number % 5) * DAY
            eight = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
            sittings = [Span(eight, eight + 240 * MINUTE), Span(eight + 300 * MINUTE, eight + 480 * MINUTE)]
            starts = [
                one.start + place * 20 * MINUTE for one in sittings for place in range(one.length // (20 * MINUTE))
            ]
            visits = [
                Visit(
                    (doctor, start),
                    start,
                    20,
                    came=rng.random() < 7 / 8,
                    arrived=start - rng.randrange(-5, 30) * MINUTE,
                    took=rng.randrange(10, 30) * MINUTE if written else None,
                    likely=rng.random() / 2,
                )
                for start in starts
            ]
            days.append(Day(doctor, day, sittings, visits))
    return days


if __name__ == "__main__":
    sys.exit(main())
