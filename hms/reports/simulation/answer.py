"""What came out, in words: the three columns side by side, what differs and whether by more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core.charts import BarChart, LineChart
from hms.core.values import point_text
from hms.reports import report
from hms.reports.report import Table
from hms.reports.rules.simulation.change import Rule
from hms.reports.rules.simulation.day import ENOUGH, MINUTE, Manner, manner_of
from hms.reports.rules.simulation.luck import habits_of
from hms.reports.rules.simulation.trial import (
    FEWEST_DAYS,
    FEWEST_VISITS,
    Interval,
    Trial,
    compare,
    enough,
    repetitions_for,
)
from hms.reports.simulation import side_by_side
from hms.reports.simulation.quarter import TIMES, Quarter, Which

# From here on the model misses the records by so many minutes of half the waits that it is said.
FAR_OFF: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A page. `refusal`: why there is nothing else. `table` is side by side, `saved` the same for a spreadsheet."""

    refusal: str = ""
    finding: str = ""
    sentences: Sequence[str] = ()
    table: Table | None = None
    saved: Sequence[Sequence[Any]] = ()
    people: Table | None = None
    line: LineChart | None = None
    bars: BarChart | None = None
    as_recorded: Sequence[str] = ()
    drawn: Sequence[str] = ()
    care: Sequence[str] = field(default_factory=tuple)


def answer(which: Which, quarter: Quarter, today: Rule, change: Rule | None) -> Answer:
    """Replay the quarter and say what came out; or why that can't be said."""
    days = quarter.days
    if not enough(days):
        return Answer(
            refusal=_(
                "There are too few visits to tell: %(visits)s on %(days)s days. It takes %(enough)d on %(fewest)d "
                "days. Choose other weeks, or more than one practitioner."
            )
            % {
                "visits": point_text(quarter.visits, 0),
                "days": point_text(len({one.day for one in days}), 0),
                "enough": FEWEST_VISITS,
                "fewest": FEWEST_DAYS,
            }
        )
    repetitions = repetitions_for(quarter.visits)
    if not repetitions:
        return Answer(
            refusal=_("%(visits)s visits take too long to replay. Choose a department or a practitioner.")
            % {"visits": point_text(quarter.visits, 0)}
        )
    habits = habits_of(visit for day in days for visit in day.visits)
    weeks = [part.first for part in which.period.parts]
    manner = manner_of((day.sittings, day.stays) for day in days if day.stays is not None)
    trial = compare(days, today, change, habits, repetitions=repetitions, weeks=weeks, manner=manner)
    intervals = trial.intervals()
    finding = _finding(trial, intervals)
    return Answer(
        finding=finding,
        sentences=_sentences(trial, intervals),
        table=side_by_side.table(trial, intervals),
        saved=side_by_side.saved(trial, intervals),
        people=side_by_side.by_practitioner(trial),
        line=side_by_side.line(which, trial, finding),
        bars=side_by_side.bars(trial),
        as_recorded=_as_recorded(),
        drawn=_drawn(quarter, change, manner, trial.repetitions),
        care=_care(quarter, trial),
    )


# --- Sentences ----------------------------------------------------------------------------------------------------
def _finding(trial: Trial, intervals: Mapping[str, Interval]) -> str:
    now = trial.today.mean("median")
    if trial.change is None:
        return _("Replayed by today's rules, half of the patients wait %(now)s at most") % {"now": _minutes(now)}
    by = trial.difference("median")
    if by is None or "median" not in intervals or not intervals["median"].beyond_chance:
        return _("Half of the patients would wait %(now)s at most, as now: no difference beyond chance") % {
            "now": _minutes(trial.change.mean("median"))
        }
    words = (
        _("Half of the patients would wait %(now)s at most, %(by)s longer than by today's rules")
        if by > 0
        else _("Half of the patients would wait %(now)s at most, %(by)s shorter than by today's rules")
    )
    return words % {"now": _minutes(trial.change.mean("median")), "by": _minutes(abs(by))}


def _minutes(value: float | None) -> str:
    return report.minutes_words(round(value, 1)) if value is not None else report.too_few()


