"""Putting a visit into time: the locks, the rows, and what is said when the time is gone.

Every booking takes the same road. What is evidently taken is refused before anything is locked. Then `lock_actors`, in
one order, so that nobody waits in a circle; then holds that ran out are ended; then the rows, and the database has the
last word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError
from django.db.models import DateTimeField, Q, QuerySet, UUIDField
from django.utils.functional import cached_property

from hms.core import bulk, clock, locks
from hms.core.prepared import Given, Prepared, named, several
from hms.core.problems import Conflict, Problem, Refused
from hms.scheduling import codes, refusals, timetables
from hms.scheduling.facts import Booking
from hms.scheduling.guards import OVERLAP
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import FreeStart
from hms.scheduling.rules.booking import Asked, booking_problems, forbidding
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.wall_clock import DAY, Span, promise

# What the database calls a place that is given twice: PostgreSQL by the constraint, SQLite by its columns.
PLACE_ONCE = ("scheduling_place_once", "scheduling_appointmentparticipant.place")


def refuse_against_rules(booking: Booking, *, beyond: int = 0, reason: str = "") -> list[Problem]:
    """Raise what forbids the booking; return what is only worth a warning."""
    asked = Asked(booking.start, booking.visit, by_patient=booking.by_patient, beyond=beyond, reason=reason)
    timetable = booking.timetable
    problems = booking_problems(asked, booking.standing, timetable.sittings, timetable.closed, now=clock.now())
    if against := forbidding(problems):
        raise Refused(*against)
    return problems


class Use(NamedTuple):
    """A room or device that a visit gets. Overbooking is of people and their own room: a device does one thing."""

    kind: str
    id: UUID
    seat: int = 0


def actors_of(booking: Booking) -> list[UUID]:
    """Whose time the booking takes, or may take: of the things it needs, one will be chosen."""
    return [*_people_and_room(booking), booking.patient.pk, *(one for _need, pool in booking.pools for one in pool)]


def _people_and_room(booking: Booking) -> list[UUID]:
    found = [booking.timetable.practitioner.pk]
    return [*found, booking.room] if booking.room else found


def claim(booking: Booking, *, seat: int = 0, but: UUID | None = None) -> list[Use]:
    """Lock everybody whose time is wanted, end their holds that ran out, and refuse if somebody else has it.

    Gives back the rooms and devices that the visit gets. `but` is the appointment that is being moved and stands in
    nobody's way.
    """
    actors = actors_of(booking)
    locks.lock_actors(actors)
    in_the_way = end_ran_out(actors, booking.occupied)
    return _uses(booking, [one for one in in_the_way if one.appointment != but], seat)


def end_ran_out(actors: list[UUID], span: Span) -> list[_Taking]:
    """End the holds in the way that ran out; returns what is still there. Call it under the lock.

    Only then: while we waited for it, a hold may have run out.
    """
    now, in_the_way = clock.now(), _in_the_way(actors, span)
    ended = {one.appointment for one in in_the_way if one.held_until is not None and one.held_until <= now}
    if ended:
        end_holds(ended, codes.CancellationReason.HOLD_EXPIRED)
    return [one for one in in_the_way if one.appointment not in ended]


def refuse_evidently_taken(booking: Booking) -> None:
    """Refuse what a look without locks shows to be taken for good, before anybody is kept waiting.

    In a race nearly everybody comes too late, and is told so here. Whether a time is free only `claim` can say, and
    whether a hold stands in the way, which may be this booker's own.
    """
    in_the_way = _in_the_way(actors_of(booking), booking.occupied)
    _uses(booking, [one for one in in_the_way if one.held_until is None], seat=0)


def lock_visit(appointment: Appointment, *others: UUID) -> None:
    """Lock everybody in a visit, before its row is locked: bookings lock people first and rows after, so do we."""
    lock_visits([appointment.pk], *others)


def lock_visits(visits: Iterable[UUID], *others: UUID) -> None:
    """The same for several visits at once, with the holds of whatever is proposed for them."""
    ids = list(visits)
    held = Appointment.objects.filter(proposals__replaces__in=ids, proposals__outcome="").values("pk")
    rows = AppointmentParticipant.objects.filter(Q(appointment__in=ids) | Q(appointment__in=held))
    locks.lock_actors({*rows.values_list("actor", flat=True), *others})


def free_seat(booking: Booking) -> int:
    """The first lane that is free at this time, after locking: 0, that of the plan, where nobody has the time."""
    locks.lock_actors(actors_of(booking))
    used = {one.lane for one in end_ran_out(_people_and_room(booking), booking.occupied)}
    return next(seat for seat in range(len(used) + 1) if seat not in used)


def write(
    appointment: Appointment,
    booking: Booking,
    uses: Iterable[Use],
    *,
    seat: int = 0,
    instead_of: AppointmentParticipant | None = None,
) -> AppointmentParticipant:
    """Insert a new visit with its participants and what was claimed for it; returns the patient's part in it."""
    appointment.facility = booking.schedule.facility
    appointment.service = booking.service
    appointment.department_id = booking.service.department_id
    appointment.appointment_type = booking.appointment_type
    appointment.delivery = booking.service.delivery
    appointment.capacity = booking.service.capacity
    put_in_time(appointment, booking)
    rows = _participants(appointment, booking, uses, seat)
    part = next(row for row in rows if row.patient_id is not None)
    part.instead_of = instead_of
    with taken_if_refused(booking):
        bulk.insert([appointment])
        bulk.insert(rows)
    return part


