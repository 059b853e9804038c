"""The solver against the checker, which knows nothing of it, and against every plan there is of small problems.

It needs the optional package of requirements/planning.in, which the environment of tests has.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hms.scheduling.rota import asking
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
    Entry,
    Problem,
    Room,
    Slot,
    Usual,
    Work,
)

pytestmark = pytest.mark.planning

MONDAY = date(2026, 12, 7)
DAYS = (MONDAY, MONDAY + timedelta(days=1))
SLOTS = [Slot(day, part) for day in DAYS for part in PARTS]
SECONDS = 5


def solve(problem: Problem) -> wire.Answer:
    from hms.scheduling.rota import solver

    return solver.solve(problem, SECONDS)


@st.composite
def doctors(draw: st.DrawFn, key: str) -> Doctor:
    slots = st.frozensets(st.sampled_from(SLOTS), max_size=2)
    usual = draw(st.dictionaries(st.sampled_from(SLOTS), st.sampled_from([Usual("one"), Usual("two"), Usual()])))
    return Doctor(
        key,
        most_a_day=draw(st.integers(1, 2)),
        most_a_week=draw(st.integers(1, 4)),
        away=draw(slots),
        wishes=draw(st.dictionaries(st.sampled_from(SLOTS), st.sampled_from([PREFERS, RATHER_NOT, CANNOT]))),
        booked=draw(st.dictionaries(st.sampled_from(SLOTS), st.integers(1, 2), max_size=1)),
        usual=usual,
        works=draw(st.sampled_from([frozenset(), frozenset({"general"})])),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """One room and two kinds of work, or two rooms and one."""
    two_rooms = draw(st.booleans())
    closed = draw(st.frozensets(st.sampled_from(SLOTS), max_size=1))
    rooms = (Room("one", "scan", closed), Room("two")) if two_rooms else (Room("one", "scan", closed),)
    works = (Work("general"),) if two_rooms else (Work("general"), Work("scan", "scan"))
    demand = {(day, work.key): draw(st.integers(0, 2)) for day in DAYS for work in works}
    return Problem(
        DAYS,
        (draw(doctors("ana")), draw(doctors("ben"))),
        rooms,
        works,
        demand,
        keep_bookings=draw(st.booleans()),
    )


def least(problem: Problem) -> int | None:
    """What the best of all plans costs; None where every plan breaks a rule."""
    choices = [
        [None, *(Entry(one.key, slot, work.key, room.key) for work in problem.works for room in problem.rooms)]
        for one in problem.doctors
        for slot in problem.slots()
    ]
    reports = (check(problem, [one for one in plan if one]) for plan in itertools.product(*choices))
    return min((report.cost for report in reports if not report.breaches), default=None)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_of_small_problems_it_finds_the_best_plan_there_is(problem: Problem):
    answer, cost = solve(problem), least(problem)
    if cost is None:
        assert answer.outcome == wire.INFEASIBLE
        assert answer.conflict
        return
    report = check(problem, answer.entries)
    assert report.breaches == ()
    assert (answer.outcome, answer.cost, answer.bound, report.cost) == (wire.OPTIMAL, cost, cost, cost)


def test_the_same_problem_ends_in_the_same_plan():
    from bench import rota

    problem = rota.problem(8, 14, 6, seed=3)
    one, other = asking.ask(problem, 2), asking.ask(problem, 2)
    assert one.entries == other.entries
    report = check(problem, one.entries)
    assert report.breaches == ()
    assert report.cost == one.cost >= one.bound


class TestWhyThereIsNone:
    """Each rule that is named is needed: without any one of them there would be a plan."""

    def conflict(self, *doctors: Doctor, rooms: tuple[Room, ...] = (Room("one"),), **fields: object) -> list[str]:
        answer = solve(Problem(DAYS, doctors, rooms, (Work("general"),), **fields))
        assert answer.outcome == wire.INFEASIBLE
        return sorted(one.rule for one in answer.conflict)

    def test_a_visit_is_booked_when_the_doctor_can_not(self):
        doctor = Doctor("ana", booked={SLOTS[0]: 1}, wishes={SLOTS[0]: CANNOT})
        assert self.conflict(doctor, Doctor("ben")) == [checking.BOOKED, checking.WISH]

    def test_more_booked_half_days_than_the_week_may_have(self):
        doctor = Doctor("ana", most_a_week=1, booked={SLOTS[0]: 1, SLOTS[2]: 1})
        assert self.conflict(doctor) == [checking.BOOKED, checking.BOOKED, checking.WEEK_LIMIT]

    def test_two_booked_doctors_and_one_room(self):
        booked = {SLOTS[0]: 1}
        found = self.conflict(Doctor("ana", booked=booked), Doctor("ben", booked=booked))
        assert found == [checking.BOOKED, checking.BOOKED, checking.ROOM_TWICE]

    def test_an_entry_set_by_hand_in_a_closed_room(self):
        kept = frozenset({Entry("ana", SLOTS[0], "general", "one")})
        found = self.conflict(Doctor("ana"), rooms=(Room("one", closed=frozenset({SLOTS[0]})),), kept=kept)
        assert found == [checking.KEPT, checking.ROOM_CLOSED]

    def test_of_a_plan_with_more_rules_only_those_in_the_way_are_named(self):
        doctor = Doctor("ana", booked={SLOTS[0]: 1}, away=frozenset({SLOTS[0], SLOTS[1]}))
        many = [Doctor(name, wishes={SLOTS[3]: CANNOT}) for name in ("ben", "cleo")]
        assert self.conflict(doctor, *many) == [checking.AWAY, checking.BOOKED]


def test_a_month_without_rooms_is_planned_too():
    problem = Problem(DAYS, (Doctor("ana"),), (), (Work("general"),), {(MONDAY, "general"): 2})
    answer = solve(problem)
    assert [one.slot for one in answer.entries] == [Slot(MONDAY, AFTERNOON), Slot(MONDAY, MORNING)]


def test_a_process_without_an_answer_is_said_to_have_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking.sys, "executable", "/bin/false")
    with pytest.raises(asking.SolverFailed):
        asking.ask(Problem(DAYS, (Doctor("ana"),)))


def test_asking_loads_no_solver_here():
    """Neither a web worker nor the worker of jobs has it in its memory: it is in a process of its own."""
    code = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "django.setup()\n"
        "from django.urls import get_resolver\n"
        "from django.utils.module_loading import import_string\n"
        "from django.conf import settings\n"
        "get_resolver().url_patterns\n"
        "[import_string(one) for one in import_string(settings.EFFECTS).values()]\n"
        "from hms.scheduling.rota import asking\n"
        "assert asking.available()\n"
        "from hms.scheduling.tests.test_rota_solver import Problem, DAYS, Doctor, Work\n"
        "assert asking.ask(Problem(DAYS, (Doctor('ana'),), (), (Work('general'),)), 1).outcome == 'optimal'\n"
        "print(sorted({'ortools', 'numpy', 'pandas'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