def _sentences(trial: Trial, intervals: Mapping[str, Interval]) -> list[str]:
    """One for each measure that differs by more than chance, and one for all others."""
    if trial.change is None:
        return []
    found, others = [], []
    for name, label in side_by_side.measures().items():
        by, inside = trial.difference(name), intervals.get(name)
        if by is None or inside is None:
            continue
        if not inside.beyond_chance:
            others.append(label)
            continue
        found.append(
            _("%(measure)s: %(after)s instead of %(before)s. The difference of %(by)s is bigger than chance.")
            % {
                "measure": label,
                "after": side_by_side.told(name, trial.change.mean(name)).text,
                "before": side_by_side.told(name, trial.today.mean(name)).text,
                "by": side_by_side.with_interval(name, by, inside),
            }
        )
    if others:
        found.append(_("No difference bigger than chance: %(measures)s.") % {"measures": "; ".join(others)})
    return found


# --- What it rests on ---------------------------------------------------------------------------------------------
def _as_recorded() -> list[str]:
    return [
        _("Who was booked for when, who came and who did not, and who came without an appointment."),
        _("When people checked in, and how long each visit took, where it is written down."),
        _("The hours of timetables and extra sessions, without absences and closed days."),
    ]


def _drawn(quarter: Quarter, change: Rule | None, manner: Manner, repetitions: int) -> list[str]:
    """What is drawn, of how many visits; and what is assumed."""
    numbers = {"arrival": quarter.no_arrival, "length": quarter.no_length, "unclosed": quarter.unclosed}
    words = {
        "arrival": ngettext(
            "When the patient of %(number)s visit came: it is not written down, or they went straight in.",
            "When the patients of %(number)s visits came: it is not written down, or they went straight in.",
            quarter.no_arrival,
        ),
        "length": ngettext(
            "How long %(number)s visit took: not finished, or over %(times)d times as long as planned.",
            "How long %(number)s visits took: not finished, or over %(times)d times as long as planned.",
            quarter.no_length,
        ),
        "unclosed": ngettext(
            "Whether the patient of %(number)s visit without a status came.",
            "Whether the patients of %(number)s visits without a status came.",
            quarter.unclosed,
        ),
    }
    found = [
        words[name] % {"number": point_text(number, 0), "times": TIMES} for name, number in numbers.items() if number
    ]
    if change is not None and change.lanes:
        found.append(_("Everything about the people in lanes that were empty: they are made up."))
    return [
        *found,
        _("From the visits themselves where %(number)d or more say it, otherwise from what is usual.")
        % {"number": ENOUGH},
        _(
            "Between two visits %(between)s pass, and sessions begin %(begins)s late: the middle of what is written "
            "down of times when somebody waited, or what is usual."
        )
        % {
            "between": report.minutes_words(manner.between / MINUTE),
            "begins": report.minutes_words(manner.begins / MINUTE),
        },
        _("Nobody is called more than %(ahead)s before their time, as nine in ten were not.")
        % {"ahead": report.minutes_words(manner.ahead / MINUTE)}
        if manner.ahead is not None
        else _("Whoever is there is called as soon as the practitioner is free."),
        _("Ways to the laboratory and back are left out."),
        ngettext(
            "Replayed %(number)d time, with the same luck under both rules.",
            "Replayed %(number)d times, with the same luck under both rules.",
            repetitions,
        )
        % {"number": repetitions},
    ]


def _care(quarter: Quarter, trial: Trial) -> list[str]:
    found = []
    if trial.recorded.sittings < trial.was.sittings:
        found.append(
            _(
                "Waits, idle time and overtime as they were are of the %(number)s of %(of)s sessions of which every "
                "moment is written down, and so is the model's error."
            )
            % {"number": point_text(trial.recorded.sittings, 0), "of": point_text(trial.was.sittings, 0)}
        )
    error = side_by_side.error(trial, "median")
    if error is not None and abs(error) >= FAR_OFF:
        found.append(
            _(
                "The replay misses the waits of the records by %(by)s. What differs between the two rules says more "
                "than how long people wait under either."
            )
            % {"by": report.minutes_words(abs(side_by_side.rounded("median", error)))}
        )
    if quarter.outside:
        found.append(
            ngettext(
                "%(number)s visit is left out: its practitioner had no session on that day by today's timetables.",
                "%(number)s visits are left out: their practitioners had no session on that day by today's timetables.",
                quarter.outside,
            )
            % {"number": point_text(quarter.outside, 0)}
        )
    return found
