"""Rotas: beginning a plan, asking for a proposal, changing it by hand; and what practitioners wish.

A draft binds nobody. What publishing does is in publishing_rota.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.organization.models import Department, Location, Practitioner
from hms.scheduling import codes, refusals
from hms.scheduling.models import (
    HealthcareService,
    RotaConflict,
    RotaDemand,
    RotaEntry,
    RotaMember,
    RotaPlan,
    RotaWish,
    RotaWishes,
)
from hms.scheduling.models.rota import PLAN
from hms.scheduling.rota import asking, reading
from hms.scheduling.rota.reading import GENERAL
from hms.scheduling.rules.rota.problem import Entry, Slot
from hms.scheduling.rules.rota.wire import BEST_FOUND, OPTIMAL, Answer

Outcome = codes.RotaOutcome


@dataclass(frozen=True, slots=True)
class HalfDays:
    """From when to when mornings and afternoons are."""

    morning_start: time = time(8)
    morning_end: time = time(12)
    afternoon_start: time = time(13)
    afternoon_end: time = time(17)

    @property
    def in_order(self) -> bool:
        return (
            self.morning_start < self.morning_end <= self.afternoon_start and self.afternoon_start < self.afternoon_end
        )

    @property
    def minutes(self) -> int:
        """How long half a day is, on average."""
        return reading.half_day_minutes(RotaPlan(**self.columns))

    @property
    def columns(self) -> dict[str, time]:
        names = ("morning_start", "morning_end", "afternoon_start", "afternoon_end")
        return {name: getattr(self, name) for name in names}


def month_after(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _look_to_begin(
    *, by: Actor, department: Department, month: date, half_days: HalfDays, **_more: object
) -> dict[str, Any]:
    """What was asked for lately, counted before anybody is kept waiting."""
    _in_reach(by, department.facility_id)
    if not half_days.in_order:
        raise Refused(refusals.HALF_DAYS)
    first = month.replace(day=1)
    return {"wanted": reading.estimate(department, first, month_after(first), half_days.minutes)}


@action("scheduling.plan_rota", look=_look_to_begin)
def begin_rota(
    *,
    by: Actor,
    department: Department,
    month: date,
    half_days: HalfDays,
    keep_bookings: bool = True,
    wanted: Mapping[tuple[UUID | None, int], int] | None = None,
) -> RotaPlan:
    """A draft for a month, which begins as the timetables are.

    Refused: a month without a day to come, nobody to plan, or there is a draft already. `wanted` is
    filled in by the look beforehand. Limits of people are those of the department's last plan.
    """
    first = month.replace(day=1)
    plan = RotaPlan(
        facility=department.facility,
        department=department,
        first_on=first,
        until_on=month_after(first),
        keep_bookings=keep_bookings,
        **half_days.columns,
    )
    if plan.starts_on(clock.today(department.facility.time_zone)) >= plan.until_on:
        raise Refused(refusals.MONTH_OVER)
    roles = list(reading.roles_of(department, first, plan.until_on))
    if not roles:
        raise Refused(refusals.NOBODY_TO_PLAN)
    if RotaPlan.objects.filter(department=department, first_on=first, status=codes.RotaStatus.DRAFT).exists():
        raise Conflict(refusals.HAS_DRAFT)
    try:
        plan.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(refusals.HAS_DRAFT) from error
    limits = _limits(department)
    for role in roles:
        a_day, a_week = limits.get(role.pk, (2, 10))
        RotaMember.objects.create(plan=plan, practitioner_role=role, most_a_day=a_day, most_a_week=a_week)
    for (service, weekday), sessions in (wanted or {}).items():
        RotaDemand.objects.create(plan=plan, service_id=service, weekday=weekday, sessions=sessions)
    rota = reading.read(plan)
    usual = [
        Entry(doctor.key, slot, one.work, one.room)
        for doctor in rota.problem.doctors
        for slot, one in doctor.usual.items()
        if not doctor.bars(slot) and slot.day in set(rota.problem.days)
    ]
    _write(plan, usual)
    plan.refresh_from_db(fields=["version"])
    trail.record("rota.begun", subject=plan, facility=plan.facility_id, detail={"month": first.isoformat()})
    return plan


@action("scheduling.plan_rota")
def set_rota_terms(
    *,
    by: Actor,
    plan: RotaPlan,
    limits: Mapping[UUID, tuple[int, int]],
    wanted: Mapping[tuple[UUID | None, int], int],
    keep_bookings: bool,
    version: int | None = None,
) -> RotaPlan:
    """What the plan goes by: sessions a day and a week of people, sessions wanted by type of visit and weekday.

    Refused: the plan is no draft, or was changed meanwhile.
    """
    changed = _draft(by, plan, version)
    changed.keep_bookings = keep_bookings
    _forget_proposal(changed)
    changed.save()
    for member in changed.members.all():
        if member.pk in limits and limits[member.pk] != (member.most_a_day, member.most_a_week):
            member.most_a_day, member.most_a_week = limits[member.pk]
            member.save()
    known = {(one.service_id, one.weekday): one for one in changed.demands.all()}
    services = {one.pk for one in reading.services_of(changed.department)}
    for (service, weekday), sessions in wanted.items():
        row = known.get((service, weekday)) or RotaDemand(plan=changed, service_id=service, weekday=weekday)
        if service is not None and service not in services:
            raise Refused(refusals.NOT_OF_THE_PLAN)
        if row.sessions != sessions:
            row.sessions = sessions
            row.save()
    trail.record("rota.terms_set", subject=changed, facility=changed.facility_id)
    return changed


@action("scheduling.plan_rota")
def set_rota_entry(
    *,
    by: Actor,
    plan: RotaPlan,
    member: RotaMember,
    on: date,
    part: str,
    holds: bool,
    service: HealthcareService | None = None,
    location: Location | None = None,
    version: int | None = None,
) -> RotaPlan:
    """One half-day of one person, by hand: a session, or none. A proposal leaves it as it is.

    Refused: the plan is no draft or was changed meanwhile, or something does not belong to it. That a rule is broken is
    said, and hinders publishing alone.
    """
    changed = _draft(by, plan, version)
    mine = changed.members.filter(pk=member.pk).exists()
    if not mine or not changed.first_on <= on < changed.until_on or part not in codes.RotaPart.values:
        raise Refused(refusals.NOT_OF_THE_PLAN)
    if (service is not None and service.department_id != changed.department_id) or (
        location is not None and location.facility_id != changed.facility_id
    ):
        raise Refused(refusals.NOT_OF_THE_PLAN)
    _forget_proposal(changed)
    changed.save()
    row = changed.entries.filter(member=member, on=on, part=part).first()
    if holds:
        row = row or RotaEntry(plan=changed, member=member, on=on, part=part)
        row.service, row.location, row.by_hand = service, location, True
        row.save()
    elif row is not None:
        row.delete()
    trail.record(
        "rota.entry_set",
        subject=changed,
        facility=changed.facility_id,
        detail={"on": on.isoformat(), "part": part, "holds": holds},
    )
    return changed


@action("scheduling.plan_rota")
def ask_for_rota(*, by: Actor, plan: RotaPlan, version: int | None = None) -> RotaPlan:
    """Have a proposal looked for; the worker does it. Refused: no draft, changed meanwhile, or there is no solver."""
    if not asking.available():
        raise Refused(refusals.NO_SOLVER)
    asked = _draft(by, plan, version)
    asked.asked_at, asked.outcome = clock.now(), ""
    asked.cost = asked.bound = None
    asked.save()
    outbox.say("rota.asked", asked, key=f"rota.asked:{asked.pk}:{asked.version}")
    trail.record("rota.proposal_asked", subject=asked, facility=asked.facility_id)
    return asked


@action("scheduling.record_rota")
def record_rota(*, by: Actor, plan: RotaPlan, answer: Answer | None, asked_at: datetime) -> RotaPlan:
    """Keep what the solver answered; None: it gave no answer. Refused: the plan was changed since it was asked.

    Entries that somebody set by hand stay; the solver was told of them.
    """
    found = take(RotaPlan.objects.all(), plan.pk)
    if not found.is_draft or not found.is_being_proposed or found.asked_at != asked_at:
        raise Refused(refusals.NOT_A_DRAFT)
    found.outcome = Outcome.FAILED if answer is None else answer.outcome
    proposed = answer is not None and answer.outcome in (OPTIMAL, BEST_FOUND)
    if answer is not None and proposed:
        found.cost, found.bound = answer.cost, answer.bound
    found.save()
    for conflict in found.conflicts.all():
        conflict.delete()
    if answer is not None and proposed:
        first = found.starts_on(clock.today(found.facility.time_zone))
        for row in found.entries.filter(by_hand=False, on__gte=first):
            row.delete()
        kept = set(map(reading.entry_of, found.entries.all()))
        _write(found, [one for one in answer.entries if one not in kept])
    for breach in answer.conflict if answer is not None else ():
        RotaConflict.objects.create(
            plan=found,
            rule=breach.rule,
            member_id=_id(breach.doctor),
            on=breach.day,
            part=breach.part,
            location_id=_id(breach.room),
            service_id=_service(breach.work),
            count=breach.count,
        )
    trail.record("rota.proposed", subject=found, facility=found.facility_id, detail={"outcome": found.outcome})
    return found


@action("scheduling.enter_rota_wishes")
def enter_rota_wishes(
    *,
    by: Actor,
    practitioner: Practitioner,
    month: date,
    wishes: Mapping[Slot, str],
    version: int | None = None,
) -> RotaWishes:
    """A practitioner's own wishes for a month, in the place of those before. Refused: a month that is over."""
    if by.id is None or practitioner.user_id != by.id:
        raise missing()
    first = month.replace(day=1)
    until = month_after(first)
    if until <= clock.now().date():
        raise Refused(refusals.WISHES_TOO_LATE)
    if any(not first <= slot.day < until for slot in wishes):
        raise Refused(refusals.NOT_OF_THE_PLAN)
    found = RotaWishes.objects.filter(practitioner=practitioner, first_on=first).first()
    if found is None:
        found = RotaWishes.objects.create(practitioner=practitioner, first_on=first)
    else:
        found = take(RotaWishes.objects.visible_to(by), found.pk, version)
    known = {Slot(one.on, one.part): one for one in found.of_days.all()}
    for slot, row in known.items():
        if slot not in wishes:
            row.delete()
    for slot, kind in wishes.items():
        row = known.get(slot) or RotaWish(wishes=found, on=slot.day, part=slot.part)
        if row.kind != kind:
            row.kind = kind
            row.save()
    trail.record("rota.wishes_entered", subject=found, detail={"month": first.isoformat(), "days": len(wishes)})
    return found


