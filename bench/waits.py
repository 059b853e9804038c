"""How well is the wait told? A quarter of the demo hospital is replayed, and every promise is held against what came.

    python -m bench.waits                      SQLite, seed 1911
    python -m bench.waits --seed 7

The demo hospital is made with thirteen weeks behind it: its doctors, rooms, types of visit, bookings, cancellations and
no-shows. What the demo knows no time of is drawn anew, seeded: when people arrive (early as a rule, some late), who
walks in, how long each visit takes (log-normal, with a pace of the day for each doctor), who is sent to the laboratory.
Then each day runs as the simulator of the reports runs it, by the rules of the queue. When somebody sits down, and
every ten minutes while they sit, the wait is told by the same rule as on the pages; the error is the middle of the
promise against the true call. Beside it stand two simpler promises: the plan alone, and the time of the visit.
"""

from __future__ import annotations

import io
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bench import house

WEEKS = 13
MINUTE = timedelta(minutes=1)
# Aim: the median error, in minutes.
AIM = 8
ASK_EVERY = 10
# What is drawn beside the simulator's habits: the share of walk-ins and of those sent to the laboratory, and the spread
# of a day's pace (of the logarithm).
WALK_INS, LABORATORY, DAY_SPREAD = 0.08, 0.05, 0.22
GRACE = 20 * MINUTE
# Doctors who see fewer than this on a day have no queue to speak of.
FEWEST = 6


def main(arguments: Sequence[str] | None = None) -> int:
    parser = house.arguments("waits", __doc__)
    parser.add_argument("--seed", type=int, default=1911)
    asked = parser.parse_args(arguments)
    if asked.inside:
        house.answer(inside(asked.seed))
        return 0
    with house.house(asked.engine or house.SQLITE) as made:
        show(made.inside("waits", "--seed", str(asked.seed)))
    return 0


def show(found: dict[str, Any]) -> None:
    rows = [
        [name, f"{one['median']:.1f}", f"{one['p90']:.1f}", f"{one['bias']:+.1f}"]
        for name, one in found["ways"].items()
    ]
    title = f"{found['promises']} promises to {found['people']} people on {found['days']} doctor's days, aim {AIM} min"
    house.table(title, ["error in minutes", "median", "p90", "middle"], rows)
    kept = [[name, f"{share:.0%}"] for name, share in found["kept"].items()]
    house.table("Of the intervals told", ["", "share"], kept)


def inside(seed: int) -> dict[str, Any]:
    house.set_up()
    from django.core.management import call_command

    from hms.ops.demo import calendar

    calendar.WEEKS_BEHIND = WEEKS  # type: ignore[misc]
    call_command("demo", "--patients", "400", "--seed", str(seed), verbosity=0, stdout=io.StringIO())
    days = {which: day for which, day in days_of_demo().items() if len(day) >= FEWEST}
    # A day has luck of its own, whichever days there are beside it.
    replays = [Replay(day, random.Random(f"{seed} {which}")) for which, day in days.items()]
    promises = [promise for replay in replays for promise in replay.promises()]
    return summary(promises, len(days))


@dataclass(frozen=True)
class Booked:
    """Somebody of a day: what was planned, and whether they came."""

    start: datetime
    planned: int
    comes: bool


@dataclass(frozen=True)
class Promise:
    """What was told at a moment, to whom, and how long it was then."""

    person: object
    low: int
    high: int
    expected: float
    by_plan: float
    by_time: float
    truth: float


def days_of_demo() -> dict[str, list[Booked]]:
    """The days of each doctor of the quarter behind us: who was booked, for when, and whether they came."""
    from hms.core import clock
    from hms.scheduling.models import AppointmentParticipant

    rows = AppointmentParticipant.objects.filter(
        practitioner__isnull=False,
        appointment__status__in=["fulfilled", "noshow"],
        start_at__lt=clock.now() - timedelta(days=1),
    ).select_related("appointment", "practitioner")
    days: dict[str, list[Booked]] = defaultdict(list)
    for row in rows.order_by("appointment__start_at", "practitioner__family", "practitioner__given"):
        visit = row.appointment
        booked = Booked(visit.start_at, visit.minutes, visit.status == "fulfilled")
        days[f"{row.practitioner.full_name} {visit.local_start.date()}"].append(booked)
    return days


