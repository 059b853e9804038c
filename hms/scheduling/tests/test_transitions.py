"""The table of statuses, cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hms.scheduling.codes import BLOCKING, AppointmentStatus
from hms.scheduling.rules import transitions

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_every_status_of_fhir_has_its_line_and_no_other():
    assert set(transitions.MOVES) == set(AppointmentStatus.values)
    assert set().union(*transitions.MOVES.values()) <= set(AppointmentStatus.values)


def test_everything_can_turn_out_to_be_an_error_and_an_error_stays_one():
    for status in AppointmentStatus.values:
        assert transitions.may_become(status, "entered-in-error") == (status != "entered-in-error")
    assert not transitions.MOVES["entered-in-error"]


@pytest.mark.parametrize(
    ("status", "new"),
    [
        ("arrived", "noshow"),  # rule 10: never somebody who is here
        ("checked-in", "noshow"),
        ("cancelled", "booked"),
        ("fulfilled", "booked"),
        ("fulfilled", "cancelled"),
        ("noshow", "arrived"),
        ("pending", "arrived"),
        ("booked", "fulfilled"),
        ("booked", "pending"),
    ],
)
def test_illegal_moves_are_refused(status, new):
    assert not transitions.may_become(status, new)


@pytest.mark.parametrize(
    ("status", "new"),
    [
        ("pending", "booked"),
        ("booked", "arrived"),
        ("arrived", "booked"),
        ("arrived", "checked-in"),
        ("noshow", "booked"),
    ],
)
def test_the_ordinary_life_is_allowed(status, new):
    assert transitions.may_become(status, new)


def test_whatever_takes_time_comes_from_something_that_took_it_or_never_did():
    """Nothing returns to blocking but an undone no-show: that one must win its time again."""
    returning = {
        (status, new)
        for status, news in transitions.MOVES.items()
        for new in news
        if status not in BLOCKING and new in BLOCKING
    }
    assert {status for status, _ in returning} == {"proposed", "waitlist", "noshow"}


def test_undo_lasts_ten_minutes():
    assert transitions.may_undo(NOW, NOW + timedelta(minutes=10))
    assert not transitions.may_undo(NOW, NOW + timedelta(minutes=10, seconds=1))
    assert not transitions.may_undo(None, NOW)
