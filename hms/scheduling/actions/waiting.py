"""The waiting list: joining it, leaving it, moving up, and the end of waiting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing
from hms.organization.models import Facility, Practitioner
from hms.patients.models import Patient
from hms.scheduling import codes, facts, queries, refusals
from hms.scheduling.actions import answering, offering
from hms.scheduling.models import (
    Appointment,
    HealthcareService,
    WaitingListEntry,
)
from hms.scheduling.rules import waiting as rules

Status = codes.WaitingStatus
BOOKED = codes.AppointmentStatus.BOOKED


@action("scheduling.join_waiting_list")
def join_waiting_list(
    *,
    by: Actor,
    patient: Patient | UUID,
    service: HealthcareService,
    appointment_type: str = "",
    practitioner: Practitioner | None = None,
    urgency: str = codes.Urgency.ROUTINE,
    earliest_on: date | None = None,
    latest_on: date | None = None,
    days: Iterable[int] = rules.ANY_DAY,
    parts: Iterable[str] = rules.ANY_PART,
    current: Appointment | None = None,
    note: str = "",
) -> WaitingListEntry:
    """Put a patient on the waiting list of a type of visit; `current` is a visit that is kept until something earlier.

    Patients wait as routine; how urgent it is, the hospital says. Refused: waiting for it already, no day suits, a
    visit that is not theirs. For group visits nothing is kept: whoever waits for one may have places in others.
    """
    who = facts.patient_for_booking(by, patient)
    if not queries.bookable_services(by).filter(pk=service.pk).exists():
        raise missing()
    itself = facts.acts_as_patient(by)
    entry = WaitingListEntry(
        patient=who,
        facility_id=service.facility_id,
        department_id=service.department_id,
        service=service,
        appointment_type=("" if itself else appointment_type)
        or facts.kind_of_visit(who.pk, service.department_id, clock.now()),
        practitioner=practitioner,
        urgency=codes.Urgency.ROUTINE if itself else urgency,
        earliest_on=earliest_on,
        latest_on=latest_on,
        current=_current(by, who, current) if current is not None and service.capacity == 1 else None,
        note=note,
        added_at=clock.now(),
        added_by_id=by.id,
    )
    entry.days, entry.parts_of_day = frozenset(days), frozenset(parts)
    problems = rules.joining_problems(
        days=entry.days,
        parts=entry.parts_of_day,
        earliest=earliest_on,
        latest=latest_on,
        today=clock.today(service.facility.time_zone),
        deceased=who.deceased,
        merged=who.merged_into_id is not None,
    )
    if problems:
        raise Refused(*problems)
    locks.lock_actors([who.pk])
    if WaitingListEntry.objects.waiting().filter(patient=who, service=service).exists():
        raise Conflict(refusals.WAITS_ALREADY)
    entry.save(force_insert=True)
    _record("waiting.joined", entry, urgency=entry.urgency, keeps=entry.current_id is not None)
    return entry


@action("scheduling.set_urgency")
def set_urgency(
    *, by: Actor, entry: WaitingListEntry, urgency: str, reason: str, version: int | None = None
) -> WaitingListEntry:
    """Move somebody up or down the list. Refused: without a reason, or when the wait has ended."""
    changed = offering.waiting_entry(by, entry, version)
    if not reason.strip() or urgency not in codes.Urgency.values:
        raise Refused(refusals.WHY_URGENT)
    before, changed.urgency, changed.urgency_reason = changed.urgency, urgency, reason
    changed.save()
    _record("waiting.urgency_set", changed, before=before, after=urgency)
    return changed


@action("scheduling.leave_waiting_list")
def leave_waiting_list(*, by: Actor, entry: WaitingListEntry, version: int | None = None) -> WaitingListEntry:
    """Take a patient off the list. What was offered goes to the next in line; a visit they have stays theirs."""
    answering.lock(entry.offers.open())
    left = offering.waiting_entry(by, entry, version)
    offers = list(left.offers.open())
    left.status, left.ended_at = Status.WITHDRAWN, clock.now()
    left.save()
    _record("waiting.withdrawn", left)
    for offer in offers:
        offering.end(offer, left, codes.OfferOutcome.WITHDRAWN)
    return left


@action("scheduling.expire_offers")
def expire_waits(*, by: Actor, facility: Facility) -> int:
    """End the waits of a facility whose last day has passed. An offer that stands is waited for."""
    over = WaitingListEntry.objects.waiting().filter(facility=facility, latest_on__lt=clock.today(facility.time_zone))
    ended = over.exclude(offers__outcome="").update(status=Status.EXPIRED, ended_at=clock.now())
    trail.record("waiting.expired", facility=facility, detail={"count": ended})
    return ended


def _current(by: Actor, patient: Patient, current: Appointment) -> Appointment:
    """A visit of the patient that can be given up for an earlier one."""
    rows = Appointment.objects.changeable_by(by).of_patient(patient.pk).filter(pk=current.pk)
    found = rows.filter(status=BOOKED, start_at__gt=clock.now(), capacity=1).first()
    if found is None:
        raise Refused(refusals.WRONG_STATUS)
    return found


def _record(verb: str, entry: WaitingListEntry, **detail: Any) -> None:
    trail.record(verb, subject=entry, patient=entry.patient_id, facility=entry.facility_id, detail=detail)
