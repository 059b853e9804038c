"""How well is the wait told? A quarter of the demo hospital is replayed, and every promise is held against what came.

    python -m bench.waits                      SQLite, seed 1911
    python -m bench.waits --seed 7

The demo hospital is made with thirteen weeks behind it: its doctors, rooms, types of visit, bookings, cancellations and
no-shows. What the demo knows no time of is drawn anew, seeded: when people arrive (early as a rule, some late), who
walks in, how long each visit takes (log-normal, with a pace of the day for each doctor), who is sent to the laboratory.
Then each day runs minute by minute by the rules of the queue. Whenever somebody sits down, and every ten minutes while
they sit, the wait is told by the same rule as on the pages; the error is the middle of the promise against the true
call. Beside it stand two simpler promises: the plan alone, and the time of the visit.
"""

from __future__ import annotations

import io
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench import house

WEEKS = 13
MINUTE = timedelta(minutes=1)
# Aim: the median error, in minutes.
AIM = 8
ASK_EVERY = 10
# What is drawn: minutes early (mean, spread), the share of walk-ins and of those sent to the laboratory, the spread of
# a day's pace and of a single visit (of the logarithm).
EARLY, WALK_INS, LABORATORY, DAY_SPREAD, VISIT_SPREAD = (12, 11), 0.08, 0.05, 0.22, 0.38
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
    promises = [promise for replay in replays for promise in replay.run()]
    return summary(promises, len(days))


@dataclass
class Person:
    """Somebody of a day: what is planned, and what will be."""

    start: datetime
    planned: int
    comes: bool
    walk_in: bool = False
    arrives: datetime = datetime.min
    takes: float = 0.0
    laboratory: bool = False
    called: datetime | None = None
    place: tuple[datetime, str] = (datetime.min, "")
    waited: timedelta = timedelta(0)
    first: bool = True


@dataclass
class Promise:
    """What was told at a moment, and to whom."""

    at: datetime
    person: Person
    low: int
    high: int
    expected: float
    by_plan: float
    by_time: float
    truth: float = field(default=math.nan)


def days_of_demo() -> dict[str, list[Person]]:
    """The days of each doctor of the quarter behind us: who was booked, for when, and whether they came."""
    from hms.core import clock
    from hms.scheduling.models import AppointmentParticipant

    rows = AppointmentParticipant.objects.filter(
        practitioner__isnull=False,
        appointment__status__in=["fulfilled", "noshow"],
        start_at__lt=clock.now() - timedelta(days=1),
    ).select_related("appointment", "practitioner")
    days: dict[str, list[Person]] = defaultdict(list)
    for row in rows.order_by("appointment__start_at", "practitioner__family", "practitioner__given"):
        visit = row.appointment
        person = Person(visit.start_at, visit.minutes, visit.status == "fulfilled")
        days[f"{row.practitioner.full_name} {visit.local_start.date()}"].append(person)
    return days


class Replay:
    """One day of one doctor, from the first arrival to the last visit."""

    def __init__(self, people: list[Person], rng: random.Random) -> None:
        self.people, self.rng = people, rng
        self.seen: list[Any] = []
        self.going: Any = None
        self.begun = False
        self.promises: list[Promise] = []
        self._draw()

    def _draw(self) -> None:
        rng = self.rng
        pace = rng.lognormvariate(0.05, DAY_SPREAD)
        for person in list(self.people):
            person.arrives = _minute(person.start - rng.gauss(*EARLY) * MINUTE)
            if person.comes and rng.random() < WALK_INS:
                came = _minute(person.start + rng.uniform(-40, 40) * MINUTE)
                self.people.append(Person(came, person.planned, comes=True, walk_in=True, arrives=came))
        for person in self.people:
            person.takes = max(2.0, person.planned * pace * rng.lognormvariate(-(VISIT_SPREAD**2) / 2, VISIT_SPREAD))
            person.laboratory = rng.random() < LABORATORY

    def run(self) -> list[Promise]:
        """Minute by minute; who is called is the next by the rule."""
        from hms.scheduling.rules import queue as rules
        from hms.scheduling.rules.pace import Going, Seen

        coming = sorted((one for one in self.people if one.comes), key=lambda one: one.arrives)
        opens = min(one.start for one in self.people)
        waiting: list[Person] = []
        back: list[tuple[datetime, Person]] = []
        now, busy_until, inside = coming[0].arrives, datetime.min.replace(tzinfo=opens.tzinfo), None
        while coming or waiting or back or inside:
            while coming and coming[0].arrives <= now:
                waiting.append(self._arrived(coming.pop(0), now))
            for moment, person in [one for one in back if one[0] <= now]:
                back.remove((moment, person))
                person.place = rules.on_return(now, person.waited)
                waiting.append(person)
            if inside is not None and busy_until <= now:
                self.seen.append(Seen(inside.planned, (now - self.going.began_at) / MINUTE))
                inside, self.going = None, None
                busy_until = now + self.rng.choice([1, 2, 2, 3]) * MINUTE
            if inside is None and waiting and now >= opens and busy_until <= now:
                inside = min(waiting, key=self._order)
                waiting.remove(inside)
                inside.called = inside.called or now
                inside.waited = rules.waited(inside.place[0], now)
                takes = inside.takes
                if inside.laboratory and inside.first:
                    back.append((now + self.rng.randint(20, 45) * MINUTE, inside))
                    takes = inside.takes / 2
                inside.first = False
                self.begun, self.going = True, Going(inside.planned, now)
                busy_until = now + max(1, round(takes)) * MINUTE
            for person in waiting:
                if person.called is None and (now - person.arrives) // MINUTE % ASK_EVERY == 0:
                    self._promise(person, waiting, now, opens)
            now += MINUTE
        for promise in self.promises:
            assert promise.person.called is not None
            promise.truth = (promise.person.called - promise.at) / MINUTE
        return self.promises

    def _arrived(self, person: Person, now: datetime) -> Person:
        from hms.scheduling.rules import queue as rules

        person.place = rules.on_arrival(person.start, now, walk_in=person.walk_in, grace=20 * MINUTE)
        return person

    @staticmethod
    def _order(person: Person) -> tuple[datetime, datetime]:
        return person.place[0], person.arrives

    def _promise(self, person: Person, waiting: list[Person], now: datetime, opens: datetime) -> None:
        from hms.scheduling.rules import pace
        from hms.scheduling.rules.pace import Before

        ahead = [one for one in waiting if one is not person and self._order(one) < self._order(person)]
        before = [Before(one.planned, now) for one in ahead]
        booked = [
            one
            for one in self.people
            if not one.walk_in and one.start < person.place[0] and (not one.comes or one.arrives > now)
        ]
        coming_first = (pace.expected(one.planned, one.start, now=now) for one in booked)
        before += [one for one in coming_first if one is not None]
        begins = now if self.begun else max(now, opens)
        told = pace.wait(before, self.going, self.seen, now=now, begins_at=begins)
        plan = pace.wait([Before(one.planned, now) for one in ahead], self.going, [], now=now, begins_at=begins)
        by_time = max(0.0, (person.start - now) / MINUTE)
        self.promises.append(Promise(now, person, told.low, told.high, told.expected, plan.expected, by_time))


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
