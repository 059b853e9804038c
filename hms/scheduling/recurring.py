"""Series as pages show them: each date with its problem and the times to choose from, and the rule in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hms.core import clock, values
from hms.core.actor import Actor
from hms.scheduling import codes, presenting
from hms.scheduling import series as reads
from hms.scheduling.actions.series import kind_of
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentSeries,
    HealthcareService,
    Schedule,
    SeriesOccurrence,
    SeriesTerm,
)
from hms.scheduling.rules import series as rules
from hms.scheduling.rules import slots
from hms.scheduling.rules.series import Diary, Planned, Recurrence
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.wall_clock import Span, first_instant, wall_time
from hms.scheduling.series import Chosen

State, Obstacle = codes.OccurrenceState, codes.Obstacle
# What may be answered beside a time. A slot's id is never one of these words.
LATER, OUT, SKIP, KEEP = "later", "out", "skip", "keep"
# The name of a date's field on a page.
FIELD = "at-{day}"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can become of a date."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A date of a series on a page: what stands in its way, what can be chosen, and what is."""

    planned: Planned
    options: Sequence[Option]
    chosen: str
    # A visit that is booked already, and what is wrong with it where it is now.
    visit: Appointment | None = None
    problem: str = ""
    # It was free when it was chosen, and is no more.
    lost: bool = False
    # Of the times to choose the closest to the one that was wanted.
    nearest: str = ""

    @property
    def name(self) -> str:
        return FIELD.format(day=self.planned.on.isoformat())

    @property
    def start(self) -> datetime | None:
        """The time that is chosen."""
        slot = slots.parse(self.chosen)
        return slot.start if slot is not None else None


@dataclass(frozen=True)
class Draft:
    """A series before it is booked, or the new times of one that is moved."""

    schedule: Schedule
    lines: list[Line]
    next_on: date | None = None
    base: Appointment | None = None

    @property
    def booked(self) -> int:
        """How many visits would be booked."""
        return sum(1 for line in self.lines if line.start is not None)

    @property
    def troubled(self) -> int:
        return sum(1 for line in self.lines if line.problem)

    @property
    def is_stale(self) -> bool:
        """Whether a time that was chosen is gone by now."""
        return any(line.lost for line in self.lines)

    @cached_property
    def as_proposed(self) -> list[Chosen]:
        """Every date as it was proposed or answered."""
        return [_chosen(line) for line in self.lines]


def draft(
    patient: UUID,
    schedule: Schedule,
    service: HealthcareService,
    asked: Recurrence,
    *,
    base: Appointment | None,
    answers: Mapping[str, str] | None = None,
) -> Draft:
    """Every date of a recurrence that can be looked at now, with other times to choose. A fixed number of queries.

    `base`: a booked visit that becomes the first. `answers`: what was chosen for the dates, by the names of the fields;
    a time that was taken since is shown as such, and nothing else that was chosen is lost.
    """
    now, kind = clock.now(), kind_of(base)
    days = list(rules.dates(asked.rule, asked.first, until=asked.until))
    diary = reads.diary_of(schedule, service, kind, patient, first=asked.first, last=reads.last_day(asked), now=now)
    kept = {base.local_start.date(): base.start_at} if base is not None else {}
    plan = rules.plan(days, asked.at, diary, count=asked.count, when_closed=asked.when_closed, kept=kept)
    own = [diary.visit.seen(one.start) for one in plan.dates if one.start is not None]
    lines = []
    for one in plan.dates:
        visit = base if one.on in kept else None
        answer = (answers or {}).get(FIELD.format(day=one.on.isoformat()))
        lines.append(_line(one, diary, schedule, service, kind, own, answer=answer, visit=visit))
    return Draft(schedule, lines, plan.next_on, base)


def redraft(
    series: AppointmentSeries,
    coming: Sequence[SeriesOccurrence],
    schedule: Schedule,
    *,
    at: Any,
    shift: int,
    answers: Mapping[str, str] | None = None,
) -> Draft:
    """The dates of a series that are still to come at another time, each with its problem and other times."""
    now, kind, zone = clock.now(), series.appointment_type, schedule.facility.zone
    wanted = [
        (one.occurs_on, first_instant(datetime.combine(one.occurs_on + shift * rules.DAY, at), zone)) for one in coming
    ]
    visits = {one.occurs_on: one.appointment for one in coming}
    ids = [one.appointment_id for one in coming if one.appointment_id is not None]
    diary = reads.diary_of(
        schedule,
        series.service,
        kind,
        series.patient_id,
        first=wall_time(wanted[0][1], zone).date(),
        last=wall_time(wanted[-1][1], zone).date(),
        now=now,
        but=ids,
    )
    found = rules.moved(wanted, diary)
    own = [diary.visit.seen(one.start) for one in found if one.start is not None]
    lines = []
    for one in found:
        answer = (answers or {}).get(FIELD.format(day=one.on.isoformat()))
        lines.append(
            _line(one, diary, schedule, series.service, kind, own, answer=answer, visit=visits[one.on], moving=True)
        )
    return Draft(schedule, lines)


