"""What may be said about appointments, spelled exactly as FHIR R4 spells it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AppointmentStatus(TextChoices):
    """http://hl7.org/fhir/appointmentstatus (R4). `pending` with an expiry is a hold."""

    PROPOSED = "proposed", _("Proposed")
    PENDING = "pending", _("Held")
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    FULFILLED = "fulfilled", _("Seen")
    CANCELLED = "cancelled", _("Cancelled")
    NOSHOW = "noshow", _("Did not come")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    CHECKED_IN = "checked-in", _("In the room")
    WAITLIST = "waitlist", _("On the waiting list")


class ParticipationStatus(TextChoices):
    """http://hl7.org/fhir/participationstatus (R4)."""

    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    TENTATIVE = "tentative", _("Tentative")
    NEEDS_ACTION = "needs-action", _("Not answered")


# A patient who gave their place up, or was asked whether they want it, is none of the people in a visit.
NOT_TAKING_PART = frozenset({ParticipationStatus.DECLINED, ParticipationStatus.NEEDS_ACTION})


class AppointmentType(TextChoices):
    """http://terminology.hl7.org/CodeSystem/v2-0276, the codes hospitals use; NEW is told apart by ROUTINE."""

    ROUTINE = "ROUTINE", _("First visit")
    FOLLOWUP = "FOLLOWUP", _("Follow-up")
    CHECKUP = "CHECKUP", _("Check-up")
    WALKIN = "WALKIN", _("Walk-in")
    EMERGENCY = "EMERGENCY", _("Emergency")


class CancellationReason(TextChoices):
    """http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason, and two of our own for holds and lists."""

    PATIENT = "pat", _("The patient asked for it")
    PATIENT_FEELS_BETTER = "pat-fb", _("The patient feels better")
    PATIENT_DECEASED = "pat-dec", _("The patient died")
    PATIENT_TRANSPORT = "pat-lt", _("No transport")
    PATIENT_MOVED = "pat-mt", _("The patient is treated elsewhere")
    PROVIDER = "prov", _("The hospital asked for it")
    PROVIDER_PERSONAL = "prov-pers", _("The practitioner is away")
    EQUIPMENT = "maint", _("Equipment is being repaired")
    WEATHER = "oth-weath", _("Weather")
    FINANCIAL = "oth-fin", _("Cost")
    ERROR = "oth-err", _("Booked by mistake")
    OTHER = "oth-oth", _("Another reason")
    HOLD_EXPIRED = "hold-expired", _("The held time was not booked in time")
    HOLD_RELEASED = "hold-released", _("The held time was given back")
    EARLIER_TIME = "earlier-time", _("An earlier time was accepted")


# Cancelled by or because of the hospital: never costs the patient anything, never counts against them.
HOSPITAL_REASONS = frozenset(
    {
        CancellationReason.PROVIDER,
        CancellationReason.PROVIDER_PERSONAL,
        CancellationReason.EQUIPMENT,
        CancellationReason.ERROR,
    }
)
# Never late: by the hospital, because the hospital offered another time, or because the patient died.
NEVER_LATE = HOSPITAL_REASONS | {CancellationReason.EARLIER_TIME, CancellationReason.PATIENT_DECEASED}
# Of times that were held and never booked.
OWN_REASONS = frozenset({CancellationReason.HOLD_EXPIRED, CancellationReason.HOLD_RELEASED})
# Not for people to choose.
NOT_CHOSEN = OWN_REASONS | {CancellationReason.EARLIER_TIME}


class Channel(TextChoices):
    """How the booking came in."""

    PORTAL = "portal", _("Patient portal")
    PHONE = "phone", _("By telephone")
    DESK = "desk", _("At the desk")
    CLINICIAN = "clinician", _("By the clinician")
    API = "api", _("By another system")
    IMPORT = "import", _("Taken over")


class WhoMayBook(TextChoices):
    """Who may place a visit of this type."""

    EVERYONE = "everyone", _("Patients and staff")
    STAFF = "staff", _("Staff only")


class Delivery(TextChoices):
    """Where the visit takes place."""

    IN_PERSON = "in-person", _("In person")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By telephone")


class ThingKind(TextChoices):
    """What a visit takes beside people."""

    ROOM = "room", _("Room")
    DEVICE = "device", _("Device")


class ExceptionKind(TextChoices):
    """Why a schedule differs from its weekly pattern."""

    LEAVE = "leave", _("Away")
    HOLIDAY = "holiday", _("Public holiday")
    CLOSED = "closed", _("Closed")
    EXTRA = "extra", _("Extra session")


class Urgency(TextChoices):
    """How urgently somebody waits. Our own three: FHIR's request-priority counts in minutes, this in weeks."""

    ROUTINE = "routine", _("Routine")
    SOON = "soon", _("Soon")
    URGENT = "urgent", _("Urgent")


class WaitingStatus(TextChoices):
    """What became of a wait."""

    WAITING = "waiting", _("Waiting")
    BOOKED = "booked", _("Accepted an offer")
    WITHDRAWN = "withdrawn", _("Taken off the list")
    EXPIRED = "expired", _("The last day passed")
    DECEASED = "deceased", _("The patient died")


class OfferOutcome(TextChoices):
    """What became of an offer; empty while it stands."""

    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Taken back")


