"""A department's day side by side, and a practitioner's week, as grids for the calendar page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from hms.scheduling.models import Appointment, HealthcareService, Schedule
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
    found = _working(schedules, span)[:WIDEST]
    visits = _visits(by, facility, span, [one.practitioner.pk for one in found])
    services = _services(facility)
    columns = []
    for timetable in found:
        practitioner = timetable.practitioner
        detail = timetable.schedule.practitioner_role.department
        columns.append(Column(practitioner.full_name, detail.name if detail else "", practitioner.pk, day))
        service = services.get(timetable.schedule.practitioner_role.department_id)
        columns[-1].blocks = _blocks(timetable, visits[practitioner.pk], span, service)
    return _calendar(columns, [span] * len(columns), facility.zone)


def of_week(by: Actor, facility: Facility, monday: date, practitioner: Practitioner) -> Calendar:
    """A practitioner's days side by side; a weekend only when something is on."""
    week = Span(day_span(monday, facility.zone).start, day_span(monday + 6 * DAY, facility.zone).end)
    schedules = Schedule.objects.filter(facility=facility, practitioner_role__practitioner=practitioner)
    found = timetables.load(schedules, week, now=clock.now())
    visits = _visits(by, facility, week, [practitioner.pk])[practitioner.pk]
    services = _services(facility)
    columns, spans = [], []
    for number in range(7):
        day = monday + number * DAY
        span = day_span(day, facility.zone)
        blocks: list[Block] = []
        for index, one in enumerate(found):
            # A practitioner of two departments has two timetables, and each visit once.
            mine = visits if index == 0 else []
            blocks += _blocks(one, mine, span, services.get(one.schedule.practitioner_role.department_id))
        if number < 5 or any(block.kind in (VISIT, FREE) for block in blocks):
            columns.append(Column(values.long_day_text(day), "", None, day, blocks))
            spans.append(span)
    return _calendar(columns, spans, facility.zone)


def _working(schedules: QuerySet[Schedule], span: Span) -> list[Timetable]:
    """Timetables with a sitting that day, by name; a practitioner with two schedules once."""
    found: dict[UUID, Timetable] = {}
    for one in timetables.load(schedules, span, now=clock.now()):
        if one.sittings or one.busy.starts:
            found.setdefault(one.practitioner.pk, one)
    return sorted(found.values(), key=lambda one: (one.practitioner.family, one.practitioner.given))


def _visits(by: Actor, facility: Facility, span: Span, practitioners: Sequence[UUID]) -> dict[UUID, list[Appointment]]:
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    rows = Appointment.objects.visible_to(by).filter(facility=facility, status__in=codes.LISTED)
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
    timetable: Timetable, visits: Iterable[Appointment], span: Span, service: HealthcareService | None
) -> list[Block]:
    now = clock.now()
    blocks = [
        Block(visit.span, VISIT, Event(visit, presenting.state_of(visit, now)))
        for visit in visits
        if visit.span.overlaps(span) and visit.status != codes.AppointmentStatus.NOSHOW
    ]
    sittings = [one.span for one in timetable.sittings if one.span.overlaps(span)]
    for exception in timetable.away:
        if exception.span.overlaps(span):
            blocks.append(Block(exception.span, CLOSED, str(exception.get_kind_display())))
    # Between two sittings of a day nobody is there, and the page says so.
    blocks += [Block(gap, CLOSED, _("Break")) for gap in _gaps(sittings)]
    return blocks + (_free(timetable, service, span, now) if service is not None else [])


def _gaps(sittings: list[Span]) -> list[Span]:
    merged = Busy(sittings)
    return [Span(end, start) for end, start in zip(merged.ends, merged.starts[1:], strict=False)]


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
