"""The queue of the day as pages read it: who waits in which order and why, how long still, who may not come.

Each a fixed number of queries, however many wait. What leaves for a display or a phone is in `Shown` and `Own`: they
hold a token, a room and minutes, and nothing of anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core import clock, values
from hms.core.actor import Actor
from hms.organization.models import Department, Facility, Location, Practitioner
from hms.organization.policies import policies
from hms.scheduling import codes
from hms.scheduling.models import Appointment, AppointmentParticipant, QueueEntry, ScheduleSession, Screen
from hms.scheduling.queries import next_of_day
from hms.scheduling.rules import noshow, pace
from hms.scheduling.rules import queue as rules
from hms.scheduling.rules.arriving import Coming, self_check_in_problems
from hms.scheduling.rules.noshow import Likelihood, Past, Sign
from hms.scheduling.rules.pace import Before, Going, Seen, Wait
from hms.scheduling.rules.queue import Customs
from hms.scheduling.rules.transitions import may_undo
from hms.scheduling.rules.wall_clock import day_span

Status, VisitStatus = codes.QueueStatus, codes.AppointmentStatus
CUSTOMS = {
    "gentle": "scheduling.queue_gentle",
    "child_under": "scheduling.queue_child_age",
    "frail_from": "scheduling.queue_frail_age",
    "walk_ins_last": "scheduling.queue_walk_ins_last",
}
# From when until when patients check in by themselves.
OPENS, GRACE = "scheduling.self_check_in", "scheduling.no_show_grace"
# A display shows whom it called for so long, and so many of them.
SHOWN_FOR, SHOWN = timedelta(minutes=15), 6


def customs_of(facility: Facility) -> Customs:
    """What the facility decided about the order, in one query."""
    decided = policies(CUSTOMS.values(), facility)
    return Customs(**{field: decided[name] for field, name in CUSTOMS.items()})


def coming(visit: Appointment, at: Facility | None = None) -> Coming:
    """What the rule of checking in by oneself needs to know. `at`: the house somebody stands in, where it is known."""
    elsewhere = visit.facility.name if at is not None and at.pk != visit.facility_id else ""
    return Coming(visit.start_at, visit.tz, visit.delivery == codes.Delivery.IN_PERSON, elsewhere)


# --- The board --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the queue, as lists show them. `place` is 1 for the next; 0 for who does not wait."""

    entry: QueueEntry
    now: datetime
    place: int = 0
    wait: Wait | None = None

    @property
    def visit(self) -> Appointment:
        return self.entry.appointment

    @property
    def patient(self) -> Any:
        return self.visit.patient

    @property
    def sentence(self) -> str:
        return place_sentence(self.entry)

    @property
    def wait_words(self) -> str:
        return wait_in_words(self.wait) if self.wait is not None else ""

    @property
    def minutes(self) -> int:
        """Whole minutes since they came, or since they were called or left."""
        entry = self.entry
        since = {Status.CALLED: entry.called_at, Status.ONLEAVE: entry.left_at}.get(Status(entry.status))
        return max(0, (self.now - (since or entry.arrived_at)) // timedelta(minutes=1))

    @property
    def undoable(self) -> bool:
        return self.entry.is_called and may_undo(self.entry.called_at, self.now)


@dataclass(frozen=True, slots=True)
class Board:
    """A queue of the day: who waits, in order, who is called, who comes back."""

    waiting: list[Row]
    called: list[Row]
    away: list[Row]

    @property
    def department(self) -> UUID | None:
        """Whose queue the next one stands in."""
        return self.waiting[0].entry.department_id if self.waiting else None

    @property
    def count(self) -> int:
        return len(self.waiting)


def board_of(by: Actor, department: Department, now: datetime) -> Board:
    """The queue of a department today, with how long each still waits."""
    return _board(by, department.facility, now, department=department)


def board_of_practitioner(by: Actor, practitioner: Practitioner, facility: Facility, now: datetime) -> Board:
    """The same of those who wait for one practitioner."""
    return _board(by, facility, now, practitioner=practitioner)


def _board(by: Actor, facility: Facility, now: datetime, **whose: Any) -> Board:
    day = clock.local(now, facility.time_zone).date()
    standing = [Status.ARRIVED, Status.CALLED, Status.ONLEAVE]
    found = QueueEntry.objects.visible_to(by).filter(facility=facility, day=day, status__in=standing, **whose)
    entries, customs = list(found.with_people()), customs_of(facility)
    waits = Waits.of_day(facility, day, {one.practitioner_id for one in entries if one.is_waiting}, now)
    waiting = sorted((one for one in entries if one.is_waiting), key=lambda one: rules.order(one.waiter, customs))
    rows = []
    for place, entry in enumerate(waiting, 1):
        ahead = [one for one in waiting[: place - 1] if one.practitioner_id == entry.practitioner_id]
        rows.append(Row(entry, now, place, waits.of(entry, ahead, customs)))
    called = sorted((one for one in entries if one.is_called), key=lambda one: (one.called_at, one.number))
    away = sorted((one for one in entries if one.is_away), key=lambda one: (one.left_at, one.number))
    return Board(rows, [Row(one, now) for one in reversed(called)], [Row(one, now) for one in away])


def next_of(board: Board, visits: Iterable[Appointment]) -> Appointment | None:
    """Who is to be seen next: who was called, then the first who waits, then the first still expected."""
    first = next(iter([*board.called, *board.waiting]), None)
    shown = {one.pk: one for one in visits}
    found = shown.get(first.entry.appointment_id) if first is not None else None
    # What was begun already is open elsewhere on the page.
    if found is not None and found.status == VisitStatus.ARRIVED:
        return found
    return next_of_day(shown.values())


def own_of(visit: Appointment, now: datetime) -> Row | None:
    """One patient's own place, for their phone: only theirs, worked out from the whole queue. None: no token."""
    entry = QueueEntry.objects.filter(appointment=visit).select_related("department__facility", "location").first()
    if entry is None or not entry.is_waiting:
        return Row(entry, now) if entry is not None else None
    facility = entry.department.facility
    customs = customs_of(facility)
    waiting = QueueEntry.objects.of_day(entry.department_id, entry.day).waiting()
    waiting = waiting.filter(practitioner=entry.practitioner_id).select_related("appointment")
    ahead = [one for one in waiting if rules.order(one.waiter, customs) < rules.order(entry.waiter, customs)]
    waits = Waits.of_day(facility, entry.day, {entry.practitioner_id}, now)
    return Row(entry, now, len(ahead) + 1, waits.of(entry, ahead, customs))


def of_oneself(visit: Appointment, at: Facility | None = None) -> dict[str, Any]:
    """What a patient sees of the day of their visit: whether they may check in, why not yet, and their own place."""
    now = clock.now()
    if visit.status == VisitStatus.BOOKED:
        decided = policies([OPENS, GRACE], visit.facility)
        problems = self_check_in_problems(coming(visit, at), now=now, opens=decided[OPENS], grace=decided[GRACE])
        return {"may_come": not problems, "not_yet": problems, "own": None, "is_here": False}
    here = visit.status in (VisitStatus.ARRIVED, VisitStatus.CHECKED_IN)
    return {"may_come": False, "not_yet": [], "own": own_of(visit, now) if here else None, "is_here": here}


def room_of(practitioner: UUID, facility: Facility, at: datetime) -> Location | None:
    """Where a practitioner sees people that day: the room of their first visit that has one, else of their hours."""
    day = clock.local(at, facility.time_zone).date()
    span = day_span(day, facility.zone)
    mine = AppointmentParticipant.objects.filter(
        practitioner=practitioner, start_at__gte=span.start, start_at__lt=span.end, appointment__facility=facility
    )
    rooms = AppointmentParticipant.objects.filter(
        appointment__in=mine.values("appointment"), location__isnull=False, appointment__status__in=codes.LISTED
    )
    first = rooms.select_related("location").order_by("start_at").first()
    if first is not None:
        return first.location
    hours = ScheduleSession.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        schedule__practitioner_role__practitioner=practitioner,
        schedule__facility=facility,
        weekday=day.weekday(),
        location__isnull=False,
    )
    session = hours.select_related("location").order_by("start").first()
    return session.location if session is not None else None


