"""Booking series of visits, going on with them as the timetable opens, and dates that wait for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from hms.core import bulk, clock, locks, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Refused
from hms.core.records import missing, take
from hms.patients.models import Patient
from hms.scheduling import codes, facts, refusals
from hms.scheduling import series as reads
from hms.scheduling.actions import claiming, placing, telling
from hms.scheduling.actions.claiming import Claimed
from hms.scheduling.actions.placing import Use
from hms.scheduling.facts import Booking
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentSeries,
    HealthcareService,
    Schedule,
    SeriesOccurrence,
    SeriesTerm,
)
from hms.scheduling.models.series import CHANGE_SERIES
from hms.scheduling.rules import series as rules
from hms.scheduling.rules.series import Recurrence
from hms.scheduling.series import Chosen

BOOK = "scheduling.book_series"
BOOKED, State = codes.AppointmentStatus.BOOKED, codes.OccurrenceState


def _look(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    chosen: Sequence[Chosen],
    base: Appointment | None = None,
    **_said: object,
) -> dict[str, Any]:
    """What a series must know, gathered before anybody is kept waiting."""
    if not by.in_facility(service.facility_id, BOOK):
        raise missing()
    found = facts.patient_for_booking(by, patient)
    there = base.local_start.date() if base is not None else None
    starts = [one.start for one in chosen if one.start is not None and one.on != there]
    return {"bookings": facts.of_bookings(by, found, schedule, service, starts, kind_of(base))}


@action("scheduling.book_series", look=_look)
def book_series(
    *,
    by: Actor,
    patient: Patient | UUID,
    schedule: Schedule | UUID,
    service: HealthcareService,
    asked: Recurrence,
    chosen: Sequence[Chosen],
    base: Appointment | None = None,
    reason: str = "",
    bookings: list[Booking] = facts.LOOKED_UP,
) -> AppointmentSeries:
    """Book all visits that were chosen for the dates of a rule: all of them, or none.

    `base` is a booked visit that becomes the first of the series. Refused: a rule that says no end or too much, dates
    that are not the rule's, against the rules of booking (422), any of them taken meanwhile (409); each by its date.
    """
    _refuse_unsound(asked, chosen, service, bookings)
    claimed = claiming.claim_all(bookings)
    now = clock.now()
    dealt_with = [one.on for one in chosen]
    first = _base(by, base, bookings[0].patient, dealt_with) if base is not None else None
    series = AppointmentSeries(
        patient=bookings[0].patient,
        facility_id=service.facility_id,
        department_id=service.department_id,
        service=service,
        appointment_type=kind_of(base),
        rule=asked.rule,
        starts_on=asked.first,
        count=asked.count,
        until_on=asked.until,
        when_closed=asked.when_closed,
        made_at=now,
        made_by_id=by.id,
        next_on=_next_on(asked, chosen),
    )
    series.save(force_insert=True)
    SeriesTerm(
        series=series, number=1, from_on=asked.first, schedule=bookings[0].schedule, at=asked.at, said_at=now
    ).save(force_insert=True)
    rows = _write(by, claimed, reason=reason)
    if first is not None:
        rows[first.start_at] = first.participants.select_related("appointment").get(patient=bookings[0].patient)
    bulk.insert(
        _occurrence(series, one, one.state, rows.get(one.start) if one.start is not None else None) for one in chosen
    )
    _record("series.booked", series, visits=len(claimed), open=sum(1 for one in chosen if one.state == State.OPEN))
    outbox.say("series.booked", series, key=f"series.booked:{series.pk}:1")
    series.refresh_from_db()
    return series


def _look_ahead(*, by: Actor, series: AppointmentSeries) -> dict[str, Any]:
    """The dates that have come within the horizon, and what becomes of each."""
    found = AppointmentSeries.objects.visible_to(by).select_related("service__facility", "patient")
    row = found.filter(pk=series.pk).first()
    if row is None:
        raise missing()
    plan = reads.next_plan(row, clock.now())
    starts = [one.start for one in plan.dates if one.start is not None]
    kind = row.appointment_type
    return {
        "plan": plan,
        "version": row.version,
        "bookings": facts.of_bookings(by, row.patient, row.term.schedule_id, row.service, starts, kind),
    }


@action("scheduling.continue_series", look=_look_ahead)
def continue_series(
    *,
    by: Actor,
    series: AppointmentSeries,
    plan: rules.Plan = facts.LOOKED_UP,
    version: int | None = None,
    bookings: list[Booking] = facts.LOOKED_UP,
) -> AppointmentSeries:
    """Book the dates of a series that have come within the horizon. What can't be booked stays open, and is told.

    A date that was dealt with before is never booked again, whatever became of it. `plan`, `version` and
    `bookings` are filled in by the look beforehand. Refused: the series has ended, or changed since the look.
    """
    locks.lock_actors({actor for one in bookings for actor in placing.actors_of(one)} | {series.patient_id})
    row = take(AppointmentSeries.objects.visible_to(by), series.pk, version)
    if row.ended_at is not None:
        raise Refused(refusals.SERIES_OVER)
    new = plan.dates
    wanted = {one.start: one for one in bookings}
    claimed: list[Claimed] = []
    lost: dict[datetime, str] = {}
    for start in (one.start for one in new if one.start is not None):
        try:
            placing.refuse_against_rules(wanted[start])
            claimed.append((wanted[start], claiming.claim(wanted[start])))
        except Conflict:
            lost[start] = codes.Obstacle.TAKEN
        except Refused:
            # What dates have no word for.
            lost[start] = ""
    rows = _write(by, claimed)
    for one in new:
        part = rows.get(one.start) if one.start is not None else None
        date = _occurrence(row, one, one.state, part)
        if one.start is not None and part is None:
            date.state, date.obstacle = State.OPEN, lost[one.start]
        date.save(force_insert=True)
    row.refresh_from_db()
    row.next_on = plan.next_on
    row.save()
    left_open = row.occurrences.filter(occurs_on__in=[one.on for one in new], state=State.OPEN).count()
    _record("series.continued", row, visits=len(rows), open=left_open)
    if rows:
        outbox.say("series.booked", row, key=f"series.booked:{row.pk}:{row.version}")
    if left_open:
        outbox.say("series.open", row, key=f"series.open:{row.pk}:{row.version}")
    return row


def _look_to_settle(
    *,
    by: Actor,
    occurrence: SeriesOccurrence,
    start_at: datetime | None = None,
    schedule: Schedule | UUID | None = None,
    **_more: object,
) -> dict[str, Any]:
    """The booking of an open date, where it gets one."""
    rows = SeriesOccurrence.objects.filter(series__in=AppointmentSeries.objects.visible_to(by))
    found = rows.select_related("series__service__facility", "series__patient").filter(pk=occurrence.pk).first()
    # What could not be booked is for the hospital to settle.
    if found is None or facts.acts_as_patient(by) or not by.in_facility(found.series.facility_id, CHANGE_SERIES):
        raise missing()
    series = found.series
    if start_at is None:
        return {"booking": None}
    target, kind = schedule or series.term.schedule_id, series.appointment_type
    return {"booking": facts.of_booking(by, series.patient, target, series.service, start_at, kind)}


@action("scheduling.change_series", look=_look_to_settle)
def settle_occurrence(
    *,
    by: Actor,
    occurrence: SeriesOccurrence,
    start_at: datetime | None = None,
    schedule: Schedule | UUID | None = None,
    version: int | None = None,
    booking: Booking | None = facts.LOOKED_UP,
) -> SeriesOccurrence:
    """Give a date that is open its visit, or (without a time) leave it out for good. `schedule`: with somebody else.

    Refused: it is open no more, against the rules, taken (409 with the three nearest alternatives).
    """
    uses: list[Use] = []
    if booking is not None:
        placing.refuse_against_rules(booking)
        uses = claiming.claim(booking)
    settled = take(SeriesOccurrence.objects.all(), occurrence.pk, version)
    if not settled.is_open:
        raise Refused(refusals.NOT_ITS_DATE)
    if booking is None:
        settled.state = State.LEFT_OUT
    else:
        (participation,) = _participations(by, [(booking, uses)])
        settled.state, settled.appointment = State.BOOKED, participation.appointment
        settled.participation = participation if participation.appointment.is_group else None
        telling.of_booking(participation, booking.timetable.practitioner, booking.decided)
    settled.save()
    series = settled.series
    _record("series.settled", series, on=settled.occurs_on.isoformat(), state=settled.state)
    return settled


def kind_of(base: Appointment | None) -> str:
    """Visits that come again are follow-ups, or check-ups where the first was one."""
    checkup = codes.AppointmentType.CHECKUP
    return checkup if base is not None and base.appointment_type == checkup else codes.AppointmentType.FOLLOWUP


def _refuse_unsound(
    asked: Recurrence, chosen: Sequence[Chosen], service: HealthcareService, bookings: Sequence[Booking]
) -> None:
    problems = rules.recurrence_problems(asked, today=clock.today(service.facility.time_zone))
    if problems:
        raise Refused(*problems)
    if not bookings:
        raise Refused(refusals.NOTHING_CHOSEN)
    days = [one.on for one in chosen]
    expected = list(islice(rules.dates(asked.rule, asked.first, until=asked.until), len(days)))
    counted = sum(1 for one in chosen if one.state != State.SKIPPED)
    unsound = any((one.start is None) != (one.state != State.BOOKED) for one in chosen)
    if days != expected or unsound or (asked.count is not None and counted > asked.count):
        raise Refused(refusals.NOT_ITS_DATE)


def _next_on(asked: Recurrence, chosen: Sequence[Chosen]) -> Any:
    """The first date that nothing was said about, if the series goes on so far."""
    if asked.count is not None and sum(1 for one in chosen if one.state != State.SKIPPED) >= asked.count:
        return None
    return next(rules.dates(asked.rule, asked.first, after=chosen[-1].on, until=asked.until), None)


def _base(by: Actor, base: Appointment, patient: Patient, days: Iterable[Any]) -> Appointment:
    """The visit that becomes the first of the series, locked while it is booked."""
    rows = Appointment.objects.changeable_by(by).of_patient(patient.pk)
    found = take(rows, base.pk)
    if found.status != BOOKED or found.is_group or found.start_at <= clock.now():
        raise Refused(refusals.WRONG_STATUS)
    if found.occurrences.exists():
        raise Refused(refusals.IN_A_SERIES)
    if found.local_start.date() not in set(days):
        raise Refused(refusals.NOT_ITS_DATE)
    return found


def _occurrence(
    series: AppointmentSeries, one: Chosen | rules.Planned, state: str, part: AppointmentParticipant | None
) -> SeriesOccurrence:
    """A date of the series, not written yet; `part` is the patient's in its visit."""
    visit = part.appointment if part is not None else None
    return SeriesOccurrence(
        series=series,
        occurs_on=one.on,
        state=state,
        obstacle=one.obstacle,
        appointment=visit,
        participation=part if visit is not None and visit.is_group else None,
    )


