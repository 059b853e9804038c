"""Booked visits that nobody will be there for, and what to offer instead."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from hms.organization.actions import add_closed_day
from hms.scheduling.actions import add_exception, add_session, end_session, move_appointment, withdraw_exception
from hms.scheduling.actions.schedules import Hours
from hms.scheduling.models import Schedule
from hms.scheduling.strays import strays, suggestions
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import cast, make

DAY = timedelta(days=1)


def leave(clinic, days: int = 1, **fields):
    told = {"kind": "leave", "start_at": NINE - timedelta(hours=9), "end_at": NINE + days * DAY - timedelta(hours=9)}
    return add_exception(by=clinic.desk, schedule=clinic.schedule, **told | fields)


def listed(clinic) -> list[tuple[object, str]]:
    return [(one.visit, one.why) for one in strays(clinic.desk, clinic.facility)]


def test_leave_lists_its_visits_and_nothing_is_cancelled(clinic):
    booked, other_day = clinic.appointment(), clinic.appointment(NINE + DAY)
    assert listed(clinic) == []
    away = leave(clinic)
    assert listed(clinic) == [(booked, "Away")]
    booked.refresh_from_db()
    other_day.refresh_from_db()
    assert (booked.status, other_day.status) == ("booked", "booked")
    withdraw_exception(by=clinic.desk, exception=away)
    assert listed(clinic) == []


def test_a_closed_day_entered_afterwards(clinic):
    booked = clinic.appointment()
    admin = cast.actor("administrator", user=make.user())
    add_closed_day(by=admin, facility=clinic.facility, day=date(2026, 11, 24), name="Burst pipe", closed=True)
    assert listed(clinic) == [(booked, "Burst pipe")]


def test_hours_that_end(clinic):
    kept, stray = clinic.appointment(), clinic.appointment(NINE + 7 * DAY)
    tuesday = clinic.schedule.sessions.get(weekday=1)
    end_session(by=clinic.desk, session=tuesday, on=date(2026, 12, 1))
    assert listed(clinic) == [(stray, "No hours then any more")]
    # Other hours on that day take it in.
    clinic.schedule.refresh_from_db()
    other = Hours(1, time(9), time(14), valid_from=date(2026, 12, 1))
    add_session(by=clinic.desk, schedule=clinic.schedule, hours=other)
    assert listed(clinic) == []
    assert kept.status == "booked"


@pytest.mark.parametrize("kind", ["location", "device"])
@pytest.mark.parametrize("how", ["session", "schedule"])
def test_hours_of_a_room_or_a_device_that_end(clinic, kind, how):
    thing = clinic.room if kind == "location" else make.device(clinic.facility, name="Echo 1")
    timetable = make.schedule(**{kind: thing})
    make.session(timetable)
    kept, stray, later = (clinic.appointment(NINE + number * 7 * DAY) for number in range(3))
    elsewhere = clinic.appointment(NINE + 7 * DAY + TWENTY)
    for visit in (kept, stray, later):
        visit.participants.create(**{kind: thing}, start_at=visit.start_at, end_at=visit.end_at)
    assert listed(clinic) == []
    if how == "session":
        end_session(by=clinic.desk, session=timetable.sessions.get(weekday=1), on=date(2026, 12, 1))
    else:
        Schedule.objects.filter(pk=timetable.pk).update(valid_until=date(2026, 12, 1))
    why = f"{thing}: no hours then any more"
    assert listed(clinic) == [(stray, why), (later, why)]
    assert {one.status for one in (kept, stray, later, elsewhere)} == {"booked"}
    later.refresh_from_db()
    later.override_reason = "Agreed with the technician"
    later.save()
    assert listed(clinic) == [(stray, why)]


def test_a_visit_placed_outside_the_hours_on_purpose_is_left_alone(clinic):
    evening = clinic.appointment(NINE + timedelta(hours=9), override_reason="urgent, agreed with the doctor")
    end_session(by=clinic.desk, session=clinic.schedule.sessions.get(weekday=0), on=date(2026, 12, 7))
    assert listed(clinic) == []
    leave(clinic)
    assert listed(clinic) == [(evening, "Away")]


def test_somebody_elses_visits_and_those_that_are_over_are_not_listed(clinic):
    clinic.appointment(status="cancelled", cancellation_reason="pat")
    other = make.session(make.schedule(make.practitioner_role(department=clinic.department)))
    make.appointment(schedule=other, service=clinic.service, start_at=NINE)
    leave(clinic)
    assert listed(clinic) == []
    stranger = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    clinic.appointment()
    assert strays(stranger, clinic.facility) == []


def test_each_is_offered_a_time_of_its_own_with_the_same_doctor(clinic):
    first, second = clinic.appointment(), clinic.appointment(NINE + TWENTY)
    clinic.appointment(NINE + DAY)  # Wednesday at nine is taken
    leave(clinic)
    offered = suggestions(clinic.facility, [first, second])
    assert [offered[one.pk].at for one in (first, second)] == [NINE + DAY + TWENTY, NINE + DAY + 2 * TWENTY]
    assert {one.practitioner for one in offered.values()} == {clinic.practitioner}
    slot = offered[first.pk].slot
    moved = move_appointment(by=clinic.desk, appointment=first, schedule=slot.schedule, start_at=slot.start)
    assert moved.start_at == NINE + DAY + TWENTY


def test_a_colleague_where_the_doctor_stays_away(clinic):
    booked = clinic.appointment()
    leave(clinic, days=90)
    assert suggestions(clinic.facility, [booked]) == {}
    colleague = make.practitioner_role(department=clinic.department)
    make.session(make.schedule(colleague))
    assert suggestions(clinic.facility, [booked])[booked.pk].practitioner == colleague.practitioner


def test_the_patients_other_visit_is_not_in_the_way_of_what_is_offered(clinic):
    booked = clinic.appointment()
    elsewhere = make.session(make.schedule(make.practitioner_role()))
    make.appointment(patient=booked.patient, schedule=elsewhere, start_at=NINE + DAY)
    leave(clinic)
    assert suggestions(clinic.facility, [booked])[booked.pk].at == NINE + DAY + TWENTY


def test_more_visits_take_no_more_queries(clinic, django_assert_num_queries):
    from django.db import connection

    leave(clinic, days=30)
    visits = [clinic.appointment()]
    strays(clinic.desk, clinic.facility)  # hours are kept from the first look on
    with CaptureQueriesContext(connection) as few:
        suggestions(clinic.facility, [one.visit for one in strays(clinic.desk, clinic.facility)])
    visits += [clinic.appointment(NINE + number * DAY + TWENTY) for number in range(4)]
    with django_assert_num_queries(len(few)):
        found = strays(clinic.desk, clinic.facility)
        assert len(suggestions(clinic.facility, [one.visit for one in found])) == len(visits) == len(found)
