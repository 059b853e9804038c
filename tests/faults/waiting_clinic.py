"""A waiting list that everybody pulls at. Run as a program inside a hospital; prints what it made.

python -m tests.faults.waiting_clinic PEOPLE    people who wait, each with a later visit; as many free times and desks
python -m tests.faults.waiting_clinic group PEOPLE  a group visit with one place left, and people who wait for it
python -m tests.faults.waiting_clinic offer ID… offers, each with seconds left, for these entries and times
python -m tests.faults.waiting_clinic expire    plays scheduler for some seconds, over and over
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

# So long the offers of a race stand, and so long the scheduler of one works.
SECONDS_LEFT, AT_WORK = 6, 9


def build(people: int) -> dict[str, Any]:
    """The clinic that bookings race for, with somebody waiting for each of its first times."""
    from hms.scheduling.models import HealthcareService, Schedule
    from hms.scheduling.rules import slots
    from tests import make
    from tests.faults import booking_clinic

    clinic = booking_clinic.build(people * 2)
    starts = [slots.parse(text).start for text in clinic["slots"]]  # type: ignore[union-attr]
    schedule = Schedule.objects.select_related("facility", "practitioner_role__department").get()
    service, entries = HealthcareService.objects.get(), []
    for patient, start in zip(_patients(clinic["patients"][:people]), starts[people:], strict=True):
        kept = make.appointment(patient, schedule, service, start_at=start)
        entries.append(str(make.waiting(patient, service, current=kept).pk))
    return clinic | {"entries": entries, "slots": clinic["slots"][:people]}


def group(people: int) -> dict[str, Any]:
    """A group of four that three are in, so many people who wait for a place, and as many who would book it at once."""
    from hms.scheduling.models import Schedule
    from hms.scheduling.rules import slots
    from hms.scheduling.rules.slots import Slot
    from tests import make
    from tests.faults import booking_clinic

    clinic = booking_clinic.build(people * 2)
    schedule = Schedule.objects.select_related("facility", "practitioner_role__department").get()
    rehab = make.healthcare_service(schedule.practitioner_role.department, name="Rehab", capacity=4, step=10)
    start = slots.parse(clinic["slots"][0]).start  # type: ignore[union-attr]
    visit = make.appointment(None, schedule, rehab, start_at=start)
    for place in (2, 3):
        taken = {"start_at": visit.start_at, "end_at": visit.end_at}
        visit.participants.create(patient=make.patient(), place=place, **taken)
    waiting = _patients(clinic["patients"][:people])
    return clinic | {
        "visit": str(visit.pk),
        "slot": str(Slot(schedule.pk, rehab.pk, start, "FOLLOWUP")),
        "entries": [str(make.waiting(patient, rehab).pk) for patient in waiting],
        "others": clinic["patients"][people:],
    }


def offer(entries: list[str]) -> dict[str, Any]:
    """Offers of the first free times to these, about to run out; and when they do, in seconds since 1970."""
    from hms.core import clock
    from hms.scheduling.models import Appointment, Schedule, WaitingListEntry, WaitingOffer
    from hms.scheduling.rules.wall_clock import Span
    from hms.scheduling.timetables import load
    from tests import make

    schedule = Schedule.objects.get()
    now = clock.now()
    ahead = Span(now + timedelta(days=2), now + timedelta(days=12))
    (timetable,) = load(Schedule.objects.all(), ahead, now=now)
    rows = WaitingListEntry.objects.in_bulk([UUID(one) for one in entries])
    visit = rows[UUID(entries[0])].service.visit("FOLLOWUP")
    starts = timetable.free_starts(visit, now=now, window=ahead)
    made = [make.offer(rows[UUID(one)], schedule, start.at) for one, start in zip(entries, starts, strict=False)]
    until = clock.now() + timedelta(seconds=SECONDS_LEFT)
    offers = WaitingOffer.objects.filter(pk__in=[one.pk for one in made])
    offers.update(heard_at=now, expires_at=until)
    Appointment.objects.filter(offers__in=offers).update(hold_expires_at=until)
    return {"offers": [str(one.pk) for one in made], "until": until.timestamp()}


def expire() -> int:
    """What the scheduler and the worker do each minute, without a pause; gives back how often."""
    from hms.core import outbox
    from hms.core.models import OutboxMessage
    from hms.scheduling import jobs

    until, rounds = time.monotonic() + AT_WORK, 0
    while time.monotonic() < until:
        jobs.expire_offers(OutboxMessage())
        jobs.expire_holds(OutboxMessage())
        outbox.drain(5)
        rounds += 1
    return rounds


def _patients(ids: list[str]) -> list[Any]:
    from hms.patients.models import Patient

    found = Patient.objects.in_bulk([UUID(one) for one in ids])
    return [found[UUID(one)] for one in ids]


if __name__ == "__main__":
    import django

    django.setup()
    what, *rest = sys.argv[1:]
    deeds = {"offer": lambda: offer(rest), "expire": expire, "group": lambda: group(int(rest[0]))}
    json.dump(deeds.get(what, lambda: build(int(what)))(), sys.stdout)
