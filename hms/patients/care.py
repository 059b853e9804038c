"""Who treats whom: opened and closed by the actions of upper rooms, in their own transactions.

A booking opens a relationship for the practitioner and one for the department; a cancelled one closes
both. These are not actions: they have no permission of their own and leave no line of their own, they are
a part of the deed that calls them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest

from hms.core import bulk, clock, trail
from hms.core.actions import action, current_deed
from hms.core.actor import Actor
from hms.core.records import uuid7
from hms.patients.models import CareRelationship

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class CareRow:
    """A relationship as its source says it should be."""

    patient_id: uuid.UUID
    kind: str
    source_id: uuid.UUID
    start_at: dt.datetime
    end_at: dt.datetime | None
    practitioner_id: uuid.UUID | None = None
    department_id: uuid.UUID | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.source_id, self.kind, self.patient_id, self.practitioner_id, self.department_id)


def open_care_relationship(
    *,
    patient: Any,
    kind: str,
    source: Any,
    start_at: dt.datetime,
    end_at: dt.datetime | None,
    practitioner: Any = None,
    department: Any = None,
) -> None:
    """Let a practitioner, a department or both treat the patient in `[start_at, end_at)` because of `source`.

    Called again for the same source (a visit that moved) it sets the new period. All arguments but the
    times may be records or ids; `source` is a record.
    """
    _inside_a_deed()
    for name, party in (("practitioner_id", _id(practitioner)), ("department_id", _id(department))):
        if party is None:
            continue
        what = {"patient_id": _id(patient), "kind": kind, "source_id": source.pk, name: party}
        if not CareRelationship.objects.filter(**what).update(start_at=start_at, end_at=end_at):
            CareRelationship.objects.create(start_at=start_at, end_at=end_at, source_type=source._meta.label, **what)


def open_care_relationships(rows: Iterable[CareRow], *, source_type: str) -> None:
    """Open many at once, for sources that have none yet: bulk booking, import."""
    _inside_a_deed()
    bulk.insert(_relationship(row, source_type) for row in rows)


def close_care_relationship(*, source: Any, at: dt.datetime | None = None, kind: str = "", patient: Any = None) -> int:
    """End what rests on this source (for one patient of several), now or at a moment. Returns how many ended."""
    _inside_a_deed()
    at = at or clock.now()
    stands = Q(end_at__isnull=True) | (Q(end_at__gt=at) & Q(end_at__gt=F("start_at")))
    rows = CareRelationship.objects.filter(stands, source_id=source.pk)
    if kind:
        rows = rows.filter(kind=kind)
    if patient is not None:
        rows = rows.filter(patient=_id(patient))
    return rows.update(end_at=Greatest("start_at", at))


def _inside_a_deed() -> None:
    if current_deed() is None:
        raise RuntimeError("Care relationships are opened and closed by actions, in their transaction.")


def _id(value: Any) -> Any:
    return getattr(value, "pk", value)


# --- Recomputing --------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Reconciled:
    """How many relationships were right, missing, of another period, and resting on nothing."""

    right: int = 0
    opened: int = 0
    changed: int = 0
    closed: int = 0


@action("patients.reconcile_care_relationships")
def reconcile_care_relationships(*, by: Actor, source_type: str, rows: Iterable[CareRow]) -> Reconciled:
    """Bring the relationships of one kind of source in step with it. A second run changes nothing.

    `source_type` is the label of the source's model ("scheduling.Appointment"), `rows` all that it gives
    rise to: whatever rests on such a source and is not among them is ended.
    """
    standing = {_key(one): one for one in CareRelationship.objects.filter(source_type=source_type)}
    result, fresh, changed, now = Reconciled(), [], [], clock.now()
    for row in rows:
        old = standing.pop(row.key, None)
        if old is None:
            fresh.append(_relationship(row, source_type))
        elif (old.start_at, old.end_at) == (row.start_at, row.end_at):
            result.right += 1
        else:
            old.start_at, old.end_at = row.start_at, row.end_at
            changed.append(old)
    left = [one for one in standing.values() if one.end_at is None or one.end_at > max(now, one.start_at)]
    for one in left:
        one.end_at = max(now, one.start_at)
    bulk.insert(fresh)
    CareRelationship.objects.bulk_update([*changed, *left], ["start_at", "end_at"], batch_size=_BATCH)
    result.opened, result.changed, result.closed = len(fresh), len(changed), len(left)
    trail.record(
        "care_relationships.reconciled",
        detail={"source": source_type, "opened": result.opened, "changed": result.changed, "closed": result.closed},
    )
    return result


def _relationship(row: CareRow, source_type: str) -> CareRelationship:
    return CareRelationship(
        id=uuid7(),
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        department_id=row.department_id,
        kind=row.kind,
        start_at=row.start_at,
        end_at=row.end_at,
        source_type=source_type,
        source_id=row.source_id,
    )


def _key(one: CareRelationship) -> tuple[Any, ...]:
    return (one.source_id, one.kind, one.patient_id, one.practitioner_id, one.department_id)
