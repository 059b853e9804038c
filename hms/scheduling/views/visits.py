"""A patient's visits: to come, and over. For the patient, whoever acts for them, and the desk."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hms.core import clock, trail
from hms.core.access import access
from hms.scheduling import facts, presenting, proposals, queries, recurring, waits


@require_GET
@access("scheduling.view_day", "workspace.portal")
def visits(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Visits of one patient, each with what can be done about it."""
    patient = facts.patient_for_booking(request.actor, patient_id)
    trail.read(request, patient=patient, page="scheduling:visits")
    coming, past = queries.visits_of(request.actor, patient)
    now = clock.now()
    asked = proposals.to_answer(request.actor, patient.pk)
    context = {
        "patient": patient,
        "coming": presenting.day_rows(coming, now, states=proposals.states(asked)),
        "past": presenting.day_rows(past, now),
        "proposals": asked,
        "series": recurring.of_patient(request.actor, patient.pk),
        "waiting": waits.of_patient(request.actor, patient.pk),
        "by_patient": facts.acts_as_patient(request.actor),
    }
    return render(request, "scheduling/visits.html", context)
