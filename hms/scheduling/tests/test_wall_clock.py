"""Rules of the wall clock: gaps, repeated hours, days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hms.scheduling.rules import wall_clock
from hms.scheduling.rules.wall_clock import Span

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Asia/Beirut",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_time_in_the_spring_gap_does_not_exist():
    assert wall_clock.instants(datetime(2027, 3, 28, 2, 30), BERLIN) == ()


def test_a_time_in_the_gap_means_the_jump():
    assert wall_clock.first_instant(datetime(2027, 3, 28, 2, 30), BERLIN) == at("2027-03-28T01:00")


def test_a_time_in_the_repeated_hour_is_two_instants_and_means_the_first():
    wall = datetime(2026, 10, 25, 2, 30)
    assert wall_clock.instants(wall, BERLIN) == (at("2026-10-25T00:30"), at("2026-10-25T01:30"))
    assert wall_clock.first_instant(wall, BERLIN) == at("2026-10-25T00:30")


def test_a_day_skipped_by_a_whole_zone_is_empty():
    """Samoa had no 30 December 2011."""
    assert wall_clock.day_span(date(2011, 12, 30), ZoneInfo("Pacific/Apia")).length == timedelta(0)


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-28", 23), ("2026-10-25", 25), ("2028-02-29", 24), ("2026-12-31", 24)]
)
def test_days_are_as_long_as_they_are(day, hours):
    assert wall_clock.day_span(date.fromisoformat(day), BERLIN).length == timedelta(hours=hours)


def test_a_day_that_begins_with_a_gap_begins_at_the_jump():
    """Cairo jumps from 00:00 to 01:00 on the last Friday of April."""
    span = wall_clock.day_span(date(2027, 4, 30), ZoneInfo("Africa/Cairo"))
    assert span == Span(at("2027-04-29T22:00"), at("2027-04-30T21:00"))


def test_an_end_before_the_start_is_on_the_next_day():
    span = wall_clock.wall_span(date(2026, 12, 31), time(22), time(6), BERLIN)
    assert span == Span(at("2026-12-31T21:00"), at("2027-01-01T05:00"))


def test_intervals_that_touch_do_not_clash():
    first, second = (
        Span(at("2026-11-24T09:00"), at("2026-11-24T09:15")),
        Span(at("2026-11-24T09:15"), at("2026-11-24T09:30")),
    )
    assert not first.overlaps(second)
    assert second.holds(at("2026-11-24T09:15"))
    assert not first.holds(at("2026-11-24T09:15"))


def test_a_promise_names_the_offset_only_where_the_hour_repeats():
    assert wall_clock.promise(at("2026-11-24T08:20"), BERLIN) == "2026-11-24T09:20"
    assert wall_clock.promise(at("2026-10-25T00:30"), BERLIN) == "2026-10-25T02:30+02:00"
    assert wall_clock.promise(at("2026-10-25T01:30"), BERLIN) == "2026-10-25T02:30+01:00"


def test_a_promise_inside_a_new_gap_becomes_the_jump():
    assert wall_clock.promised_instant("2027-03-28T02:30", BERLIN) == at("2027-03-28T01:00")


def test_a_promise_with_an_offset_the_zone_no_longer_knows_keeps_its_wall_time():
    assert wall_clock.promised_instant("2026-10-25T02:30+05:00", BERLIN) == at("2026-10-25T00:30")


@pytest.mark.parametrize("name", ZONES)
def test_every_quarter_of_an_hour_for_three_years_survives_its_promise(name):
    zone = ZoneInfo(name)
    moment, end = at("2026-11-23T00:00"), at("2029-12-01T00:00")
    offset = None
    while moment < end:
        # Around each change of offset every quarter is looked at, elsewhere one hour a day is enough.
        changed = offset is not None and moment.astimezone(zone).utcoffset() != offset
        offset = moment.astimezone(zone).utcoffset()
        if changed:
            for quarter in range(-112, 8):
                near = moment + quarter * timedelta(minutes=15)
                assert wall_clock.promised_instant(wall_clock.promise(near, zone), zone) == near
        assert wall_clock.promised_instant(wall_clock.promise(moment, zone), zone) == moment
        moment += timedelta(days=1)


def test_whole_days_are_told_as_days():
    first, last = date(2026, 3, 28), date(2026, 3, 29)  # clocks go forward on the second
    both = Span(wall_clock.day_span(first, BERLIN).start, wall_clock.day_span(last, BERLIN).end)
    assert wall_clock.whole_days(both, BERLIN) == (first, last)
    assert wall_clock.whole_days(wall_clock.day_span(last, BERLIN), BERLIN) == (last, last)
    assert wall_clock.whole_days(Span(both.start, both.end - timedelta(minutes=1)), BERLIN) is None
