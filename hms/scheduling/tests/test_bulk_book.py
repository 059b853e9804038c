"""Many visits at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hms.core.actor import system
from hms.core.problems import Conflict, Forbidden
from hms.scheduling.actions import NewVisit, bulk_book
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import make

PAST = NINE - timedelta(days=28)


def visit(clinic, start_at, **fields):
    fields.setdefault("patient", clinic.patient)
    return NewVisit(practitioner=clinic.practitioner, service=clinic.service, start_at=start_at, **fields)


def test_visits_of_every_kind_are_written_whole(clinic, lines, said):
    kinds = ["fulfilled", "noshow", "cancelled", "booked", "arrived"]
    written = bulk_book(
        by=system("demo"),
        facility=clinic.facility,
        visits=[visit(clinic, PAST + n * TWENTY, status=kind, reason=kind) for n, kind in enumerate(kinds)],
    )
    rows = {row.status: row for row in Appointment.objects.all()}
    assert set(rows) == set(kinds)
    assert rows["fulfilled"].fulfilled_at == PAST + TWENTY
    assert rows["fulfilled"].reason == "fulfilled"
    assert rows["cancelled"].cancellation_reason == "pat"
    assert not any(rows["cancelled"].participants.values_list("blocking", flat=True))
    assert rows["arrived"].checked_in_at is not None
    assert rows["booked"].wall_start == "2026-10-27T10:00"
    assert len(written) == 5
    assert lines() == [("appointment.bulk_booked", "success")]
    # Nobody is written to about visits of last month.
    assert said() == []


def test_what_is_cancelled_takes_no_time(clinic):
    bulk_book(
        by=system("demo"),
        facility=clinic.facility,
        visits=[visit(clinic, NINE, status="cancelled"), visit(clinic, NINE), visit(clinic, NINE, status="noshow")],
    )
    assert Appointment.objects.count() == 3


def test_one_clash_refuses_the_whole_batch(clinic):
    with pytest.raises(Conflict):
        bulk_book(
            by=system("demo"),
            facility=clinic.facility,
            visits=[visit(clinic, NINE + 5 * TWENTY), visit(clinic, NINE), visit(clinic, NINE + timedelta(minutes=10))],
        )
    assert Appointment.objects.count() == 0


def test_people_do_not_write_in_bulk(clinic):
    with pytest.raises(Forbidden):
        bulk_book(by=clinic.desk, facility=clinic.facility, visits=[visit(clinic, NINE)])


def test_the_number_of_statements_does_not_grow(clinic, django_assert_max_num_queries):
    people = [make.patient() for _ in range(60)]
    visits = [visit(clinic, NOW - timedelta(days=n + 1), patient=one) for n, one in enumerate(people)]
    with django_assert_max_num_queries(16):
        bulk_book(by=system("demo"), facility=clinic.facility, visits=visits)
