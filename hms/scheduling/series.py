"""Series of visits, read from the tables for the rules: what is known of the time ahead, and which dates are left."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hms.core import clock
from hms.scheduling import codes, timetables
from hms.scheduling.models import (
    AppointmentSeries,
    HealthcareService,
    Schedule,
    SeriesOccurrence,
)
from hms.scheduling.rules import series as rules
from hms.scheduling.rules.availability import NOTHING, Busy
from hms.scheduling.rules.series import Diary, Plan
from hms.scheduling.rules.wall_clock import DAY, Span, wall_time
from hms.scheduling.taken import taken_by

State = codes.OccurrenceState
BOOKED = codes.AppointmentStatus.BOOKED


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to become of a date of a rule: a visit at a time, or one of the other states."""

    on: date
    state: str
    start: datetime | None = None
    obstacle: str = ""


def diary_of(
    schedule: Schedule,
    service: HealthcareService,
    appointment_type: str,
    patient: UUID,
    *,
    first: date,
    last: date,
    now: datetime,
    but: Collection[UUID] = (),
    by_patient: bool = False,
) -> Diary:
    """The time of a practitioner, a patient and the rooms between two days and a week around them.

    A fixed number of queries. Nothing beyond the horizon of the type of visit is read: it can't be booked.
    `by_patient`: what binds patients alone binds here. `but`: visits to be thought away, because they are being moved;
    of group visits the patient's places in them are.
    """
    zone = schedule.facility.zone
    visit = timetables.visit_for(service, appointment_type, by_patient=by_patient)
    today = wall_time(now, zone).date()
    first, last = max(first, today), min(last, wall_time(visit.bookable(now).end, zone).date())
    around = Span(
        rules.day_span(first, zone).start - rules.AROUND - DAY,
        rules.day_span(max(first, last), zone).end + rules.AROUND + DAY,
    )
    rows, group = Schedule.objects.filter(pk=schedule.pk), service.capacity > 1
    read = timetables.load(rows, around, now=now, services=[service], patient=patient, but=() if group else but)
    found = next(iter(read), None)
    if found is None:
        return Diary(visit, zone, now, on_offer=by_patient)
    patient_busy = found.patient_busy
    if group and but:
        patient_busy = taken_by([patient], around, now=now, but=but).get(patient, NOTHING)
    return Diary(
        visit=visit,
        zone=zone,
        now=now,
        sittings=found.sittings,
        holidays=Busy(timetables.holidays(schedule.facility, around)),
        away=Busy(one.span for one in found.away),
        busy=found.busy,
        patient_busy=patient_busy,
        places={one.start: one.left + (one.key in but) for one in found.places},
        on_offer=by_patient,
        rooms=found.rooms,  # type: ignore[arg-type]
        pools=found.pools,  # type: ignore[arg-type]
    )


def last_day(asked: Any) -> date:
    """The last day a recurrence or a series may reach, as far as that is known beforehand."""
    return asked.until or asked.first + rules.LONGEST


def dates_left(series: AppointmentSeries) -> Iterator[date]:
    """The days of the rule that nothing has become of yet, in order; endless ones end after some years."""
    dealt_with = series.occurrences.order_by("-occurs_on").values_list("occurs_on", flat=True).first()
    for day in rules.dates(series.rule, series.starts_on, after=dealt_with, until=series.until_on):
        if series.ends_before is not None and day >= series.ends_before:
            return
        yield day


def count_left(series: AppointmentSeries) -> int | None:
    """How many visits are still to be booked; None where an end date says it."""
    if series.count is None:
        return None
    return max(0, series.count - series.occurrences.exclude(state=State.SKIPPED).count())


def next_plan(series: AppointmentSeries, now: datetime) -> Plan:
    """What becomes of the dates that have come within the horizon."""
    days = list(dates_left(series))
    count = count_left(series)
    if not days or count == 0:
        return Plan([])
    # The time said last holds for all dates that were never booked: nobody can change a date that is not there yet.
    term = series.term
    diary = diary_of(
        term.schedule,
        series.service,
        series.appointment_type,
        series.patient_id,
        first=days[0] + min(0, term.shift_days) * DAY,
        last=days[-1] + max(0, term.shift_days) * DAY,
        now=now,
    )
    return rules.plan(days, term.at, diary, shift=term.shift_days, count=count, when_closed=series.when_closed)


def to_come(series: AppointmentSeries, from_on: date | None = None) -> list[SeriesOccurrence]:
    """The dates whose visit is booked and still to come, from a day of the rule on, with everybody in the visits."""
    rows = series.occurrences.filter(
        state=State.BOOKED, appointment__status=BOOKED, appointment__start_at__gt=clock.now()
    ).exclude(participation__status=codes.ParticipationStatus.DECLINED)
    if from_on is not None:
        rows = rows.filter(occurs_on__gte=from_on)
    return list(with_visits(rows))


def with_visits(dates: QuerySet[SeriesOccurrence]) -> QuerySet[SeriesOccurrence]:
    """Dates with their visits and everybody in them."""
    return dates.select_related("appointment__service", "appointment__facility", "participation").prefetch_related(
        "appointment__participants__practitioner",
        "appointment__participants__patient",
        "appointment__participants__location",
        "appointment__participants__device",
    )
