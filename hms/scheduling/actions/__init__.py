"""The verbs of this room: what can be done with time."""

from hms.scheduling.actions.arrivals import (
    check_in,
    check_in_oneself,
    fulfil_appointment,
    mark_noshow,
    start_appointment,
    undo_check_in,
    undo_noshow,
    undo_start,
)
from hms.scheduling.actions.asking import advance_round, ask_everybody
from hms.scheduling.actions.booking import book_appointment, confirm_appointment, hold_appointment
from hms.scheduling.actions.bulk import NewVisit, bulk_book
from hms.scheduling.actions.cancelling import cancel_appointment, expire_holds, mark_entered_in_error, release_hold
from hms.scheduling.actions.changing_series import NewTime, cancel_series, move_series
from hms.scheduling.actions.deaths import end_for_death
from hms.scheduling.actions.feeds import IssuedFeed, issue_feed, revoke_feed
from hms.scheduling.actions.moving import move_appointment
from hms.scheduling.actions.offering import (
    accept_offer,
    decline_offer,
    expire_offer,
    offer_time,
    withdraw_offer,
)
from hms.scheduling.actions.places import change_places
from hms.scheduling.actions.proposing import (
    accept_proposal,
    decline_proposal,
    expire_proposal,
    propose_move,
    withdraw_proposal,
)
from hms.scheduling.actions.publishing_rota import publish_rota, withdraw_rota
from hms.scheduling.actions.queue import (
    call,
    call_next,
    come_back,
    recall,
    resume,
    send_for_tests,
    set_priority,
    skip,
    undo_call,
)
from hms.scheduling.actions.rota import (
    HalfDays,
    ask_for_rota,
    begin_rota,
    enter_rota_wishes,
    record_rota,
    set_rota_entry,
    set_rota_terms,
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
from hms.scheduling.actions.screens import MadeScreen, make_screen, revoke_screen
from hms.scheduling.actions.series import book_series, continue_series, settle_occurrence
from hms.scheduling.actions.waiting import expire_waits, join_waiting_list, leave_waiting_list, set_urgency
from hms.scheduling.actions.wall_times import keep_days_that_differ, keep_wall_time

__all__ = [
    "HalfDays",
    "Hours",
    "IssuedFeed",
    "MadeScreen",
    "NewTime",
    "NewVisit",
    "accept_offer",
    "accept_proposal",
    "add_exception",
    "add_session",
    "add_sessions",
    "advance_round",
    "ask_everybody",
    "ask_for_rota",
    "begin_rota",
    "book_appointment",
    "book_series",
    "bulk_book",
    "call",
    "call_next",
    "cancel_appointment",
    "cancel_series",
    "change_places",
    "check_in",
    "check_in_oneself",
    "come_back",
    "confirm_appointment",
    "continue_series",
    "create_schedule",
    "create_service",
    "decline_offer",
    "decline_proposal",
    "edit_service",
    "end_for_death",
    "end_session",
    "enter_rota_wishes",
    "expire_holds",
    "expire_offer",
    "expire_proposal",
    "expire_waits",
    "fulfil_appointment",
    "hold_appointment",
    "issue_feed",
    "join_waiting_list",
    "keep_days_that_differ",
    "keep_wall_time",
    "leave_waiting_list",
    "make_screen",
    "mark_entered_in_error",
    "mark_noshow",
    "move_appointment",
    "move_series",
    "offer_time",
    "propose_move",
    "publish_rota",
    "recall",
    "record_rota",
    "release_hold",
    "resume",
    "revoke_feed",
    "revoke_screen",
    "send_for_tests",
    "set_priority",
    "set_rota_entry",
    "set_rota_terms",
    "set_urgency",
    "settle_occurrence",
    "skip",
    "start_appointment",
    "undo_call",
    "undo_check_in",
    "undo_noshow",
    "undo_start",
    "withdraw_exception",
    "withdraw_offer",
    "withdraw_proposal",
    "withdraw_rota",
]
