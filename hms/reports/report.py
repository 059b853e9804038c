"""What every report looks like: a finding, figures beside those of before, a picture, a table, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core.charts import Bar, BarChart, LineChart, Series
from hms.core.values import day_text, point_text
from hms.reports.asking import Asked
from hms.reports.rules.periods import Period
from hms.reports.rules.samples import ENOUGH

# More bars than this are a table.
MOST_BARS = 25


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the whole period; `note` is that of the period before."""

    label: str
    text: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as people read it, and as a spreadsheet does; None where there is too little to tell."""

    raw: float | int | str | None
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A department or a practitioner; `query` leads to what the row consists of, where that is to be had."""

    name: str
    cells: Sequence[Cell]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, Cell]]]]:
        """Each row with the words over its cells."""
        return [(row, list(zip(self.heads[1:], row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Report:
    """A page. `care`: why to read it with care; `definition` and `left_out`: what is counted and what is not."""

    finding: str
    figures: Sequence[Figure]
    table: Table
    definition: Sequence[str]
    left_out: Sequence[str]
    line: LineChart | None = None
    bars: BarChart | None = None
    care: Sequence[str] = field(default_factory=tuple)


# --- Numbers in words -------------------------------------------------------------------------------------------
def too_few() -> str:
    return _("too few to tell")


def count(number: int) -> Cell:
    return Cell(number, point_text(number, 0))


def percent(value: float | None) -> Cell:
    """6.1 %, on one line."""
    if value is None:
        return Cell(None, too_few())
    return Cell(value, (_("%(share)s %%") % {"share": point_text(value, 1)}).replace(" ", "\N{NO-BREAK SPACE}"))


def amount(value: float | None) -> Cell:
    """A middle or a bound of days or minutes: 12, or 12.5 where it lies between two."""
    return Cell(value, too_few() if value is None else plain(value))


def hours(minutes: int) -> Cell:
    """Minutes as hours."""
    value = round(minutes / 60, 1)
    return Cell(value, plain(value))


def plain(value: float) -> str:
    return point_text(value, 0 if float(value).is_integer() else 1)


def days_words(value: float) -> str:
    """1 day, 12.5 days."""
    return ngettext("%(number)s day", "%(number)s days", 1 if value == 1 else 2) % {"number": plain(value)}


def minutes_words(value: float) -> str:
    """1 minute, 12.5 minutes."""
    return ngettext("%(number)s minute", "%(number)s minutes", 1 if value == 1 else 2) % {"number": plain(value)}


def compared(
    now: float | None, before: float | None, words: Mapping[str, str], say: Callable[[float], str] = plain
) -> str:
    """The finding: one of the sentences `few`, `alone`, `same`, `more`, `less`, with `now` and by how much."""
    if now is None:
        return words["few"]
    if before is None:
        return words["alone"] % {"now": say(now)}
    by = round(now - before, 1)
    chosen = "same" if by == 0 else "more" if by > 0 else "less"
    return words[chosen] % {"now": say(now), "by": say(abs(by))}


def before_words(cell: Cell) -> str:
    """What it was in the period before."""
    if cell.raw is None:
        return _("before: too few to tell")
    return _("before: %(number)s") % {"number": cell.text}


def unclosed_words(number: int) -> list[str]:
    """A warning where visits of the period have no end."""
    if not number:
        return []
    return [
        ngettext(
            "%(number)s visit whose day is over has no status: nobody wrote down whether the patient came.",
            "%(number)s visits whose day is over have no status: nobody wrote down whether the patient came.",
            number,
        )
        % {"number": point_text(number, 0)}
    ]


def taken_over() -> str:
    return _("Visits that were taken over from another system: their moments are not exact.")


def small_numbers() -> str:
    return _("Where fewer than %(number)d visits are counted, no figure is given.") % {"number": ENOUGH}


# --- Pictures ---------------------------------------------------------------------------------------------------
def trend(
    asked: Asked, title: str, unit: str, lines: Mapping[str, Sequence[float | None]], digits: int = 0
) -> LineChart | None:
    """Lines over the parts of the period; a part with too little to tell has no point. None where there is no line."""
    parts = asked.period.parts
    series = [
        Series(label, [(part.first, value) for part, value in zip(parts, values, strict=True) if value is not None])
        for label, values in lines.items()
    ]
    series = [one for one in series if len(one.points) > 1]
    if not series:
        return None
    summary = " ".join(_ends(one, unit, digits) for one in series)
    return LineChart(title, unit, summary, series, line=_per_part(unit, parts), digits=digits, from_zero=True)


def _ends(series: Series, unit: str, digits: int) -> str:
    values = [value for _when, value in series.points]
    first, last = (_as_date(series.points[number][0]) for number in (0, -1))
    return _("%(what)s: %(from)s on %(first)s, %(to)s on %(last)s, between %(least)s and %(most)s. Unit: %(unit)s.") % {
        "what": series.label,
        "from": point_text(values[0], digits),
        "to": point_text(values[-1], digits),
        "first": day_text(first),
        "last": day_text(last),
        "least": point_text(min(values), digits),
        "most": point_text(max(values), digits),
        "unit": unit,
    }


def _as_date(x: Any) -> date:
    assert isinstance(x, date)
    return x


def _per_part(unit: str, parts: Sequence[Period]) -> str:
    words = {
        1: _("%(unit)s, by day"),
        7: _("%(unit)s, by week, each from the day shown"),
        28: _("%(unit)s, by four weeks, each from the day shown"),
    }
    return words[parts[-1].days] % {"unit": unit}


def bars(line: str, unit: str, rows: Sequence[tuple[str, float | None]], title: str = "") -> BarChart | None:
    """A bar for each row with enough to tell; None for fewer than two or too many. Its title says how far they go."""
    shown = [Bar(name, value) for name, value in rows if value is not None]
    if not 2 <= len(shown) <= MOST_BARS:
        return None
    digits = 0 if all(float(bar.value).is_integer() for bar in shown) else 1
    least, most = (f"{point_text(pick(bar.value for bar in shown), digits)} {unit}" for pick in (min, max))
    if not title and least == most:
        title = _("The same for all: %(most)s") % {"most": most}
    summary = "; ".join(f"{bar.label}: {point_text(bar.value, digits)} {unit}" for bar in shown)
    return BarChart(
        title=title or _("From %(least)s to %(most)s") % {"least": least, "most": most},
        unit=unit,
        line=line,
        summary=summary,
        bars=shown,
        digits=digits,
        level=2,
    )


def by_words(asked: Asked) -> str:
    """What the rows are."""
    return _("By practitioner") if asked.by_practitioner else _("By department")


def first_head(asked: Asked) -> str:
    return _("Practitioner") if asked.by_practitioner else _("Department")


def row(asked: Asked, name: str, id: Any, *cells: Cell) -> Row:
    """A row; that of a department leads to its practitioners, for those who may see them."""
    leads = asked.department is None and asked.own is None and id is not None
    return Row(name, cells, f"department={id}" if leads else "")
