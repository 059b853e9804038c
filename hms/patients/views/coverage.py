"""Insurance: recorded and changed."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.core.access import access
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients import codes
from hms.patients.actions import change_coverage, record_coverage
from hms.patients.forms import CoverageForm
from hms.patients.models import Coverage, Patient
from hms.patients.views.places import guard_for, patient_of, posted

COVERAGE = "patients.manage_coverage"


@access(COVERAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    among = Patient.objects.administered_by(request.actor).standing()
    patient = patient_of(request, among, id, "patients:coverage")
    form = CoverageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            key = guard_for(request, patient).idempotency_key
            record_coverage(by=request.actor, patient=patient, told=form.told(), idempotency_key=key)
            toast(request, _("The insurance is recorded."))
            return redirect("patients:coverages", patient.pk)
    context = {"patient": patient, "form": form, "coverages": _standing(patient)}
    return render(request, "patients/coverage.html", context, status=form.status)


@access(COVERAGE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    among = Coverage.objects.filter(patient__in=Patient.objects.administered_by(request.actor))
    coverage = among.select_related("patient").filter(pk=id).first()
    if coverage is None:
        raise missing()
    patient = patient_of(request, Patient.objects.all(), coverage.patient_id, "patients:coverage")
    form = CoverageForm(posted(request), initial=CoverageForm.initial_of(coverage))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            version = guard_for(request, patient).version
            change_coverage(by=request.actor, coverage=coverage, version=version, told=form.told(coverage))
            toast(request, _("Saved."))
            return redirect("patients:coverages", patient.pk)
    context = {"patient": patient, "form": form, "coverage": coverage, "coverages": _standing(patient)}
    return render(request, "patients/coverage.html", context, status=form.status)


def _standing(patient: Patient) -> object:
    return patient.coverages.exclude(status=codes.CoverageStatus.ENTERED_IN_ERROR)