def put_in_time(appointment: Appointment, booking: Booking) -> None:
    """Instants, zone, and the wall time that is promised."""
    zone = booking.schedule.facility.zone
    appointment.start_at, appointment.end_at = booking.seen.start, booking.seen.end
    appointment.zone = booking.schedule.facility.time_zone
    appointment.wall_start, appointment.wall_time_clashes = promise(booking.start, zone), False


def end_holds(appointments: Iterable[UUID], reason: str) -> None:
    """Give back the time of held visits. Visits first, participants after, as everywhere: nobody waits in a circle."""
    ids = list(appointments)
    Appointment.objects.filter(pk__in=ids, status=codes.AppointmentStatus.PENDING).update(
        status=codes.AppointmentStatus.CANCELLED,
        cancellation_reason=reason,
        cancelled_at=clock.now(),
        hold_expires_at=None,
    )
    AppointmentParticipant.objects.filter(
        appointment__in=ids, appointment__status=codes.AppointmentStatus.CANCELLED
    ).update(blocking=False, place=None)


@contextmanager
def taken_if_refused(booking: Booking | None = None) -> Iterator[None]:
    """The database's last word, in ours. Anything else it refuses is a mistake of ours and stays one."""
    try:
        yield
    except IntegrityError as error:
        if any(name in str(error) for name in (OVERLAP, *PLACE_ONCE)):
            raise (taken(booking) if booking is not None else Conflict(refusals.TAKEN)) from error
        raise


def taken(booking: Booking, problem: Problem = refusals.TAKEN) -> Conflict:
    """The refusal for a time that somebody else has, with the three nearest that are free."""
    return Conflict(problem, alternatives=Alternatives(booking))  # type: ignore[arg-type]


