"""Which patient, and which facility, a page is about."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from hms.core import trail
from hms.core.actor import Actor
from hms.core.forms import FormGuard, guard_of
from hms.core.records import missing
from hms.organization.models import Facility
from hms.patients.models import Patient, PatientQuerySet

VIEW_IDENTITY = "patients.view_identity"


def facility_of(request: HttpRequest, permission: str) -> Facility:
    """The facility chosen in the form or address, or the first where the person has this permission; 404 for none."""
    facilities = list(Facility.objects.active().worked_in_by(request.actor, permission))
    chosen = request.POST.get("facility") or request.GET.get("facility", "")
    facility = next((one for one in facilities if str(one.pk) == chosen), None) or next(iter(facilities), None)
    if facility is None:
        raise missing()
    return facility


def patient_of(request: HttpRequest, among: PatientQuerySet, id: uuid.UUID, page: str) -> Patient:
    """The patient of this page, or 404. Seeing the page writes a line in the trail.

    A form that names another patient, sent from another tab, is refused as if it were not there.
    """
    patient = among.filter(pk=id).first()
    if patient is None:
        raise missing()
    if request.method == "POST":
        guard_for(request, patient)
    if request.method == "GET":
        trail.read(request, patient=patient, page=page)
    return patient


def guard_for(request: HttpRequest, patient: Patient) -> FormGuard:
    """The form's guard, which must be of this patient: a form from another tab's patient is refused as not found."""
    guard = guard_of(request)
    if guard.patient_id is not None and guard.patient_id != patient.pk:
        raise missing()
    return guard


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. NB: `request.POST or None` takes a form whose boxes are all empty for a new one."""
    return request.POST if request.method == "POST" else None


def detailed_for(by: Actor) -> PatientQuerySet:
    """Patients whose contacts, addresses and numbers this actor may read."""
    if by.may("patients.correct_identity") or by.may("patients.review_glass"):
        return Patient.objects.administered_by(by)
    return Patient.objects.visible_to(by)


def chart_address(patient_id: uuid.UUID) -> str:
    """Where the chart is: an upper room says so in the settings, since nothing here may know its name."""
    name = getattr(settings, "PATIENT_CHART", "")
    return reverse(name, args=[patient_id]) if name else ""
