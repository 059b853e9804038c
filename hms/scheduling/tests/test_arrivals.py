"""The day of the visit, and taking back a wrong tap."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.core.problems import Conflict, Forbidden, Missing, Refused
from hms.scheduling import refusals
from hms.scheduling.actions import (
    book_appointment,
    check_in,
    fulfil_appointment,
    hold_appointment,
    mark_noshow,
    start_appointment,
    undo_check_in,
    undo_noshow,
    undo_start,
)
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import cast, make

MINUTES = timedelta(minutes=1)


@pytest.fixture
def morning(clinic):
    """A quarter to nine on the day of the visit."""
    visit = book_appointment(**clinic.asked())
    with time_machine.travel(NINE - 15 * MINUTES, tick=False) as clock:
        yield visit, clock


def status(visit) -> str:
    return Appointment.objects.get(pk=visit.pk).status


def test_the_whole_life_of_a_visit(clinic, morning, lines):
    visit, clock = morning
    assert check_in(by=clinic.desk, appointment=visit).checked_in_at == NINE - 15 * MINUTES
    assert status(visit) == "arrived"
    clock.move_to(NINE, tick=False)
    assert start_appointment(by=clinic.doctor, appointment=visit).started_at == NINE
    assert status(visit) == "checked-in"
    clock.move_to(NINE + TWENTY, tick=False)
    assert fulfil_appointment(by=clinic.doctor, appointment=visit).fulfilled_at == NINE + TWENTY
    assert status(visit) == "fulfilled"
    assert [verb for verb, _ in lines()] == [
        "appointment.booked",
        "appointment.checked_in",
        "appointment.fulfilled",
        "appointment.started",
    ]
    assert set(AuditEvent.objects.values_list("patient_id", flat=True)) == {clinic.patient.pk}


def test_a_check_in_is_taken_back_within_ten_minutes(clinic, morning):
    visit, clock = morning
    check_in(by=clinic.desk, appointment=visit)
    clock.shift(10 * MINUTES)
    undone = undo_check_in(by=clinic.desk, appointment=visit)
    assert (status(visit), undone.checked_in_at) == ("booked", None)


def test_and_not_later(clinic, morning):
    visit, clock = morning
    check_in(by=clinic.desk, appointment=visit)
    clock.shift(10 * MINUTES + timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        undo_check_in(by=clinic.desk, appointment=visit)
    assert refused.value.problems == (refusals.UNDO_OVER,)


def test_nobody_is_checked_in_on_another_day(clinic):
    with pytest.raises(Refused) as refused:
        check_in(by=clinic.desk, appointment=clinic.appointment())
    assert refused.value.problems == (refusals.NOT_TODAY,)


def test_the_day_is_the_hospitals(clinic):
    """Half past eleven at night in Berlin is the same day there, and the next one in UTC plus eleven."""
    late = clinic.appointment(NINE.replace(hour=23, day=23))
    with time_machine.travel(NINE.replace(hour=22, day=23), tick=False), pytest.raises(Refused):
        check_in(by=clinic.desk, appointment=late)
    with time_machine.travel(NINE.replace(hour=23, day=23, minute=5), tick=False):
        assert check_in(by=clinic.desk, appointment=late).status == "arrived"


def test_a_second_check_in_is_refused(clinic, morning):
    visit, _clock = morning
    check_in(by=clinic.desk, appointment=visit)
    with pytest.raises(Refused) as refused:
        check_in(by=clinic.desk, appointment=visit)
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_the_doctor_may_begin_without_the_desk(clinic, morning):
    visit, _clock = morning
    begun = start_appointment(by=clinic.doctor, appointment=visit)
    assert (status(visit), begun.checked_in_at) == ("checked-in", NINE - 15 * MINUTES)
    assert undo_start(by=clinic.doctor, appointment=visit).status == "arrived"


def test_nobody_is_absent_before_the_grace_is_over(clinic, morning):
    visit, clock = morning
    clock.move_to(NINE + 19 * MINUTES, tick=False)
    with pytest.raises(Refused) as refused:
        mark_noshow(by=clinic.desk, appointment=visit)
    assert refused.value.problems == (refusals.still_to_come(20),)
    clock.move_to(NINE + 20 * MINUTES, tick=False)
    mark_noshow(by=clinic.desk, appointment=visit)
    assert status(visit) == "noshow"
    assert not any(visit.participants.values_list("blocking", flat=True))


def test_nobody_who_is_here_is_absent(clinic, morning):
    """Rule 10 and the falsely marked veterans: checked in is here."""
    visit, clock = morning
    check_in(by=clinic.desk, appointment=visit)
    clock.move_to(NINE + 60 * MINUTES, tick=False)
    with pytest.raises(Refused) as refused:
        mark_noshow(by=clinic.desk, appointment=visit)
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_a_no_show_is_taken_back(clinic, morning):
    visit, clock = morning
    clock.move_to(NINE + 20 * MINUTES, tick=False)
    mark_noshow(by=clinic.desk, appointment=visit)
    undo_noshow(by=clinic.desk, appointment=visit)
    assert status(visit) == "booked"
    assert all(visit.participants.values_list("blocking", flat=True))


def test_a_hold_that_ran_out_does_not_keep_a_no_show_from_being_taken_back(clinic, morning):
    _visit, clock = morning
    start, other = NINE + 40 * MINUTES, make.patient()
    long = book_appointment(**clinic.asked(start, patient=other, appointment_type="ROUTINE"))
    clock.move_to(start + 20 * MINUTES, tick=False)
    mark_noshow(by=clinic.desk, appointment=long)
    hold_appointment(**clinic.asked(start + 20 * MINUTES))
    clock.move_to(start + 31 * MINUTES, tick=False)
    undo_noshow(by=clinic.desk, appointment=long, reason="They sat in the wrong room")
    assert all(long.participants.values_list("blocking", flat=True))


def test_later_with_a_reason(clinic, morning):
    visit, clock = morning
    clock.move_to(NINE + 20 * MINUTES, tick=False)
    mark_noshow(by=clinic.desk, appointment=visit)
    clock.shift(11 * MINUTES)
    with pytest.raises(Refused) as refused:
        undo_noshow(by=clinic.desk, appointment=visit)
    assert refused.value.problems == (refusals.WHY_SO_LATE,)
    assert undo_noshow(by=clinic.desk, appointment=visit, reason="Sat in the wrong waiting room").status == "booked"


def test_not_when_somebody_else_has_the_time(clinic, morning):
    visit, clock = morning
    clock.move_to(NINE + 20 * MINUTES, tick=False)
    mark_noshow(by=clinic.desk, appointment=visit)
    book_appointment(**clinic.asked(NINE, patient=make.patient()))
    with pytest.raises(Conflict):
        undo_noshow(by=clinic.desk, appointment=visit)
    assert status(visit) == "noshow"


def test_patients_and_strangers_are_refused(clinic, morning):
    visit, _clock = morning
    for by in (clinic.himself, cast.stranger(), cast.actor("billing")):
        with pytest.raises(Forbidden):
            check_in(by=by, appointment=visit)


def test_the_desk_of_another_house_finds_no_such_visit(clinic, morning):
    visit, _clock = morning
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        check_in(by=elsewhere, appointment=visit)
