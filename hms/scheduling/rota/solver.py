"""The solver of rotas, in a process of its own: a problem comes in by standard input, an answer goes out.

    python -m hms.scheduling.rota.solver --seconds 60 < problem.json > answer.json

OR-Tools (CP-SAT) is imported here alone, when a problem has come: it takes a hundred megabytes, so neither a web worker
nor the worker of jobs ever loads it; what it takes is given back when the process ends. One search worker, a fixed seed
and a limit that counts steps, not seconds, make the same problem end in the same plan. Where nothing keeps all the
rules, the answer names some that can't be kept together, and none of them could be left out of that list.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hms.scheduling.rules.rota import checking, wire
from hms.scheduling.rules.rota.checking import Breach, check
from hms.scheduling.rules.rota.problem import (
    CANNOT,
    PARTS,
    PREFERS,
    RATHER_NOT,
    Doctor,
    Entry,
    Problem,
    Slot,
    Week,
    share_of_one,
    week_of,
)
from hms.scheduling.rules.rota.wire import Answer

SEED = 7
# The limit counts steps that take about a second each; on a busy machine it takes longer, up to so many times.
_PATIENCE = 6
# What is looked into at most for rules that can't be kept together, and for the rooms of one day, in steps.
_REASONS, _A_DAY = 10, 2
# Of so many choices the sessions and their rooms are looked for together, which alone can be proved to be best.
_TOGETHER = 6000


def solve(problem: Problem, seconds: float) -> Answer:
    """The best plan within the limit, or why there is none.

    First who holds which session, with as many as there are rooms for; then the rooms, day by day. Where the problem is
    small, both together, beginning with what was found.
    """
    started = time.monotonic()
    cp_model = _cp_model()
    sessions = _Model(problem, rooms=False)
    sessions.keep_rules()
    sessions.prefer()
    status, solver = sessions.run(seconds)
    found = (cp_model.OPTIMAL, cp_model.FEASIBLE)
    plan, bound = (sorted(sessions.plan(solver)), _bound(solver)) if status in found else ([], 0)
    if problem.rooms and status in found:
        # Entries that are kept have their rooms, which may be wrong: that is seen here.
        status, plan = _with_rooms(problem, plan)
        whole = _Model(problem)
        if len(whole.room) <= _TOGETHER and status in found:
            whole.keep_rules()
            whole.prefer()
            whole.begin_with(plan)
            ended, solver = whole.run(seconds)
            if ended in found:
                plan, bound = sorted(whole.plan(solver)), max(bound, _bound(solver))
    if status not in found:
        conflict = _conflict(problem) if status == cp_model.INFEASIBLE else []
        outcome = wire.INFEASIBLE if conflict else wire.NOTHING_FOUND
        return Answer(outcome, conflict=tuple(conflict), seconds=time.monotonic() - started)
    cost = check(problem, plan).cost
    return Answer(
        outcome=wire.OPTIMAL if cost <= bound else wire.BEST_FOUND,
        entries=tuple(plan),
        cost=cost,
        bound=bound,
        first_after=sessions.first_after,
        seconds=time.monotonic() - started,
    )


def _bound(solver: Any) -> int:
    return max(0, math.ceil(solver.best_objective_bound - 1e-6))


def _with_rooms(problem: Problem, plan: list[Entry]) -> tuple[Any, list[Entry]]:
    """The same sessions in rooms. Days do not depend on one another, so each is looked at alone."""
    cp_model = _cp_model()
    status, placed = cp_model.OPTIMAL, []
    for day in problem.days:
        kept = frozenset(one for one in problem.kept if one.slot.day == day)
        model = _Model(replace(problem, days=(day,), kept=kept, keep_bookings=False))
        model.keep_rules()
        model.prefer_rooms({(one.doctor, one.slot): one.work for one in plan if one.slot.day == day})
        status, solver = model.run(_A_DAY)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return status, []
        placed += model.plan(solver)
    return status, sorted(placed)


def _cp_model() -> Any:
    # Imported here: see above.
    from ortools.sat.python import cp_model

    return cp_model


class _Model:
    """The problem in the solver's terms.

    `work[doctor, slot, kind]` and `room[doctor, slot, room]` are yes or no. Without `rooms` they are counted, not
    chosen: every kind of work fits either all rooms or those of one kind, so that enough of both is enough. With
    `reasons`, every rule that could be in the way is switched on by a literal of its own, so that the solver can say
    which of them are.
    """

    def __init__(self, problem: Problem, *, rooms: bool = True, reasons: bool = False) -> None:
        self.problem = problem
        self.chooses_rooms = rooms and bool(problem.rooms)
        self.first_after = 0.0
        self.model = _cp_model().CpModel()
        self.reasons: dict[Breach, Any] | None = {} if reasons else None
        self.slots = problem.slots()
        self.work: dict[tuple[str, Slot, str], Any] = {}
        self.room: dict[tuple[str, Slot, str], Any] = {}
        self.held: dict[tuple[str, Slot], Any] = {}
        self.cost: list[Any] = []
        for doctor in problem.doctors:
            for slot in self.slots:
                self._slot(doctor, slot)

    def _slot(self, doctor: Doctor, slot: Slot) -> None:
        name = f"{doctor.key} {slot.day} {slot.part}"
        held = self.held[doctor.key, slot] = self.model.new_bool_var(name)
        kinds = [self.model.new_bool_var(f"{name} {work.key}") for work in self.problem.works]
        self.work.update({(doctor.key, slot, w.key): v for w, v in zip(self.problem.works, kinds, strict=True)})
        self.model.add(sum(kinds) == held)
        if not self.chooses_rooms:
            return
        rooms = [self.model.new_bool_var(f"{name} {room.key}") for room in self.problem.rooms]
        self.room.update({(doctor.key, slot, r.key): v for r, v in zip(self.problem.rooms, rooms, strict=True)})
        self.model.add(sum(rooms) == held)
        for room, in_room in zip(self.problem.rooms, rooms, strict=True):
            for work, kind in zip(self.problem.works, kinds, strict=True):
                if not self.problem.fits(room, work):
                    # A literal for all slots of a kind: "needs such a room".
                    self._rule(in_room + kind <= 1, Breach(checking.ROOM_KIND, work=work.key))

    # --- Rules ---------------------------------------------------------------------------------------------------
    def keep_rules(self) -> None:
        """Everything that a plan must keep."""
        for doctor in self.problem.doctors:
            for slot in self.slots:
                for rule, barred in (
                    (checking.AWAY, slot in doctor.away),
                    (checking.ELSEWHERE, slot in doctor.elsewhere),
                    (checking.WISH, doctor.wishes.get(slot) == CANNOT),
                ):
                    if barred:
                        self._rule(self.held[doctor.key, slot] == 0, Breach(rule, doctor.key, *slot))
            self._limits(doctor)
            self._bookings(doctor)
        if self.chooses_rooms:
            self._rooms()
        elif self.problem.rooms:
            self._enough_rooms()
        for entry in sorted(self.problem.kept):
            breach = Breach(checking.KEPT, entry.doctor, *entry.slot, room=entry.room)
            self._must(self.work.get((entry.doctor, entry.slot, entry.work)), breach)
            if self.chooses_rooms:
                self._must(self.room.get((entry.doctor, entry.slot, entry.room)), breach)

    def _limits(self, doctor: Doctor) -> None:
        weeks: dict[Week, list[Any]] = {}
        for day in self.problem.days:
            of_day = [self.held[doctor.key, Slot(day, part)] for part in PARTS]
            weeks.setdefault(week_of(day), []).extend(of_day)
            self._rule(sum(of_day) <= doctor.most_a_day, Breach(checking.DAY_LIMIT, doctor.key, day))
        for week, of_week in weeks.items():
            # Whoever holds too many elsewhere already holds none here.
            most = max(0, doctor.most_a_week - doctor.held.get(week, 0))
            monday = date.fromisocalendar(*week, 1)
            self._rule(sum(of_week) <= most, Breach(checking.WEEK_LIMIT, doctor.key, monday))

    def _bookings(self, doctor: Doctor) -> None:
        for slot, count in sorted(doctor.booked.items()):
            if not self.problem.keep_bookings or not count:
                continue
            self._must(self.held.get((doctor.key, slot)), Breach(checking.BOOKED, doctor.key, *slot, count=count))

    def _rooms(self) -> None:
        for room in self.problem.rooms:
            for slot in self.slots:
                here = [self.room[doctor.key, slot, room.key] for doctor in self.problem.doctors]
                if slot in room.closed:
                    self._rule(sum(here) == 0, Breach(checking.ROOM_CLOSED, "", *slot, room=room.key))
                elif len(here) > 1:
                    self._rule(sum(here) <= 1, Breach(checking.ROOM_TWICE, "", *slot, room=room.key))

    def _enough_rooms(self) -> None:
        """As many sessions as rooms, of every kind; entries that are kept have theirs."""
        works = {work.key: work for work in self.problem.works}
        fixed = {(one.doctor, one.slot): one.room for one in self.problem.kept}
        for slot in self.slots:
            gone = {room for (_doctor, when), room in fixed.items() if when == slot}
            left = [room for room in self.problem.rooms if slot not in room.closed and room.key not in gone]
            here = [
                (works[work], variable)
                for (doctor, when, work), variable in self.work.items()
                if when == slot and (doctor, when) not in fixed
            ]
            self.model.add(sum(variable for _work, variable in here) <= len(left))
            of_kind = Counter(room.kind for room in left)
            for kind in {work.room_kind for work in works.values()} - {""}:
                needing = [variable for work, variable in here if work.room_kind == kind]
                self.model.add(sum(needing) <= of_kind[kind])

    def _must(self, variable: Any, breach: Breach) -> None:
        """Something that has to be so; a variable that is not there can't be."""
        if variable is None:
            variable = self.model.new_constant(0)
        self._rule(variable == 1, breach)

    def _rule(self, constraint: Any, breach: Breach) -> None:
        if isinstance(constraint, bool):
            if constraint:
                return
            constraint = self.model.new_constant(0) == 1
        added = self.model.add(constraint)
        if self.reasons is not None:
            if breach not in self.reasons:
                self.reasons[breach] = self.model.new_bool_var(f"rule {len(self.reasons)}")
            added.only_enforce_if(self.reasons[breach])

    # --- What could be better -----------------------------------------------------------------------------------------
    def prefer(self) -> None:
        """Everything that costs, as the checker counts it."""
        weights = self.problem.weights
        self._demand()
        for doctor in self.problem.doctors:
            for slot in self.slots:
                self._wishes(doctor, slot)
            if not self.problem.keep_bookings:
                for slot, count in sorted(doctor.booked.items()):
                    held = self.held.get((doctor.key, slot), 0)
                    self.cost.append(weights.lost * count * (1 - held))
        self._costs_of_rooms()
        self._fairness()
        self.model.minimize(sum(self.cost))
        # Where to begin: with the sessions there are.
        usual = {doctor.key: doctor.usual for doctor in self.problem.doctors}
        for (key, slot), held in self.held.items():
            self.model.add_hint(held, slot in usual[key])

    def prefer_rooms(self, sessions: Mapping[tuple[str, Slot], str]) -> None:
        """These sessions and no others, in the rooms that cost least."""
        for (doctor, slot, work), variable in self.work.items():
            self.model.add(variable == (sessions.get((doctor, slot)) == work))
        self._costs_of_rooms()
        self.model.minimize(sum(self.cost))

    def begin_with(self, plan: Iterable[Entry]) -> None:
        """Where to begin instead: with this plan."""
        self.model.clear_hints()
        entries = {(one.doctor, one.slot): one for one in plan}
        for (doctor, slot), held in self.held.items():
            self.model.add_hint(held, (doctor, slot) in entries)
        for choices, name in ((self.work, "work"), (self.room, "room")):
            for (doctor, slot, key), variable in choices.items():
                entry = entries.get((doctor, slot))
                self.model.add_hint(variable, entry is not None and getattr(entry, name) == key)

    def _demand(self) -> None:
        weights, most = self.problem.weights, len(self.problem.doctors) * len(PARTS)
        for day in self.problem.days:
            for work in self.problem.works:
                planned = sum(
                    self.work[doctor.key, Slot(day, part), work.key]
                    for doctor in self.problem.doctors
                    for part in PARTS
                )
                wanted = self.problem.demand.get((day, work.key), 0)
                missing = self.model.new_int_var(0, wanted, f"missing {day} {work.key}")
                beyond = self.model.new_int_var(0, most, f"beyond {day} {work.key}")
                self.model.add(planned + missing - beyond == wanted)
                self.cost += [weights.unmet * missing, weights.surplus * beyond]

    def _wishes(self, doctor: Doctor, slot: Slot) -> None:
        weights, held, wish = self.problem.weights, self.held[doctor.key, slot], doctor.wishes.get(slot)
        usual = doctor.usual.get(slot)
        if wish == RATHER_NOT:
            self.cost.append(weights.rather_not * held)
        if wish == PREFERS and not doctor.bars(slot):
            self.cost.append(weights.preferred * (1 - held))
        if usual is None:
            self.cost.append(weights.steady * held)
        elif not doctor.bars(slot):
            self.cost.append(weights.steady * (1 - held))
        for work in self.problem.works:
            if doctor.works and work.key not in doctor.works:
                self.cost.append(weights.strange * self.work[doctor.key, slot, work.key])

    def _costs_of_rooms(self) -> None:
        """Another room than usual, and two rooms on one day."""
        if not self.chooses_rooms:
            return
        for doctor in self.problem.doctors:
            for slot, usual in doctor.usual.items():
                if (in_room := self.room.get((doctor.key, slot, usual.room))) is not None:
                    self.cost.append(self.problem.weights.other_room * (self.held[doctor.key, slot] - in_room))
            for day in self.problem.days:
                self._apart(doctor, day)

    def _apart(self, doctor: Doctor, day: date) -> None:
        """Two rooms on one day."""
        first, second = (Slot(day, part) for part in PARTS)
        if any(doctor.bars(slot) for slot in (first, second)) or doctor.most_a_day < len(PARTS):
            return
        apart = self.model.new_bool_var(f"{doctor.key} {day} apart")
        for room in self.problem.rooms:
            here, there = (self.room[doctor.key, slot, room.key] for slot in (first, second))
            self.model.add(here - there - 1 + self.held[doctor.key, second] <= apart)
        self.cost.append(self.problem.weights.apart * apart)

    def _fairness(self) -> None:
        most, least = (self.model.new_int_var(0, 1000, name) for name in ("most", "least"))
        shares = [(one, share) for one in self.problem.doctors if (share := share_of_one(self.problem, one))]
        for doctor, share in shares:
            load = share * sum(self.held[doctor.key, slot] for slot in self.slots)
            self.model.add(most >= load)
            self.model.add(least <= load)
        if shares:
            self.cost.append(self.problem.weights.unfair * (most - least))

    # --- Running ------------------------------------------------------------------------------------------------------
    def run(self, seconds: float) -> tuple[Any, Any]:
        """Status and solver, once it has ended or its time has."""
        cp_model = _cp_model()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = seconds
        solver.parameters.max_time_in_seconds = _PATIENCE * seconds
        found: list[float] = []

        class First(cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                found.append(self.wall_time)

        status = solver.solve(self.model, First())
        self.first_after = found[0] if found else 0.0
        return status, solver

    def plan(self, solver: Any) -> Iterable[Entry]:
        """The entries of a solution."""
        rooms = [room.key for room in self.problem.rooms] if self.chooses_rooms else []
        for (doctor, slot, work), variable in self.work.items():
            if solver.boolean_value(variable):
                room = next((one for one in rooms if solver.boolean_value(self.room[doctor, slot, one])), "")
                yield Entry(doctor, slot, work, room)


# --- Why there is none ------------------------------------------------------------------------------------------
def _conflict(problem: Problem) -> list[Breach]:
    """Some rules that can't be kept together, as few as can be found: each by itself is needed for that."""
    cp_model = _cp_model()
    model = _Model(problem, reasons=True)
    model.keep_rules()
    assert model.reasons is not None
    on = {literal.index: (literal, breach) for breach, literal in model.reasons.items()}

    def core(wanted: Iterable[int]) -> list[int] | None:
        """Which of the wanted rules are in the way of one another; None where they are not."""
        model.model.clear_assumptions()
        model.model.add_assumptions([on[index][0] for index in wanted])
        status, solver = model.run(_REASONS)
        if status != cp_model.INFEASIBLE:
            return None
        return [index for index in solver.sufficient_assumptions_for_infeasibility() if index in on]

    left = core(on) or []
    for index in list(left):
        if index in left and (fewer := core(one for one in left if one != index)) is not None:
            left = fewer
    return [on[index][1] for index in sorted(left)]


def main() -> int:
    """Read, solve, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    answer = solve(wire.problem_from_json(json.load(sys.stdin)), asked.seconds)
    json.dump(wire.answer_to_json(answer), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
