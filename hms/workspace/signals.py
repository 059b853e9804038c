"""What a privacy officer looks at first: reads that may be curiosity. Signals to look into, never verdicts.

Each is a queryset over the trail, so that a number and the list it opens can't disagree. Sources: HIPAA 45 CFR
164.308(a)(1)(ii)(D) (information system activity review); which looks are worth a second one: security.md E,
special cases (own family, confidential records, emergency access, many charts).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, TruncDate

from hms.accounts.codes import Duty
from hms.core import clock
from hms.core.models import AuditEvent
from hms.patients.models import Patient, PatientName
from hms.workspace.deeds import BROKE_GLASS, READ, role_words

LOOKED_BACK: Final = dt.timedelta(days=7)

# Charts somebody opens on a busy day. House values: a clinic of thirty visits with as many results to read makes
# sixty; whoever books, bills or dispenses for a whole house sees several times as many.
_MANY: Final = 60
_MANY_OF_DUTY: Final[Mapping[str, int]] = {
    Duty.FRONT_DESK: 250,
    Duty.BILLING: 250,
    Duty.LABORATORY: 250,
    Duty.PHARMACIST: 150,
    Duty.PRIVACY_OFFICER: 100,
}


@dataclass(frozen=True, slots=True)
class ManyCharts:
    """One person's day with more charts than their duty explains."""

    day: dt.date
    actor_id: uuid.UUID
    label: str
    role: str
    charts: int
    # What is usual for the person, once it was asked for.
    usual: int = 0

    @property
    def role_words(self) -> str:
        return role_words(self.role)

    @property
    def query(self) -> str:
        """What the search of the trail is asked for, to show these reads."""
        day = self.day.isoformat()
        return urlencode({"actor": str(self.actor_id), "start": day, "end": day, "what": "reads"})


def since(zone: str) -> dt.datetime:
    """The beginning of the first day that numbers and lists look back to."""
    return clock.day_bounds(clock.today(zone) - LOOKED_BACK, zone)[0]


def recent(zone: str) -> QuerySet[AuditEvent]:
    """The lines of the days looked back to."""
    return AuditEvent.objects.filter(at__gte=since(zone))


def read_by_staff(lines: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Reads of charts by people who work here."""
    reads = lines.filter(verb=READ, patient_id__isnull=False, actor_id__isnull=False, actor_kind="user")
    return reads.exclude(actor_role=Duty.PATIENT)


def confidential(lines: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Lines about records that are kept closer than others."""
    return lines.filter(patient_id__in=Patient.objects.exclude(restriction="").values("pk"))


def same_family_name(lines: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Lines whose reader's name ends with a family name of the patient: "Leila Farahani", and a patient FARAHANI.

    Namesakes come too; a partner of another name does not.
    """
    alike = (
        PatientName.objects.filter(patient_id=OuterRef("patient_id"))
        .exclude(family="")
        .annotate(reader=ExpressionWrapper(OuterRef("actor_label"), output_field=CharField()))
        .filter(reader__iendswith=Concat(Value(" "), F("family")))
    )
    return lines.filter(Exists(alike))


def emergencies(lines: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Charts opened by breaking the glass."""
    return lines.filter(verb=BROKE_GLASS)


def refused(lines: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Deeds that were wanted and refused."""
    return lines.filter(outcome=AuditEvent.Outcome.REFUSED)


def many_charts(zone: str) -> list[ManyCharts]:
    """Days on which somebody opened more charts than their duty explains, the most first. One query."""
    rows = (
        _charts_a_day(read_by_staff(recent(zone)), zone)
        .filter(charts__gt=min(_MANY, *_MANY_OF_DUTY.values()))
        .order_by("-charts", "-day", "actor_label")
    )
    found = [
        ManyCharts(row["day"], row["actor_id"], row["actor_label"], row["actor_role"], row["charts"]) for row in rows
    ]
    return [one for one in found if one.charts > _most(one.role)]


def with_usual(rows: list[ManyCharts], zone: str, days: int = 28) -> list[ManyCharts]:
    """The same, beside what is usual for the person: the mean of the days they worked in four weeks. One query."""
    if not rows:
        return []
    earlier = AuditEvent.objects.filter(at__gte=clock.now() - dt.timedelta(days=days))
    people = {one.actor_id for one in rows}
    seen: dict[uuid.UUID, list[int]] = {}
    for row in _charts_a_day(read_by_staff(earlier.filter(actor_id__in=people)), zone):
        seen.setdefault(row["actor_id"], []).append(row["charts"])
    return [replace(one, usual=_mean(seen.get(one.actor_id, []))) for one in rows]


def _charts_a_day(reads: QuerySet[AuditEvent], zone: str) -> Any:
    return (
        reads.annotate(day=TruncDate("at", tzinfo=clock.zone(zone)))
        .values("day", "actor_id", "actor_label", "actor_role")
        .annotate(charts=Count("patient_id", distinct=True))
        .order_by()
    )


def _most(role: str) -> int:
    """The most charts that the duties of somebody explain: of several duties, the widest."""
    return max((_MANY_OF_DUTY.get(duty, _MANY) for duty in role.split(",")), default=_MANY)


def _mean(numbers: list[int]) -> int:
    return round(sum(numbers) / len(numbers)) if numbers else 0
