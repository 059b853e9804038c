"""Free starts: cases one can check by hand, then thousands against the slow reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import Busy, FreeStart, Pattern, Place, Pool, Session, Thing, Visit
from hms.scheduling.rules.wall_clock import Span, wall_time
from hms.scheduling.tests import reference_availability

BERLIN = ZoneInfo("Europe/Berlin")
MINUTES = timedelta(minutes=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def visit(minutes: int = 20, **more) -> Visit:
    more.setdefault("horizon", timedelta(days=100_000))
    return Visit("general", timedelta(minutes=minutes), more.pop("step", timedelta(minutes=20)), **more)


def on_tuesday(start: str, end: str, **more) -> Pattern:
    return Pattern("morning", 1, time.fromisoformat(start), time.fromisoformat(end), **more)


def offered(patterns, visit_, *, day="2026-11-24", zone=BERLIN, now=LONG_AGO, window=None, **more) -> list[str]:
    """Wall times offered on a day."""
    whole = window or Span(at(day) - timedelta(hours=14), at(day) + timedelta(hours=38))
    sittings = availability.sessions(patterns, zone, whole)
    starts = availability.free_starts(sittings, visit_, now=now, window=whole, **more)
    return [wall_time(start.at, zone).strftime("%H:%M") for start in starts]


def test_a_session_is_cut_into_starts_that_fit():
    assert offered([on_tuesday("09:00", "10:10")], visit()) == ["09:00", "09:20", "09:40"]


def test_a_booking_takes_its_time_and_no_more():
    busy = Busy([Span(at("2026-11-24T08:20"), at("2026-11-24T08:40"))])
    assert offered([on_tuesday("09:00", "10:20")], visit(), busy=busy) == ["09:00", "09:40", "10:00"]


def test_a_long_visit_takes_every_start_it_covers():
    """Pain 1: a 30-minute visit must not leave the next 15-minute start bookable."""
    busy = Busy([Span(at("2026-11-24T08:00"), at("2026-11-24T08:30"))])
    fifteen = visit(15, step=timedelta(minutes=15))
    assert offered([on_tuesday("09:00", "10:00")], fifteen, busy=busy) == ["09:30", "09:45"]


def test_buffers_occupy():
    busy = Busy([Span(at("2026-11-24T08:20"), at("2026-11-24T08:40"))])
    cleaned = visit(15, after=timedelta(minutes=10), step=timedelta(minutes=5))
    assert offered([on_tuesday("09:00", "10:00")], cleaned, busy=busy) == ["09:40", "09:45"]


def test_buffers_may_reach_over_the_edge_of_the_session():
    assert offered([on_tuesday("09:00", "09:20")], visit(before=timedelta(minutes=5), after=timedelta(minutes=5))) == [
        "09:00"
    ]


def test_the_patient_is_not_in_two_places():
    patient = Busy([Span(at("2026-11-24T08:00"), at("2026-11-24T08:20"))])
    buffered = visit(before=timedelta(minutes=15))
    assert offered([on_tuesday("09:00", "09:40")], buffered, patient_busy=patient) == ["09:20"]


def test_leave_closes():
    away = Busy([Span(at("2026-11-24T08:10"), at("2026-11-24T08:50"))])
    # The grid stays where the session put it.
    assert offered([on_tuesday("09:00", "10:20")], visit(), closed=away) == ["10:00"]


def test_lead_time_and_horizon_bound_the_offer():
    now = at("2026-11-24T07:50")
    soon = visit(lead_min=timedelta(minutes=30), lead_max=timedelta(minutes=60))
    assert offered([on_tuesday("09:00", "12:00")], soon, now=now) == ["09:20", "09:40"]
    assert offered([on_tuesday("09:00", "12:00")], visit(horizon=timedelta(minutes=30)), now=now) == ["09:00"]


def test_a_session_for_other_services_is_not_offered():
    assert offered([on_tuesday("09:00", "10:00", services=frozenset({"surgery"}))], visit()) == []


def test_validity_is_half_open_and_counts_by_the_day_the_session_starts():
    first_week_only = on_tuesday("23:00", "01:00", valid_from=date(2026, 11, 24), valid_until=date(2026, 11, 25))
    assert offered([first_week_only], visit(60, step=timedelta(hours=1))) == ["23:00", "00:00"]
    assert offered([on_tuesday("09:00", "10:00", valid_until=date(2026, 11, 24))], visit()) == []


def test_a_night_session_crosses_midnight_and_the_year():
    night = Pattern("night", 3, time(23, 20), time(0, 20))
    assert offered([night], visit(), day="2026-12-31") == ["23:20", "23:40", "00:00"]


def test_no_start_falls_into_the_spring_gap():
    sunday = Pattern("night", 6, time(1), time(4))
    assert offered([sunday], visit(30, step=timedelta(minutes=30)), day="2027-03-28") == [
        "01:00",
        "01:30",
        "03:00",
        "03:30",
    ]


def test_a_session_wholly_inside_the_gap_does_not_take_place():
    assert offered([Pattern("night", 6, time(2), time(2, 45))], visit(), day="2027-03-28") == []


def test_the_repeated_hour_is_two_hours():
    sunday = Pattern("night", 6, time(2), time(3))
    whole = Span(at("2026-10-24T22:00"), at("2026-10-25T06:00"))
    starts = availability.free_starts(
        availability.sessions([sunday], BERLIN, whole), visit(60, step=timedelta(hours=1)), now=LONG_AGO, window=whole
    )
    assert [start.at for start in starts] == [at("2026-10-25T00:00"), at("2026-10-25T01:00")]


def test_the_29th_of_february_is_a_day_like_others():
    assert offered([on_tuesday("09:00", "09:20")], visit(), day="2028-02-29") == ["09:00"]


def test_the_room_of_the_session_must_be_free_too():
    rooms = {"room 1": Thing("room 1", Busy([Span(at("2026-11-24T08:00"), at("2026-11-24T08:20"))]))}
    assert offered([on_tuesday("09:00", "09:40", room="room 1")], visit(), rooms=rooms) == ["09:20"]
    assert offered([on_tuesday("09:00", "09:40", room="room 2")], visit(), rooms=rooms) == ["09:00", "09:20"]


NINE_TO_TWENTY_PAST = Span(at("2026-11-24T08:00"), at("2026-11-24T08:20"))


def test_one_free_thing_of_each_pool_is_enough_and_both_at_once():
    nine, free = Thing("1", Busy([NINE_TO_TWENTY_PAST])), Thing("2")
    ten_past = Thing("3", Busy([Span(at("2026-11-24T08:10"), at("2026-11-24T08:40"))]))
    pools = {"room": Pool([nine, free]), "device": Pool([nine, ten_past])}
    both = visit(needs=("room", "device"))
    assert offered([on_tuesday("09:00", "10:00")], both, pools=pools) == ["09:20", "09:40"]
    assert offered([on_tuesday("09:00", "10:00")], visit(needs=("room",)), pools=pools) == ["09:00", "09:20", "09:40"]


def test_a_pool_without_anything_in_it_has_no_times():
    assert offered([on_tuesday("09:00", "10:00")], visit(needs=("room",)), pools={"room": Pool([])}) == []


def test_a_thing_has_hours_of_its_own_over_which_buffers_may_reach():
    """Like the practitioner's: cleaning up after the room has closed is no visit."""
    closed = Thing("1", closed=Busy([NINE_TO_TWENTY_PAST]))
    cleaned = visit(needs=("room",), before=timedelta(minutes=10))
    assert offered([on_tuesday("09:00", "10:00")], cleaned, pools={"room": Pool([closed])}) == ["09:20", "09:40"]


