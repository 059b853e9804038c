"""People around the patient, and the patient's own login."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hms.core.access import access
from hms.core.problems import Problem, Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients import actions, codes
from hms.patients.forms import PortalForm, RelativeForm
from hms.patients.forms.record import end_of
from hms.patients.models import Patient, RelatedPerson
from hms.patients.rules.mrn import typed_mrn
from hms.patients.views.places import facility_of, guard_for, patient_of, posted

RELATIVE, PROXY = "patients.manage_relative", "patients.manage_proxy"


@access(RELATIVE, PROXY)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A contact person, guardian, proxy, or somebody to be blocked."""
    patient = patient_of(request, Patient.objects.editable_by(request.actor), id, "patients:relative")
    form = RelativeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            relative = _add(request, patient, form)
            toast(request, _("%(name)s is recorded.") % {"name": relative.name})
            return redirect("patients:profile", patient.pk)
    return render(request, "patients/relative.html", {"patient": patient, "form": form}, status=form.status)


def _add(request: HttpRequest, patient: Patient, form: RelativeForm) -> RelatedPerson:
    data = form.cleaned_data
    told = form.told(user=_login(data["login_name"]), related_patient=_patient(request, data["mrn"]))
    given = {"by": request.actor, "patient": patient, "told": told}
    key = {"idempotency_key": guard_for(request, patient).idempotency_key}
    if data["kind"] == codes.RelatedKind.BLOCKED:
        return actions.block_person(**given, **key)
    if data["kind"] in (codes.RelatedKind.EMERGENCY_CONTACT, codes.RelatedKind.NEXT_OF_KIN):
        return actions.add_contact_person(**given, **key, kind=data["kind"])
    facility = facility_of(request, PROXY)
    end_at = end_of(data["end"], facility.time_zone)
    if data["kind"] == codes.RelatedKind.GUARDIAN:
        return actions.add_guardian(**given, **key, scopes=data["scopes"], facility=facility, end_at=end_at)
    if end_at is None:
        raise Refused(Problem(code="required", field="end", text=_("Say until when the proxy lasts, a year at most.")))
    return actions.add_proxy(**given, **key, scopes=data["scopes"], end_at=end_at)


def _login(name: str) -> Any:
    if not name.strip():
        return None
    user = get_user_model().objects.filter(login_name__iexact=name.strip(), is_active=True).first()
    if user is None:
        raise Refused(Problem(code="not-found", field="login_name", text=_("Nobody has this login name.")))
    return user


def _patient(request: HttpRequest, mrn: str) -> Patient | None:
    if not mrn.strip():
        return None
    found = Patient.objects.findable_by(request.actor).standing().filter(mrn=typed_mrn(mrn)).first()
    if found is None:
        raise Refused(Problem(code="not-found", field="mrn", text=_("No patient has this record number.")))
    return found


@access("patients.revoke_proxy")
@require_POST
def revoke(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """End a guardian's or proxy's access."""
    relative = RelatedPerson.objects.filter(pk=id).first()
    if relative is None:
        raise missing()
    actions.revoke_proxy(by=request.actor, relative=relative)
    toast(request, _("%(name)s has no access any more.") % {"name": relative.name})
    return redirect("patients:profile", relative.patient_id)


@access("patients.link_portal_user")
@require_http_methods(["GET", "POST"])
def portal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Tie a login to the record."""
    among = Patient.objects.administered_by(request.actor).standing()
    patient = patient_of(request, among, id, "patients:portal")
    form = PortalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            user = _login(form.cleaned_data["login_name"])
            actions.link_portal_user(by=request.actor, patient=patient, user=user)
            toast(request, _("%(name)s sees this record in the portal now.") % {"name": user.full_name})
            return redirect("patients:profile", patient.pk)
    return render(request, "patients/portal.html", {"patient": patient, "form": form}, status=form.status)