def open_lines(series: AppointmentSeries, dates: Sequence[SeriesOccurrence]) -> list[tuple[SeriesOccurrence, Line]]:
    """The dates that wait for a decision, each with the times that are free around it. A fixed number of queries."""
    if not dates:
        return []
    # With whom the series is now; the time is the one that held for the date.
    schedule, kind, zone = series.term.schedule, series.appointment_type, series.facility.zone
    wanted = {}
    for one in dates:
        term = series.term_on(one.occurs_on)
        wanted[one.pk] = first_instant(datetime.combine(one.occurs_on + term.shift_days * rules.DAY, term.at), zone)
    days = [wall_time(start, zone).date() for start in wanted.values()]
    now = clock.now()
    diary = reads.diary_of(schedule, series.service, kind, series.patient_id, first=min(days), last=max(days), now=now)
    planned = [Planned(one.occurs_on, wanted[one.pk], None, State.OPEN, one.obstacle) for one in dates]
    found = [_line(one, diary, schedule, series.service, kind, []) for one in planned]
    return list(zip(dates, found, strict=True))


def _line(
    one: Planned,
    diary: Diary,
    schedule: Schedule,
    service: HealthcareService,
    kind: str,
    own: Sequence[Span],
    *,
    answer: str | None = None,
    visit: Appointment | None = None,
    moving: bool = False,
) -> Line:
    if visit is not None and not moving:
        return Line(one, [], str(Slot(schedule.pk, service.pk, visit.start_at, kind)), visit)
    others = [span for span in own if one.start is None or span.start != one.start]
    times = diary.near(one.start or one.wanted, others)
    if one.start is not None and one.start not in times:
        # Between the marks, as staff may place a visit: free, and not on offer by itself.
        times = sorted([*times, one.start])
    found = [(str(Slot(schedule.pk, service.pk, start, kind)), start) for start in times]
    options = [Option(value, _when(start, diary)) for value, start in found]
    if moving:
        options.append(Option(KEEP, _("Stay at %(time)s") % {"time": _when(visit.start_at, diary)} if visit else ""))
    elif one.state == State.SKIPPED:
        options.append(Option(SKIP, _("Left out: made up for at the end")))
    else:
        options += [Option(LATER, _("Decide later")), Option(OUT, _("Leave out"))]
    proposed = next((value for value, start in found if start == one.start), "")
    fallback = proposed or (KEEP if moving else SKIP if one.state == State.SKIPPED else LATER)
    problem = _problem(one)
    values_ = {option.value for option in options}
    chosen = answer if answer in values_ else fallback
    lost = bool(answer) and answer not in values_ and slots.parse(answer or "") is not None
    if lost:
        chosen, problem = KEEP if moving else LATER, str(Obstacle.TAKEN.label)
    nearest = min(found, key=lambda pair: abs(pair[1] - one.wanted), default=("", one.wanted))[0]
    return Line(one, options, chosen, visit, problem, lost, nearest)


def _problem(one: Planned) -> str:
    if not one.obstacle:
        return ""
    words = str(Obstacle(one.obstacle).label)
    return _("%(problem)s: moved on") % {"problem": words} if one.moved_on else words


def _when(start: datetime, diary: Diary) -> str:
    day = values.long_day_text(start, str(diary.zone))
    return f"{day}, {presenting.time_label(start, diary.zone)}"


def _chosen(line: Line) -> Chosen:
    on, obstacle = line.planned.on, line.planned.obstacle
    if line.start is not None:
        return Chosen(on, State.BOOKED, line.start, obstacle)
    state = {OUT: State.LEFT_OUT, SKIP: State.SKIPPED}.get(line.chosen, State.OPEN)
    # Taken only after it was chosen: the rule saw nothing in its way.
    return Chosen(on, state, None, obstacle or (Obstacle.TAKEN if line.problem else ""))


