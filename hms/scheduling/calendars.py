"""A department's day side by side, and a practitioner's week, as grids for the calendar page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hms.core import clock, values
from hms.core.actor import Actor
from hms.organization.models import Department, Facility, Practitioner
from hms.scheduling import codes, presenting, timetables
from hms.scheduling.models import Appointment, AppointmentParticipant, HealthcareService, Schedule
from hms.scheduling.presenting import State
from hms.scheduling.rules import grid
from hms.scheduling.rules.availability import Busy, side_by_side
from hms.scheduling.rules.grid import CLOSED, FREE, VISIT, Block, Cell
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time
from hms.scheduling.timetables import Timetable

STEP = timedelta(minutes=10)
# Hours shown when nobody works longer.
FIRST_HOUR, LAST_HOUR = timedelta(hours=8), timedelta(hours=16)
# Columns side by side that a screen has room for.
WIDEST = 8


@dataclass(frozen=True, slots=True)
class Event:
    """A visit in a cell."""

    visit: Appointment
    state: State

    @property
    def name(self) -> str:
        """Family names as people are called up: shared lists show no more than they must."""
        labels = [patient.label.partition(",")[0].strip() for patient in self.visit.patients]
        return ", ".join(labels) or _("Nobody yet")


@dataclass(frozen=True, slots=True)
class Free:
    """A free time in a cell."""

    choice: presenting.Choice


@dataclass(slots=True)
class Column:
    """A practitioner or a day."""

    title: str
    detail: str = ""
    id: Any = None
    day: date | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def agenda(self) -> list[Block]:
        """The column as a list, for narrow screens."""
        return sorted(self.blocks, key=lambda block: block.span)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    is_hour: bool
    is_half: bool
    is_now: bool
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the page draws."""

    columns: list[Column]
    rows: list[Row]
    visits: int
    free: int


def of_day(by: Actor, facility: Facility, day: date, department: Department | None) -> Calendar:
    """Practitioners side by side."""
    span = day_span(day, facility.zone)
    schedules = Schedule.objects.filter(facility=facility)
    if department is not None:
        schedules = schedules.filter(practitioner_role__department=department)
    services = _services(facility)
    found = _working(schedules, span, services.values())[:WIDEST]
    visits = _visits(by, facility, span, [one.practitioner.pk for one in found])
    columns = []
    for timetable in found:
        practitioner = timetable.practitioner
        detail = timetable.schedule.practitioner_role.department
        columns.append(Column(practitioner.full_name, detail.name if detail else "", practitioner.pk, day))
        columns[-1].blocks = _blocks([timetable], visits[practitioner.pk], span, services)
    return _calendar(columns, [span] * len(columns), facility.zone)


def of_week(by: Actor, facility: Facility, monday: date, practitioner: Practitioner) -> Calendar:
    """A practitioner's days side by side; a weekend only when something is on."""
    week = Span(day_span(monday, facility.zone).start, day_span(monday + 6 * DAY, facility.zone).end)
    schedules = Schedule.objects.filter(facility=facility, practitioner_role__practitioner=practitioner)
    services = _services(facility)
    found = timetables.load(schedules, week, now=clock.now(), services=services.values())
    visits = _visits(by, facility, week, [practitioner.pk])[practitioner.pk]
    columns, spans = [], []
    for number in range(7):
        day = monday + number * DAY
        span = day_span(day, facility.zone)
        blocks = _blocks(found, visits, span, services)
        if number < 5 or any(block.kind in (VISIT, FREE) for block in blocks):
            columns.append(Column(values.long_day_text(day), "", None, day, blocks))
            spans.append(span)
    return _calendar(columns, spans, facility.zone)


def _working(schedules: QuerySet[Schedule], span: Span, services: Collection[HealthcareService]) -> list[Timetable]:
    """Timetables with a sitting that day, by name; a practitioner with two schedules once."""
    found: dict[UUID, Timetable] = {}
    for one in timetables.load(schedules, span, now=clock.now(), services=services):
        if one.sittings or one.busy.starts:
            found.setdefault(one.practitioner.pk, one)
    return sorted(found.values(), key=lambda one: (one.practitioner.family, one.practitioner.given))


