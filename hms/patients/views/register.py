"""Registering a new patient, with those who look like them beside the form while it is filled in."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.patients import duplicates
from hms.patients.actions import register_patient
from hms.patients.forms import RegisterForm
from hms.patients.intake import NewPatient
from hms.patients.rules.mrn import grouped
from hms.patients.shown import masked_for
from hms.patients.views.places import facility_of, posted

REGISTER = "patients.register_patient"


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form. With htmx and `check` set, only the panel of look-alikes for what is typed so far: `#look_alikes`."""
    facility = facility_of(request, REGISTER)
    form = RegisterForm(posted(request), initial={"country": facility.country, "language": facility.language})
    if request.headers.get("HX-Request") and request.POST.get("check"):
        form.is_valid()  # half of it may be missing: what could be read is compared
        return render(request, "patients/register.html#look_alikes", look_alikes_panel(request.actor, _told(form)))
    context: dict[str, object] = {"form": form, "facility": facility}
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            patient = register_patient(
                by=request.actor,
                told=form.told(),
                facility=facility,
                duplicate_reason=form.cleaned_data["duplicate_reason"],
                idempotency_key=guard_of(request).idempotency_key,
            )
            toast(
                request,
                _("%(name)s is registered. Record number %(mrn)s.")
                % {"name": patient.label, "mrn": grouped(patient.mrn)},
            )
            return redirect("patients:profile", patient.pk)
    if request.method == "POST":
        context |= look_alikes_panel(request.actor, _told(form))
    return render(request, "patients/register.html", context, status=form.status)


def look_alikes_panel(by: Actor, told: NewPatient | None, *, without: uuid.UUID | None = None) -> dict[str, object]:
    """What `patients/look_alikes.html` shows: those who look like what is told, confidential ones without a name."""
    found = duplicates.look_alikes(told, without=without) if told is not None and told.names else []
    hidden = masked_for(by, [one.patient for one in found])
    return {
        "look_alikes": [(one, one.patient.pk in hidden) for one in found],
        "stops": any(one.match.is_probable for one in found),
    }


def _told(form: RegisterForm) -> NewPatient | None:
    return form.told() if hasattr(form, "cleaned_data") else None
