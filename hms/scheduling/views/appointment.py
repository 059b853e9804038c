"""One visit: a look at it, the last step of booking, moving, cancelling, its slip and its calendar file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Conflict, Refused, Stale
from hms.core.qr import qr
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient
from hms.scheduling import codes, entries, facts, ics, links, offers, presenting, queries, queues, recurring
from hms.scheduling.actions import (
    book_appointment,
    cancel_appointment,
    change_places,
    confirm_appointment,
    move_appointment,
    release_hold,
)
from hms.scheduling.actions.places import CHANGE as CHANGE_PLACES
from hms.scheduling.actions.placing import Alternatives
from hms.scheduling.forms import CancelForm, ChooseForm, PlacesForm, ReasonForm
from hms.scheduling.models import Appointment
from hms.scheduling.rules import slots
from hms.scheduling.rules.slots import Slot
from hms.scheduling.views.series import scopes_of
from hms.scheduling.views.whose import part_of, whose

SEE = ("scheduling.view_day", "workspace.portal")
# Refusals that the person can do something about on the same page.
MENDABLE = (409, 422)


def visible(request: HttpRequest, id: UUID) -> Appointment:
    """The visit, with everybody in it, or 404. Patients see of a group themselves, and those they act for."""
    by = request.actor
    of = Patient.objects.acted_for_by(by) if facts.acts_as_patient(by) else None
    found = Appointment.objects.visible_to(by).with_people(of).filter(pk=id).first()
    if found is None:
        raise missing()
    return found


@require_GET
@access(*SEE)
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """A visit with everything one can do about it. Fragment `#own`: the patient's own place in the queue."""
    visit = visible(request, appointment_id)
    if visit.is_hold:
        return redirect(_of_hold(visit))
    return _page(request, visit)


