"""Places in group visits: taking one, keeping one for somebody who is asked, giving one up, exchanging one for another.

A group visit is one appointment; its patients have places in it, and the database gives each place once. Whoever takes
a place holds the practitioner's lock, so there is never a second look at the last one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.records import take as take_row
from hms.scheduling import codes, refusals
from hms.scheduling.actions import care, freeing, placing
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant

CHANGE = "scheduling.change_places"
Part = codes.ParticipationStatus


def claim(booking: Booking, group: UUID) -> tuple[Appointment, int]:
    """Lock a group visit that is booked already, and find a place that is left. Refused: full, or the patient is taken.

    A place kept for somebody whose time to answer has run out is left, too.
    """
    patient = booking.patient.pk
    locks.lock_actors([booking.timetable.practitioner.pk, patient])
    visit = Appointment.objects.select_for_update().get(pk=group)
    if visit.status != codes.AppointmentStatus.BOOKED:
        raise placing.taken(booking)
    if placing.end_ran_out([patient], booking.seen):
        raise placing.taken(booking, refusals.PATIENT_TAKEN)
    _end_ran_out(visit, clock.now())
    used = set(visit.participants.filter(place__isnull=False).values_list("place", flat=True))
    place = next((one for one in range(1, visit.capacity + 1) if one not in used), None)
    if place is None:
        raise placing.taken(booking, refusals.FULL)
    return visit, place


def take(
    booking: Booking, group: UUID, *, status: str = Part.ACCEPTED, instead_of: AppointmentParticipant | None = None
) -> AppointmentParticipant:
    """Give the patient a place in a group visit, or (`needs-action`) keep it for them; returns their part in it."""
    visit, place = claim(booking, group)
    if visit.participants.filter(patient=booking.patient, status=Part.DECLINED).exists():
        # Calendars took it out under this number, and put it back under the next.
        visit.sequence += 1
        visit.save()
    with placing.taken_if_refused(booking):
        return AppointmentParticipant.objects.create(
            appointment=visit,
            patient=booking.patient,
            status=status,
            start_at=visit.start_at,
            end_at=visit.end_at,
            place=place,
            instead_of=instead_of,
        )


def give_back(row: AppointmentParticipant, at: datetime) -> None:
    """The place is nobody's any more. Who may have it next, the caller says."""
    row.status, row.blocking, row.place = Part.DECLINED, False, None
    row.declined_at = row.declined_at or at
    row.save()


def leave(visit: Appointment, row: AppointmentParticipant, at: datetime, reason: str) -> None:
    """Give up a patient's place in a group visit that takes place all the same. Call it under the visit's locks."""
    row.declined_reason = reason
    give_back(row, at)
    left(visit, row)


def left(visit: Appointment, row: AppointmentParticipant) -> None:
    """What follows from a place that was given up in a group visit which stays."""
    # NB: a write to a row of the visit has advanced its version.
    visit.refresh_from_db(fields=["version"])
    # Calendars learn of it by the number, as of every change.
    visit.sequence += 1
    visit.save()
    care.end(visit, row.patient_id)
    freeing.of_place(row)


@action("scheduling.change_places")
def change_places(*, by: Actor, appointment: Appointment, capacity: int, version: int | None = None) -> Appointment:
    """Say how many places a group visit to come has; new ones are offered to who waits. Refused: fewer than are taken.

    Places are numbered anew where the ones that are left would have too high a number.
    """
    placing.lock_visit(appointment)
    visit = take_row(Appointment.objects.visible_to(by), appointment.pk, version)
    if not by.in_facility(visit.facility_id, CHANGE):
        raise missing()
    if not visit.is_group or visit.status != codes.AppointmentStatus.BOOKED or visit.start_at <= clock.now():
        raise Refused(refusals.NO_GROUP_VISIT)
    rows = list(visit.participants.filter(place__isnull=False).order_by("place"))
    if capacity < max(len(rows), 2):
        raise Refused(refusals.FEWER_THAN_TAKEN)
    free = iter(sorted(set(range(1, capacity + 1)) - {row.place for row in rows}))
    for row in rows:
        if row.place is not None and row.place > capacity:
            row.place = next(free)
            row.save()
    before = visit.capacity
    visit.refresh_from_db(fields=["version"])
    visit.capacity = capacity
    visit.save()
    detail = {"before": before, "after": capacity}
    trail.record("appointment.places_changed", subject=visit, facility=visit.facility_id, detail=detail)
    if capacity > before:
        freeing.of_new_places(visit)
    return visit


def is_empty(visit: Appointment) -> bool:
    """Whether nobody has a place in a group visit, or is asked about one."""
    return not visit.participants.filter(patient__isnull=False, blocking=True).exists()


def _end_ran_out(visit: Appointment, now: datetime) -> None:
    """Places whose holders did not answer in time. The offers themselves are ended in their turn."""
    ran_out = Q(offers__outcome="", offers__expires_at__lte=now)
    for row in visit.participants.filter(ran_out, status=Part.NEEDS_ACTION):
        give_back(row, now)
