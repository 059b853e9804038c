"""Weekly hours beside one another."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from hms.scheduling.presenting import week_line
from hms.scheduling.rules.availability import Pattern
from hms.scheduling.rules.hours import collisions, in_lines

NEW_YEAR, SECOND = date(2027, 1, 1), date(2027, 1, 2)


def hours(weekday: int, start: str, end: str, **period: Any) -> Pattern:
    return Pattern("", weekday, time.fromisoformat(start), time.fromisoformat(end), **period)


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        (hours(0, "09:00", "12:00"), hours(0, "11:00", "13:00"), True),
        (hours(0, "09:00", "12:00"), hours(0, "12:00", "13:00"), False),
        (hours(0, "09:00", "12:00"), hours(1, "09:00", "12:00"), False),
        # Past midnight, into the next day, and on Sunday into Monday.
        (hours(0, "22:00", "02:00"), hours(1, "01:00", "05:00"), True),
        (hours(0, "22:00", "02:00"), hours(1, "02:00", "05:00"), False),
        (hours(6, "22:00", "02:00"), hours(0, "01:00", "05:00"), True),
        (hours(0, "00:00", "00:00"), hours(0, "23:00", "23:30"), True),
        # One after the other in the year.
        (hours(0, "09:00", "12:00", valid_until=NEW_YEAR), hours(0, "09:00", "12:00", valid_from=NEW_YEAR), False),
        (hours(0, "09:00", "12:00", valid_until=SECOND), hours(0, "09:00", "12:00", valid_from=NEW_YEAR), True),
    ],
)  # fmt: skip
def test_collisions(one, other, collide):
    assert bool(collisions([one, other])) is collide
    assert bool(collisions([other, one])) is collide


def test_equal_hours_are_said_together():
    week = [hours(day, "08:00", "12:00") for day in (4, 0, 1, 2)] + [hours(1, "14:00", "18:00")]
    assert [week_line(*line) for line in in_lines(week)] == ["Mon–Wed, Fri 08:00–12:00", "Tue 14:00–18:00"]
    assert week_line([0, 1], time(8), time(9)) == "Mon, Tue 08:00–09:00"
