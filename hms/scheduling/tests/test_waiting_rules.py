"""Whom a freed time suits, who is asked first, and how long an offer stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling import refusals
from hms.scheduling.codes import PartOfDay, Urgency
from hms.scheduling.rules.availability import Visit
from hms.scheduling.rules.waiting import (
    Fit,
    Freed,
    Wish,
    fit_of,
    has_notice,
    joining_problems,
    offer_until,
    part_of,
    rank,
    suits,
    waited_days,
)
from hms.scheduling.rules.wall_clock import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
# Tuesday at nine in Berlin.
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KELLER, OTHER = UUID(int=1), UUID(int=2)
VISIT = Visit("general", 20 * MINUTE, 20 * MINUTE)
FREED = Freed(KELLER, Span(NINE, NINE + 20 * MINUTE))


def wish(key="somebody", urgency=Urgency.ROUTINE, days=3, visit=VISIT, **wishes) -> Wish:
    return Wish(key, urgency, NOW - days * DAY, visit, **wishes)


@pytest.mark.parametrize(
    ("wishes", "suited"),
    [
        ({}, True),
        ({"practitioner": KELLER}, True),
        ({"practitioner": OTHER}, False),
        ({"earliest": date(2026, 11, 24)}, True),
        ({"earliest": date(2026, 11, 25)}, False),
        ({"latest": date(2026, 11, 24)}, True),
        ({"latest": date(2026, 11, 23)}, False),
        ({"weekdays": frozenset({1})}, True),
        ({"weekdays": frozenset({0, 2})}, False),
        ({"parts": frozenset({PartOfDay.MORNING})}, True),
        ({"parts": frozenset({PartOfDay.EVENING})}, False),
        ({"before": NINE + HOUR}, True),
        ({"before": NINE}, False),
        ({"before": NINE - HOUR}, False),
    ],
)
def test_a_time_suits_who_asked_for_such_a_time(wishes, suited):
    assert suits(wish(**wishes), NINE, KELLER, BERLIN) is suited


def test_days_are_those_of_the_wall_clock():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight on Wednesday
    assert suits(wish(weekdays=frozenset({2})), late, KELLER, BERLIN)
    assert not suits(wish(weekdays=frozenset({1})), late, KELLER, BERLIN)


@pytest.mark.parametrize(
    ("wish", "problems"),
    [
        ({}, []),
        ({"latest": NOW.date()}, []),
        ({"latest": NOW.date() - DAY}, [refusals.LAST_DAY_PASSED]),
        ({"earliest": NOW.date() + 2 * DAY, "latest": NOW.date() + DAY}, [refusals.LAST_DAY_PASSED]),
        ({"days": ()}, [refusals.NO_SUITING_DAY]),
        ({"parts": ()}, [refusals.NO_SUITING_DAY]),
        ({"deceased": True, "merged": True}, [refusals.MERGED, refusals.DECEASED]),
    ],
)
def test_who_can_not_wait_is_told_every_reason(wish, problems):
    any_time = {"days": range(7), "parts": tuple(PartOfDay), "today": NOW.date()}
    assert joining_problems(**any_time | wish) == problems


@pytest.mark.parametrize(
    ("clock", "part"), [("00:00", "morning"), ("11:59", "morning"), ("12:00", "afternoon"), ("17:00", "evening")]
)
def test_parts_of_the_day(clock, part):
    assert part_of(datetime.strptime(clock, "%H:%M").time()) == part


@pytest.mark.parametrize(
    ("wishes", "fit"),
    [
        ({}, Fit.WHOLE),
        ({"practitioner": KELLER}, Fit.WHOLE | Fit.PRACTITIONER),
        (
            {"weekdays": frozenset({1}), "parts": frozenset({PartOfDay.MORNING})},
            Fit.WHOLE | Fit.WEEKDAY | Fit.PART_OF_DAY,
        ),
        ({"visit": Visit("general", 10 * MINUTE, 10 * MINUTE)}, Fit(0)),
        # Buffers are a part of what was freed.
        ({"visit": Visit("general", 10 * MINUTE, 10 * MINUTE, after=10 * MINUTE)}, Fit.WHOLE),
    ],
)
def test_fit_is_what_speaks_for_this_holder(wishes, fit):
    assert fit_of(wish(**wishes), NINE, FREED.span) == fit


ASKED_IN_TURN = [
    # Urgency beats any fit and any waiting time (domain rule 14).
    (wish("urgent since today", Urgency.URGENT, 0), wish("routine for years", days=900, practitioner=KELLER)),
    (wish("soon", Urgency.SOON, 0), wish("routine", days=900)),
    (wish("urgent", Urgency.URGENT, 0), wish("soon", Urgency.SOON, 90)),
    # Of equal urgency, who can use fewer times.
    (wish("only Keller", days=1, practitioner=KELLER), wish("anybody", days=30)),
    # Of equal fit, who waits longer; of equal days, who was there first.
    (wish("ten days", days=10), wish("nine days", days=9)),
    (wish("first", days=9.5), wish("second", days=9.4)),
]


@pytest.mark.parametrize(("sooner", "later"), ASKED_IN_TURN, ids=lambda one: one.key)
def test_who_is_asked_first(sooner, later):
    ranked = [rank(one, [NINE], FREED, BERLIN, now=NOW) for one in (later, sooner)]
    assert min(ranked, key=lambda one: one.order).wish is sooner


wishes = st.builds(
    wish,
    key=st.text(max_size=3),
    urgency=st.sampled_from(Urgency),
    days=st.integers(0, 400),
    practitioner=st.sampled_from([None, KELLER, OTHER]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    parts=st.frozensets(st.sampled_from(PartOfDay), min_size=1),
)


@given(st.lists(wishes, max_size=8))
def test_nobody_less_urgent_is_before_anybody_more_urgent(waiting):
    ranked = [one for each in waiting if (one := rank(each, [NINE], FREED, BERLIN, now=NOW)) is not None]
    order = [Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE]
    places = [order.index(Urgency(one.urgency)) for one in sorted(ranked, key=lambda one: one.order)]
    assert places == sorted(places)
    assert all(suits(one.wish, one.start, KELLER, BERLIN) for one in ranked)


def test_the_first_start_that_suits_is_taken():
    starts = [NINE + 20 * MINUTE, NINE, NINE + 3 * HOUR]
    assert rank(wish(), starts, FREED, BERLIN, now=NOW).start == NINE
    afternoon = wish(parts=frozenset({PartOfDay.AFTERNOON}))
    assert rank(afternoon, starts, FREED, BERLIN, now=NOW).start == NINE + 3 * HOUR
    assert rank(afternoon, starts[:2], FREED, BERLIN, now=NOW) is None


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (23.9, 0), (24, 1), (49, 2), (-5, 0)])
def test_waiting_is_counted_in_whole_days(hours, days):
    assert waited_days(NOW - hours * HOUR, NOW) == days


@pytest.mark.parametrize(("ahead", "enough"), [(2 * HOUR, True), (2 * HOUR - MINUTE, False), (-HOUR, False)])
def test_notice_is_counted_from_when_one_hears_of_it(ahead, enough):
    assert has_notice(NOW + ahead, NOW, 2 * HOUR) is enough


@pytest.mark.parametrize(
    ("ahead", "stands"),
    [
        (3 * DAY, 60 * MINUTE),
        (3 * HOUR, 60 * MINUTE),
        # A third of what is left, so that the next in line can still come.
        (2 * HOUR, 40 * MINUTE),
        (30 * MINUTE, 10 * MINUTE),
        (9 * MINUTE, 5 * MINUTE),
        # No time for an answer.
        (5 * MINUTE, None),
        (-HOUR, None),
    ],
)
def test_an_offer_stands_an_hour_and_less_when_the_visit_is_near(ahead, stands):
    until = offer_until(NOW + ahead, NOW, 60 * MINUTE)
    assert until == (NOW + stands if stands else None)


def test_an_offer_ends_on_the_minute_that_is_told():
    heard = NOW + timedelta(seconds=42)
    assert offer_until(NOW + DAY, heard, 60 * MINUTE) == NOW + 60 * MINUTE


@given(st.integers(-60, 600), st.integers(5, 600), st.integers(0, 59))
def test_an_offer_ends_after_it_is_heard_of_and_before_the_visit(ahead, stands, second):
    heard = NOW + timedelta(seconds=second)
    start = NOW + ahead * MINUTE
    until = offer_until(start, heard, stands * MINUTE)
    assert until is None or heard < until < start


def test_a_freed_time_is_its_own_name():
    assert Freed.parse(str(FREED)) == FREED
    assert len(str(FREED)) < 60
    for nonsense in ("", "1.2.3", "x.y.z", str(FREED) + ".1"):
        with pytest.raises(ValueError):
            Freed.parse(nonsense)
