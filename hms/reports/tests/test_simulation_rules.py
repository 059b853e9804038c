"""A day worked out by hand, days of all kinds, the rules that are tried, and what is more than chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hms.reports.rules.simulation.change import Rule, plan
from hms.reports.rules.simulation.day import (
    BETWEEN,
    ENOUGH,
    MINUTE,
    NONE,
    Manner,
    Order,
    Person,
    Seen,
    manner_of,
    run,
    use,
)
from hms.reports.rules.simulation.luck import USUALLY, Luck, Visit, habits_of
from hms.reports.rules.simulation.trial import (
    FEWEST_REPETITIONS,
    MOST_PEOPLE,
    REPETITIONS,
    Day,
    Interval,
    compare,
    enough,
    repetitions_for,
)
from hms.scheduling.codes import QueuePriority
from hms.scheduling.rules.queue import Customs
from hms.scheduling.rules.wall_clock import Span

NINE = datetime(2026, 11, 9, 9, tzinfo=UTC)
GRACE = 20 * MINUTE
ORDER = Order(GRACE)
TODAY = Rule(ORDER)


def at(minutes: float) -> datetime:
    """So many minutes after nine."""
    return NINE + minutes * MINUTE


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def person(key: str, start: float, arrives: float, takes: float, **more: object) -> Person:
    return Person(key, at(start), 20, at(arrives), takes * MINUTE, **more)  # type: ignore[arg-type]


def told(course):
    """Key, minute of the call, minute of leaving."""
    return [(one.person.key, (one.called - NINE) / MINUTE, (one.left - NINE) / MINUTE) for one in course.stays]


def spent(sittings, course):
    found = use(sittings, [(one.arrived, one.called, one.left) for one in course.stays], BETWEEN)
    return found.idle / MINUTE, found.overtime / MINUTE


# --- A day --------------------------------------------------------------------------------------------------------
def test_an_hour_worked_out_by_hand():
    """Ann is early and short; Ben is ten minutes late, so Cem goes before him; the last visit runs over the end."""
    hour = [span(0, 60)]
    course = run([person("ann", 0, -10, 15), person("ben", 20, 30, 20), person("cem", 40, 25, 30)], hour, ORDER)
    # Two minutes between two visits. Ann leaves at 15; from 17 to 25 nobody is there.
    assert told(course) == [("ann", 0, 15), ("cem", 25, 55), ("ben", 57, 77)]
    assert [(one.called - one.arrived) / MINUTE for one in course.stays] == [10, 0, 27]
    assert spent(hour, course) == (8, 17)


def test_who_comes_after_the_grace_waits_behind_those_who_were_there():
    late, there = person("late", 0, 21, 10), person("there", 20, 10, 10)
    first = person("first", 0, 0, 25)
    # After the grace their place goes by the arrival, 9:21; within it by the appointment, 9:00.
    assert [key for key, *_ in told(run([first, late, there], [span(0, 60)], ORDER))] == ["first", "there", "late"]
    kinder = Order(21 * MINUTE)
    assert [key for key, *_ in told(run([first, late, there], [span(0, 60)], kinder))] == ["first", "late", "there"]


def test_who_comes_after_the_grace_may_be_turned_away_but_no_walk_in():
    people = [person("late", 0, 21, 10), person("just", 0, 20, 10), person("walk-in", 0, 30, 10, walk_in=True)]
    course = run(people, [span(0, 60)], replace(ORDER, turn_away=True))
    assert [one.key for one in course.turned_away] == ["late"]
    assert [key for key, *_ in told(course)] == ["just", "walk-in"]


def test_the_order_is_that_of_the_queue():
    people = [
        person("first", 0, 0, 20),
        person("booked", 20, 5, 5),
        person("child", 40, 6, 5, priority=QueuePriority.GENTLE),
        person("urgent", 50, 7, 5, priority=QueuePriority.URGENT),
        person("walk-in", 8, 8, 5, walk_in=True),
    ]
    keys = [key for key, *_ in told(run(people, [span(0, 60)], ORDER))]
    assert keys == ["first", "urgent", "child", "walk-in", "booked"]
    last = replace(ORDER, customs=Customs(gentle=False, walk_ins_last=True))
    keys = [key for key, *_ in told(run(people, [span(0, 60)], last))]
    assert keys == ["first", "urgent", "booked", "child", "walk-in"]


def test_nobody_of_the_afternoon_is_called_before_it_and_the_morning_is_seen_to_its_end():
    sittings = [span(0, 60), span(120, 180)]
    course = run([person("late", 40, 55, 30), person("early", 120, 50, 10)], sittings, ORDER)
    assert told(course) == [("late", 55, 85), ("early", 120, 130)]
    # 55 minutes nobody was there, then 48 in the afternoon; 25 beyond the morning's end.
    assert spent(sittings, course) == (50 + 48, 25)


def test_a_morning_that_reaches_into_the_afternoon_is_overtime_only_between_them():
    sittings = [span(0, 60), span(70, 130)]
    course = run([person("long", 40, 40, 60)], sittings, ORDER)
    assert spent(sittings, course) == (40 + 28, 10)


def test_somebody_sent_to_the_laboratory_comes_back_with_what_they_had_waited():
    course = run([person("lab", 0, 0, 20, away=30 * MINUTE), person("next", 20, 5, 40)], [span(0, 90)], ORDER)
    assert told(course) == [("lab", 0, 10), ("next", 12, 52), ("lab", 54, 64)]
    assert [one.again for one in course.stays] == [False, False, True]
    assert course.stays[2].arrived == at(40)


def test_the_practitioner_may_begin_late_pause_longer_and_call_nobody_early():
    people = [person("first", 0, -10, 15), person("next", 20, 0, 15), person("urgent", 50, 45, 5, priority="urgent")]
    manner = Manner(between=5 * MINUTE, begins=8 * MINUTE, ahead=2 * MINUTE)
    course = run([*people, person("last", 60, 30, 5)], [span(0, 90)], ORDER, manner)
    assert told(course) == [("first", 8, 23), ("next", 28, 43), ("urgent", 48, 53), ("last", 58, 63)]


def recorded(*stays: tuple[int, int, int, int]) -> list[Seen]:
    return [Seen(*map(at, one)) for one in stays]


def test_the_manner_is_read_off_the_records():
    """Called six minutes late although somebody sat there; four minutes between; the third two minutes early."""
    day = recorded((0, -5, 6, 26), (20, 10, 30, 50), (70, 55, 68, 90))
    hour = [span(0, 120)]
    assert manner_of([(hour, day)] * ENOUGH) == Manner(4 * MINUTE, 6 * MINUTE, 2 * MINUTE)
    assert manner_of([(hour, day)] * (ENOUGH - 1)) == Manner()
    assert manner_of([]) == Manner()


def test_what_nobody_waited_for_says_nothing_of_the_manner():
    # The first came late, the next came when nobody was there any more, and after its time.
    day = recorded((0, 7, 9, 26), (20, 40, 44, 50))
    assert manner_of([([span(0, 120)], day)] * ENOUGH) == Manner()


def minutes(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


PEOPLE = st.lists(
    st.builds(
        lambda start, early, takes, walk_in, priority: (start, start - early, takes, walk_in, priority),
        minutes(0, 239).map(lambda n: n if n < 120 else n + 60),
        minutes(-90, 90),
        minutes(2, 60),
        st.booleans(),
        st.sampled_from(QueuePriority),
    ),
    max_size=14,
)
SITTINGS = [span(0, 120), span(180, 300)]


@settings(max_examples=150, deadline=None)
@given(PEOPLE, minutes(0, 60), st.booleans(), st.booleans())
def test_whatever_happens_everybody_is_accounted_for(drawn, grace, turn_away, walk_ins_last):
    people = [
        person(str(number), start, arrives, takes, walk_in=walk_in, priority=priority)
        for number, (start, arrives, takes, walk_in, priority) in enumerate(drawn)
    ]
    order = Order(grace * MINUTE, Customs(walk_ins_last=walk_ins_last), turn_away)
    course = run(people, SITTINGS, order)
    # Nobody is lost or seen twice; nobody waits less than not at all, or is called before their session.
    gone_through = [one.person.key for one in course.stays] + [one.key for one in course.turned_away]
    assert sorted(gone_through) == sorted(one.key for one in people)
    for one in course.stays:
        opens = SITTINGS[1].start if one.person.start >= SITTINGS[1].start else SITTINGS[0].start
        assert one.called >= max(one.arrived, opens)
        assert one.left - one.called == one.person.takes
    # One at a time, with a moment between two.
    for one, other in zip(course.stays, course.stays[1:], strict=False):
        assert other.called >= one.left + BETWEEN
    # Idle and overtime, minute by minute.
    idle = overtime = 0
    for minute in range(-120, 2000):
        moment = at(minute)
        inside = any(sitting.holds(moment) for sitting in SITTINGS)
        idle += inside and not any(one.arrived <= moment < one.left + BETWEEN for one in course.stays)
        begun = moment >= SITTINGS[0].start
        overtime += begun and not inside and any(one.called <= moment < one.left for one in course.stays)
    assert spent(SITTINGS, course) == (idle, overtime)
    # The practitioner is never free in a session while somebody can be called.
    for one in course.stays:
        since = max(one.arrived, SITTINGS[one.person.start >= SITTINGS[1].start].start)
        busy = sum((min(x.left + BETWEEN, one.called) - max(x.called, since) for x in course.stays
                    if x.left + BETWEEN > since and x.called < one.called), NONE)  # fmt: skip
        assert one.called - since == busy


# --- What is drawn ------------------------------------------------------------------------------------------------
def test_what_is_recorded_is_as_it_is_recorded():
    visit = Visit("a", at(0), 20, came=True, arrived=at(-3), took=17 * MINUTE)
    assert not visit.drawn
    for luck in (Luck(0, 0, 0), Luck(0.999, 0.999, 0.999)):
        assert USUALLY.person(visit, luck) == Person("a", at(0), 20, at(-3), 17 * MINUTE)
    assert USUALLY.person(replace(visit, came=False), Luck(0, 0, 0)) is None


@pytest.mark.parametrize("gap", ["came", "arrived", "took"])
def test_what_is_not_recorded_is_drawn(gap):
    visit = replace(Visit("a", at(0), 20, True, at(-3), 17 * MINUTE), **{gap: None})
    assert visit.drawn
    found = [USUALLY.person(visit, Luck.of(Random(number))) for number in range(60)]
    assert len(set(found)) > 1


def test_habits_are_those_of_the_records_where_there_are_enough():
    seen = [Visit(n, at(0), 20, True, at(-5), 30 * MINUTE) for n in range(ENOUGH)]
    missed = [Visit(f"-{n}", at(0), 20, False) for n in range(ENOUGH // 3)]
    found = habits_of([*seen, *missed])
    assert (set(found.early), set(found.length), found.comes) == ({5}, {1.5}, 0.75)
    few = habits_of(seen[1:])
    assert (few.early, few.length, few.comes) == (USUALLY.early, USUALLY.length, USUALLY.comes)
    walk_ins = [replace(one, walk_in=True) for one in seen]
    assert habits_of(walk_ins).early == USUALLY.early


# --- Rules that are tried -----------------------------------------------------------------------------------------
MORNING = [span(0, 120)]


def booked(*starts: int, planned: int = 20, **more: object) -> list[Visit]:
    return [Visit(f"v{start}", at(start), planned, True, at(start - 10), 20 * MINUTE, **more) for start in starts]


def times(found, visits=None):
    return {one.key: (one.start - NINE) / MINUTE for one in (found.visits if visits is None else visits)}


FULL = booked(0, 20, 40, 60, 80, 100)


@pytest.mark.parametrize(
    ("rule", "starts", "out"),
    [
        (Rule(ORDER), [0, 20, 40, 60, 80, 100], []),
        # Bailey and Welch: two at the start, the last time stays free.
        (Rule(ORDER, at_start=2), [0, 0, 20, 40, 60, 80], []),
        (Rule(ORDER, at_start=3), [0, 0, 0, 20, 40, 60], []),
        (Rule(ORDER, earlier=30 * MINUTE), [-30, -10, 10, 30, 50, 70], []),
        # Five more each: the last has no time any more.
        (Rule(ORDER, more=5 * MINUTE), [0, 25, 50, 75], ["v80", "v100"]),
        (Rule(ORDER, more=-5 * MINUTE), [0, 15, 30, 45, 60, 75], []),
        (Rule(ORDER, gap=4 * MINUTE), [0, 24, 48, 72, 96], ["v100"]),
        (Rule(ORDER, more=5 * MINUTE, at_start=2), [0, 0, 25, 50, 75], ["v100"]),
        (Rule(ORDER, reserve=40 * MINUTE), [0, 20, 40, 60], ["v80", "v100"]),
    ],
)
def test_a_full_session_under_a_rule(rule, starts, out):
    found = plan(MORNING, FULL, rule)
    assert list(times(found).values()) == starts
    assert [one.key for one in found.refused] == out
    # They come as early for their time as they did, and nobody is lost.
    assert {one.start - one.arrived for one in found.visits} == {10 * MINUTE}
    assert len(found.visits) + len(found.refused) == len(FULL)


def test_a_hole_in_the_plan_takes_up_what_the_others_need_more():
    found = plan(MORNING, booked(0, 20, 60, 80), Rule(ORDER, more=10 * MINUTE))
    assert times(found) == {"v0": 0, "v20": 30, "v60": 60, "v80": 90}


def test_who_was_booked_beyond_the_session_stays_and_so_do_walk_ins():
    walk_in = Visit("w", at(33), 20, True, at(33), 20 * MINUTE, walk_in=True)
    outside = Visit("o", at(130), 20, True, at(130), 20 * MINUTE)
    over = Visit("v110", at(110), 20, True, at(100), 20 * MINUTE)
    found = plan(MORNING, [*booked(0), walk_in, outside, over], Rule(ORDER, earlier=10 * MINUTE))
    assert times(found) == {"o": 130, "v0": -10, "w": 33, "v110": 100}
    assert found.sittings == [span(-10, 120)]


def test_a_session_that_begins_sooner_does_not_begin_within_the_one_before():
    assert plan([span(0, 60), span(80, 120)], [], Rule(ORDER, earlier=30 * MINUTE)).sittings == [
        span(-30, 60),
        span(60, 120),
    ]


def test_lanes_that_were_taken_beyond_the_new_number_are_refused():
    beside = [Visit(f"b{n}", at(0), 20, True, at(0), 20 * MINUTE, beyond=n) for n in (1, 2)]
    for lanes, out in ((0, ["b1", "b2"]), (1, ["b2"]), (2, [])):
        found = plan(MORNING, [*FULL, *beside], Rule(ORDER, lanes=lanes, likely=0.9))
        assert [one.key for one in found.refused] == out
        assert not found.guests


def test_empty_lanes_are_filled_beside_those_who_come_least_surely():
    scores = {"v0": 0.1, "v20": 0.5, "v40": 0.35, "v60": None, "v80": 0.3, "v100": 0.29}
    visits = [replace(one, likely=scores[one.key]) for one in FULL]
    for lanes, likely, beside in (
        (2, 0.3, [20, 40]),
        (5, 0.3, [20, 40, 80]),
        (4, 0.0, [20, 40, 80, 100]),
        (0, 0.0, []),
    ):
        found = plan(MORNING, visits, Rule(ORDER, lanes=lanes, likely=likely))
        assert list(times(found, found.guests).values()) == beside
        assert all(one.drawn for one in found.guests)
    taken = Visit("b", at(0), 20, True, at(0), 20 * MINUTE, beyond=1)
    found = plan(MORNING, [*visits, taken], Rule(ORDER, lanes=2, likely=0.3))
    assert list(times(found, found.guests).values()) == [20]


def test_who_is_beside_the_plan_stays_beside_whom_they_were():
    beside = Visit("b", at(40), 20, True, at(30), 20 * MINUTE, beyond=1)
    found = plan(MORNING, [*FULL, beside], Rule(ORDER, at_start=2))
    assert times(found)["b"] == times(found)["v40"] == 20


def test_walk_ins_are_given_the_times_that_are_kept_for_the_day():
    walk_ins = [
        Visit(f"w{start}", at(start), 20, True, at(start), 20 * MINUTE, walk_in=True, priority=priority)
        for start, priority in ((10, "normal"), (15, "urgent"), (30, "normal"), (35, "normal"))
    ]
    of_the_day = Visit("d", at(85), 10, True, at(80), 20 * MINUTE, same_day=True)
    found = plan(MORNING, [*FULL, *walk_ins, of_the_day], Rule(ORDER, reserve=40 * MINUTE))
    told_times = times(found)
    # 80 to 120 is kept; somebody who called in the morning has until 95; then one fits, and the next does not.
    assert [told_times[key] for key in ("d", "w10", "w15", "w30", "w35")] == [85, 95, 15, 30, 35]
    (came_back,) = [one for one in found.visits if one.key == "w10"]
    assert (came_back.arrived, came_back.walk_in) == (at(95), False)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(minutes(0, 280), max_size=12, unique=True),
    st.builds(
        lambda lanes, reserve, more, gap, earlier, at_start: Rule(
            ORDER, lanes, 0.2, reserve * MINUTE, more * MINUTE, gap * MINUTE, earlier * MINUTE, at_start
        ),
        st.none() | minutes(0, 3),
        minutes(0, 60),
        minutes(-30, 30),
        minutes(0, 15),
        minutes(0, 60),
        minutes(1, 3),
    ),
    st.randoms(use_true_random=False),
)
def test_no_rule_loses_or_doubles_anybody(starts, rule, rng):
    visits = [
        replace(one, beyond=rng.choice([0, 0, 1]), walk_in=rng.random() < 0.2, likely=rng.random())
        for one in booked(*sorted(starts))
    ]
    found = plan(SITTINGS, visits, rule)
    assert sorted(one.key for one in [*found.visits, *found.refused]) == sorted(one.key for one in visits)
    assert len(found.guests) <= (rule.lanes or 0) * len(SITTINGS)
    assert all(one.end > one.start for one in found.sittings)
    assert found == plan(SITTINGS, reversed(visits), rule)


# --- Compared -----------------------------------------------------------------------------------------------------
def quarter(days: int = 20, gap: str = "", misses: int = 0) -> list[Day]:
    """Full mornings; `gap`: what is not recorded; of each, so many did not come."""
    found = []
    for number in range(days):
        ahead = timedelta(days=number)
        visits = [
            replace(one, key=(number, one.key), start=one.start + ahead, arrived=one.arrived + ahead, likely=0.4)
            for one in FULL
        ]
        visits = [replace(one, **{gap: None}) if gap else one for one in visits]
        visits = [replace(one, came=False) if place < misses else one for place, one in enumerate(visits)]
        sitting = Span(MORNING[0].start + ahead, MORNING[0].end + ahead)
        stays = (
            None
            if gap
            else [Seen(one.start, one.arrived, one.start, one.start + one.took) for one in visits if one.came]
        )
        found.append(Day("dr", NINE.date() + ahead, [sitting], visits, stays))
    return found


def tried(days, change, repetitions=4, **more):
    return compare(
        days, TODAY, change, habits_of(v for d in days for v in d.visits), repetitions=repetitions,
        weeks=[date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)], **more,
    )  # fmt: skip


def test_the_same_rule_makes_no_difference_whatever_is_drawn():
    for days in (quarter(), quarter(gap="took"), quarter(gap="came")):
        found = tried(days, replace(TODAY))
        assert all(found.difference(name) == 0 for name in found.intervals())
        assert set(found.intervals().values()) == {Interval(0, 0)}
        assert not any(one.beyond_chance for one in found.intervals().values())


def test_a_replay_is_the_same_each_time_and_another_with_another_seed():
    days = quarter(gap="took")
    one, again, other = (tried(days, Rule(ORDER, at_start=2), seed=seed) for seed in (1, 1, 2))
    assert one.today.mean("median") == again.today.mean("median")
    assert one.intervals() == again.intervals()
    assert one.today.mean("overtime") != other.today.mean("overtime")


def test_two_at_the_start_worked_out_by_hand():
    """Everybody comes ten minutes early and takes twenty, the first not at all.

    As planned: called at 10, 32, 54, 76, 98, having waited 0, 2, 4, 6 and 8 minutes; nobody from 0 to 10.
    Two at the start: at 0, 22, 44, 66 and 88, having waited 10 to 18; nobody from 110 to 120.
    """
    found = tried(quarter(misses=1), Rule(ORDER, at_start=2))
    assert (found.today.mean("median"), found.change.mean("median")) == (4, 14)
    assert (found.today.mean("ninetieth"), found.change.mean("ninetieth")) == (8, 18)
    assert (found.today.mean("idle"), found.change.mean("idle")) == (10, 10)
    assert found.today.mean("overtime") == found.change.mean("overtime") == 0
    assert found.intervals()["median"] == Interval(10, 10)
    assert found.intervals()["median"].beyond_chance
    assert not found.intervals()["idle"].beyond_chance


def test_guests_come_as_surely_as_others_and_are_counted():
    found = tried(quarter(misses=1), Rule(ORDER, lanes=1, likely=0.3), repetitions=10)
    # Twenty mornings, five of six come: a guest each, of whom five in six come.
    assert found.today.mean("seen") == found.was.seen == 100
    assert found.difference("seen") == pytest.approx(20 * 5 / 6, abs=2)
    assert found.change.mean("seen") + found.change.mean("absent") == 140
    assert found.intervals()["seen"].beyond_chance


def test_what_is_held_against_the_records_is_only_what_is_all_recorded():
    days = [*quarter(10), *quarter(20, gap="took")[10:]]
    found = tried(days, None)
    assert (found.recorded.sittings, found.today.recorded.sittings) == (10, 10)
    assert found.today.recorded.seen == found.recorded.seen == 60
    assert (found.was.seen, found.was.sittings) == (120, 20)
    assert (found.change, found.difference("idle"), found.intervals()) == (None, None, {})


def test_weeks_and_practitioners_add_up_to_the_whole():
    found = tried(quarter(gap="took"), Rule(ORDER, at_start=2))
    for one in (found.today, found.change):
        for heaps in (one.weeks, one.practitioners):
            assert sum(heap.seen for heap in heaps.values()) == pytest.approx(one.mean("seen"))
            assert sum(heap.idle for heap in heaps.values()) == pytest.approx(one.mean("idle") * 20)
    assert set(found.today.weeks) == {0, 1, 2}


def test_too_few_days_or_visits_are_not_enough():
    assert enough(quarter(10))
    assert not enough(quarter(9))
    assert not enough(quarter(10, misses=2))


@pytest.mark.parametrize(
    ("visits", "often"),
    [
        (0, REPETITIONS),
        (MOST_PEOPLE // REPETITIONS, REPETITIONS),
        (MOST_PEOPLE // 5, 5),
        (MOST_PEOPLE // FEWEST_REPETITIONS, FEWEST_REPETITIONS),
        (MOST_PEOPLE // 2, 0),
    ],
)
def test_the_more_visits_the_fewer_repetitions_until_it_is_too_many(visits, often):
    assert repetitions_for(visits) == often


def test_an_interval_beyond_chance_does_not_hold_nought():
    assert [Interval(*one).beyond_chance for one in ((0.1, 3), (-3, -0.1), (-1, 1), (0, 1), (0, 0))] == [
        True, True, False, False, False,
    ]  # fmt: skip
