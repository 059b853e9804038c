"""A practitioner's time was given up: somebody on the waiting list may want it."""

from __future__ import annotations

from collections.abc import Iterable

from hms.core import clock, outbox
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.rules.waiting import Freed


def say(freed: Freed, visit: Appointment, cause: str) -> None:
    """Ask for it to be offered, if it lies ahead. `cause` tells one freeing of the same time from the next."""
    if freed.span.end > clock.now():
        outbox.say("time.freed", visit, key=f"time.freed:{freed}:{cause}")


def of_row(row: AppointmentParticipant) -> Freed | None:
    """The time a practitioner's part in a visit takes; None for other parts, and for places beyond the plan."""
    return Freed(row.practitioner_id, row.span) if row.practitioner_id and row.seat == 0 else None


def of_place(row: AppointmentParticipant) -> None:
    """A place in a group visit was given up, or an offer of one has ended. It's given up once: its row is the cause."""
    _of_group(row.appointment, str(row.pk))


def of_new_places(visit: Appointment) -> None:
    """A group visit has more places than before."""
    _of_group(visit, f"{visit.pk}:{visit.version}")


def _of_group(visit: Appointment, cause: str) -> None:
    """The practitioner's time in the visit: whoever looks for somebody to offer it to finds the places left in it."""
    for row in visit.participants.filter(practitioner__isnull=False):
        if (freed := of_row(row)) is not None:
            say(freed, visit, cause)


def of_holds(rows: Iterable[AppointmentParticipant]) -> None:
    """Held times were given back. A hold is held once, so the visit itself is cause enough."""
    for row in rows:
        if (freed := of_row(row)) is not None:
            say(freed, row.appointment, str(row.appointment_id))
