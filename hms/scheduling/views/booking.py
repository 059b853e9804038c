"""Booking: a department, a time, a look at it. The same page for the patient's phone and the desk.

The patient is in the address, never in the session. Patients hold the time they choose and say on the next page
why they come; the desk books in one step.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hms.core import trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Conflict, Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient
from hms.scheduling import facts, offers, queries
from hms.scheduling.actions import book_appointment, hold_appointment
from hms.scheduling.actions.placing import Alternatives
from hms.scheduling.forms import ChooseForm, DeskBookForm, WishesForm
from hms.scheduling.models import Appointment
from hms.scheduling.rules.slots import Slot

# Refusals that the person can do something about on the same page.
MENDABLE = (409, 422)


@access("scheduling.book_appointment")
def book(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """GET: departments, then times. POST: the chosen time."""
    if request.method == "POST":
        return _choose(request, patient_id)
    patient = facts.patient_for_booking(request.actor, patient_id)
    if not request.headers.get("HX-Request"):
        trail.read(request, patient=patient, page="scheduling:book")
    return _page(request, patient, _form_class(request)())


def _choose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Hold the time, or book it; on refusal the page again, with what is free now."""
    form = _form_class(request)(request.POST)
    if form.is_valid():
        try:
            return redirect(_after(request, patient_id, _place(request, patient_id, form)))
        except Refused as refusal:
            if refusal.status not in MENDABLE:
                raise
            form.refused_status = refusal.status
            form.add_problems(refusal.problems)
            if isinstance(refusal, Conflict) and isinstance(refusal.alternatives, Alternatives):
                return _taken(request, form, refusal.alternatives)
    return _page(request, facts.patient_for_booking(request.actor, patient_id), form)


def _place(request: HttpRequest, patient_id: UUID, form: ChooseForm) -> Appointment:
    slot: Slot = form.cleaned_data["slot"]
    service = queries.bookable_service(request.actor, slot.service)
    if service is None:
        raise missing()
    asked = {
        "by": request.actor,
        "patient": patient_id,
        "schedule": slot.schedule,
        "service": service,
        "start_at": slot.start,
        "appointment_type": slot.appointment_type,
    }
    key = guard_of(request).idempotency_key
    if isinstance(form, DeskBookForm):
        said = {name: form.cleaned_data[name] for name in ("reason", "caller", "channel")}
        return book_appointment(**asked, **said, idempotency_key=key)
    if service.capacity > 1:
        return book_appointment(**asked, idempotency_key=key)
    return hold_appointment(**asked, idempotency_key=key)


def _after(request: HttpRequest, patient: UUID, visit: Appointment) -> str:
    if visit.is_hold:
        return reverse("scheduling:confirm", args=[visit.pk])
    toast(request, _("The visit is booked."))
    return f"{reverse('scheduling:appointment', args=[visit.pk])}{f'?patient={patient}' if visit.is_group else ''}"


def _form_class(request: HttpRequest) -> type[ChooseForm]:
    return ChooseForm if facts.acts_as_patient(request.actor) else DeskBookForm


def _page(request: HttpRequest, patient: Patient, form: ChooseForm) -> HttpResponse:
    """The step the address asks for: departments, or times of one."""
    shown = offers.of(request.actor, patient, offers.asked_of(request.GET), chosen=request.POST.get("slot", ""))
    context = {
        "patient": patient,
        "form": form,
        "offer": shown,
        "by_patient": facts.acts_as_patient(request.actor),
        "may_repeat": request.actor.may("scheduling.book_series"),
    }
    if shown.service is None:
        return render(request, "scheduling/book_department.html", context, status=form.status)
    context["wishes_form"] = WishesForm(offer=shown)
    with timezone.override(shown.service.facility.zone):
        return render(request, "scheduling/book.html", context, status=form.status)


def _taken(request: HttpRequest, form: ChooseForm, alternatives: Alternatives) -> HttpResponse:
    """Somebody else has the time: the nearest ones, and nothing that would have to be looked for anew."""
    context = {
        "patient": alternatives.booking.patient,
        "form": form,
        "nearest": offers.nearest(alternatives, alternatives.zone),
        "all_times": request.get_full_path(),
        "by_patient": facts.acts_as_patient(request.actor),
    }
    with timezone.override(alternatives.zone):
        return render(request, "scheduling/taken.html", context, status=form.status)
