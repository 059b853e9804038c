"""One day of one practitioner as a chain of events: people arrive, the next is called, the visit takes its time.

Who is called is the next by the rule of the queue (`hms.scheduling.rules.queue`). Nobody is called before the session
they come to has begun; whoever came is seen, past its end as well. The practitioner sees one at a time, and needs a
moment between two. Nothing here is drawn: the people come with their luck (luck.py).

Wait: from arrival until the (first) call. Idle: within a session, free, and nobody waits. Overtime: minutes with
patients past a session's end and before the next begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from hms.scheduling.codes import QueuePriority
from hms.scheduling.rules import queue
from hms.scheduling.rules.pace import TURNOVER
from hms.scheduling.rules.queue import Customs, Waiter
from hms.scheduling.rules.wall_clock import Span

MINUTE, NONE = timedelta(minutes=1), timedelta(0)
BETWEEN = TURNOVER * MINUTE
# Fewer than so many say little about habits.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes: when, for when, and how long they take. `planned` is in minutes.

    `away`: half way through they are sent away, to the laboratory perhaps, and come back after so long.
    """

    key: Hashable
    start: datetime
    planned: int
    arrives: datetime
    takes: timedelta
    walk_in: bool = False
    priority: str = QueuePriority.NORMAL
    away: timedelta | None = None


class Stay(NamedTuple):
    """Somebody in the room. `place`: what their place in the queue went by when they were called."""

    person: Person
    arrived: datetime
    called: datetime
    left: datetime
    place: datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """How the queue of the day is kept. `turn_away`: who comes after the grace is not seen."""

    grace: timedelta
    customs: Customs = field(default_factory=Customs)
    turn_away: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a practitioner works beside the visits: what passes between two, and how long after a session's start.

    `ahead`: how long before their time people are called at the earliest, unless they are urgent; None: as soon as the
    practitioner is free.
    """

    between: timedelta = BETWEEN
    begins: timedelta = NONE
    ahead: timedelta | None = None


USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Course:
    """How the day went."""

    stays: Sequence[Stay]
    turned_away: Sequence[Person]


def run(people: Iterable[Person], sittings: Sequence[Span], order: Order, manner: Manner = USUAL) -> Course:
    """From the first arrival to the last visit. `sittings` follow one another; there is at least one."""
    # By when they can be called; the number settles what is equal and is the token of who came first.
    coming: list[tuple[datetime, int, Person, datetime, bool]] = []
    turned_away = []
    starts = [one.start for one in sittings]
    for number, person in enumerate(sorted(people, key=_arrival)):
        if order.turn_away and not person.walk_in and person.arrives > person.start + order.grace:
            turned_away.append(person)
            continue
        place = queue.on_arrival(person.start, person.arrives, walk_in=person.walk_in, grace=order.grace).at
        opens = starts[max(0, bisect_right(starts, person.start) - 1)] + manner.begins
        ready = max(person.arrives, opens)
        if manner.ahead is not None and person.priority != QueuePriority.URGENT:
            ready = max(ready, person.start - manner.ahead)
        heappush(coming, (ready, number, person, place, False))
    waiting: list[tuple[tuple[int, bool, datetime, datetime, int], Person, datetime, bool, datetime]] = []
    stays: list[Stay] = []
    free = datetime.min.replace(tzinfo=starts[0].tzinfo)
    while coming or waiting:
        now = free if waiting else max(free, coming[0][0])
        while coming and coming[0][0] <= now:
            ready, number, person, place, again = heappop(coming)
            arrived = ready if again else person.arrives
            waiter = Waiter(number, person.priority, place, arrived, number, person.walk_in)
            heappush(waiting, (queue.order(waiter, order.customs), person, place, again, arrived))
        key, person, place, again, arrived = heappop(waiting)
        takes = person.takes
        if person.away is not None:
            takes /= 2
        left = now + takes
        if person.away is not None and not again:
            back = left + person.away
            place_then = queue.on_return(back, queue.waited(place, now)).at
            heappush(coming, (back, key[-1], person, place_then, True))
        stays.append(Stay(person, arrived, now, left, place, again))
        free = left + manner.between
    return Course(stays, turned_away)


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a practitioner's time."""

    idle: timedelta
    overtime: timedelta


def use(sittings: Sequence[Span], stays: Iterable[tuple[datetime, datetime, datetime]], between: timedelta) -> Use:
    """Of a day's (arrived, called, left), which may be drawn or recorded. Sittings follow one another."""
    stays = sorted(stays)
    # Busy, in between two visits, or somebody waits: from the arrival on there is somebody, until a moment after.
    taken = _merged((arrived, left + between) for arrived, _called, left in stays)
    overtime = NONE
    ends = [*(one.start for one in sittings[1:]), None]
    for sitting, until in zip(sittings, ends, strict=True):
        for _arrived, called, left in stays:
            if left > sitting.end:
                overtime += max((left if until is None else min(left, until)) - max(called, sitting.end), NONE)
    idle = sum((_without(sitting, taken) for sitting in sittings), NONE)
    return Use(idle, overtime)


class Seen(NamedTuple):
    """Somebody of the records: for when they were booked, when they came, were called and left."""

    start: datetime
    arrived: datetime
    called: datetime
    left: datetime


def manner_of(days: Iterable[tuple[Sequence[Span], Sequence[Seen]]]) -> Manner:
    """What the records say of it, where there are enough times at which somebody waited; otherwise what is usual.

    The middle of all pauses and of all beginnings; and how early one in ten was called who came before their time to a
    practitioner who was free.
    """
    pauses: list[timedelta] = []
    begins: list[timedelta] = []
    ahead: list[timedelta] = []
    for sittings, stays in days:
        ordered = sorted(stays, key=lambda stay: stay.called)
        for before, one in pairwise(ordered):
            if any(sitting.start <= before.left and one.called < sitting.end for sitting in sittings):
                free = max(before.left, one.arrived)
                # Finished when the next one was called: when it ended, nobody wrote down.
                if one.called == before.left:
                    continue
                if one.arrived <= before.left and one.start <= before.left:
                    pauses.append(one.called - before.left)
                elif free < one.start:
                    ahead.append(min(one.start - one.called, one.start - free))
        for sitting in sittings:
            first = next((one for one in ordered if sitting.holds(one.called) or sitting.holds(one.left)), None)
            if first is not None and max(first.arrived, first.start) <= sitting.start:
                begins.append(max(first.called - sitting.start, NONE))
    return Manner(
        _at(pauses, 0.5) if len(pauses) >= ENOUGH else BETWEEN,
        _at(begins, 0.5) if len(begins) >= ENOUGH else NONE,
        max(_at(ahead, 0.9), NONE) if len(ahead) >= ENOUGH else None,
    )


def _at(lengths: list[timedelta], share: float) -> timedelta:
    """To the minute."""
    return round(sorted(lengths)[int(len(lengths) * share)] / MINUTE) * MINUTE


def _without(span: Span, taken: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How much of a span is in none of these, which don't touch one another."""
    start, end = span
    return (end - start) - sum((max(min(end, b) - max(start, a), NONE) for a, b in taken), NONE)


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """In order of time and apart from one another. They come in the order of their starts."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _arrival(person: Person) -> tuple[datetime, datetime]:
    return person.arrives, person.start
