"""The checker of histories finds what it is for, and nothing else: each violation is planted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.faults.history import Deed, Time, standing, violations

NINE, TEN = Time("Dr A", "09:00"), Time("Dr A", "10:00")


def deed(kind: Any, visit: str, asked: float, time: Time | None = None, **more: Any) -> Deed:
    """Answered one second later."""
    return Deed(kind, visit, more.pop("patient", visit), more.pop("outcome", "done"), asked, asked + 1, time)


def test_one_after_the_other_is_right():
    history = [
        deed("book", "a", 0, NINE),
        deed("book", "b", 2, NINE, outcome="refused"),
        deed("move", "a", 4, TEN),
        deed("book", "b", 6, NINE),
        deed("cancel", "b", 8),
        deed("hold", "c", 10, NINE),
        deed("expire", "c", 12),
        deed("book", "d", 14, NINE),
    ]
    assert violations(history) == []
    assert standing(history) == ({"a": TEN, "d": NINE}, set())


def test_deeds_at_once_may_have_gone_in_any_order():
    # The cancellation and the booking overlap: either came first, so being refused and not being refused are right.
    for outcome in ("done", "refused"):
        history = [deed("book", "a", 0, NINE), deed("cancel", "a", 5), deed("book", "b", 5.5, NINE, outcome=outcome)]
        assert violations(history) == []


def test_planted_two_at_once():
    history = [deed("book", "a", 0, NINE), deed("book", "b", 0.5, NINE)]
    assert violations(history) == ["Dr A 09:00: a and b had it at once"]


def test_planted_one_patient_in_two_places():
    elsewhere = Time("Dr B", "09:00")
    history = [deed("book", "a", 0, NINE, patient="Ada"), deed("book", "b", 0.5, elsewhere, patient="Ada")]
    assert violations(history) == ["Ada 09:00: a and b had it at once"]


def test_planted_one_inside_another():
    """It was over before the other's end was asked for, so for certain they never meet; and yet it can't have been."""
    short = [replace(deed("book", "b", 2, NINE), answered=2.1), replace(deed("cancel", "b", 2.05), answered=2.2)]
    assert "Dr A 09:00: b got it while a had it" in violations([deed("book", "a", 0, NINE), *short])


def test_planted_a_false_refusal():
    refused = deed("book", "b", 8, NINE, outcome="refused")
    assert violations([refused]) == ["b was refused 09:00 of Dr A, which nobody had"]
    gone = [deed("book", "a", 0, NINE), deed("cancel", "a", 2), refused]
    assert violations(gone) == ["b was refused 09:00 of Dr A, which nobody had"]
    # Another time, and a refused one, are in nobody's way.
    others = [deed("book", "a", 0, TEN), deed("book", "c", 7.5, NINE, outcome="refused"), refused]
    assert len(violations(others)) == 2


def test_what_was_never_answered_may_be_in_the_way_for_ever():
    lost = deed("book", "a", 0, NINE, outcome="unknown")
    assert violations([lost, deed("book", "b", 50, NINE, outcome="refused")]) == []
    assert violations([lost, deed("book", "b", 50, NINE)]) == []
    assert standing([lost]) == ({}, {"a"})


def test_a_held_time_is_nobody_elses_until_it_is_let_go_of():
    held = [deed("hold", "a", 0, NINE), deed("book", "b", 2, NINE, outcome="refused"), deed("confirm", "a", 4)]
    assert violations(held) == []
    assert violations([*held, deed("book", "c", 6, NINE)])
    lost = [*held, deed("cancel", "a", 6, outcome="refused")]
    assert violations(lost) == ["a could not cancel what it had"]