# --- How long still -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Waits:
    """What estimates rest on: the visits of the day of some practitioners, in one query."""

    now: datetime
    visits: dict[UUID | None, list[Appointment]]

    @classmethod
    def of_day(cls, facility: Facility, day: date, practitioners: Collection[UUID | None], now: datetime) -> Waits:
        span = day_span(day, facility.zone)
        rows = AppointmentParticipant.objects.filter(
            practitioner__in=[one for one in practitioners if one is not None],
            appointment__facility=facility,
            appointment__start_at__gte=span.start,
            appointment__start_at__lt=span.end,
            appointment__status__in=codes.LISTED,
        )
        found: dict[UUID | None, list[Appointment]] = defaultdict(list)
        for row in rows.select_related("appointment").order_by("appointment__start_at"):
            found[row.practitioner_id].append(row.appointment)
        return cls(now, found)

    def of(self, entry: QueueEntry, ahead: Iterable[QueueEntry], customs: Customs) -> Wait:
        """How long this one still waits. `ahead`: who waits for the same practitioner and goes before."""
        visits, now = self.visits.get(entry.practitioner_id, []), self.now
        before = [Before(one.appointment.minutes, now) for one in ahead]
        if entry.priority == codes.QueuePriority.NORMAL or not customs.gentle:
            # Expected, not here, and with an earlier time: most come, and go before.
            booked = [one for one in visits if one.status == VisitStatus.BOOKED and one.start_at < entry.place_at]
            coming_first = (pace.expected(one.minutes, one.start_at, now=now) for one in booked)
            before += [one for one in coming_first if one is not None]
        return pace.wait(
            before,
            going_of(visits),
            [seen for one in visits if (seen := seen_of(one)) is not None],
            now=now,
            begins_at=begins_at(visits, now),
        )


