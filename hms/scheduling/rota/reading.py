"""A plan as its problem: read from timetables, leave, closed days, rooms, wishes and bookings, in a fixed number of
queries.

What a plan takes over are the weekly sessions of its members that touch its half-days: `taken_over` says which, for
this and for publishing alike. Evening hours, extra sessions and sessions entered for the very days stay as they are,
and the plan goes around them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hms.core import clock
from hms.organization.calendars import closed_days
from hms.organization.codes import LocationKind, RoleCode
from hms.organization.models import Department, Location, PractitionerRole
from hms.scheduling import codes, queries, things, timetables
from hms.scheduling.kept import hours_of
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    HealthcareService,
    RotaEntry,
    RotaMember,
    RotaPlan,
    RotaWish,
    Schedule,
    ScheduleSession,
    WaitingListEntry,
)
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import Session
from hms.scheduling.rules.rota import publishing
from hms.scheduling.rules.rota.demand import Asked, sessions_wanted
from hms.scheduling.rules.rota.problem import (
    AFTERNOON,
    MORNING,
    PARTS,
    Doctor,
    Entry,
    Problem,
    Room,
    Slot,
    Usual,
    Week,
    Work,
    week_of,
)
from hms.scheduling.rules.rota.publishing import Aside
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_span, wall_time

# Visits that need no special room: any type of them can be booked into such a session.
GENERAL = "general"
QUARTER = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Rota:
    """A plan with its problem, and what its keys mean. `closed` names the days on which the house is closed."""

    plan: RotaPlan
    problem: Problem
    members: Mapping[str, RotaMember]
    rooms: Mapping[str, Location]
    services: Mapping[str, HealthcareService]
    entries: Mapping[tuple[str, Slot], RotaEntry]
    closed: Mapping[date, str] = field(default_factory=dict)

    @property
    def as_entries(self) -> list[Entry]:
        """The plan as the rules want it: what lies before its first day to come does not count any more."""
        open_from = self.problem.days[0] if self.problem.days else self.plan.until_on
        return [entry_of(one) for one in self.entries.values() if one.on >= open_from]


def entry_of(row: RotaEntry) -> Entry:
    """A row as the rules want it."""
    work = str(row.service_id) if row.service_id else GENERAL
    return Entry(str(row.member_id), Slot(row.on, row.part), work, str(row.location_id or ""))


def half_days(plan: RotaPlan) -> dict[str, tuple[time, time]]:
    """From when to when the parts of a day are."""
    return {
        MORNING: (plan.morning_start, plan.morning_end),
        AFTERNOON: (plan.afternoon_start, plan.afternoon_end),
    }


def half_day_minutes(plan: RotaPlan) -> int:
    """How long half a day is, on average."""
    lengths = [_minutes(end) - _minutes(start) for start, end in half_days(plan).values()]
    return sum(lengths) // len(lengths)


def roles_of(department: Department, first: date, until: date) -> QuerySet[PractitionerRole]:
    """Who is planned: doctors of the department, and whoever else has a timetable there, with a day in the month."""
    rows = PractitionerRole.objects.filter(department=department, practitioner__active=True, start__lt=until)
    rows = rows.filter(Q(end__isnull=True) | Q(end__gt=first))
    return (
        rows.filter(Q(code=RoleCode.DOCTOR) | Q(schedules__active=True))
        .distinct()
        .select_related("practitioner")
        .order_by("practitioner__family", "practitioner__given", "pk")
    )


def services_of(department: Department) -> list[HealthcareService]:
    """Types of visit in use."""
    return list(HealthcareService.objects.offered().filter(department=department))


def taken_over(
    plan: RotaPlan, sessions: Iterable[ScheduleSession], first: date, replaced: set[UUID]
) -> dict[UUID, Aside]:
    """What becomes of the sessions that a plan takes over from `first` on; those it leaves alone are not in it.

    `replaced`: sessions of the plan that this one replaces.
    """
    blocks = [(_minutes(start), _minutes(end)) for start, end in half_days(plan).values()]
    found = {}
    for one in sessions:
        start, end = _minutes(one.start), _minutes(one.end) or 24 * 60
        end = end if end > start else 24 * 60
        what = publishing.aside(one.valid_from, one.valid_until, first, plan.until_on)
        if one.pk in replaced:
            found[one.pk] = Aside.STAYS
        elif what != Aside.STAYS and any(start < b and a < end for a, b in blocks):
            found[one.pk] = what
    return found


def made_by_published(plan: RotaPlan) -> set[UUID]:
    """The sessions of the plan of this month that holds now."""
    rows = RotaPlan.objects.published().filter(department=plan.department_id, first_on=plan.first_on)
    return set(rows.filter(changes__kind=codes.RotaChangeKind.MADE).values_list("changes__session", flat=True))


def read(plan: RotaPlan) -> Rota:
    """The plan and its problem as the tables say them now."""
    first = plan.starts_on(clock.today(plan.facility.time_zone))
    days = [date.fromordinal(n) for n in range(first.toordinal(), plan.until_on.toordinal())]
    closed = closed_days(plan.facility, plan.first_on, plan.until_on)
    members = list(
        plan.members.select_related("practitioner_role__practitioner").order_by(
            "practitioner_role__practitioner__family", "practitioner_role__practitioner__given", "pk"
        )
    )
    entries = list(plan.entries.select_related("service", "location"))
    services = services_of(plan.department)
    # A type of visit that is no longer offered stays in the plan it was put into.
    every = {str(one.pk): one for one in [*services, *(one.service for one in entries if one.service)]}
    times = _Times(plan, members, first)
    rooms = _rooms(plan, services, times, [one.location for one in entries if one.location])
    open_days = tuple(day for day in days if day not in closed)
    problem = Problem(
        days=open_days,
        doctors=tuple(times.doctor(one, services) for one in members),
        rooms=tuple(times.room(one) for one in rooms),
        works=works_of(every.values()),
        demand=_demand_of(plan, open_days),
        kept=frozenset(entry_of(one) for one in entries if one.by_hand and one.on in set(open_days)),
        keep_bookings=plan.keep_bookings,
    )
    return Rota(
        plan=plan,
        problem=problem,
        members={str(one.pk): one for one in members},
        rooms={str(one.pk): one for one in rooms},
        services=every,
        entries={(str(one.member_id), Slot(one.on, one.part)): one for one in entries},
        closed=closed,
    )


def works_of(services: Iterable[HealthcareService]) -> tuple[Work, ...]:
    """Kinds of work: each type of visit that needs a room of a kind, and all the others together."""
    special = [Work(str(one.pk), one.room_kind.casefold()) for one in services if one.room_kind]
    return (Work(GENERAL), *special)


class _Times:
    """When the members of a plan, and the rooms, are where: every sitting of the weeks that the month touches."""

    def __init__(self, plan: RotaPlan, members: list[RotaMember], first: date) -> None:
        self.plan, self.first, self.zone = plan, first, plan.facility.zone
        begin = first - timedelta(days=first.weekday())
        end = plan.until_on + timedelta(days=-plan.until_on.weekday() % 7)
        self.window = Span(day_span(begin, self.zone).start, day_span(end, self.zone).start)
        blocks = half_days(plan)
        days = [date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal())]
        self.spans = {Slot(day, part): wall_span(day, *blocks[part], self.zone) for day in days for part in PARTS}
        people = {one.practitioner_role.practitioner_id for one in members}
        roles = {one.practitioner_role_id for one in members}
        rows = Schedule.objects.in_force(begin - DAY, end + DAY)
        everybody = rows.filter(practitioner_role__isnull=False).filter(
            Q(practitioner_role__practitioner__in=people) | Q(facility=plan.facility_id)
        )
        self.schedules = list(everybody.select_related("facility", "practitioner_role"))
        hours = hours_of(self.schedules)
        own = [row.pk for row in self.schedules if row.practitioner_role_id in roles]
        sessions = ScheduleSession.objects.filter(schedule__in=own)
        self.over = set(taken_over(plan, sessions, first, made_by_published(plan)))
        self.sittings: dict[UUID, list[tuple[UUID, Session, bool]]] = defaultdict(list)
        self.leave: dict[UUID, list[Span]] = defaultdict(list)
        for row in self.schedules:
            role = row.practitioner_role
            assert role is not None
            found = availability.sessions(hours[row.pk].patterns, row.facility.zone, self.window)
            extra = [one for one in hours[row.pk].exceptions if one.opens and one.span.overlaps(self.window)]
            found += [Session(one.span, one.pk, None, one.location_id) for one in extra]
            for one in found:
                mine = one.key in self.over and self._of_plan(wall_time(one.span.start, self.zone).date())
                self.sittings[role.practitioner_id].append((role.pk, one, mine))
            self.leave[role.pk] += [one.span for one in hours[row.pk].exceptions if not one.opens]
        self.booked = self._booked(people)
        self.wishes = self._wishes(people)

    def doctor(self, member: RotaMember, services: Iterable[HealthcareService]) -> Doctor:
        role = member.practitioner_role
        special = {one.pk: str(one.pk) for one in services if one.room_kind}
        elsewhere: set[Slot] = set()
        usual: dict[Slot, Usual] = {}
        held: dict[Week, set[Slot]] = defaultdict(set)
        works: set[str] = set()
        for of_role, sitting, mine in self.sittings[role.practitioner_id]:
            mine = mine and of_role == role.pk
            for slot in self._touched(sitting.span):
                if mine:
                    usual[slot] = Usual(str(sitting.room or ""), _work_of(sitting, special))
                    works.add(usual[slot].work)
                else:
                    held[week_of(slot.day)].add(slot)
                    if self._of_plan(slot.day):
                        elsewhere.add(slot)
        booked, worked = self.booked[role.practitioner_id]
        away = {
            slot
            for slot, span in self.spans.items()
            if self._of_plan(slot.day)
            and (
                any(span.overlaps(one) for one in self.leave[role.pk])
                or slot.day < role.start
                or (role.end is not None and slot.day >= role.end)
            )
        }
        works |= {special[one] for one in worked & set(special)} | ({GENERAL} if worked - set(special) else set())
        gone = away | elsewhere
        return Doctor(
            key=str(member.pk),
            most_a_day=member.most_a_day,
            most_a_week=member.most_a_week,
            away=frozenset(away),
            elsewhere=frozenset(elsewhere),
            wishes={slot: wish for slot, wish in self.wishes[role.practitioner_id].items() if self._of_plan(slot.day)},
            # A visit that can't take place as things stand is in the list "To move" already.
            booked={slot: n for slot, n in booked.items() if slot in usual and slot not in gone},
            usual=usual,
            held={week: len(slots) for week, slots in held.items()},
            works=frozenset(works),
        )

    def room(self, room: Location) -> Room:
        taken = [
            sitting.span
            for some in self.sittings.values()
            for _role, sitting, mine in some
            if sitting.room == room.pk and not mine
        ]
        closed = self.rooms_closed.get(room.pk, timetables.NOTHING)
        shut = {
            slot
            for slot, span in self.spans.items()
            if self._of_plan(slot.day) and (closed.until(span) is not None or any(span.overlaps(one) for one in taken))
        }
        return Room(str(room.pk), room.use.casefold(), frozenset(shut))

    def know_rooms(self, rooms: Iterable[Location]) -> None:
        """Read when rooms can't be used."""
        found = things.read((), [self.plan.facility_id], [room.pk for room in rooms])
        self.rooms_closed = {
            id: things.closed_of(some, self.zone, self.window) for id, some in found.timetables.items()
        }

    @property
    def binds_rooms(self) -> bool:
        """Whether any session that the plan takes over is bound to a room, or there is none yet."""
        mine = [sitting for some in self.sittings.values() for _role, sitting, mine in some if mine]
        return not mine or any(sitting.room for sitting in mine)

    def _of_plan(self, day: date) -> bool:
        return self.first <= day < self.plan.until_on

    def _touched(self, span: Span) -> Iterable[Slot]:
        day = wall_time(span.start, self.zone).date()
        for near in (day, day + DAY):
            for part in PARTS:
                slot = Slot(near, part)
                if slot in self.spans and self.spans[slot].overlaps(span):
                    yield slot

    def _booked(self, people: set[UUID]) -> dict[UUID, tuple[dict[Slot, int], set[UUID]]]:
        """By practitioner: visits to come by half-day, and the types of visit of the last quarter."""
        now = clock.now()
        rows = AppointmentParticipant.objects.filter(
            practitioner__in=people,
            appointment__department=self.plan.department_id,
            appointment__status__in=codes.BLOCKING,
            appointment__start_at__gte=now - QUARTER,
            appointment__start_at__lt=self.window.end,
        ).values_list("practitioner", "appointment__service", "appointment__start_at")
        counts: dict[UUID, Counter[Slot]] = defaultdict(Counter)
        worked: dict[UUID, set[UUID]] = defaultdict(set)
        for practitioner, service, start in rows:
            if service is not None:
                worked[practitioner].add(service)
            slot = self._holding(start)
            if slot is not None and self._of_plan(slot.day):
                counts[practitioner][slot] += 1
        return defaultdict(lambda: ({}, set()), {id: (counts[id], worked[id]) for id in {*counts, *worked}})

    def _holding(self, moment: datetime) -> Slot | None:
        day = wall_time(moment, self.zone).date()
        for part in PARTS:
            slot = Slot(day, part)
            if slot in self.spans and self.spans[slot].holds(moment):
                return slot
        return None

    def _wishes(self, people: set[UUID]) -> dict[UUID, dict[Slot, str]]:
        rows = RotaWish.objects.filter(
            wishes__practitioner__in=people, on__gte=self.first, on__lt=self.plan.until_on
        ).values_list("wishes__practitioner", "on", "part", "kind")
        found: dict[UUID, dict[Slot, str]] = defaultdict(dict)
        for practitioner, on, part, kind in rows:
            found[practitioner][Slot(on, part)] = kind
        return found


