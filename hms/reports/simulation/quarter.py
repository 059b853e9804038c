"""The visits of a quarter as the records tell them, by practitioner and day: a fixed number of queries.

What is not written down, or can't be as it is written down, is left open here and drawn by the replay:

- when somebody came who went straight into the room, and all moments of visits that were taken over from elsewhere;
- how long a visit took that was never begun or finished, or that took far longer than planned, because it was finished
  when somebody remembered. A visit lasts until the next one begins at the latest: one practitioner sees one at a time;
- whether somebody came whose visit has no status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from hms.organization.calendars import closed_days
from hms.organization.models import Department, Facility, Practitioner
from hms.reports.rules.attendance import CAME
from hms.reports.rules.periods import Period
from hms.reports.rules.simulation.day import MINUTE, Seen
from hms.reports.rules.simulation.luck import Visit
from hms.reports.rules.simulation.trial import Day
from hms.scheduling import kept
from hms.scheduling.codes import LISTED, AppointmentStatus, Channel, QueuePriority
from hms.scheduling.models import AppointmentParticipant, Schedule
from hms.scheduling.rules import availability, noshow
from hms.scheduling.rules.availability import Busy
from hms.scheduling.rules.noshow import Past
from hms.scheduling.rules.queue import is_walk_in
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time

# A visit that took more than so many times its plan, and more than so long, was not finished when it ended.
TIMES, LONGEST = 4, timedelta(hours=1)
# Nobody comes so long before their time and waits for it.
SOONEST = timedelta(hours=6)
_PATIENT = "appointment__participants__patient"


@dataclass(frozen=True, slots=True)
class Which:
    """Whose quarter: a facility's, or of it a department's or a practitioner's."""

    facility: Facility
    period: Period
    department: Department | None = None
    practitioner: Practitioner | None = None

    @property
    def where(self) -> str:
        """Whose it is, in words."""
        if self.practitioner is not None:
            return self.practitioner.full_name
        return self.department.name if self.department is not None else self.facility.name

    @property
    def span(self) -> Span:
        zone = self.facility.zone
        return Span(day_span(self.period.first, zone).start, day_span(self.period.until, zone).start)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The days, and of how many visits what had to be left open. `outside`: those of days without a session."""

    days: Sequence[Day]
    visits: int = 0
    outside: int = 0
    unclosed: int = 0
    no_arrival: int = 0
    no_length: int = 0


class _Row(NamedTuple):
    """A visit's columns: there are many rows, and of them the rules want little."""

    practitioner: UUID
    id: UUID
    start: datetime
    end: datetime
    status: str
    type: str
    channel: str
    booked: datetime
    arrived: datetime | None
    begun: datetime | None
    finished: datetime | None
    seat: int
    priority: str | None


def read(which: Which, *, scored: bool) -> Quarter:
    """The quarter in six queries; `scored`: with how likely each was to be missed, which takes two more."""
    sittings = _sittings(which)
    zone = which.facility.zone
    rows = list(map(_Row._make, _visits(which)))
    likely = _scores(which, rows) if scored else {}
    by_day: dict[tuple[UUID, date], list[_Row]] = defaultdict(list)
    for row in rows:
        by_day[row.practitioner, wall_time(row.start, zone).date()].append(row)
    days, outside = [], 0
    for (practitioner, day), some in by_day.items():
        # A session to which nobody was booked is no rule's doing.
        open_then = [one for one in sittings.get((practitioner, day), []) if any(one.holds(row.start) for row in some)]
        if open_then:
            since, lengths = day_span(day, zone).start, _lengths(some)
            visits = [_visit(row, since, lengths.get(row.id), likely.get(row.id)) for row in some]
            days.append(Day(practitioner, day, open_then, visits, _stays(some, visits)))
        else:
            outside += len(some)
    every = [visit for one in days for visit in one.visits]
    return Quarter(
        days,
        visits=len(every),
        outside=outside,
        unclosed=sum(1 for one in every if one.came is None),
        no_arrival=sum(1 for one in every if one.came and one.arrived is None),
        no_length=sum(1 for one in every if one.came and one.took is None),
    )


# --- Visits -------------------------------------------------------------------------------------------------------
def _visits(which: Which) -> Iterable[tuple[Any, ...]]:
    return (
        _of(which)
        .order_by("practitioner", "appointment__start_at", "appointment")
        .values_list(
            "practitioner",
            "appointment",
            "appointment__start_at",
            "appointment__end_at",
            "appointment__status",
            "appointment__appointment_type",
            "appointment__channel",
            "appointment__booked_at",
            "appointment__checked_in_at",
            "appointment__started_at",
            "appointment__fulfilled_at",
            "seat",
            "appointment__queue_entry__priority",
        )
    )


def _of(which: Which) -> Any:
    span = which.span
    found = AppointmentParticipant.objects.filter(
        practitioner__isnull=False,
        appointment__facility=which.facility,
        appointment__status__in=LISTED,
        appointment__start_at__gte=span.start,
        appointment__start_at__lt=span.end,
    )
    if which.department is not None:
        found = found.filter(appointment__department=which.department)
    if which.practitioner is not None:
        found = found.filter(practitioner=which.practitioner)
    return found


def _stays(rows: Iterable[_Row], visits: Iterable[Visit]) -> list[Seen] | None:
    """When everybody of a day came, was called and left; None where that is not known of all of them."""
    found = []
    for row, visit in zip(rows, visits, strict=True):
        if visit.came is None or (visit.came and (row.begun is None or visit.took is None)):
            return None
        if visit.came and row.begun is not None and visit.took is not None:
            arrived = min(visit.arrived or row.begun, row.begun)
            found.append(Seen(row.start, arrived, row.begun, row.begun + visit.took))
    return found


