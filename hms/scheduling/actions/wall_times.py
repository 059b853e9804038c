"""When the rules of a time zone change: what was promised by the clock on the wall stays, the instants are made anew.

A hospital promises nine o'clock, not an instant of UTC. Governments change their clocks at a few weeks' notice; after
the new rules are installed, every visit to come, every held time and every day that differs is looked at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.organization.policies import policies
from hms.scheduling import codes, facts, refusals
from hms.scheduling.actions import placing, telling
from hms.scheduling.models import Appointment, ScheduleException
from hms.scheduling.rules.wall_clock import promised_instant, wall_time

MOVED = frozenset({codes.AppointmentStatus.BOOKED, codes.AppointmentStatus.PENDING})


class Outcome(StrEnum):
    """What became of a promise."""

    # The wall time stays, the instant is another one.
    KEPT = "kept"
    # The wall does not show that time any more: the visit begins when the clocks have jumped.
    IN_A_GAP = "in-a-gap"
    # Somebody else's visit has the new instant. It stays where it was, and somebody has to call.
    CLASHES = "clashes"


@dataclass(frozen=True, slots=True)
class Shifted:
    """A visit to come whose people must be told: when it was, when it is, and what the wall says."""

    appointment: UUID
    wall_start: str
    before: datetime
    after: datetime
    outcome: Outcome


def shifts(now: datetime) -> list[Shifted]:
    """Visits to come whose promised wall time is another instant under the zone rules of today. One query."""
    rows = Appointment.objects.filter(status__in=MOVED, start_at__gt=now - timedelta(days=1)).order_by("start_at", "pk")
    found = []
    for id, start, zone_name, wall in rows.values_list("pk", "start_at", "zone", "wall_start").iterator(2000):
        zone = clock.zone(zone_name)
        after = promised_instant(wall, zone)
        if after != start and after > now:
            shown = wall_time(after, zone).isoformat(timespec="minutes")
            outcome = Outcome.KEPT if shown == wall[: len(shown)] else Outcome.IN_A_GAP
            found.append(Shifted(id, wall, start, after, outcome))
    return found


@action("scheduling.keep_wall_times")
def keep_wall_time(*, by: Actor, shifted: Shifted) -> Shifted:
    """Put a visit at the instant at which the wall shows what was promised, and tell its people.

    Refused: it was moved, called off or begun meanwhile. Where its new instant is taken it stays, and is a clash.
    """
    visit = Appointment.objects.get(pk=shifted.appointment)
    placing.lock_visit(visit)
    visit = take(Appointment.objects.filter(status__in=MOVED), visit.pk)
    if visit.start_at != shifted.before or visit.wall_start != shifted.wall_start:
        raise Refused(refusals.WRONG_STATUS)
    outcome = shifted.outcome
    if not _put(visit, shifted.after - shifted.before):
        outcome = Outcome.CLASHES
        # The list of visits to move shows it until somebody has called.
        visit = take(Appointment.objects.all(), visit.pk)
        visit.wall_time_clashes = True
        visit.save()
    patients = [row for row in visit.participants.select_related("patient") if row.patient is not None]
    trail.record(
        "appointment.wall_time_kept",
        subject=visit,
        patient=patients[0].patient_id if patients else None,
        facility=visit.facility_id,
        detail={"from": shifted.before.isoformat(), "to": shifted.after.isoformat(), "outcome": str(outcome)},
    )
    if outcome != Outcome.CLASHES and visit.status == codes.AppointmentStatus.BOOKED:
        decided = policies(facts.POLICIES, visit.facility)
        for row in patients:
            row.appointment = visit
            telling.of_wall_time(row, decided)
    return Shifted(shifted.appointment, shifted.wall_start, shifted.before, shifted.after, outcome)


def days_that_shift(now: datetime) -> list[ScheduleException]:
    """Leave, closures and extra sessions to come that the wall would show otherwise, as they should be."""
    rows = ScheduleException.objects.filter(withdrawn_at__isnull=True, end_at__gt=now).exclude(wall_start="")
    found = []
    for row in rows.select_related("schedule__facility"):
        zone = row.schedule.facility.zone
        start, end = promised_instant(row.wall_start, zone), promised_instant(row.wall_end, zone)
        if (start, end) != (row.start_at, row.end_at) and start < end:
            row.start_at, row.end_at = start, end
            found.append(row)
    return found


@action("scheduling.keep_wall_times")
def keep_days_that_differ(*, by: Actor, days: Iterable[ScheduleException]) -> int:
    """Put days that differ where the wall shows what was entered; returns how many there were."""
    moved = 0
    for row in days:
        row.save()
        moved += 1
    trail.record("schedule.wall_times_kept", detail={"count": moved})
    return moved


def in_order(found: Collection[Shifted]) -> list[Shifted]:
    """So that of neighbours who shift together each finds its new place empty: of those who go later the last first."""
    later = [one for one in found if one.after > one.before]
    earlier = [one for one in found if one.after < one.before]
    return [*sorted(earlier, key=_before), *sorted(later, key=_before, reverse=True)]


def _before(shifted: Shifted) -> datetime:
    return shifted.before


def _put(visit: Appointment, by: timedelta) -> bool:
    """Whether there was room for everybody and everything; if not, nothing is changed."""
    before = visit.start_at, visit.end_at
    visit.start_at, visit.end_at = visit.start_at + by, visit.end_at + by
    visit.sequence += 1
    visit.wall_time_clashes = False
    rows = list(visit.participants.all())
    try:
        with transaction.atomic():
            visit.save()
            for row in rows:
                row.start_at, row.end_at = row.start_at + by, row.end_at + by
                row.save()
    except IntegrityError:
        visit.start_at, visit.end_at = before
        return False
    return True
