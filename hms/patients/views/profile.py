"""The profile: everything known of the person, and the form that changes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.toasts import toast
from hms.patients import codes, forms
from hms.patients.actions import edit_patient
from hms.patients.intake import NewPatient
from hms.patients.models import Flag, Patient
from hms.patients.rules.names import display
from hms.patients.views.places import VIEW_IDENTITY, detailed_for, guard_for, patient_of, posted

_FORMSETS = {
    "names": forms.NameRow,
    "contacts": forms.ContactRow,
    "addresses": forms.AddressRow,
    "identifiers": forms.IdentifierRow,
}


@access(VIEW_IDENTITY)
@require_safe
def profile(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Names, contacts, addresses, numbers, insurance, people around the patient, alerts and allergies."""
    patient = patient_of(request, detailed_for(request.actor), id, "patients:profile")
    may = request.actor.may
    relatives = patient.relatives.exclude(status=codes.RelatedStatus.ENTERED_IN_ERROR).select_related("related_patient")
    context = {
        "patient": patient,
        "names": patient.names.order_by("use", "id"),
        "contacts": patient.contacts.all(),
        "addresses": patient.addresses.order_by("use", "id"),
        "identifiers": patient.identifiers.order_by("type", "id"),
        "coverages": patient.coverages.exclude(status=codes.CoverageStatus.ENTERED_IN_ERROR),
        "relatives": relatives,
        "flags": Flag.objects.active(clock.now()).filter(patient=patient),
        "privacy": getattr(patient, "privacy", None),
        "now": clock.now(),
        "may_edit": may("patients.edit_patient") and Patient.objects.editable_by(request.actor).filter(pk=id).exists(),
        "may_cover": may("patients.manage_coverage"),
        "may_relate": may("patients.manage_relative") or may("patients.manage_proxy"),
        "may_flag": may("patients.record_flag"),
        "may_see_history": may("patients.view_history"),
        "may_restrict": may("patients.restrict_patient"),
        "may_record_death": may("patients.record_death"),
        "may_link": may("patients.link_portal_user") and patient.user_id is None,
        "sees_chart": may("patients.read_chart") and Patient.objects.visible_to(request.actor).filter(pk=id).exists(),
    }
    return render(request, "patients/profile.html", context)


@access("patients.edit_patient")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One form over the whole record. A stale one comes back with both versions side by side (409)."""
    patient = patient_of(request, Patient.objects.editable_by(request.actor), id, "patients:edit")
    form = forms.EditForm(posted(request), initial=forms.EditForm.initial_of(patient))
    rows = {part: _formset(request, part, patient) for part in _FORMSETS}
    valid = request.method == "POST" and all([form.is_valid(), *(part.is_valid() for part in rows.values())])
    if valid:
        with form.attempt():
            edit_patient(
                by=request.actor,
                patient=patient,
                version=guard_for(request, patient).version,
                told=_told(form, rows, patient),
            )
            toast(request, _("Saved."))
            return redirect("patients:profile", patient.pk)
    context: dict[str, Any] = {"patient": patient, "form": form, "rows": rows}
    if form.stale is not None:
        context["stale_lines"] = form.stale_lines + _row_lines(rows, form.stale.theirs)
    status = form.status if valid or request.method == "GET" else 422
    return render(request, "patients/edit.html", context, status=status)


# --- The rows of the record as formsets ---------------------------------------------------------------------------
def _formset(request: HttpRequest, part: str, patient: Patient) -> Any:
    row_form = _FORMSETS[part]
    made = django_forms.formset_factory(row_form, extra=1, can_delete=True, max_num=30, absolute_max=40)
    initial = [
        {name: getattr(row, name) for name in row_form.base_fields} for row in getattr(patient, part).order_by("id")
    ]
    return made(posted(request), prefix=part, initial=initial)


def _told(form: forms.EditForm, rows: dict[str, Any], patient: Patient) -> NewPatient:
    told = form.told(patient)
    for part, formset in rows.items():
        setattr(told, part, [row.told() for row in _kept(formset)])
    return told


def _kept(formset: Any) -> Iterable[Any]:
    for row in formset.forms:
        data = row.cleaned_data
        if data and not data.pop("DELETE", False) and not row.is_empty():
            yield row


def _row_lines(rows: dict[str, Any], theirs: Patient) -> list[tuple[Any, str, str]]:
    """(label, yours, theirs) for names, contacts, addresses and numbers."""
    saved = {
        "names": [display(one) for one in theirs.names.order_by("id")],
        "contacts": [one.value for one in theirs.contacts.order_by("id")],
        "addresses": [", ".join(one.printed) for one in theirs.addresses.order_by("id")],
        "identifiers": [one.value for one in theirs.identifiers.order_by("id")],
    }
    labels = {"names": _("Names"), "contacts": _("Contacts"), "addresses": _("Addresses"), "identifiers": _("Numbers")}
    lines = []
    for part, formset in rows.items():
        yours = [_in_words(part, row.cleaned_data) for row in formset.forms if row.cleaned_data and not row.is_empty()]
        lines.append((labels[part], "; ".join(yours), "; ".join(saved[part])))
    return lines


def _in_words(part: str, data: dict[str, Any]) -> str:
    if part == "names":
        from hms.patients.rules.names import Name

        return display(Name(**{name: data[name] for name in ("family", "given", "prefix", "suffix", "native")}))
    if part == "addresses":
        town = " ".join(one for one in (data["postal_code"], data["city"]) if one)
        parts = (*data["lines"].splitlines(), town, data["state"], data["country"])
        return ", ".join(one for one in parts if one.strip())
    return str(data["value"])
