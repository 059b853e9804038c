"""Working hours, days away, and types of visit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from hms.core.problems import Forbidden, Missing, Refused
from hms.scheduling import queries, refusals, timetables
from hms.scheduling.actions import (
    Hours,
    add_exception,
    add_session,
    book_appointment,
    create_schedule,
    create_service,
    edit_service,
    end_session,
    withdraw_exception,
)
from hms.scheduling.models import Schedule, ScheduleException
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make

DAY = timedelta(days=1)


def offered(clinic, day=NINE, service=None) -> list[str]:
    """Wall times on offer that day, for a follow-up."""
    service = service or clinic.service
    start = day.replace(hour=0)
    window = Span(start, start + DAY)
    visit = service.visit("FOLLOWUP")
    (timetable,) = timetables.load(Schedule.objects.filter(pk=clinic.schedule.pk), window, now=NOW, services=[service])
    return [
        one.at.astimezone(clinic.facility.zone).strftime("%H:%M")
        for one in timetable.free_starts(visit, now=NOW, window=window)
    ]


def test_a_schedule_with_hours(clinic, lines):
    role = make.practitioner_role(department=clinic.department)
    schedule = create_schedule(
        by=clinic.desk,
        practitioner_role=role,
        valid_from=date(2026, 11, 1),
        hours=[Hours(1, time(8), time(10), clinic.room, (clinic.service,)), Hours(4, time(22), time(2))],
    )
    assert schedule.facility == clinic.facility
    assert [str(one) for one in schedule.sessions.all()] == ["Tuesday 08:00–10:00", "Friday 22:00–02:00"]
    assert lines() == [("schedule.created", "success")]


def test_a_schedule_is_of_one(clinic):
    with pytest.raises(Refused) as refused:
        create_schedule(by=clinic.desk, valid_from=date(2026, 11, 1))
    assert refused.value.problems == (refusals.SCHEDULE_OF_ONE,)


def test_a_schedule_lasts_a_day_at_least(clinic):
    with pytest.raises(Refused) as refused:
        create_schedule(
            by=clinic.desk, practitioner_role=clinic.role, valid_from=date(2026, 11, 1), valid_until=date(2026, 11, 1)
        )
    assert refused.value.problems == (refusals.NO_DAY,)


def test_hours_of_another_house_are_not_ours(clinic):
    elsewhere = cast.actor("front-desk", facilities=[make.facility()])
    with pytest.raises(Missing):
        add_session(by=elsewhere, schedule=clinic.schedule, hours=Hours(1, time(14), time(16)))


def test_a_stranger_is_refused(clinic):
    with pytest.raises(Forbidden):
        add_session(by=clinic.himself, schedule=clinic.schedule, hours=Hours(1, time(14), time(16)))


def test_more_hours_are_offered(clinic):
    add_session(by=clinic.desk, schedule=clinic.schedule, hours=Hours(1, time(14), time(15)))
    assert offered(clinic)[-3:] == ["14:00", "14:20", "14:40"]


def test_ended_hours_are_not(clinic):
    tuesday = clinic.schedule.sessions.get(weekday=1)
    end_session(by=clinic.desk, session=tuesday, on=date(2026, 11, 24))
    assert offered(clinic) == []
    assert offered(clinic, NINE - 7 * DAY) == []  # in the past
    assert offered(clinic, NINE + DAY) != []


def test_a_session_for_some_types_of_visit_is_for_those(clinic):
    school = make.healthcare_service(clinic.department, name="Asthma school")
    add_session(by=clinic.desk, schedule=clinic.schedule, hours=Hours(1, time(14), time(15), services=(school,)))
    assert "14:00" not in offered(clinic)
    assert "14:00" in offered(clinic, service=school)


def test_leave_closes_and_lists_whom_to_call(clinic, lines):
    booked = book_appointment(**clinic.asked())
    book_appointment(**clinic.asked(NINE + DAY))
    leave = add_exception(
        by=clinic.desk,
        schedule=clinic.schedule,
        kind="leave",
        start_at=NINE,
        end_at=NINE + 3 * TWENTY,
        note="Broken arm",
    )
    assert ScheduleException.objects.get(pk=leave.pk).note == "Broken arm"
    assert offered(clinic)[0] == "10:00"
    assert list(queries.visits_in(leave)) == [booked]
    booked.refresh_from_db()
    assert booked.status == "booked"
    withdraw_exception(by=clinic.desk, exception=leave)
    assert offered(clinic)[0] == "09:20"
    assert ("schedule.exception_withdrawn", "success") in lines()


def test_an_extra_session_opens(clinic):
    saturday = datetime(2026, 11, 28, 9, tzinfo=NINE.tzinfo)
    add_exception(
        by=clinic.desk, schedule=clinic.schedule, kind="extra", start_at=saturday, end_at=saturday + 2 * TWENTY
    )
    assert offered(clinic, saturday) == ["10:00", "10:20"]


def test_an_exception_takes_time(clinic):
    with pytest.raises(Refused) as refused:
        add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=NINE, end_at=NINE)
    assert refused.value.problems == (refusals.NO_TIME,)


def test_the_house_is_closed_on_holidays(clinic):
    """Friday the 25th of December is a holiday in Germany."""
    christmas = datetime(2026, 12, 25, tzinfo=NINE.tzinfo)
    assert offered(clinic, christmas) == []
    assert offered(clinic, christmas + 3 * DAY) != []


def test_a_type_of_visit(clinic):
    service = create_service(
        by=clinic.desk, department=clinic.department, code="ecg", name="ECG", duration_new=10, duration_followup=10
    )
    assert service.minutes("ROUTINE") == 10
    assert edit_service(by=clinic.desk, service=service, duration_followup=15).minutes("FOLLOWUP") == 15


@pytest.mark.parametrize(
    ("fields", "where"), [({"duration_new": 0}, "duration_new"), ({"step": None}, "step"), ({"code": ""}, "code")]
)
def test_a_type_of_visit_takes_time_and_has_a_code(clinic, fields, where):
    asked = {"code": "ecg", "name": "ECG", "duration_new": 10, "duration_followup": 10} | fields
    with pytest.raises(Refused) as refused:
        create_service(by=clinic.desk, department=clinic.department, **asked)
    assert [problem.field for problem in refused.value.problems] == [where]


def test_a_code_is_taken_once_in_a_department(clinic):
    with pytest.raises(Refused) as refused:
        create_service(
            by=clinic.desk,
            department=clinic.department,
            code=clinic.service.code,
            name="Again",
            duration_new=10,
            duration_followup=10,
        )
    assert refused.value.codes == ["duplicate"]
