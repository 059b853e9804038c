"""A quarter replayed many times under two rules, and what of the difference is more than chance.

Chance has two parts: what is drawn, and which days the quarter happened to have. So each repetition draws anew, with
the same luck for both rules, and the interval comes from days drawn again out of those there were, each with everybody
who came on it, the same days for both rules (a bootstrap of days: Efron and Tibshirani, An Introduction to the
Bootstrap, 1993, chapters 8 and 13).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Final

from hms.reports.rules.samples import Sample
from hms.reports.rules.simulation.change import Plan, Rule, plan
from hms.reports.rules.simulation.day import MINUTE, USUAL, Manner, Seen, run, use
from hms.reports.rules.simulation.luck import Habits, Luck, Visit
from hms.scheduling.rules.wall_clock import Span

# How often days are drawn again for an interval, and which share of those it holds.
DRAWN: Final = 200
INSIDE: Final = 0.95
# Fewer days or visits than this say nothing of a rule: half a quarter of one session a week, and four visits each.
FEWEST_DAYS, FEWEST_VISITS = 10, 50
# What is replayed at most: people through a day. More of them: fewer repetitions.
MOST_PEOPLE: Final = 200_000
REPETITIONS, FEWEST_REPETITIONS = 20, 3
_NO_LUCK: Final = Luck(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Day:
    """A practitioner's day as it was. `stays`: everybody who came, where all of it is recorded; else None.

    Who went straight into the room arrived when they were called, there; that is no wait, and none is counted.
    """

    practitioner: Hashable
    day: date
    sittings: Sequence[Span]
    visits: Sequence[Visit]
    stays: Sequence[Seen] | None = None


@dataclass(slots=True)
class Tally:
    """What came out: whole minutes of waiting each with how often, people, and minutes of sessions."""

    waits: Counter[int] = field(default_factory=Counter)
    seen: float = 0
    refused: float = 0
    absent: float = 0
    idle: float = 0
    overtime: float = 0
    sittings: float = 0

    def add(self, other: Tally, times: float = 1) -> None:
        for minutes, number in other.waits.items():
            self.waits[minutes] += number * times  # type: ignore[assignment]
        self.seen += other.seen * times
        self.refused += other.refused * times
        self.absent += other.absent * times
        self.idle += other.idle * times
        self.overtime += other.overtime * times
        self.sittings += other.sittings * times


# What is told of a tally, by name; None where there is too little.
MEASURES: Final[Mapping[str, Callable[[Tally], float | None]]] = {
    "median": lambda one: Sample(one.waits).median,
    "ninetieth": lambda one: Sample(one.waits).ninetieth,
    "idle": lambda one: one.idle / one.sittings if one.sittings else None,
    "overtime": lambda one: one.overtime / one.sittings if one.sittings else None,
    "seen": lambda one: one.seen,
    "refused": lambda one: one.refused,
    "absent": lambda one: one.absent,
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a difference lies, nineteen times in twenty."""

    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(slots=True)
class Outcome:
    """One rule's: each repetition's days, and the same by week and by practitioner, all repetitions together."""

    repetitions: list[dict[date, Tally]] = field(default_factory=list)
    weeks: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    practitioners: dict[Hashable, Tally] = field(default_factory=lambda: defaultdict(Tally))
    # Only days of which everything is recorded: what can be held against the records.
    recorded: Tally = field(default_factory=Tally)
    # Each repetition's days together.
    whole: list[Tally] = field(default_factory=list)

    def mean(self, name: str) -> float | None:
        """The mean of all repetitions."""
        known = [value for one in self.whole if (value := MEASURES[name](one)) is not None]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Trial:
    """As it was, replayed, and under the change where one was tried.

    `was`: everybody who came or did not; `recorded`: the days alone of which every moment is written down.
    """

    was: Tally
    recorded: Tally
    recorded_weeks: Mapping[int, Tally]
    today: Outcome
    change: Outcome | None
    repetitions: int

    def difference(self, name: str) -> float | None:
        if self.change is None:
            return None
        changed, today = self.change.mean(name), self.today.mean(name)
        return None if changed is None or today is None else changed - today

    def intervals(self) -> dict[str, Interval]:
        """Of the differences, by measure. One set of days drawn again serves all measures and both rules."""
        if self.change is None:
            return {}
        found: dict[str, list[float]] = defaultdict(list)
        days = sorted(self.today.repetitions[0])
        for number in range(DRAWN):
            rng = Random(number)  # noqa: S311
            drawn = Counter(rng.choices(days, k=len(days)))
            both = []
            for outcome in (self.today, self.change):
                one = outcome.repetitions[number % self.repetitions]
                together = Tally()
                for day, times in drawn.items():
                    together.add(one[day], times)
                both.append(together)
            for name, measure in MEASURES.items():
                before, after = measure(both[0]), measure(both[1])
                if before is not None and after is not None:
                    found[name].append(after - before)
        return {name: _middle(sorted(values)) for name, values in found.items()}


