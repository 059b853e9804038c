"""Somebody with one duty here and another there does here what the one allows, and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.accounts.actors import actor_for
from hms.core.problems import Missing, Refused
from hms.scheduling import refusals
from hms.scheduling.actions import (
    book_appointment,
    call,
    call_next,
    cancel_appointment,
    check_in,
    confirm_appointment,
    hold_appointment,
    mark_entered_in_error,
    mark_noshow,
    move_appointment,
    release_hold,
    start_appointment,
)
from hms.scheduling.models import QueueEntry
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import make


@pytest.fixture
def half(clinic):
    """Sees this house's day because of its invoices, and is nurse and front desk of another one."""
    there = make.facility().pk
    return actor_for(make.user(), {("billing", clinic.facility.pk), ("front-desk", there), ("nurse", there)})


def test_the_day_is_seen(clinic, half):
    visit = clinic.appointment()
    assert type(visit).objects.visible_to(half).exists()


def test_nothing_is_done_to_its_visits(clinic, half):
    visit = clinic.appointment()
    for deed, more in (
        (move_appointment, {"start_at": NINE + TWENTY}),
        (cancel_appointment, {"reason": "pat"}),
        (mark_entered_in_error, {}),
    ):
        with pytest.raises(Missing):
            deed(by=half, appointment=visit, **more)


def test_nor_on_their_day(clinic, half):
    visit = clinic.appointment()
    with time_machine.travel(NINE + timedelta(minutes=20), tick=False):
        for deed in (check_in, mark_noshow, start_appointment):
            with pytest.raises(Missing):
                deed(by=half, appointment=visit)
        check_in(by=clinic.desk, appointment=visit)
        with pytest.raises(Missing):
            call(by=half, entry=QueueEntry.objects.get())
        with pytest.raises(Refused) as refused:
            call_next(by=half, department=clinic.department)
    assert refused.value.problems == (refusals.NOBODY_WAITS,)


def test_nor_to_its_holds(clinic, half):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    for deed in (confirm_appointment, release_hold):
        with pytest.raises(Missing):
            deed(by=half, appointment=held)


def test_the_right_to_overbook_is_of_the_house_where_it_was_given(clinic):
    """A nurse here, who is front desk elsewhere."""
    lent = actor_for(make.user(), {("nurse", clinic.facility.pk), ("front-desk", make.facility().pk)})
    clinic.appointment(NINE)
    with pytest.raises(Refused) as refused:
        book_appointment(**clinic.asked(by=lent, overbook=True, override_reason="Urgent"))
    assert refusals.MAY_NOT_OVERBOOK in refused.value.problems
