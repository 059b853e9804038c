"""Reasons against a booking, one by one and together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hms.scheduling import refusals
from hms.scheduling.rules.availability import Busy, Session, Visit
from hms.scheduling.rules.booking import (
    MOST_AHEAD,
    Asked,
    Standing,
    booking_problems,
    forbidding,
    is_late_cancel,
    noshow_problems,
)
from hms.scheduling.rules.wall_clock import Span

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
VISIT = Visit(
    "general",
    20 * MINUTES,
    20 * MINUTES,
    lead_min=120 * MINUTES,
    lead_max=timedelta(days=60),
    horizon=timedelta(days=90),
)
MORNING = Session(Span(NINE, NINE + timedelta(hours=3)))
EVER = Session(Span(NOW - timedelta(days=400), NOW + timedelta(days=400)))


def asked(start=NINE, **more) -> Asked:
    return Asked(start, VISIT, **more)


def problems(what=None, *, sittings=(MORNING,), closed=(), **standing):
    return booking_problems(what or asked(by_patient=True), Standing(**standing), sittings, Busy(closed), now=NOW)


def test_a_plain_booking_has_no_problem():
    assert problems() == []
    assert problems(asked()) == []


@pytest.mark.parametrize(
    ("standing", "problem"),
    [
        ({"service_active": False}, refusals.NOT_OFFERED),
        ({"patients_may_book": False}, refusals.STAFF_BOOKS_IT),
        ({"patient_deceased": True}, refusals.DECEASED),
        ({"patient_merged": True}, refusals.MERGED),
        ({"practitioner_active": False}, refusals.NOT_HERE_THEN),
        ({"licensed": False}, refusals.NOT_LICENSED),
        ({"ahead": MOST_AHEAD}, refusals.too_many_ahead(MOST_AHEAD)),
    ],
)
def test_each_fact_about_people_is_a_reason(standing, problem):
    assert problems(**standing) == [problem]


def test_an_unknown_licence_is_not_a_missing_one():
    assert problems(licensed=None) == []
    assert problems(licensed=True) == []


def test_staff_may_book_what_patients_may_not():
    assert problems(asked(), patients_may_book=False, ahead=MOST_AHEAD) == []


def test_the_past_is_refused_to_everybody_but_a_walk_in_is_now():
    assert problems(asked(NOW - MINUTES, by_patient=True), sittings=[EVER])[0] == refusals.PASSED
    assert problems(asked(NOW - 30 * MINUTES), sittings=[EVER]) == []
    assert problems(asked(NOW - 31 * MINUTES), sittings=[EVER]) == [refusals.PASSED]


def test_lead_times_bind_patients_and_the_horizon_binds_all():
    grid = Session(Span(NOW, NOW + timedelta(days=400)))
    assert problems(asked(NOW + 100 * MINUTES, by_patient=True), sittings=[grid]) == [refusals.TOO_SOON]
    assert problems(asked(NOW + 100 * MINUTES), sittings=[grid]) == []
    assert problems(asked(NOW + timedelta(days=60), by_patient=True), sittings=[grid]) == [refusals.TOO_FAR]
    assert problems(asked(NOW + timedelta(days=60)), sittings=[grid]) == []
    assert problems(asked(NOW + timedelta(days=90)), sittings=[grid]) == [refusals.TOO_FAR]


def test_a_visit_must_lie_in_hours_that_offer_it():
    assert problems(asked(NINE + timedelta(hours=2, minutes=50))) == [refusals.NO_HOURS]
    surgery = Session(MORNING.span, services=frozenset({"surgery"}))
    assert problems(sittings=[surgery]) == [refusals.NO_HOURS]


def test_patients_take_what_is_offered_and_staff_may_go_between():
    between = NINE + 10 * MINUTES
    assert problems(asked(between, by_patient=True)) == [refusals.NOT_ON_OFFER]
    assert problems(asked(between)) == []


def test_leave_is_a_reason():
    assert problems(closed=[Span(NINE - MINUTES, NINE + MINUTES)]) == [refusals.AWAY]


def test_the_timetable_gives_way_to_the_right_with_a_reason_only():
    out_of_hours = NINE - timedelta(hours=1)
    why = asked(out_of_hours, reason="Emergency referral")
    assert forbidding(problems(why, may_override=True)) == []
    assert [one.severity for one in problems(why, may_override=True)] == ["warning"]
    assert forbidding(problems(why)) == [refusals.NO_HOURS]
    assert forbidding(problems(asked(out_of_hours, reason=" "), may_override=True)) == [refusals.NO_HOURS]
    assert forbidding(problems(asked(out_of_hours, by_patient=True, reason="Please"), may_override=True)) != []


def test_people_do_not_give_way():
    why = asked(reason="Emergency referral")
    assert forbidding(problems(why, may_override=True, patient_deceased=True)) == [refusals.DECEASED]


def test_a_second_patient_needs_right_reason_and_room_under_the_cap():
    second = asked(beyond=1, reason="Referred today")
    assert problems(second, may_overbook=True, overbooking_cap=1) == []
    assert problems(second, may_overbook=False, overbooking_cap=1) == [refusals.MAY_NOT_OVERBOOK]
    assert problems(asked(beyond=1), may_overbook=True, overbooking_cap=1) == [refusals.WHY_OVERBOOK]
    assert problems(asked(beyond=2, reason="x"), may_overbook=True, overbooking_cap=1) == [refusals.beyond_cap(1)]


def test_all_reasons_come_in_one_answer():
    found = problems(asked(NINE - timedelta(hours=1), by_patient=True), patient_deceased=True, service_active=False)
    assert found == [refusals.DECEASED, refusals.NOT_OFFERED, refusals.NO_HOURS]


def test_a_cancellation_within_a_day_is_late():
    assert not is_late_cancel(NINE, NINE - timedelta(hours=24))
    assert is_late_cancel(NINE, NINE - timedelta(hours=24) + MINUTES)


def test_nobody_is_written_off_before_the_grace_has_passed():
    assert noshow_problems(NINE, now=NINE + 14 * MINUTES) == [refusals.still_to_come(15)]
    assert noshow_problems(NINE, now=NINE + 15 * MINUTES) == []
