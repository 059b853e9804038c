"""A booked visit opens the chart to the practitioner and the department for some days around it.

`patients.CareRelationship` is what row access reads; its rows rest on the visit and can be made anew from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from hms.organization.models import Facility, Practitioner
from hms.organization.policies import policy
from hms.patients import care
from hms.patients.care import CareRow
from hms.patients.codes import CareKind
from hms.patients.models import Patient
from hms.scheduling import codes, facts
from hms.scheduling.models import Appointment, AppointmentParticipant

SOURCE = Appointment._meta.label
# What was promised, took place, or should have: the chart is needed to see why somebody did not come, too.
RELATING = codes.LISTED


def begin(appointment: Appointment, patient: Patient, practitioner: Practitioner, *, days: int) -> None:
    """Open the chart from so many days before the visit until as many after."""
    if appointment.is_group:
        # Who comes back to a group has a relationship already, which was ended when they left.
        renew(appointment, patient, practitioner, days=days)
        return
    rows = _rows(appointment, patient.pk, practitioner.pk, timedelta(days=days))
    care.open_care_relationships(rows, source_type=SOURCE)


def renew(appointment: Appointment, patient: Patient, practitioner: Practitioner, *, days: int) -> None:
    """The same for a visit that has another time or practitioner now: what rested on it before is closed."""
    end(appointment, patient.pk)
    around = timedelta(days=days)
    care.open_care_relationship(
        patient=patient,
        practitioner=practitioner,
        department=appointment.department_id,
        kind=CareKind.APPOINTMENT,
        start_at=appointment.start_at - around,
        end_at=appointment.end_at + around,
        source=appointment,
    )


def end(appointment: Appointment, patient: UUID | None = None) -> None:
    """The visit will not be: what rested on it alone is closed. With a patient: theirs only."""
    care.close_care_relationship(source=appointment, patient=patient)


def begin_many(visits: Iterable[tuple[Appointment, Patient, Practitioner]], facility: Facility) -> None:
    """Open the charts of many visits of one facility at once."""
    around = timedelta(days=policy(facts.RELATED_FOR, facility))
    rows = (
        row
        for appointment, patient, practitioner in visits
        for row in _rows(appointment, patient.pk, practitioner.pk, around)
    )
    care.open_care_relationships(rows, source_type=SOURCE)


def rows_of_all() -> Iterator[CareRow]:
    """What all visits together give rise to: for the command that recomputes the table."""
    arounds = {one.pk: timedelta(days=policy(facts.RELATED_FOR, one)) for one in Facility.objects.all()}
    practitioners = AppointmentParticipant.objects.filter(practitioner__isnull=False)
    doctors = dict(practitioners.values_list("appointment", "practitioner").iterator())
    patients = (
        AppointmentParticipant.objects.taking_part()
        .filter(patient__isnull=False, appointment__status__in=RELATING)
        .select_related("appointment")
    )
    for row in patients.iterator():
        visit = row.appointment
        if row.patient_id is not None and visit.pk in doctors:
            yield from _rows(visit, row.patient_id, doctors[visit.pk], arounds[visit.facility_id])


def _rows(visit: Appointment, patient: UUID, practitioner: UUID, around: timedelta) -> Iterator[CareRow]:
    start_at, end_at = visit.start_at - around, visit.end_at + around
    kind = CareKind.APPOINTMENT
    yield CareRow(patient, kind, visit.pk, start_at, end_at, practitioner_id=practitioner)
    if visit.department_id is not None:
        yield CareRow(patient, kind, visit.pk, start_at, end_at, department_id=visit.department_id)
