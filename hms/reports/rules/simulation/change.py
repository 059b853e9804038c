"""The rule that is tried: which times a day's people would have been given, and who would not have been.

The same people come, as early or late for their time as they did. What a rule frees stays free: nobody knows who would
have taken it. Only the lanes beside the plan bring people who were not there, and what becomes of them is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hms.reports.rules.simulation.day import MINUTE, NONE, Order
from hms.reports.rules.simulation.luck import Visit
from hms.scheduling.codes import QueuePriority
from hms.scheduling.rules.wall_clock import Span

# No visit is planned shorter.
SHORTEST = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Rule:
    """What is tried; as it comes, everything is as it was planned.

    `lanes`: patients beside the plan in each session, beside those who come least surely: `likely` is the least score.
    None leaves them as they were. `reserve`: the last part of a session, which is kept for the day itself. `more` and
    `gap`: minutes more for each visit, and after it. `earlier`: how much sooner a session begins. `at_start`: how many
    are given its first time.
    """

    order: Order
    lanes: int | None = None
    likely: float = 0.0
    reserve: timedelta = NONE
    more: timedelta = NONE
    gap: timedelta = NONE
    earlier: timedelta = NONE
    at_start: int = 1

    @property
    def replans(self) -> bool:
        """Whether it gives other times or other people than there were."""
        return self.lanes is not None or any((self.reserve, self.more, self.gap, self.earlier, self.at_start != 1))


@dataclass(frozen=True, slots=True)
class Plan:
    """A day under a rule. `refused`: those who would have had to take another day. `guests`: those who come instead."""

    sittings: Sequence[Span]
    visits: Sequence[Visit]
    refused: Sequence[Visit] = ()
    guests: Sequence[Visit] = field(default_factory=tuple)


def plan(sittings: Sequence[Span], visits: Iterable[Visit], rule: Rule) -> Plan:
    """The day under a rule. Sittings follow one another; a visit belongs to the one it starts in.

    Visits outside all sittings stay where they are.
    """
    visits = sorted(visits, key=lambda one: (one.start, one.beyond))
    if not rule.replans:
        return Plan(sittings, visits)
    kept = [one for one in visits if not any(sitting.holds(one.start) for sitting in sittings)]
    refused: list[Visit] = []
    guests: list[Visit] = []
    for sitting in sittings:
        inside = [one for one in visits if sitting.holds(one.start)]
        for step in (_lanes, _kept_for_the_day, _template):
            inside, out = step(sitting, inside, rule)
            refused += out
        kept += inside
        guests += _guests(inside, rule)
    return Plan(_sooner(sittings, rule.earlier), kept, refused, guests)


def _sooner(sittings: Sequence[Span], by: timedelta) -> list[Span]:
    """Each begins so much sooner, but not before the one before it has ended."""
    found: list[Span] = []
    for one in sittings:
        start = one.start - by
        found.append(Span(max(start, found[-1].end) if found else start, one.end))
    return found


def _lanes(_sitting: Span, visits: list[Visit], rule: Rule) -> tuple[list[Visit], list[Visit]]:
    """Those beside the plan, no more than there are lanes for."""
    if rule.lanes is None:
        return visits, []
    return _split(visits, [one for one in visits if one.beyond][rule.lanes :])


def _kept_for_the_day(sitting: Span, visits: list[Visit], rule: Rule) -> tuple[list[Visit], list[Visit]]:
    """Nobody is booked into the last part before the day; who comes without an appointment gets a time there.

    They are told it when they come, and come back for it. Urgent people are not asked to.
    """
    if not rule.reserve:
        return visits, []
    since = sitting.end - rule.reserve
    kept, out = _split(visits, [one for one in visits if one.start >= since and not one.walk_in and not one.same_day])
    free = max([since, *(_end(one) for one in kept if one.start >= since and not one.walk_in)])
    found = []
    for one in kept:
        at = max(free, one.arrived or one.start)
        until = at + one.planned * MINUTE
        if one.walk_in and one.priority != QueuePriority.URGENT and until <= sitting.end:
            free = until
            found.append(replace(one, start=at, arrived=at, walk_in=False))
        else:
            found.append(one)
    return found, out


def _template(sitting: Span, visits: list[Visit], rule: Rule) -> tuple[list[Visit], list[Visit]]:
    """Other times: some at the start together, each other at the time of the one before; longer, apart, sooner.

    A hole in the plan takes up what others need more. Who had a time within the session and has none any more is out;
    who was beside the plan stays beside whom they were.
    """
    if not any((rule.more, rule.gap, rule.earlier)) and rule.at_start == 1:
        return visits, []
    booked = [one for one in visits if not one.walk_in and not one.beyond]
    extra = rule.at_start - 1
    free = at = sitting.start - rule.earlier
    shift = NONE
    moved: dict[int, Visit] = {}
    out = []
    for number, one in enumerate(booked):
        before, length = one.planned * MINUTE, max(one.planned * MINUTE + rule.more, SHORTEST)
        if not number or number > extra:
            time = booked[max(number - extra, 0)].start
            at = max(free, time - rule.earlier + min(shift, NONE))
        if at + length > sitting.end >= _end(one):
            out.append(one)
            continue
        moved[id(one)] = _moved(one, at, length)
        if number >= extra:
            free, shift = at + length + rule.gap, shift + length + rule.gap - before
    left_out = {id(one) for one in out}
    found, with_whom = [], None
    for one in visits:
        if one.beyond and not one.walk_in and with_whom is not None:
            found.append(_moved(one, with_whom.start, one.planned * MINUTE))
        elif id(one) not in left_out:
            with_whom = moved.get(id(one), with_whom)
            found.append(moved.get(id(one), one))
    return found, out


def _guests(visits: Iterable[Visit], rule: Rule) -> list[Visit]:
    """Somebody more for each lane that is empty, beside those who come least surely. What they do is drawn."""
    visits = list(visits)
    empty = (rule.lanes or 0) - sum(1 for one in visits if one.beyond)
    booked = [one for one in visits if not one.beyond and not one.walk_in]
    unsure = sorted(
        (one for one in booked if one.likely is not None and one.likely >= rule.likely),
        key=lambda one: (-(one.likely or 0), one.start),
    )
    return [Visit((one.key, "beside"), one.start, one.planned, beyond=1) for one in unsure[: max(empty, 0)]]


def _moved(visit: Visit, start: datetime, length: timedelta) -> Visit:
    """At another time, and as early or late for it as before."""
    arrived = None if visit.arrived is None else visit.arrived + (start - visit.start)
    return replace(visit, start=start, planned=length // MINUTE, arrived=arrived)


def _end(visit: Visit) -> datetime:
    return visit.start + visit.planned * MINUTE


def _split(visits: Iterable[Visit], out: list[Visit]) -> tuple[list[Visit], list[Visit]]:
    left_out = {id(one) for one in out}
    return [one for one in visits if id(one) not in left_out], out
