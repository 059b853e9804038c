"""The medicines of a patient: what is taken, what was, and how one ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hms.clinical.models import Encounter
from hms.clinical.people import chart_of, refuse_other_patient
from hms.core import clock, trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import HouseForm, guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient
from hms.prescribing import chart
from hms.prescribing.actions import (
    cancel_medication_request,
    correct_medication_request,
    stop_medication_request,
)
from hms.prescribing.forms import CorrectionForm, EndingForm
from hms.prescribing.models import MedicationRequest

PER_PAGE = 50


@access("prescribing.read_medication")
def medications(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """What is taken now, and by pages what has ended."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    trail.read(request, patient=person, page="prescribing:medications")
    today = clock.now().date()
    context = {
        "patient": person,
        "current": chart.current_medicines(by, person, today),
        "past": Paginator(chart.past_medicines(by, person, today), PER_PAGE).get_page(request.GET.get("page")),
        "visit": _visit_going_on(by, person),
    }
    return render(request, "prescribing/medications.html", context)


@access("prescribing.stop_medication_request")
def stop(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Stop a medicine that is taken."""
    return _end(
        request,
        id,
        EndingForm,
        stop_medication_request,
        title=_("Stop this medicine"),
        button=_("Stop it"),
        said=_("The medicine is stopped."),
    )


@access("prescribing.cancel_medication_request")
def cancel(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Withdraw a prescription that must not be taken."""
    return _end(
        request,
        id,
        EndingForm,
        cancel_medication_request,
        title=_("Cancel this prescription"),
        button=_("Cancel the prescription"),
        said=_("The prescription is cancelled."),
    )


@access("prescribing.correct_medication_request")
def error(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Say that a prescription was never true."""
    return _end(
        request,
        id,
        CorrectionForm,
        correct_medication_request,
        title=_("Entered in error"),
        button=_("Mark as entered in error"),
        said=_("The prescription is marked as entered in error."),
    )


def _end(
    request: HttpRequest,
    id: uuid.UUID,
    form_class: type[HouseForm],
    deed: Callable[..., Any],
    *,
    title: str,
    button: str,
    said: str,
) -> HttpResponse:
    """The page that asks why, and does it."""
    by = request.actor  # type: ignore[attr-defined]
    prescription = _prescription(by, id)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        refuse_other_patient(guard, prescription.patient_id)
        with form.attempt():
            deed(by=by, request=prescription, version=guard.version, **form.cleaned_data)
            toast(request, said)
            return HttpResponseRedirect(_back(request, prescription))
    if request.method != "POST":
        trail.read(request, patient=prescription.patient, page="prescribing:ending")
    context = {
        "patient": prescription.patient,
        "prescription": prescription,
        "form": form,
        "title": title,
        "button": button,
        "back": _back(request, prescription),
    }
    return render(request, "prescribing/ending.html", context, status=form.status)


def _prescription(by: Actor, id: uuid.UUID) -> MedicationRequest:
    rows = MedicationRequest.objects.visible_to(by).prescribed()
    found = rows.select_related("patient", "medication__generic", "requester").filter(pk=id).first()
    if found is None:
        raise missing()
    return found


def _visit_going_on(by: Actor, patient: Patient) -> Encounter | None:
    """The visit a prescriber is in with the patient, where a renewal goes."""
    if not by.may("prescribing.draft_medication_request"):
        return None
    return Encounter.objects.visible_to(by, patient).live().latest_first().first()


def _back(request: HttpRequest, prescription: MedicationRequest) -> str:
    target = request.POST.get("next", "") or request.GET.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return reverse("prescribing:medications", args=[prescription.patient_id])
