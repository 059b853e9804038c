"""Holding a time while the booker finishes, confirming it, and giving it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.core.actor import system
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.scheduling import refusals
from hms.scheduling.actions import (
    book_appointment,
    confirm_appointment,
    expire_holds,
    hold_appointment,
    release_hold,
)
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make


def test_a_hold_takes_the_time_for_ten_minutes(clinic, lines):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    assert (held.status, held.hold_expires_at) == ("pending", NOW + timedelta(minutes=10))
    assert all(held.participants.values_list("blocking", flat=True))
    with pytest.raises(Conflict):
        book_appointment(**clinic.asked(patient=make.patient()))
    assert lines() == [("appointment.held", "success"), ("scheduling.book_appointment", "refused")]


def test_the_policy_says_how_long(clinic):
    make.policy("scheduling.hold", timedelta(minutes=3), clinic.facility)
    assert hold_appointment(**clinic.asked()).hold_expires_at == NOW + timedelta(minutes=3)


def test_one_choice_at_a_time(clinic):
    first = hold_appointment(**clinic.asked(by=clinic.himself))
    hold_appointment(**clinic.asked(NINE + TWENTY, by=clinic.himself))
    first.refresh_from_db()
    assert (first.status, first.cancellation_reason) == ("cancelled", "hold-released")


def test_what_is_let_go_is_free_for_the_waiting_list(clinic, said):
    hold_appointment(**clinic.asked(by=clinic.himself))
    assert said() == []
    hold_appointment(**clinic.asked(NINE + TWENTY, by=clinic.himself))
    assert said() == ["time.freed"]


def test_another_choice_does_not_end_an_offer(clinic):
    """Neither was held by a user: that they have in common, and nothing else."""
    offer = make.offer(make.waiting(clinic.patient, clinic.service), clinic.schedule, NINE + TWENTY)
    hold_appointment(**clinic.asked(by=system("telephone assistant")))
    offer.appointment.refresh_from_db()
    assert offer.appointment.status == "pending"


def test_a_hold_of_ones_own_that_ran_out_keeps_nobody_from_a_group(clinic):
    school = make.healthcare_service(clinic.department, capacity=3)
    later = NINE + 3 * TWENTY
    group = book_appointment(**clinic.asked(later, service=school, patient=make.patient()))
    colleague = make.session(make.schedule(make.practitioner_role(make.practitioner(), clinic.department)))
    hold_appointment(**clinic.asked(later, by=clinic.himself, schedule=colleague))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert book_appointment(**clinic.asked(later, service=school)) == group


def test_a_held_time_is_confirmed(clinic, lines, said):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    booked = confirm_appointment(by=clinic.himself, appointment=held, version=held.version, reason="Cough")
    booked = Appointment.objects.get(pk=booked.pk)
    assert (booked.status, booked.hold_expires_at, booked.reason) == ("booked", None, "Cough")
    assert lines() == [("appointment.booked", "success"), ("appointment.held", "success")]
    assert said() == ["appointment.booked"]


def test_a_hold_that_ran_out_is_still_confirmed_while_nobody_took_the_time(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert confirm_appointment(by=clinic.himself, appointment=held).status == "booked"


def test_a_hold_that_ran_out_and_was_taken_is_refused_kindly(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        book_appointment(**clinic.asked(patient=make.patient()))
        with pytest.raises(Conflict) as refused:
            confirm_appointment(by=clinic.himself, appointment=held)
    assert refused.value.problems == (refusals.HOLD_ENDED,)


def test_nobody_confirms_what_somebody_else_holds(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    other = make.user()
    make.patient(user=other)
    with pytest.raises(Missing):
        confirm_appointment(by=cast.actor("patient", user=other), appointment=held)


def test_a_booked_visit_is_not_confirmed_again(clinic):
    with pytest.raises(Refused) as refused:
        confirm_appointment(by=clinic.desk, appointment=clinic.appointment(NINE))
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_an_old_form_does_not_confirm(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    with pytest.raises(Stale):
        confirm_appointment(by=clinic.himself, appointment=held, version=held.version + 1)


def test_a_place_in_a_group_is_not_held(clinic):
    school = make.healthcare_service(clinic.department, capacity=8)
    with pytest.raises(Refused) as refused:
        hold_appointment(**clinic.asked(service=school))
    assert refused.value.problems == (refusals.NOT_HELD,)


def test_a_held_time_can_be_given_back(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    assert release_hold(by=clinic.himself, appointment=held).status == "cancelled"
    book_appointment(**clinic.asked(patient=make.patient()))


def test_holds_that_ran_out_are_cleared_up(clinic):
    held = hold_appointment(**clinic.asked())
    assert expire_holds(by=system("scheduling")) == 0
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert expire_holds(by=system("scheduling")) == 1
    held.refresh_from_db()
    assert (held.status, held.cancellation_reason) == ("cancelled", "hold-expired")
    assert not any(held.participants.values_list("blocking", flat=True))


def test_people_do_not_clear_up_holds(clinic):
    with pytest.raises(Forbidden):
        expire_holds(by=clinic.desk)
