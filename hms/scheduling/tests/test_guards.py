"""What the database refuses about time, past all our code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from hms.scheduling.guards import OVERLAP, PLACES, STATUS
from hms.scheduling.models import Appointment, AppointmentParticipant
from tests import make

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def visit():
    return make.appointment(start_at=NINE)


def beside(visit, start, end, **fields):
    """Another row that takes the same practitioner's time."""
    row = visit.participants.get(practitioner__isnull=False)
    other = make.appointment(start_at=NINE + timedelta(days=30))
    fields.setdefault("practitioner", row.practitioner)
    return AppointmentParticipant(
        appointment=other, start_at=NINE + start * MINUTES, end_at=NINE + end * MINUTES, **fields
    )


@pytest.mark.parametrize(("start", "end"), [(0, 20), (10, 30), (-10, 10), (5, 15), (-10, 40)])
def test_one_practitioner_is_not_in_two_visits(visit, start, end):
    with pytest.raises(IntegrityError, match=OVERLAP):
        beside(visit, start, end).save()


@pytest.mark.parametrize(("start", "end"), [(20, 40), (-20, 0)])
def test_visits_that_touch_do_not_clash(visit, start, end):
    beside(visit, start, end).save()


def test_what_does_not_block_does_not_clash(visit):
    beside(visit, 0, 20, blocking=False).save()
    beside(visit, 0, 20, seat=1).save()
    with pytest.raises(IntegrityError, match=OVERLAP):
        beside(visit, 5, 10, seat=1).save()


def test_a_row_cannot_be_moved_into_taken_time(visit):
    later = beside(visit, 20, 40)
    later.save()
    with pytest.raises(IntegrityError, match=OVERLAP):
        AppointmentParticipant.objects.filter(pk=later.pk).update(start_at=NINE + 10 * MINUTES)


def test_a_row_that_did_not_block_cannot_begin_to_in_taken_time(visit):
    silent = beside(visit, 0, 20, blocking=False)
    silent.save()
    with pytest.raises(IntegrityError, match=OVERLAP):
        AppointmentParticipant.objects.filter(pk=silent.pk).update(blocking=True)


def test_patients_rooms_and_devices_are_guarded_alike():
    for kind in ("patient", "location", "device"):
        thing = getattr(make, kind)()
        taken = {kind: thing, "start_at": NINE, "end_at": NINE + 20 * MINUTES}
        AppointmentParticipant.objects.create(appointment=make.appointment(start_at=NINE), **taken)
        later = make.appointment(start_at=NINE + timedelta(days=1))
        with pytest.raises(IntegrityError, match=OVERLAP):
            _in_savepoint(AppointmentParticipant(appointment=later, **taken))


def _in_savepoint(row):
    from django.db import transaction

    with transaction.atomic():
        row.save()


def test_a_participant_is_exactly_one(visit):
    row = beside(visit, 30, 40, patient=make.patient())
    with pytest.raises(IntegrityError, match="scheduling_participant_is_one"):
        row.save()


def test_the_actor_of_a_row_follows_the_row_when_it_is_merged(visit):
    """`actor` is computed by the database: a merge that moves the patient moves it too."""
    winner = make.patient()
    AppointmentParticipant.objects.filter(appointment=visit, patient__isnull=False).update(patient=winner)
    assert AppointmentParticipant.objects.get(appointment=visit, patient=winner).actor == winner.pk


def test_a_group_visit_has_no_more_patients_than_places():
    visit = make.appointment(start_at=NINE, capacity=2)
    span = {"start_at": NINE, "end_at": NINE + 20 * MINUTES}
    AppointmentParticipant.objects.create(appointment=visit, patient=make.patient(), place=2, **span)
    with pytest.raises(IntegrityError, match=PLACES):
        _in_savepoint(AppointmentParticipant(appointment=visit, patient=make.patient(), place=3, **span))
    with pytest.raises(IntegrityError, match=r"scheduling_place_once|UNIQUE"):
        _in_savepoint(AppointmentParticipant(appointment=visit, patient=make.patient(), place=2, **span))
    with pytest.raises(IntegrityError, match=PLACES):
        Appointment.objects.filter(pk=visit.pk).update(capacity=1)


def test_a_status_moves_only_along_the_table(visit):
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled", cancellation_reason="pat")
    with pytest.raises(IntegrityError, match=STATUS):
        Appointment.objects.filter(pk=visit.pk).update(status="booked")


def test_raw_sql_is_refused_too(visit):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=STATUS):
        cursor.execute("UPDATE scheduling_appointment SET status = 'proposed'")
