"""The visit: chart on the left, the note in the middle, diagnoses and medicines on the right, signed once."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hms.clinical import chart as clinical
from hms.clinical.actions import start_encounter, write_note
from hms.clinical.actions.notes import DRAFT_PAGE
from hms.clinical.forms import NoteForm
from hms.clinical.models import Encounter
from hms.clinical.people import author_of, refuse_other_patient
from hms.clinical.views.conditions import basket as diagnoses_of
from hms.clinical.views.note import editor
from hms.core import clock, drafts, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.pathways.actions import finish_visit
from hms.pathways.chart import glance
from hms.prescribing.chart import prescribed_in
from hms.prescribing.views.basket import basket_context
from hms.scheduling.actions import resume
from hms.scheduling.codes import QueueStatus
from hms.scheduling.models import Appointment, QueueEntry


@require_POST
@access("clinical.start_encounter")
def start(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Begin the visit of an appointment and open its page. Begun already: just open it."""
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    booked = Appointment.objects.visible_to(by).with_people().filter(pk=appointment_id).first()
    if booked is None:
        raise missing()
    begun = Encounter.objects.visible_to(by).live().filter(appointment=booked).first()
    entry = QueueEntry.objects.visible_to(by).filter(appointment=booked).first()
    # Called in again after the laboratory: the visit goes on, and the queue learns of it.
    if begun is not None and entry is not None and entry.may_become(QueueStatus.IN_PROGRESS):
        resume(by=by, entry=entry)
    encounter = begun or start_encounter(
        by=by,
        patient=booked.patient,
        facility=booked.facility,
        practitioner=author_of(by),
        appointment=booked,
        idempotency_key=guard.idempotency_key,
    )
    return redirect("workspace:visit", encounter_id=encounter.pk)


@access("clinical.write_note")
def visit(request: HttpRequest, encounter_id: uuid.UUID) -> HttpResponse:
    """The page of a visit that is going on; one that is over is shown as it was signed.

    What is sent after the end (from another tab, say) is refused with its text in the form.
    """
    by = request.actor  # type: ignore[attr-defined]
    encounter = clinical.encounter(by, encounter_id)
    if request.method == "GET" and not encounter.is_live:
        return _over(request, encounter)
    form = None
    if request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid():
            with form.attempt():
                return _save(request, encounter, form)
    else:
        trail.read(request, patient=encounter.patient, page="workspace:visit")
    context = _context(request, encounter, form)
    return render(request, "workspace/visit.html", context, status=context["form"].status)


def _over(request: HttpRequest, encounter: Encounter) -> HttpResponse:
    """A visit that is over: what was found, written and prescribed."""
    by = request.actor  # type: ignore[attr-defined]
    trail.read(request, patient=encounter.patient, page="workspace:visit")
    context = {
        **diagnoses_of(by, encounter),
        "patient": encounter.patient,
        "notes": clinical.notes(by, encounter=encounter),
        "medicines": prescribed_in(by, encounter),
    }
    return render(request, "workspace/visit_over.html", context)


def _context(request: HttpRequest, encounter: Encounter, form: NoteForm | None) -> dict[str, Any]:
    by = request.actor  # type: ignore[attr-defined]
    context = {
        **glance(by, encounter.patient, clock.today(encounter.facility.time_zone)),
        **diagnoses_of(by, encounter),
        **editor(by, encounter, form),
        "patient": encounter.patient,
        "action": reverse("workspace:visit", args=[encounter.pk]),
        "may_prescribe": by.may("prescribing.draft_medication_request"),
        # What the typeaheads hold before anybody has typed.
        "typed": "",
        "found": [],
        "shortest": 2,
    }
    return {**context, **basket_context(by, encounter)} if context["may_prescribe"] else context


def _save(request: HttpRequest, encounter: Encounter, form: NoteForm) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    refuse_other_patient(guard, encounter.patient_id)
    version = guard.version if guard.record_id else None
    if "finish" not in request.POST:
        write_note(
            by=by,
            encounter=encounter,
            sections=form.sections,
            occurred_at=form.cleaned_data["occurred_at"],
            version=version,
            idempotency_key=guard.idempotency_key,
        )
        # Or an older draft would come back over what was saved.
        drafts.discard(by, DRAFT_PAGE, encounter.pk)
        toast(request, _("The note is saved, not signed."))
        return HttpResponseRedirect(reverse("workspace:visit", args=[encounter.pk]))
    finish_visit(
        by=by,
        encounter=encounter,
        sections=form.sections,
        occurred_at=form.cleaned_data["occurred_at"],
        note_version=version,
        idempotency_key=guard.idempotency_key,
    )
    toast(request, _("Signed: note and medicines. The visit is finished."))
    return HttpResponseRedirect(reverse("workspace:visit", args=[encounter.pk]))
