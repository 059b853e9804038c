"""The dates of a series before anything is done: what stands in the way of each, and the times to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core import clock, values
from hms.scheduling import codes, presenting
from hms.scheduling import series as reads
from hms.scheduling.actions.series import kind_of
from hms.scheduling.models import Appointment, AppointmentSeries, HealthcareService, Schedule, SeriesOccurrence
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
    at: time,
    shift: int,
    answers: Mapping[str, str] | None = None,
    by_patient: bool = False,
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
        by_patient=by_patient,
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
        options.append(Option(KEEP, _("Stay at %(time)s") % {"time": _time(visit.start_at, diary)} if visit else ""))
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


def _time(start: datetime, diary: Diary) -> str:
    day = values.long_day_text(start, str(diary.zone))
    return f"{day}, {presenting.time_label(start, diary.zone)}"


def _when(start: datetime, diary: Diary) -> str:
    words = _time(start, diary)
    if (left := diary.places.get(start)) is None:
        return words
    places = ngettext("%(number)d place left", "%(number)d places left", left) % {"number": left}
    return f"{words} · {places}"


def _chosen(line: Line) -> Chosen:
    on, obstacle = line.planned.on, line.planned.obstacle
    if line.start is not None:
        return Chosen(on, State.BOOKED, line.start, obstacle)
    state = {OUT: State.LEFT_OUT, SKIP: State.SKIPPED}.get(line.chosen, State.OPEN)
    # Taken only after it was chosen: the rule saw nothing in its way.
    return Chosen(on, state, None, obstacle or (Obstacle.TAKEN if line.problem else ""))
