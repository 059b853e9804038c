"""Which status an appointment may take next, and how long a tap may be taken back.

Source: FHIR R4, Appointment.status and its typical life ("booked → arrived → checked-in → fulfilled").
At HMS `arrived` is written by the front desk's check-in (the patient is here and waits), `checked-in` when
the clinician begins the visit, `fulfilled` when it is finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

# A tap on the wrong line is taken back without a reason for this long.
UNDO = timedelta(minutes=10)

MOVES: Mapping[str, frozenset[str]] = {
    "proposed": frozenset({"pending", "booked", "waitlist", "cancelled", "entered-in-error"}),
    "waitlist": frozenset({"pending", "booked", "cancelled", "entered-in-error"}),
    "pending": frozenset({"booked", "cancelled", "entered-in-error"}),
    "booked": frozenset({"arrived", "checked-in", "cancelled", "noshow", "entered-in-error"}),
    # Back to booked: the check-in is undone. Cancelled: the patient went away before being seen.
    "arrived": frozenset({"booked", "checked-in", "fulfilled", "cancelled", "entered-in-error"}),
    # Back to arrived: the visit was begun by mistake.
    "checked-in": frozenset({"arrived", "fulfilled", "cancelled", "entered-in-error"}),
    # Back to booked: the patient did come.
    "noshow": frozenset({"booked", "entered-in-error"}),
    "fulfilled": frozenset({"entered-in-error"}),
    "cancelled": frozenset({"entered-in-error"}),
    "entered-in-error": frozenset(),
}

# The queue of the day beside it, in the words of FHIR R4, Encounter.status, and `called`.
QUEUE_MOVES: Mapping[str, frozenset[str]] = {
    "arrived": frozenset({"called", "in-progress", "onleave", "finished", "cancelled"}),
    # Back to arrived: the call was a mistake, or nobody answered it.
    "called": frozenset({"arrived", "in-progress", "onleave", "finished", "cancelled"}),
    # Back to arrived: the visit was begun by mistake. On leave: to the laboratory, and back.
    "in-progress": frozenset({"arrived", "onleave", "finished", "cancelled"}),
    "onleave": frozenset({"arrived", "in-progress", "finished", "cancelled"}),
    # The check-in was taken back; they may be checked in again.
    "cancelled": frozenset({"arrived"}),
    "finished": frozenset(),
}


def may_become(status: str, new: str) -> bool:
    """Whether an appointment of this status may take the new one."""
    return new in MOVES[status]


def may_undo(done_at: datetime | None, now: datetime, within: timedelta = UNDO) -> bool:
    """Whether a tap of that moment can still be taken back without a reason; the last moment included."""
    return done_at is not None and now - done_at <= within


def queue_may_become(status: str, new: str) -> bool:
    """Whether somebody who stands like this in the queue may take the new status."""
    return new in QUEUE_MOVES[status]
