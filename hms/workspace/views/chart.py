"""The chart: what a clinician wants to know first, and as it was at a moment in the past."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hms.clinical.models import Condition, Encounter
from hms.clinical.people import chart_of
from hms.core import clock, history, trail
from hms.core.access import access
from hms.core.forms import HouseForm, MomentField
from hms.core.records import missing
from hms.core.snapshot import snapshot
from hms.pathways.chart import summary
from hms.patients.models import AllergyIntolerance, Patient
from hms.prescribing.models import MedicationRequest
from hms.scheduling import queries


@require_GET
@access("patients.read_chart")
def chart(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The summary. Somebody who may find the patient and not read the chart is shown the identity, and the glass."""
    by = request.actor  # type: ignore[attr-defined]
    patient = Patient.objects.visible_to(by).filter(pk=patient_id).first()
    if patient is None:
        if Patient.objects.findable_by(by).filter(pk=patient_id).exists():
            return redirect(reverse("patients:identity", args=[patient_id]))
        raise missing()
    with snapshot():
        facts = summary(by, patient)
        coming = queries.next_visit(by, patient)
        live = Encounter.objects.visible_to(by, patient).live().select_related("facility").first()
    trail.read(request, patient=patient, page="workspace:chart")
    return render(
        request,
        "workspace/chart.html",
        {"patient": patient, "facts": facts, "next": coming, "live": live, "now": clock.now()},
    )


class MomentForm(HouseForm):
    """Which moment the chart is wanted for."""

    at = MomentField(label=_("As it was on"))


@require_GET
@access("patients.read_chart")
def as_it_was(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The chart as it stood at a moment: what was recorded by then, and nothing that came later."""
    by = request.actor  # type: ignore[attr-defined]
    patient = chart_of(by, patient_id)
    form = MomentForm(request.GET or None, initial={"at": clock.now() - dt.timedelta(days=1)})
    context: dict[str, Any] = {"patient": patient, "form": form}
    if form.is_bound and form.is_valid():
        at = form.cleaned_data["at"]
        context |= {"at": at, **facts_at(patient, at)}
        trail.read(request, patient=patient, page="workspace:as_it_was", detail={"at": at.isoformat()})
    return render(
        request, "workspace/as_it_was.html", context, status=422 if form.is_bound and not form.is_valid() else 200
    )


def facts_at(patient: Patient, at: dt.datetime) -> dict[str, list[Any]]:
    """Conditions, medicines and allergies of a patient at a moment, each with who recorded that state."""
    with snapshot():
        return {
            "conditions": [row for row in _at(Condition, patient, at) if row.verification_status != "entered-in-error"],
            "medicines": [row for row in _at(MedicationRequest, patient, at) if row.status == "active"],
            "allergies": [row for row in _at(AllergyIntolerance, patient, at) if row.is_live],
        }


def _at(model: Any, patient: Patient, at: dt.datetime) -> list[Any]:
    rows = history.as_of(model, at, [patient.pk], "patient")
    for row in rows:
        row.outside = row.history_deed is None
    return rows