class Alternatives(Sequence[Slot]):
    """Free times of the same practitioner closest to one that was taken.

    They are looked up when somebody first asks: by then the refused deed has let go of its locks.
    """

    COUNT = 3

    def __init__(self, booking: Booking) -> None:
        self.booking = booking

    @property
    def zone(self) -> ZoneInfo:
        return self.booking.timetable.zone

    def __len__(self) -> int:
        return len(self._slots)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self._slots[index]

    @cached_property
    def _slots(self) -> list[Slot]:
        booking, now = self.booking, clock.now()
        return [
            Slot(booking.schedule.pk, booking.service.pk, start.at, booking.appointment_type)
            for start in availability.nearest(self._found(now), booking.start, self.COUNT)
        ]

    def _found(self, now: datetime) -> list[FreeStart]:
        """All that is free around the time, as far around as it takes to find enough."""
        booking, found = self.booking, list[FreeStart]()
        for reach in (DAY, 7 * DAY, 30 * DAY):
            around = self._around(reach, now)
            if around.start >= around.end:
                break
            timetable = timetables.again(
                booking.timetable, around, now=now, patient=booking.patient.pk, service=booking.service
            )
            # As a rule the next few hours hold enough, and are computed in a fraction of the time.
            for window in (self._around(reach / 6, now), around):
                found = timetable.free_starts(booking.visit, now=now, window=window)
                if len(found) >= self.COUNT:
                    return found
        return found

    def _around(self, reach: timedelta, now: datetime) -> Span:
        bookable, start = self.booking.visit.bookable(now), self.booking.start
        return Span(max(bookable.start, start - reach), min(bookable.end, start + reach))


def overlapping(actors: list[UUID], span: Span) -> QuerySet[AppointmentParticipant]:
    """Whatever takes some of this time from these actors."""
    return AppointmentParticipant.objects.filter(
        actor__in=actors, blocking=True, start_at__lt=span.end, end_at__gt=span.start
    )


def _uses(booking: Booking, in_the_way: Collection[_Taking], seat: int) -> list[Use]:
    """The rooms and devices that are left for the visit. Refuses when there are none, or when people are taken."""
    patient, needed = booking.patient.pk, _people_and_room(booking)
    for one in in_the_way:
        if one.actor == patient and Span(one.start, one.end).overlaps(booking.seen):
            raise taken(booking, refusals.PATIENT_TAKEN)
        if one.actor in needed and one.lane == seat:
            raise taken(booking)
    uses = [Use(codes.ThingKind.ROOM, booking.room, seat)] if booking.room else []
    used = {one.actor for one in in_the_way if one.lane == 0}
    for (kind, _name), pool in booking.pools:
        left = next((one for one in pool if one not in used), None)
        if left is None:
            raise taken(booking, refusals.THINGS_TAKEN)
        uses.append(Use(kind, left))
    return uses


class _Taking(NamedTuple):
    """A visit that takes some of somebody's time."""

    appointment: UUID
    actor: UUID
    start: datetime
    end: datetime
    lane: int
    held_until: datetime | None


def _in_the_way(actors: list[UUID], span: Span) -> list[_Taking]:
    """Everything that takes some of this time from these actors."""
    return [_Taking(*row) for row in _taking(len(actors))(start=span.start, end=span.end, **named("actor", actors))]


@cache
def _taking(count: int) -> Prepared[tuple[Any, ...]]:
    """The same question for so many actors: every booking asks it under its locks."""
    start, end = Given("start", DateTimeField()), Given("end", DateTimeField())
    actors: Any = several("actor", UUIDField(), count)
    return Prepared(
        lambda: overlapping(actors, Span(start, end)).values_list(  # type: ignore[arg-type]
            "appointment", "actor", "start_at", "end_at", "seat", "appointment__hold_expires_at"
        )
    )


def _participants(
    appointment: Appointment, booking: Booking, uses: Iterable[Use], seat: int
) -> list[AppointmentParticipant]:
    around, seen = booking.occupied, booking.seen
    return [
        AppointmentParticipant(
            appointment=appointment,
            practitioner=booking.timetable.practitioner,
            start_at=around.start,
            end_at=around.end,
            seat=seat,
        ),
        AppointmentParticipant(
            appointment=appointment, patient=booking.patient, start_at=seen.start, end_at=seen.end, place=1
        ),
        *(use_of(appointment, one, around) for one in uses),
    ]


def use_of(appointment: Appointment, use: Use, around: Span) -> AppointmentParticipant:
    """A room's or device's part in a visit, not written yet."""
    column = "device_id" if use.kind == codes.ThingKind.DEVICE else "location_id"
    return AppointmentParticipant(
        appointment=appointment, start_at=around.start, end_at=around.end, seat=use.seat, **{column: use.id}
    )
