"""Some who would come earlier than they are booked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final

from hms.core import clock
from hms.core.actor import Actor
from hms.scheduling.actions import join_waiting_list
from hms.scheduling.codes import AppointmentStatus, PartOfDay, Urgency
from hms.scheduling.models import Appointment, WaitingListEntry

# Who waits, and how far off the visit is that they have.
MOST: Final = 14
FAR: Final = dt.timedelta(days=6)
_URGENCIES: Final = (Urgency.ROUTINE, Urgency.ROUTINE, Urgency.ROUTINE, Urgency.SOON, Urgency.SOON, Urgency.URGENT)
_PARTS: Final = (tuple(PartOfDay), tuple(PartOfDay), (PartOfDay.MORNING,), (PartOfDay.AFTERNOON, PartOfDay.EVENING))


def fill(by: Actor, kept: Sequence[Appointment], rng: random.Random) -> None:
    """Put some of those with a visit ahead on the list, each for the practitioner they are booked with."""
    now = clock.now()
    ahead = [one.pk for one in kept if one.status == AppointmentStatus.BOOKED and one.start_at > now + FAR]
    chosen = rng.sample(sorted(ahead), min(MOST * 2, len(ahead)))
    waiting: set[tuple[object, object]] = set()
    for visit in Appointment.objects.filter(pk__in=chosen).with_people().order_by("start_at", "id"):
        patient, service = visit.patient, visit.service
        if patient is None or service is None or (patient.pk, service.pk) in waiting or len(waiting) == MOST:
            continue
        waiting.add((patient.pk, service.pk))
        entry = join_waiting_list(
            by=by,
            patient=patient,
            service=service,
            appointment_type=visit.appointment_type,
            practitioner=visit.practitioner,
            urgency=rng.choice(_URGENCIES),
            days=range(7) if rng.random() < 0.6 else sorted(rng.sample(range(5), 3)),
            parts=rng.choice(_PARTS),
            current=visit,
        )
        # As if they had joined when they were told of their visit.
        since = now - dt.timedelta(days=rng.randrange(1, 40), hours=rng.randrange(24))
        WaitingListEntry.objects.filter(pk=entry.pk).update(added_at=since)
