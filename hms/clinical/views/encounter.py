"""The page of one visit: who, when, why, what was found and written. And its beginning and end."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hms.clinical import chart
from hms.clinical.actions import finish_encounter, start_encounter
from hms.clinical.people import author_of, chart_of
from hms.core import trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.scheduling.models import Appointment

PER_PAGE = 50


@access("clinical.read_notes")
def encounter(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    trail.read(request, patient=visit.patient, page="clinical:encounter")
    context = {
        "patient": visit.patient,
        "encounter": visit,
        "diagnoses": chart.diagnoses(by, visit),
        "notes": chart.notes(by, encounter=visit),
    }
    return render(request, "clinical/encounter.html", context)


@access("clinical.read_notes")
def encounters(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """Every visit of a patient, latest first."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    trail.read(request, patient=person, page="clinical:encounters")
    page = Paginator(chart.encounters(by, person), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    # Days are those of the hospital that saw the patient last.
    with timezone.override(found[0].facility.zone if found else None):
        return render(request, "clinical/encounters.html", {"patient": person, "encounters": found, "page": page})


@access("clinical.start_encounter")
@require_POST
def start(request: HttpRequest, appointment: uuid.UUID) -> HttpResponse:
    """Start the visit of an appointment; goes to `next` or to the visit's page."""
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    booked = Appointment.objects.visible_to(by).filter(pk=appointment).first()
    if booked is None:
        raise missing()
    # A group visit has several patients: the form then says which.
    rows = booked.participants.taking_part().filter(patient__isnull=False).select_related("patient")
    row = (rows.filter(patient=guard.patient_id) if guard.patient_id else rows).first()
    if row is None or row.patient is None:
        raise missing()
    visit = start_encounter(
        by=by,
        patient=row.patient,
        facility=booked.facility,
        practitioner=author_of(by),
        appointment=booked,
        idempotency_key=guard.idempotency_key,
    )
    return HttpResponseRedirect(_next(request) or reverse("clinical:encounter", args=[visit.pk]))


@access("clinical.finish_encounter")
@require_POST
def finish(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    visit = chart.encounter(by, id)
    finish_encounter(by=by, encounter=visit, version=guard.version, idempotency_key=guard.idempotency_key)
    toast(request, _("The visit is finished."))
    return HttpResponseRedirect(_next(request) or reverse("clinical:encounter", args=[visit.pk]))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and safe else ""
