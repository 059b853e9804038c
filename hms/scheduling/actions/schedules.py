"""Working hours, days away, and types of visit.

Leave that is entered over booked visits cancels nothing: `strays` lists them for somebody to call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take
from hms.organization.models import Department, Device, Location, PractitionerRole
from hms.scheduling import codes, kept, refusals
from hms.scheduling.models import (
    HealthcareService,
    Schedule,
    ScheduleException,
    ScheduleSession,
    ScheduleSessionService,
)
from hms.scheduling.rules.hours import collisions
from hms.scheduling.rules.wall_clock import promise

MANAGE = "scheduling.manage_schedule"
SERVICE_FIELDS = frozenset(
    {
        "code", "name", "rank", "duration_new", "duration_followup", "step", "buffer_before", "buffer_after",
        "preparation", "who_may_book", "lead_min", "lead_max", "horizon", "capacity", "delivery", "price_code",
        "active", "room_kind", "device_kind",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly session as somebody says it. An `end` not after `start` is on the next day; no services: all."""

    weekday: int
    start: time
    end: time
    location: Location | None = None
    services: tuple[HealthcareService, ...] = ()
    overbooking_cap: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    same_day_reserve: int = 0


@action("scheduling.manage_schedule")
def create_service(*, by: Actor, department: Department, **fields: Any) -> HealthcareService:
    """A new type of visit of a department. Refused: no time for it, or a code that is taken."""
    _in_reach(by, department.facility_id)
    service = HealthcareService(facility_id=department.facility_id, department=department)
    _fill(service, fields)
    service.save(force_insert=True)
    trail.record("service.created", subject=service, facility=service.facility_id)
    return service


@action("scheduling.manage_schedule")
def edit_service(
    *, by: Actor, service: HealthcareService, version: int | None = None, **fields: Any
) -> HealthcareService:
    """Change a type of visit. Visits already booked keep what they were promised."""
    edited = take(HealthcareService.objects.all(), service.pk, version)
    _in_reach(by, edited.facility_id)
    _fill(edited, fields)
    edited.save()
    trail.record("service.edited", subject=edited, facility=edited.facility_id, detail={"fields": sorted(fields)})
    return edited


