"""Who opened a record, for the patient: by day, person, role and purpose, from the trail alone.

One's own looks, and lines that programs wrote, are each told once a day, to be unfolded. A page of the list is fifty
entries; it costs three queries however long the trail is. Shows no word of what stood in the record.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, IntegerField, Max, Min, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import TruncDate

from hms.core import clock
from hms.core.models import AuditEvent
from hms.patients.codes import GlassReason
from hms.workspace import deeds

PER_PAGE: Final = 50
PEOPLE, OWN, PROGRAMS = 0, 1, 2
_PROGRAMS: Final = ("system", "client", "anonymous")
# A form that was sent back for a slip is no attempt at anything. What was forbidden, or not there for that person, is.
_WORTH_TELLING: Final = (
    ~Q(outcome=AuditEvent.Outcome.REFUSED) | Q(detail__status__in=[403, 404]) | Q(detail__status__isnull=True)
)
# What makes two lines one entry.
_SAME: Final = ("day", "whose", "who", "label", "role", "why")


@dataclass(slots=True)
class Reading:
    """One person's looks and deeds of one day, for one purpose; or all of one's own, or all of the programs'."""

    day: dt.date
    whose: int
    who: uuid.UUID | None
    label: str
    role: str
    why: str
    first_at: dt.datetime
    last_at: dt.datetime
    count: int
    deeds: list[str] = field(default_factory=list)
    # Why the glass was broken, in words; empty where it was not.
    emergency: str = ""
    refused: bool = False

    @property
    def role_words(self) -> str:
        return deeds.role_words(self.role)

    @property
    def purpose_words(self) -> str:
        return deeds.purpose_words(self.why)

    @property
    def is_once(self) -> bool:
        return self.last_at - self.first_at < dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the list: what people did, and what is folded away."""

    day: dt.date
    people: list[Reading]
    folded: list[Reading]

    @property
    def folded_count(self) -> int:
        return sum(one.count for one in self.folded)


def page_of(patient_id: uuid.UUID, zone: str, *, you: uuid.UUID | None, number: Any = 1) -> tuple[Page, list[Day]]:
    """A page of the list, newest first, and its days. `you` is whoever looks: their own lines are folded."""
    grouped = (
        _lines(patient_id, zone, you)
        .values(*_SAME)
        .annotate(first_at=Min("at"), last_at=Max("at"), count=Count("pk"))
        .order_by("-day", "whose", "-last_at", "label", "role", "why")
    )
    page = Paginator(grouped, PER_PAGE).get_page(number)
    readings = [Reading(**row) for row in page.object_list]
    _tell(readings, _lines(patient_id, zone, you))
    return page, [_day(day, list(some)) for day, some in groupby(readings, key=lambda one: one.day)]


def _lines(patient_id: uuid.UUID, zone: str, you: uuid.UUID | None) -> QuerySet[AuditEvent]:
    """The patient's lines with what they are gathered by. Of oneself and of programs only the day counts."""
    people = Q(whose=PEOPLE)
    return (
        AuditEvent.objects.filter(_WORTH_TELLING, patient_id=patient_id)
        .annotate(
            day=TruncDate("at", tzinfo=clock.zone(zone)),
            whose=Case(
                When(actor_kind__in=_PROGRAMS, then=Value(PROGRAMS)),
                When(actor_id=you, then=Value(OWN)),
                default=Value(PEOPLE),
                output_field=IntegerField(),
            ),
        )
        .annotate(
            who=Case(When(people, then=F("actor_id")), default=Value(None), output_field=UUIDField(null=True)),
            label=_of_people("actor_label"),
            role=_of_people("actor_role"),
            why=_of_people("purpose"),
        )
    )


def _of_people(column: str) -> Case:
    return Case(When(whose=PEOPLE, then=F(column)), default=Value(""), output_field=CharField())


def _tell(readings: Iterable[Reading], lines: QuerySet[AuditEvent]) -> None:
    """Put into words what was done in each entry. One query."""
    by_key = {tuple(getattr(one, name) for name in _SAME): one for one in readings}
    if not by_key:
        return
    first, last = min(one.first_at for one in by_key.values()), max(one.last_at for one in by_key.values())
    rows = (
        lines.filter(at__gte=first, at__lte=last)
        .values(*_SAME, "verb", "outcome", "detail__page", "detail__reason")
        .annotate(since=Min("at"))
        .order_by("since")
    )
    for row in rows:
        one = by_key.get(tuple(row[name] for name in _SAME))
        if one is None:
            continue
        words = deeds.deed_words(row["verb"], row["detail__page"] or "", row["outcome"])
        if words not in one.deeds:
            one.deeds.append(words)
        one.refused |= row["outcome"] != AuditEvent.Outcome.SUCCESS
        if row["verb"] == deeds.BROKE_GLASS and row["outcome"] == AuditEvent.Outcome.SUCCESS:
            one.emergency = _reason(row["detail__reason"])


def _reason(code: Any) -> str:
    return str(GlassReason(code).label if code in GlassReason.values else GlassReason.OTHER.label)


def _day(day: dt.date, readings: list[Reading]) -> Day:
    return Day(
        day,
        people=[one for one in readings if one.whose == PEOPLE],
        folded=[one for one in readings if one.whose != PEOPLE],
    )
