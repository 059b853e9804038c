"""How long still: the interval, by its cases and by what must always hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling.rules import pace
from hms.scheduling.rules.pace import Before, Going, Seen

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def wait(before=(), going=None, seen=(), begins=0):
    return pace.wait(before, going, seen, now=NOW, begins_at=NOW + begins * MINUTES)


def test_a_day_without_news_goes_as_planned():
    assert pace.pace([]) == 1


def test_few_visits_are_believed_a_little_and_many_more():
    one, six = pace.pace([Seen(20, 40)]), pace.pace([Seen(20, 40)] * 6)
    assert 1 < one < six < 2


def test_nothing_is_believed_without_bounds():
    assert pace.pace([Seen(20, 900)] * 20) == pace.SLOWEST
    assert pace.pace([Seen(20, 1)] * 200) == pace.FASTEST


def test_nobody_before_and_the_doctor_free():
    assert (wait().low, wait().high) == (0, 10)


def test_two_before_of_twenty_minutes():
    found = wait([Before(20, NOW)] * 2)
    assert found.expected == 44
    assert (found.low, found.high) == (30, 60)


def test_a_visit_longer_than_planned_is_not_over_by_that():
    found = wait(going=Going(20, NOW - 40 * MINUTES))
    assert found.expected == 20 * pace.TAIL + pace.TURNOVER


def test_what_is_expected_counts_by_its_chance_and_not_before_its_time():
    surely, perhaps = wait([Before(20, NOW)]), wait([Before(20, NOW, 0.5)])
    assert perhaps.expected < surely.expected
    assert wait([Before(20, NOW + 30 * MINUTES)]).expected == 52


def test_who_should_be_here_already_counts_less_and_in_the_end_not_at_all():
    ahead, late, gone = (pace.expected(20, NOW + minutes * MINUTES, now=NOW) for minutes in (5, -5, -20))
    assert ahead == Before(20, NOW + 5 * MINUTES, pace.COMES)
    assert late == Before(20, NOW, pace.COMES_LATE)
    assert gone is None


def test_nobody_is_called_before_the_session():
    assert wait(begins=25).expected == 25


def test_a_slow_morning_makes_it_longer():
    assert wait([Before(20, NOW)] * 3, seen=[Seen(20, 35)] * 4).expected > wait([Before(20, NOW)] * 3).expected


@given(
    st.lists(st.floats(5, 60), max_size=15),
    st.lists(st.tuples(st.floats(5, 60), st.floats(1, 200)), max_size=10),
    st.integers(0, 120),
)
def test_a_promise_is_always_an_interval(planned, seen, begins):
    before = [Before(minutes, NOW) for minutes in planned]
    found = wait(before, seen=[Seen(*one) for one in seen], begins=begins)
    assert 0 <= found.low < found.high <= pace.LONGEST + pace.NARROWEST
    assert found.low % pace.STEP == found.high % pace.STEP == 0
    assert found.high - found.low >= pace.NARROWEST
    # One more before never makes it shorter.
    assert wait([*before, Before(20, NOW)], seen=[Seen(*one) for one in seen], begins=begins).expected > found.expected