def test_who_needs_a_room_of_a_kind_does_not_sit_in_the_room_of_the_session():
    rooms = {"room 1": Thing("room 1", Busy([NINE_TO_TWENTY_PAST]))}
    elsewhere = visit(needs=("room",), own_room=False)
    session = on_tuesday("09:00", "09:40", room="room 1")
    assert offered([session], elsewhere, rooms=rooms, pools={"room": Pool([Thing("2")])}) == ["09:00", "09:20"]


def test_the_last_part_of_a_session_is_kept_for_the_day_itself():
    session = on_tuesday("09:00", "10:00", reserve=timedelta(minutes=20))
    night = at("2026-11-24T05:59")  # one minute to seven
    assert offered([session], visit(), now=at("2026-11-20T08:00")) == ["09:00", "09:20"]
    assert offered([session], visit(), now=night) == ["09:00", "09:20"]
    assert offered([session], visit(), now=night + MINUTES) == ["09:00", "09:20", "09:40"]


def test_a_long_visit_does_not_reach_into_what_is_kept():
    session = on_tuesday("09:00", "10:00", reserve=timedelta(minutes=20))
    assert offered([session], visit(30), now=at("2026-11-20T08:00")) == ["09:00"]


def test_a_session_past_midnight_is_given_out_on_the_morning_of_the_day_it_begins():
    night = on_tuesday("23:00", "01:00", reserve=timedelta(minutes=60))
    hourly = visit(60, step=timedelta(hours=1))
    assert offered([night], hourly, now=at("2026-11-24T05:00")) == ["23:00"]
    assert offered([night], hourly, now=at("2026-11-24T06:00")) == ["23:00", "00:00"]


