"""Checking in by oneself: from when until when, where, and what to do instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hms.scheduling import refusals
from hms.scheduling.rules.arriving import Coming, self_check_in_problems

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def problems(minutes: int = 0, **coming):
    asked = Coming(**{"start_at": NINE, "zone": BERLIN, **coming})
    return self_check_in_problems(asked, now=NINE + minutes * MINUTES, opens=90 * MINUTES, grace=20 * MINUTES)


@pytest.mark.parametrize("minutes", [-90, -15, 0, 20])
def test_within_the_window(minutes):
    assert problems(minutes) == []


def test_too_early_says_from_when():
    (problem,) = problems(-91)
    assert "07:30 CET" in str(problem.text)


def test_too_late_leads_to_the_desk():
    assert problems(21) == [refusals.TOO_LATE_BY_YOURSELF]


def test_another_day_says_which():
    (problem,) = problems(-24 * 60)
    assert "Tuesday, 24-Nov-2026" in str(problem.text)


def test_the_day_is_that_of_the_house():
    """A quarter past midnight in Berlin is the day before in UTC."""
    assert problems(-90, start_at=NINE) == []
    (problem,) = problems(-9 * 60 - 15)
    assert "24-Nov-2026" in str(problem.text)


def test_another_house_is_named():
    (problem,) = problems(elsewhere="Alder Valley North")
    assert "Alder Valley North" in str(problem.text)


def test_nobody_waits_in_the_house_for_a_call():
    assert problems(in_person=False) == [refusals.NOT_IN_PERSON]
