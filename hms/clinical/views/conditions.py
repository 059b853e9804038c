"""Diagnoses: the list of a patient, those of a visit, adding one by everyday words, ending one."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hms.clinical import chart
from hms.clinical.actions import mark_entered_in_error, record_condition, resolve_condition
from hms.clinical.forms import ConditionForm, ErrorForm, ResolveForm
from hms.clinical.models import Condition, Encounter
from hms.clinical.people import chart_of, refuse_other_patient
from hms.core import trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.problems import Forbidden, Missing, Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient
from hms.terminology.views.diagnoses import diagnoses_for


@access("patients.read_chart")
def conditions(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """Problems and diagnoses of a patient; a clinician adds to them here."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    form = ConditionForm(request.POST or None)
    if request.method == "POST" and "code" in request.POST and form.is_valid():
        guard = guard_of(request)
        refuse_other_patient(guard, person.pk)
        with form.attempt():
            record_condition(
                by=by,
                patient=person,
                code=request.POST["code"],
                idempotency_key=guard.idempotency_key,
                **form.cleaned_data,
            )
            return HttpResponseRedirect(reverse("clinical:conditions", args=[person.pk]))
    elif request.method == "GET":
        trail.read(request, patient=person, page="clinical:conditions")
    context = {
        "patient": person,
        "conditions": chart.conditions(by, person),
        "form": form,
        **_typed(request),
    }
    return render(request, "clinical/conditions.html", context, status=form.status if "code" in request.POST else 200)


@access("clinical.record_condition")
def diagnoses(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The diagnoses of a visit with the field that adds one: a fragment of the visit's page, and a page of its own."""
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    problems: list[Any] = []
    if request.method == "POST" and "code" in request.POST:
        guard = guard_of(request)
        refuse_other_patient(guard, visit.patient_id)
        try:
            record_condition(
                by=by,
                patient=visit.patient,
                encounter=visit,
                code=request.POST["code"],
                idempotency_key=guard.idempotency_key,
            )
        except (Forbidden, Missing):
            raise
        except Refused as refused:
            problems = list(refused.problems)
    context = basket(by, visit) | {"patient": visit.patient, "problems": problems, **_typed(request)}
    status = 422 if problems else 200
    if request.headers.get("HX-Request"):
        return render(request, "clinical/diagnoses.html#basket", context, status=status)
    if request.method == "POST" and "code" in request.POST and not problems:
        return HttpResponseRedirect(reverse("clinical:diagnoses", args=[visit.pk]))
    trail.read(request, patient=visit.patient, page="clinical:diagnoses")
    return render(request, "clinical/diagnoses_page.html", context, status=status)


@access("clinical.resolve_condition")
def resolve(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """End a diagnosis."""
    by = request.actor  # type: ignore[attr-defined]
    condition = _condition(by, id)
    form = ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            resolve_condition(by=by, condition=condition, version=guard.version, **form.cleaned_data)
            toast(request, _("The diagnosis has ended."))
            return HttpResponseRedirect(reverse("clinical:conditions", args=[condition.patient_id]))
    return render(request, "clinical/condition_resolve.html", _about(condition, form), status=form.status)


@access("clinical.mark_entered_in_error")
def condition_error(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Say that a diagnosis was never true."""
    by = request.actor  # type: ignore[attr-defined]
    condition = _condition(by, id)
    form = ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            mark_entered_in_error(by=by, record=condition, reason=form.cleaned_data["reason"], version=guard.version)
            toast(request, _("The diagnosis is marked as entered in error."))
            return HttpResponseRedirect(reverse("clinical:conditions", args=[condition.patient_id]))
    return render(request, "clinical/condition_error.html", _about(condition, form), status=form.status)


def basket(by: Actor, encounter: Encounter) -> dict[str, Any]:
    """What `clinical/diagnoses.html` needs: the diagnoses of a visit."""
    return {"encounter": encounter, "diagnoses": chart.diagnoses(by, encounter)}


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Without JavaScript the search button sends what was typed, and the answer holds the options."""
    typed = request.POST.get("q", "") if request.method == "POST" else request.GET.get("q", "")
    return {
        "typed": typed,
        "found": diagnoses_for(typed) if typed and "code" not in request.POST else [],
        "shortest": 2,
    }


def _condition(by: Actor, id: uuid.UUID) -> Condition:
    found = Condition.objects.visible_to(by).select_related("patient").filter(pk=id).first()
    if found is None:
        raise missing()
    return found


def _about(condition: Condition, form: Any) -> dict[str, Any]:
    patient: Patient = condition.patient
    return {"patient": patient, "condition": condition, "form": form}
