"""Free times of many practitioners, read in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hms.scheduling import kept, queries, timetables
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import make

DAY = timedelta(days=1)


def first_free(clinic, **more):
    visit = timetables.visit_for(clinic.service, "FOLLOWUP", by_patient=more.pop("by_patient", True))
    schedules = queries.schedules_for(clinic.service)
    return timetables.first_free(schedules, visit, clinic.service, now=NOW, **more)


def test_the_first_free_times_of_each_come_earliest_first(clinic):
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)), "08:00", "09:00")
    found = first_free(clinic, each=2)
    assert [one.practitioner for one, _ in found] == [clinic.practitioner, colleague.practitioner_role.practitioner]
    # Notice is two hours: Monday eleven o'clock is the first that a patient can have.
    assert [start.at for start in found[0][1]] == [NOW + 6 * TWENTY, NOW + 7 * TWENTY]
    assert found[1][1][0].at == NINE - timedelta(hours=1)


def test_of_several_free_at_once_comes_first_who_has_least_and_then_the_name(clinic):
    names = ("Vogt", "Adler", "Moser")
    doctors = {
        name: make.session(make.schedule(make.practitioner_role(make.practitioner(family=name), clinic.department)))
        for name in names
    }
    make.appointment(schedule=doctors["Adler"], start_at=NINE + DAY)
    make.appointment(schedule=clinic.schedule, start_at=NINE + DAY)
    make.appointment(schedule=clinic.schedule, start_at=NINE + DAY + TWENTY)
    found = [one.practitioner for one, _starts in first_free(clinic)]
    assert [one.family for one in found[:3]] == ["Moser", "Vogt", "Adler"]
    assert found[3] == clinic.practitioner


def test_staff_need_no_notice(clinic):
    assert first_free(clinic, by_patient=False)[0][1][0].at == NOW


def test_the_policy_of_the_house_is_the_notice(clinic):
    make.policy("scheduling.booking_notice", timedelta(hours=24), clinic.facility)
    assert first_free(clinic)[0][1][0].at == NINE


def test_the_patients_own_visits_are_left_out(clinic):
    elsewhere = make.session(make.schedule(make.practitioner_role()))
    make.appointment(patient=clinic.patient, schedule=elsewhere, start_at=NOW + 6 * TWENTY)
    assert first_free(clinic, patient=clinic.patient.pk)[0][1][0].at == NOW + 7 * TWENTY


def test_other_departments_and_practitioners_who_left_are_not_asked(clinic):
    make.session(make.schedule(make.practitioner_role(make.practitioner(active=False), clinic.department)))
    make.session(make.schedule(make.practitioner_role(department=make.department(clinic.facility))))
    assert len(first_free(clinic)) == 1


def test_it_looks_further_when_the_next_weeks_are_full(clinic):
    for day in range(60):
        start = NINE - DAY + day * DAY
        if start.weekday() < 5:
            clinic.appointment(start, minutes=180)
    found = first_free(clinic)
    assert found[0][1][0].at == NINE + 59 * DAY


def test_nothing_at_all_is_nothing(clinic):
    clinic.schedule.sessions.update(valid_until=NOW.date())
    assert first_free(clinic) == []


@pytest.mark.parametrize("doctors", [1, 12])
def test_the_number_of_queries_does_not_grow(clinic, doctors, django_assert_num_queries):
    for _ in range(doctors - 1):
        make.session(make.schedule(make.practitioner_role(department=clinic.department)), location=clinic.room)
    window = Span(NINE, NINE + 14 * DAY)
    with django_assert_num_queries(7):
        assert len(timetables.load(queries.schedules_for(clinic.service), window, now=NOW)) == doctors


def test_a_full_horizon_costs_three_looks(clinic, django_assert_max_num_queries):
    clinic.schedule.sessions.update(valid_until=NOW.date())
    with django_assert_max_num_queries(1 + 3 * 7):
        first_free(clinic, patient=clinic.patient.pk)


def test_group_visits_are_offered_while_there_are_places(clinic):
    school = make.healthcare_service(clinic.department, capacity=2)
    group = make.appointment(schedule=clinic.schedule, service=school, start_at=NINE)
    window = Span(NINE, NINE + 2 * TWENTY)
    visit = school.visit("FOLLOWUP")
    (timetable,) = timetables.load(queries.schedules_for(school), window, now=NOW, services=[school])
    assert [start.joins for start in timetable.free_starts(visit, now=NOW, window=window)] == [group.pk, None]
    group.participants.create(patient=make.patient(), place=2, start_at=group.start_at, end_at=group.end_at)
    (timetable,) = timetables.load(queries.schedules_for(school), window, now=NOW, services=[school])
    assert [start.at for start in timetable.free_starts(visit, now=NOW, window=window)] == [NINE + TWENTY]


def test_what_is_kept_of_a_schedule_is_never_out_of_date(clinic, django_assert_num_queries):
    """Whoever changes it, by whatever way: the row's version or one of those it needs has advanced."""
    first = kept.schedule(clinic.schedule.pk)
    with django_assert_num_queries(1):
        assert kept.schedule(clinic.schedule.pk) is first
    type(clinic.practitioner).objects.filter(pk=clinic.practitioner.pk).update(family="Renamed")
    assert kept.schedule(clinic.schedule.pk).practitioner_role.practitioner.family == "Renamed"
    hours = kept.hours_of([kept.schedule(clinic.schedule.pk)])[clinic.schedule.pk]
    clinic.schedule.sessions.filter(weekday=1).update(end="13:00")
    changed = kept.hours_of([kept.schedule(clinic.schedule.pk)])[clinic.schedule.pk]
    assert changed is not hours
    type(clinic.schedule).objects.filter(pk=clinic.schedule.pk).update(active=False)
    assert kept.schedule(clinic.schedule.pk) is None