def _in_reach(by: Actor, facility: UUID) -> None:
    if not by.in_facility(facility, PLAN):
        raise missing()


def _draft(by: Actor, plan: RotaPlan, version: int | None) -> RotaPlan:
    found = take(RotaPlan.objects.visible_to(by), plan.pk, version)
    if not found.is_draft:
        raise Refused(refusals.NOT_A_DRAFT)
    return found


def _forget_proposal(plan: RotaPlan) -> None:
    """What was said of the plan holds no more, and what is being looked for would come too late."""
    if plan.is_being_proposed:
        plan.outcome = Outcome.CHANGED
        return
    plan.asked_at, plan.outcome, plan.cost, plan.bound = None, "", None, None


def _limits(department: Department) -> dict[UUID, tuple[int, int]]:
    """How much people held at most in the department's last plan, by role."""
    rows = RotaMember.objects.filter(plan__department=department).order_by("plan__first_on", "plan__pk")
    return {role: (a_day, a_week) for role, a_day, a_week in rows.values_list(
        "practitioner_role", "most_a_day", "most_a_week"
    )}  # fmt: skip


def _write(plan: RotaPlan, entries: Iterable[Entry]) -> None:
    RotaEntry.objects.bulk_create(
        RotaEntry(
            plan=plan,
            member_id=_id(one.doctor),
            on=one.slot.day,
            part=one.slot.part,
            service_id=_service(one.work),
            location_id=_id(one.room),
        )
        for one in entries
    )


def _service(work: str) -> UUID | None:
    return None if work == GENERAL else _id(work)


def _id(key: str) -> UUID | None:
    return UUID(key) if key else None
