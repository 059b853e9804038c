"""Problems and answers as plain JSON, for the solver's own process: no table and no class crosses over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from hms.scheduling.rules.rota.checking import Breach
from hms.scheduling.rules.rota.problem import Doctor, Entry, Problem, Room, Slot, Usual, Weights, Work

OPTIMAL, BEST_FOUND, INFEASIBLE, NOTHING_FOUND = "optimal", "best-found", "infeasible", "nothing-found"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found: a plan with its cost and the least that any plan could cost, or what can't be met.

    `conflict`: rules that can't be kept together; each of them could be, without the others. `first_after`: seconds
    until the first plan, `seconds`: all of them.
    """

    outcome: str
    entries: tuple[Entry, ...] = ()
    cost: int = 0
    bound: int = 0
    conflict: tuple[Breach, ...] = ()
    first_after: float = 0.0
    seconds: float = 0.0


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """A problem in lists and texts."""
    return {
        "days": [day.isoformat() for day in problem.days],
        "doctors": [_doctor_out(one) for one in problem.doctors],
        "rooms": [{"key": one.key, "kind": one.kind, "closed": _slots_out(one.closed)} for one in problem.rooms],
        "works": [asdict(one) for one in problem.works],
        "demand": [[day.isoformat(), work, count] for (day, work), count in problem.demand.items()],
        "kept": [_entry_out(one) for one in sorted(problem.kept)],
        "keep_bookings": problem.keep_bookings,
        "weights": asdict(problem.weights),
    }


def problem_from_json(said: Mapping[str, Any]) -> Problem:
    """The same problem again."""
    return Problem(
        days=tuple(map(date.fromisoformat, said["days"])),
        doctors=tuple(map(_doctor_in, said["doctors"])),
        rooms=tuple(Room(one["key"], one["kind"], _slots_in(one["closed"])) for one in said["rooms"]),
        works=tuple(Work(**one) for one in said["works"]),
        demand={(date.fromisoformat(day), work): count for day, work, count in said["demand"]},
        kept=frozenset(map(_entry_in, said["kept"])),
        keep_bookings=said["keep_bookings"],
        weights=Weights(**said["weights"]),
    )


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer in lists and texts."""
    conflict = [asdict(one) | {"day": None if one.day is None else one.day.isoformat()} for one in answer.conflict]
    return asdict(answer) | {"entries": [_entry_out(one) for one in answer.entries], "conflict": conflict}


def answer_from_json(said: Mapping[str, Any]) -> Answer:
    """The same answer again."""
    conflict = [
        Breach(**{**one, "day": None if one["day"] is None else date.fromisoformat(one["day"])})
        for one in said["conflict"]
    ]
    entries = tuple(map(_entry_in, said["entries"]))
    return Answer(**{**said, "entries": entries, "conflict": tuple(conflict)})


def _doctor_out(one: Doctor) -> dict[str, Any]:
    return {
        "key": one.key,
        "most_a_day": one.most_a_day,
        "most_a_week": one.most_a_week,
        "away": _slots_out(one.away),
        "elsewhere": _slots_out(one.elsewhere),
        "wishes": [[*_slot_out(slot), wish] for slot, wish in one.wishes.items()],
        "booked": [[*_slot_out(slot), count] for slot, count in one.booked.items()],
        "usual": [[*_slot_out(slot), *usual] for slot, usual in one.usual.items()],
        "held": [[*week, count] for week, count in one.held.items()],
        "works": sorted(one.works),
    }


def _doctor_in(said: Mapping[str, Any]) -> Doctor:
    return Doctor(
        key=said["key"],
        most_a_day=said["most_a_day"],
        most_a_week=said["most_a_week"],
        away=_slots_in(said["away"]),
        elsewhere=_slots_in(said["elsewhere"]),
        wishes={_slot_in(slot): wish for *slot, wish in said["wishes"]},
        booked={_slot_in(slot): count for *slot, count in said["booked"]},
        usual={_slot_in(slot): Usual(room, work) for *slot, room, work in said["usual"]},
        held={(year, week): count for year, week, count in said["held"]},
        works=frozenset(said["works"]),
    )


def _slot_out(slot: Slot) -> list[str]:
    return [slot.day.isoformat(), slot.part]


def _slot_in(said: Any) -> Slot:
    day, part = said
    return Slot(date.fromisoformat(day), part)


def _slots_out(slots: Any) -> list[list[str]]:
    return [_slot_out(slot) for slot in sorted(slots)]


def _slots_in(said: Any) -> frozenset[Slot]:
    return frozenset(map(_slot_in, said))


def _entry_out(one: Entry) -> list[str]:
    return [one.doctor, *_slot_out(one.slot), one.work, one.room]


def _entry_in(said: Any) -> Entry:
    doctor, day, part, work, room = said
    return Entry(doctor, _slot_in((day, part)), work, room)