def _work_of(sitting: Session, special: Mapping[UUID, str]) -> str:
    """What a sitting is for: one type of visit with its room, or whatever comes."""
    only = list(sitting.services or ())
    return special.get(only[0], GENERAL) if len(only) == 1 else GENERAL  # type: ignore[arg-type]


def _rooms(
    plan: RotaPlan, services: Iterable[HealthcareService], times: _Times, used: list[Location]
) -> list[Location]:
    """The department's rooms, and the facility's of the kinds it needs. None where it plans without rooms."""
    kinds = {one.room_kind.casefold() for one in services if one.room_kind}
    found: list[Location] = []
    if kinds or times.binds_rooms:
        rows = Location.objects.in_use().filter(facility=plan.facility_id, kind=LocationKind.ROOM).order_by("name")
        bound = {sitting.room for some in times.sittings.values() for _role, sitting, mine in some if mine}
        found = [
            room
            for room in rows
            if room.department_id == plan.department_id or room.use.casefold() in kinds or room.pk in bound
        ]
        found += [room for room in {one.pk: one for one in used}.values() if room.pk not in {one.pk for one in found}]
    times.know_rooms(found)
    return found


# --- What is wanted ---------------------------------------------------------------------------------------------------
def _demand_of(plan: RotaPlan, days: Iterable[date]) -> dict[tuple[date, str], int]:
    by_weekday = {
        (row.weekday, str(row.service_id) if row.service_id else GENERAL): row.sessions for row in plan.demands.all()
    }
    return {
        (day, work): count for day in days for (weekday, work), count in by_weekday.items() if weekday == day.weekday()
    }


