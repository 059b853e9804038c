"""What makes a plan the timetable, and what takes it out again.

A published plan is weekly sessions with a first and a last day in the timetables of its practitioners: there is no
second notion of a session, and free times, bookings and the list of visits to move know nothing of plans. The sessions
that were there end before it and go on after it. Booked visits outside of the new sessions stay booked and are listed
to be moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.organization.models import Facility
from hms.scheduling import codes, kept, refusals
from hms.scheduling.models import (
    AppointmentParticipant,
    RotaChange,
    RotaPlan,
    Schedule,
    ScheduleSession,
    ScheduleSessionService,
)
from hms.scheduling.rota import reading
from hms.scheduling.rota.reading import GENERAL, Rota
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import Busy, Pattern
from hms.scheduling.rules.hours import collisions
from hms.scheduling.rules.rota import checking, publishing
from hms.scheduling.rules.rota.publishing import Aside, Run
from hms.scheduling.rules.wall_clock import Span, day_span

Kind = codes.RotaChangeKind


@action("scheduling.plan_rota")
def publish_rota(*, by: Actor, plan: RotaPlan, version: int | None = None) -> RotaPlan:
    """Make a draft the timetable from its first day to come, in the place of what was published for the month.

    Refused: it breaks a rule (a booked visit that loses its session is none: it is listed to be moved), no day is left,
    or the draft was changed meanwhile.
    """
    found = take(RotaPlan.objects.visible_to(by), plan.pk, version)
    if not found.is_draft:
        raise Refused(refusals.NOT_A_DRAFT)
    first = found.starts_on(clock.today(found.facility.time_zone))
    if first >= found.until_on:
        raise Refused(refusals.MONTH_OVER)
    schedules = _locked(found)
    rota = reading.read(found)
    report = checking.check(rota.problem, rota.as_entries)
    if any(one.rule not in (checking.BOOKED, checking.KEPT) for one in report.breaches):
        raise Refused(refusals.ROTA_BREAKS_RULES)
    older = RotaPlan.objects.published().filter(department=found.department_id, first_on=found.first_on).first()
    # The draft first: rows that belong to it advance its version.
    found.status, found.effective_from = codes.RotaStatus.PUBLISHED, first
    changes: list[RotaChange] = []
    if older is not None:
        older = take(RotaPlan.objects.all(), older.pk)
        changes += _replaced(older, first)
        trail.record("rota.replaced", subject=older, facility=older.facility_id)
    found.asked_at, found.outcome, found.cost, found.bound = None, "", None, None
    found.save()
    changes += _set_aside(found, schedules, first)
    changes += _made(found, rota, schedules, first)
    if any(collisions(hours.patterns) for hours in kept.read(_all_of(schedules)).values()):
        raise Refused(refusals.SESSIONS_COLLIDE)
    _note(found, changes)
    trail.record(
        "rota.published",
        subject=found,
        facility=found.facility_id,
        detail={"from": first.isoformat(), "sessions": sum(1 for one in changes if one.kind == Kind.MADE)},
    )
    return found


@action("scheduling.plan_rota")
def withdraw_rota(*, by: Actor, plan: RotaPlan, version: int | None = None) -> RotaPlan:
    """Discard a draft; or take a published plan out again, so that the timetables are as they were.

    Refused: it has begun, a visit is booked in hours that only it has, or its hours were changed by hand since.
    """
    found = take(RotaPlan.objects.visible_to(by), plan.pk, version)
    if found.status == codes.RotaStatus.WITHDRAWN:
        raise Refused(refusals.NOT_A_DRAFT)
    published = found.is_published
    if published:
        _locked(found)
        _refuse_dependents(found)
    changes = list(found.changes.select_related("session").order_by("pk"))
    found.status = codes.RotaStatus.WITHDRAWN
    found.save()
    _undo(changes)
    verb = {True: "rota.withdrawn", False: "rota.discarded"}[published]
    trail.record(verb, subject=found, facility=found.facility_id)
    return found


def dependents(plan: RotaPlan) -> int:
    """Visits booked in hours that only the plan has."""
    changes = list(plan.changes.select_related("session__schedule__practitioner_role"))
    facility, first = plan.facility, plan.effective_from or plan.first_on
    window = Span(day_span(first, facility.zone).start, day_span(plan.until_on, facility.zone).start)
    own, without = _patterns(changes, now=True), _patterns(changes, now=False)
    rows = AppointmentParticipant.objects.filter(
        practitioner__in=list(own),
        blocking=True,
        start_at__gte=max(window.start, clock.now()),
        start_at__lt=window.end,
        appointment__facility=facility,
    )
    only = {id: _only(own[id], without.get(id, []), facility, window) for id in own}
    starts = rows.values_list("practitioner", "appointment__start_at")
    return sum(1 for id, start in starts if any(span.holds(start) for span in only[id]))


# --- Steps of publishing ---------------------------------------------------------------------------------------------
def _locked(plan: RotaPlan) -> dict[UUID, list[Schedule]]:
    """The timetables of the plan's people in the month by role, locked in one order for everybody."""
    roles = list(plan.members.values_list("practitioner_role", flat=True))
    rows = Schedule.objects.in_force(plan.first_on, plan.until_on).filter(practitioner_role__in=roles)
    found: dict[UUID, list[Schedule]] = {role: [] for role in roles}
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        found[row.practitioner_role_id].append(row)  # type: ignore[index]
    return found


