"""Visits and free times as pages show them: states in words, times in groups, a day as a grid."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from hms.core import values
from hms.scheduling import codes
from hms.scheduling.models import Appointment
from hms.scheduling.rules.availability import FreeStart, by_day
from hms.scheduling.rules.hours import in_lines
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.transitions import UNDO, may_undo
from hms.scheduling.rules.waiting import EVENING, NOON
from hms.scheduling.rules.wall_clock import is_repeated, wall_time
from hms.scheduling.timetables import Timetable

Status = codes.AppointmentStatus
MINUTE = timedelta(minutes=1)
WIDTHS = (1, 2, 3, 4, 6)
NOTHING: Mapping[UUID, str] = {}


@dataclass(frozen=True, slots=True)
class State:
    """How a visit stands: word, icon, tone, in this order of importance. `event` is its class in a calendar."""

    words: str
    icon: str
    tone: str = ""
    event: str = ""


_STATES: dict[str, tuple[Any, str, str, str]] = {
    Status.BOOKED: (gettext_lazy("Booked"), "calendar2-check", "", ""),
    Status.FULFILLED: (gettext_lazy("Seen"), "check-lg", "ok", "done"),
    Status.NOSHOW: (gettext_lazy("Did not come"), "person-x", "warn", "warn"),
    Status.CANCELLED: (gettext_lazy("Cancelled"), "calendar-x", "", "done"),
    Status.PENDING: (gettext_lazy("Held"), "hourglass-split", "", ""),
    Status.PROPOSED: (gettext_lazy("Proposed"), "question-lg", "", ""),
    Status.WAITLIST: (gettext_lazy("On the waiting list"), "hourglass-split", "", ""),
    Status.ENTERED_IN_ERROR: (gettext_lazy("Entered in error"), "x-octagon", "error", "done"),
}


def state_of(visit: Appointment, now: datetime) -> State:
    """The state in words, with how long somebody waits or is late."""
    if visit.status == Status.ARRIVED and visit.checked_in_at is not None:
        minutes = max(0, (now - visit.checked_in_at) // MINUTE)
        words = ngettext("Waiting %(minutes)d min", "Waiting %(minutes)d min", minutes) % {"minutes": minutes}
        return State(words, "person-check", "info", "in")
    if visit.status == Status.CHECKED_IN:
        minutes = max(0, (now - (visit.started_at or now)) // MINUTE)
        return State(_("In visit %(minutes)d min") % {"minutes": minutes}, "door-open", "accent", "in")
    if visit.status == Status.BOOKED and visit.start_at + MINUTE <= now:
        minutes = (now - visit.start_at) // MINUTE
        if minutes >= 24 * 60:
            return State(_("Not closed"), "exclamation-triangle", "warn", "warn")
        return State(_("Late %(minutes)d min") % {"minutes": minutes}, "clock", "warn", "warn")
    return _state(visit.status, _new(visit) if visit.status == Status.BOOKED else "")


def given_up_state() -> State:
    """How a group visit stands for somebody who gave their place in it up."""
    return _state(Status.CANCELLED)


def _state(status: str, event: str = "") -> State:
    words, icon, tone, always = _STATES[status]
    return State(str(words), icon, tone, always or event)


def _new(visit: Appointment) -> str:
    return "new" if visit.appointment_type == codes.AppointmentType.ROUTINE else ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """A line of a day's list."""

    visit: Appointment
    state: State
    namesake: bool = False
    # Expected, and so late that the patient may be written down as absent.
    overdue: bool = False
    # Checked in so lately that it may be taken back.
    undoable: bool = False
    # By what they are called today.
    token: str = ""
    # Why they may not come, in words: for staff alone.
    doubt: str = ""

    @property
    def patient(self) -> Any:
        return self.visit.patient

    @property
    def is_done(self) -> bool:
        return self.visit.status in {Status.FULFILLED, Status.NOSHOW}

    @property
    def is_now(self) -> bool:
        return self.visit.status == Status.CHECKED_IN


def day_rows(
    visits: Iterable[Appointment],
    now: datetime,
    namesakes: Iterable[UUID] = (),
    *,
    grace: timedelta | None = None,
    undo: timedelta = UNDO,
    tokens: Mapping[UUID, str] = NOTHING,
    doubts: Mapping[UUID, str] = NOTHING,
    states: Mapping[UUID, State] | None = None,
) -> list[DayRow]:
    """Lines of a day, in order of time. `grace`: how long nobody is called absent; `undo`: how long a tap can be.

    `tokens` and `doubts` by the visit's id; without them the lines have none. `states`: of visits that stand
    otherwise for the patient whom the list is about.
    """
    alike = set(namesakes)
    return [
        DayRow(
            visit,
            (states or {}).get(visit.pk) or state_of(visit, now),
            namesake=any(patient.pk in alike for patient in visit.patients),
            overdue=grace is not None and visit.status == Status.BOOKED and now >= visit.start_at + grace,
            undoable=visit.status == Status.ARRIVED and may_undo(visit.checked_in_at, now, undo),
            token=tokens.get(visit.pk, ""),
            doubt=doubts.get(visit.pk, ""),
        )
        for visit in visits
    ]


# --- Timetables -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A timetable in a list: its week in lines, and when it differs next."""

    schedule: Any
    week: list[str]
    differs: Any = None


