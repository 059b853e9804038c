"""What the rules of booking need to know, gathered once for each deed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hms.core import clock
from hms.core.actor import Actor
from hms.core.records import missing
from hms.organization.policies import policies, policy
from hms.patients.models import Patient
from hms.patients.models.scope import find_patient
from hms.scheduling import codes, kept, timetables
from hms.scheduling.models import Appointment, AppointmentParticipant, HealthcareService, Schedule
from hms.scheduling.models.service import Need
from hms.scheduling.rules.availability import Session, Thing, Visit
from hms.scheduling.rules.booking import Standing
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.timetables import Timetable

OVERBOOK, OVERRIDE = "scheduling.overbook", "scheduling.override_timetable"
CAP = "scheduling.overbooking_cap"
HOLD_FOR, REMIND_BEFORE = "scheduling.hold", "messaging.reminder_lead"
RELATED_FOR = "patients.relationship_days"
POLICIES = (HOLD_FOR, REMIND_BEFORE, RELATED_FOR)
# The keyword that an action's look fills in before the deed; callers leave it out.
LOOKED_UP: Any = None
# Somebody seen in the department within three years comes for a follow-up (AMA, CPT: Evaluation and Management).
KNOWN_FOR = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit that somebody wants at a time, with what is known about everything it needs."""

    patient: Patient
    service: HealthcareService
    timetable: Timetable
    visit: Visit
    appointment_type: str
    start: datetime
    by_patient: bool
    standing: Standing
    # What the facility decided, by the names in POLICIES.
    decided: Mapping[str, Any]

    @property
    def schedule(self) -> Schedule:
        return self.timetable.schedule

    @property
    def sitting(self) -> Session | None:
        return self.timetable.sitting_at(self.start)

    @property
    def room(self) -> UUID | None:
        """The room its session is bound to, unless it takes place in one of a kind it needs."""
        sitting = self.sitting
        return sitting.room if sitting is not None and self.visit.own_room else None  # type: ignore[return-value]

    @property
    def pools(self) -> list[tuple[Need, list[UUID]]]:
        """Of which things it takes one each, in the order in which they are tried: the session's own room first.

        Things that can't be used then are left out, unless none can: whether that forbids the visit, the rules say.
        """
        own = self.sitting.room if self.sitting is not None else None
        found = []
        for need in self.visit.needs:
            every = self.timetable.pools[need].things  # type: ignore[index]
            some = [one for one in every if one.closed.until(self.seen) is None] or every
            found.append((need, [one.key for one in sorted(some, key=lambda one: one.key != own)]))
        return found  # type: ignore[return-value]

    @property
    def group(self) -> UUID | None:
        """The group visit with places left that starts then, for a type of visit that has such."""
        return next((one.key for one in self.timetable.places if one.start == self.start), None)  # type: ignore[misc]

    @property
    def seen(self) -> Span:
        return self.visit.seen(self.start)

    @property
    def occupied(self) -> Span:
        return self.visit.occupied(self.start)


def acts_as_patient(by: Actor) -> bool:
    """Whether somebody books for themselves or as a proxy, not for the hospital."""
    return by.role == "patient"


def patient_for_booking(by: Actor, patient: Patient | UUID) -> Patient:
    """The patient, if this actor may book for them: oneself, whom one acts for, or whom the staff may look up."""
    id = getattr(patient, "pk", patient)
    if by.kind == "system":
        found = Patient.objects.filter(pk=id).first()
    elif acts_as_patient(by):
        found = Patient.objects.acted_for_by(by, scope="book").filter(pk=id).first()
    else:
        found = find_patient(by, id)
    if found is None:
        raise missing()
    return found


def of_booking(
    by: Actor,
    patient: Patient,
    schedule: Schedule | UUID,
    service: HealthcareService,
    start: datetime,
    appointment_type: str = "",
    *,
    overbook: bool = False,
    but: UUID | None = None,
) -> Booking:
    """Gather the facts. Raises Missing for the schedule of another department than the type of visit is of.

    Staff say whether it is a first visit; of patients the record says it, and a visit that moves stays what it is.
    """
    now, itself = clock.now(), acts_as_patient(by)
    kind = appointment_type if but is not None or not itself else ""
    kind = kind or kind_of_visit(patient.pk, service.department_id, now)
    asked = kept.schedule(getattr(schedule, "pk", schedule))
    # A session without services is for all of its own department's, and no other's.
    if asked is None or service.department_id != asked.practitioner_role.department_id:
        raise missing()
    visit = timetables.visit_for(service, kind, by_patient=itself)
    timetable = timetables.of_one(asked, Span(start, start + visit.duration), service=service)
    return Booking(
        patient=patient,
        service=service,
        timetable=timetable,
        visit=visit,
        appointment_type=kind,
        start=start,
        by_patient=itself,
        standing=_standing(
            by,
            patient,
            service,
            timetable,
            start,
            visit,
            now=now,
            # A visit that moves is no further one.
            ahead=_ahead(patient, now) if itself and but is None else 0,
            overbook=overbook,
        ),
        decided=policies(POLICIES, asked.facility),
    )


