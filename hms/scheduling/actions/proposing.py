"""Proposals of another time for visits that can't take place because of the hospital.

A proposal is a hold for that patient: nobody else can have the time while it stands, and the visit that is booked stays
until it is accepted. Then the visit moves, in one transaction. No answer, or a no, and the desk calls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor, system
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.organization.policies import policies
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals, waiting
from hms.scheduling.actions import answering, moving, placing, telling
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, MoveProposal, Schedule
from hms.scheduling.rules import waiting as rules

STANDS = "scheduling.proposal_stands"
POLICIES = (STANDS, waiting.QUIET_START, waiting.QUIET_END)
Outcome, Reason = codes.OfferOutcome, codes.CancellationReason
BOOKED, PENDING = codes.AppointmentStatus.BOOKED, codes.AppointmentStatus.PENDING


def _look(
    *, by: Actor, appointment: Appointment, schedule: Schedule | UUID, start_at: datetime, **_more: object
) -> dict[str, Any]:
    """What a proposal must know, gathered before anybody is kept waiting."""
    rows = Appointment.objects.visible_to(by).select_related("service__facility")
    visit = rows.filter(pk=appointment.pk).first()
    if visit is None or not by.in_facility(visit.facility_id, "scheduling.propose_move"):
        raise missing()
    if visit.service is None or visit.status != BOOKED or visit.is_group:
        raise Refused(refusals.WRONG_STATUS)
    patient = Patient.objects.get(participations__appointment=visit)
    kind = visit.appointment_type
    return {"booking": facts.of_booking(by, patient, schedule, visit.service, start_at, kind)}


@action("scheduling.propose_move", look=_look)
def propose_move(
    *,
    by: Actor,
    appointment: Appointment,
    schedule: Schedule | UUID,
    start_at: datetime,
    asked_by: UUID | None = None,
    booking: Booking = facts.LOOKED_UP,
) -> MoveProposal:
    """Hold another time for the patient of a visit and ask them. Nothing changes before they answer.

    `asked_by`: on whose word the program proposes. Refused: taken meanwhile, against the rules of booking, a proposal
    stands already, no time is left for an answer.
    """
    placing.lock_visit(appointment, *placing.actors_of(booking))
    placing.refuse_against_rules(booking)
    uses = placing.claim(booking)
    visit = take(Appointment.objects.visible_to(by), appointment.pk)
    now = clock.now()
    if visit.status != BOOKED or visit.start_at <= now:
        raise Refused(refusals.WRONG_STATUS)
    for before in visit.move_proposals.open():
        if before.stands(now):
            raise Conflict(refusals.HAS_PROPOSAL)
        answering.close(before, Outcome.EXPIRED)
        _record("proposal.expired", before)
    decided = policies(POLICIES, visit.facility)
    heard_at = waiting.heard_at(visit.facility, decided, now)
    # Whoever does not answer must still be reached before they set out for the visit that will not be.
    until = rules.offer_until(min(booking.start, visit.start_at), heard_at, decided[STANDS])
    if until is None:
        raise Refused(refusals.NO_TIME_FOR_PROPOSAL)
    held = Appointment(status=PENDING, hold_expires_at=until, booked_at=now)
    placing.write(held, booking, uses)
    proposal = MoveProposal(
        replaces=visit,
        appointment=held,
        offered_at=now,
        offered_by_id=by.id or asked_by,
        heard_at=heard_at,
        expires_at=until,
    )
    try:
        proposal.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(refusals.HAS_PROPOSAL) from error
    _record("proposal.made", proposal, start=booking.start.isoformat())
    outbox.say("proposal.made", proposal, key=f"proposal.made:{proposal.pk}")
    return proposal


def _look_to_accept(*, by: Actor, proposal: MoveProposal, **_more: object) -> dict[str, Any]:
    """The proposed time as a booking of the hospital's: it was the hospital that chose it."""
    rows = MoveProposal.objects.changeable_by(by).select_related("replaces__service__facility", "appointment")
    found = rows.filter(pk=proposal.pk).first()
    if found is None:
        raise missing()
    visit, held = found.replaces, found.appointment
    assert visit.service is not None
    patient = Patient.objects.get(participations__appointment=visit)
    kind, target = visit.appointment_type, moving.schedule_of(held)
    return {
        "booking": facts.of_booking(
            system("scheduling"), patient, target, visit.service, held.start_at, kind, but=visit.pk
        )
    }


