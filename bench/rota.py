"""The solver of rotas: a month of 30 doctors, 28 days of two half-days, and 20 rooms, from a fixed seed.

    .venv/bin/python -m bench.rota [--doctors 30] [--days 28] [--rooms 20] [--seconds 15]

Each problem is solved in a process of its own, as the worker does it. Printed are the seconds until who holds which
session is first known and until the end, the points of the plan and the least that any could have (which counts rooms
as nothing), and the peak of the process's memory. Every plan is held against the checker: one that breaks a rule ends
the run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hms.scheduling.rota.asking import LIMIT
from hms.scheduling.rules.rota import checking, wire
from hms.scheduling.rules.rota.checking import check
from hms.scheduling.rules.rota.problem import (
    AFTERNOON,
    CANNOT,
    MORNING,
    PARTS,
    PREFERS,
    RATHER_NOT,
    Doctor,
    Problem,
    Room,
    Slot,
    Usual,
    Work,
)

FIRST = date(2027, 2, 1)
ROOT = Path(__file__).resolve().parent.parent


def problem(doctors: int, days: int, rooms: int, seed: int) -> Problem:
    """A month as it might be: weekends off, four in five hold eight sessions a week, each has leave and wishes."""
    rng = random.Random(seed)
    month = [FIRST + timedelta(days=n) for n in range(days)]
    open_days = tuple(day for day in month if day.weekday() < 5)
    some_rooms = tuple(Room(f"room {n}", "ultrasound" if n < rooms // 5 else "") for n in range(rooms))
    people = tuple(_doctor(n, rng, open_days, some_rooms) for n in range(doctors))
    works = (Work("general"), Work("ultrasound", "ultrasound"))
    demand = {}
    for day in open_days:
        demand[day, "general"] = round(doctors * rng.uniform(0.9, 1.2))
        demand[day, "ultrasound"] = round(rooms / 5 * rng.uniform(0.8, 1.4))
    return Problem(open_days, people, some_rooms, works, demand)


def _doctor(n: int, rng: random.Random, days: tuple[date, ...], rooms: tuple[Room, ...]) -> Doctor:
    slots = [Slot(day, part) for day in days for part in PARTS]
    leave = {rng.choice(days) + timedelta(days=k) for k in range(rng.choice((0, 1, 5)))}
    away = frozenset(Slot(day, part) for day in leave for part in PARTS)
    wishes = {slot: rng.choice((PREFERS, RATHER_NOT, CANNOT)) for slot in rng.sample(slots, 6)}
    # As in a timetable that works, nobody has a room that somebody else has: three doctors share two rooms.
    weekly = {
        (weekday, part): rooms[(2 * n + weekday) % len(rooms)].key
        for weekday in range(5)
        for half, part in enumerate((MORNING, AFTERNOON))
        if (n + weekday + half) % 3
    }
    usual = {
        slot: Usual(weekly[slot.day.weekday(), slot.part])
        for slot in slots
        if (slot.day.weekday(), slot.part) in weekly
    }
    works = frozenset({"general", "ultrasound"}) if n % 3 == 0 else frozenset({"general"})
    return Doctor(f"doctor {n}", 2, rng.choice((6, 8, 8, 8, 10)), away, frozenset(), wishes, {}, usual, {}, works)


def measured(asked: Problem, seconds: float) -> tuple[wire.Answer, float]:
    """The answer, and the peak of memory of the process that found it, in MB."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as found:
        json.dump(wire.problem_to_json(asked), given)
        given.seek(0)
        command = [sys.executable, "-m", "hms.scheduling.rota.solver", "--seconds", str(seconds)]
        process = subprocess.Popen(command, stdin=given, stdout=found, cwd=ROOT)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"The solver ended with {process.returncode}.")
        found.seek(0)
        return wire.answer_from_json(json.load(found)), _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, default in (("doctors", 30), ("days", 28), ("rooms", 20), ("seconds", LIMIT)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    print("| Seed | First plan, s | End, s | Outcome | Points | Of these for rooms | At least | Memory, MB |")
    print("|---|---|---|---|---|---|---|---|")
    for seed in (1, 2, 3):
        one = problem(asked.doctors, asked.days, asked.rooms, seed)
        answer, memory = measured(one, asked.seconds)
        report = check(one, answer.entries)
        if report.breaches or report.cost != answer.cost:
            raise SystemExit(f"The checker disagrees: {report.breaches[:3]}, {report.cost} and not {answer.cost}.")
        rooms = sum(flaw.cost for flaw in report.flaws_of(checking.APART, checking.OTHER_ROOM))
        print(
            f"| {seed} | {answer.first_after:.1f} | {answer.seconds:.1f} | {answer.outcome} | {answer.cost:,} "
            f"| {rooms:,} | {answer.bound:,} | {memory:.0f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
