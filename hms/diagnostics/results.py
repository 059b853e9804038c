"""Results of a patient, gathered by test: reads scoped to who asks, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from hms.core.actor import Actor
from hms.core.charts import LineChart, Series
from hms.core.values import day_text, measured_text
from hms.diagnostics import codes
from hms.diagnostics.models import DiagnosticReport, ImagingStudy, Observation
from hms.diagnostics.rules.trends import SHOWN, Trend, trend
from hms.patients.models import Patient

# A page shows what a person can read; older results are reached by test.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Group:
    """One test: its latest value, and the earlier ones that can be compared with it (same unit), oldest first."""

    code: str
    name: str
    latest: Observation
    history: tuple[Observation, ...]
    trend: Trend | None

    @property
    def count(self) -> int:
        return len(self.history)

    @property
    def low(self) -> Decimal | None:
        return self.latest.range_low

    @property
    def high(self) -> Decimal | None:
        return self.latest.range_high

    @property
    def category(self) -> str:
        return self.latest.category


def grouped(by: Actor, patient: Patient, category: str = "") -> list[Group]:
    """The tests of a patient, those with the newest value first."""
    rows = _current(by, patient)
    if category:
        rows = rows.of_category(category)
    by_code: dict[str, list[Observation]] = {}
    for row in rows.latest_first()[:MOST]:
        by_code.setdefault(codes.SAME_AS.get(row.code, row.code) or row.text, []).append(row)
    return [_group(code, observations) for code, observations in by_code.items()]


def of_test(by: Actor, patient: Patient, code: str) -> Group | None:
    """One test with everything that is known of it, or None."""
    wanted = [code, *(old for old, new in codes.SAME_AS.items() if new == code)]
    rows = list(_current(by, patient).filter(code__in=wanted).latest_first()[:MOST])
    return _group(code, rows) if rows else None


def latest_vitals(by: Actor, patient: Patient, since: dt.datetime | None = None) -> list[Observation]:
    """The latest of each vital sign in the order of the form; `since` leaves older ones out."""
    rows = _current(by, patient).of_category(codes.ObservationCategory.VITAL_SIGNS)
    if since is not None:
        rows = rows.filter(effective_at__gte=since)
    latest: dict[str, Observation] = {}
    for row in rows.latest_first()[:200]:
        latest.setdefault(codes.SAME_AS.get(row.code, row.code), row)
    order = [codes.BLOOD_PRESSURE, *codes.VITAL_NAMES, codes.BODY_MASS_INDEX]
    return sorted(
        latest.values(),
        key=lambda row: order.index(code) if (code := codes.SAME_AS.get(row.code, row.code)) in order else 99,
    )


def reports(by: Actor, patient: Patient, limit: int = 50) -> list[DiagnosticReport]:
    """Reports, latest first, with their results."""
    return list(
        DiagnosticReport.objects.visible_to(by, patient)
        .current()
        .prefetch_related("results__components")
        .order_by(F("effective_at").desc(nulls_last=True), "-id")[:limit]
    )


def imaging(by: Actor, patient: Patient, limit: int = 50) -> list[ImagingStudy]:
    """Imaging studies, latest first."""
    rows = ImagingStudy.objects.visible_to(by, patient).standing().prefetch_related("series")
    return list(rows.order_by(F("started_at").desc(nulls_last=True), "-id")[:limit])


def versions(by: Actor, observation: Observation) -> list[Observation]:
    """The values that this one replaced, newest first."""
    older: list[Observation] = []
    row = observation.replaces
    while row is not None and len(older) < 20:
        older.append(row)
        row = row.replaces
    return older


def chart(group: Group) -> LineChart | None:
    """The line of a test over time; blood pressure has two. Nothing for fewer than two values."""
    if group.trend is None:
        return None
    series = _series(group)
    first, last = group.history[0], group.history[-1]
    band = (float(group.low), float(group.high)) if group.low is not None and group.high is not None else None
    return LineChart(
        title=_("%(name)s is %(direction)s") % {"name": group.name, "direction": group.trend.words},
        unit=str(group.latest.any_unit),
        summary=_("From %(first)s on %(first_day)s to %(last)s on %(last_day)s, %(count)d values.")
        % {
            "first": first.shown,
            "first_day": day_text(first.effective_at),
            "last": last.shown,
            "last_day": day_text(last.effective_at),
            "count": group.count,
        },
        series=series,
        band=band,
        digits=_digits(group.history),
    )


def _series(group: Group) -> list[Series]:
    if group.code != codes.BLOOD_PRESSURE:
        return [_line(group.name, [(row, row.value, row.is_critical) for row in group.history])]
    lines = []
    for code, name in ((codes.SYSTOLIC, _("Systolic")), (codes.DIASTOLIC, _("Diastolic"))):
        points = [
            (row, part.value, part.is_critical)
            for row in group.history
            for part in row.components.all()
            if part.code == code
        ]
        lines.append(_line(name, points))
    return lines


def _line(name: Any, points: Iterable[tuple[Observation, Decimal | None, bool]]) -> Series:
    known = [
        (row.effective_at, float(value), critical)
        for row, value, critical in points
        if value is not None and row.effective_at
    ]
    return Series(
        name,
        [(at, value) for at, value, _critical in known],
        frozenset(place for place, (_at, _value, critical) in enumerate(known) if critical),
    )


def _current(by: Actor, patient: Patient) -> Any:
    return (
        Observation.objects.visible_to(by, patient)
        .current()
        .select_related("performer", "replaces", "facility")
        .prefetch_related("components")
    )


def _group(code: str, newest_first: list[Observation]) -> Group:
    latest = newest_first[0]
    history = tuple(row for row in reversed(newest_first) if row.any_unit == latest.any_unit)
    numbers = [number for row in history if (number := _number(row)) is not None]
    return Group(code, latest.name, latest, history, trend(numbers[-SHOWN:]))


def _number(row: Observation) -> Decimal | None:
    if row.value is not None:
        return row.value
    return next((part.value for part in row.components.all() if part.code == codes.SYSTOLIC), None)


def _digits(rows: Iterable[Observation]) -> int:
    texts = [row.value_text or measured_text(row.value) for row in rows if row.value is not None]
    return min(max((len(text.partition(".")[2]) for text in texts), default=0), 2)