@require_POST
@access("scheduling.change_places")
def places(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """How many places a group visit has; new ones are offered to whoever waits."""
    visit = visible(request, appointment_id)
    form, guard = PlacesForm(request.POST), guard_of(request)
    if form.is_valid():
        with form.attempt():
            change_places(
                by=request.actor,
                appointment=visit,
                version=guard.version,
                idempotency_key=guard.idempotency_key,
                **form.cleaned_data,
            )
    if not form.is_valid():
        return _page(request, visit, form)
    toast(request, _("The number of places is changed. Places that are free are offered to whoever waits for one."))
    return redirect("scheduling:appointment", visit.pk)


def _page(request: HttpRequest, visit: Appointment, places_form: PlacesForm | None = None) -> HttpResponse:
    patient = whose(request, visit)
    fragment = bool(request.headers.get("HX-Request")) and facts.acts_as_patient(request.actor)
    if not fragment:
        for one in [patient] if patient is not None else visit.patients:
            trail.read(request, patient=one, page="scheduling:appointment")
    now = clock.now()
    place = recurring.place_of(visit, patient.pk if patient is not None else None)
    single = place is None and visit.service is not None and not visit.is_group and patient is not None
    given_up = visit.is_group and patient is not None and patient not in visit.patients
    status = places_form.status if places_form is not None else 200
    with timezone.override(visit.tz):
        return render(
            request,
            f"scheduling/appointment.html{'#own' if fragment else ''}",
            _of_visit(request, visit)
            | {
                "place": place,
                "asked": visit.move_proposals.open().filter(expires_at__gt=now).first(),
                "series_words": recurring.in_words(place[0].series) if place is not None else "",
                "may_repeat": single and request.actor.may("scheduling.book_series"),
                "state": presenting.given_up_state() if given_up else presenting.state_of(visit, now),
                "may_change": visit.status == codes.AppointmentStatus.BOOKED and visit.start_at > now and not given_up,
                **_of_group(request, visit, now, places_form),
                **_of_today(request, visit, now),
            },
            status=status,
        )


@access("scheduling.book_appointment")
def confirm(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The last look at a held time, with why the patient comes. POST books it, or (`slot`) another in its place."""
    held = visible(request, appointment_id)
    if held.is_offered:
        return redirect(_of_hold(held))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            booked = _book(request, held, form.cleaned_data["reason"])
        except Conflict as gone:
            if not isinstance(gone.alternatives, Alternatives):
                raise
            form.refused_status = gone.status
            form.add_problems(gone.problems)
            return _gone(request, held, form, gone.alternatives)
        toast(request, _("The visit is booked."))
        return redirect("scheduling:appointment", booked.pk)
    if not held.is_hold:
        return redirect("scheduling:appointment", held.pk)
    with timezone.override(held.tz):
        return render(request, "scheduling/confirm.html", _of_visit(request, held) | {"form": form}, status=form.status)


@require_POST
@access("scheduling.book_appointment")
def release(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Give the held time back and look at the times again."""
    held = visible(request, appointment_id)
    release_hold(by=request.actor, appointment=held)
    return redirect(_times_again(held))


@access("scheduling.move_appointment")
def move(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Other times of the same practitioner, or of anybody in the department. POST moves the visit."""
    visit = visible(request, appointment_id)
    patient = whose(request, visit)
    if patient is None or visit.service is None or patient not in visit.patients:
        raise missing()
    form = ChooseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = _move(request, visit, patient, form)
        except Refused as refusal:
            if isinstance(refusal, Stale) or refusal.status not in MENDABLE:
                raise
            form.refused_status = refusal.status
            form.add_problems(refusal.problems)
            if isinstance(refusal, Conflict) and isinstance(refusal.alternatives, Alternatives):
                return _taken(request, visit, form, refusal.alternatives)
        else:
            toast(request, _("The visit has a new time. The time before is free again."))
            if request.POST.get("back") == "to-move" and request.actor.may("scheduling.manage_schedule"):
                return redirect("scheduling:to_move")
            return redirect(_address(moved, patient))
    elif request.method == "GET" and not request.headers.get("HX-Request"):
        trail.read(request, patient=patient, page="scheduling:move")
    asked = _slot_for(visit, offers.asked_of(request.GET))
    if not asked and visit.practitioner is not None:
        asked = {"practitioner": str(visit.practitioner.pk), "day": visit.local_start.date().isoformat()}
    asked |= {
        "department": str(visit.department_id),
        "service": str(visit.service_id),
        "type": visit.appointment_type,
    }
    # A group visit is not thought away: the others are there, and its practitioner is.
    but = None if visit.is_group else visit.pk
    offer = offers.of(request.actor, patient, asked, request.POST.get("slot", ""), but=but)
    with timezone.override(visit.tz):
        context = _of_visit(request, visit) | {
            "form": form,
            "offer": offer,
            "scopes": scopes_of(request, visit, patient, "move"),
            "unfit": "slot" in asked and not offer.chosen,
        }
        return render(request, "scheduling/move.html", context, status=form.status)


@access("scheduling.cancel_appointment")
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Why the visit is called off. POST calls it off; of a group visit the patient's place, or all of it for none."""
    visit = visible(request, appointment_id)
    patient = whose(request, visit)
    form = CancelForm(request.POST or None, by_patient=facts.acts_as_patient(request.actor))
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            cancel_appointment(
                by=request.actor,
                appointment=visit,
                version=guard.version,
                idempotency_key=guard.idempotency_key,
                patient=patient,
                **form.cleaned_data,
            )
        if form.is_valid():
            words = _("The visit is cancelled, and the time is free for somebody else.")
            toast(
                request,
                _("The place is given up, and free for somebody else.") if patient and visit.is_group else words,
            )
            return redirect(reverse("scheduling:visits", args=[patient.pk]) if patient else "scheduling:arrivals")
    with timezone.override(visit.tz):
        context = _of_visit(request, visit) | {"form": form, "scopes": scopes_of(request, visit, patient, "cancel")}
        return render(request, "scheduling/cancel.html", context, status=form.status)


@require_GET
@access(*SEE)
def slip(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The visit on paper, for people without e-mail."""
    visit = visible(request, appointment_id)
    patient = whose(request, visit)
    if patient is None:
        raise missing()
    trail.read(request, patient=patient, page="scheduling:slip")
    with timezone.override(visit.tz):
        in_person = visit.delivery == codes.Delivery.IN_PERSON and visit.status == codes.AppointmentStatus.BOOKED
        more = {
            "facility": visit.facility,
            "token": queues.tokens_of([visit]).get(visit.pk, ""),
            "qr": qr(links.address_of(visit)) if in_person else None,
        }
        return render(request, "scheduling/slip.html", _of_visit(request, visit) | more)


@require_GET
@access(*SEE)
def calendar_file(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The visit for the patient's calendar program. It says when and where, not why."""
    visit = visible(request, appointment_id)
    whose(request, visit)
    stream = ics.calendar([entries.for_patient(visit, part_of(request, visit))])
    return HttpResponse(
        stream,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="visit.ics"'},
    )


def _of_today(request: HttpRequest, visit: Appointment, now: datetime) -> dict[str, object]:
    """What the day of the visit adds: checking in, the token, the wait; for staff who may not come."""
    if facts.acts_as_patient(request.actor):
        return queues.of_oneself(visit)
    today = visit.local_start.date() == clock.local(now, visit.zone).date()
    booked = visit.status == codes.AppointmentStatus.BOOKED
    return {
        "may_check_in": today and booked and request.actor.may("scheduling.check_in"),
        "token": queues.tokens_of([visit]).get(visit.pk, ""),
        "doubt": queues.doubts_of([visit]).get(visit.pk, "") if visit.start_at > now else "",
    }


def _book(request: HttpRequest, held: Appointment, reason: str) -> Appointment:
    """Book the held time; or, where it was taken and another one chosen, that one at once."""
    guard, slot = guard_of(request), slots.parse(request.POST.get("slot", ""))
    if slot is None:
        return confirm_appointment(
            by=request.actor,
            appointment=held,
            version=guard.version,
            reason=reason,
            idempotency_key=guard.idempotency_key,
        )
    service = queries.bookable_service(request.actor, slot.service)
    if service is None or held.patient is None:
        raise missing()
    return book_appointment(
        by=request.actor,
        patient=held.patient,
        schedule=slot.schedule,
        service=service,
        start_at=slot.start,
        appointment_type=slot.appointment_type,
        reason=reason,
        idempotency_key=guard.idempotency_key,
    )


def _gone(request: HttpRequest, held: Appointment, form: ReasonForm, alternatives: Alternatives) -> HttpResponse:
    """Somebody else has the time: the nearest ones, with what was typed."""
    context = {
        "patient": held.patient,
        "form": form,
        "nearest": offers.nearest(alternatives, alternatives.zone),
        "all_times": _times_again(held),
        "by_patient": facts.acts_as_patient(request.actor),
    }
    with timezone.override(held.tz):
        return render(request, "scheduling/taken.html", context, status=form.status)


def _move(request: HttpRequest, visit: Appointment, patient: Patient, form: ChooseForm) -> Appointment:
    slot, guard = form.cleaned_data["slot"], guard_of(request)
    return move_appointment(
        by=request.actor,
        appointment=visit,
        patient=patient,
        version=guard.version,
        schedule=slot.schedule,
        start_at=slot.start,
        idempotency_key=guard.idempotency_key,
    )


def _slot_for(visit: Appointment, asked: dict[str, str]) -> dict[str, str]:
    """A time that was chosen in the calendar, for this visit's own type: what was drawn there may be another's."""
    slot = slots.parse(asked.get("slot", ""))
    if slot is None or visit.service_id is None:
        return asked
    own = Slot(slot.schedule, visit.service_id, slot.start, visit.appointment_type)
    return asked | {"slot": str(own)}


def _taken(request: HttpRequest, visit: Appointment, form: ChooseForm, alternatives: Alternatives) -> HttpResponse:
    context = _of_visit(request, visit) | {
        "form": form,
        "nearest": offers.nearest(alternatives, alternatives.zone),
        "all_times": request.get_full_path(),
    }
    with timezone.override(visit.tz):
        return render(request, "scheduling/taken.html", context, status=form.status)


def _of_visit(request: HttpRequest, visit: Appointment) -> dict[str, object]:
    """What every page about one visit shows."""
    return {
        "visit": visit,
        "patient": whose(request, visit),
        "told": entries.Told(visit),
        "by_patient": facts.acts_as_patient(request.actor),
    }


def _of_group(
    request: HttpRequest, visit: Appointment, now: datetime, form: PlacesForm | None = None
) -> dict[str, object]:
    """Who has the places of a group visit, for staff alone; nothing for other visits."""
    if not visit.is_group or facts.acts_as_patient(request.actor):
        return {}
    rows = [one for one in visit.participants.all() if one.place is not None]
    to_come = visit.status == codes.AppointmentStatus.BOOKED and visit.start_at > now
    return {
        "group": sorted(rows, key=lambda one: one.place or 0),
        "may_change_places": to_come
        and request.actor.may(CHANGE_PLACES)
        and request.actor.in_facility(visit.facility_id, CHANGE_PLACES),
        "places_form": form or PlacesForm(initial={"capacity": visit.capacity}),
    }


def _address(visit: Appointment, patient: Patient) -> str:
    """A visit's page, about this patient."""
    page = reverse("scheduling:appointment", args=[visit.pk])
    return f"{page}?patient={patient.pk}" if visit.is_group else page


def _of_hold(held: Appointment) -> str:
    """Where a held time is answered: an offer or a proposal on its own page, a chosen time where it is booked."""
    offer = held.offers.open().first()
    if offer is not None:
        return reverse("scheduling:offer", args=[offer.pk])
    proposal = held.proposals.open().first()
    if proposal is not None:
        return reverse("scheduling:proposal", args=[proposal.pk])
    return reverse("scheduling:confirm", args=[held.pk])


def _times_again(visit: Appointment) -> str:
    """The times of the same department and practitioner, to choose anew."""
    patient, practitioner = visit.patient, visit.practitioner
    if patient is None:
        raise missing()
    query = f"?department={visit.department_id}&service={visit.service_id}"
    if practitioner is not None:
        query += f"&practitioner={practitioner.pk}"
    return reverse("scheduling:book", args=[patient.pk]) + query
