"""Visits that need a room and a device beside the practitioner: all three together, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hms.core.problems import Conflict, Refused
from hms.scheduling import actions, queries, refusals, things, timetables
from hms.scheduling.codes import ThingKind
from hms.scheduling.models import AppointmentParticipant, Schedule, ScheduleException
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import make

DAY = timedelta(days=1)


@pytest.fixture
def echo(clinic):
    """Ultrasound of the heart: one of two rooms, one of two machines. A colleague has the same hours."""
    clinic.rooms = [make.location(clinic.facility, name=f"Ultrasound {n}", use="Ultrasound") for n in (1, 2)]
    clinic.machines = [make.device(clinic.facility, name=f"Scanner {n}", kind="ultrasound") for n in (1, 2)]
    clinic.service = make.healthcare_service(clinic.department, room_kind="ultrasound", device_kind="Ultrasound")
    clinic.others = [
        make.session(make.schedule(make.practitioner_role(department=clinic.department)), location=clinic.room)
        for _ in range(2)
    ]
    return clinic


def book(clinic, **more):
    return actions.book_appointment(**clinic.asked(**{"patient": make.patient()} | more))


def used_by(visit):
    """Names of the rooms and devices of a visit."""
    rows = visit.participants.filter(patient=None, practitioner=None).select_related("location", "device")
    return sorted((row.location or row.device).name for row in rows)


def free(clinic, day=NINE, length=DAY, **more):
    window = Span(day.replace(hour=0), day.replace(hour=0) + length)
    schedules = Schedule.objects.filter(pk=clinic.schedule.pk)
    (timetable,) = timetables.load(schedules, window, now=NOW, services=[clinic.service], **more)
    visit = clinic.service.visit("FOLLOWUP")
    return [one.at for one in timetable.free_starts(visit, now=NOW, window=window)]


def timetable_of(thing, clinic, *hours, **fields):
    """A timetable of a room or a device, Monday to Friday."""
    owner = {"location": thing} if thing._meta.model_name == "location" else {"device": thing}
    schedule = Schedule.objects.create(
        facility=clinic.facility, valid_from=date(2020, 1, 1), practitioner_role=None, **owner, **fields
    )
    for start, end in hours:
        make.session(schedule, start, end)
    return schedule


def test_a_visit_takes_people_room_and_device_at_once(echo):
    visit = book(echo)
    assert used_by(visit) == ["Scanner 1", "Ultrasound 1"]
    assert visit.participants.filter(blocking=True).count() == 4
    assert not visit.participants.filter(location=echo.room).exists(), "nobody sits in the room of the session"


def test_the_next_one_gets_what_is_left_and_then_nothing_is(echo):
    book(echo)
    second = book(echo, schedule=echo.others[0])
    assert used_by(second) == ["Scanner 2", "Ultrasound 2"]
    with pytest.raises(Conflict) as refused:
        book(echo, schedule=echo.others[1])
    assert list(refused.value.problems) == [refusals.THINGS_TAKEN]
    assert refused.value.alternatives[0].start == NINE + TWENTY


def test_a_time_is_offered_only_where_all_three_are_free(echo):
    make.appointment(schedule=echo.others[0], start_at=NINE).participants.create(
        device=echo.machines[0], start_at=NINE, end_at=NINE + TWENTY
    )
    assert NINE in free(echo)
    make.appointment(schedule=echo.others[1], start_at=NINE).participants.create(
        device=echo.machines[1], start_at=NINE, end_at=NINE + TWENTY
    )
    assert NINE not in free(echo)
    assert NINE + TWENTY in free(echo)


def test_what_is_offered_first_is_what_a_booking_takes(echo):
    schedules = queries.schedules_for(echo.service)
    visit = timetables.visit_for(echo.service, "FOLLOWUP", by_patient=False)
    for _number in range(5):
        (timetable, starts), *_rest = timetables.first_free(schedules, visit, echo.service, now=NOW, each=1)
        made = book(echo, schedule=timetable.schedule, start_at=starts[0].at)
        assert len(used_by(made)) == 2


def test_no_room_of_the_kind_no_time(echo):
    type(echo.rooms[0]).objects.filter(use="Ultrasound").update(status="suspended")
    assert free(echo) == []
    with pytest.raises(Refused) as refused:
        book(echo)
    assert refusals.ROOM_CLOSED in refused.value.problems


def test_the_database_refuses_a_device_twice_whoever_writes(echo):
    book(echo)
    other = make.appointment(schedule=echo.others[0], start_at=NINE + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.participants.create(device=echo.machines[0], start_at=NINE, end_at=NINE + TWENTY)


def test_a_device_has_hours_of_its_own(echo):
    for machine in echo.machines:
        timetable_of(machine, echo, ("10:00", "11:00"))
    assert free(echo) == [NINE + 3 * TWENTY, NINE + 4 * TWENTY, NINE + 5 * TWENTY]
    with pytest.raises(Refused) as refused:
        book(echo)
    assert list(refused.value.problems) == [refusals.DEVICE_CLOSED]
    # By right and with a reason, as with all hours.
    visit = book(echo, by=echo.doctor, override_reason="Cardiac tamponade")
    assert visit.override_reason == "Cardiac tamponade"
    assert len(used_by(visit)) == 2


def test_a_room_without_weekly_hours_is_open_but_for_the_days_it_is_closed(echo):
    for room in echo.rooms:
        schedule = timetable_of(room, echo)
        ScheduleException.objects.create(schedule=schedule, kind="closed", start_at=NINE, end_at=NINE + TWENTY)
    assert NINE not in free(echo)
    assert free(echo)[0] == NINE + TWENTY


def test_an_extra_session_opens_a_device(echo):
    for machine in echo.machines:
        schedule = timetable_of(machine, echo, ("10:00", "11:00"))
        ScheduleException.objects.create(schedule=schedule, kind="extra", start_at=NINE, end_at=NINE + TWENTY)
    assert free(echo)[0] == NINE


def test_the_room_of_the_session_may_be_closed_too(clinic):
    schedule = timetable_of(clinic.room, clinic)
    ScheduleException.objects.create(schedule=schedule, kind="closed", start_at=NINE, end_at=NINE + TWENTY)
    assert free(clinic)[0] == NINE + TWENTY
    with pytest.raises(Refused) as refused:
        book(clinic)
    assert refusals.ROOM_CLOSED in refused.value.problems


def test_the_room_of_the_session_is_taken_first_where_it_is_of_the_kind(echo):
    type(echo.room).objects.filter(pk=echo.room.pk).update(use="ULTRASOUND", name="Zebra")
    assert used_by(book(echo)) == ["Scanner 1", "Zebra"]


def test_a_hold_takes_things_and_gives_them_back(echo):
    held = actions.hold_appointment(**echo.asked(by=echo.himself, start_at=NINE))
    assert len(used_by(held)) == 2
    actions.release_hold(by=echo.himself, appointment=held)
    assert not held.participants.filter(blocking=True).exists()
    assert used_by(book(echo)) == ["Scanner 1", "Ultrasound 1"]


def test_a_moved_visit_takes_what_is_free_at_its_new_time(echo):
    moving, staying = book(echo), book(echo, schedule=echo.others[0], start_at=NINE + TWENTY)
    moved = actions.move_appointment(by=echo.desk, appointment=moving, start_at=NINE + TWENTY)
    assert used_by(moved) == ["Scanner 2", "Ultrasound 2"]
    assert used_by(staying) == ["Scanner 1", "Ultrasound 1"]
    assert {(row.start_at, row.blocking) for row in moved.participants.all()} == {(NINE + TWENTY, True)}


def test_a_moved_visit_gives_up_what_its_type_does_not_need_any_more(echo):
    visit = book(echo)
    type(echo.service).objects.filter(pk=echo.service.pk).update(device_kind="")
    moved = actions.move_appointment(by=echo.desk, appointment=visit, start_at=NINE + TWENTY)
    assert used_by(moved) == ["Ultrasound 1"]


def test_a_second_patient_beyond_the_plan_gets_no_device_that_is_in_use(echo):
    asked = {"overbook": True, "override_reason": "Referred as urgent"}
    book(echo)
    assert used_by(book(echo, **asked)) == ["Scanner 2", "Ultrasound 2"]
    with pytest.raises(Conflict):
        book(echo, **asked)


def test_a_freed_time_is_offered_to_whom_it_suits_only_with_a_device(echo):
    echo.service.capacity = 1
    entry = make.waiting(service=echo.service)
    offer = make.offer(entry, echo.schedule)
    assert len(used_by(offer.appointment)) == 2
    rows = AppointmentParticipant.objects.filter(appointment=offer.appointment, device__isnull=False)
    assert [row.device for row in rows] == [echo.machines[0]]


@pytest.mark.parametrize("bookings", [1, 30])
def test_the_number_of_queries_does_not_grow_with_bookings(echo, bookings, django_assert_num_queries):
    for number in range(bookings):
        book(echo, start_at=NINE + number % 9 * TWENTY + number // 9 * 7 * DAY)
    visit = timetables.visit_for(echo.service, "FOLLOWUP", by_patient=False)
    timetables.first_free(queries.schedules_for(echo.service), visit, echo.service, now=NOW)
    # Schedules, versions are known; closed days; rooms, devices, their timetables; taken people, taken things.
    with django_assert_num_queries(7):
        timetables.first_free(queries.schedules_for(echo.service), visit, echo.service, now=NOW)


def test_kinds_are_those_there_are(echo):
    assert things.kinds(echo.facility, ThingKind.ROOM) == ["Ultrasound"]
    assert things.kinds(echo.facility, ThingKind.DEVICE) == ["ultrasound"]


# --- Kept for the day itself --------------------------------------------------------------------------------------
def test_the_last_part_of_a_session_waits_for_its_morning(clinic):
    clinic.schedule.sessions.update(same_day_reserve=60)
    clinic.schedule.refresh_from_db()
    assert free(clinic)[-1] == NINE + 5 * TWENTY
    with pytest.raises(Refused) as refused:
        book(clinic, start_at=NINE + 6 * TWENTY)
    assert list(refused.value.problems) == [refusals.KEPT_FOR_THE_DAY]
    # Today, Monday, is given out since seven.
    assert NOW + 8 * TWENTY in free(clinic, day=NOW)
    assert book(clinic, start_at=NOW + 8 * TWENTY)


def test_who_has_the_right_and_a_reason_uses_the_reserve_before(clinic):
    clinic.schedule.sessions.update(same_day_reserve=60)
    visit = book(clinic, by=clinic.doctor, start_at=NINE + 6 * TWENTY, override_reason="Suspected thrombosis")
    assert visit.override_reason


def test_the_house_says_when_the_morning_begins(clinic):
    clinic.schedule.sessions.update(same_day_reserve=60)
    make.policy("scheduling.same_day_opens", NOW.replace(hour=9).time(), clinic.facility)
    # It is nine in Berlin now.
    assert NOW + 8 * TWENTY in free(clinic, day=NOW)
    make.policy(
        "scheduling.same_day_opens", NOW.replace(hour=10).time(), clinic.facility, in_force_from=date(2026, 1, 1)
    )
    assert NOW + 8 * TWENTY not in free(clinic, day=NOW)
