"""Why a booking is refused: every sentence once, for rules, actions and whoever translates them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hms.core import values
from hms.core.problems import Problem


def _rule(text: object, field: str = "") -> Problem:
    return Problem("error", "business-rule", text, field)


# --- About the people and the type of visit ----------------------------------------------------------------
MERGED = _rule(_("This record was joined with another one. Book for the record that remains."), "patient")
DECEASED = _rule(_("This patient is recorded as deceased."), "patient")
NOT_DECEASED = _rule(_("This patient is not recorded as deceased any more."), "patient")
NOT_OFFERED = _rule(_("This type of visit is no longer offered."), "service")
STAFF_BOOKS_IT = _rule(_("This type of visit is booked by the front desk. Please call."), "service")
NOT_HERE_THEN = _rule(_("This practitioner does not see patients here at that date."), "practitioner")
NOT_LICENSED = _rule(_("The practitioner's licence does not cover that date."), "practitioner")

# --- About the time ----------------------------------------------------------------------------------------
PASSED = _rule(_("This time has passed. Choose a later one."), "start_at")
TOO_SOON = _rule(_("This time is too soon to book yourself. Choose a later one, or call the front desk."), "start_at")
TOO_FAR = _rule(_("This time is too far ahead. The timetable is not open yet."), "start_at")
NO_HOURS = _rule(_("There are no hours for this type of visit at that time."), "start_at")
NOT_ON_OFFER = _rule(_("This time is not on offer. Choose one of those shown."), "start_at")
AWAY = _rule(_("The practitioner or the house is away at that time."), "start_at")
KEPT_FOR_THE_DAY = _rule(
    _("This time is kept for people who call on the day. It can be booked from the morning of that day on."), "start_at"
)
ROOM_CLOSED = _rule(_("No room this type of visit can take place in is open at that time."), "start_at")
DEVICE_CLOSED = _rule(_("No device this type of visit needs can be used at that time."), "start_at")
TAKEN = Problem("error", "conflict", _("This time has just been taken. Please choose another one."), "start_at")
PATIENT_TAKEN = Problem("error", "conflict", _("The patient has another visit at that time."), "start_at")
THINGS_TAKEN = Problem(
    "error", "conflict", _("Every room or device this visit needs is taken at that time. Please choose another one."),
    "start_at",
)  # fmt: skip
HOLD_ENDED = Problem("error", "conflict", _("The time was held for you, but not long enough. Please choose again."))
NOT_HELD = _rule(_("A place in a group visit is booked at once, not held."), "start_at")
FULL = Problem("error", "conflict", _("All places of this group visit are taken."), "start_at")
FEWER_THAN_TAKEN = _rule(
    _("More places are taken than that. Write a larger number, or cancel somebody's place."), "capacity"
)
NO_GROUP_VISIT = _rule(_("This is no group visit to come: it has no places to change."))

# --- About a second patient in a taken time ------------------------------------------------------------------
MAY_NOT_OVERBOOK = Problem("error", "forbidden", _("You may not place a second patient into a taken time."), "seat")
WHY_OVERBOOK = Problem(
    "error", "required", _("Say why a second patient is placed into a taken time."), "override_reason"
)

# --- About what happens to a visit -----------------------------------------------------------------------------
WRONG_STATUS = _rule(_("That is not possible any more: the visit has changed in the meantime."), "status")
UNDO_OVER = _rule(_("This can be taken back within ten minutes only."))
WHY_SO_LATE = Problem("error", "required", _("After ten minutes a reason is needed to take this back."), "reason")
CANCEL_REASON = Problem("error", "required", _("Choose why the visit is cancelled."), "reason")
NOT_TODAY = _rule(_("Patients are checked in on the day of their visit."))
TOO_LATE_YOURSELF = _rule(_("The visit has begun. Please speak to the front desk."))

# --- About working hours and types of visit ----------------------------------------------------------------------
SCHEDULE_OF_ONE = _rule(_("A timetable belongs to one practitioner, one room or one device."))
NO_DAY = _rule(_("The last day must come after the first."), "valid_until")
NO_TIME = _rule(_("The end must come after the start."), "end_at")
NO_WEEKDAY = Problem("error", "required", _("Choose at least one day of the week."), "weekdays")
SESSIONS_COLLIDE = _rule(_("There is a session at that time already. End it first, or choose other hours."), "start")
AT_LEAST_ONE = _("Write a whole number, 1 or more.")
CODE_TAKEN = _("Another type of visit of this department has this short code.")

# --- About the waiting list -------------------------------------------------------------------------------------
WAITS_ALREADY = Problem("error", "duplicate", _("The patient is on the waiting list for this type of visit already."))
NO_SUITING_DAY = _rule(_("Choose at least one day of the week and one part of the day."), "weekdays")
LAST_DAY_PASSED = _rule(_("The last day that suits must not lie before the first, nor in the past."), "latest_on")
NOT_WAITING = _rule(_("This wait has ended: nothing is offered or changed any more."))
HAS_OFFER = Problem("error", "conflict", _("An offer stands already. The next one can be made when it is answered."))
OFFER_ENDED = Problem("error", "conflict", _("This offer has ended. Whatever visit is booked stays as it is."))
NO_TIME_FOR_OFFER = _rule(_("This time begins too soon to be offered. Book it with the patient on the telephone."))
ANSWER_THE_OFFER = _rule(_("This time is kept for an offer that was made. Accept or decline the offer."))
WHY_URGENT = Problem("error", "required", _("Say why the urgency changes."), "reason")

# --- About the door and the queue -----------------------------------------------------------------------------
NOT_IN_PERSON = _rule(_("This visit is not in the house: you are called by video or telephone."))
TOO_LATE_BY_YOURSELF = _rule(_("The time of this visit has passed. Please go to the front desk; they will help you."))
ASK_THE_DESK = _rule(_("We could not check you in here. Please go to the front desk; they will help you."))
NOBODY_WAITS = Problem("error", "not-found", _("Nobody waits here now. Somebody else may just have been called."))
NOT_CALLED = Problem("error", "conflict", _("This patient is not called any more: a colleague was quicker."))
NOT_IN_QUEUE = Problem("error", "conflict", _("This patient does not wait any more: a colleague was quicker."))
NOT_AWAY = Problem("error", "conflict", _("This patient is back already, or has left."))
NO_SUCH_PRIORITY = _rule(_("Choose how the patient waits."), "priority")
SCREEN_NAME = Problem(
    "error", "required", _("Give the screen a name, so that the right one can be switched off."), "name"
)
SCREEN_PLACE = _rule(_("The clinic and the room must belong to this facility."), "location")


def another_day(start_at: datetime, zone: ZoneInfo) -> Problem:
    text = _("This visit is on %(day)s. You can check in on that day.")
    return _rule(text % {"day": values.long_day_text(start_at, str(zone))})


def another_house(name: str) -> Problem:
    return _rule(_("This visit is in another house: %(name)s. Please check in there.") % {"name": name})


def too_early(opens_at: datetime, zone: ZoneInfo) -> Problem:
    text = _("You are early. You can check in from %(time)s; please take a seat until then.")
    return _rule(text % {"time": values.clock_text(opens_at, str(zone))})


# --- About series -------------------------------------------------------------------------------------------------
SERIES_STARTED = _rule(_("The first day must not lie in the past."), "first")
SERIES_ENDS = Problem("error", "required", _("Say how many visits, or the last day: one of them."), "count")
SERIES_PERIOD = _rule(_("The last day must come after the first, five years later at most."), "until")
NOTHING_CHOSEN = Problem("error", "required", _("No date has a time. Choose a time for one date at least."))
NOT_ITS_DATE = _rule(_("The dates do not belong to this series any more. Open the page again."))
TIMES_GONE = Problem(
    "error", "conflict", _("Somebody was quicker: a time you chose is taken. Nothing is booked yet; choose another.")
)
IN_A_SERIES = _rule(_("This visit belongs to a series already."))
SERIES_OVER = _rule(_("This series has ended: nothing is booked or changed any more."))
MOVED_TOO_FAR = _rule(_("Choose a day within a year of the one the visits have now."), "day")
NOTHING_TO_COME = _rule(_("No visit of this series is still to come from that day on."))

# --- About another time when the hospital is the cause ----------------------------------------------------------------
HAS_PROPOSAL = Problem("error", "conflict", _("A time is proposed for this visit already. Wait for the answer."))
PROPOSAL_ENDED = Problem(
    "error", "conflict", _("This proposal has ended. The visit that is booked stays until it is moved.")
)
NOBODY_TO_ASK = _rule(_("Nobody is left to be asked: whoever is on the list was asked already, or has to be called."))
NO_TIME_FOR_PROPOSAL = _rule(_("The visit is too near for an answer to come in time. Please call the patient."))

# --- About rotas -----------------------------------------------------------------------------------------------------
MONTH_OVER = _rule(_("This month is over, or has no day left to plan. Choose a later one."), "month")
HAS_DRAFT = Problem("error", "duplicate", _("There is a draft for this clinic and month already. Go on with that one."))
HALF_DAYS = _rule(_("Mornings end before afternoons begin, and both end after their start."), "morning_end")
NOBODY_TO_PLAN = _rule(_("No doctor works in this clinic in that month. Say first who works there."), "department")
NOT_A_DRAFT = _rule(_("This plan is no draft any more: nothing in it can be changed. Begin a new one for the month."))
NOT_OF_THE_PLAN = _rule(_("This day, person, room or type of visit does not belong to the plan. Open the page again."))
NO_SOLVER = _rule(
    _("Proposals need the solver, which is not installed here. The administrator of the server adds it: make planning")
)
ROTA_BREAKS_RULES = _rule(_("The plan can't be published yet: it breaks rules. They are listed below."))
ROTA_HAS_BEGUN = _rule(_("This plan has begun. To change it, begin a new plan for the month and publish that instead."))
ROTA_CHANGED_SINCE = _rule(
    _("Hours of this plan were changed in the timetables since. Change them there, or publish a new plan instead.")
)
WISHES_TOO_LATE = _rule(_("This month is over. Choose a later one."), "month")


def booked_in_rota(count: int) -> Problem:
    text = ngettext_lazy(
        "%(count)d visit is booked in hours that only this plan has. Publish a new plan instead.",
        "%(count)d visits are booked in hours that only this plan has. Publish a new plan instead.",
        count,
    )
    return _rule(text % {"count": count})


def on_date(day: str, problem: Problem) -> Problem:
    """A problem of one date among several."""
    text = format_lazy(_("{day}: {problem}"), day=day, problem=problem.text)
    return replace(problem, text=text, field="")


def how_many(most: int) -> Problem:
    return _rule(
        ngettext_lazy(
            "A series has two visits at least, and %(most)d visit at most.",
            "A series has two visits at least, and %(most)d visits at most.",
            most,
        )
        % {"most": most},
        "count",
    )


def how_often(most: int) -> Problem:
    return _rule(_("Write a whole number from 1 to %(most)d.") % {"most": most}, "every")


def too_many_ahead(count: int) -> Problem:
    return _rule(
        ngettext_lazy(
            "You have %(count)d visit booked. Please cancel it, or call the front desk.",
            "You have %(count)d visits booked. Please cancel one, or call the front desk.",
            count,
        )
        % {"count": count}
    )


def beyond_cap(cap: int) -> Problem:
    text = ngettext_lazy(
        "This session takes at most %(cap)d patient beyond its plan.",
        "This session takes at most %(cap)d patients beyond its plan.",
        cap,
    )
    return _rule(text % {"cap": cap}, "seat")


def still_to_come(minutes: int) -> Problem:
    text = ngettext_lazy(
        "The patient may still come: wait until %(minutes)d minute after the start.",
        "The patient may still come: wait until %(minutes)d minutes after the start.",
        minutes,
    )
    return _rule(text % {"minutes": minutes})


def as_warning(problem: Problem) -> Problem:
    """The same, for somebody who may go on in spite of it."""
    return replace(problem, severity="warning")
