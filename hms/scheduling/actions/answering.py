"""What offers of the waiting list and proposals of another time have in common: a hold, and the end of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hms.core import clock, locks, trail
from hms.scheduling import codes
from hms.scheduling.actions import freeing, places, placing
from hms.scheduling.models import Appointment, AppointmentParticipant, MoveProposal, WaitingOffer

Outcome, Reason = codes.OfferOutcome, codes.CancellationReason


def lock(offers: Any, *others: UUID) -> None:
    """Everybody in the held visits and in those they replace, and `others`: people come before rows, as everywhere."""
    visits = {id for pair in offers.values_list("appointment", "replaces") for id in pair if id is not None}
    rows = AppointmentParticipant.objects.filter(appointment__in=visits)
    locks.lock_actors({*rows.values_list("actor", flat=True), *others})


def close(offer: WaitingOffer | MoveProposal, outcome: str, *, next_in_line: bool = True) -> None:
    """The offer is over: the held time is given back, and somebody on the waiting list asked."""
    row = offer.participation if isinstance(offer, WaitingOffer) else None
    if row is not None:
        places.give_back(row, clock.now())
    else:
        reason = Reason.HOLD_EXPIRED if outcome == Outcome.EXPIRED else Reason.HOLD_RELEASED
        placing.end_holds([offer.appointment_id], reason)
    offer.outcome, offer.answered_at = outcome, clock.now()
    offer.save()
    if next_in_line and row is not None:
        freeing.of_place(row)
    elif next_in_line:
        freeing.of_holds(offer.appointment.participants.select_related("appointment"))


def lapse(visit: Appointment) -> None:
    """A visit that is moved or called off needs no other time, and has no place to offer. Call it under its locks."""
    for proposal in visit.move_proposals.open():
        close(proposal, Outcome.WITHDRAWN)
        trail.record("proposal.withdrawn", subject=proposal, **whose(proposal))
    for offer in visit.offers.open().filter(participation__isnull=False).select_related("entry", "participation"):
        close(offer, Outcome.WITHDRAWN, next_in_line=False)
        entry = offer.entry
        trail.record("offer.withdrawn", subject=offer, patient=entry.patient_id, facility=entry.facility_id)


def whose(proposal: MoveProposal) -> dict[str, Any]:
    """The patient and the facility of a proposal, for its line in the trail."""
    rows = proposal.replaces.participants.filter(patient__isnull=False)
    return {"patient": rows.values_list("patient", flat=True).first(), "facility": proposal.replaces.facility_id}
