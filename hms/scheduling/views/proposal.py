"""A proposal of another time: one page to look at, one tap to accept. A look changes nothing."""

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
from hms.core.problems import Refused, Stale
from hms.core.records import missing
from hms.core.toasts import toast
from hms.scheduling import codes, entries, facts
from hms.scheduling.actions import accept_proposal, decline_proposal, withdraw_proposal
from hms.scheduling.models import Appointment, MoveProposal
from hms.scheduling.views.appointment import MENDABLE


@require_GET
@access("scheduling.answer_offer")
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Why the visit can't take place, what is kept instead, until when. A proposal that has ended says how."""
    shown, now = _visible(request, proposal_id), clock.now()
    kept = Appointment.objects.with_people().get(pk=shown.replaces_id)
    visit = Appointment.objects.with_people().get(pk=shown.appointment_id)
    trail.read(request, patient=kept.patient, page="scheduling:proposal")
    may_answer = Appointment.objects.changeable_by(request.actor).filter(pk=kept.pk).exists()
    with timezone.override(visit.tz):
        context = {
            "proposal": shown,
            "patient": kept.patient,
            "visit": visit,
            "told": entries.Told(visit),
            "kept": kept,
            "kept_told": entries.Told(kept),
            "stands": shown.stands(now) and kept.status == codes.AppointmentStatus.BOOKED,
            "still_booked": kept.status == codes.AppointmentStatus.BOOKED and kept.start_at > now,
            "may_answer": may_answer,
            "may_take_back": request.actor.may("scheduling.propose_move"),
            "by_patient": facts.acts_as_patient(request.actor),
            "back": _back(request, kept),
        }
        return render(request, "scheduling/proposal.html", context)


@require_POST
@access("scheduling.answer_offer")
def accept(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The one tap."""
    accepted = _visible(request, proposal_id)
    if not _done(request, accepted, accept_proposal):
        return redirect("scheduling:proposal", accepted.pk)
    toast(request, _("The visit has a new time."))
    return redirect("scheduling:appointment", accepted.replaces_id)


@require_POST
@access("scheduling.answer_offer")
def decline(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Not this time: the desk is told, and calls."""
    declined = _visible(request, proposal_id)
    if _done(request, declined, decline_proposal):
        toast(request, _("Thank you. The front desk knows, and will call."))
    return redirect("scheduling:proposal", declined.pk)


@require_POST
@access("scheduling.propose_move")
def take_back(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The desk needs the time, or has found a better one."""
    withdrawn = _visible(request, proposal_id)
    if _done(request, withdrawn, withdraw_proposal):
        toast(request, _("The proposal is taken back. The time is free."))
    return redirect(f"{reverse('scheduling:to_move')}?facility={withdrawn.replaces.facility_id}")


def _done(request: HttpRequest, proposal: MoveProposal, deed: Callable[..., MoveProposal]) -> bool:
    """Do it, or say that somebody, or the clock, was quicker."""
    guard = guard_of(request)
    try:
        deed(by=request.actor, proposal=proposal, version=guard.version, idempotency_key=guard.idempotency_key)
    except Refused as gone:
        if isinstance(gone, Stale) or gone.status not in MENDABLE:
            raise
        toast(request, str(gone.problems[0].text), level=40)
        return False
    return True


def _back(request: HttpRequest, kept: Appointment) -> str:
    """To the patient's visits, or to the desk's list."""
    patient = kept.patient
    if facts.acts_as_patient(request.actor) and patient is not None:
        return reverse("scheduling:visits", args=[patient.pk])
    return f"{reverse('scheduling:to_move')}?facility={kept.facility_id}"


def _visible(request: HttpRequest, id: UUID) -> MoveProposal:
    found = MoveProposal.objects.visible_to(request.actor).select_related("replaces").filter(pk=id).first()
    if found is None:
        raise missing()
    return found
