"""Care relationships: opened, moved, closed and recomputed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor, system
from hms.core.problems import Forbidden
from hms.patients import care
from hms.patients.models import CareRelationship
from tests import cast, make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@action("things.deed")
def deed(*, by: Actor, what: object) -> object:
    trail.record("thing.done")
    return what()  # type: ignore[operator]


def inside(what: object) -> object:
    return deed(by=system("test"), what=what)


def test_a_source_opens_for_practitioner_and_department_and_moves() -> None:
    patient, practitioner, department, source = make.patient(), make.practitioner(), make.department(), make.facility()
    now = clock.now()
    for shift in (0, 7):
        inside(
            lambda shift=shift: care.open_care_relationship(
                patient=patient,
                kind="appointment",
                source=source,
                start_at=now + shift * DAY,
                end_at=now + (shift + 1) * DAY,
                practitioner=practitioner,
                department=department,
            )
        )
    rows = CareRelationship.objects.all()
    assert {(row.practitioner, row.department) for row in rows} == {(practitioner, None), (None, department)}
    assert {row.start_at for row in rows} == {now + 7 * DAY}
    assert {row.source_type for row in rows} == {"organization.Facility"}


def test_closing_ends_what_rests_on_the_source_even_before_it_began() -> None:
    patient, source, now = make.patient(), make.facility(), clock.now()
    open_ = {"patient": patient, "kind": "appointment", "source": source, "practitioner": make.practitioner()}
    inside(lambda: care.open_care_relationship(start_at=now + DAY, end_at=None, **open_))
    assert inside(lambda: care.close_care_relationship(source=source, at=now)) == 1
    row = CareRelationship.objects.get()
    assert row.end_at == row.start_at
    assert inside(lambda: care.close_care_relationship(source=source, at=now)) == 0


def test_outside_a_deed_nothing_is_opened() -> None:
    with pytest.raises(RuntimeError):
        care.close_care_relationship(source=make.facility())


def test_the_database_refuses_two_parties_and_none() -> None:
    with pytest.raises(IntegrityError, match="patients_care_one_party"), transaction.atomic():
        make.care(make.patient(), make.practitioner(), department=make.department())


def test_recomputing_puts_right_what_drifted_and_then_changes_nothing() -> None:
    patient, practitioner, now = make.patient(), make.practitioner(), clock.now()
    right = make.care(patient, practitioner)
    moved = make.care(patient, practitioner)
    orphan = make.care(patient, practitioner)
    missing = make.facility()
    truth = [
        care.CareRow(patient.pk, "appointment", right.source_id, right.start_at, right.end_at, practitioner.pk),
        care.CareRow(patient.pk, "appointment", moved.source_id, now, now + DAY, practitioner.pk),
        care.CareRow(patient.pk, "appointment", missing.pk, now, None, practitioner.pk),
    ]
    by = system("recompute")
    first = care.reconcile_care_relationships(by=by, source_type="scheduling.Appointment", rows=truth)
    assert (first.right, first.opened, first.changed, first.closed) == (1, 1, 1, 1)
    orphan.refresh_from_db()
    assert orphan.end_at is not None
    assert orphan.end_at <= clock.now()
    second = care.reconcile_care_relationships(by=by, source_type="scheduling.Appointment", rows=truth)
    assert (second.right, second.opened, second.changed, second.closed) == (3, 0, 0, 0)


def test_other_kinds_of_source_are_left_alone() -> None:
    row = make.care(make.patient(), make.practitioner(), source_type="clinical.Encounter")
    care.reconcile_care_relationships(by=system("recompute"), source_type="scheduling.Appointment", rows=[])
    row.refresh_from_db()
    assert row.end_at is not None
    assert row.end_at > clock.now()


def test_nobody_recomputes_by_hand() -> None:
    with pytest.raises(Forbidden):
        care.reconcile_care_relationships(by=cast.actor("administrator"), source_type="x", rows=[])
