"""Entering vital signs."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hms.clinical import chart
from hms.clinical.models import Encounter
from hms.clinical.people import chart_of, practitioner_of, refuse_other_patient
from hms.core import clock, trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.problems import Problem, Refused
from hms.core.toasts import toast
from hms.diagnostics import results
from hms.diagnostics.actions import record_observations
from hms.diagnostics.forms import VitalsForm
from hms.organization.models import Facility
from hms.patients.models import Patient


@access("diagnostics.record_observations")
def vitals(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """Vital signs of a patient, in a visit where `encounter` names one."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    visit = _visit(request, by, person)
    facility = visit.facility if visit else facility_of(by)
    # What somebody types as half past eleven is half past eleven at the hospital.
    with timezone.override(facility.zone):
        return _vitals(request, by, person, visit, facility)


def _vitals(
    request: HttpRequest, by: Actor, person: Patient, visit: Encounter | None, facility: Facility
) -> HttpResponse:
    form = VitalsForm(request.POST or None, initial={"effective_at": clock.now()})
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        refuse_other_patient(guard, person.pk)
        try:
            with form.attempt():
                record_observations(
                    by=by,
                    patient=person,
                    facility=facility,
                    encounter=visit,
                    items=form.readings,
                    effective_at=form.cleaned_data["effective_at"],
                    note=form.cleaned_data["note"],
                    confirmed=form.cleaned_data["confirmed"],
                    idempotency_key=guard.idempotency_key,
                )
                toast(request, _("The vital signs are kept."))
                return HttpResponseRedirect(_after(visit, person))
        except Refused as refused:
            # Only warnings: the form comes back and asks once.
            if not form.notices:
                raise
            form.refused_status = refused.status
    elif request.method == "GET":
        trail.read(request, patient=person, page="diagnostics:vitals")
    context = {"patient": person, "encounter": visit, "form": form, "latest": results.latest_vitals(by, person)}
    return render(request, "diagnostics/vitals.html", context, status=form.refused_status or form.status)


def facility_of(by: Actor) -> Facility:
    """Where somebody works now, for what belongs to no visit. Refused: nowhere, or at several places."""
    practitioner = practitioner_of(by)
    here = Facility.objects.active()
    if practitioner is not None:
        day = clock.now().date()
        here = here.filter(practitioner_roles__in=practitioner.roles.in_force(day)).distinct()
    found = list(here[:2])
    if len(found) == 1:
        return found[0]
    text = _("Open the visit first, so that it is known at which hospital this was measured.")
    raise Refused(Problem(code="required", text=text))


def _visit(request: HttpRequest, by: Actor, patient: Patient) -> Encounter | None:
    """The visit named in the address, else the patient's one that is going on."""
    named = request.GET.get("encounter", "")
    if named:
        try:
            visit = chart.encounter(by, uuid.UUID(named))
        except ValueError:
            visit = None
        return visit if visit and visit.patient_id == patient.pk else None
    rows = Encounter.objects.visible_to(by, patient).live().select_related("facility")
    return rows.latest_first().first()


def _after(visit: Encounter | None, patient: Patient) -> Any:
    if visit is not None:
        return reverse("clinical:encounter", args=[visit.pk])
    return reverse("diagnostics:results", args=[patient.pk])
