"""What somebody sees who finds a patient without treating them: identity, and the way to the chart in an emergency."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core import values
from hms.core.access import access
from hms.core.toasts import toast
from hms.organization.models import Facility
from hms.patients.actions import break_glass
from hms.patients.forms import GlassForm
from hms.patients.models import Patient
from hms.patients.shown import shown_to, with_name_alert
from hms.patients.views.places import VIEW_IDENTITY, chart_address, detailed_for, guard_for, patient_of

BREAK = "patients.break_glass"
CHART = "patients.read_chart"


@access(VIEW_IDENTITY)
@require_safe
def identity(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The chart for those who treat the patient, identity for those who may search, and 404 for everybody else."""
    if _treats(request, id) and (address := chart_address(id)):
        return redirect(address)
    return _page(request, id, GlassForm())


@access(BREAK)
@require_http_methods(["POST"])
def glass(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Break the glass."""
    patient = patient_of(request, Patient.objects.findable_by(request.actor), id, "patients:identity")
    form = GlassForm(request.POST)
    if form.is_valid():
        with form.attempt():
            glass = break_glass(
                by=request.actor,
                patient=patient,
                facility=Facility.objects.active().worked_in_by(request.actor, BREAK).first(),
                idempotency_key=guard_for(request, patient).idempotency_key,
                **form.cleaned_data,
            )
            toast(
                request,
                _("The chart is open to you until %(time)s. The privacy officer has been told.")
                % {"time": values.moment_text(glass.ends_at)},
            )
            return redirect(chart_address(id) or reverse("patients:profile", args=[id]))
    return _page(request, id, form)


def _page(request: HttpRequest, id: uuid.UUID, form: GlassForm) -> HttpResponse:
    patient = patient_of(request, Patient.objects.findable_by(request.actor), id, "patients:identity")
    if patient.merged_into_id:
        return redirect("patients:identity", patient.merged_into_id)
    (shown,) = shown_to(request.actor, [patient])
    treats = _treats(request, id)
    context = {
        "patient": patient,
        "shown": shown,
        "form": form,
        "name_alert": patient.pk in with_name_alert([patient]),
        "may_break": not treats and request.actor.may(BREAK),
        "profile": detailed_for(request.actor).filter(pk=id).exists(),
    }
    return render(request, "patients/identity.html", context, status=form.status)


def _treats(request: HttpRequest, id: uuid.UUID) -> bool:
    return request.actor.may(CHART) and Patient.objects.visible_to(request.actor).filter(pk=id).exists()