def _visits(by: Actor, facility: Facility, span: Span, practitioners: Sequence[UUID]) -> dict[UUID, list[Appointment]]:
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    rows = Appointment.objects.visible_to(by).filter(facility=facility, status__in=codes.LISTED)
    rows = rows.filter(
        pk__in=AppointmentParticipant.objects.filter(
            practitioner__in=practitioners, start_at__lt=span.end, end_at__gt=span.start
        ).values("appointment")
    )
    for visit in rows.within(span).with_people().order_by("start_at"):
        who = visit.practitioner
        if who is not None and who.pk in practitioners:
            found[who.pk].append(visit)
    return found


def _services(facility: Facility) -> dict[UUID | None, HealthcareService]:
    """What a department is booked for when nobody says more."""
    found: dict[UUID | None, HealthcareService] = {}
    for service in HealthcareService.objects.offered().filter(facility=facility, capacity=1):
        found.setdefault(service.department_id, service)
    return found


def _blocks(
    found: Sequence[Timetable],
    visits: Iterable[Appointment],
    span: Span,
    services: Mapping[UUID | None, HealthcareService],
) -> list[Block]:
    """Visits, absences, closed hours and free times of a practitioner, whose departments each have a timetable."""
    now = clock.now()
    blocks = [
        Block(visit.span, VISIT, Event(visit, presenting.state_of(visit, now)))
        for visit in visits
        if visit.span.overlaps(span) and visit.status != codes.AppointmentStatus.NOSHOW
    ]
    sittings = []
    for timetable in found:
        sittings += [one.span for one in timetable.sittings if one.span.overlaps(span)]
        blocks += [
            Block(away.span, CLOSED, str(away.get_kind_display()))
            for away in timetable.away
            if away.span.overlaps(span)
        ]
        if service := services.get(timetable.schedule.practitioner_role.department_id):
            blocks += _free(timetable, service, span, now)
    return blocks + _closed(sittings, span)


def _closed(sittings: list[Span], span: Span) -> list[Block]:
    """When nobody is there: a break between two sittings says so, the rest of the day is only hatched."""
    return [
        Block(gap, CLOSED, _("Break") if gap.start > span.start and gap.end < span.end else "")
        for gap in Busy(sittings).without(span)
    ]


def _free(timetable: Timetable, service: HealthcareService, span: Span, now: datetime) -> list[Block]:
    kind = codes.AppointmentType.FOLLOWUP
    visit = service.visit(kind)
    starts = side_by_side(timetable.free_starts(visit, now=now, window=span), visit)
    return [
        Block(visit.seen(choice.at), FREE, Free(choice))
        for choice in presenting.choices(timetable, starts, service.pk, kind)
    ]


def _calendar(columns: list[Column], spans: list[Span], zone: ZoneInfo) -> Calendar:
    """One table for columns of one or of several days: the rows are times since each column's midnight."""
    if not columns:
        return Calendar([], [], visits=0, free=0)
    low, high = FIRST_HOUR, LAST_HOUR
    for column, span in zip(columns, spans, strict=True):
        for block in column.blocks:
            if block.kind != CLOSED:
                low = min(low, max(timedelta(0), block.span.start - span.start))
                high = max(high, min(span.length, block.span.end - span.start))
    low, high = timedelta(hours=low // timedelta(hours=1)), timedelta(hours=-(-high // timedelta(hours=1)))
    windows = [Span(span.start + low, span.start + high) for span in spans]
    drawn = [grid.column(one.blocks, window, STEP) for one, window in zip(columns, windows, strict=True)]
    rows = []
    for number in range(-(-(high - low) // STEP)):
        starts = [window.start + number * STEP for window in windows]
        label = wall_time(starts[0], zone)
        rows.append(
            Row(
                label=label.strftime("%H:%M"),
                is_hour=label.minute == 0,
                is_half=label.minute == 30,
                is_now=any(start <= clock.now() < start + STEP for start in starts),
                cells=[cells[number] for cells in drawn],
            )
        )
    every = [block for column in columns for block in column.blocks]
    return Calendar(
        columns,
        rows,
        visits=sum(1 for block in every if block.kind == VISIT),
        free=sum(1 for block in every if block.kind == FREE),
    )
