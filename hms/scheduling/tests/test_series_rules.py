"""Series: which days a rule gives, and what stands in the way of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hms.scheduling import refusals
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import Busy, Pattern, Thing, Visit
from hms.scheduling.rules.series import (
    MOST_VISITS,
    Diary,
    Recurrence,
    Rule,
    dates,
    moved,
    plan,
    read,
    recurrence_problems,
)
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, first_instant

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NINE = time(9)
TUESDAY = date(2026, 11, 24)
VISIT = Visit("followup", duration=20 * MINUTE, step=20 * MINUTE, horizon=365 * DAY)


def asked(unit="week", every=1, first=TUESDAY, **fields) -> Recurrence:
    return Recurrence(unit, every, first, NINE, **{"weekdays": (1,), "count": 6} | fields)


def at(day: date, clock: time = NINE) -> datetime:
    return first_instant(datetime.combine(day, clock), BERLIN)


def seen(day: date, clock: time = NINE) -> Span:
    return VISIT.seen(at(day, clock))


def diary(weekdays=range(5), visit=VISIT, **known) -> Diary:
    """A practitioner who sees patients from nine to twelve, for a year."""
    patterns = [Pattern(day, day, time(9), time(12), room="room") for day in weekdays]
    sittings = availability.sessions(patterns, BERLIN, Span(NOW - 8 * DAY, NOW + 400 * DAY))
    return Diary(visit, BERLIN, NOW, sittings=sittings, **known)


# --- The rule -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("unit", "every", "first", "weekdays", "rule", "days"),
    [
        ("day", 2, TUESDAY, (), "FREQ=DAILY;INTERVAL=2", ["2026-11-24", "2026-11-26", "2026-11-28"]),
        ("week", 1, TUESDAY, (1, 4), "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,FR", ["2026-11-24", "2026-11-27", "2026-12-01"]),
        ("week", 2, TUESDAY, (1,), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", ["2026-11-24", "2026-12-08", "2026-12-22"]),
        # A first day that is none of the weekdays: the first of them after it.
        ("week", 1, TUESDAY, (4,), "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR", ["2026-11-27", "2026-12-04", "2026-12-11"]),
        (
            "month-weekday",
            3,
            TUESDAY,
            (),
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=4TU",
            ["2026-11-24", "2027-02-23", "2027-05-25"],
        ),
        # The fifth of a month is its last: most months have no fifth.
        (
            "month-weekday",
            1,
            date(2026, 11, 30),
            (),
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1MO",
            ["2026-11-30", "2026-12-28", "2027-01-25"],
        ),
        (
            "month-date",
            3,
            TUESDAY,
            (),
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24",
            ["2026-11-24", "2027-02-24", "2027-05-24"],
        ),
        # The 31st is the last where there is none: no month is left out.
        (
            "month-date",
            1,
            date(2026, 12, 31),
            (),
            "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            ["2026-12-31", "2027-01-31", "2027-02-28"],
        ),
    ],
)
def test_a_rule_and_its_days(unit, every, first, weekdays, rule, days):
    wanted = asked(unit, every, first, weekdays=weekdays)
    assert wanted.rule == rule
    assert [day.isoformat() for day in islice(dates(rule, first), 3)] == days


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY;INTERVAL=2", Rule("day", 2)),
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,FR", Rule("week", 1, (1, 4))),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1MO", Rule("month-weekday", 3, (0,), nth=-1)),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24", Rule("month-date", 3, day=24)),
        ("FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", Rule("month-date", 1, day=31)),
    ],
)
def test_a_rule_is_read_back(rule, said):
    assert read(rule) == said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    unit=st.sampled_from(["day", "week", "month-weekday", "month-date"]),
    every=st.integers(1, 12),
    first=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    weekdays=st.integers(1, 127).map(lambda bits: tuple(day for day in range(7) if bits >> day & 1)),
    skipped=st.integers(0, 8),
)
def test_going_on_after_a_date_gives_the_same_days_as_going_on_from_the_first(unit, every, first, weekdays, skipped):
    rule = asked(unit, every, first, weekdays=weekdays).rule
    days = list(islice(dates(rule, first), skipped + 4))
    assert days == sorted(set(days))
    assert days[0] >= first
    if len(days) > skipped:
        assert list(islice(dates(rule, first, after=days[skipped]), 3)) == days[skipped + 1 : skipped + 4]
        assert read(rule).unit == unit
        assert read(rule).every == every


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"every": 0}, refusals.how_often(52)),
        ({"every": 53}, refusals.how_often(52)),
        ({"weekdays": ()}, refusals.NO_WEEKDAY),
        ({"first": date(2026, 11, 22)}, refusals.SERIES_STARTED),
        ({"count": None}, refusals.SERIES_ENDS),
        ({"until": date(2027, 1, 1)}, refusals.SERIES_ENDS),
        ({"count": 1}, refusals.how_many(MOST_VISITS)),
        ({"count": MOST_VISITS + 1}, refusals.how_many(MOST_VISITS)),
        ({"count": None, "until": TUESDAY}, refusals.SERIES_PERIOD),
        ({"count": None, "until": date(2032, 1, 1)}, refusals.SERIES_PERIOD),
        ({"unit": "day", "count": None, "until": date(2027, 6, 1)}, refusals.how_many(MOST_VISITS)),
        # Ten visits a year apart would take longer than a series lasts.
        ({"every": 52, "count": 10}, refusals.SERIES_PERIOD),
    ],
)
def test_what_a_series_may_not_be(fields, problem):
    (found,) = recurrence_problems(asked(**fields), today=date(2026, 11, 23))
    assert (str(found), found.field) == (str(problem), problem.field)


def test_a_sound_series_has_no_problem():
    for fields in ({}, {"count": None, "until": date(2027, 5, 1)}, {"unit": "month-date", "every": 3}):
        assert recurrence_problems(asked(**fields), today=date(2026, 11, 23)) == []


# --- What stands in the way -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "clock", "known", "obstacle"),
    [
        (TUESDAY, NINE, {}, ""),
        (TUESDAY, time(11, 40), {}, ""),
        (date(2026, 11, 23), NINE, {}, "passed"),
        (date(2027, 11, 23), NINE, {}, "beyond"),
        (TUESDAY, NINE, {"holidays": Busy([day_span(TUESDAY, BERLIN)])}, "holiday"),
        (TUESDAY, NINE, {"away": Busy([day_span(TUESDAY, BERLIN)])}, "away"),
        (date(2026, 11, 28), NINE, {}, "no-day"),
        (TUESDAY, time(11, 45), {}, "no-hours"),
        (TUESDAY, time(14), {}, "no-hours"),
        (TUESDAY, NINE, {"patient_busy": Busy([seen(TUESDAY, time(9, 10))])}, "patient"),
        (TUESDAY, NINE, {"patient_busy": Busy([seen(TUESDAY, time(9, 20))])}, ""),
        (TUESDAY, NINE, {"busy": Busy([seen(TUESDAY)])}, "taken"),
        (TUESDAY, NINE, {"rooms": {"room": Thing("room", Busy([seen(TUESDAY)]))}}, "taken"),
        (TUESDAY, NINE, {"rooms": {"another": Thing("another", Busy([seen(TUESDAY)]))}}, ""),
    ],
)
def test_what_stands_in_the_way_of_a_time(day, clock, known, obstacle):
    assert diary(**known).obstacle(at(day, clock)) == obstacle


def test_buffers_are_in_the_practitioners_way_and_not_in_the_patients():
    wide = Visit("followup", duration=20 * MINUTE, step=20 * MINUTE, before=10 * MINUTE, horizon=365 * DAY)
    before = Span(at(TUESDAY, time(9, 30)), at(TUESDAY, time(9, 35)))
    assert diary(visit=wide, busy=Busy([before])).obstacle(at(TUESDAY, time(9, 40))) == "taken"
    assert diary(visit=wide, patient_busy=Busy([before])).obstacle(at(TUESDAY, time(9, 40))) == ""


def test_other_times_are_the_nearest_free_ones():
    known = diary(busy=Busy([seen(TUESDAY), seen(TUESDAY, time(9, 20))]))
    assert known.near(at(TUESDAY), count=3) == [
        at(TUESDAY, time(9, 40)),
        at(TUESDAY, time(10)),
        at(TUESDAY, time(10, 20)),
    ]
    own = [seen(TUESDAY, time(9, 40))]
    assert at(TUESDAY, time(9, 40)) not in known.near(at(TUESDAY), own)


# --- The plan -----------------------------------------------------------------------------------------------------
WEEKLY = "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"
SECOND, THIRD = TUESDAY + 7 * DAY, TUESDAY + 14 * DAY


def weekly():
    return dates(WEEKLY, TUESDAY)


def states(found) -> list[tuple[date, str, str]]:
    return [(one.on, one.state, one.obstacle) for one in found.dates]


def test_a_holiday_is_left_out_and_made_up_for_at_the_end():
    found = plan(weekly(), NINE, diary(holidays=Busy([day_span(SECOND, BERLIN)])), count=3)
    assert states(found) == [
        (TUESDAY, "booked", ""),
        (SECOND, "skipped", "holiday"),
        (THIRD, "booked", ""),
        (TUESDAY + 21 * DAY, "booked", ""),
    ]
    assert found.next_on is None


def test_or_moves_on_to_the_next_day_somebody_is_there():
    away = Busy([Span(day_span(SECOND, BERLIN).start, day_span(SECOND + DAY, BERLIN).end)])
    found = plan(weekly(), NINE, diary(away=away), count=3, when_closed="move-on")
    one = found.dates[1]
    assert (one.on, one.state, one.obstacle, one.moved_on) == (SECOND, "booked", "away", True)
    assert one.start == at(SECOND + 2 * DAY)
    assert len(found.dates) == 3


def test_moving_on_never_reaches_the_next_date_nor_takes_what_is_taken():
    away = Busy([day_span(SECOND, BERLIN)])
    daily = [SECOND, SECOND + DAY]
    assert states(plan(daily, NINE, diary(away=away), when_closed="move-on"))[0] == (SECOND, "open", "away")
    taken = diary(away=away, busy=Busy([seen(SECOND + DAY)]))
    assert states(plan([SECOND], NINE, taken, when_closed="move-on")) == [(SECOND, "open", "away")]


def test_a_taken_time_wants_a_decision_and_counts():
    found = plan(weekly(), NINE, diary(busy=Busy([seen(SECOND)])), count=3)
    assert states(found)[1] == (SECOND, "open", "taken")
    assert len(found.dates) == 3


def test_dates_beyond_the_horizon_come_later():
    near = Visit("followup", duration=20 * MINUTE, step=20 * MINUTE, horizon=10 * DAY)
    found = plan(weekly(), NINE, diary(visit=near), count=6)
    assert [one.on for one in found.dates] == [TUESDAY, SECOND]
    assert found.next_on == THIRD


def test_a_date_that_is_booked_already_is_kept_as_it_is():
    mine = at(TUESDAY, time(10, 20))
    found = plan(weekly(), NINE, diary(patient_busy=Busy([VISIT.seen(mine)])), count=2, kept={TUESDAY: mine})
    assert [(one.on, one.start) for one in found.dates] == [(TUESDAY, mine), (SECOND, at(SECOND))]


def test_the_wall_time_stays_when_the_clocks_change():
    months = dates("FREQ=MONTHLY;INTERVAL=4;BYMONTHDAY=24", TUESDAY)
    found = plan(months, NINE, diary(range(7)), count=3)
    assert [one.start.hour for one in found.dates] == [8, 8, 7]


def test_a_shift_places_each_date_so_many_days_after_the_rules():
    found = plan(weekly(), time(10), diary(), shift=1, count=2)
    assert [(one.on, one.start) for one in found.dates] == [
        (TUESDAY, at(TUESDAY + DAY, time(10))),
        (SECOND, at(SECOND + DAY, time(10))),
    ]


def test_two_dates_of_one_series_do_not_share_a_time():
    found = moved([(TUESDAY, at(TUESDAY)), (SECOND, at(TUESDAY, time(9, 10)))], diary())
    assert [(one.state, one.obstacle) for one in found] == [("booked", ""), ("open", "patient")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    away=st.sets(st.integers(0, 40), max_size=12),
    taken=st.sets(st.integers(0, 40), max_size=12),
    count=st.integers(1, 12),
    when_closed=st.sampled_from(["skip", "move-on"]),
)
def test_whatever_stands_in_the_way_each_date_is_once_and_what_is_proposed_is_free(away, taken, count, when_closed):
    known = diary(
        range(7),
        away=Busy(day_span(TUESDAY + number * DAY, BERLIN) for number in away),
        busy=Busy(seen(TUESDAY + number * DAY) for number in taken),
    )
    found = plan(dates("FREQ=DAILY;INTERVAL=3", TUESDAY), NINE, known, count=count, when_closed=when_closed).dates
    assert [one.on for one in found] == sorted({one.on for one in found})
    assert sum(1 for one in found if one.state != "skipped") == count
    for one in found:
        assert (one.start is None) == (one.state != "booked")
        if one.start is not None:
            assert known.obstacle(one.start) == ""
        else:
            assert one.obstacle
    proposed = [VISIT.seen(one.start) for one in found if one.start is not None]
    assert all(not a.overlaps(b) for number, a in enumerate(proposed) for b in proposed[:number])
