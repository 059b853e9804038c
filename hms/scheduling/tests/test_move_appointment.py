"""Moving a visit: the old time is freed only with the new one taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.core.problems import Conflict, Missing, Refused, Stale
from hms.scheduling import refusals
from hms.scheduling.actions import book_appointment, move_appointment
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import cast, make

LATER = NINE + 3 * TWENTY


def test_the_new_time_is_taken_and_the_old_one_free(clinic, lines, said):
    booked = book_appointment(**clinic.asked())
    moved = move_appointment(by=clinic.himself, appointment=booked, start_at=LATER, version=booked.version)
    moved = Appointment.objects.get(pk=moved.pk)
    assert (moved.pk, moved.start_at, moved.wall_start) == (booked.pk, LATER, "2026-11-24T10:00")
    assert (moved.status, moved.sequence) == ("booked", 1)
    assert set(moved.participants.values_list("start_at", flat=True)) == {LATER}
    book_appointment(**clinic.asked(patient=make.patient()))
    assert ("appointment.moved", "success") in lines()
    assert "appointment.moved" in said()


def test_the_line_says_from_when_to_when(clinic):
    moved = move_appointment(by=clinic.desk, appointment=clinic.appointment(), start_at=LATER)
    line = AuditEvent.objects.get(verb="appointment.moved")
    assert line.detail == {"from": NINE.isoformat(), "to": moved.start_at.isoformat()}


def test_a_visit_may_be_moved_by_less_than_its_length(clinic):
    booked = clinic.appointment()
    assert move_appointment(by=clinic.desk, appointment=booked, start_at=NINE + timedelta(minutes=10)).sequence == 1


def test_with_the_new_time_taken_the_old_one_stays(clinic):
    booked = book_appointment(**clinic.asked())
    clinic.appointment(LATER)
    with pytest.raises(Conflict) as refused:
        move_appointment(by=clinic.desk, appointment=booked, start_at=LATER)
    assert [slot.start for slot in refused.value.alternatives]
    booked.refresh_from_db()
    assert (booked.start_at, booked.sequence) == (NINE, 0)
    assert all(booked.participants.values_list("blocking", flat=True))


def test_a_visit_moves_to_a_colleague_and_their_room(clinic):
    room = make.location(clinic.facility)
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)), location=room)
    booked = book_appointment(**clinic.asked())
    move_appointment(by=clinic.desk, appointment=booked, start_at=NINE, schedule=colleague)
    assert set(booked.participants.values_list("actor", flat=True)) == {
        colleague.practitioner_role.practitioner_id,
        clinic.patient.pk,
        room.pk,
    }


def test_a_visit_moves_out_of_its_room(clinic):
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)))
    booked = book_appointment(**clinic.asked())
    move_appointment(by=clinic.desk, appointment=booked, start_at=NINE, schedule=colleague)
    assert booked.participants.count() == 2


def test_patients_move_within_the_rules(clinic):
    booked = book_appointment(**clinic.asked())
    with pytest.raises(Refused) as refused:
        move_appointment(by=clinic.himself, appointment=booked, start_at=NINE + timedelta(minutes=5))
    assert refused.value.problems == (refusals.NOT_ON_OFFER,)


def test_patients_do_not_move_what_has_begun(clinic):
    booked = book_appointment(**clinic.asked())
    with time_machine.travel(NINE, tick=False), pytest.raises(Refused) as refused:
        move_appointment(by=clinic.himself, appointment=booked, start_at=NINE + timedelta(days=1))
    assert refused.value.problems == (refusals.TOO_LATE_YOURSELF,)


def test_what_is_called_off_is_not_moved(clinic):
    with pytest.raises(Refused) as refused:
        move_appointment(
            by=clinic.desk,
            appointment=clinic.appointment(status="cancelled", cancellation_reason="pat"),
            start_at=LATER,
        )
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_of_two_tabs_the_second_is_told(clinic):
    booked = clinic.appointment()
    seen = Appointment.objects.get(pk=booked.pk).version
    move_appointment(by=clinic.desk, appointment=booked, start_at=LATER, version=seen)
    with pytest.raises(Stale):
        move_appointment(by=clinic.desk, appointment=booked, start_at=LATER + TWENTY, version=seen)


def test_a_stranger_finds_no_such_visit(clinic):
    user = make.user()
    make.patient(user=user)
    with pytest.raises(Missing):
        move_appointment(by=cast.actor("patient", user=user), appointment=clinic.appointment(), start_at=LATER)