class PartOfDay(TextChoices):
    """When somebody can come; where they begin and end: rules/waiting.py."""

    MORNING = "morning", _("Mornings")
    AFTERNOON = "afternoon", _("Afternoons")
    EVENING = "evening", _("Evenings")


class QueueStatus(TextChoices):
    """How somebody stands in the queue: http://hl7.org/fhir/encounter-status (R4), and `called`, which it lacks."""

    ARRIVED = "arrived", _("Waiting")
    CALLED = "called", _("Called")
    IN_PROGRESS = "in-progress", _("In the room")
    ONLEAVE = "onleave", _("Comes back")
    FINISHED = "finished", _("Seen")
    CANCELLED = "cancelled", _("Left the queue")


class QueuePriority(TextChoices):
    """Who goes before whom, whatever the time. FHIR has urgency for orders alone; these three are ours."""

    URGENT = "urgent", _("Urgent")
    GENTLE = "gentle", _("Goes first: pregnant, frail, or a small child")
    NORMAL = "normal", _("In turn")


class PlaceBy(TextChoices):
    """What somebody's place in the queue goes by."""

    APPOINTMENT = "appointment", _("the time of the visit")
    LATE = "late", _("the time of arrival, because they came late")
    ARRIVAL = "arrival", _("the time of arrival")
    SKIPPED = "skipped", _("the time at which they did not answer")
    RETURNED = "returned", _("the time of return, less what they had waited")


class ScreenKind(TextChoices):
    """What a screen in the house is for."""

    DISPLAY = "display", _("Waiting-room display")
    KIOSK = "kiosk", _("Check-in kiosk")


class SeriesUnit(TextChoices):
    """How a series comes again. RFC 5545 calls them DAILY, WEEKLY, and MONTHLY by weekday or by date."""

    DAY = "day", _("Days")
    WEEK = "week", _("Weeks, on the weekdays chosen")
    MONTH_WEEKDAY = "month-weekday", _("Months, on the same weekday")
    MONTH_DATE = "month-date", _("Months, on the same date")


class WhenClosed(TextChoices):
    """What becomes of a date on which nobody is there."""

    SKIP = "skip", _("Leave it out")
    MOVE_ON = "move-on", _("Take the next day somebody is there")


class OccurrenceState(TextChoices):
    """What became of one date of a series."""

    BOOKED = "booked", _("Booked")
    OPEN = "open", _("Not booked yet")
    SKIPPED = "skipped", _("Left out: nobody is there")
    LEFT_OUT = "left-out", _("Left out")


class Obstacle(TextChoices):
    """What stands in the way of a visit at a time; empty where nothing does."""

    PASSED = "passed", _("In the past")
    BEYOND = "beyond", _("Further ahead than can be booked")
    HOLIDAY = "holiday", _("The house is closed")
    AWAY = "away", _("The practitioner is away")
    NO_DAY = "no-day", _("No hours on this day")
    NO_HOURS = "no-hours", _("Outside the hours of this day")
    KEPT = "kept", _("Kept for people who call on the day")
    PATIENT = "patient", _("The patient has another visit")
    TAKEN = "taken", _("Taken")
    FULL = "full", _("All places are taken")
    SOON = "soon", _("Too soon to book yourself")
    NO_OFFER = "no-offer", _("Not a time on offer")


class RotaStatus(TextChoices):
    """How a plan of sessions stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RotaOutcome(TextChoices):
    """What became of the question for a proposal. The first four are those of rules/rota/wire.py."""

    OPTIMAL = "optimal", _("The best plan there is")
    BEST_FOUND = "best-found", _("The best plan found in the time")
    INFEASIBLE = "infeasible", _("No plan keeps all the rules")
    NOTHING_FOUND = "nothing-found", _("No plan found in the time")
    CHANGED = "changed", _("The plan was changed in the meantime")
    FAILED = "failed", _("The solver gave no answer")


class RotaPart(TextChoices):
    """Half a day of a plan; its hours stand in the plan. As in rules/rota/problem.py."""

    MORNING = "morning", pgettext_lazy("half a day", "Morning")
    AFTERNOON = "afternoon", pgettext_lazy("half a day", "Afternoon")


class RotaWishKind(TextChoices):
    """What a practitioner says of half a day."""

    PREFERS = "prefers", _("I would like to")
    RATHER_NOT = "rather-not", _("Rather not")
    CANNOT = "cannot", _("I can't")


class RotaChangeKind(TextChoices):
    """What publishing a plan did to a weekly session."""

    MADE = "made", _("Made")
    ENDED = "ended", _("Ended for the plan")
    CONTINUED = "continued", _("Goes on after the plan")
    DELAYED = "delayed", _("Begins after the plan")


# Obstacles that lie in the day and not in the hour: a series leaves such a date out or moves on, as its maker chose.
CLOSED = frozenset({Obstacle.HOLIDAY, Obstacle.AWAY, Obstacle.NO_DAY})
# Statuses whose visits take the time of practitioner, patient, room and device.
BLOCKING = frozenset(
    {
        AppointmentStatus.PENDING,
        AppointmentStatus.BOOKED,
        AppointmentStatus.ARRIVED,
        AppointmentStatus.CHECKED_IN,
        AppointmentStatus.FULFILLED,
    }
)
# Visits that will not be, or never were.
GONE = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.ENTERED_IN_ERROR})
# Visits still to come or going on.
LIVE = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN})
# What day lists show: everything that was promised to somebody.
LISTED = frozenset(LIVE | {AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW})
