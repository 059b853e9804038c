"""What a rota is made from: days and half-days, doctors, rooms, kinds of work, and how much of it is wanted.

Plain data without tables, so that the solver's own process can be given all of it and the checker can judge any plan.
Keys are texts; a slot is half a day, `part` is "morning" or "afternoon".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

MORNING, AFTERNOON = "morning", "afternoon"
PARTS = (MORNING, AFTERNOON)
PREFERS, RATHER_NOT, CANNOT = "prefers", "rather-not", "cannot"

Week = tuple[int, int]


class Slot(NamedTuple):
    """Half a day."""

    day: date
    part: str


class Entry(NamedTuple):
    """One session of a plan. `room` is empty where a department plans without rooms."""

    doctor: str
    slot: Slot
    work: str
    room: str = ""


class Usual(NamedTuple):
    """The session a doctor has as things stand; `room` is empty where it is bound to none."""

    room: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True)
class Doctor:
    """A practitioner in the role that is planned, with what binds them.

    `away`: leave, or not in the role then; `elsewhere`: a session of another department or facility, or one that the
    plan leaves alone; `held`: sessions of a week that lie outside the plan; `booked`: visits booked in a slot;
    `works`: the kinds of work they are used to.
    """

    key: str
    most_a_day: int = 2
    most_a_week: int = 10
    away: frozenset[Slot] = frozenset()
    elsewhere: frozenset[Slot] = frozenset()
    wishes: Mapping[Slot, str] = field(default_factory=dict)
    booked: Mapping[Slot, int] = field(default_factory=dict)
    usual: Mapping[Slot, Usual] = field(default_factory=dict)
    held: Mapping[Week, int] = field(default_factory=dict)
    works: frozenset[str] = frozenset()

    def bars(self, slot: Slot) -> bool:
        """Whether they can't hold a session then, whatever else."""
        return slot in self.away or slot in self.elsewhere or self.wishes.get(slot) == CANNOT


@dataclass(frozen=True, slots=True)
class Room:
    """A room, what it is used for, and when others have it or nobody can use it."""

    key: str
    kind: str = ""
    closed: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Work:
    """What a session is for. `room_kind`: it takes place in a room of that kind alone."""

    key: str
    room_kind: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing that could be better costs. Ten times as much means: rather ten of the one than one of the other.

    `unfair` is per thousandth by which the share of their possible sessions that doctors hold lies apart.
    """

    unmet: int = 1000
    lost: int = 600
    strange: int = 400
    rather_not: int = 200
    preferred: int = 50
    steady: int = 30
    apart: int = 20
    other_room: int = 10
    surplus: int = 10
    unfair: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """A month, or what is left of it. `days` are those on which the house is open.

    `demand`: sessions wanted of a kind of work on a day. `kept`: entries that somebody set by hand, which a proposal
    leaves as they are. `keep_bookings`: whether every booked visit must find its doctor there.
    """

    days: tuple[date, ...]
    doctors: tuple[Doctor, ...]
    rooms: tuple[Room, ...] = ()
    works: tuple[Work, ...] = ()
    demand: Mapping[tuple[date, str], int] = field(default_factory=dict)
    kept: frozenset[Entry] = frozenset()
    keep_bookings: bool = True
    weights: Weights = Weights()

    def slots(self) -> list[Slot]:
        """Every half-day, in order of time."""
        return [Slot(day, part) for day in self.days for part in PARTS]

    def fits(self, room: Room, work: Work) -> bool:
        """Whether the work can take place in the room."""
        return not work.room_kind or room.kind == work.room_kind


def week_of(day: date) -> Week:
    """The week by ISO 8601: from Monday, named by its year and number."""
    year, week, _weekday = day.isocalendar()
    return year, week


def possible(problem: Problem, doctor: Doctor) -> int:
    """How many sessions somebody could hold by their limits and absences: what their share is measured by."""
    free: dict[Week, dict[date, int]] = {}
    for slot in problem.slots():
        if not doctor.bars(slot):
            of_week = free.setdefault(week_of(slot.day), {})
            of_week[slot.day] = of_week.get(slot.day, 0) + 1
    return sum(
        min(
            max(0, doctor.most_a_week - doctor.held.get(week, 0)),
            sum(min(count, doctor.most_a_day) for count in days.values()),
        )
        for week, days in free.items()
    )


def share_of_one(problem: Problem, doctor: Doctor) -> int:
    """By how many thousandths one session fills what somebody could hold; 0 for whoever can hold none."""
    most = possible(problem, doctor)
    return 1000 // most if most else 0


def by_doctor_and_slot(entries: Iterable[Entry]) -> dict[tuple[str, Slot], list[Entry]]:
    """Entries by who holds them and when; more than one is against the rules, but can be written down."""
    found: dict[tuple[str, Slot], list[Entry]] = {}
    for one in entries:
        found.setdefault((one.doctor, one.slot), []).append(one)
    return found
