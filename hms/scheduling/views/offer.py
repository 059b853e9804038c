"""An offer of the waiting list: one page to look at, one tap to accept. A look changes nothing."""

from __future__ import annotations

from collections.abc import Callable
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
from hms.core.problems import Conflict
from hms.core.records import missing
from hms.core.toasts import toast
from hms.scheduling import entries, facts, waits
from hms.scheduling.actions import accept_offer, decline_offer, withdraw_offer
from hms.scheduling.models import Appointment, WaitingListEntry, WaitingOffer


@require_GET
@access("scheduling.answer_offer")
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """When, where, until when, and what becomes of the visit there is. An offer that has ended says how."""
    shown = _visible(request, offer_id)
    entry, now = shown.entry, clock.now()
    trail.read(request, patient=entry.patient, page="scheduling:offer")
    visit = Appointment.objects.with_people().get(pk=shown.appointment_id)
    kept = Appointment.objects.with_people().filter(pk=shown.replaces_id).first()
    with timezone.override(visit.tz):
        context = {
            "offer": shown,
            "entry": entry,
            "patient": entry.patient,
            "visit": visit,
            "told": entries.Told(visit),
            "kept": kept,
            "kept_told": entries.Told(kept) if kept is not None else None,
            "stands": shown.stands(now),
            "may_answer": WaitingListEntry.objects.changeable_by(request.actor).filter(pk=entry.pk).exists(),
            "may_take_back": request.actor.may("scheduling.offer_time"),
            "sentence": waits.sentence(shown),
            "by_patient": facts.acts_as_patient(request.actor),
        }
        return render(request, "scheduling/offer.html", context)


@require_POST
@access("scheduling.answer_offer")
def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The one tap."""
    accepted = _visible(request, offer_id)
    if not _done(request, accepted, accept_offer):
        return redirect("scheduling:offer", accepted.pk)
    words = _("The visit is booked. The one you had before is given up.")
    toast(request, words if accepted.replaces_id else _("The visit is booked."))
    page = reverse("scheduling:appointment", args=[accepted.appointment_id])
    return redirect(f"{page}?patient={accepted.entry.patient_id}" if accepted.participation_id else page)


@require_POST
@access("scheduling.answer_offer")
def decline(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Not this time: the place on the list stays."""
    declined = _visible(request, offer_id)
    if _done(request, declined, decline_offer):
        toast(request, _("The offer is declined. The place on the waiting list stays."))
    return redirect("scheduling:waiting_entry", declined.entry_id)


@require_POST
@access("scheduling.offer_time")
def take_back(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The desk needs the time."""
    withdrawn = _visible(request, offer_id)
    if _done(request, withdrawn, withdraw_offer):
        toast(request, _("The offer is taken back. The time is free."))
    return redirect("scheduling:waiting_entry", withdrawn.entry_id)


def _done(request: HttpRequest, offer: WaitingOffer, deed: Callable[..., WaitingOffer]) -> bool:
    """Do it, or say that somebody, or the clock, was quicker."""
    guard = guard_of(request)
    try:
        deed(by=request.actor, offer=offer, version=guard.version, idempotency_key=guard.idempotency_key)
    except Conflict as gone:
        toast(request, str(gone.problems[0].text), level=40)
        return False
    return True


def _visible(request: HttpRequest, id: UUID) -> WaitingOffer:
    rows = WaitingOffer.objects.visible_to(request.actor)
    found = rows.select_related("entry__patient", "entry__service", "entry__facility").filter(pk=id).first()
    if found is None:
        raise missing()
    return found