def of_bookings(
    by: Actor,
    patient: Patient,
    schedule: Schedule | UUID,
    service: HealthcareService,
    starts: Sequence[datetime],
    appointment_type: str,
    *,
    but: UUID | None = None,
) -> list[Booking]:
    """The facts of several visits of one schedule in as many queries as of one. `but`: one of those that are moved."""
    if not starts:
        return []
    now = clock.now()
    first = of_booking(by, patient, schedule, service, min(starts), appointment_type, but=but)
    span = Span(min(starts), max(starts) + first.visit.duration)
    timetable = timetables.of_one(first.schedule, span, service=service)
    return [
        replace(
            first,
            timetable=timetable,
            start=start,
            standing=_standing(
                by, patient, service, timetable, start, first.visit, now=now, ahead=first.standing.ahead, overbook=False
            ),
        )
        for start in starts
    ]


def kind_of_visit(patient: UUID, department: UUID, now: datetime) -> str:
    """First visit or follow-up, by whether this department has seen the patient."""
    return kinds_of_visit(patient, [department], now)[department]


def kinds_of_visit(patient: UUID, departments: Collection[UUID], now: datetime) -> dict[UUID, str]:
    """The same for several departments, by one question."""
    seen = set(
        AppointmentParticipant.objects.filter(
            patient=patient,
            appointment__department__in=departments,
            appointment__status=codes.AppointmentStatus.FULFILLED,
            start_at__gte=now - KNOWN_FOR,
        ).values_list("appointment__department", flat=True)
    )
    kinds = codes.AppointmentType
    return {one: kinds.FOLLOWUP if one in seen else kinds.ROUTINE for one in departments}


def overbooked(timetable: Timetable, sitting: Session) -> int:
    """Visits beyond the plan in a sitting."""
    return (
        AppointmentParticipant.objects.filter(
            actor=timetable.practitioner.pk,
            blocking=True,
            seat__gt=0,
            start_at__lt=sitting.span.end,
            end_at__gt=sitting.span.start,
        )
        .values("appointment")
        .distinct()
        .count()
    )


def _standing(
    by: Actor,
    patient: Patient,
    service: HealthcareService,
    timetable: Timetable,
    start: datetime,
    visit: Visit,
    *,
    now: datetime,
    ahead: int,
    overbook: bool,
) -> Standing:
    role, practitioner = timetable.schedule.practitioner_role, timetable.practitioner
    day = clock.local(start, timetable.schedule.facility.time_zone).date()
    return Standing(
        service_active=service.active,
        patients_may_book=service.who_may_book == codes.WhoMayBook.EVERYONE,
        patient_deceased=patient.deceased,
        patient_merged=patient.merged_into_id is not None,
        practitioner_active=practitioner.active and role.start <= day and (role.end is None or day < role.end),
        # Some who treat patients need no licence; theirs is not recorded.
        licensed=practitioner.licensed_on(day) if practitioner.licence_number else None,
        ahead=ahead,
        overbooking_cap=_cap(timetable, start) if overbook else 0,
        may_overbook=_may_here(by, OVERBOOK, service),
        may_override=_may_here(by, OVERRIDE, service),
        closed_things=_closed_things(timetable, visit, start),
    )


def _may_here(by: Actor, permission: str, service: HealthcareService) -> bool:
    return by.may(permission) and by.in_facility(service.facility_id, permission)


def _closed_things(timetable: Timetable, visit: Visit, start: datetime) -> frozenset[str]:
    """The kinds of things of which none can be used at the time, taken or not."""
    seen, sitting = visit.seen(start), timetable.sitting_at(start)
    pools: list[tuple[Any, Iterable[Thing]]] = [(need[0], timetable.pools[need].things) for need in visit.needs]  # type: ignore[index]
    if visit.own_room and sitting is not None and sitting.room is not None:
        pools.append((codes.ThingKind.ROOM, [timetable.rooms[sitting.room]]))  # type: ignore[index]
    return frozenset(kind for kind, pool in pools if all(one.closed.until(seen) is not None for one in pool))


def _ahead(patient: Patient, now: datetime) -> int:
    return Appointment.objects.of_patient(patient.pk).live().filter(start_at__gt=now).count()


def _cap(timetable: Timetable, start: datetime) -> int:
    sitting = timetable.sitting_at(start)
    said = timetable.caps.get(sitting.key) if sitting is not None else None  # type: ignore[arg-type]
    return int(policy(CAP, timetable.schedule.facility)) if said is None else said
