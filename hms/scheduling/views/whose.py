"""Whom a page about a visit is about. A group visit is everybody's; in the portal the others are nobody's business."""

from __future__ import annotations

from django.http import HttpRequest

from hms.core.records import missing
from hms.patients.models import Patient
from hms.scheduling import codes, facts
from hms.scheduling.models import Appointment, AppointmentParticipant


def whose(request: HttpRequest, visit: Appointment) -> Patient | None:
    """The patient of the visit. Of a group visit the one the address names (`?patient=`).

    In the portal that is somebody this person acts for, or 404; on the staff side nobody, where none is named.
    """
    if not visit.is_group:
        return visit.patient
    row = part_of(request, visit)
    if row is None and facts.acts_as_patient(request.actor):
        raise missing()
    return row.patient if row is not None else None


def part_of(request: HttpRequest, visit: Appointment) -> AppointmentParticipant | None:
    """Their part in a group visit, which they may have given up."""
    rows = [one for one in visit.participants.all() if one.patient_id is not None]
    # A place that was taken again counts, not the one that was given up before; who is only asked has none.
    rows = [one for one in rows if one.status != codes.ParticipationStatus.NEEDS_ACTION]
    rows.sort(key=lambda one: one.status in codes.NOT_TAKING_PART)
    named = request.GET.get("patient", "")
    if facts.acts_as_patient(request.actor):
        theirs = Patient.objects.acted_for_by(request.actor).filter(pk__in=[one.patient_id for one in rows])
        ids = set(theirs.values_list("pk", flat=True))
        rows = [one for one in rows if one.patient_id in ids]
        return next((one for one in rows if str(one.patient_id) == named), next(iter(rows), None))
    return next((one for one in rows if str(one.patient_id) == named), None)
