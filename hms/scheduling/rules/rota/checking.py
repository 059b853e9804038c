"""Which rules a plan breaks, and what it costs. Knows nothing of how the plan came about.

The solver's plans are held against this as well as those made by hand: the two agree on what a rule means, or a test
fails.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from hms.scheduling.rules.rota.problem import (
    CANNOT,
    PREFERS,
    RATHER_NOT,
    Doctor,
    Entry,
    Problem,
    Room,
    Slot,
    Work,
    by_doctor_and_slot,
    share_of_one,
    week_of,
)

# Rules that a plan must keep.
CLOSED, TWO_PLACES, AWAY, ELSEWHERE, WISH = "closed", "two-places", "away", "elsewhere", "cannot"
DAY_LIMIT, WEEK_LIMIT = "day-limit", "week-limit"
NO_ROOM, ROOM_TWICE, ROOM_KIND, ROOM_CLOSED = "no-room", "room-twice", "room-kind", "room-closed"
BOOKED, KEPT = "booked", "kept"
# What could be better, by the names of `Weights`.
UNMET, LOST, STRANGE, RATHER, PREFERRED = "unmet", "lost", "strange", "rather_not", "preferred"
STEADY, APART, OTHER_ROOM, SURPLUS, UNFAIR = "steady", "apart", "other_room", "surplus", "unfair"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: by whom, when, where. `day` is the Monday where a whole week is meant."""

    rule: str
    doctor: str = ""
    day: date | None = None
    part: str = ""
    room: str = ""
    work: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that could be better, and how many points it costs."""

    name: str
    cost: int
    doctor: str = ""
    day: date | None = None
    part: str = ""
    work: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of a plan."""

    breaches: tuple[Breach, ...]
    flaws: tuple[Flaw, ...]

    @property
    def cost(self) -> int:
        return sum(one.cost for one in self.flaws)

    def flaws_of(self, *names: str) -> list[Flaw]:
        return [one for one in self.flaws if one.name in names]


def check(problem: Problem, entries: Iterable[Entry]) -> Report:
    """Judge a plan."""
    plan = sorted(set(entries), key=lambda one: (one.slot, one.doctor, one.work, one.room))
    return Report(tuple(_breaches(problem, plan)), tuple(_flaws(problem, plan)))


# --- Rules -----------------------------------------------------------------------------------------------------
def _breaches(problem: Problem, plan: list[Entry]) -> Iterator[Breach]:
    doctors = {one.key: one for one in problem.doctors}
    rooms = {one.key: one for one in problem.rooms}
    works = {one.key: one for one in problem.works}
    open_days = set(problem.days)
    for entry in plan:
        if entry.slot.day not in open_days:
            yield Breach(CLOSED, entry.doctor, *entry.slot)
        yield from _of_doctor(doctors[entry.doctor], entry)
        if problem.rooms:
            yield from _of_room(problem, rooms.get(entry.room), works[entry.work], entry)
    held = by_doctor_and_slot(plan)
    for (doctor, slot), some in held.items():
        if len(some) > 1:
            yield Breach(TWO_PLACES, doctor, *slot)
    yield from _rooms_twice(plan)
    for one in problem.doctors:
        yield from _limits(one, plan)
    if problem.keep_bookings:
        yield from (Breach(BOOKED, one.key, *slot, count=count) for one, slot, count in _without_session(problem, held))
    yield from (Breach(KEPT, one.doctor, *one.slot, room=one.room) for one in sorted(problem.kept - set(plan)))


def _of_doctor(doctor: Doctor, entry: Entry) -> Iterator[Breach]:
    for rule, broken in (
        (AWAY, entry.slot in doctor.away),
        (ELSEWHERE, entry.slot in doctor.elsewhere),
        (WISH, doctor.wishes.get(entry.slot) == CANNOT),
    ):
        if broken:
            yield Breach(rule, entry.doctor, *entry.slot)


def _of_room(problem: Problem, room: Room | None, work: Work, entry: Entry) -> Iterator[Breach]:
    if room is None:
        yield Breach(NO_ROOM, entry.doctor, *entry.slot)
        return
    if not problem.fits(room, work):
        yield Breach(ROOM_KIND, entry.doctor, *entry.slot, room=room.key, work=work.key)
    if entry.slot in room.closed:
        yield Breach(ROOM_CLOSED, entry.doctor, *entry.slot, room=room.key)


