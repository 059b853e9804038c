"""Every measure, worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hms.reports.rules.attendance import Attendance
from hms.reports.rules.opening import Weekdays, open_minutes
from hms.reports.rules.periods import Period, last_weeks, period_problems
from hms.reports.rules.samples import Sample, Share
from hms.reports.rules.third_next import days_until, first_apart, starts_needed, third
from hms.scheduling.rules.availability import Busy, FreeStart, Pattern, Visit, sessions
from hms.scheduling.rules.wall_clock import Span, day_span

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# --- Periods ----------------------------------------------------------------------------------------------------
def test_four_weeks_end_yesterday_and_are_compared_with_the_four_before():
    asked = last_weeks(4, TODAY)
    assert (asked.first, asked.last, asked.days) == (date(2026, 10, 27), date(2026, 11, 23), 28)
    assert (asked.before.first, asked.before.last) == (date(2026, 9, 29), date(2026, 10, 26))


@pytest.mark.parametrize(
    ("days", "lengths"),
    [
        (1, [1]),
        (5, [1] * 5),
        (14, [1] * 14),
        (28, [7] * 4),
        # What is left over joins the first part: no part is shorter than the others.
        (30, [9, 7, 7, 7]),
        (91, [7] * 13),
        (364, [28] * 13),
        (366, [30, *[28] * 12]),
    ],
)
def test_parts_of_a_period_follow_one_another(days: int, lengths: list[int]):
    asked = Period(TODAY - days * DAY, TODAY)
    parts = asked.parts
    assert [part.days for part in parts] == lengths
    assert (parts[0].first, parts[-1].until) == (asked.first, asked.until)
    assert all(one.until == other.first for one, other in pairwise(parts))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 11, 1), date(2026, 11, 23), None),
        (date(2025, 11, 23), date(2026, 11, 23), None),
        (None, date(2026, 11, 23), "first"),
        (date(2026, 11, 1), None, "last"),
        (date(2026, 11, 1), TODAY, "last"),
        (date(2026, 11, 2), date(2026, 11, 1), "last"),
        (date(2025, 11, 22), date(2026, 11, 23), "first"),
        (date(1, 1, 1), date(1, 1, 2), "first"),
    ],
)
def test_typed_days_are_over_in_order_and_a_year_at_most(first: date | None, last: date | None, field: str | None):
    assert [problem.field for problem in period_problems(first, last, TODAY)] == ([field] if field else [])


# --- Shares and middles -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 9, None), (0, 10, 0.0), (1, 10, 10.0), (93, 1522, 6.1), (5, 3, None), (12, 10, 120.0), (0, 0, None)],
)
def test_a_share_of_fewer_than_ten_is_not_told(part: int, whole: int, percent: float | None):
    assert Share(part, whole).percent == percent


def test_a_share_of_nothing_is_not_told_however_little_is_enough():
    assert Share(0, 0, enough=0).percent is None


@pytest.mark.parametrize(
    ("values", "median", "ninetieth"),
    [
        ([5] * 9, None, None),
        # 1 … 10: the middle two are 5 and 6; nine in ten are at most 9.
        (range(1, 11), 5.5, 9),
        # 1 … 11: the sixth; nine tenths of eleven are 9.9, so the tenth.
        (range(1, 12), 6, 10),
        ([0] * 9 + [300], 0, 0),
        ([0] * 8 + [300] * 2, 0, 300),
        ([7] * 20, 7, 7),
    ],
)
def test_the_middle_and_what_nine_in_ten_do_not_exceed(values: list[int], median: float | None, ninetieth: int | None):
    sample = Sample(Counter(values))
    assert (sample.median, sample.ninetieth) == (median, ninetieth)


# --- Coming and not coming --------------------------------------------------------------------------------------
def test_the_rate_is_of_those_who_came_and_those_who_did_not():
    seen = Attendance()
    for status, number in {"fulfilled": 15, "arrived": 1, "checked-in": 2, "noshow": 2, "booked": 4}.items():
        seen.add(status, number)
    seen.add("cancelled", 5, by_hospital=True, late=True)
    seen.add("cancelled", 3, late=True)
    seen.add("cancelled", 6)
    for status in ("pending", "proposed", "waitlist", "entered-in-error"):
        seen.add(status, 100)
    # 2 of 18 + 2: called off, left open or never promised is in neither.
    assert seen.rate == Share(2, 20)
    assert seen.rate.percent == 10.0
    assert (seen.unclosed, seen.called_off, seen.late, seen.by_hospital) == (4, 9, 3, 5)


# --- Open hours -------------------------------------------------------------------------------------------------
def pattern(weekday: int, start: str, end: str, **fields: date) -> Pattern:
    return Pattern(f"{weekday} {start}", weekday, time.fromisoformat(start), time.fromisoformat(end), **fields)


def at(day: date, clock: str = "00:00") -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), BERLIN).astimezone(UTC)


# Monday 02-Nov-2026 to Sunday 29-Nov-2026.
MONDAY = date(2026, 11, 2)
FOUR_WEEKS = [Period(MONDAY + 7 * number * DAY, MONDAY + 7 * (number + 1) * DAY) for number in range(4)]
MORNINGS = [pattern(weekday, "09:00", "12:00") for weekday in range(5)]


@pytest.mark.parametrize(
    ("patterns", "closed", "away", "extra", "minutes"),
    [
        # Five mornings of three hours.
        (MORNINGS, [], [], [], [900] * 4),
        # Wednesday of the second week is a holiday; a holiday on a Sunday takes nothing away.
        (MORNINGS, [MONDAY + 9 * DAY, MONDAY + 6 * DAY], [], [], [900, 720, 900, 900]),
        # Away from Thursday 10:00 until Monday 10:00: two hours, a morning, an hour of the next week.
        (MORNINGS, [], [Span(at(MONDAY + 3 * DAY, "10:00"), at(MONDAY + 7 * DAY, "10:00"))], [], [600, 840, 900, 900]),
        # Two absences that overlap take away what they cover once.
        (
            MORNINGS,
            [],
            [Span(at(MONDAY), at(MONDAY + 2 * DAY)), Span(at(MONDAY + DAY), at(MONDAY + 3 * DAY))],
            [],
            [360, 900, 900, 900],
        ),
        # A holiday during an absence is not taken away twice.
        (MORNINGS, [MONDAY], [Span(at(MONDAY), at(MONDAY + 7 * DAY))], [], [0, 900, 900, 900]),
        # An extra Saturday; an extra hour half of which is in the hours anyway; one on a holiday is not held.
        (
            MORNINGS,
            [MONDAY + 26 * DAY],
            [],
            [
                Span(at(MONDAY + 5 * DAY, "09:00"), at(MONDAY + 5 * DAY, "11:00")),
                Span(at(MONDAY + 8 * DAY, "11:30"), at(MONDAY + 8 * DAY, "12:30")),
                Span(at(MONDAY + 26 * DAY, "09:00"), at(MONDAY + 26 * DAY, "11:00")),
            ],
            [1020, 930, 900, 900],
        ),
        # Hours that begin on the second Tuesday and end before the third.
        (
            [pattern(1, "09:00", "12:00", valid_from=MONDAY + 8 * DAY, valid_until=MONDAY + 15 * DAY)],
            [],
            [],
            [],
            [0, 180, 0, 0],
        ),
        # A night belongs to the day on which it begins.
        ([pattern(6, "22:00", "06:00")], [], [], [], [480] * 4),
        ([], [], [], [], [0] * 4),
    ],
)
def test_open_minutes(patterns, closed, away, extra, minutes):
    found = open_minutes(patterns, FOUR_WEEKS, Weekdays(closed), BERLIN, away=away, extra=extra)
    assert found == minutes


def test_nobody_asks_about_no_parts():
    assert open_minutes(MORNINGS, [], Weekdays([]), BERLIN) == []


def test_counting_by_weekdays_agrees_with_looking_at_each_sitting():
    """Beside the engine that offers times, over half a year with two changes of the clocks."""
    parts = [Period(date(2026, 1, 5) + 28 * n * DAY, date(2026, 1, 5) + 28 * (n + 1) * DAY) for n in range(12)]
    patterns = [
        *MORNINGS,
        pattern(0, "13:00", "15:30", valid_from=date(2026, 2, 3), valid_until=date(2026, 7, 6)),
        pattern(5, "08:15", "10:00", valid_from=date(2026, 6, 6)),
    ]
    closed = [date(2026, 4, 6), date(2026, 5, 1), date(2026, 10, 3)]
    away = [
        Span(at(date(2026, 3, 25), "11:00"), at(date(2026, 4, 8), "10:00")),
        Span(at(date(2026, 8, 3)), at(date(2026, 8, 24))),
        Span(at(date(2026, 10, 22), "09:30"), at(date(2026, 10, 27), "09:30")),
    ]
    shut = Busy([*away, *(day_span(day, BERLIN) for day in closed)])
    expected = []
    for part in parts:
        window = Span(day_span(part.first, BERLIN).start, day_span(part.until, BERLIN).start)
        held = sessions(patterns, BERLIN, window)
        expected.append(sum(left.length // MINUTE for one in held for left in shut.without(one.span)))
    assert open_minutes(patterns, parts, Weekdays(closed), BERLIN, away=away) == expected
    assert len(set(expected)) > 6


# --- The third free time ----------------------------------------------------------------------------------------
NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
VISIT = Visit("visit", duration=20 * MINUTE, step=10 * MINUTE)


def free(*minutes: int) -> list[FreeStart]:
    return [FreeStart(NINE + number * MINUTE) for number in minutes]


@pytest.mark.parametrize(
    ("starts", "apart"),
    [
        # 09:10 overlaps 09:00, and 09:30 overlaps 09:20.
        ([0, 10, 20, 30, 40, 50], [0, 20, 40]),
        # A gap of half an hour holds one visit of twenty minutes.
        ([0, 10, 60, 70], [0, 60]),
        ([], []),
    ],
)
def test_of_times_that_overlap_one_counts(starts: list[int], apart: list[int]):
    assert first_apart(free(*starts), VISIT) == [NINE + number * MINUTE for number in apart]


def test_so_many_starts_are_enough_to_find_three_apart():
    needed = starts_needed(VISIT)
    assert needed == 7
    assert len(first_apart(free(*range(0, 10 * needed, 10)), VISIT)) == 3


def test_the_third_of_all_doctors_together():
    assert third([NINE + DAY, NINE, NINE + 2 * DAY, NINE]) == NINE + DAY
    assert third([NINE, NINE]) is None


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), 0),
        # Midnight in Berlin, 23:00 in Greenwich.
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), 1),
        # A weekend counts.
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), 6),
    ],
)
def test_days_are_those_of_the_wall_clock(moment: datetime, days: int):
    assert days_until(moment, TODAY, BERLIN) == days
