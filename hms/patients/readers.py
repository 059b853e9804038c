"""Who opened a record: the reader behind the review of an emergency access.

From the trail alone, told by person, role, day and purpose; lines that programs wrote are folded together.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from hms.core import clock
from hms.core.models import AuditEvent

_MOST_LINES = 5000


@dataclass(slots=True)
class Opening:
    """One person's looks and deeds on one day, for one purpose."""

    day: dt.date
    actor_label: str
    actor_role: str
    purpose: str
    technical: bool
    first_at: dt.datetime
    last_at: dt.datetime
    reads: int = 0
    verbs: dict[str, int] = field(default_factory=dict)
    broke_glass: bool = False
    refused: int = 0


def who_opened(
    patient_id: uuid.UUID,
    zone: str,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    actor: uuid.UUID | None = None,
    without: Iterable[uuid.UUID] = (),
) -> list[Opening]:
    """Openings of this record in `[since, until)`, newest day first; of one `actor` alone, where named. One query.

    `without`: users left out, such as the patient.
    """
    events = AuditEvent.objects.filter(patient_id=patient_id)
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    if actor:
        events = events.filter(actor_id=actor)
    found: dict[tuple[object, ...], Opening] = {}
    left_out = set(without)
    for event in events.order_by("-at", "-id")[:_MOST_LINES]:
        if event.actor_id in left_out:
            continue
        day = clock.local(event.at, zone).date()
        technical = event.actor_kind in ("system", "client")
        who = ("technical", event.channel) if technical else (event.actor_id, event.actor_label)
        key = (day, *who, event.actor_role, event.purpose)
        one = found.get(key)
        if one is None:
            one = found[key] = Opening(
                day, event.actor_label, event.actor_role, event.purpose, technical, event.at, event.at
            )
        one.first_at = min(one.first_at, event.at)
        one.last_at = max(one.last_at, event.at)
        if event.outcome != AuditEvent.Outcome.SUCCESS:
            one.refused += 1
        elif event.verb.endswith(".read"):
            one.reads += 1
        else:
            one.verbs[event.verb] = one.verbs.get(event.verb, 0) + 1
        one.broke_glass |= event.verb == "glass.broken"
    return sorted(found.values(), key=lambda one: (one.day, one.last_at), reverse=True)
