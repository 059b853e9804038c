"""Whether what callers saw of a clinic's times could have happened if each deed were done at one moment.

A caller knows when a deed was asked for and when it was answered; it was done in between. So each visit takes its time
for certain from the answer on until its end is asked for, and possibly from the asking on until that end is answered.
From these four moments follow the three promises:

- nobody shares: no two visits take one person's time for certain at once, nor does one begin wholly inside another;
- nobody is refused for nothing: whoever was refused was in the way of a visit that possibly took the time;
- nothing is lost: whoever has a visit can confirm and end it, and what was acknowledged last is what stands.

Pure: histories in, sentences out. Times are seconds of one monotonic clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal, NamedTuple

Kind = Literal["book", "hold", "confirm", "move", "cancel", "release", "expire"]
Outcome = Literal["done", "refused", "unknown"]
ENDING = {"cancel", "release", "expire"}


class Time(NamedTuple):
    """A start with a practitioner. All visits of a clinic are equally long, so two that differ don't touch."""

    practitioner: str
    start: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One request (with its repetitions after lost answers): of whom, for what, asked and answered when.

    `visit` is its own name for a visit, given by the caller before the server has an id for it. `time` is what the
    deed takes: empty for those that only end or confirm.
    """

    kind: Kind
    visit: str
    patient: str
    outcome: Outcome
    asked: float
    answered: float
    time: Time | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a visit takes a time: four moments, the outer ones possible, the inner ones certain."""

    visit: str
    patient: str
    time: Time
    possibly_from: float
    certainly_from: float
    certainly_until: float
    possibly_until: float

    @property
    def takes(self) -> tuple[str, str]:
        """Whose time: the practitioner's at that start, and the patient's."""
        return f"{self.time.practitioner} {self.time.start}", f"{self.patient} {self.time.start}"


def stays(deeds: Iterable[Deed]) -> list[Stay]:
    """What each visit took, one after the other; a deed of unknown outcome possibly took and possibly ended."""
    by_visit: dict[str, list[Deed]] = defaultdict(list)
    for deed in sorted(deeds, key=lambda one: one.asked):
        if deed.outcome != "refused":
            by_visit[deed.visit].append(deed)
    return [stay for done in by_visit.values() for stay in _stays_of(done)]


def _stays_of(done: list[Deed]) -> Iterator[Stay]:
    for number, deed in enumerate(done):
        if deed.time is None:
            continue
        later = done[number + 1 :]
        ends = [one for one in later if one.kind in ENDING or one.time is not None]
        ended = next((one for one in ends if one.outcome == "done"), None)
        yield Stay(
            deed.visit,
            deed.patient,
            deed.time,
            possibly_from=deed.asked,
            certainly_from=deed.answered if deed.outcome == "done" else inf,
            certainly_until=min((one.asked for one in ends), default=inf),
            possibly_until=ended.answered if ended else inf,
        )


def violations(deeds: Iterable[Deed]) -> list[str]:
    """What can't have happened in any order, in sentences; empty for a history that fits."""
    deeds = list(deeds)
    by_taker: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays(deeds):
        for taker in stay.takes:
            by_taker[taker].append(stay)
    found = [sentence for taker, there in by_taker.items() for sentence in _shared(taker, there)]
    found += [
        f"{deed.visit} could not {deed.kind} what it had"
        for deed in deeds
        if deed.outcome == "refused" and deed.time is None
    ]
    return found + [
        f"{deed.visit} was refused {deed.time.start} of {deed.time.practitioner}, which nobody had"
        for deed in deeds
        if deed.outcome == "refused" and deed.time is not None and not _in_the_way(deed, by_taker)
    ]


def _shared(taker: str, there: list[Stay]) -> Iterator[str]:
    certain = sorted(
        (stay for stay in there if stay.certainly_from < stay.certainly_until), key=lambda stay: stay.certainly_from
    )
    for one, other in pairwise(certain):
        if other.certainly_from < one.certainly_until:
            yield f"{taker}: {one.visit} and {other.visit} had it at once"
    for inner in there:
        for outer in certain:
            begun = inner.visit != outer.visit and inner.certainly_from < inf
            if begun and outer.certainly_from <= inner.possibly_from and inner.certainly_from <= outer.certainly_until:
                yield f"{taker}: {inner.visit} got it while {outer.visit} had it"


def _in_the_way(deed: Deed, by_taker: dict[str, list[Stay]]) -> bool:
    assert deed.time is not None
    wanted = f"{deed.time.practitioner} {deed.time.start}", f"{deed.patient} {deed.time.start}"
    return any(
        stay.visit != deed.visit and stay.possibly_from <= deed.answered and stay.possibly_until >= deed.asked
        for taker in wanted
        for stay in by_taker.get(taker, ())
    )


def standing(deeds: Iterable[Deed]) -> tuple[dict[str, Time], set[str]]:
    """What must stand at the end: the time of each visit that was acknowledged and not ended; and which are in doubt.

    Held times count as standing until they are let go of: nobody cleans up while nobody asks.
    """
    there: dict[str, Time] = {}
    doubtful: set[str] = set()
    for deed in sorted(deeds, key=lambda one: one.asked):
        if deed.outcome == "unknown":
            doubtful.add(deed.visit)
        elif deed.outcome == "done" and deed.kind in ENDING:
            there.pop(deed.visit, None)
        elif deed.outcome == "done" and deed.time is not None:
            there[deed.visit] = deed.time
    return {visit: time for visit, time in there.items() if visit not in doubtful}, doubtful
