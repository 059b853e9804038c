"""Whom to call: booked visits that can't take place, each with a time to offer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hms.core.access import access
from hms.messaging.recipients import of_patient
from hms.patients.models import Patient
from hms.scheduling import strays
from hms.scheduling.views.places import facility_choices, facility_where

SEE = "scheduling.see_strays"
_ON_A_PAGE = 20


@require_GET
@access(SEE)
def to_move(request: HttpRequest) -> HttpResponse:
    """The soonest first. One press moves a visit to the time suggested; the patient is told as for any move."""
    facility = facility_where(request, SEE)
    page = Paginator(strays.strays(request.actor, facility), _ON_A_PAGE).get_page(request.GET.get("page"))
    offered = strays.suggestions(facility, [one.visit for one in page])
    patients = {one.visit.pk: one.visit.patient for one in page}
    prefetch_related_objects([patient for patient in patients.values() if patient], "contacts", "user")
    context = {
        "facility": facility,
        "facilities": facility_choices(request, facility, SEE),
        "page": page,
        "rows": [(one, offered.get(one.visit.pk), _phone(patients[one.visit.pk])) for one in page],
    }
    with timezone.override(facility.zone):
        return render(request, "scheduling/to_move.html", context)


def _phone(patient: Patient | None) -> str:
    """The number by which the patient wants to be reached."""
    return of_patient(patient).phone if patient else ""
