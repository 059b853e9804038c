"""Whom to ask or to call: booked visits that can't take place, each with a time to propose, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.messaging.recipients import of_patient
from hms.organization.models import Facility
from hms.patients.models import Patient
from hms.scheduling import codes, strays
from hms.scheduling.actions import ask_everybody, propose_move
from hms.scheduling.models import ProposalRound, SeriesOccurrence
from hms.scheduling.rules import slots
from hms.scheduling.views.appointment import MENDABLE, visible
from hms.scheduling.views.places import CHOSEN, facilities_where, facility_and_choices

SEE, PROPOSE = "scheduling.see_strays", "scheduling.propose_move"
_ON_A_PAGE = 20
# So long the page says what came of a round.
_TOLD_FOR = timedelta(hours=1)


@require_GET
@access(SEE)
def to_move(request: HttpRequest) -> HttpResponse:
    """The soonest first. The desk proposes a time, or moves the visit there with the patient on the telephone.

    Fragment: how far the round of proposals is.
    """
    facility, facilities = facility_and_choices(request, SEE)
    now = clock.now()
    context: dict[str, Any] = {"facility": facility, "round": _round(facility, now)}
    if request.headers.get("HX-Request"):
        return render(request, "scheduling/to_move.html#round", context)
    found = strays.strays(request.actor, facility)
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    offered = strays.instead_of(facility, page)
    patients = {one.visit.pk: one.visit.patient for one in page}
    prefetch_related_objects([patient for patient in patients.values() if patient], "contacts", "user")
    context |= {
        "facilities": facilities,
        "page": page,
        "rows": [
            (one, offered.get(one.visit.pk), _phone(patients[one.visit.pk]), one.waits_for_answer(now)) for one in page
        ],
        "to_ask": sum(1 for one in found if one.may_be_asked_by_itself),
        "may_propose": request.actor.may(PROPOSE) and request.actor.in_facility(facility.pk, PROPOSE),
        "open_dates": _open_dates(request, facility),
    }
    with timezone.override(facility.zone):
        return render(request, "scheduling/to_move.html", context)


@require_POST
@access(PROPOSE)
def propose(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Propose one time for one visit."""
    visit = visible(request, appointment_id)
    slot, guard = slots.parse(request.POST.get("slot", "")), guard_of(request)
    if slot is None:
        toast(request, _("Choose a time from those shown."), level=40)
        return redirect(_list(visit.facility))
    try:
        propose_move(
            by=request.actor,
            appointment=visit,
            schedule=slot.schedule,
            start_at=slot.start,
            idempotency_key=guard.idempotency_key,
        )
    except Refused as refusal:
        if refusal.status not in MENDABLE:
            raise
        # The list that comes next holds a time that is free now.
        toast(request, str(refusal.problems[0].text), level=40)
    else:
        name = visit.patient.label if visit.patient is not None else ""
        toast(request, _("The time is proposed and kept for %(name)s.") % {"name": name})
    return redirect(_list(visit.facility))


@require_POST
@access(PROPOSE)
def propose_all(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Propose its own time to everybody of the list who was not asked yet. The worker does it, the page follows."""
    facility = next((one for one in facilities_where(request, PROPOSE) if one.pk == facility_id), None)
    if facility is None:
        raise missing()
    try:
        ask_everybody(by=request.actor, facility=facility, idempotency_key=guard_of(request).idempotency_key)
    except Refused as refusal:
        if refusal.status not in MENDABLE:
            raise
        toast(request, str(refusal.problems[0].text), level=40)
    return redirect(_list(facility))


def _round(facility: Facility, now: datetime) -> ProposalRound | None:
    """The round that goes on, or what came of one that has just ended."""
    found = ProposalRound.objects.filter(facility=facility).order_by("-asked_at", "-pk").first()
    return found if found is not None and (found.ended_at is None or now - found.ended_at < _TOLD_FOR) else None


def _open_dates(request: HttpRequest, facility: Facility) -> list[SeriesOccurrence]:
    """Dates of series that could not be booked: whoever made the series may have left."""
    rows = SeriesOccurrence.objects.filter(
        state=codes.OccurrenceState.OPEN, series__facility=facility, series__ended_at__isnull=True
    )
    return list(rows.select_related("series__patient", "series__service").order_by("occurs_on")[:_ON_A_PAGE])


def _list(facility: Facility) -> str:
    return f"{reverse('scheduling:to_move')}?{CHOSEN}={facility.pk}"


def _phone(patient: Patient | None) -> str:
    """The number by which the patient wants to be reached."""
    return of_patient(patient).phone if patient else ""