@action("scheduling.answer_offer", look=_look_to_accept)
def accept_proposal(
    *, by: Actor, proposal: MoveProposal, version: int | None = None, booking: Booking = facts.LOOKED_UP
) -> MoveProposal:
    """Move the visit to the proposed time: it leaves the old one only with the new one taken.

    Refused: the proposal has ended, by its time or by somebody's word, or the visit was changed otherwise. The visit
    stays as it is then. `booking` is filled in by the look beforehand.
    """
    accepted, visit, held = _standing(by, proposal, version, *placing.actors_of(booking))
    now = clock.now()
    if not accepted.stands(now) or not held.is_hold or held.start_at <= now or visit.status != BOOKED:
        raise Conflict(refusals.PROPOSAL_ENDED)
    # The hold makes room for the visit itself, under the same locks: nobody gets in between.
    answering.close(accepted, Outcome.ACCEPTED, next_in_line=False)
    participation = moving.put(visit, booking)
    telling.of_move(participation, booking.timetable.practitioner, booking.decided)
    _record("proposal.accepted", accepted)
    return accepted


@action("scheduling.answer_offer")
def decline_proposal(*, by: Actor, proposal: MoveProposal, version: int | None = None) -> MoveProposal:
    """No, thank you: the time is free again, and the desk is told. Refused: the proposal has ended."""
    declined, _visit, _held = _standing(by, proposal, version)
    answering.close(declined, Outcome.DECLINED)
    _record("proposal.declined", declined)
    outbox.say("proposal.declined", declined, key=f"proposal.declined:{declined.pk}")
    return declined


@action("scheduling.propose_move")
def withdraw_proposal(*, by: Actor, proposal: MoveProposal, version: int | None = None) -> MoveProposal:
    """The desk takes the proposal back. Refused: the proposal has ended."""
    withdrawn, _visit, _held = _standing(by, proposal, version)
    answering.close(withdrawn, Outcome.WITHDRAWN)
    _record("proposal.withdrawn", withdrawn)
    return withdrawn


@action("scheduling.expire_offers")
def expire_proposal(*, by: Actor, proposal: MoveProposal) -> MoveProposal:
    """End a proposal that nobody answered: the desk's list says so. Refused: it stands still, or was answered."""
    expired, _visit, _held = _standing(by, proposal)
    if expired.stands(clock.now()):
        raise Refused(refusals.WRONG_STATUS)
    answering.close(expired, Outcome.EXPIRED)
    _record("proposal.expired", expired)
    return expired


def _standing(
    by: Actor, proposal: MoveProposal, version: int | None = None, *others: UUID
) -> tuple[MoveProposal, Appointment, Appointment]:
    """An unanswered proposal, its visit and the held time, all locked: people first, then visits, then the proposal.

    `others`: whose time the deed may want beside, such as the rooms of a pool.
    """
    answering.lock(MoveProposal.objects.filter(pk=proposal.pk), *others)
    held = take(Appointment.objects.all(), proposal.appointment_id)
    visit = take(Appointment.objects.changeable_by(by), proposal.replaces_id)
    found = take(MoveProposal.objects.changeable_by(by), proposal.pk)
    if found.outcome:
        raise Conflict(refusals.PROPOSAL_ENDED)
    # After the outcome: who presses twice, or late, is told what became of it.
    return take(MoveProposal.objects.filter(pk=found.pk), found.pk, version), visit, held


def _record(verb: str, proposal: MoveProposal, **detail: Any) -> None:
    trail.record(verb, subject=proposal, detail=detail, **answering.whose(proposal))
