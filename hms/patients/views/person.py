"""Decisions about the person's record: privacy, confidentiality, death, and the true name of somebody unknown."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.core.access import access
from hms.core.toasts import toast
from hms.patients import actions
from hms.patients.forms import DeathForm, PrivacyForm, RegisterForm, RestrictionForm
from hms.patients.models import Patient
from hms.patients.views.places import guard_for, patient_of, posted
from hms.patients.views.register import look_alikes_panel


@access("patients.edit_patient")
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What the patient decided about being found and written to."""
    patient = patient_of(request, Patient.objects.editable_by(request.actor), id, "patients:privacy")
    chosen = getattr(patient, "privacy", None)
    form = PrivacyForm(
        posted(request), initial={name: getattr(chosen, name, False) for name in PrivacyForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            version = guard_for(request, patient).version
            actions.set_privacy(by=request.actor, patient=patient, version=version, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect("patients:profile", patient.pk)
    return _form(request, patient, form, _("Privacy"))


@access("patients.restrict_patient")
@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Keep the record closer than others."""
    patient = patient_of(request, Patient.objects.findable_by(request.actor), id, "patients:restrict")
    form = RestrictionForm(posted(request), initial={"restriction": patient.restriction})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            version = guard_for(request, patient).version
            actions.restrict_patient(by=request.actor, patient=patient, version=version, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect("patients:profile", patient.pk)
    return _form(request, patient, form, _("Confidential record"))


@access("patients.record_death")
@require_http_methods(["GET", "POST"])
def death(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Record a death; for somebody recorded as deceased, take it back.

    The form says which of the two it is: one that is sent twice must not undo what it did.
    """
    patient = patient_of(request, Patient.objects.alertable_by(request.actor).standing(), id, "patients:death")
    form = DeathForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            given = {"by": request.actor, "patient": patient, "version": guard_for(request, patient).version}
            if "lives" in request.POST:
                actions.take_back_death(**given)
                toast(request, _("The death is taken back."))
            else:
                actions.record_death(**given, on=form.told())
                toast(request, _("The death is recorded."))
            return redirect("patients:identity", patient.pk)
    return render(request, "patients/death.html", {"patient": patient, "form": form}, status=form.status)


@access("patients.correct_identity")
@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give somebody registered under an alias their true name."""
    among = Patient.objects.findable_by(request.actor).standing().filter(unidentified=True)
    patient = patient_of(request, among, id, "patients:identify")
    form = RegisterForm(posted(request), initial={"sex": patient.gender})
    context: dict[str, Any] = {"patient": patient, "form": form}
    if request.method == "POST" and form.is_valid():
        told = form.told()
        with form.attempt():
            actions.identify_patient(
                by=request.actor,
                patient=patient,
                version=guard_for(request, patient).version,
                told=told,
                duplicate_reason=form.cleaned_data["duplicate_reason"],
            )
            toast(request, _("The record has its name."))
            return redirect("patients:profile", patient.pk)
        context |= look_alikes_panel(request.actor, told, without=patient.pk)
    return render(request, "patients/identify.html", context, status=form.status)


def _form(request: HttpRequest, patient: Patient, form: Any, title: str) -> HttpResponse:
    context = {"patient": patient, "form": form, "title": title}
    return render(request, "patients/decision.html", context, status=form.status)
