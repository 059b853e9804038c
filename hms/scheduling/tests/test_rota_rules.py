"""What a plan must keep, what it costs, how much is wanted, and what it becomes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling.rules.rota import checking, publishing, wire
from hms.scheduling.rules.rota.checking import check
from hms.scheduling.rules.rota.demand import Asked, sessions_wanted
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
    possible,
)
from hms.scheduling.rules.rota.publishing import Aside

MONDAY = date(2026, 12, 7)
DAY = timedelta(days=1)
AM, PM = Slot(MONDAY, MORNING), Slot(MONDAY, AFTERNOON)
NEXT_DAY = Slot(MONDAY + DAY, MORNING)
GENERAL, SCAN = Work("general"), Work("scan", "ultrasound")


def a_problem(*doctors: Doctor, **fields: object) -> Problem:
    """Two days, two rooms of which one is for ultrasound."""
    defaults = {
        "days": (MONDAY, MONDAY + DAY),
        "doctors": doctors or (Doctor("ana"), Doctor("ben")),
        "rooms": (Room("one"), Room("two", "ultrasound")),
        "works": (GENERAL, SCAN),
    }
    return Problem(**defaults | fields)


def entry(doctor: str = "ana", slot: Slot = AM, work: str = "general", room: str = "one") -> Entry:
    return Entry(doctor, slot, work, room)


def rules_of(problem: Problem, *entries: Entry) -> list[str]:
    return sorted({one.rule for one in check(problem, entries).breaches})


def costs_of(problem: Problem, *entries: Entry) -> dict[str, int]:
    """What each thing costs, without the empty ones."""
    found: dict[str, int] = {}
    for flaw in check(problem, entries).flaws:
        found[flaw.name] = found.get(flaw.name, 0) + flaw.cost
    return found


class TestRules:
    @pytest.mark.parametrize(
        ("problem", "entries", "rules"),
        [
            (a_problem(), [entry()], []),
            (a_problem(), [entry(slot=Slot(MONDAY + 2 * DAY, MORNING))], ["closed"]),
            (a_problem(), [entry(), entry(work="scan", room="two")], ["two-places"]),
            (a_problem(Doctor("ana", away=frozenset({AM}))), [entry()], ["away"]),
            (a_problem(Doctor("ana", elsewhere=frozenset({AM}))), [entry()], ["elsewhere"]),
            (a_problem(Doctor("ana", wishes={AM: CANNOT})), [entry()], ["cannot"]),
            (a_problem(Doctor("ana", wishes={AM: RATHER_NOT})), [entry()], []),
            (a_problem(Doctor("ana", most_a_day=1)), [entry(), entry(slot=PM)], ["day-limit"]),
            (a_problem(Doctor("ana", most_a_week=1)), [entry(), entry(slot=NEXT_DAY)], ["week-limit"]),
            (a_problem(Doctor("ana", most_a_week=2, held={(2026, 50): 2})), [entry()], ["week-limit"]),
            (a_problem(), [entry(room="")], ["no-room"]),
            (a_problem(), [entry(), entry("ben")], ["room-twice"]),
            (a_problem(), [entry(), entry("ben", PM)], []),
            (a_problem(), [entry(work="scan")], ["room-kind"]),
            (a_problem(), [entry(work="scan", room="two")], []),
            (a_problem(), [entry(room="two")], []),
            (a_problem(rooms=(Room("one", closed=frozenset({AM})),)), [entry()], ["room-closed"]),
            (a_problem(rooms=()), [entry(room="")], []),
            (a_problem(Doctor("ana", booked={AM: 2})), [], ["booked"]),
            (a_problem(Doctor("ana", booked={AM: 2})), [entry()], []),
            (a_problem(Doctor("ana", booked={AM: 2}), keep_bookings=False), [], []),
            (a_problem(kept=frozenset({entry()})), [], ["kept"]),
        ],
    )  # fmt: skip
    def test_table(self, problem: Problem, entries: list[Entry], rules: list[str]):
        assert rules_of(problem, *entries) == rules

    def test_a_breach_says_whom_when_and_where(self):
        (one, other) = check(a_problem(), [entry(), entry("ben")]).breaches
        assert (one.doctor, one.day, one.part, one.room) == ("ana", MONDAY, MORNING, "one")
        assert other.doctor == "ben"


class TestCosts:
    def test_an_empty_plan_costs_what_is_wanted(self):
        problem = a_problem(demand={(MONDAY, "general"): 2, (MONDAY + DAY, "scan"): 1})
        assert costs_of(problem) == {"unmet": 3 * problem.weights.unmet}

    def test_more_than_is_wanted_costs_little(self):
        problem = a_problem(Doctor("ana", usual={AM: Usual("one")}))
        assert costs_of(problem, entry()) == {"surplus": problem.weights.surplus}

    @pytest.mark.parametrize(
        ("doctor", "entries", "name"),
        [
            (Doctor("ana", wishes={AM: RATHER_NOT}, usual={AM: Usual()}), [entry()], checking.RATHER),
            (Doctor("ana", wishes={AM: PREFERS}), [], checking.PREFERRED),
            (Doctor("ana", usual={AM: Usual("one")}), [], checking.STEADY),
            (Doctor("ana"), [entry()], checking.STEADY),
            (Doctor("ana", usual={AM: Usual("two")}), [entry()], checking.OTHER_ROOM),
            (Doctor("ana", works=frozenset({"scan"}), usual={AM: Usual()}), [entry()], checking.STRANGE),
            (Doctor("ana", usual={AM: Usual(), PM: Usual()}), [entry(), entry(slot=PM, room="two")], checking.APART),
        ],
    )
    def test_what_could_be_better(self, doctor: Doctor, entries: list[Entry], name: str):
        problem = a_problem(doctor)
        costs = costs_of(problem, *entries)
        assert costs[name] == getattr(problem.weights, name)
        assert set(costs) <= {name, checking.SURPLUS}

    def test_who_is_away_is_not_missed_at_the_usual_time(self):
        assert costs_of(a_problem(Doctor("ana", usual={AM: Usual("one")}, away=frozenset({AM})))) == {}

    def test_a_booked_visit_without_its_session_costs_where_it_is_no_rule(self):
        problem = a_problem(Doctor("ana", booked={AM: 2}), keep_bookings=False)
        assert costs_of(problem) == {checking.LOST: 2 * problem.weights.lost}

    def test_shares_are_of_what_each_can_hold(self):
        """One of two possible sessions and two of four are the same share: nobody is treated unfairly."""
        half = Doctor("ana", most_a_day=1)
        full = Doctor("ben")
        problem = a_problem(half, full, rooms=())
        assert (possible(problem, half), possible(problem, full)) == (2, 4)
        one = entry("ana", AM, room="")
        two = [entry("ben", AM, room=""), entry("ben", PM, room="")]
        assert checking.UNFAIR not in costs_of(problem, one, *two)
        assert costs_of(problem, *two)[checking.UNFAIR] == 500


class TestDemand:
    MONTH = {0: 4, 1: 4, 2: 4, 3: 4, 4: 4, 5: 0, 6: 0}
    QUARTER = dict.fromkeys(range(5), 13)

    def test_what_was_booked_is_wanted_again(self):
        # 13 Mondays of 408 minutes are two sessions of 240 minutes, each used to 85 percent.
        asked = Asked({0: 13 * 408}, self.QUARTER)
        assert sessions_wanted(asked, self.MONTH, 240) == {0: 2, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0}

    def test_the_week_is_rounded_up_as_a_whole(self):
        asked = Asked(dict.fromkeys(range(5), 13 * 51), self.QUARTER)
        assert sum(sessions_wanted(asked, self.MONTH, 240).values()) == 2

    def test_a_long_wait_for_the_third_free_time_asks_for_more_but_for_half_more_at_most(self):
        booked = dict.fromkeys(range(5), 13 * 408)
        usual = sum(sessions_wanted(Asked(booked, self.QUARTER, third_free=14), self.MONTH, 240).values())
        longer = sum(sessions_wanted(Asked(booked, self.QUARTER, third_free=20), self.MONTH, 240).values())
        longest = sum(sessions_wanted(Asked(booked, self.QUARTER, third_free=300), self.MONTH, 240).values())
        assert (usual, longer, longest) == (10, 13, 15)

    def test_who_waits_is_spread_over_the_month(self):
        asked = Asked({}, self.QUARTER, waiting=20 * 204)
        assert sum(sessions_wanted(asked, self.MONTH, 240).values()) == 5

    @given(
        booked=st.dictionaries(st.integers(0, 4), st.integers(0, 100_000)),
        waiting=st.integers(0, 10_000),
        third=st.none() | st.integers(0, 400),
    )
    def test_more_asked_for_is_never_less_wanted(self, booked: dict[int, int], waiting: int, third: int | None):
        asked = Asked(booked, self.QUARTER, waiting, third)
        more = replace(asked, waiting=waiting + 600, booked={day: n + 60 for day, n in booked.items()})
        wanted = sessions_wanted(asked, self.MONTH, 240)
        assert sum(wanted.values()) <= sum(sessions_wanted(more, self.MONTH, 240).values())
        assert wanted[5] == wanted[6] == 0
        assert all(count >= 0 for count in wanted.values())


days = st.integers(0, 60).map(lambda n: date(2026, 11, 1) + n * DAY)
entries = st.builds(
    Entry,
    doctor=st.sampled_from(["ana", "ben"]),
    slot=st.builds(Slot, days, st.sampled_from(PARTS)),
    work=st.sampled_from(["general", "scan"]),
    room=st.sampled_from(["", "one"]),
)


class TestPublishing:
    @given(st.frozensets(entries, max_size=60))
    def test_runs_say_the_same_as_the_entries(self, plan: frozenset[Entry]):
        said = {
            Entry(run.doctor, Slot(date.fromordinal(n), run.part), run.work, run.room)
            for run in publishing.runs(plan)
            for n in range(run.first.toordinal(), run.until.toordinal())
            if date.fromordinal(n).weekday() == run.weekday
        }
        assert said == plan

    def test_the_same_session_every_week_is_one_run(self):
        plan = [entry(slot=Slot(MONDAY + n * 7 * DAY, MORNING)) for n in (0, 1, 3)]
        assert [(run.first, run.until) for run in publishing.runs(plan)] == [
            (MONDAY, MONDAY + 8 * DAY),
            (MONDAY + 21 * DAY, MONDAY + 22 * DAY),
        ]

    @given(st.none() | days, st.none() | days, days, st.integers(1, 31))
    def test_set_aside_is_what_lies_in_the_plan_and_nothing_else(
        self, begins: date | None, ends: date | None, first: date, length: int
    ):
        until = first + length * DAY
        if begins is not None and ends is not None and begins >= ends:
            return
        before = held(begins, ends)
        what = publishing.aside(begins, ends, first, until)
        if what == Aside.STAYS:
            inside = [day for day in before if first <= day < until]
            assert not inside or before == inside
            return
        if what == Aside.ENDS:
            after = held(begins, first) + (held(until, ends) if publishing.goes_on(ends, until) else [])
        else:
            after = held(until, ends)
        assert after == [day for day in before if not first <= day < until]


def held(begins: date | None, ends: date | None) -> list[date]:
    """The days of a session with such a period, as far as this test looks."""
    window = [date(2026, 10, 1) + n * DAY for n in range(200)]
    return [day for day in window if (begins is None or begins <= day) and (ends is None or day < ends)]


def test_a_problem_and_an_answer_come_through_the_wire_unchanged():
    doctor = Doctor(
        "ana", 1, 6, frozenset({AM}), frozenset({PM}), {AM: CANNOT}, {PM: 2}, {AM: Usual("one", "scan")},
        {(2026, 50): 1}, frozenset({"scan"}),
    )  # fmt: skip
    problem = a_problem(doctor, demand={(MONDAY, "scan"): 2}, kept=frozenset({entry()}), keep_bookings=False)
    assert wire.problem_from_json(json.loads(json.dumps(wire.problem_to_json(problem)))) == problem
    answer = wire.Answer(
        wire.INFEASIBLE, (entry(),), 10, 5, (checking.Breach(checking.AWAY, "ana", MONDAY, MORNING),), 0.5, 1.5
    )
    assert wire.answer_from_json(json.loads(json.dumps(wire.answer_to_json(answer)))) == answer
