"""Changing a series from one of its dates on: another time for all that follow, or the end of it.

One visit of a series is moved and called off like any other visit; what is done here is done to "this and following" or
to "all". Each visit stays the visit it is, so calendars move it too; past visits stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import missing, take
from hms.scheduling import codes, facts, refusals
from hms.scheduling import series as reads
from hms.scheduling.actions import answering, cancelling, claiming, moving, placing, telling
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, AppointmentSeries, Schedule, SeriesTerm
from hms.scheduling.rules import series as rules

BOOKED, State = codes.AppointmentStatus.BOOKED, codes.OccurrenceState


@dataclass(frozen=True, slots=True)
class NewTime:
    """The new time of one date of a series; None: its visit stays where it is."""

    on: date
    start: datetime | None


def _look(
    *,
    by: Actor,
    series: AppointmentSeries,
    schedule: Schedule | UUID,
    times: Sequence[NewTime],
    **_more: object,
) -> dict[str, Any]:
    """What the moves must know, gathered before anybody is kept waiting."""
    rows = AppointmentSeries.objects.changeable_by(by).select_related("service__facility", "patient")
    row = rows.filter(pk=series.pk).first()
    if row is None:
        raise missing()
    starts = [one.start for one in times if one.start is not None]
    moved = row.occurrences.filter(appointment__isnull=False).values_list("appointment", flat=True).first()
    kind = row.appointment_type
    return {"bookings": facts.of_bookings(by, row.patient, schedule, row.service, starts, kind, but=moved)}


@action("scheduling.change_series", look=_look)
def move_series(
    *,
    by: Actor,
    series: AppointmentSeries,
    from_on: date,
    schedule: Schedule | UUID,
    at: time,
    shift_days: int,
    times: Sequence[NewTime],
    version: int | None = None,
    bookings: list[Booking] = facts.LOOKED_UP,
) -> AppointmentSeries:
    """Give the visits of a series from one of its dates on another time, all of them or none.

    `at`, `schedule` and `shift_days` (after the rule's day) also hold for the dates that are booked later. A visit
    without a new time among `times` stays where it is. Refused: more than a year away, dates that are not to come any
    more, against the rules (422), any of them taken meanwhile (409); each by its date. `bookings` are filled in by the
    look beforehand.
    """
    if abs(shift_days) > rules.MOST_SHIFT:
        raise Refused(refusals.MOVED_TOO_FAR)
    wanted = [one for one in times if one.start is not None]
    coming = {one.occurs_on: one for one in reads.to_come(series, from_on)}
    if set(coming) != {one.on for one in times}:
        raise Refused(refusals.NOT_ITS_DATE)
    ids = [coming[one.on].appointment_id for one in wanted]
    parts = [coming[one.on].participation_id for one in wanted]
    placing.lock_visits([id for id in ids if id is not None], *_actors(bookings))
    visits = {id: take(Appointment.objects.changeable_by(by), id) for id in sorted(ids, key=str)}
    row = _going_on(by, series, version)
    if any(visit.status != BOOKED for visit in visits.values()):
        raise Refused(refusals.NOT_ITS_DATE)
    if row.service.capacity > 1:
        rows = _exchange(parts, bookings, by)
    else:
        for visit in visits.values():
            answering.lapse(visit)
        _lift(visits.values())
        claiming.claim_all(bookings)
        rows = [moving.put(visits[id], booking) for id, booking in zip(ids, bookings, strict=True)]
    if rows:
        telling.of_moved_series(rows, bookings[0].timetable.practitioner, bookings[0].decided)
    target = schedule if isinstance(schedule, Schedule) else Schedule.objects.get(pk=schedule)
    SeriesTerm(
        series=row,
        number=row.term.number + 1,
        from_on=from_on,
        schedule=target,
        at=at,
        shift_days=shift_days,
        said_at=clock.now(),
    ).save(force_insert=True)
    row.refresh_from_db()
    _record("series.moved", row, **{"from": from_on.isoformat()}, visits=len(rows))
    outbox.say("series.moved", row, key=f"series.moved:{row.pk}:{row.version}")
    return row


@action("scheduling.change_series")
def cancel_series(
    *,
    by: Actor,
    series: AppointmentSeries,
    from_on: date,
    reason: str,
    comment: str = "",
    version: int | None = None,
) -> AppointmentSeries:
    """Call off all visits of a series from one of its dates on, and book no more. One message tells of them all.

    Refused: no reason, nothing is to come from there on.
    """
    coming = reads.to_come(series, from_on)
    ids = [one.appointment_id for one in coming if one.appointment_id is not None]
    placing.lock_visits(ids)
    visits = {id: take(Appointment.objects.changeable_by(by), id) for id in sorted(ids, key=str)}
    row = _going_on(by, series, version)
    if reason not in codes.CancellationReason.values or reason in codes.NOT_CHOSEN:
        raise Refused(refusals.CANCEL_REASON)
    waiting = row.occurrences.filter(state=State.OPEN, occurs_on__gte=from_on)
    if not visits and not waiting.exists() and row.next_on is None:
        raise Refused(refusals.NOTHING_TO_COME)
    now = clock.now()
    for one in coming:
        visit = visits.get(one.appointment_id)  # type: ignore[arg-type]
        if visit is None or visit.status != BOOKED:
            continue
        if one.participation is not None:
            place = one.participation
            cancelling.give_up_place(visit, place, reason, comment=comment, together_at=now)
        else:
            cancelling.give_up(visit, reason, comment=comment, together_at=now)
    end(row, from_on, reason, now)
    _record("series.cancelled", row, **{"from": from_on.isoformat()}, visits=len(visits), reason=reason)
    if visits:
        # The moment finds them again, however late the message is read.
        outbox.say("series.cancelled", row, key=f"series.cancelled:{row.pk}:{now.isoformat()}")
    return row


def end(series: AppointmentSeries, from_on: date, reason: str, now: datetime) -> None:
    """No date from there on is booked, whatever waited for a decision; as a part of a deed that holds the locks."""
    for occurrence in series.occurrences.filter(state=State.OPEN, occurs_on__gte=from_on):
        occurrence.state = State.LEFT_OUT
        occurrence.save()
    series.refresh_from_db()
    series.ends_before, series.next_on = min(from_on, series.ends_before or from_on), None
    if not reads.to_come(series) and not series.occurrences.filter(state=State.OPEN).exists():
        series.ended_at, series.ended_reason = now, reason
    series.save()


def _going_on(by: Actor, series: AppointmentSeries, version: int | None) -> AppointmentSeries:
    """The series, locked, while it goes on."""
    row = take(AppointmentSeries.objects.changeable_by(by), series.pk, version)
    if row.ended_at is not None:
        raise Refused(refusals.SERIES_OVER)
    return row


def _actors(bookings: Sequence[Booking]) -> set[UUID]:
    return {actor for one in bookings for actor in placing.actors_of(one)}


def _lift(visits: Iterable[Appointment]) -> None:
    """Take the visits out of time for a moment: one may take the place another leaves. Each is put back at once."""
    visits = list(visits)
    AppointmentParticipant.objects.filter(appointment__in=visits, blocking=True).update(blocking=False)
    for visit in visits:
        visit.refresh_from_db(fields=["version"])


def _exchange(parts: Sequence[UUID | None], bookings: Sequence[Booking], by: Actor) -> list[AppointmentParticipant]:
    """Other places in other group visits; where the time is the one there is, the place stays."""
    rows = AppointmentParticipant.objects.select_related("appointment").in_bulk([id for id in parts if id is not None])
    pairs = [(rows[id], one) for id, one in zip(parts, bookings, strict=True) if id is not None]
    return moving.exchange([(row, one) for row, one in pairs if one.group != row.appointment_id], by)


def _record(verb: str, series: AppointmentSeries, **detail: Any) -> None:
    trail.record(verb, subject=series, patient=series.patient_id, facility=series.facility_id, detail=detail)
