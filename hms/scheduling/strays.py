"""Booked visits that can't take place: leave, a closed day or room, changed hours or a farewell came after the booking,
or the clocks of the zone were changed and somebody else has the time that was promised.

Nothing that is booked vanishes by itself; this is the list of whom to ask or to call, with a time to offer each of
them. A fixed number of queries, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from hms.core import clock, values
from hms.core.actor import Actor
from hms.organization.calendars import closed_days
from hms.organization.codes import LocationStatus
from hms.organization.models import Facility, Practitioner, PractitionerRole
from hms.scheduling import codes, things, timetables
from hms.scheduling.models import Appointment, AppointmentParticipant, MoveProposal, Schedule, ScheduleException
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import NOTHING, Busy, FreeStart
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.wall_clock import Span, day_span, promised_instant, wall_time
from hms.scheduling.timetables import Timetable

# Holidays are looked for so far ahead; leave and ended sessions however far.
_AHEAD = timedelta(days=400)
# How far behind the promised time another one is looked for.
_BEHIND = timedelta(days=42)
_TRIED = 60


@dataclass(frozen=True, slots=True)
class Stray:
    """A visit, why it can't take place, and what was proposed instead, the latest first."""

    visit: Appointment
    why: str
    proposals: Sequence[MoveProposal] = ()

    @property
    def latest(self) -> MoveProposal | None:
        return next(iter(self.proposals), None)

    def waits_for_answer(self, now: datetime) -> bool:
        """Whether a proposal stands."""
        return self.latest is not None and self.latest.stands(now)

    @property
    def may_be_asked_by_itself(self) -> bool:
        """Who said no, or nothing, is called and not written to again; what was taken back does not count."""
        return all(one.outcome == codes.OfferOutcome.WITHDRAWN for one in self.proposals)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time to offer instead."""

    slot: Slot
    practitioner: Practitioner
    at: datetime


class _Unusable(NamedTuple):
    """When a room or device can't be used: closures as they were entered, and all of it, hours that ended included."""

    closures: Sequence[ScheduleException]
    closed: Busy


def strays(by: Actor, facility: Facility) -> list[Stray]:
    """Whose booked visit lies where the practitioner isn't, soonest first."""
    now = clock.now()
    holidays = closed_days(facility, *_days(facility, Span(now, now + _AHEAD)))
    visits = list(_doubtful(by, facility, holidays, now))
    if not visits:
        return []
    span = Span(visits[0].start_at, max(visit.end_at for visit in visits))
    by_practitioner: dict[UUID, list[Timetable]] = defaultdict(list)
    closed = {facility.pk: [day_span(day, facility.zone) for day in holidays]}
    plan = timetables.read(Schedule.objects.filter(facility=facility), span, closed=closed)
    for one in plan.timetables(span, {}):
        by_practitioner[one.practitioner.pk].append(one)
    roles, unusable = _roles(facility, visits), _unusable(visits, facility, span)
    found = []
    for visit in visits:
        practitioner = visit.practitioner
        assert practitioner is not None
        there = by_practitioner[practitioner.pk]
        why = (
            _gone(visit, roles[practitioner.pk])
            or _why(visit, there, holidays)
            or _why_not_there(visit, unusable)
            or _clash(visit)
        )
        if why:
            found.append(Stray(visit, why, list(visit.move_proposals.all())))
    return found


def suggestions(
    facility: Facility, visits: Iterable[Appointment], refused: Mapping[UUID, Collection[datetime]] | None = None
) -> dict[UUID, Suggestion]:
    """A free time for each visit: with the same practitioner if there is one, else with a colleague of the department.

    No two are given the same time. Group visits and visits of a type no longer offered get none. `refused`: times that
    were proposed before, by visit; they are not suggested again.
    """
    refused = refused or {}
    visits = [visit for visit in visits if visit.service is not None and not visit.is_group]
    people = {visit.pk: visit.patient.pk for visit in visits if visit.patient is not None}
    if not people:
        return {}
    now = clock.now()
    first = max(now, min(visit.start_at for visit in visits))
    window = Span(first, max(max(visit.end_at for visit in visits), first) + _BEHIND)
    departments = {visit.department_id for visit in visits}
    schedules = Schedule.objects.filter(
        facility=facility,
        practitioner_role__department__in=departments,
        practitioner_role__practitioner__active=True,
        active=True,
    )
    services = {visit.service_id: visit.service for visit in visits if visit.service is not None}
    plan = timetables.read(schedules, window, list(services.values()))
    taken = plan.taken(window, now=now, others=people.values())
    closed = set(facility.locations.exclude(status=LocationStatus.ACTIVE).values_list("pk", flat=True))
    there = [
        replace(one, sittings=tuple(sitting for sitting in one.sittings if sitting.room not in closed))
        for one in plan.timetables(window, taken)
    ]
    given: dict[UUID, list[Span]] = defaultdict(list)
    found = {}
    for visit in visits:
        patient_busy = taken.get(people.get(visit.pk), NOTHING)  # type: ignore[arg-type]
        if suggestion := _suggest(visit, there, patient_busy, given, now, window, refused.get(visit.pk, ())):
            found[visit.pk] = suggestion
    return found