def estimate(department: Department, first: date, until: date, half_day: int) -> dict[tuple[UUID | None, int], int]:
    """How many sessions are wanted, by type of visit (None: those without a special room) and weekday.

    The formula is in rules/rota/demand.py.
    """
    facility, now = department.facility, clock.now()
    today = clock.today(facility.time_zone)
    lately = today - QUARTER
    shut = closed_days(facility, lately, until)
    quarter = _weekdays(lately, today, shut)
    month = _weekdays(first, until, shut)
    services = services_of(department)
    booked = _booked_minutes(department, day_span(lately, facility.zone).start, now)
    waiting = _waiting_minutes(department)
    found: dict[tuple[UUID | None, int], int] = {}
    groups: list[tuple[UUID | None, list[HealthcareService]]] = [(one.pk, [one]) for one in services if one.room_kind]
    groups.append((None, [one for one in services if not one.room_kind]))
    for key, some in groups:
        ids = {one.pk for one in some}
        asked = Asked(
            booked={day: sum(n for (id, on), n in booked.items() if on == day and id in ids) for day in range(7)},
            open_days=quarter,
            waiting=sum(waiting.get(id, 0) for id in ids),
            third_free=_third_free(department, some, now, today),
        )
        for weekday, count in sessions_wanted(asked, month, half_day).items():
            found[key, weekday] = count
    return found


