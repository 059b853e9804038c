"""Columns side by side: as it was, replayed by today's rules, and under the change; as tables and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hms.core.charts import BarChart, LineChart
from hms.core.values import natural
from hms.organization.models import Practitioner
from hms.reports import report
from hms.reports.asking import Asked
from hms.reports.report import Cell, Row, Table
from hms.reports.rules.samples import ENOUGH, Sample
from hms.reports.rules.simulation.trial import MEASURES, Interval, Outcome, Trial
from hms.reports.simulation.quarter import Which

# Counts of people, of which the records tell all.
PEOPLE: Final = frozenset({"seen", "refused", "absent"})


def measures() -> Mapping[str, str]:
    """What is told, each with its unit."""
    return {
        "median": _("Half waited at most, minutes"),
        "ninetieth": _("Nine in ten waited at most, minutes"),
        "idle": _("Idle, minutes a session"),
        "overtime": _("Overtime, minutes a session"),
        "seen": _("People seen"),
        "refused": _("Refused or asked to come another day"),
        "absent": _("Did not come"),
    }


# --- Numbers in words -------------------------------------------------------------------------------------------
def with_interval(name: str, by: float, inside: Interval) -> str:
    """+4.2 (+2 to +6.5)"""
    return _("%(by)s (%(low)s to %(high)s)") % {
        "by": signed(name, by),
        "low": signed(name, inside.low),
        "high": signed(name, inside.high),
    }


def signed(name: str, value: float) -> str:
    value = rounded(name, value)
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{report.plain(abs(value))}"


def rounded(name: str, value: float) -> float:
    """Whole people, minutes to a tenth; nought has no sign."""
    return round(value, 0 if name in PEOPLE else 1) + 0.0


def told(name: str, value: float | None) -> Cell:
    """As people read it."""
    return report.amount(None if value is None else rounded(name, value))


# --- Tables -------------------------------------------------------------------------------------------------------
def _was(trial: Trial, name: str) -> float | None:
    """What the records say: of people all of it, of time that of the days of which every moment is written down."""
    if name == "refused":
        return None
    return MEASURES[name](trial.was if name in PEOPLE else trial.recorded)


def error(trial: Trial, name: str) -> float | None:
    """By how much the replay by today's rules misses the records, on the same days."""
    was = _was(trial, name)
    replayed = trial.today.mean(name) if name in PEOPLE else MEASURES[name](trial.today.recorded)
    return replayed - was if was is not None and replayed is not None else None


def table(trial: Trial, intervals: Mapping[str, Interval]) -> Table:
    heads = [pgettext("what is told by a figure", "Measure"), _("As it was"), _("Replayed"), _("Model's error")]
    if trial.change is not None:
        heads += [_("Changed"), _("Difference"), _("Bigger than chance")]
    rows = []
    for name, label in measures().items():
        now = trial.today.mean(name)
        cells = [_known(name, _was(trial, name)), told(name, now), _signed_cell(name, error(trial, name))]
        if trial.change is not None:
            by, inside = trial.difference(name), intervals.get(name)
            cells.append(told(name, trial.change.mean(name)))
            if by is None or inside is None:
                cells += [told(name, None)] * 2
            else:
                cells.append(Cell(rounded(name, by), with_interval(name, by, inside)))
                cells.append(Cell(_yes(inside), _yes(inside)))
        rows.append(Row(label, cells))
    return Table(_("Side by side"), heads, rows)


def saved(trial: Trial, intervals: Mapping[str, Interval]) -> list[list[Any]]:
    """Heads and rows for a spreadsheet: plain numbers, each in a column of its own."""
    rows: list[list[Any]] = [
        [
            pgettext("what is told by a figure", "Measure"),
            _("As it was"),
            _("Replayed by today's rules"),
            _("Model's error"),
            _("Under the change"),
            _("Difference"),
            _("Difference at least"),
            _("Difference at most"),
            _("Bigger than chance"),
        ]
    ]
    for name, label in measures().items():
        inside = intervals.get(name)
        changed = trial.change.mean(name) if trial.change is not None else None
        numbers = [
            _was(trial, name),
            trial.today.mean(name),
            error(trial, name),
            changed,
            trial.difference(name),
            inside.low if inside is not None else None,
            inside.high if inside is not None else None,
        ]
        plain = [None if one is None else rounded(name, one) for one in numbers]
        rows.append([label, *plain, None if inside is None else _yes(inside)])
    return rows


def _yes(inside: Interval) -> str:
    return _("Yes") if inside.beyond_chance else _("No")


def _known(name: str, value: float | None) -> Cell:
    return Cell(None, _("not written down")) if value is None else told(name, value)


def _signed_cell(name: str, value: float | None) -> Cell:
    return Cell(None, "\N{EN DASH}") if value is None else Cell(rounded(name, value), signed(name, value))


def by_practitioner(trial: Trial) -> Table | None:
    """Whom it would touch; none for one alone."""
    today, change = trial.today.practitioners, trial.change.practitioners if trial.change is not None else None
    if len(today) < 2:
        return None
    columns = {"median": _("Half waited, min"), "idle": _("Idle, min"), "overtime": _("Overtime, min")}
    rows = []
    for one in Practitioner.objects.filter(pk__in=list(today)):
        enough = today[one.pk].seen >= ENOUGH
        cells = [report.count(round(today[one.pk].sittings))]
        for name in columns:
            now = told(name, MEASURES[name](today[one.pk]) if enough else None)
            then = told(name, MEASURES[name](change[one.pk])) if change is not None and enough else None
            cells.append(now if then is None else Cell(now.raw, f"{now.text} \N{RIGHTWARDS ARROW} {then.text}"))
        rows.append(Row(one.full_name, cells))
    title = _("By practitioner: replayed → changed") if change is not None else _("By practitioner")
    heads = [_("Practitioner"), _("Sessions"), *columns.values()]
    return Table(title, heads, sorted(rows, key=lambda row: natural(row.name)))


# --- Pictures -----------------------------------------------------------------------------------------------------
def line(which: Which, trial: Trial, finding: str) -> LineChart | None:
    number = range(len(which.period.parts))
    lines = {
        _("As it was"): [Sample(trial.recorded_weeks[week].waits).median for week in number],
        _("Replayed"): _by_week(trial.today, number),
    }
    if trial.change is not None:
        lines[_("Changed")] = _by_week(trial.change, number)
    asked = Asked(which.facility, which.period, which.department)
    return report.trend(asked, finding, _("Half waited at most, minutes"), lines)


def _by_week(outcome: Outcome, number: range) -> list[float | None]:
    """Repetitions add to the waits, but not to what is known: a week with few people has no point."""
    weeks = outcome.weeks
    return [Sample(weeks[week].waits).median if weeks[week].seen >= ENOUGH else None for week in number]


def bars(trial: Trial) -> BarChart | None:
    rows: list[tuple[str, float | None]] = []
    for name, was, now, then in (
        ("idle", _("Idle: as it was"), _("Idle: replayed"), _("Idle: changed")),
        ("overtime", _("Overtime: as it was"), _("Overtime: replayed"), _("Overtime: changed")),
    ):
        found = {was: _was(trial, name), now: trial.today.mean(name)}
        if trial.change is not None:
            found[then] = trial.change.mean(name)
        rows += [(label, None if value is None else rounded(name, value)) for label, value in found.items()]
    return report.bars(
        _("Minutes a session"), pgettext("minutes", "min"), rows, title=_("Idle time and overtime of the practitioners")
    )
