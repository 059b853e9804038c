"""A department's day side by side, a practitioner's week, rooms side by side and a month, for the calendar page.

A calendar may be drawn for a visit that looks for another time: what is free is then free for that visit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hms.core import clock, values
from hms.core.actor import Actor
from hms.organization.calendars import closed_days
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

    # May be carried to another time by whoever looks.
    movable: bool = False
    # Is the one that looks for another time.
    carried: bool = False

    @property
    def name(self) -> str:
        """Family names as people are called up: shared lists show no more than they must."""
        labels = [patient.label.partition(",")[0].strip() for patient in self.visit.patients]
        return ", ".join(labels) or _("Nobody yet")

    @property
    def service(self) -> str:
        return self.visit.service.name if self.visit.service is not None else ""


@dataclass(frozen=True, slots=True)
class Free:
    """A free time in a cell. `words`: what taking it does, with whom, for those who hear the page."""

    choice: presenting.Choice
    words: str


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


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month: how much is booked and free, and why nobody works."""

    day: date
    visits: int
    free: int
    inside: bool
    closed: str = ""

    @property
    def is_full(self) -> bool:
        return bool(self.visits) and not self.free


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday to Sunday."""

    weeks: list[list[MonthDay]]
    visits: int
    free: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What free times are drawn for: what each department is booked for, or a visit that is to be moved."""

    services: Mapping[UUID | None, HealthcareService]
    kind: str = codes.AppointmentType.FOLLOWUP
    moved: Appointment | None = None
    may_move: bool = False

    def load(self, schedules: QuerySet[Schedule], span: Span) -> list[Timetable]:
        """Timetables in which the moved visit stands in nobody's way, and its patient's other visits do."""
        patient = self.moved.patient if self.moved else None
        return timetables.load(
            schedules,
            span,
            now=clock.now(),
            services=self.services.values(),
            patient=patient.pk if patient else None,
            but=(self.moved.pk,) if self.moved else (),
        )

    def free(self, timetable: Timetable, span: Span) -> list[Block]:
        """Free times side by side, as many as there is room for."""
        service = self.services.get(timetable.schedule.practitioner_role.department_id)
        if service is None:
            return []
        visit = service.visit(self.kind)
        starts = side_by_side(timetable.free_starts(visit, now=clock.now(), window=span), visit)
        who = {"name": timetable.practitioner.full_name}
        words = _("Move it to %(name)s at") % who if self.moved is not None else _("Book %(name)s at") % who
        return [
            Block(visit.seen(choice.at), FREE, Free(choice, words))
            for choice in presenting.choices(timetable, starts, service.pk, self.kind)
        ]

    def event(self, visit: Appointment) -> Event:
        return Event(
            visit,
            presenting.state_of(visit, clock.now()),
            movable=self.may_move and is_movable(visit),
            carried=self.moved is not None and visit.pk == self.moved.pk,
        )


def is_movable(visit: Appointment) -> bool:
    """Booked, of one patient, and of a type that says how long it takes."""
    return visit.status == codes.AppointmentStatus.BOOKED and not visit.is_group and visit.service_id is not None


def wanted(by: Actor, facility: Facility, moved: Appointment | None = None) -> Wanted:
    """What to draw free times for."""
    may_move = by.may("scheduling.move_appointment")
    if moved is None or moved.service is None:
        return Wanted(_services(facility), may_move=may_move)
    return Wanted({moved.service.department_id: moved.service}, moved.appointment_type, moved, may_move)


def of_day(by: Actor, facility: Facility, day: date, department: Department | None, asked: Wanted) -> Calendar:
    """Practitioners side by side."""
    span = day_span(day, facility.zone)
    found = _working(_of_department(facility, department), span, asked)[:WIDEST]
    visits = _visits(by, facility, span, [one.practitioner.pk for one in found])
    columns = []
    for timetable in found:
        practitioner = timetable.practitioner
        detail = timetable.schedule.practitioner_role.department
        columns.append(Column(practitioner.full_name, detail.name if detail else "", practitioner.pk, day))
        columns[-1].blocks = _blocks([timetable], visits[practitioner.pk], span, asked)
    return _calendar(columns, [span] * len(columns), facility.zone)


def of_week(by: Actor, facility: Facility, monday: date, practitioner: Practitioner, asked: Wanted) -> Calendar:
    """A practitioner's days side by side; a weekend only when something is on."""
    week = Span(day_span(monday, facility.zone).start, day_span(monday + 6 * DAY, facility.zone).end)
    schedules = Schedule.objects.filter(facility=facility, practitioner_role__practitioner=practitioner)
    found = asked.load(schedules, week)
    visits = _visits(by, facility, week, [practitioner.pk])[practitioner.pk]
    columns, spans = [], []
    for number in range(7):
        day = monday + number * DAY
        span = day_span(day, facility.zone)
        blocks = _blocks(found, visits, span, asked)
        if number < 5 or any(block.kind in (VISIT, FREE) for block in blocks):
            columns.append(Column(values.long_day_text(day), "", None, day, blocks))
            spans.append(span)
    return _calendar(columns, spans, facility.zone)