def _all_of(schedules: Mapping[UUID, Iterable[Schedule]]) -> list[Schedule]:
    return [row for some in schedules.values() for row in some]


def _set_aside(plan: RotaPlan, schedules: Mapping[UUID, Iterable[Schedule]], first: date) -> list[RotaChange]:
    """End what was there with the day before, and let it go on with the day after."""
    rows = ScheduleSession.objects.filter(schedule__in=_all_of(schedules)).prefetch_related("services")
    sessions = {row.pk: row for row in rows}
    changes = []
    for id, what in reading.taken_over(plan, sessions.values(), first, set()).items():
        session = sessions[id]
        was_from, was_until = session.valid_from, session.valid_until
        if what == Aside.BEGINS_LATER:
            session.valid_from = plan.until_on
            session.save()
            changes.append(_change(plan, session, Kind.DELAYED, was_from, was_until))
            continue
        session.valid_until = first
        session.save()
        changes.append(_change(plan, session, Kind.ENDED, was_from, was_until))
        if publishing.goes_on(was_until, plan.until_on):
            services = [one.service_id for one in session.services.all()]
            copy = _session(session.schedule_id, session, services, valid_from=plan.until_on, valid_until=was_until)
            changes.append(_change(plan, copy, Kind.CONTINUED))
    return changes


def _made(plan: RotaPlan, rota: Rota, schedules: dict[UUID, list[Schedule]], first: date) -> list[RotaChange]:
    """The plan's own sessions, in the timetable that holds all of the month; who has none is given one for it."""
    hours = reading.half_days(plan)
    general = [one.pk for one in rota.services.values() if not one.room_kind]
    # Without types of visit that need a room of a kind, a session is for all of the department's, new ones too.
    special = len(general) < len(rota.services)
    changes = []
    for run in publishing.runs(rota.as_entries):
        role = rota.members[run.doctor].practitioner_role
        schedule = next((row for row in schedules[role.pk] if _holds(row, first, plan.until_on)), None)
        if schedule is None:
            schedule = Schedule.objects.create(
                facility_id=plan.facility_id, practitioner_role=role, valid_from=first, valid_until=plan.until_on
            )
            schedules[role.pk].append(schedule)
        start, end = hours[run.part]
        session = ScheduleSession(weekday=run.weekday, start=start, end=end, location_id=_room(run))
        only = (general if special else []) if run.work == GENERAL else [UUID(run.work)]
        made = _session(schedule.pk, session, only, valid_from=run.first, valid_until=run.until)
        changes.append(_change(plan, made, Kind.MADE))
    return changes


def _holds(schedule: Schedule, first: date, until: date) -> bool:
    return schedule.valid_from <= first and (schedule.valid_until is None or schedule.valid_until >= until)


def _room(run: Run) -> UUID | None:
    return UUID(run.room) if run.room else None


