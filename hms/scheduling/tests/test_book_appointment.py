"""Booking a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused
from hms.patients.models import Patient
from hms.scheduling import refusals
from hms.scheduling.actions import book_appointment, cancel_appointment, hold_appointment, placing
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make


def test_a_booking_takes_practitioner_patient_and_room(clinic):
    booked = book_appointment(**clinic.asked(reason="I have been coughing since Wednesday"))
    booked = Appointment.objects.get(pk=booked.pk)
    assert (booked.status, booked.start_at, booked.end_at) == ("booked", NINE, NINE + TWENTY)
    assert (booked.zone, booked.wall_start) == ("Europe/Berlin", "2026-11-24T09:00")
    assert booked.reason == "I have been coughing since Wednesday"
    assert booked.facility == clinic.facility
    assert booked.version == 1
    taken = {row.actor: (row.blocking, row.start_at, row.end_at) for row in booked.participants.all()}
    whole = (True, NINE, NINE + TWENTY)
    assert taken == {clinic.practitioner.pk: whole, clinic.patient.pk: whole, clinic.room.pk: whole}


def test_buffers_take_practitioner_and_room_but_not_the_patient(clinic):
    clinic.service.buffer_before, clinic.service.buffer_after = 5, 10
    clinic.service.save()
    booked = book_appointment(**clinic.asked())
    rows = {row.actor: (row.start_at, row.end_at) for row in booked.participants.all()}
    around = (NINE - timedelta(minutes=5), NINE + timedelta(minutes=30))
    assert rows[clinic.practitioner.pk] == rows[clinic.room.pk] == around
    assert rows[clinic.patient.pk] == (NINE, NINE + TWENTY)


def test_a_patient_new_to_the_department_gets_the_longer_visit(clinic):
    booked = book_appointment(**clinic.asked(appointment_type=""))
    assert (booked.appointment_type, booked.minutes) == ("ROUTINE", 40)
    clinic.appointment(NINE - timedelta(days=8), patient=clinic.patient, status="fulfilled", checked_in_at=NINE)
    again = book_appointment(**clinic.asked(NINE + timedelta(hours=2), appointment_type=""))
    assert (again.appointment_type, again.minutes) == ("FOLLOWUP", 20)


def test_the_trail_and_the_outbox_know_of_it(clinic, lines, said):
    booked = book_appointment(**clinic.asked())
    assert lines() == [("appointment.booked", "success")]
    line = AuditEvent.objects.get()
    assert (line.patient_id, line.subject_id, line.facility_id) == (clinic.patient.pk, booked.pk, clinic.facility.pk)
    assert line.detail == {"start": "2026-11-24T08:00:00+00:00", "channel": "desk"}
    assert said() == ["appointment.booked"]


def test_the_doctor_may_open_the_chart_for_thirty_days_around(clinic):
    chart = Patient.objects.filter(pk=clinic.patient.pk)
    assert not chart.visible_to(clinic.doctor).exists()
    booked = book_appointment(**clinic.asked())
    month = timedelta(days=30)
    for at, is_open in [
        (booked.start_at - month, True),
        (booked.end_at + month - timedelta(seconds=1), True),
        (booked.start_at - month - timedelta(seconds=1), False),
        (booked.end_at + month, False),
    ]:
        assert chart.visible_to(clinic.doctor, at).exists() is is_open
    cancel_appointment(by=clinic.desk, appointment=booked, reason="pat")
    assert not chart.visible_to(clinic.doctor).exists()


def test_a_visit_further_ahead_will_be_reminded_of(clinic):
    booked = book_appointment(**clinic.asked(NINE + timedelta(days=7)))
    reminder = OutboxMessage.objects.get(topic="appointment.reminder")
    assert reminder.due_at == booked.start_at - timedelta(hours=24)


def test_a_taken_time_is_refused_with_the_three_nearest(clinic, lines):
    clinic.appointment(NINE)
    with pytest.raises(Conflict) as refused:
        book_appointment(**clinic.asked())
    assert refused.value.problems == (refusals.TAKEN,)
    offered = [slot.start - NINE for slot in refused.value.alternatives]
    assert offered == [TWENTY, 2 * TWENTY, 3 * TWENTY]
    assert lines() == [("scheduling.book_appointment", "refused")]
    assert AppointmentParticipant.objects.filter(patient=clinic.patient).count() == 0


def test_who_comes_evidently_too_late_is_refused_without_a_transaction(clinic, lines):
    """In a race that is nearly everybody: nobody waits for them."""
    clinic.appointment()
    with CaptureQueriesContext(connection) as captured, pytest.raises(Conflict):
        book_appointment(**clinic.asked(patient=make.patient()))
    statements = [query["sql"] for query in captured.captured_queries]
    assert not [sql for sql in statements if sql.startswith("SAVEPOINT") or "hms.deed" in sql or "currentdeed" in sql]
    assert lines() == [("scheduling.book_appointment", "refused")]


@pytest.mark.parametrize("book", [book_appointment, hold_appointment])
def test_who_looked_too_early_is_refused_under_the_locks(clinic, monkeypatch, book):
    clinic.appointment()
    monkeypatch.setattr(placing, "refuse_evidently_taken", lambda booking: None)
    with pytest.raises(Conflict) as refusal:
        book(**clinic.asked(patient=make.patient()))
    assert refusal.value.problems == (refusals.TAKEN,)
    assert Appointment.objects.count() == 1


def test_a_time_against_the_rules_is_refused_for_that_though_it_is_taken(clinic):
    at_night = NINE + timedelta(hours=12)
    clinic.appointment(at_night)
    with pytest.raises(Refused) as refusal:
        book_appointment(**clinic.asked(at_night, patient=make.patient()))
    assert refusal.value.problems == (refusals.NO_HOURS,)


def test_a_taken_time_elsewhere_is_missing_not_taken(clinic):
    clinic.appointment()
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        book_appointment(**clinic.asked(by=elsewhere, patient=make.patient()))


def test_a_full_day_has_its_alternatives_further_away(clinic):
    """The few hours around hold none, so the search goes on to the day before."""
    for n in range(9):
        clinic.appointment(NINE + n * TWENTY)
    with pytest.raises(Conflict) as refusal:
        book_appointment(**clinic.asked(patient=make.patient()))
    eleven = NINE - timedelta(hours=22)
    assert [slot.start for slot in refusal.value.alternatives] == [eleven, eleven + TWENTY, eleven + 2 * TWENTY]


def test_a_long_visit_is_not_squeezed_into_a_short_gap(clinic):
    clinic.appointment(NINE + TWENTY)
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked(appointment_type="ROUTINE"))


def test_the_patient_is_not_booked_into_two_places(clinic):
    elsewhere = make.session(make.schedule(make.practitioner_role(department=clinic.department)))
    make.appointment(patient=clinic.patient, schedule=elsewhere, service=clinic.service, start_at=NINE)
    with pytest.raises(Conflict) as refused:
        book_appointment(**clinic.asked())
    assert refused.value.problems == (refusals.PATIENT_TAKEN,)


def test_two_doctors_do_not_get_one_room(clinic):
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)), location=clinic.room)
    book_appointment(**clinic.asked())
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked(patient=make.patient(), schedule=colleague))


def test_a_hold_that_ran_out_is_ended_by_whoever_wants_the_time(clinic):
    held = clinic.appointment(NINE, status="pending", hold_expires_at=NINE - timedelta(days=2))
    book_appointment(**clinic.asked())
    held.refresh_from_db()
    assert (held.status, held.cancellation_reason) == ("cancelled", "hold-expired")


def test_a_hold_in_force_keeps_the_time(clinic):
    clinic.appointment(NINE, status="pending", hold_expires_at=NINE)
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked())


def test_the_rules_are_asked(clinic):
    with pytest.raises(Refused) as refused:
        book_appointment(**clinic.asked(NINE - timedelta(hours=2)))
    assert refused.value.problems == (refusals.NO_HOURS,)


def test_a_time_outside_the_hours_needs_a_reason(clinic):
    booked = book_appointment(**clinic.asked(NINE - timedelta(hours=2), override_reason="Referred as urgent"))
    assert Appointment.objects.get(pk=booked.pk).override_reason == "Referred as urgent"


def test_a_second_patient_in_a_taken_time_is_for_those_with_right_reason_and_room(clinic):
    clinic.appointment(NINE)
    urgent = {"overbook": True, "override_reason": "Referred as urgent"}
    second = book_appointment(**clinic.asked(**urgent))
    assert second.participants.get(practitioner=clinic.practitioner).seat == 1
    assert second.participants.get(patient=clinic.patient).seat == 0
    third = book_appointment(**clinic.asked(patient=make.patient(), **urgent))
    assert third.participants.get(practitioner=clinic.practitioner).seat == 2
    with pytest.raises(Refused) as refused:
        book_appointment(**clinic.asked(patient=make.patient(), **urgent))
    assert refused.value.problems == (refusals.beyond_cap(2),)


def test_a_time_that_is_free_is_no_second_patients(clinic):
    """ "If the time is taken", the form says: in a lane of its own the plan would still offer the time to others."""
    booked = book_appointment(**clinic.asked(overbook=True, override_reason="Referred as urgent"))
    assert booked.participants.get(practitioner=clinic.practitioner).seat == 0
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked(patient=make.patient()))


def test_a_hold_that_ran_out_makes_nobody_a_second_patient(clinic):
    hold_appointment(**clinic.asked(patient=make.patient()))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        booked = book_appointment(**clinic.asked(overbook=True, override_reason="Referred as urgent"))
    assert booked.participants.get(practitioner=clinic.practitioner).seat == 0


def test_a_nurse_may_not_overbook(clinic):
    nurse = cast.actor("nurse", user=make.user(), facilities=[clinic.facility])
    clinic.appointment(NINE)
    with pytest.raises(Refused) as refused:
        book_appointment(**clinic.asked(by=nurse, overbook=True, override_reason="Urgent"))
    assert refusals.MAY_NOT_OVERBOOK in refused.value.problems


def test_the_patient_books_and_it_says_so(clinic):
    booked = book_appointment(**clinic.asked(by=clinic.himself))
    assert (booked.channel, booked.booked_by) == ("portal", clinic.patient.user)


def test_a_patient_books_for_nobody_else(clinic):
    with pytest.raises(Missing):
        book_appointment(**clinic.asked(by=clinic.himself, patient=make.patient()))


def test_the_desk_of_another_house_does_not_book_here(clinic):
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        book_appointment(**clinic.asked(by=elsewhere))


@pytest.mark.parametrize("who", ["himself", "desk"])
def test_nobody_is_placed_into_the_hours_of_another_department(clinic, who):
    """The ids of a time can be put together by hand; sessions that name no type of visit are their department's."""
    surgery = make.practitioner_role(make.practitioner(), make.department(clinic.facility))
    theirs = make.session(make.schedule(surgery))
    with pytest.raises(Missing):
        book_appointment(**clinic.asked(by=getattr(clinic, who), schedule=theirs))


