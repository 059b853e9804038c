"""Who waits, read from the tables for the rules: whom a freed time suits, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hms.messaging import rules as messages
from hms.messaging.codes import NoticeKind
from hms.organization.models import Facility
from hms.organization.policies import policies
from hms.scheduling import codes, timetables
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, Schedule, WaitingListEntry, WaitingOffer
from hms.scheduling.rules import waiting as rules
from hms.scheduling.rules.availability import NOTHING, Busy
from hms.scheduling.rules.waiting import Fit, Freed, Ranked, Wish
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.taken import taken_by
from hms.scheduling.timetables import Timetable

STANDS, NOTICE, BY_ITSELF = "scheduling.offer_stands", "scheduling.offer_notice", "scheduling.offers_by_itself"
QUIET_START, QUIET_END = "messaging.quiet_start", "messaging.quiet_end"
POLICIES = (STANDS, NOTICE, BY_ITSELF, QUIET_START, QUIET_END)


@dataclass(frozen=True, slots=True)
class Suited:
    """Somebody whom a freed time suits, and the schedule it is in."""

    entry: WaitingListEntry
    schedule: UUID
    ranked: Ranked


def suited_by(freed: Freed, now: datetime) -> list[Suited]:
    """Whom a freed time suits, who is asked first standing first; a fixed number of queries however many wait.

    Empty where the facility offers nothing by itself, the time has been taken, or is too near to be answered. Nobody
    is asked twice for the same time.
    """
    schedules = Schedule.objects.filter(practitioner_role__practitioner=freed.practitioner, active=True)
    departments = schedules.values("practitioner_role__department")
    asked = WaitingOffer.objects.asked_about(freed.practitioner, freed.span.start, freed.span.end).values("entry")
    rows = WaitingListEntry.objects.waiting().filter(
        department__in=departments, service__active=True, patient__deceased=False, patient__merged_into__isnull=True
    )
    rows = rows.exclude(offers__outcome="").exclude(pk__in=asked).select_related("service", "current")
    entries = list(rows)
    services = {entry.service_id: entry.service for entry in entries}
    found = timetables.load(schedules, freed.span, now=now, services=list(services.values())) if entries else []
    patients = {entry.patient_id for entry in entries}
    taken = taken_by(patients, freed.span, now=now) if patients else {}
    kept = kept_visits(entries, now)
    suited = []
    for timetable in found:
        if (notice := _notice(timetable.schedule.facility, now)) is None:
            continue
        for entry in entries:
            if entry.department_id == timetable.schedule.practitioner_role.department_id:
                wish = wish_of(entry, kept.get(entry.pk))
                starts = _starts(timetable, wish, taken.get(entry.patient_id, NOTHING), freed.span, now=now)
                starts = [start for start in starts if rules.has_notice(start, *notice)]
                if (ranked := rules.rank(wish, starts, freed, timetable.zone, now=now)) is not None:
                    suited.append(Suited(entry, timetable.schedule.pk, ranked))
    return sorted(suited, key=lambda one: one.ranked.order)


def _notice(facility: Facility, now: datetime) -> tuple[datetime, Any] | None:
    """When somebody asked now hears of it, and how much notice they need; None where nothing is offered by itself."""
    decided = policies(POLICIES, facility)
    return (heard_at(facility, decided, now), decided[NOTICE]) if decided[BY_ITSELF] else None


def heard_at(facility: Facility, decided: Mapping[str, Any], now: datetime) -> datetime:
    """Now, or in the night when quiet hours end: nobody loses an offer by being asleep."""
    start, end = decided[QUIET_START], decided[QUIET_END]
    return messages.send_at(now, NoticeKind.REMINDER, start, end, facility.zone)


def _starts(timetable: Timetable, wish: Wish, taken: Busy, span: Span, *, now: datetime) -> list[datetime]:
    """The free starts inside the freed stretch for this holder's visit; places left in a group visit are such."""
    theirs = replace(timetable, patient_busy=taken)
    return [start.at for start in theirs.free_starts(wish.visit, now=now, window=span)]


def wish_of(entry: WaitingListEntry, kept: Appointment | None) -> Wish:
    """The rule's view of an entry."""
    return Wish(
        key=entry.pk,
        urgency=entry.urgency,
        added_at=entry.added_at,
        visit=entry.service.visit(entry.appointment_type),
        practitioner=entry.practitioner_id,
        earliest=entry.earliest_on,
        latest=entry.latest_on,
        weekdays=entry.days,
        parts=entry.parts_of_day,
        before=kept.start_at if kept is not None else None,
    )


def kept_visits(entries: Iterable[WaitingListEntry], now: datetime) -> dict[UUID, Appointment]:
    """The visit each entry keeps until something earlier is accepted. One query for all; `current` is read before.

    Who joined without a visit and has booked one of this type since keeps that one. A place in a group is never given
    up so: whoever waits for one date of a course may have places in the others.
    """
    entries = list(entries)
    found: dict[UUID, Appointment] = {}
    without: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for entry in entries:
        if (current := entry.current) is not None and _is_kept(current, now):
            found[entry.pk] = current
        else:
            without[entry.patient_id, entry.service_id].append(entry.pk)
    rows = AppointmentParticipant.objects.filter(
        patient__in={patient for patient, _service in without},
        appointment__service__in={service for _patient, service in without},
        appointment__status=codes.AppointmentStatus.BOOKED,
        appointment__capacity=1,
        start_at__gt=now,
    )
    for row in rows.select_related("appointment").order_by("start_at") if without else ():
        for entry_id in without.get((row.patient_id, row.appointment.service_id), ()):  # type: ignore[arg-type]
            found.setdefault(entry_id, row.appointment)
    return found


def kept_visit(entry: WaitingListEntry, now: datetime) -> Appointment | None:
    return kept_visits([entry], now).get(entry.pk)


def _is_kept(visit: Appointment, now: datetime) -> bool:
    return visit.status == codes.AppointmentStatus.BOOKED and visit.start_at > now


def fit_of(entry: WaitingListEntry, booking: Booking, freed: Freed | None) -> Fit:
    """In what the time fits. One chosen by the desk may meet no wish: only what is met counts."""
    wish, start = wish_of(entry, None), booking.start
    wall = start.astimezone(booking.timetable.zone)
    fit = rules.fit_of(wish, start, freed.span if freed is not None else booking.occupied)
    met = {
        Fit.PRACTITIONER: wish.practitioner == booking.timetable.practitioner.pk,
        Fit.WEEKDAY: wall.weekday() in wish.weekdays,
        Fit.PART_OF_DAY: rules.part_of(wall.time()) in wish.parts,
        Fit.WHOLE: freed is not None,
    }
    return Fit(sum(one for one in fit if met[one]))