def going_of(visits: Iterable[Appointment]) -> Going | None:
    """The visit that goes on now, the one begun last."""
    going = [one for one in visits if one.status == VisitStatus.CHECKED_IN and one.started_at is not None]
    last = max(going, key=lambda one: one.started_at or one.start_at, default=None)
    return Going(last.minutes, last.started_at or last.start_at) if last is not None else None


def seen_of(visit: Appointment) -> Seen | None:
    """What a finished visit says of the pace of the day."""
    if visit.status != VisitStatus.FULFILLED or visit.started_at is None or visit.fulfilled_at is None:
        return None
    return Seen(visit.minutes, (visit.fulfilled_at - visit.started_at) / timedelta(minutes=1))


def begins_at(visits: Sequence[Appointment], now: datetime) -> datetime:
    """When a practitioner begins: now, once anybody was seen, else with the first visit of the day."""
    begun = any(one.status in (VisitStatus.CHECKED_IN, VisitStatus.FULFILLED) for one in visits)
    return now if begun or not visits else max(now, visits[0].start_at)


# --- In words -----------------------------------------------------------------------------------------------------
def place_sentence(entry: QueueEntry) -> str:
    """Why somebody stands where they stand."""
    time = values.clock_text(entry.place_at.astimezone(entry.appointment.tz).time())
    by_time = {
        codes.PlaceBy.APPOINTMENT: _("Goes by %(time)s, the time of the visit."),
        codes.PlaceBy.LATE: _("Came late, so goes by %(time)s, when they arrived."),
        codes.PlaceBy.ARRIVAL: _("No appointment, so goes by %(time)s, when they arrived."),
        codes.PlaceBy.SKIPPED: _("Did not answer, so goes by %(time)s."),
        codes.PlaceBy.RETURNED: _("Back from tests; with the wait before, goes by %(time)s."),
    }[codes.PlaceBy(entry.place_by)] % {"time": time}
    first = {
        codes.QueuePriority.URGENT: _("Urgent: before everybody."),
        codes.QueuePriority.GENTLE: _("Goes first: pregnant, frail, or a small child."),
    }.get(codes.QueuePriority(entry.priority))
    return f"{first} {by_time}" if first else by_time