def instead_of(facility: Facility, found: Iterable[Stray]) -> dict[UUID, Suggestion]:
    """A time for each visit of the list that was not proposed for it before."""
    found = list(found)
    refused = {one.visit.pk: {proposal.appointment.start_at for proposal in one.proposals} for one in found}
    return suggestions(facility, [one.visit for one in found], refused)


def _suggest(
    visit: Appointment,
    there: list[Timetable],
    patient_busy: Busy,
    given: dict[UUID, list[Span]],
    now: datetime,
    window: Span,
    refused: Collection[datetime],
) -> Suggestion | None:
    assert visit.service is not None
    wanted, own = visit.service.visit(visit.appointment_type), visit.practitioner
    look = Span(max(window.start, visit.start_at), min(window.end, max(visit.start_at, now) + _BEHIND))
    best: tuple[bool, datetime, Timetable, FreeStart] | None = None
    for one in there:
        if one.schedule.practitioner_role.department_id != visit.department_id:
            continue
        starts = availability.free_starts(
            one.sittings,
            wanted,
            now=now,
            window=look,
            closed=one.closed,
            busy=one.busy,
            patient_busy=patient_busy,
            rooms=one.rooms,
            pools=one.pools,
            limit=_TRIED,
        )
        mine = given[one.practitioner.pk]
        start = next((s for s in starts if s.at not in refused and not _given(mine, wanted.occupied(s.at))), None)
        if start is None:
            continue
        rank = (own is None or one.practitioner.pk != own.pk, start.at, one, start)
        if best is None or rank[:2] < best[:2]:
            best = rank
    if best is None:
        return None
    _other, at, timetable, _start = best
    given[timetable.practitioner.pk].append(wanted.occupied(at))
    slot = Slot(timetable.schedule.pk, visit.service.pk, at, visit.appointment_type)
    return Suggestion(slot, timetable.practitioner, at)


def _given(spans: list[Span], span: Span) -> bool:
    return any(one.overlaps(span) for one in spans)


def _doubtful(by: Actor, facility: Facility, holidays: Iterable[date], now: datetime) -> Any:
    """Booked visits to come that an exception, a closed day or changed hours may have touched."""
    participation = {"schedule__practitioner_role__practitioner__participations__appointment": OuterRef("pk")}
    away = ScheduleException.objects.filter(
        **participation,
        schedule__facility=facility,
        withdrawn_at__isnull=True,
        start_at__lt=OuterRef("end_at"),
        end_at__gt=OuterRef("start_at"),
    ).exclude(kind=codes.ExceptionKind.EXTRA)
    changed = AppointmentParticipant.objects.filter(
        appointment=OuterRef("pk"), practitioner__in=_with_ended_hours(facility)
    )
    closed = Q()
    for day in holidays:
        span = day_span(day, facility.zone)
        closed |= Q(start_at__lt=span.end, end_at__gt=span.start)
    closed_things = _things_away().filter(
        Q(schedule__location__participations__appointment=OuterRef("pk"))
        | Q(schedule__device__participations__appointment=OuterRef("pk")),
        start_at__lt=OuterRef("end_at"),
        end_at__gt=OuterRef("start_at"),
    )
    gone = AppointmentParticipant.objects.filter(appointment=OuterRef("pk"))
    gone = gone.filter(_may_have_gone(facility))
    shorter = AppointmentParticipant.objects.filter(
        Q(location__in=_things_with_ended_hours(facility, "location"))
        | Q(device__in=_things_with_ended_hours(facility, "device")),
        appointment=OuterRef("pk"),
    )
    touched = Q(Exists(away)) | Q(Exists(changed)) | Q(Exists(closed_things)) | Q(Exists(gone)) | Q(Exists(shorter))
    touched |= Q(wall_time_clashes=True)
    return (
        Appointment.objects.visible_to(by)
        .filter(facility=facility, status=codes.AppointmentStatus.BOOKED, start_at__gt=now)
        .filter(touched | closed if closed else touched)
        .filter(participants__practitioner__isnull=False)
        .with_people()
        .prefetch_related(
            Prefetch("move_proposals", MoveProposal.objects.select_related("appointment").order_by("-offered_at"))
        )
        .order_by("start_at", "pk")
    )


