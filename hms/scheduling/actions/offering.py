"""Offers of freed times, each to one holder at a time.

An offer is a hold for that patient: nobody else can have the time while it stands, and the database sees to it.
Accepting it books the time and gives up the visit the patient had, in one transaction; nothing is given up before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.organization.policies import policies
from hms.scheduling import codes, facts, refusals, waiting
from hms.scheduling.actions import answering, cancelling, claiming, places, placing, telling
from hms.scheduling.facts import Booking
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    Schedule,
    SeriesOccurrence,
    WaitingListEntry,
    WaitingOffer,
)
from hms.scheduling.rules import waiting as rules
from hms.scheduling.rules.waiting import Freed
from hms.scheduling.rules.wall_clock import DAY

Status, Outcome, Reason = codes.WaitingStatus, codes.OfferOutcome, codes.CancellationReason
BOOKED, PENDING = codes.AppointmentStatus.BOOKED, codes.AppointmentStatus.PENDING


def _look(
    *,
    by: Actor,
    entry: WaitingListEntry,
    schedule: Schedule | UUID,
    start_at: datetime,
    **_more: object,
) -> dict[str, Any]:
    """What an offer must know, gathered before anybody is kept waiting."""
    rows = WaitingListEntry.objects.visible_to(by).select_related("service__facility")
    found = rows.filter(pk=entry.pk).first()
    if found is None:
        raise missing()
    patient = facts.patient_for_booking(by, found.patient_id)
    kind = found.appointment_type
    return {"booking": facts.of_booking(by, patient, schedule, found.service, start_at, kind)}


@action("scheduling.offer_time", look=_look)
def offer_time(
    *,
    by: Actor,
    entry: WaitingListEntry,
    schedule: Schedule | UUID,
    start_at: datetime,
    freed: Freed | None = None,
    among: int = 0,
    version: int | None = None,
    booking: Booking = facts.LOOKED_UP,
) -> WaitingOffer:
    """Hold a time, or a place in a group visit, for somebody on the list and ask them.

    `freed` and `among`: by itself, as the first of so many. Refused: taken meanwhile, against the rules of booking, too
    soon for an answer, something is offered already, the wait has ended.
    """
    placing.refuse_against_rules(booking)
    uses = claiming.claim(booking)
    asked = waiting_entry(by, entry, version)
    now = clock.now()
    for before in asked.offers.open():
        if before.stands(now):
            raise Conflict(refusals.HAS_OFFER)
        end(before, asked, Outcome.EXPIRED)
    decided = policies(waiting.POLICIES, booking.schedule.facility)
    heard_at = waiting.heard_at(booking.schedule.facility, decided, now) if freed is not None else now
    until = rules.offer_until(booking.start, heard_at, decided[waiting.STANDS])
    if until is None:
        raise Refused(refusals.NO_TIME_FOR_OFFER)
    held = Appointment(status=PENDING, hold_expires_at=until, booked_at=now)
    kept = None
    if group := booking.group:
        kept = places.take(booking, group, status=codes.ParticipationStatus.NEEDS_ACTION)
        held = kept.appointment
    else:
        placing.write(held, booking, uses)
    offer = WaitingOffer(
        entry=asked,
        appointment=held,
        participation=kept,
        replaces=waiting.kept_visit(asked, now),
        offered_at=now,
        offered_by_id=by.id,
        heard_at=heard_at,
        expires_at=until,
        urgency=asked.urgency,
        fit=int(waiting.fit_of(asked, booking, freed)),
        waited_days=rules.waited_days(asked.added_at, now),
        among=among,
    )
    try:
        offer.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(refusals.HAS_OFFER) from error
    _record("offer.made", asked, offer, urgency=offer.urgency, fit=offer.fit, days=offer.waited_days, among=offer.among)
    outbox.say("offer.made", offer, key=f"offer.made:{offer.pk}")
    return offer


@action("scheduling.answer_offer")
def accept_offer(*, by: Actor, offer: WaitingOffer, version: int | None = None) -> WaitingOffer:
    """Book the offered time, and give up the visit that was kept until now: both, or nothing.

    Refused: the offer has ended, by its time or by somebody's word. The visit that was kept then stays.
    """
    accepted, entry, held = _standing(by, offer, version)
    now = clock.now()
    if not accepted.stands(now) or not _is_held(accepted, held) or held.start_at <= now:
        raise Conflict(refusals.OFFER_ENDED)
    kept = take(Appointment.objects.all(), accepted.replaces_id) if accepted.replaces_id else None
    if (place := accepted.participation) is not None:
        place.status = codes.ParticipationStatus.ACCEPTED
        place.save()
        _booked(place, _channel(by))
    else:
        _book(held, by, reason=kept.reason if kept is not None else "")
    if kept is not None and kept.status == BOOKED:
        cancelling.give_up(kept, Reason.EARLIER_TIME)
    entry.status, entry.ended_at = Status.BOOKED, now
    entry.save()
    accepted.outcome, accepted.answered_at = Outcome.ACCEPTED, now
    accepted.save()
    _record("offer.accepted", entry, accepted, replaces=kept is not None)
    return accepted


@action("scheduling.answer_offer")
def decline_offer(*, by: Actor, offer: WaitingOffer, version: int | None = None) -> WaitingOffer:
    """No, thank you: the place on the list stays, and the next in line is asked. Refused: the offer has ended."""
    declined, entry, _held = _standing(by, offer, version)
    end(declined, entry, Outcome.DECLINED)
    return declined


@action("scheduling.offer_time")
def withdraw_offer(*, by: Actor, offer: WaitingOffer, version: int | None = None) -> WaitingOffer:
    """The desk needs the time after all. Nobody else is asked for it. Refused: the offer has ended."""
    withdrawn, entry, _held = _standing(by, offer, version)
    end(withdrawn, entry, Outcome.WITHDRAWN, next_in_line=False)
    return withdrawn


@action("scheduling.expire_offers")
def expire_offer(*, by: Actor, offer: WaitingOffer) -> WaitingOffer:
    """End an offer that nobody answered, and ask the next in line. Refused: it stands still, or was answered."""
    expired, entry, _held = _standing(by, offer)
    if expired.stands(clock.now()):
        raise Refused(refusals.WRONG_STATUS)
    end(expired, entry, Outcome.EXPIRED)
    return expired


def waiting_entry(by: Actor, entry: WaitingListEntry, version: int | None) -> WaitingListEntry:
    """The entry, locked, while it waits."""
    found = take(WaitingListEntry.objects.changeable_by(by), entry.pk, version)
    if not found.is_waiting:
        raise Refused(refusals.NOT_WAITING)
    return found


def _standing(
    by: Actor, offer: WaitingOffer, version: int | None = None
) -> tuple[WaitingOffer, WaitingListEntry, Appointment]:
    """An unanswered offer, its entry and its held visit, all locked: people first, then visits, then these."""
    answering.lock(WaitingOffer.objects.filter(pk=offer.pk))
    held = take(Appointment.objects.all(), offer.appointment_id)
    entry = take(WaitingListEntry.objects.changeable_by(by), offer.entry_id)
    found = take(WaitingOffer.objects.changeable_by(by), offer.pk)
    if found.outcome:
        raise Conflict(refusals.OFFER_ENDED)
    # After the outcome: who presses twice, or late, is told what became of it.
    return take(WaitingOffer.objects.filter(pk=found.pk), found.pk, version), entry, held


def end(offer: WaitingOffer, entry: WaitingListEntry, outcome: str, *, next_in_line: bool = True) -> None:
    """The offer is over: the time is given back, and somebody else asked."""
    answering.close(offer, outcome, next_in_line=next_in_line)
    _record(f"offer.{outcome}", entry, offer)
    if offer.participation_id is not None:
        # Whoever had the last place besides gave it up while this one was asked.
        visit = take(Appointment.objects.all(), offer.appointment_id)
        cancelling.call_off_if_empty(visit, Reason.PATIENT)


def _is_held(offer: WaitingOffer, held: Appointment) -> bool:
    """Whether the time, or the place in a group visit, is still kept."""
    if (place := offer.participation) is None:
        return held.is_hold
    return held.status == BOOKED and place.status == codes.ParticipationStatus.NEEDS_ACTION


def _book(held: Appointment, by: Actor, *, reason: str) -> None:
    held.status, held.hold_expires_at = BOOKED, None
    held.booked_at, held.booked_by_id, held.reason = clock.now(), by.id, reason
    held.channel = _channel(by)
    held.save()
    _booked(held.participants.get(patient__isnull=False), held.channel)


def _channel(by: Actor) -> str:
    return codes.Channel.PORTAL if facts.acts_as_patient(by) else codes.Channel.PHONE


def _booked(participation: AppointmentParticipant, channel: str) -> None:
    """What a booking entails, for the time or the place that was kept."""
    visit = participation.appointment
    practitioner = next(row.practitioner for row in visit.participants.all() if row.practitioner is not None)
    telling.of_booking(participation, practitioner, policies(facts.POLICIES, visit.facility))
    trail.record(
        "appointment.booked",
        subject=visit,
        patient=participation.patient_id,
        facility=visit.facility_id,
        detail={"start": visit.start_at.isoformat(), "channel": channel},
    )
    _settle_date(participation)


def _settle_date(participation: AppointmentParticipant) -> None:
    """A date of a series that could not be booked, and for which its patient waited, has its visit now."""
    visit = participation.appointment
    dates = SeriesOccurrence.objects.filter(
        series__patient=participation.patient_id,
        series__service=visit.service_id,
        series__ended_at__isnull=True,
        state=codes.OccurrenceState.OPEN,
    )
    for date in dates.select_related("series").prefetch_related("series__terms"):
        shift = date.series.term_on(date.occurs_on).shift_days * DAY
        if date.occurs_on + shift == visit.local_start.date():
            date.state, date.appointment = codes.OccurrenceState.BOOKED, visit
            date.participation = participation if visit.is_group else None
            date.save()
            return


def _record(verb: str, entry: WaitingListEntry, offer: WaitingOffer, **detail: Any) -> None:
    trail.record(verb, subject=offer, patient=entry.patient_id, facility=entry.facility_id, detail=detail)