def repetitions_for(visits: int) -> int:
    """How often so many visits are replayed; 0 where it would take too long."""
    often = min(REPETITIONS, MOST_PEOPLE // max(visits, 1))
    return often if often >= FEWEST_REPETITIONS else 0


def enough(days: Sequence[Day]) -> bool:
    """Whether there is enough to say something."""
    due = sum(1 for day in days for visit in day.visits if visit.came is not False)
    return len({day.day for day in days}) >= FEWEST_DAYS and due >= FEWEST_VISITS


def compare(
    days: Sequence[Day],
    today: Rule,
    change: Rule | None,
    habits: Habits,
    *,
    repetitions: int,
    weeks: Sequence[date],
    manner: Manner = USUAL,
    seed: int = 0,
) -> Trial:
    """Replay the days under both rules. `weeks`: on which days the weeks of the picture begin."""
    outcomes = [_Replay(days, rule, habits, manner, weeks) for rule in (today, change) if rule is not None]
    for repetition in range(repetitions):
        for number, day in enumerate(days):
            luck = _Dealt((seed * 1_000 + repetition) * 1_000_000 + number)
            for outcome in outcomes:
                outcome.play(repetition, number, day, luck)
    done = [one.finished(repetitions) for one in outcomes]
    was, recorded = Tally(), defaultdict[int, Tally](Tally)
    for day in days:
        _add_as_it_was(day, was, recorded[bisect_right(weeks, day.day) - 1], manner)
    return Trial(
        was, _together(recorded.values()), recorded, done[0], done[1] if change is not None else None, repetitions
    )


class _Dealt:
    """The luck of a day: each visit's own, the same whichever rule asks and in whichever order.

    Only what is not recorded needs any.
    """

    def __init__(self, seed: int) -> None:
        self._seed, self._rng = seed, None  # type: tuple[int, Random | None]
        self._known: dict[Hashable, Luck] = {}

    def of(self, visit: Visit) -> Luck:
        known = self._known.get(visit.key)
        if known is None:
            # To begin one costs as much as a person's whole day.
            self._rng = self._rng or Random(self._seed)  # noqa: S311
            known = self._known[visit.key] = Luck.of(self._rng)
        return known


class _Replay:
    """A rule's replays; a day of which nothing is drawn goes the same way each time, and is played once."""

    def __init__(self, days: Sequence[Day], rule: Rule, habits: Habits, manner: Manner, weeks: Sequence[date]) -> None:
        self.rule, self.habits, self.manner, self.weeks = rule, habits, manner, weeks
        self.plans = [plan(day.sittings, day.visits, rule) for day in days]
        self.certain: dict[int, tuple[Tally, Counter[int]]] = {}
        self.outcome = Outcome()

    def play(self, repetition: int, number: int, day: Day, luck: _Dealt) -> None:
        played = self.certain.get(number)
        if played is None:
            planned = self.plans[number]
            played = _played(planned, self.rule, self.habits, self.manner, luck)
            if not planned.guests and not any(visit.drawn for visit in planned.visits):
                self.certain[number] = played
        tally, known_waits = played
        found = self.outcome
        if repetition == len(found.repetitions):
            found.repetitions.append(defaultdict(Tally))
        found.repetitions[repetition][day.day].add(tally)
        found.weeks[bisect_right(self.weeks, day.day) - 1].add(tally)
        found.practitioners[day.practitioner].add(tally)
        if day.stays is not None:
            found.recorded.add(replace(tally, waits=known_waits))

    def finished(self, repetitions: int) -> Outcome:
        """Counts of all repetitions together become those of one."""
        found = self.outcome
        found.whole = [_together(days.values()) for days in found.repetitions]
        for heap in (*found.weeks.values(), *found.practitioners.values(), found.recorded):
            for name in ("seen", "refused", "absent", "idle", "overtime", "sittings"):
                setattr(heap, name, getattr(heap, name) / repetitions)
        return found


def _played(planned: Plan, rule: Rule, habits: Habits, manner: Manner, luck: _Dealt) -> tuple[Tally, Counter[int]]:
    """What came of a day, and the waits of those of whom it is recorded when they came."""
    people, known = [], set()
    everybody = [*planned.visits, *planned.guests]
    for visit in everybody:
        person = habits.person(visit, luck.of(visit) if visit.drawn else _NO_LUCK)
        if person is not None:
            people.append(person)
            if visit.arrived is not None:
                known.add(visit.key)
    course = run(people, planned.sittings, rule.order, manner)
    spent = use(planned.sittings, [(one.arrived, one.called, one.left) for one in course.stays], manner.between)
    waits = [(one.person.key, (one.called - one.arrived) // MINUTE) for one in course.stays]
    tally = Tally(
        Counter([wait for _key, wait in waits]),
        seen=len(course.stays),
        refused=len(planned.refused) + len(course.turned_away),
        absent=len(everybody) - len(people),
        idle=spent.idle / MINUTE,
        overtime=spent.overtime / MINUTE,
        sittings=len(planned.sittings),
    )
    return tally, Counter([wait for key, wait in waits if key in known])


def _add_as_it_was(day: Day, was: Tally, recorded: Tally, manner: Manner) -> None:
    was.seen += sum(1 for one in day.visits if one.came)
    was.absent += sum(1 for one in day.visits if one.came is False)
    was.sittings += len(day.sittings)
    if day.stays is None:
        return
    spent = use(day.sittings, [(one.arrived, one.called, one.left) for one in day.stays], manner.between)
    recorded.waits.update((one.called - one.arrived) // MINUTE for one in day.stays if one.arrived < one.called)
    recorded.seen += len(day.stays)
    recorded.idle += spent.idle / MINUTE
    recorded.overtime += spent.overtime / MINUTE
    recorded.sittings += len(day.sittings)


def _together(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for one in tallies:
        found.add(one)
    return found


def _middle(ordered: Sequence[float]) -> Interval:
    out = int(len(ordered) * (1 - INSIDE) / 2)
    return Interval(ordered[out], ordered[-1 - out])
