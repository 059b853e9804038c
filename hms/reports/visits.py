"""The visits that a report counts, grouped by whose they are and by when they were: one query a report.

The database groups, because there may be a hundred thousand; what the groups mean, the rules say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from hms.core.values import natural
from hms.organization.models import Department, Practitioner
from hms.reports.asking import Asked
from hms.scheduling.models import Appointment
from hms.scheduling.rules.wall_clock import Span, day_span

T = TypeVar("T")
# The part of the period before.
BEFORE = -1


def of_period(asked: Asked) -> QuerySet[Appointment, tuple[Any, ...]]:
    """Visits of the period and of the one before, with `key` (whose) and `part` (when)."""
    zone, period = asked.facility.zone, asked.period
    starts = [day_span(part.first, zone).start for part in period.parts]
    span = Span(day_span(period.before.first, zone).start, day_span(period.until, zone).start)
    visits = Appointment.objects.filter(facility=asked.facility).within(span)
    if asked.department is not None:
        visits = visits.filter(department=asked.department)
    if asked.own is not None:
        visits = visits.filter(participants__practitioner=asked.own)
    elif asked.by_practitioner:
        visits = visits.filter(participants__practitioner__isnull=False)
    whose = "participants__practitioner" if asked.by_practitioner else "department"
    return visits.order_by().annotate(key=Cast(whose, TextField()), part=_part(starts))  # type: ignore[return-value]


def counted(visits: QuerySet[Any, Any], *columns: str, **sums: Any) -> list[tuple[Any, ...]]:
    """Rows of key (an id, or None), part, these columns, and how many visits; `sums` are added up beside."""
    rows = visits.values_list("key", "part", *columns).annotate(number=Count("pk"), **sums)
    ids: dict[str | None, UUID | None] = {None: None}
    found = []
    for key, *others in rows:
        if key not in ids:
            ids[key] = UUID(key)
        found.append((ids[key], *others))
    return found


def _part(starts: Sequence[datetime]) -> Case:
    """The number of the part a visit starts in, `BEFORE` for the period before."""
    ends = [When(start_at__lt=start, then=Value(number - 1)) for number, start in enumerate(starts)]
    return Case(*ends, default=Value(len(starts) - 1), output_field=IntegerField())


@dataclass(slots=True)
class Counted(Generic[T]):
    """What was counted, in four heaps: all of the period, all of the one before, each part, each row of the table."""

    make: Callable[[], T]
    now: T = field(init=False)
    before: T = field(init=False)
    parts: dict[int, T] = field(init=False)
    rows: dict[UUID | None, T] = field(init=False)

    def __post_init__(self) -> None:
        self.now, self.before = self.make(), self.make()
        self.parts, self.rows = defaultdict(self.make), defaultdict(self.make)

    def heaps(self, key: UUID | None, part: int) -> Iterable[T]:
        """Where something of this row and part is to be added."""
        if part == BEFORE:
            return (self.before,)
        return self.now, self.parts[part], self.rows[key]

    def named_rows(self, asked: Asked) -> list[tuple[str, UUID | None, T]]:
        """Name, id and heap of each row of the table, in the order of names."""
        people: Any = Practitioner.objects if asked.by_practitioner else Department.objects
        found = [(str(one), one.pk, self.rows[one.pk]) for one in people.filter(pk__in=[id for id in self.rows if id])]
        if None in self.rows:
            found.append((_("Without a department"), None, self.rows[None]))
        return sorted(found, key=lambda row: natural(row[0]))
