"""What the records don't say is drawn: whether somebody comes, when, and how long they take.

Drawn from what is recorded of the same people and practitioners where there is enough of it, otherwise from what is
usual. Each person draws three numbers between 0 and 1 and keeps them under every rule: two rules are compared with the
same luck, so that what differs between them is the rule (common random numbers; Law, Simulation Modeling and Analysis,
5th ed. 2015, section 11.2).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from statistics import NormalDist
from typing import Final, NamedTuple

from hms.reports.rules.simulation.day import ENOUGH, MINUTE, Person
from hms.scheduling.codes import QueuePriority
from hms.scheduling.rules.noshow import USUAL

# Minutes before the promised time at which people come, and how far a visit's logarithm is from its plan's.
_EARLY, _LENGTH = NormalDist(12, 11), NormalDist(-(0.38**2) / 2, 0.38)
_GRID: Final = 200
_SHORTEST: Final = 2 * MINUTE


class Luck(NamedTuple):
    """Three numbers between 0 and 1."""

    comes: float
    early: float
    length: float

    @classmethod
    def of(cls, rng: Random) -> Luck:
        return cls(rng.random(), rng.random(), rng.random())


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the records tell it; None where they don't. `planned` is in minutes.

    `beyond`: which one beside the plan it is, 0 for the plan itself. `likely`: the no-show score as it was when the day
    began. `same_day`: booked on the day itself.
    """

    key: Hashable
    start: datetime
    planned: int
    came: bool | None = None
    arrived: datetime | None = None
    took: timedelta | None = None
    walk_in: bool = False
    same_day: bool = False
    priority: str = QueuePriority.NORMAL
    beyond: int = 0
    likely: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether anything of it must be drawn."""
        return self.came is None or (self.came and (self.arrived is None or self.took is None))


@dataclass(frozen=True, slots=True)
class Habits:
    """How people come and how long they take. Both in order, so that a number between 0 and 1 is a place in them."""

    # Minutes before the promised time; minutes taken over minutes planned.
    early: Sequence[float]
    length: Sequence[float]
    comes: float = 1 - USUAL

    def arrival(self, start: datetime, luck: Luck) -> datetime:
        return start - round(_at(self.early, luck.early)) * MINUTE

    def takes(self, planned: float, luck: Luck) -> timedelta:
        return max(_SHORTEST, round(planned * _at(self.length, luck.length)) * MINUTE)

    def person(self, visit: Visit, luck: Luck) -> Person | None:
        """Who comes for a visit; None where nobody does. What is recorded is as it is recorded."""
        came = luck.comes < self.comes if visit.came is None else visit.came
        if not came:
            return None
        arrives = self.arrival(visit.start, luck) if visit.arrived is None else visit.arrived
        takes = self.takes(visit.planned, luck) if visit.took is None else visit.took
        return Person(visit.key, visit.start, visit.planned, arrives, takes, visit.walk_in, visit.priority)


USUALLY: Final = Habits(
    early=[_EARLY.inv_cdf((number + 0.5) / _GRID) for number in range(_GRID)],
    length=[exp(_LENGTH.inv_cdf((number + 0.5) / _GRID)) for number in range(_GRID)],
)


def habits_of(visits: Iterable[Visit]) -> Habits:
    """What the visits themselves say, each part where there is enough of it."""
    visits = list(visits)
    booked = [one for one in visits if not one.walk_in]
    early = sorted((one.start - one.arrived) / MINUTE for one in booked if one.came and one.arrived is not None)
    length = sorted(one.took / MINUTE / one.planned for one in visits if one.came and one.took is not None)
    known = [one.came for one in booked if one.came is not None]
    return Habits(
        early if len(early) >= ENOUGH else USUALLY.early,
        length if len(length) >= ENOUGH else USUALLY.length,
        sum(known) / len(known) if len(known) >= ENOUGH else USUALLY.comes,
    )


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