def test_a_reserve_longer_than_the_session_keeps_all_of_it():
    session = on_tuesday("09:00", "10:00", reserve=timedelta(hours=5))
    assert offered([session], visit(), now=at("2026-11-20T08:00")) == []


def test_only_wished_stretches_are_offered_from_the_grid_of_the_session():
    within = [
        Span(at("2026-11-24T08:05"), at("2026-11-24T08:30")),
        Span(at("2026-11-24T08:40"), at("2026-11-24T09:00")),
    ]
    assert offered([on_tuesday("09:00", "11:00")], visit(), within=within) == ["09:20", "09:40"]
    assert offered([on_tuesday("09:00", "11:00")], visit(), within=[]) == []


def test_a_group_visit_with_places_left_is_offered_and_a_full_one_is_not():
    start = at("2026-11-24T08:00")
    busy = Busy([Span(start, at("2026-11-24T08:20"))])
    places = [Place(start, "general", 2, key="asthma-school")]
    whole = Span(at("2026-11-24T00:00"), at("2026-11-25T00:00"))
    sittings = availability.sessions([on_tuesday("09:00", "09:40")], BERLIN, whole)
    first, second = availability.free_starts(sittings, visit(), now=LONG_AGO, window=whole, busy=busy, places=places)
    assert (first.joins, second.joins) == ("asthma-school", None)
    full = [Place(start, "general", 0)]
    assert len(availability.free_starts(sittings, visit(), now=LONG_AGO, window=whole, busy=busy, places=full)) == 1


def test_limit_gives_the_first_ones_even_over_overlapping_sessions():
    whole = Span(at("2026-11-24T00:00"), at("2026-11-25T00:00"))
    sittings = availability.sessions(
        [on_tuesday("09:00", "12:00"), Pattern("second", 1, time(9, 10), time(12))], BERLIN, whole
    )
    starts = availability.free_starts(sittings, visit(), now=LONG_AGO, window=whole, limit=3)
    assert [wall_time(start.at, BERLIN).minute for start in starts] == [0, 10, 20]


def test_the_three_nearest_are_those_around():
    starts = [FreeStart(at(f"2026-11-24T{hour:02}:00")) for hour in (7, 9, 12, 13, 18)]
    assert [start.at.hour for start in availability.nearest(starts, at("2026-11-24T11:00"))] == [9, 12, 13]


def test_side_by_side_starts_do_not_exclude_each_other():
    starts = [FreeStart(at("2026-11-24T09:00") + n * 10 * MINUTES) for n in range(5)]
    assert [start.at.minute for start in availability.side_by_side(starts, visit(20))] == [0, 20, 40]


def test_a_full_day_costs_no_walk_through_it():
    """600 sessions, all taken: what is full is jumped over."""
    whole = Span(at("2026-11-23T00:00"), at("2028-07-15T00:00"))
    daily = [Pattern("day", weekday, time(8), time(18)) for weekday in range(7)]
    sittings = availability.sessions(daily, BERLIN, whole)
    counted = Counting(one.span for one in sittings)
    assert (
        availability.free_starts(
            sittings, visit(10, step=timedelta(minutes=1)), now=LONG_AGO, window=whole, busy=counted
        )
        == []
    )
    assert counted.asked <= len(sittings)


class Counting(Busy):
    __slots__ = ("asked",)

    def __init__(self, spans):
        super().__init__(spans)
        self.asked = 0

    def until(self, span):
        self.asked += 1
        return super().until(span)

    def covers(self, span):
        self.asked += 1
        return super().covers(span)


# --- Against the reference ---------------------------------------------------------------------------------

# Days around changes of clocks, a leap day, a new year, and an ordinary one.
DAYS = {
    "Europe/Berlin": ["2026-10-24", "2027-03-27", "2028-02-28", "2026-12-31", "2026-11-23"],
    "America/New_York": ["2026-10-31", "2027-03-13", "2026-11-23"],
    "Australia/Lord_Howe": ["2026-10-03", "2027-04-03", "2026-11-23"],
    "Africa/Cairo": ["2027-04-29", "2026-10-29"],
    "Pacific/Apia": ["2011-12-29"],
    "Asia/Kathmandu": ["2026-11-23"],
}
clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 20, 30, 45]))
length = st.integers(1, 12).map(lambda n: n * 5 * MINUTES)