def _may_have_gone(facility: Facility) -> Q:
    """A practitioner who left or has a role here that ends, or a room that is closed."""
    ending = PractitionerRole.objects.filter(facility=facility, end__isnull=False).values("practitioner")
    return (
        Q(practitioner__active=False)
        | Q(practitioner__in=ending)
        | (Q(location__isnull=False) & ~Q(location__status=LocationStatus.ACTIVE))
    )


def _things_away() -> QuerySet[ScheduleException]:
    """When rooms and devices can't be used."""
    rows = ScheduleException.objects.filter(schedule__practitioner_role__isnull=True, schedule__active=True)
    return rows.filter(withdrawn_at__isnull=True).exclude(kind=codes.ExceptionKind.EXTRA)


def _unusable(visits: Iterable[Appointment], facility: Facility, span: Span) -> dict[UUID, _Unusable]:
    """When the rooms and devices of these visits can't be used, by thing. A fixed number of queries."""
    rows = [row for visit in visits for row in visit.participants.all()]
    ids = {row.location_id or row.device_id for row in rows} - {None}
    read = things.read((), (), ids).timetables  # type: ignore[arg-type]
    return {
        id: _Unusable(
            [one for _schedule, hours in timetables for one in hours.exceptions if not one.opens],
            things.closed_of(timetables, facility.zone, span),
        )
        for id, timetables in read.items()
    }


def _with_ended_hours(facility: Facility) -> Any:
    """Practitioners some of whose hours ended or will end."""
    ended = Q(sessions__valid_until__isnull=False) | Q(valid_until__isnull=False) | Q(active=False)
    schedules = Schedule.objects.filter(ended, facility=facility, practitioner_role__isnull=False)
    return schedules.values("practitioner_role__practitioner")


def _things_with_ended_hours(facility: Facility, thing: str) -> Any:
    """Rooms or devices some of whose hours ended or will end. One without a timetable in use is open at any time."""
    ended = Q(sessions__valid_until__isnull=False) | Q(valid_until__isnull=False)
    rows = Schedule.objects.filter(ended, facility=facility, active=True, **{f"{thing}__isnull": False})
    return rows.values(thing)


def _roles(facility: Facility, visits: Iterable[Appointment]) -> dict[UUID, list[PractitionerRole]]:
    """What the practitioners of visits do here, and until when."""
    people = {visit.practitioner.pk for visit in visits if visit.practitioner is not None}
    found: dict[UUID, list[PractitionerRole]] = defaultdict(list)
    for role in PractitionerRole.objects.filter(facility=facility, practitioner__in=people):
        found[role.practitioner_id].append(role)
    return found


def _gone(visit: Appointment, roles: Iterable[PractitionerRole]) -> str:
    """Why whom or what a visit needs is here no more; empty while it is."""
    room, practitioner, day = visit.room, visit.practitioner, visit.local_start.date()
    here = any(one.start <= day and (one.end is None or day < one.end) for one in roles)
    if practitioner is None or not practitioner.active or not here:
        return _("Works here no more")
    if room is not None and room.status != LocationStatus.ACTIVE:
        return _("The room is closed")
    return ""


def _why(visit: Appointment, own: list[Timetable], holidays: dict[Any, str]) -> str:
    """Why nobody is there for a visit; empty when somebody is."""
    for one in own:
        if away := next((leave for leave in one.away if leave.span.overlaps(visit.span)), None):
            return str(away.get_kind_display())
    if holiday := holidays.get(visit.local_start.date()):
        return holiday
    if any(one.sitting_at(visit.start_at) for one in own):
        return ""
    # Placed outside the hours on purpose, with a reason.
    return "" if visit.override_reason else _("No hours then any more")


def _why_not_there(visit: Appointment, unusable: Mapping[UUID, _Unusable]) -> str:
    """Why a room or device of a visit can't be used; empty when all can."""
    for row in visit.participants.all():
        found = unusable.get(row.location_id or row.device_id)  # type: ignore[arg-type]
        if found is None:
            continue
        said = {"thing": row.location or row.device}
        if closure := next((one for one in found.closures if one.span.overlaps(visit.span)), None):
            return _("%(thing)s: %(why)s") % {**said, "why": closure.get_kind_display()}
        # Placed outside the hours on purpose, with a reason.
        if not visit.override_reason and found.closed.until(visit.span) is not None:
            return _("%(thing)s: no hours then any more") % said
    return ""


def _clash(visit: Appointment) -> str:
    """Why the time on the wall that was promised is not this visit's; empty where it is."""
    if not visit.wall_time_clashes:
        return ""
    promised = values.clock_text(promised_instant(visit.wall_start, visit.tz), visit.zone)
    return _("The clocks have changed: %(time)s was promised, and somebody else has it") % {"time": promised}


def _days(facility: Facility, span: Span) -> tuple[Any, Any]:
    return wall_time(span.start, facility.zone).date(), wall_time(span.end, facility.zone).date()