@action("scheduling.manage_schedule")
def create_schedule(
    *,
    by: Actor,
    valid_from: date,
    practitioner_role: PractitionerRole | None = None,
    location: Location | None = None,
    device: Device | None = None,
    valid_until: date | None = None,
    hours: Iterable[Hours] = (),
) -> Schedule:
    """The timetable of a practitioner's role, a room or a device. Refused: of none or several, or no day in it."""
    of = [one for one in (practitioner_role, location, device) if one is not None]
    if len(of) != 1:
        raise Refused(refusals.SCHEDULE_OF_ONE)
    if valid_until is not None and valid_until <= valid_from:
        raise Refused(refusals.NO_DAY)
    _in_reach(by, of[0].facility_id)  # type: ignore[arg-type]
    schedule = Schedule.objects.create(
        facility_id=of[0].facility_id,
        practitioner_role=practitioner_role,
        location=location,
        device=device,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    count = len(_add(schedule, hours))
    trail.record("schedule.created", subject=schedule, facility=schedule.facility_id, detail={"sessions": count})
    return schedule


@action("scheduling.manage_schedule")
def add_session(*, by: Actor, schedule: Schedule, hours: Hours, version: int | None = None) -> ScheduleSession:
    """One more weekly session. Refused: it would take place beside another one."""
    return _add_to(by, schedule, [hours], version)[0]


@action("scheduling.manage_schedule")
def add_sessions(
    *, by: Actor, schedule: Schedule, hours: Iterable[Hours], version: int | None = None
) -> list[ScheduleSession]:
    """More weekly sessions, all or none. Refused: no day, or beside another session."""
    hours = list(hours)
    if not hours:
        raise Refused(refusals.NO_WEEKDAY)
    return _add_to(by, schedule, hours, version)


@action("scheduling.manage_schedule")
def end_session(*, by: Actor, session: ScheduleSession, on: date, version: int | None = None) -> ScheduleSession:
    """From this day on the session does not take place. Booked visits stay and are listed to be moved."""
    changed = _schedule(by, session.schedule, version)
    ended = take(ScheduleSession.objects.filter(schedule=changed), session.pk)
    ended.valid_until = on if ended.valid_from is None else max(on, ended.valid_from)
    if ended.valid_until == ended.valid_from:
        raise Refused(refusals.NO_DAY)
    ended.save()
    trail.record("schedule.session_ended", subject=changed, facility=changed.facility_id)
    return ended


@action("scheduling.manage_schedule")
def add_exception(
    *,
    by: Actor,
    schedule: Schedule,
    kind: str,
    start_at: datetime,
    end_at: datetime,
    location: Location | None = None,
    note: str = "",
) -> ScheduleException:
    """Leave, closure, or an extra session. Nothing that is booked vanishes. Refused: it ends before it begins."""
    changed = _schedule(by, schedule)
    if kind not in codes.ExceptionKind.values or end_at <= start_at:
        raise Refused(refusals.NO_TIME)
    zone = changed.facility.zone
    exception = ScheduleException.objects.create(
        schedule=changed,
        kind=kind,
        start_at=start_at,
        end_at=end_at,
        wall_start=promise(start_at, zone),
        wall_end=promise(end_at, zone),
        location=location,
        note=note,
    )
    trail.record("schedule.exception_added", subject=exception, facility=changed.facility_id, detail={"kind": kind})
    return exception


@action("scheduling.manage_schedule")
def withdraw_exception(*, by: Actor, exception: ScheduleException, version: int | None = None) -> ScheduleException:
    """The exception does not hold after all."""
    changed = _schedule(by, exception.schedule)
    withdrawn = take(ScheduleException.objects.filter(schedule=changed), exception.pk, version)
    withdrawn.withdrawn_at = withdrawn.withdrawn_at or clock.now()
    withdrawn.save()
    trail.record("schedule.exception_withdrawn", subject=withdrawn, facility=changed.facility_id)
    return withdrawn


def _schedule(by: Actor, schedule: Schedule, version: int | None = None) -> Schedule:
    found = take(Schedule.objects.all(), schedule.pk, version)
    _in_reach(by, found.facility_id)
    return found


def _in_reach(by: Actor, facility: UUID) -> None:
    if not by.in_facility(facility, MANAGE):
        raise missing()


def _add_to(by: Actor, schedule: Schedule, hours: list[Hours], version: int | None) -> list[ScheduleSession]:
    changed = _schedule(by, schedule, version)
    sessions = _add(changed, hours)
    trail.record(
        "schedule.session_added", subject=changed, facility=changed.facility_id, detail={"sessions": len(sessions)}
    )
    return sessions


def _add(schedule: Schedule, hours: Iterable[Hours]) -> list[ScheduleSession]:
    made = []
    for one in hours:
        session = ScheduleSession.objects.create(
            schedule=schedule,
            weekday=one.weekday,
            start=one.start,
            end=one.end,
            location=one.location,
            overbooking_cap=one.overbooking_cap,
            same_day_reserve=one.same_day_reserve,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for service in one.services:
            ScheduleSessionService.objects.create(session=session, service=service)
        made.append(session)
    if collisions(kept.read([schedule])[schedule.pk].patterns):
        raise Refused(refusals.SESSIONS_COLLIDE)
    return made


def _fill(service: HealthcareService, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - SERVICE_FIELDS:
        raise TypeError(f"not fields of a type of visit: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(service, name, value)
    needed = ("duration_new", "duration_followup", "step", "capacity")
    problems = [
        Problem("error", "invalid", refusals.AT_LEAST_ONE, name)
        for name in needed
        if not isinstance(getattr(service, name), int) or getattr(service, name) < 1
    ]
    taken = HealthcareService.objects.filter(department=service.department_id, code=service.code).exclude(pk=service.pk)
    if not service.code or taken.exists():
        problems.append(Problem("error", "duplicate", refusals.CODE_TAKEN, "code"))
    if problems:
        raise Refused(*problems)