def _write(by: Actor, claimed: Sequence[Claimed], *, reason: str = "") -> dict[datetime, AppointmentParticipant]:
    """Write visits whose times were claimed, with all that a booking entails but a message of its own; by start."""
    rows = _participations(by, claimed, reason=reason)
    if rows:
        first = claimed[0][0]
        telling.of_series(rows, first.timetable.practitioner, first.decided)
    return {row.appointment.start_at: row for row in rows}


def _participations(by: Actor, claimed: Iterable[Claimed], *, reason: str = "") -> list[AppointmentParticipant]:
    """The patient's part in each new visit."""
    now, rows = clock.now(), []
    channel = codes.Channel.CLINICIAN if by.duties & {"doctor", "nurse"} else codes.Channel.DESK
    for one in claimed:
        # A group visit is everybody's: what one of them says would be read by the others.
        said = reason if one[0].service.capacity == 1 else ""
        visit = Appointment(status=BOOKED, booked_at=now, booked_by_id=by.id, channel=channel, reason=said)
        row = claiming.write(visit, one)
        visit = row.appointment
        trail.record(
            "appointment.booked",
            subject=visit,
            patient=row.patient_id,
            facility=visit.facility_id,
            detail={"start": visit.start_at.isoformat(), "channel": channel},
        )
        rows.append(row)
    return rows


def _record(verb: str, series: AppointmentSeries, **detail: Any) -> None:
    trail.record(verb, subject=series, patient=series.patient_id, facility=series.facility_id, detail=detail)
