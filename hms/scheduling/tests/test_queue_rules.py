"""Who is called next: the order as tables of cases, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling.rules import queue as rules
from hms.scheduling.rules.queue import Customs, Place, Waiter
from hms.scheduling.rules.transitions import QUEUE_MOVES, queue_may_become

NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
GRACE = 20 * MINUTES


def waiter(key: str, at: int, number: int = 1, **more) -> Waiter:
    """Somebody whose place goes by so many minutes after nine."""
    said = {"priority": "normal", "arrived_at": NINE, **more}
    return Waiter(key, place_at=NINE + at * MINUTES, number=number, **said)


ORDERS = [
    ("the earlier time goes first, whoever came first", [waiter("a", 20, 1), waiter("b", 0, 2)], {}, "ba"),
    (
        "who came first goes first at one time",
        [waiter("a", 0, 1, arrived_at=NINE + MINUTES), waiter("b", 0, 2)],
        {},
        "ba",
    ),
    ("the earlier token settles the rest", [waiter("a", 0, 2), waiter("b", 0, 1)], {}, "ba"),
    ("urgent before everybody", [waiter("a", 0), waiter("b", 90, priority="urgent")], {}, "ba"),
    ("gentle after urgent, before the rest", [
        waiter("a", 0), waiter("b", 30, priority="gentle"), waiter("c", 60, priority="urgent")], {}, "cba"),
    ("gentle in turn, where the hospital has no such class", [
        waiter("a", 0), waiter("b", 30, priority="gentle")], {"gentle": False}, "ab"),
    ("walk-ins among the others", [waiter("a", 30), waiter("b", 10, walk_in=True)], {}, "ba"),
    ("walk-ins last, where the hospital says so", [
        waiter("a", 30), waiter("b", 10, walk_in=True)], {"walk_ins_last": True}, "ab"),
    ("but an urgent one is urgent", [
        waiter("a", 30), waiter("b", 10, walk_in=True, priority="urgent")], {"walk_ins_last": True}, "ba"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "waiters", "customs", "expected"), ORDERS, ids=[one[0] for one in ORDERS])
def test_the_order(says, waiters, customs, expected):
    for shuffled in permutations(waiters):
        assert "".join(one.key for one in rules.in_order(shuffled, Customs(**customs))) == expected


@pytest.mark.parametrize(
    ("came", "walk_in", "place"),
    [
        (-15, False, Place(NINE, "appointment")),
        (0, False, Place(NINE, "appointment")),
        (20, False, Place(NINE, "appointment")),
        (21, False, Place(NINE + 21 * MINUTES, "late")),
        (3, True, Place(NINE + 3 * MINUTES, "arrival")),
    ],
)
def test_the_first_place(came, walk_in, place):
    assert rules.on_arrival(NINE, NINE + came * MINUTES, walk_in=walk_in, grace=GRACE) == place


def test_who_does_not_answer_goes_by_that_moment():
    assert rules.on_skip(NINE, NINE + 10 * MINUTES) == (NINE + 10 * MINUTES, "skipped")


def test_and_by_their_own_time_where_that_is_later():
    assert rules.on_skip(NINE + 30 * MINUTES, NINE + 10 * MINUTES) == (NINE + 30 * MINUTES, "skipped")


def test_who_comes_back_passes_nobody_who_waited_longer():
    """Called at 9:30 for 9:00, back at 10:00: goes by 9:30, as somebody who has waited half an hour."""
    waited = rules.waited(NINE, NINE + 30 * MINUTES)
    back = Waiter("back", "normal", rules.on_return(NINE + 60 * MINUTES, waited).at, NINE, 1)
    longer, shorter = waiter("longer", 25, 2), waiter("shorter", 35, 3)
    assert [one.key for one in rules.in_order([shorter, back, longer], Customs())] == ["longer", "back", "shorter"]


def test_who_was_called_early_has_not_waited():
    assert rules.waited(NINE, NINE - 5 * MINUTES) == timedelta(0)
    assert rules.on_return(NINE, timedelta(0)) == (NINE, "returned")


@pytest.mark.parametrize(
    ("urgent", "youngest", "oldest", "expected"),
    [
        (True, 30, 30, "urgent"),
        (False, 30, 30, "normal"),
        (False, 5, 5, "gentle"),
        (False, 6, 6, "normal"),
        (False, 80, 80, "gentle"),
        # Not exact: only who is surely small, or surely old.
        (False, 5, 6, "normal"),
        (False, 79, 80, "normal"),
        (False, None, None, "normal"),
    ],
)
def test_the_class_somebody_arrives_with(urgent, youngest, oldest, expected):
    assert rules.priority_of(urgent=urgent, youngest=youngest, oldest=oldest, customs=Customs()) == expected


@pytest.mark.parametrize(
    ("booked", "kind", "expected"),
    [(-1440, "FOLLOWUP", False), (-6, "FOLLOWUP", False), (-4, "FOLLOWUP", True), (-1440, "WALKIN", True)],
)
def test_who_came_without_an_appointment(booked, kind, expected):
    assert rules.is_walk_in(NINE + booked * MINUTES, NINE, kind) is expected


@pytest.mark.parametrize(("number", "letter"), [(1, "A"), (8, "H"), (9, "J"), (24, "Z"), (25, "AA"), (49, "BA")])
def test_letters_are_told_from_figures(number, letter):
    assert rules.letter_of(number) == letter


@given(st.integers(1, 2000))
def test_every_queue_has_a_letter_of_its_own(number):
    assert rules.letter_of(number) != rules.letter_of(number + 1)
    assert not set(rules.letter_of(number)) & {"I", "O"}


def test_tokens_are_short():
    assert [rules.token("A", 12), rules.token("C", 1000)] == ["A-012", "C-1000"]


def test_whoever_was_seen_stays_seen():
    assert QUEUE_MOVES["finished"] == frozenset()
    assert {status for moves in QUEUE_MOVES.values() for status in moves} <= set(QUEUE_MOVES)
    assert queue_may_become("called", "arrived")
    assert not queue_may_become("cancelled", "called")


places = st.integers(0, 240)


@given(
    st.lists(st.tuples(places, st.sampled_from(["urgent", "gentle", "normal"]), st.booleans()), max_size=12),
    st.booleans(),
)
def test_the_order_is_one_for_everybody(people, last):
    """Whoever asks, in whatever order the rows come: the same, and nobody is lost."""
    waiters = [waiter(str(n), at, n, priority=p, walk_in=w) for n, (at, p, w) in enumerate(people)]
    customs = Customs(walk_ins_last=last)
    once = rules.in_order(waiters, customs)
    assert once == rules.in_order(reversed(waiters), customs)
    assert set(once) == set(waiters)
    ranks = [rules.rank(one.priority, customs) for one in once]
    assert ranks == sorted(ranks)