def of_rooms(by: Actor, facility: Facility, day: date, department: Department | None, asked: Wanted) -> Calendar:
    """Rooms side by side with who is in them: those of the department's visits on that day."""
    span, asked = day_span(day, facility.zone), replace(asked, may_move=False)
    rows = Appointment.objects.visible_to(by).listed().filter(facility=facility)
    if department is not None:
        rows = rows.filter(department=department)
    rooms: dict[UUID, Column] = {}
    for visit in rows.within(span).with_people().order_by("start_at"):
        if room := visit.room:
            column = rooms.setdefault(room.pk, Column(room.name, "", None, day))
            column.blocks.append(Block(visit.span, VISIT, asked.event(visit)))
    columns = sorted(rooms.values(), key=lambda column: values.natural(column.title))[:WIDEST]
    return _calendar(columns, [span] * len(columns), facility.zone)


def of_month(
    by: Actor,
    facility: Facility,
    first: date,
    department: Department | None,
    practitioner: Practitioner | None,
    asked: Wanted,
) -> Month:
    """How much is booked and free on each day of the weeks that a month touches."""
    monday = first - first.weekday() * DAY
    end = _next_month(first)
    days = [monday + number * DAY for number in range(-(-(end - monday).days // 7) * 7)]
    span = Span(day_span(days[0], facility.zone).start, day_span(days[-1], facility.zone).end)
    schedules = _of_department(facility, department)
    rows = Appointment.objects.visible_to(by).filter(facility=facility, status__in=codes.LISTED).within(span)
    if department is not None:
        rows = rows.filter(department=department)
    if practitioner is not None:
        rows = rows.of_practitioner(practitioner.pk)
        schedules = schedules.filter(practitioner_role__practitioner=practitioner)
    visits = Counter(wall_time(start, facility.zone).date() for start in rows.values_list("start_at", flat=True))
    free: Counter[date] = Counter()
    open_days: set[date] = set()
    for timetable in asked.load(schedules, span):
        free.update(wall_time(block.span.start, facility.zone).date() for block in asked.free(timetable, span))
        open_days.update(wall_time(one.span.start, facility.zone).date() for one in timetable.sittings)
    closed = closed_days(facility, days[0], days[-1])
    cells = [
        MonthDay(day, visits[day], free[day], first <= day < end, closed.get(day) or _why_closed(day, open_days))
        for day in days
    ]
    return Month(
        [cells[number : number + 7] for number in range(0, len(cells), 7)],
        visits=sum(one.visits for one in cells if one.inside),
        free=sum(one.free for one in cells if one.inside),
    )


def _why_closed(day: date, open_days: set[date]) -> str:
    return "" if day in open_days else _("Closed")


def _next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * DAY).replace(day=1)


def _of_department(facility: Facility, department: Department | None) -> QuerySet[Schedule]:
    schedules = Schedule.objects.filter(facility=facility)
    return schedules.filter(practitioner_role__department=department) if department is not None else schedules


def _working(schedules: QuerySet[Schedule], span: Span, asked: Wanted) -> list[Timetable]:
    """Timetables with a sitting that day, by name; a practitioner with two schedules once."""
    found: dict[UUID, Timetable] = {}
    for one in asked.load(schedules, span):
        if one.sittings or one.busy.starts:
            found.setdefault(one.practitioner.pk, one)
    return sorted(found.values(), key=lambda one: (one.practitioner.family, one.practitioner.given))


def _visits(by: Actor, facility: Facility, span: Span, practitioners: Sequence[UUID]) -> dict[UUID, list[Appointment]]:
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    rows = Appointment.objects.visible_to(by).filter(facility=facility, status__in=codes.LISTED)
    taking = AppointmentParticipant.objects.filter(
        practitioner__in=practitioners, start_at__lt=span.end, end_at__gt=span.start
    )
    whose = defaultdict(list)
    for visit, practitioner in taking.values_list("appointment", "practitioner"):
        whose[visit].append(practitioner)
    for one in rows.filter(pk__in=taking.values("appointment")).within(span).with_names().order_by("start_at"):
        for practitioner in whose[one.pk]:
            found[practitioner].append(one)
    return found


def _services(facility: Facility) -> dict[UUID | None, HealthcareService]:
    """What a department is booked for when nobody says more."""
    found: dict[UUID | None, HealthcareService] = {}
    for service in HealthcareService.objects.offered().filter(facility=facility, capacity=1):
        found.setdefault(service.department_id, service)
    return found


def _blocks(found: Sequence[Timetable], visits: Iterable[Appointment], span: Span, asked: Wanted) -> list[Block]:
    """Visits, absences, closed hours and free times of a practitioner, whose departments each have a timetable."""
    blocks = [
        Block(visit.span, VISIT, asked.event(visit))
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
        blocks += asked.free(timetable, span)
    return blocks + _closed(sittings, span)


def _closed(sittings: list[Span], span: Span) -> list[Block]:
    """When nobody is there: a break between two sittings says so, the rest of the day is only hatched."""
    return [
        Block(gap, CLOSED, _("Break") if gap.start > span.start and gap.end < span.end else "")
        for gap in Busy(sittings).without(span)
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