class Replay:
    """One day of one doctor, from the first arrival to the last visit, by the rules of the simulator."""

    def __init__(self, booked: list[Booked], rng: random.Random) -> None:
        from hms.reports.rules.simulation.day import Order, run
        from hms.scheduling.rules.wall_clock import Span

        self.rng = rng
        self.pace = rng.lognormvariate(0.05, DAY_SPREAD)
        # The start of everybody booked, their plan, and when they come, if they do.
        self.booked: list[tuple[datetime, int, datetime | None]] = []
        people = list(self._people(booked))
        self.opens = min(one.start for one in booked)
        hours = [Span(self.opens, max(one.start for one in booked) + 60 * MINUTE)]
        self.stays = run(people, hours, Order(GRACE)).stays

    def _people(self, booked: list[Booked]) -> Iterator[Any]:
        for number, one in enumerate(booked):
            person = self._person(f"booked {number}", one.start, one.planned)
            self.booked.append((one.start, one.planned, person.arrives if one.comes else None))
            if not one.comes:
                continue
            yield person
            if self.rng.random() < WALK_INS:
                came = _minute(one.start + self.rng.uniform(-40, 40) * MINUTE)
                walk_in = self._person(f"walk-in {number}", came, one.planned)
                yield replace(walk_in, arrives=came, walk_in=True)

    def _person(self, key: str, start: datetime, planned: int) -> Any:
        from hms.reports.rules.simulation.day import Person
        from hms.reports.rules.simulation.luck import USUALLY, Luck

        rng, luck = self.rng, Luck.of(self.rng)
        away = rng.randint(15, 40) * MINUTE if rng.random() < LABORATORY else None
        takes = USUALLY.takes(planned * self.pace, luck)
        return Person(key, start, planned, _minute(USUALLY.arrival(start, luck)), takes, away=away)

    def promises(self) -> Iterator[Promise]:
        """What is told on arrival, and every ten minutes until the call."""
        for stay in self.stays:
            now = stay.arrived
            while not stay.again and now < stay.called:
                yield self._promise(stay, now)
                now += ASK_EVERY * MINUTE

    def _promise(self, stay: Any, now: datetime) -> Promise:
        """By what is known at that moment: who waits, who is inside, who was seen, and who is still expected."""
        from hms.scheduling.rules import pace
        from hms.scheduling.rules.pace import Before, Going, Seen

        waiting = [one for one in self.stays if one is not stay and one.arrived <= now < one.called]
        mine = stay.place, stay.arrived
        ahead = [Before(one.person.planned, now) for one in waiting if (one.place, one.arrived) < mine]
        going = next(
            (Going(one.person.planned, one.called) for one in self.stays if one.called <= now < one.left), None
        )
        seen = [Seen(one.person.planned, (one.left - one.called) / MINUTE) for one in self.stays if one.left <= now]
        coming = (
            pace.expected(planned, start, now=now)
            for start, planned, arrives in self.booked
            if start < stay.place and (arrives is None or arrives > now)
        )
        begins = now if going is not None or seen else max(now, self.opens)
        told = pace.wait([*ahead, *(one for one in coming if one is not None)], going, seen, now=now, begins_at=begins)
        return Promise(
            stay,
            told.low,
            told.high,
            told.expected,
            by_plan=pace.wait(ahead, going, [], now=now, begins_at=begins).expected,
            by_time=max(0.0, (stay.person.start - now) / MINUTE),
            truth=(stay.called - now) / MINUTE,
        )


def summary(promises: list[Promise], days: int) -> dict[str, Any]:
    ways = {
        "as told": [one.expected - one.truth for one in promises],
        "by who sits there and the plan": [one.by_plan - one.truth for one in promises],
        "by the time of the visit": [one.by_time - one.truth for one in promises],
    }
    number = len(promises)
    return {
        "promises": number,
        "people": len({id(one.person) for one in promises}),
        "days": days,
        "ways": {
            name: {
                "median": statistics.median(abs(one) for one in errors),
                "p90": statistics.quantiles([abs(one) for one in errors], n=10)[-1],
                "bias": statistics.median(errors),
            }
            for name, errors in ways.items()
        },
        "kept": {
            "called within it": sum(one.low <= one.truth <= one.high for one in promises) / number,
            "called before it": sum(one.truth < one.low for one in promises) / number,
            "called after it": sum(one.truth > one.high for one in promises) / number,
        },
    }


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


if __name__ == "__main__":
    raise SystemExit(main())