# --- Lists ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """A series in a list, and on its own page."""

    series: AppointmentSeries
    dates: Sequence[SeriesOccurrence]
    now: datetime

    @property
    def words(self) -> str:
        return in_words(self.series)

    @property
    def coming(self) -> list[SeriesOccurrence]:
        found = [one for one in self.dates if _is_coming(one, self.now)]
        return sorted(found, key=lambda one: one.appointment.start_at)  # type: ignore[union-attr]

    @property
    def waiting(self) -> int:
        return sum(1 for one in self.dates if one.is_open)

    @property
    def next_visit(self) -> Appointment | None:
        return next((one.appointment for one in self.coming), None)

    @property
    def term(self) -> SeriesTerm:
        return self.series.term


def rows_of(series: QuerySet[AppointmentSeries]) -> list[Row]:
    """Series with everything a list says of them, in six queries however many they are."""
    terms = SeriesTerm.objects.select_related("schedule__facility", "schedule__practitioner_role__practitioner")
    people = AppointmentParticipant.objects.select_related("practitioner", "location", "patient", "device")
    dates = SeriesOccurrence.objects.select_related("appointment__service", "appointment__facility").prefetch_related(
        Prefetch("appointment__participants", people)
    )
    found = series.select_related("patient", "service", "department", "facility", "made_by").prefetch_related(
        Prefetch("terms", terms), Prefetch("occurrences", dates)
    )
    now = clock.now()
    return [Row(one, list(one.occurrences.all()), now) for one in found]


def of_patient(by: Actor, patient: UUID) -> list[Row]:
    """A patient's series that have a visit to come, a date to settle, or dates to be booked later."""
    rows = rows_of(AppointmentSeries.objects.visible_to(by).of_patient(patient))
    return [row for row in rows if row.coming or (row.series.is_going_on and (row.waiting or row.series.next_on))]


def place_of(visit: Appointment) -> tuple[SeriesOccurrence, int, int] | None:
    """The date of a series a visit is, which of its visits it is, and how many there are; None for a single one."""
    occurrence = visit.occurrences.select_related("series").first()
    if occurrence is None:
        return None
    dates = SeriesOccurrence.objects.filter(series=occurrence.series, state=State.BOOKED)
    standing = dates.exclude(appointment__status__in=["cancelled", "entered-in-error"])
    ids = list(standing.order_by("appointment__start_at").values_list("pk", flat=True))
    number = ids.index(occurrence.pk) + 1 if occurrence.pk in ids else 0
    return occurrence, number, len(ids)


def _is_coming(one: SeriesOccurrence, now: datetime) -> bool:
    visit = one.appointment
    return visit is not None and visit.status in codes.LIVE and visit.end_at > now


# --- In words ----------------------------------------------------------------------------------------------------
def in_words(series: AppointmentSeries) -> str:
    """ "Every 2 weeks on Tuesday and Friday, 6 visits": the rule and its end, as somebody says it."""
    return _("%(rule)s, %(end)s") % {"rule": rule_in_words(series.rule), "end": _end(series)}


def rule_in_words(rule: str) -> str:
    """A rule of ours in one phrase."""
    found = rules.read(rule)
    number = {"number": found.every}
    if found.unit == codes.SeriesUnit.DAY:
        return ngettext("Every day", "Every %(number)d days", found.every) % number
    if found.unit == codes.SeriesUnit.WEEK:
        often = ngettext("Every week", "Every %(number)d weeks", found.every) % number
        return _("%(often)s on %(days)s") % {"often": often, "days": _listed(_days(found.weekdays))}
    often = ngettext("Every month", "Every %(number)d months", found.every) % number
    if found.unit == codes.SeriesUnit.MONTH_DATE:
        return _("%(often)s on the same date (%(day)d)") % {"often": often, "day": found.day}
    nth = _NTH()[found.nth] % {"day": next(_days(found.weekdays))}
    return _("%(often)s on the %(nth)s") % {"often": often, "nth": nth}


def _end(series: AppointmentSeries) -> str:
    if series.ends_before is not None:
        return _("ended before %(day)s") % {"day": values.day_text(series.ends_before)}
    if series.until_on is not None:
        return _("until %(day)s") % {"day": values.day_text(series.until_on)}
    number = series.count or 0
    return ngettext("%(number)d visit", "%(number)d visits", number) % {"number": number}


def _days(weekdays: Iterable[int]) -> Iterator[str]:
    return (str(WEEKDAYS[day]) for day in weekdays)


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return _("%(some)s and %(last)s") % {"some": ", ".join(found[:-1]), "last": found[-1]}


def _NTH() -> dict[int, str]:
    return {
        1: pgettext("of a month", "first %(day)s"),
        2: pgettext("of a month", "second %(day)s"),
        3: pgettext("of a month", "third %(day)s"),
        4: pgettext("of a month", "fourth %(day)s"),
        -1: pgettext("of a month", "last %(day)s"),
    }