@st.composite
def worlds(draw):
    zone_name = draw(st.sampled_from(sorted(DAYS)))
    day = datetime.fromisoformat(draw(st.sampled_from(DAYS[zone_name]))).replace(tzinfo=UTC)
    window = Span(
        day + draw(st.integers(0, 600)) * MINUTES, day + timedelta(hours=36) + draw(st.integers(0, 400)) * MINUTES
    )
    spans = st.builds(
        lambda start, long: Span(day + start * 5 * MINUTES, day + start * 5 * MINUTES + long),
        st.integers(-48, 600),
        st.integers(1, 60).map(lambda n: n * 5 * MINUTES),
    )
    services = st.sampled_from([None, frozenset({"general"}), frozenset({"surgery"})])
    pattern = st.builds(
        Pattern,
        st.integers(0, 99),
        st.integers(0, 6),
        clock,
        clock,
        st.sampled_from([None, day.date(), day.date() + timedelta(days=1)]),
        st.sampled_from([None, day.date() + timedelta(days=1)]),
        services,
        st.sampled_from([None, "room 1", "room 2"]),
        st.sampled_from([0, 0, 10, 45, 600]).map(lambda n: n * MINUTES),
    )
    asked = visit(
        5,
        step=draw(st.sampled_from([5, 10, 15, 20, 30])) * MINUTES,
        before=draw(st.sampled_from([0, 5, 15])) * MINUTES,
        after=draw(st.sampled_from([0, 5, 10])) * MINUTES,
        lead_min=draw(st.sampled_from([0, 60, 300])) * MINUTES,
        lead_max=draw(st.sampled_from([None, 1200 * MINUTES])),
        horizon=draw(st.sampled_from([900, 100_000])) * MINUTES,
    )
    asked = Visit(
        asked.service,
        draw(length),
        asked.step,
        asked.before,
        asked.after,
        asked.lead_min,
        asked.lead_max,
        asked.horizon,
        draw(st.sampled_from([(), ("room",), ("device",), ("room", "device")])),
        draw(st.booleans()),
    )
    some = st.lists(spans, max_size=4)
    thing = st.tuples(some, st.lists(spans, max_size=2))
    return {
        "zone": ZoneInfo(zone_name),
        "window": window,
        "patterns": draw(st.lists(pattern, max_size=5)),
        "extra": draw(
            st.lists(
                st.builds(
                    lambda *one: Session(*one), spans, st.just("extra"), services, st.sampled_from([None, "room 1"])
                ),
                max_size=2,
            )
        ),
        "visit": asked,
        "now": day + draw(st.integers(-300, 300)) * MINUTES,
        "closed": draw(some),
        "busy": draw(some),
        "patient_busy": draw(st.lists(spans, max_size=2)),
        "rooms": {"room 1": draw(thing), "room 2": draw(thing)},
        "pools": {"room": draw(st.lists(thing, max_size=3)), "device": draw(st.lists(thing, max_size=2))},
        "opens": draw(clock),
    }


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_the_fast_way_finds_what_the_slow_way_finds(world):
    sittings = availability.sessions(world["patterns"], world["zone"], world["window"], world["opens"])
    sittings += world["extra"]
    bounds = {"now": world["now"], "window": world["window"]}

    def fast(**more):
        return availability.free_starts(
            sittings,
            world["visit"],
            closed=Busy(world["closed"]),
            busy=Busy(world["busy"]),
            patient_busy=Busy(world["patient_busy"]),
            rooms={room: thing_of(room, one) for room, one in world["rooms"].items()},
            pools={need: Pool(thing_of(need, one) for one in some) for need, some in world["pools"].items()},
            **bounds,
            **more,
        )

    slow = reference_availability.free_starts(
        world["patterns"],
        world["extra"],
        world["zone"],
        world["visit"],
        closed=world["closed"],
        busy=world["busy"],
        patient_busy=world["patient_busy"],
        rooms=world["rooms"],
        pools=world["pools"],
        opens=world["opens"],
        **bounds,
    )
    found = fast()
    assert [start.at for start in found] == slow
    assert fast(limit=2) == found[:2]
    middle = world["window"].start + 7 * world["window"].length / 12
    halves = [Span(world["window"].start, middle), Span(middle, world["window"].end)]
    assert fast(within=halves) == found
    assert fast(within=halves[1:]) == [start for start in found if start.at >= middle]


def thing_of(key, pair) -> Thing:
    taken, away = pair
    return Thing(key, Busy(taken), Busy(away))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=8), st.integers(0, 40), st.integers(1, 9))
def test_what_is_left_of_a_span_is_what_nothing_takes(taken, start, long):
    base = at("2026-11-24T00:00")
    spans = [Span(base + s * MINUTES, base + (s + n) * MINUTES) for s, n in taken]
    whole = Span(base + start * MINUTES, base + (start + long) * MINUTES)
    left = Busy(spans).without(whole)
    minutes = [base + n * MINUTES for n in range(60)]
    assert [m for m in minutes if any(one.holds(m) for one in left)] == [
        m for m in minutes if whole.holds(m) and not any(one.holds(m) for one in spans)
    ]