def _visit(row: _Row, since: datetime, took: timedelta | None, likely: float | None) -> Visit:
    """`since`: when its day began."""
    came = True if row.status in CAME else False if row.status == AppointmentStatus.NOSHOW else None
    taken_over = row.channel == Channel.IMPORT
    walk_in = not taken_over and is_walk_in(row.booked, row.start, row.type)
    arrived = _arrived(row) if came and not taken_over else None
    if walk_in and came and arrived is None:
        # They were booked when they stood there.
        arrived = min(row.start, row.begun or row.start)
    return Visit(
        key=row.id,
        start=row.start,
        planned=max(1, (row.end - row.start) // MINUTE),
        came=came,
        arrived=arrived,
        took=took if came else None,
        walk_in=walk_in,
        same_day=row.booked >= since,
        priority=row.priority or QueuePriority.NORMAL,
        beyond=row.seat,
        likely=likely,
    )


def _arrived(row: _Row) -> datetime | None:
    """When they checked in, where that was before they were seen and on the day."""
    arrived = row.arrived
    if arrived is None or (row.begun is not None and arrived >= row.begun):
        return None
    return arrived if row.start - SOONEST <= arrived <= row.end + SOONEST else None


def _lengths(rows: Iterable[_Row]) -> dict[UUID, timedelta]:
    """How long each visit of a practitioner's day took, where that is written down and can be."""
    begun = sorted(
        (row for row in rows if row.begun is not None and row.status in CAME and row.channel != Channel.IMPORT),
        key=lambda row: row.begun,
    )
    found = {}
    for row, after in zip_longest(begun, begun[1:]):
        if row.finished is None or row.begun is None:
            continue
        end = row.finished if after is None or after.begun is None else min(row.finished, after.begun)
        took = end - row.begun
        if MINUTE <= took <= max(TIMES * (row.end - row.start), LONGEST):
            found[row.id] = took
    return found


# --- Sessions -----------------------------------------------------------------------------------------------------
def _sittings(which: Which) -> dict[tuple[UUID, date], list[Span]]:
    """When each practitioner was there, by day: weekly hours and extra sessions, without absences and closed days."""
    schedules = Schedule.objects.in_force(which.period.first, which.period.until).filter(facility=which.facility)
    if which.department is not None:
        schedules = schedules.filter(practitioner_role__department=which.department)
    if which.practitioner is not None:
        schedules = schedules.filter(practitioner_role__practitioner=which.practitioner)
    rows = list(kept.with_people(schedules))
    hours = kept.hours_of(rows)
    zone, closed = which.facility.zone, closed_days(which.facility, which.period.first, which.period.until)
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in rows:
        role, one = row.practitioner_role, hours[row.pk]
        assert role is not None
        away = Busy([each.span for each in one.exceptions if not each.opens])
        weekly = [sitting.span for sitting in availability.sessions(one.patterns, zone, which.span)]
        extra = [each.span for each in one.exceptions if each.opens and each.span.overlaps(which.span)]
        found[role.practitioner_id] += [left for sitting in [*weekly, *extra] for left in away.without(sitting)]
    by_day: dict[tuple[UUID, date], list[Span]] = defaultdict(list)
    for practitioner, spans in found.items():
        for sitting in _apart(spans):
            day = wall_time(sitting.start, zone).date()
            if day not in closed:
                by_day[practitioner, day].append(sitting)
    return by_day


def _apart(spans: Collection[Span]) -> Iterator[Span]:
    """In order of time; two that overlap, of two departments perhaps, are one."""
    last: Span | None = None
    for one in sorted(spans):
        if last is not None and one.start < last.end:
            last = Span(last.start, max(last.end, one.end))
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


# --- How likely each was to be missed -----------------------------------------------------------------------------
def _scores(which: Which, rows: Iterable[_Row]) -> dict[UUID, float]:
    """The no-show score of each visit as it was the day before: nothing counts that came later."""
    whose: dict[UUID, UUID] = dict(
        _of(which).filter(**{f"{_PATIENT}__isnull": False}).values_list("appointment", _PATIENT)
    )
    history = AppointmentParticipant.objects.filter(
        patient__in=_of(which).filter(**{f"{_PATIENT}__isnull": False}).values(_PATIENT),
        appointment__status__in=[AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW, AppointmentStatus.CANCELLED],
        appointment__start_at__lt=which.span.end,
    ).values_list("patient", "appointment__start_at", "appointment__status", "appointment__cancelled_late")
    pasts: dict[UUID, list[tuple[datetime, str, bool]]] = defaultdict(list)
    for patient, start, status, late in history:
        pasts[patient].append((start, status, late))
    return {
        row.id: noshow.likelihood(_past(pasts[whose[row.id]], row.start - DAY), row.start - row.booked).score
        for row in rows
        if row.id in whose
    }


def _past(history: Iterable[tuple[datetime, str, bool]], before: datetime) -> Past:
    known = [(status, late) for start, status, late in history if start < before]
    return Past(
        kept=sum(1 for status, _late in known if status == AppointmentStatus.FULFILLED),
        missed=sum(1 for status, _late in known if status == AppointmentStatus.NOSHOW),
        cancelled_late=sum(1 for status, late in known if status == AppointmentStatus.CANCELLED and late),
    )