def _weekdays(first: date, until: date, shut: Mapping[date, Any]) -> dict[int, int]:
    days = (date.fromordinal(n) for n in range(first.toordinal(), until.toordinal()))
    found = Counter(day.weekday() for day in days if day not in shut)
    return {weekday: found[weekday] for weekday in range(7)}


def _booked_minutes(department: Department, since: datetime, now: datetime) -> dict[tuple[UUID, int], int]:
    """Minutes of visits that took place, or were promised to somebody, by type and weekday."""
    zone = department.facility.zone
    rows = Appointment.objects.filter(
        department=department, status__in=codes.LISTED, start_at__gte=since, start_at__lt=now, service__isnull=False
    ).values_list("service", "start_at", "end_at")
    found: Counter[tuple[UUID, int]] = Counter()
    for service, start, end in rows:
        found[service, wall_time(start, zone).weekday()] += (end - start) // timedelta(minutes=1)  # type: ignore[index]
    return dict(found)


def _waiting_minutes(department: Department) -> dict[UUID, int]:
    """Minutes that people on the waiting list wait for who have no visit yet."""
    rows = WaitingListEntry.objects.waiting().filter(department=department, current__isnull=True)
    found: Counter[UUID] = Counter()
    for entry in rows.select_related("service"):
        found[entry.service_id] += entry.service.minutes(entry.appointment_type)
    return dict(found)


def _third_free(
    department: Department, services: Iterable[HealthcareService], now: datetime, today: date
) -> int | None:
    """Days to the third free time for a follow-up of the type that comes first; None where there is no third."""
    service = next(iter(services), None)
    if service is None:
        return None
    visit = service.visit(codes.AppointmentType.FOLLOWUP)
    offers = timetables.first_free(queries.schedules_for(service), visit, service, now=now, each=3)
    starts = sorted(start.at for _timetable, some in offers for start in some)
    return (wall_time(starts[2], department.facility.zone).date() - today).days if len(starts) > 2 else None


def _minutes(clock_time: time) -> int:
    return clock_time.hour * 60 + clock_time.minute
