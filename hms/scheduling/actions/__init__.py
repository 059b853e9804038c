"""The verbs of this room: what can be done with time."""

from hms.scheduling.actions.arrivals import (
    check_in,
    fulfil_appointment,
    mark_noshow,
    start_appointment,
    undo_check_in,
    undo_noshow,
    undo_start,
)
from hms.scheduling.actions.booking import book_appointment, confirm_appointment, hold_appointment
from hms.scheduling.actions.bulk import NewVisit, bulk_book
from hms.scheduling.actions.cancelling import cancel_appointment, expire_holds, mark_entered_in_error, release_hold
from hms.scheduling.actions.feeds import IssuedFeed, issue_feed, revoke_feed
from hms.scheduling.actions.moving import move_appointment
from hms.scheduling.actions.schedules import (
    Hours,
    add_exception,
    add_session,
    add_sessions,
    create_schedule,
    create_service,
    edit_service,
    end_session,
    withdraw_exception,
)

__all__ = [
    "Hours",
    "IssuedFeed",
    "NewVisit",
    "add_exception",
    "add_session",
    "add_sessions",
    "book_appointment",
    "bulk_book",
    "cancel_appointment",
    "check_in",
    "confirm_appointment",
    "create_schedule",
    "create_service",
    "edit_service",
    "end_session",
    "expire_holds",
    "fulfil_appointment",
    "hold_appointment",
    "issue_feed",
    "mark_entered_in_error",
    "mark_noshow",
    "move_appointment",
    "release_hold",
    "revoke_feed",
    "start_appointment",
    "undo_check_in",
    "undo_noshow",
    "undo_start",
    "withdraw_exception",
]