def test_a_stranger_is_refused(clinic, lines):
    with pytest.raises(Forbidden):
        book_appointment(**clinic.asked(by=cast.stranger()))
    assert lines() == [("scheduling.book_appointment", "refused")]


def test_the_same_request_twice_is_one_booking(clinic):
    first = book_appointment(**clinic.asked(), idempotency_key="form-1")
    second = book_appointment(**clinic.asked(), idempotency_key="form-1")
    assert first.pk == second.pk
    assert Appointment.objects.count() == 1


def test_a_group_visit_is_one_appointment_with_places(clinic):
    school = make.healthcare_service(clinic.department, name="Asthma school", capacity=2)
    first = book_appointment(**clinic.asked(service=school))
    second = book_appointment(**clinic.asked(service=school, patient=make.patient()))
    assert first.pk == second.pk
    assert sorted(first.participants.filter(patient__isnull=False).values_list("place", flat=True)) == [1, 2]
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked(service=school, patient=make.patient()))


def test_an_hour_that_comes_twice_is_promised_with_its_offset(clinic):
    make.session(clinic.schedule, "01:00", "05:00", weekdays=[6])
    clinic.service.horizon = 400
    clinic.service.save()
    second = NINE.replace(year=2027, month=10, day=31, hour=1, minute=20)
    booked = book_appointment(**clinic.asked(second))
    assert booked.wall_start == "2027-10-31T02:20+01:00"


def test_no_query_more_for_a_full_day(clinic, django_assert_max_num_queries):
    for n in range(1, 8):
        clinic.appointment(NINE + n * TWENTY)
    with django_assert_max_num_queries(30):
        book_appointment(**clinic.asked())


def test_other_writers_wait_for_the_writing_alone(clinic):
    """On SQLite a transaction holds up everybody: what must only be known is looked up before it begins."""
    with CaptureQueriesContext(connection) as captured:
        book_appointment(**clinic.asked())
    statements = [query["sql"] for query in captured.captured_queries]
    begun = next(number for number, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    inside = statements[begun:]
    reads = [sql for sql in inside if sql.startswith("SELECT") and "pg_advisory" not in sql and "set_config" not in sql]
    assert len(reads) == 1
    assert "scheduling_appointmentparticipant" in reads[0]


def test_permissions_may_differ_by_house(clinic):
    """Somebody who books here and only reads there does not book there."""
    other = make.facility()
    desk = replace(clinic.desk, reach={"scheduling.book_appointment": frozenset({other.pk})})
    with pytest.raises(Missing):
        book_appointment(**clinic.asked(by=desk))
