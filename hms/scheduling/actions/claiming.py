"""What bookings claim under their locks, one or several: a time with rooms and devices, or a place in a group."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hms.core import locks, values
from hms.core.problems import Conflict, Problem, Refused
from hms.scheduling import refusals
from hms.scheduling.actions import places, placing
from hms.scheduling.actions.placing import Use
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant

# A booking, and the rooms and devices that its visit gets.
Claimed = tuple[Booking, list[Use]]


def claim(booking: Booking) -> list[Use]:
    """Lock everybody whose time is wanted, and refuse if somebody else has it, or the last place of the group."""
    if group := booking.group:
        places.claim(booking, group)
        return []
    return placing.claim(booking)


def claim_all(bookings: Sequence[Booking], *others: UUID) -> list[Claimed]:
    """Lock everybody whose time is wanted at once, and claim every booking, or none: each refusal names its date."""
    locks.lock_actors({actor for one in bookings for actor in placing.actors_of(one)} | set(others))
    against: list[Problem] = []
    lost = False
    claimed: list[Claimed] = []
    for booking in bookings:
        try:
            placing.refuse_against_rules(booking)
            claimed.append((booking, claim(booking)))
        except Refused as refusal:
            lost = lost or isinstance(refusal, Conflict)
            day = values.long_day_text(booking.start, str(booking.timetable.zone))
            against += [refusals.on_date(day, problem) for problem in refusal.problems]
    if against:
        raise Conflict(*against) if lost else Refused(*against)
    return claimed


def write(
    visit: Appointment, claimed: Claimed, *, instead_of: AppointmentParticipant | None = None
) -> AppointmentParticipant:
    """Write what was claimed: the new visit, or a place in the group visit there is; returns the patient's part in it.

    `instead_of`: the place in another group visit that is given up for it.
    """
    booking, uses = claimed
    if group := booking.group:
        return places.take(booking, group, instead_of=instead_of)
    return placing.write(visit, booking, uses, instead_of=instead_of)