def schedule_row(schedule: Any, hours: Any, now: datetime) -> ScheduleRow:
    """What a list says of a timetable and its `kept.Hours`."""
    today = now.astimezone(schedule.facility.zone).date()
    patterns = [one for one in hours.patterns if one.valid_until is None or one.valid_until > today]
    coming = [one for one in hours.exceptions if one.end_at > now]
    return ScheduleRow(
        schedule,
        [week_line(*line) for line in in_lines(patterns)],
        min(coming, key=lambda one: one.start_at, default=None),
    )


def week_line(weekdays: Sequence[int], start: time, end: time) -> str:
    """ "Mon–Wed, Fri 08:00–12:00": three days or more in a row are told by the first and the last."""
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run in runs:
        names = [str(WEEKDAYS_ABBR[day]) for day in run]
        parts += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names
    return f"{', '.join(parts)} {start:%H:%M}–{end:%H:%M}"


# --- Free times -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Choice:
    """One time to choose. `label` names the zone's offset where the hour comes twice."""

    slot: Slot
    at: datetime
    label: str
    checked: bool = False

    @property
    def value(self) -> str:
        return str(self.slot)


@dataclass(frozen=True, slots=True)
class Group:
    """Times under a heading: a part of a day, or the first ones of a practitioner."""

    title: Any
    choices: list[Choice]
    day: date | None = None
    practitioner: Any = None
    more: str = ""
    # What is not as on the rest of the page: another clinic, another type of visit.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DayChip:
    """A day to choose: how much is free on it, and whether anybody works at all."""

    day: date
    free: int
    url: str
    current: bool = False
    worked: bool = True

    @property
    def weekday(self) -> str:
        return weekdays()[self.day.weekday()]

    @property
    def month(self) -> str:
        return values.MONTHS[self.day.month - 1]


def choices(
    timetable: Timetable, starts: Iterable[FreeStart], service: UUID, appointment_type: str, checked: str = ""
) -> list[Choice]:
    """Times of one timetable, ready to be chosen."""
    found = []
    for start in starts:
        slot = Slot(timetable.schedule.pk, service, start.at, appointment_type)
        found.append(Choice(slot, start.at, time_label(start.at, timetable.zone), str(slot) == checked))
    return found


def time_label(moment: datetime, zone: ZoneInfo) -> str:
    """09:20, and 02:30 CEST where 02:30 comes twice."""
    local = moment.astimezone(zone)
    text = local.strftime("%H:%M")
    return f"{text} {values.zone_text(local)}" if is_repeated(moment, zone) else text


def parts_of_day(offered: Sequence[Choice], zone: ZoneInfo) -> list[Group]:
    """Morning, afternoon, evening: those that have a time."""
    parts: dict[str, list[Choice]] = {}
    for choice in offered:
        clock = wall_time(choice.at, zone).time()
        part = _("Morning") if clock < NOON else _("Afternoon") if clock < EVENING else _("Evening")
        parts.setdefault(part, []).append(choice)
    return [Group(title, some) for title, some in parts.items()]


def day_chips(
    starts: Iterable[FreeStart],
    worked: Container[date],
    zone: ZoneInfo,
    days: Iterable[date],
    current: date,
    url: Callable[[date], str],
) -> list[DayChip]:
    """A strip of days. `worked`: the days with hours; `url` gives the address of a day."""
    free = by_day(starts, zone)
    return [DayChip(day, len(free.get(day, ())), url(day), day == current, day in worked) for day in days]


def weekdays() -> tuple[str, ...]:
    return (
        pgettext("weekday, short", "Mon"),
        pgettext("weekday, short", "Tue"),
        pgettext("weekday, short", "Wed"),
        pgettext("weekday, short", "Thu"),
        pgettext("weekday, short", "Fri"),
        pgettext("weekday, short", "Sat"),
        pgettext("weekday, short", "Sun"),
    )


# --- The day as a line ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the day as a line: a visit, or free time. `units` is its width, one of WIDTHS."""

    start: datetime
    units: int
    visit: Appointment | None = None
    state: State | None = None
    css: str = ""


def day_line(visits: Sequence[Appointment], now: datetime, unit: timedelta = 10 * MINUTE) -> list[Stretch]:
    """Visits and the gaps between them, in order of time."""
    found: list[Stretch] = []
    at: datetime | None = None
    upcoming = next((visit.pk for visit in visits if visit.status in {Status.ARRIVED, Status.BOOKED}), None)
    for visit in sorted(visits, key=lambda one: one.start_at):
        if at is not None and visit.start_at - at >= unit:
            found.append(Stretch(at, _units(visit.start_at - at, unit), css="free"))
        css = {Status.CHECKED_IN: "now", Status.FULFILLED: "done", Status.NOSHOW: "done"}.get(Status(visit.status), "")
        if visit.pk == upcoming:
            css = "next"
        found.append(
            Stretch(visit.start_at, _units(visit.end_at - visit.start_at, unit), visit, state_of(visit, now), css)
        )
        at = max(at, visit.end_at) if at is not None else visit.end_at
    return found


def _units(length: timedelta, unit: timedelta) -> int:
    """The width the page has a class for that is closest from below."""
    units = max(1, round(length / unit))
    return max(width for width in WIDTHS if width <= units)
