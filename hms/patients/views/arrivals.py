"""People registered in seconds: without a name, and just born."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.patients.actions import register_newborn, register_unidentified
from hms.patients.forms import EmergencyForm, NewbornForm
from hms.patients.models import Patient
from hms.patients.search import kinds_asked, search_patients
from hms.patients.shown import shown_to
from hms.patients.views.places import facility_of, guard_for, patient_of, posted

REGISTER = "patients.register_patient"


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Somebody whose name nobody knows: sex, about how old, what is known."""
    facility = facility_of(request, REGISTER)
    form = EmergencyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            patient = register_unidentified(
                by=request.actor,
                facility=facility,
                idempotency_key=guard_of(request).idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("Registered as %(alias)s.") % {"alias": patient.label})
            return redirect("patients:identity", patient.pk)
    return render(request, "patients/emergency.html", {"form": form, "facility": facility}, status=form.status)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def mother(request: HttpRequest) -> HttpResponse:
    """A newborn begins with its mother: find her first. Fragment `#found` for htmx."""
    text = request.POST.get("q", "")
    found = [one.patient for one in search_patients(request.actor, text)] if text.strip() else []
    if text.strip():
        trail.observe(request.actor, "patients.searched", detail={"by": kinds_asked(text), "found": len(found)})
    context = {"q": text, "asked": bool(text.strip()), "found": shown_to(request.actor, found)}
    live = bool(request.headers.get("HX-Request"))
    return render(request, "patients/mother.html#found" if live else "patients/mother.html", context)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def newborn(request: HttpRequest, mother_id: uuid.UUID) -> HttpResponse:
    """A child just born to this mother: when, which sex, and for twins in which order."""
    facility = facility_of(request, REGISTER)
    mother = patient_of(request, Patient.objects.findable_by(request.actor).standing(), mother_id, "patients:newborn")
    # The form's times are those of the clock on the delivery room's wall.
    with timezone.override(clock.zone(facility.time_zone)):
        now = timezone.localtime().replace(second=0, microsecond=0)
        form = NewbornForm(posted(request), initial={"born_at": now})
        if request.method == "POST" and form.is_valid():
            with form.attempt():
                child = register_newborn(
                    by=request.actor,
                    mother=mother,
                    facility=facility,
                    idempotency_key=guard_for(request, mother).idempotency_key,
                    **form.cleaned_data,
                )
                toast(request, _("%(name)s is registered.") % {"name": child.label})
                return redirect("patients:identity", child.pk)
        context = {"form": form, "patient": mother, "facility": facility}
        return render(request, "patients/newborn.html", context, status=form.status)
