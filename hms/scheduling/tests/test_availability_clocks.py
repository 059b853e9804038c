"""Free starts around every change of clocks of eight zones for three years, at leap days, year ends and midnights.

A start that is offered is a time the wall shows; no two starts of a day read alike; the rest is compared with the slow
reference.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hms.scheduling.presenting import time_label
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import Pattern, Visit
from hms.scheduling.rules.wall_clock import Span, day_span, instants, wall_time
from hms.scheduling.tests import reference_availability

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
)
FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2029, 12, 31, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The minutes at which the zone's clocks are changed."""
    found, moment = [], FIRST
    while moment < LAST:
        after = moment + DAY
        if after.astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            low, high = moment, after
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                if middle.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high)
        moment = after
    return found


CHANGES = [(name, moment) for name in ZONES for moment in changes(ZoneInfo(name))]


def week_of(hours: list[tuple[time, time]], **more) -> list[Pattern]:
    return [Pattern((day, start), day, start, end, **more) for day in range(7) for start, end in hours]


def offered(patterns: list[Pattern], zone: ZoneInfo, visit: Visit, window: Span) -> list[datetime]:
    sittings = availability.sessions(patterns, zone, window)
    return [one.at for one in availability.free_starts(sittings, visit, now=LONG_AGO, window=window)]


def long_visit(minutes: int, step: int) -> Visit:
    return Visit("general", minutes * MINUTE, step * MINUTE, horizon=timedelta(days=100_000))


def test_the_zones_change_their_clocks_often_enough_to_say_something():
    assert len(CHANGES) >= 35
    assert {name for name, _moment in CHANGES} == set(ZONES) - {"Asia/Kathmandu"}


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=lambda value: str(value)[:10])
def test_around_a_change_of_clocks_every_start_is_a_time_on_the_wall(name, change):
    zone, visit = ZoneInfo(name), long_visit(30, 15)
    # One session lies across the change, one ends at midnight, one goes through the whole night.
    patterns = week_of([(time(0), time(5)), (time(18), time(0)), (time(22, 30), time(6, 30))])
    window = Span(change - timedelta(hours=9), change + timedelta(hours=9))
    starts = offered(patterns, zone, visit, window)
    assert starts
    assert len(set(starts)) == len(starts)
    labels = [(wall_time(start, zone).date(), time_label(start, zone)) for start in starts]
    assert len(set(labels)) == len(labels), "two starts of a day read alike"
    for start in starts:
        assert start in instants(wall_time(start, zone), zone), "a time the wall never shows"
    slow = reference_availability.free_starts(
        patterns, [], zone, visit, now=LONG_AGO, window=window, closed=[], busy=[], patient_busy=[], rooms={}, pools={},
        opens=time(7),
    )  # fmt: skip
    assert starts == slow


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=lambda value: str(value)[:10])
def test_a_day_on_which_clocks_change_has_all_its_minutes_and_no_others(name, change):
    """From midnight to midnight, one after the other: as many starts as there are half hours."""
    zone, visit = ZoneInfo(name), long_visit(30, 30)
    day = day_span(wall_time(change, zone).date(), zone)
    starts = offered(week_of([(time(0), time(0))]), zone, visit, day)
    assert starts == [day.start + n * visit.step for n in range(day.length // visit.step)]


@pytest.mark.parametrize("name", ZONES)
def test_the_kept_part_is_given_out_at_seven_by_the_wall_on_days_on_which_clocks_change(name):
    zone = ZoneInfo(name)
    for _name, change in (one for one in CHANGES if one[0] == name):
        day = wall_time(change, zone).date()
        (session,) = availability.sessions(
            [Pattern("day", day.weekday(), time(9), time(12), reserve=timedelta(hours=1))], zone, day_span(day, zone)
        )
        assert wall_time(session.opens_at, zone) == datetime.combine(day, time(7))
        assert wall_time(session.kept_from, zone) == datetime.combine(day, time(11))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2026, 12, 31), date(2027, 12, 31)])
def test_nights_into_leap_days_and_new_years_are_whole(name, day):
    zone, visit = ZoneInfo(name), long_visit(60, 60)
    night = Pattern("night", day.weekday(), time(22), time(6), valid_from=day, valid_until=day + DAY)
    whole = Span(day_span(day, zone).start, day_span(day + DAY, zone).end)
    walls = [wall_time(start, zone) for start in offered([night], zone, visit, whole)]
    assert walls == [datetime.combine(day, time(22)) + n * timedelta(hours=1) for n in range(8)]
