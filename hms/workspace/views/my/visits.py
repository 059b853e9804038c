"""Visits in the portal: those to come, which can be moved and called off, and what was done at those that were."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hms.clinical import chart as clinical
from hms.clinical.codes import EncounterStatus
from hms.clinical.models import Condition, Encounter, EncounterDiagnosis, EncounterParticipant
from hms.core import clock, trail
from hms.core.records import missing
from hms.prescribing import chart as prescribing
from hms.scheduling import presenting, proposals, queries, recurring, waits
from hms.scheduling.codes import AppointmentStatus
from hms.scheduling.models import Appointment
from hms.workspace.household import Whom, portal_page

_PER_PAGE = 20
_NEVER_BEGAN = (EncounterStatus.PLANNED, EncounterStatus.CANCELLED)


@portal_page()
def visits(request: HttpRequest, whom: Whom) -> HttpResponse:
    """To come, soonest first; past, latest first, each opening what was found and written."""
    trail.read(request, patient=whom.patient, page="workspace:my_visits")
    now = clock.now()
    asked = proposals.to_answer(whom.by, whom.patient.pk)
    # What can't take place is answered above, and neither moved nor called off beside it.
    to_answer = {one.replaces_id for one in asked}
    coming, over = queries.visits_of(whom.by, whom.patient)
    missed = [one for one in over if one.status in (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)]
    page = Paginator(_past(whom), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "whom": whom,
        "patient": whom.patient,
        "coming": [
            (row, _is_changeable(row.visit, now) and row.visit.pk not in to_answer)
            for row in presenting.day_rows(coming, now, states=proposals.states(asked))
        ],
        "proposals": asked,
        "series": recurring.of_patient(whom.by, whom.patient.pk),
        "waiting": waits.of_patient(whom.by, whom.patient.pk),
        "page": page,
        "missed": presenting.day_rows(missed, now),
    }
    return render(request, "workspace/my/visits.html", context)


def _is_changeable(visit: Appointment, now: datetime) -> bool:
    return visit.status == AppointmentStatus.BOOKED and visit.start_at > now


def _past(whom: Whom) -> QuerySet[Encounter]:
    """The visits that began and whose record was released, with whom one saw and what was found."""
    if whom.is_confidential:
        return Encounter.objects.none()
    # Only diagnoses that were released and are true: one found wrong later stays with the visit, and is not shown.
    found = EncounterDiagnosis.objects.filter(condition__in=Condition.objects.visible_to(whom.by))
    return (
        Encounter.objects.visible_to(whom.by)
        .filter(patient=whom.patient)
        .exclude(status__in=_NEVER_BEGAN)
        .select_related("facility", "department", "service_provider")
        .prefetch_related(
            Prefetch("participants", EncounterParticipant.objects.select_related("practitioner")),
            Prefetch("diagnoses", found.select_related("condition").order_by("rank")),
        )
        .latest_first()
    )


@portal_page()
def visit(request: HttpRequest, whom: Whom, encounter_id: uuid.UUID) -> HttpResponse:
    """One visit: why, what was found, what was prescribed, and what the doctor wrote. Prints as a letter."""
    encounter = _past(whom).filter(pk=encounter_id).first()
    if encounter is None:
        raise missing()
    trail.read(request, patient=whom.patient, page="workspace:my_visit")
    context = {
        "whom": whom,
        "patient": whom.patient,
        "encounter": encounter,
        "place": encounter.service_provider.name if encounter.service_provider else encounter.facility.name,
        "medicines": prescribing.prescribed_in(whom.by, encounter),
        "notes": clinical.notes(whom.by, encounter=encounter),
    }
    return render(request, "workspace/my/visit.html", context)
