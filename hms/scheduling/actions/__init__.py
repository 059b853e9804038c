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
from hms.scheduling.actions.offering import (
    accept_offer,
    decline_offer,
    expire_offer,
    offer_time,
    withdraw_offer,
)
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
from hms.scheduling.actions.waiting import expire_waits, join_waiting_list, leave_waiting_list, set_urgency
from hms.scheduling.actions.wall_times import keep_days_that_differ, keep_wall_time

__all__ = [
    "Hours",
    "IssuedFeed",
    "NewVisit",
    "accept_offer",
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
    "decline_offer",
    "edit_service",
    "end_session",
    "expire_holds",
    "expire_offer",
    "expire_waits",
    "fulfil_appointment",
    "hold_appointment",
    "issue_feed",
    "join_waiting_list",
    "keep_days_that_differ",
    "keep_wall_time",
    "leave_waiting_list",
    "mark_entered_in_error",
    "mark_noshow",
    "move_appointment",
    "offer_time",
    "release_hold",
    "revoke_feed",
    "set_urgency",
    "start_appointment",
    "undo_check_in",
    "undo_noshow",
    "undo_start",
    "withdraw_exception",
    "withdraw_offer",
]