def wait_in_words(wait: Wait) -> str:
    """20 to 35 minutes; never a single number."""
    if wait.low == 0:
        return ngettext("Up to %(high)d minute", "Up to %(high)d minutes", wait.high) % {"high": wait.high}
    if wait.high > pace.LONGEST:
        return _("More than %(low)d minutes") % {"low": wait.low}
    return _("%(low)d to %(high)d minutes") % {"low": wait.low, "high": wait.high}


# --- Who may not come ---------------------------------------------------------------------------------------------
def may_not_come(visits: Iterable[Appointment]) -> dict[UUID, Likelihood]:
    """For visits still expected: those worth a call, by the visit's id. One query."""
    expected = [one for one in visits if one.status == VisitStatus.BOOKED and one.patient is not None]
    past = _past_of({one.patient.pk for one in expected if one.patient is not None})
    found = {
        one.pk: noshow.likelihood(past.get(one.patient.pk, Past()), one.start_at - one.booked_at)
        for one in expected
        if one.patient is not None
    }
    return {key: one for key, one in found.items() if one.told}


def _past_of(patients: Collection[UUID]) -> dict[UUID, Past]:
    def with_status(status: str, **more: Any) -> Count:
        return Count("pk", filter=Q(appointment__status=status, **more))

    rows = AppointmentParticipant.objects.filter(patient__in=patients).values("patient")
    rows = rows.annotate(
        kept=with_status(VisitStatus.FULFILLED),
        missed=with_status(VisitStatus.NOSHOW),
        late=with_status(VisitStatus.CANCELLED, appointment__cancelled_late=True),
    )
    return {row["patient"]: Past(row["kept"], row["missed"], row["late"]) for row in rows} if patients else {}


def likelihood_in_words(one: Likelihood) -> str:
    """Why somebody may not come, every sign with its figure. For staff alone."""
    words = {
        Sign.MISSED: ngettext("missed %(missed)d of %(due)d visit", "missed %(missed)d of %(due)d visits", one.past.due)
        % {"missed": one.past.missed, "due": one.past.due},
        Sign.CANCELLED_LATE: _("cancelled at short notice before"),
        Sign.FAR_AHEAD: ngettext("booked %(days)d day ahead", "booked %(days)d days ahead", one.lead.days)
        % {"days": one.lead.days},
    }
    return _("May not come: %(signs)s.") % {"signs": ", ".join(words[sign] for sign in one.signs)}


def doubts_of(visits: Iterable[Appointment]) -> dict[UUID, str]:
    """The same in words."""
    return {key: likelihood_in_words(one) for key, one in may_not_come(visits).items()}


def tokens_of(visits: Iterable[Appointment]) -> dict[UUID, str]:
    """The tokens of those who have one, by the visit's id. One query."""
    here = [one.pk for one in visits if one.checked_in_at is not None]
    return {one.appointment_id: one.token for one in QueueEntry.objects.filter(appointment__in=here)} if here else {}


# --- On the wall --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Shown:
    """A token and where to go. All that a display ever learns."""

    token: str
    room: str
    again: bool


def on_display(screen: Screen, now: datetime) -> tuple[list[Shown], list[str]]:
    """Who is called, the latest first, and the tokens that follow. Two queries, no person in either."""
    entries = QueueEntry.objects.filter(
        facility=screen.facility_id, day=clock.local(now, screen.facility.time_zone).date()
    )
    if screen.department_id is not None:
        entries = entries.filter(department=screen.department_id)
    if screen.location_id is not None:
        entries = entries.filter(location=screen.location_id)
    called = entries.filter(status=Status.CALLED, called_at__gt=now - SHOWN_FOR).select_related("location")
    shown = [
        Shown(one.token, one.location.name if one.location is not None else "", one.calls > 1)
        for one in called.order_by("-called_at", "-number")[:SHOWN]
    ]
    customs = customs_of(screen.facility)
    waiting = sorted(entries.waiting(), key=lambda one: rules.order(one.waiter, customs))
    return shown, [one.token for one in waiting[:SHOWN]]