def _rooms_twice(plan: list[Entry]) -> Iterator[Breach]:
    taken: dict[tuple[str, Slot], set[str]] = defaultdict(set)
    for entry in plan:
        if entry.room:
            taken[entry.room, entry.slot].add(entry.doctor)
    for (room, slot), doctors in taken.items():
        if len(doctors) > 1:
            for doctor in sorted(doctors):
                yield Breach(ROOM_TWICE, doctor, *slot, room=room)


def _limits(doctor: Doctor, plan: list[Entry]) -> Iterator[Breach]:
    mine = {one.slot for one in plan if one.doctor == doctor.key}
    by_day = Counter(slot.day for slot in mine)
    for day, count in sorted(by_day.items()):
        if count > doctor.most_a_day:
            yield Breach(DAY_LIMIT, doctor.key, day, count=count)
    by_week = Counter(week_of(slot.day) for slot in mine)
    for week, count in sorted(by_week.items()):
        if count + doctor.held.get(week, 0) > doctor.most_a_week:
            yield Breach(WEEK_LIMIT, doctor.key, date.fromisocalendar(*week, 1), count=count + doctor.held.get(week, 0))


def _without_session(problem: Problem, held: dict[tuple[str, Slot], list[Entry]]) -> Iterator[tuple[Doctor, Slot, int]]:
    for doctor in problem.doctors:
        for slot, count in sorted(doctor.booked.items()):
            if count and (doctor.key, slot) not in held:
                yield doctor, slot, count


# --- What could be better ------------------------------------------------------------------------------------------
def _flaws(problem: Problem, plan: list[Entry]) -> Iterator[Flaw]:
    weights, held = problem.weights, by_doctor_and_slot(plan)
    yield from _of_demand(problem, plan)
    if not problem.keep_bookings:
        for doctor, slot, count in _without_session(problem, held):
            yield Flaw(LOST, weights.lost * count, doctor.key, *slot, count=count)
    for one in problem.doctors:
        yield from _of_one(problem, one, plan, held)
    loads = Counter(doctor for doctor, _slot in held)
    shares = [share * loads[one.key] for one in problem.doctors if (share := share_of_one(problem, one))]
    if shares and (apart := max(shares) - min(shares)):
        yield Flaw(UNFAIR, weights.unfair * apart, count=apart)


def _of_demand(problem: Problem, plan: list[Entry]) -> Iterator[Flaw]:
    planned = Counter((one.slot.day, one.work) for one in plan)
    for day in problem.days:
        for work in problem.works:
            missing = problem.demand.get((day, work.key), 0) - planned[day, work.key]
            if missing > 0:
                yield Flaw(UNMET, problem.weights.unmet * missing, day=day, work=work.key, count=missing)
            elif missing < 0:
                yield Flaw(SURPLUS, problem.weights.surplus * -missing, day=day, work=work.key, count=-missing)


def _of_one(
    problem: Problem, doctor: Doctor, plan: list[Entry], held: dict[tuple[str, Slot], list[Entry]]
) -> Iterator[Flaw]:
    weights, rooms = problem.weights, {one.key for one in problem.rooms}
    for slot in problem.slots():
        here = held.get((doctor.key, slot), [])
        wish = doctor.wishes.get(slot)
        if here and wish == RATHER_NOT:
            yield Flaw(RATHER, weights.rather_not, doctor.key, *slot)
        if not here and wish == PREFERS and not doctor.bars(slot):
            yield Flaw(PREFERRED, weights.preferred, doctor.key, *slot)
        usual = doctor.usual.get(slot)
        if bool(here) != (usual is not None) and not (doctor.bars(slot) and not here):
            yield Flaw(STEADY, weights.steady, doctor.key, *slot)
        for entry in here:
            if doctor.works and entry.work not in doctor.works:
                yield Flaw(STRANGE, weights.strange, doctor.key, *slot, work=entry.work)
            if usual is not None and usual.room in rooms and entry.room != usual.room:
                yield Flaw(OTHER_ROOM, weights.other_room, doctor.key, *slot)
    of_day: dict[date, set[str]] = defaultdict(set)
    for entry in plan:
        if entry.doctor == doctor.key and entry.room:
            of_day[entry.slot.day].add(entry.room)
    for day, used in sorted(of_day.items()):
        if len(used) > 1:
            yield Flaw(APART, weights.apart, doctor.key, day)
