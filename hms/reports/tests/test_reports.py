"""The reports against visits of which every number is known, on the engine of the run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hms.reports import in_the_room, lead_time, no_shows, third_next, utilisation, waiting
from hms.reports.asking import Asked
from hms.reports.rules.periods import last_weeks
from hms.reports.tests.conftest import BEFORE, DAY, HOUR, MINUTE, MONDAY, NOW
from tests import make

TODAY = date(2026, 11, 24)


@pytest.fixture
def asked(hospital):
    return Asked(hospital.facility, last_weeks(4, TODAY))


def of_department(hospital, department):
    return Asked(hospital.facility, last_weeks(4, TODAY), department)


def cells(report):
    return {row.name: [cell.raw for cell in row.cells] for row in report.table.rows}


# --- No-shows ---------------------------------------------------------------------------------------------------
def test_no_shows_by_department_and_by_doctor(hospital, asked):
    hospital.visits(hospital.ash, 8)
    hospital.visits(hospital.ash, 2, "noshow")
    hospital.visits(hospital.birch, 9)
    hospital.visits(hospital.birch, 1, "arrived")
    hospital.visits(hospital.birch, 3, "cancelled", cancelled_late=True)
    hospital.visits(hospital.birch, 4, "cancelled", cancellation_reason="prov")
    hospital.visits(hospital.birch, 2, "booked")
    # Held, and never booked.
    hospital.visits(hospital.birch, 2, "cancelled", cancellation_reason="hold-expired")
    hospital.visits(hospital.birch, 1, "cancelled", cancellation_reason="hold-released")
    hospital.visits(hospital.cedar, 4)
    hospital.visits(hospital.cedar, 5, "noshow")
    made = no_shows.make(asked)
    assert cells(made) == {
        "Cardiology": [18, 2, 10.0, 3, 3, 4, 2],
        # Five of nine: too few for a share.
        "Skin clinic": [4, 5, None, 0, 0, 0, 0],
    }
    # 7 of 29.
    assert made.figures[0].text == "24.1\N{NO-BREAK SPACE}%"
    assert made.figures[0].note == "before: too few to tell"
    assert "2 visits whose day is over have no status" in made.care[0]
    assert cells(no_shows.make(of_department(hospital, hospital.cardiology))) == {
        "Dr Kim Ash": [8, 2, 20.0, 0, 0, 0, 0],
        "Dr Kim Birch": [10, 0, 0.0, 3, 3, 4, 2],
    }


def test_the_finding_says_how_it_was_before(hospital, asked):
    hospital.visits(hospital.ash, 8)
    hospital.visits(hospital.ash, 2, "noshow")
    assert no_shows.make(asked).finding == "20 % of the patients did not come"
    hospital.visits(hospital.ash, 9, day=BEFORE)
    hospital.visits(hospital.ash, 1, "noshow", day=BEFORE)
    assert no_shows.make(asked).finding == "20 % of the patients did not come, 10 points more than before"
    hospital.visits(hospital.ash, 5, "noshow", day=BEFORE)
    assert no_shows.make(asked).finding == "20 % of the patients did not come, 20 points fewer than before"


def test_today_and_what_lies_before_both_periods_is_not_counted(hospital, asked):
    hospital.visits(hospital.ash, 10, day=TODAY)
    hospital.visits(hospital.ash, 10, day=TODAY - 57 * DAY)
    assert no_shows.make(asked).table.rows == []
    hospital.visits(hospital.ash, 10, day=TODAY - 56 * DAY)
    hospital.visits(hospital.ash, 10, day=TODAY - 28 * DAY)
    hospital.visits(hospital.ash, 1, day=TODAY - DAY)
    assert no_shows.make(asked).figures[1].text == "11"
    assert no_shows.make(asked).figures[1].note == "before: 10"


def test_a_day_is_the_facilitys(hospital, asked):
    """Half past midnight in Berlin is still yesterday in Greenwich."""
    for minutes, status in ((-30, "fulfilled"), (30, "noshow")):
        start = datetime(2026, 10, 26, 23, tzinfo=UTC) + minutes * MINUTE
        make.appointment(schedule=hospital.schedules[hospital.ash], start_at=start, status=status)
    assert cells(no_shows.make(asked)) == {"Cardiology": [0, 1, None, 0, 0, 0, 0]}


# --- Lead time --------------------------------------------------------------------------------------------------
def test_lead_time_counts_days_of_24_hours_rounded(hospital, asked):
    hospital.visits(hospital.ash, 4, booked_at=-7 * DAY)
    hospital.visits(hospital.ash, 4, "noshow", booked_at=-(2 * DAY + 11 * HOUR))
    hospital.visits(hospital.ash, 2, "booked", booked_at=-(20 * DAY + 13 * HOUR))
    # Neither walk-ins, nor visits called off or taken over from elsewhere.
    hospital.visits(hospital.ash, 5, appointment_type="WALKIN", booked_at=timedelta(0))
    hospital.visits(hospital.ash, 5, "cancelled", booked_at=-90 * DAY)
    hospital.visits(hospital.ash, 5, channel="import", booked_at=-90 * DAY)
    # Two, two, two, two, seven, seven, seven, seven, 21, 21: the middle is 7, the ninth 21.
    assert cells(lead_time.make(asked)) == {"Cardiology": [10, 7.0, 21]}
    assert lead_time.make(asked).finding == "Half of the visits were booked 7 days ahead or more"


def test_a_visit_entered_after_it_began_was_booked_no_days_ahead(hospital, asked):
    hospital.visits(hospital.ash, 10, booked_at=HOUR)
    assert cells(lead_time.make(asked)) == {"Cardiology": [10, 0.0, 0]}


# --- Wait and length --------------------------------------------------------------------------------------------
def test_the_wait_is_from_check_in_until_the_visit_is_begun(hospital, asked):
    hospital.visits(hospital.ash, 6, checked_in_at=-10 * MINUTE, started_at=2 * MINUTE + timedelta(seconds=59))
    hospital.visits(hospital.ash, 3, checked_in_at=-5 * MINUTE, started_at=15 * MINUTE)
    hospital.visits(hospital.ash, 1, checked_in_at=-5 * MINUTE, started_at=16 * MINUTE)
    # Straight into the room; never begun; taken over.
    hospital.visits(hospital.ash, 5, checked_in_at=HOUR, started_at=HOUR)
    hospital.visits(hospital.ash, 5, "arrived", checked_in_at=-HOUR)
    hospital.visits(hospital.ash, 5, channel="import", checked_in_at=-HOUR, started_at=HOUR)
    # 12 min six times, 20 three times, 21 once; one of ten began more than a quarter of an hour late.
    assert cells(waiting.make(asked)) == {"Cardiology": [10, 12.0, 20, 10.0]}
    assert waiting.make(asked).finding == "Half of the patients waited 12 minutes or more"


def test_the_length_is_beside_what_was_planned(hospital, asked):
    hospital.visits(hospital.ash, 5, started_at=timedelta(0), fulfilled_at=18 * MINUTE)
    hospital.visits(hospital.ash, 3, started_at=10 * MINUTE, fulfilled_at=35 * MINUTE)
    hospital.visits(hospital.ash, 2, started_at=timedelta(0), fulfilled_at=26 * MINUTE)
    hospital.visits(hospital.ash, 5, started_at=timedelta(0))
    # Planned 20; 18 five times, 25 three times (five more is not yet longer), 26 twice.
    assert cells(in_the_room.make(asked)) == {"Cardiology": [10, 20.0, 21.5, 26, 20.0]}


# --- Utilisation ------------------------------------------------------------------------------------------------
def test_utilisation_is_of_the_hours_that_were_open(hospital, asked):
    # Four weeks of fifteen hours each; Dr Ash is away for one, and the house is closed on a Wednesday.
    away = datetime(2026, 11, 15, 23, tzinfo=UTC)
    hospital.schedules[hospital.ash].exceptions.create(kind="leave", start_at=away, end_at=away + 7 * DAY)
    hospital.facility.closed_days.create(day=date(2026, 11, 11), name="Carnival")
    hospital.visits(hospital.ash, 9)
    hospital.visits(hospital.ash, 3, "noshow")
    hospital.visits(hospital.ash, 3, "cancelled")
    hospital.visits(hospital.birch, 30, "booked", day=MONDAY)
    made = utilisation.make(of_department(hospital, hospital.cardiology))
    assert cells(made) == {
        # 60 − 15 − 3 hours; twelve visits of a third of an hour booked, nine used.
        "Dr Kim Ash": [42.0, 4.0, 3.0, 9.5, 7.1],
        "Dr Kim Birch": [57.0, 10.0, 0.0, 17.5, 0.0],
    }
    assert "30 visits" in made.care[0]
    together = utilisation.make(asked)
    assert cells(together) == {"Cardiology": [99.0, 14.0, 3.0, 14.1, 3.0], "Skin clinic": [57.0, 0.0, 0.0, 0.0, 0.0]}
    assert together.figures[2].note == "before: 180"


def test_without_hours_there_is_no_share(hospital, asked):
    hospital.schedules[hospital.cedar].sessions.all().delete()
    hospital.visits(hospital.cedar, 12)
    assert cells(utilisation.make(asked))["Skin clinic"] == [0.0, 4.0, 4.0, None, None]


# --- The third free time ----------------------------------------------------------------------------------------
def test_the_third_free_time_of_doctors_and_of_their_department(hospital, asked):
    # It is Tuesday, ten o'clock. Dr Ash has two times left today (10:00 and 10:20), then nothing before Thursday.
    for number in range(9):
        if number >= 5:
            make.appointment(schedule=hospital.schedules[hospital.ash], start_at=NOW + (number - 3) * 20 * MINUTE)
    wednesday = datetime(2026, 11, 25, 8, tzinfo=UTC)
    for number in range(9):
        make.appointment(schedule=hospital.schedules[hospital.ash], start_at=wednesday + number * 20 * MINUTE)
    # Dr Birch is away this week and the next.
    birch = hospital.schedules[hospital.birch]
    birch.exceptions.create(kind="leave", start_at=NOW - DAY, end_at=datetime(2026, 12, 6, 23, tzinfo=UTC))
    found = third_next.make(of_department(hospital, hospital.cardiology))
    assert cells(found) == {
        "Dr Kim Ash": ["2026-11-24", "2026-11-26", 2],
        "Dr Kim Birch": ["2026-12-07", "2026-12-07", 13],
    }
    assert found.finding == "The third free time: in 2 days at the earliest, in 13 days at the latest"
    assert cells(third_next.make(asked))["Cardiology"] == ["2026-11-24", "2026-11-26", 2]
    assert cells(third_next.make(asked))["Skin clinic"] == ["2026-11-24", "2026-11-24", 0]


def test_whoever_is_booked_out_has_no_third_free_time(hospital, asked):
    type(hospital.schedules[hospital.cedar]).objects.filter(pk=hospital.schedules[hospital.cedar].pk).update(
        valid_until=date(2026, 11, 25)
    )
    # Ten o'clock and after: six times. Four of them are taken.
    for number in range(4):
        make.appointment(schedule=hospital.schedules[hospital.cedar], start_at=NOW + number * 20 * MINUTE)
    assert cells(third_next.make(of_department(hospital, hospital.skin))) == {
        "Dr Kim Cedar": ["2026-11-24", None, None]
    }


def test_in_a_hospital_without_anything_every_report_says_so(db):
    empty = Asked(make.facility(), last_weeks(52, TODAY))
    for one in (no_shows, lead_time, waiting, in_the_room, utilisation, third_next):
        made = one.make(empty)
        assert (made.table.rows, made.line, made.bars, list(made.care)) == ([], None, None, [])
        assert made.finding


def test_pictures_leave_out_what_is_too_little_to_tell(hospital, asked):
    hospital.visits(hospital.ash, 10, day=MONDAY)
    hospital.visits(hospital.ash, 9, day=MONDAY + 7 * DAY)
    assert no_shows.make(asked).line is None
    hospital.visits(hospital.ash, 1, "noshow", day=MONDAY + 7 * DAY)
    (line,) = no_shows.make(asked).line.series
    # Weeks begin on a Tuesday here: the period ends with yesterday.
    assert line.points == [(date(2026, 11, 3), 0.0), (date(2026, 11, 10), 10.0)]
