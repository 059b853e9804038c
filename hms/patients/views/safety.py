"""Allergies and alerts."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.formulary.catalogue import allergen_names
from hms.patients import actions, codes
from hms.patients.forms import AllergyForm, FlagForm, RefuteForm, StatementForm
from hms.patients.models import AllergyIntolerance, Flag, Patient
from hms.patients.models.scope import in_charts
from hms.patients.views.places import guard_for, patient_of, posted

READ, RECORD, FLAG = "patients.read_chart", "patients.record_allergy", "patients.record_flag"


@access(READ)
@require_http_methods(["GET", "POST"])
def allergies(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The list with refuted entries, a form for a new one, and the statement that there are none."""
    patient = patient_of(request, Patient.objects.visible_to(request.actor), id, "patients:allergies")
    stating = "state" in request.POST
    form = AllergyForm(request.POST if request.method == "POST" and not stating else None)
    statement = StatementForm(request.POST if stating else None)
    used: Any = statement if stating else form
    if request.method == "POST" and used.is_valid():
        with used.attempt():
            given = {
                "by": request.actor,
                "patient": patient,
                "idempotency_key": guard_for(request, patient).idempotency_key,
            }
            if stating:
                actions.state_allergies(**given, **statement.cleaned_data)
            else:
                actions.record_allergy(**given, told=form.told())
            toast(request, _("Saved."))
            return redirect("patients:allergies", patient.pk)
    return _list(request, patient, form=form, statement=statement, status=used.status)


def _list(request: HttpRequest, patient: Patient, *, status: int = 200, **context: Any) -> HttpResponse:
    standing = patient.allergies.exclude(verification_status=codes.AllergyVerificationStatus.ENTERED_IN_ERROR)
    found = list(standing.select_related("recorded_by").prefetch_related("reactions"))
    context |= {
        "patient": patient,
        "live": [one for one in found if one.is_live],
        "others": [one for one in found if not one.is_live],
        "said": patient.allergy_statements.filter(ended_at__isnull=True).first(),
        "may_record": request.actor.may(RECORD),
        "allergens": allergen_names(),
    }
    return render(request, "patients/allergies.html", context, status=status)


@access(RECORD)
@require_http_methods(["GET", "POST"])
def refute(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Say why this is no allergy after all, or that the entry was a slip."""
    visible = AllergyIntolerance.objects.filter(in_charts(Patient.objects.visible_to(request.actor)))
    allergy = visible.filter(pk=id).first()
    if allergy is None:
        raise missing()
    patient = patient_of(request, Patient.objects.all(), allergy.patient_id, "patients:allergy")
    withdrawing = "withdraw" in request.POST
    form = RefuteForm(request.POST if request.method == "POST" and not withdrawing else None)
    if request.method == "POST" and (withdrawing or form.is_valid()):
        with form.attempt():
            given = {"by": request.actor, "allergy": allergy, "version": guard_for(request, patient).version}
            if withdrawing:
                actions.withdraw_allergy(**given)
            else:
                actions.refute_allergy(**given, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect("patients:allergies", patient.pk)
    context = {"patient": patient, "allergy": allergy, "form": form}
    return render(request, "patients/refute.html", context, status=form.status)


@access(FLAG)
@require_http_methods(["GET", "POST"])
def flags(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Alerts in force, and a form for a new one."""
    patient = patient_of(request, Patient.objects.alertable_by(request.actor), id, "patients:flags")
    form = FlagForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            key = guard_for(request, patient).idempotency_key
            actions.record_flag(by=request.actor, patient=patient, idempotency_key=key, **form.cleaned_data)
            toast(request, _("The alert is set."))
            return redirect("patients:flags", patient.pk)
    active = Flag.objects.active(clock.now()).filter(patient=patient).select_related("recorded_by")
    context = {"patient": patient, "form": form, "flags": active}
    return render(request, "patients/flags.html", context, status=form.status)


@access(FLAG)
@require_POST
def end_flag(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    flag = Flag.objects.filter(pk=id).first()
    if flag is None:
        raise missing()
    guard_of(request)
    actions.end_flag(by=request.actor, flag=flag)
    toast(request, _("The alert is ended."))
    return redirect("patients:flags", flag.patient_id)
