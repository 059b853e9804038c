"""Who is called next, which place somebody gets who missed their call or comes back, and what a token is called.

Priority comes before everything, then the time somebody's place goes by, then arrival (domain rule 13: priority class,
then appointment time, then arrival; skip, recall, return after the laboratory). That time is one moment, `place_at`,
and one word, `place_by`, which says what it is; whatever happens to somebody changes these two and nothing else. So an
order can be read off, and said in a sentence.

Facts come as dataclasses, the clock as an argument.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from hms.scheduling.codes import AppointmentType, PlaceBy, QueuePriority

# No I and no O: on a slip they look like 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
NONE = timedelta(0)
# A visit that is booked so shortly before its start, or after it, is booked for somebody who is here already.
AT_THE_DOOR = timedelta(minutes=5)
WALK_INS = frozenset({AppointmentType.WALKIN, AppointmentType.EMERGENCY})


@dataclass(frozen=True, slots=True)
class Customs:
    """What the facility decided: whether the gentle class counts, from which ages, and where walk-ins stand."""

    gentle: bool = True
    child_under: int = 6
    frail_from: int = 80
    walk_ins_last: bool = False


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits to be called. `number` settles what is equal: whoever got the earlier token."""

    key: Hashable
    priority: str
    place_at: datetime
    arrived_at: datetime
    number: int
    walk_in: bool = False


class Place(NamedTuple):
    """The moment somebody's place goes by, and what that moment is."""

    at: datetime
    by: PlaceBy


def rank(priority: str, customs: Customs) -> int:
    """Smaller goes first. Where the hospital has no gentle class, its people go in turn."""
    if priority == QueuePriority.URGENT:
        return 0
    return 1 if priority == QueuePriority.GENTLE and customs.gentle else 2


def order(waiter: Waiter, customs: Customs) -> tuple[int, bool, datetime, datetime, int]:
    """Smaller is called sooner."""
    behind = waiter.walk_in and customs.walk_ins_last and waiter.priority != QueuePriority.URGENT
    return rank(waiter.priority, customs), behind, waiter.place_at, waiter.arrived_at, waiter.number


def in_order(waiters: Iterable[Waiter], customs: Customs) -> list[Waiter]:
    """Everybody who waits, the next first."""
    return sorted(waiters, key=lambda one: order(one, customs))


def is_walk_in(booked_at: datetime, start_at: datetime, appointment_type: str) -> bool:
    """Whether somebody came without an appointment: written down as such, or booked when it was time to begin."""
    return appointment_type in WALK_INS or booked_at > start_at - AT_THE_DOOR


def on_arrival(start_at: datetime, arrived_at: datetime, *, walk_in: bool, grace: timedelta) -> Place:
    """The first place: by the time of the visit; without an appointment, or after the grace, by arrival.

    Who comes late must not pass those who were there in time and waited for it.
    """
    if walk_in:
        return Place(arrived_at, PlaceBy.ARRIVAL)
    if arrived_at > start_at + grace:
        return Place(arrived_at, PlaceBy.LATE)
    return Place(start_at, PlaceBy.APPOINTMENT)


def on_skip(place_at: datetime, now: datetime) -> Place:
    """The place of somebody who did not answer: as if they had come just now, or where they were if that is later."""
    return Place(max(place_at, now), PlaceBy.SKIPPED)


def on_return(now: datetime, waited: timedelta) -> Place:
    """The place of somebody who comes back from the laboratory: what they had waited before counts on.

    So they pass nobody who has waited longer than they have, and nobody who has waited less passes them.
    """
    return Place(now - max(waited, NONE), PlaceBy.RETURNED)


def waited(place_at: datetime, now: datetime) -> timedelta:
    """How long somebody has waited beyond the time their place goes by; nothing for who is called before it."""
    return max(now - place_at, NONE)


def priority_of(*, urgent: bool, youngest: int | None, oldest: int | None, customs: Customs) -> QueuePriority:
    """The class somebody arrives with. Ages in whole years, as a range where the birth date is not exact."""
    if urgent:
        return QueuePriority.URGENT
    child = oldest is not None and oldest < customs.child_under
    frail = youngest is not None and youngest >= customs.frail_from
    return QueuePriority.GENTLE if child or frail else QueuePriority.NORMAL


def letter_of(number: int) -> str:
    """A for the first queue of a facility, B for the second, AA after the last letter."""
    found = ""
    while number > 0:
        number, rest = divmod(number - 1, len(LETTERS))
        found = LETTERS[rest] + found
    return found


def token(letter: str, number: int) -> str:
    """A-012: short enough to be read across a room and remembered on the way to the toilet."""
    return f"{letter}-{number:03d}"