def _session(schedule: UUID, like: ScheduleSession, services: Iterable[UUID], **period: date | None) -> ScheduleSession:
    """A new session with the hours of another one."""
    made = ScheduleSession.objects.create(
        schedule_id=schedule,
        weekday=like.weekday,
        start=like.start,
        end=like.end,
        location_id=like.location_id,
        overbooking_cap=like.overbooking_cap,
        same_day_reserve=like.same_day_reserve,
        **period,  # type: ignore[arg-type]
    )
    for service in services:
        ScheduleSessionService.objects.create(session=made, service_id=service)
    return made


def _change(
    plan: RotaPlan,
    session: ScheduleSession,
    kind: str,
    was_from: date | None = None,
    was_until: date | None = None,
) -> RotaChange:
    return RotaChange(plan=plan, session=session, kind=kind, was_from=was_from, was_until=was_until)


def _note(plan: RotaPlan, changes: Iterable[RotaChange]) -> None:
    """Write down what was done, with the versions the sessions have by now."""
    changes = list(changes)
    rows = ScheduleSession.objects.filter(pk__in=[one.session_id for one in changes])
    versions = dict(rows.values_list("pk", "version"))
    for one in changes:
        one.plan, one.session_version = plan, versions[one.session_id]
    RotaChange.objects.bulk_create(changes)


# --- Taking back -----------------------------------------------------------------------------------------------------
def _replaced(older: RotaPlan, first: date) -> list[RotaChange]:
    """Take out what is still to come of a plan. What has begun of it stays; the rest is the new plan's to undo."""
    changes = list(older.changes.select_related("session").order_by("pk"))
    older.status = codes.RotaStatus.WITHDRAWN
    older.save()
    if older.effective_from is not None and older.effective_from >= first:
        _undo(changes)
        return []
    left = []
    for one in changes:
        session = one.session
        one.delete()
        if one.kind != Kind.MADE:
            left.append(_change(older, session, one.kind, one.was_from, one.was_until))
        elif session.valid_from is not None and session.valid_from >= first:
            _remove(session)
        elif session.valid_until is None or session.valid_until > first:
            session.valid_until = first
            session.save()
    return left


def _undo(changes: Iterable[RotaChange]) -> None:
    """The timetables as they were."""
    for one in changes:
        session = one.session
        one.delete()
        if one.kind in (Kind.MADE, Kind.CONTINUED):
            _remove(session)
        else:
            session.valid_from, session.valid_until = one.was_from, one.was_until
            session.save()


def _remove(session: ScheduleSession) -> None:
    for service in session.services.all():
        service.delete()
    session.delete()


def _refuse_dependents(plan: RotaPlan) -> None:
    today = clock.today(plan.facility.time_zone)
    changes = list(plan.changes.select_related("session"))
    ended = [one.session.valid_until for one in changes if one.kind == Kind.ENDED]
    if (plan.effective_from or today) <= today or any(day is not None and day <= today for day in ended):
        raise Refused(refusals.ROTA_HAS_BEGUN)
    if any(one.session.version != one.session_version for one in changes):
        raise Refused(refusals.ROTA_CHANGED_SINCE)
    if count := dependents(plan):
        raise Refused(refusals.booked_in_rota(count))


def _patterns(changes: Iterable[RotaChange], *, now: bool) -> dict[UUID, list[Pattern]]:
    """Weekly sessions by practitioner: those the plan has made, or those it has set aside as they were before."""
    found: dict[UUID, list[Pattern]] = defaultdict(list)
    for one in changes:
        role = one.session.schedule.practitioner_role
        if role is None or (one.kind == Kind.MADE) != now or one.kind == Kind.CONTINUED:
            continue
        session = one.session
        period = (session.valid_from, session.valid_until) if now else (one.was_from, one.was_until)
        found[role.practitioner_id].append(Pattern(session.pk, session.weekday, session.start, session.end, *period))
    return found


def _only(own: list[Pattern], without: list[Pattern], facility: Facility, window: Span) -> list[Span]:
    """The time that the first have and the second don't."""
    others = Busy(one.span for one in availability.sessions(without, facility.zone, window))
    return [part for one in availability.sessions(own, facility.zone, window) for part in others.without(one.span)]
