"""How much of the open hours was booked, and how much was used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hms.organization.calendars import closed_days
from hms.reports import elapsed, report, visits
from hms.reports.asking import Asked
from hms.reports.report import Figure, Report, Table
from hms.reports.rules.attendance import CAME
from hms.reports.rules.opening import Weekdays, open_minutes
from hms.reports.rules.samples import Share
from hms.scheduling import kept
from hms.scheduling.codes import LISTED, AppointmentStatus
from hms.scheduling.models import Schedule

NAME, TITLE = gettext_lazy("Utilisation"), gettext_lazy("How much of the open hours is used")
# Minutes of open hours under which a share says nothing: ten hours.
ENOUGH = 600


@dataclass(slots=True)
class Use:
    """Minutes that were open, booked and used, and the visits nobody wrote the end of."""

    open: int = 0
    booked: int = 0
    used: int = 0
    unclosed: int = 0

    @property
    def share_booked(self) -> float | None:
        return Share(self.booked, self.open, enough=ENOUGH).percent

    @property
    def share_used(self) -> float | None:
        return Share(self.used, self.open, enough=ENOUGH).percent


def make(asked: Asked) -> Report:
    """Two queries for visits and names, five for timetables and closed days."""
    found: visits.Counted[Use] = visits.Counted(Use)
    rows = visits.of_period(asked).filter(status__in=LISTED).annotate(length=elapsed.Seconds("end_at", "start_at"))
    for key, part, status, number, seconds in visits.counted(rows, "status", seconds=Sum("length")):
        for heap in found.heaps(key, part):
            heap.booked += seconds // elapsed.MINUTE
            heap.used += seconds // elapsed.MINUTE if status in CAME else 0
            heap.unclosed += number if status == AppointmentStatus.BOOKED else 0
    _add_open(asked, found)
    now, before, named = found.now, found.before, found.named_rows(asked)
    finding = report.compared(
        now.share_used,
        before.share_used,
        {
            "few": _("Too few open hours to tell how much of them is used"),
            "alone": _("%(now)s %% of the open hours were used"),
            "same": _("%(now)s %% of the open hours were used, as much as before"),
            "more": _("%(now)s %% of the open hours were used, %(by)s points more than before"),
            "less": _("%(now)s %% of the open hours were used, %(by)s points less than before"),
        },
    )
    parts = [found.parts[number] for number in range(len(asked.period.parts))]
    return Report(
        finding=finding,
        figures=[
            Figure(
                _("Used"),
                report.percent(now.share_used).text,
                note=report.before_words(report.percent(before.share_used)),
            ),
            Figure(
                _("Booked"),
                report.percent(now.share_booked).text,
                note=report.before_words(report.percent(before.share_booked)),
            ),
            Figure(
                _("Open"),
                report.hours(now.open).text,
                _("hours"),
                report.before_words(report.hours(before.open)),
            ),
        ],
        line=report.trend(
            asked,
            finding,
            _("Percent of open hours"),
            {_("Used"): [one.share_used for one in parts], _("Booked"): [one.share_booked for one in parts]},
        ),
        bars=report.bars(
            _("Used, percent of open hours"),
            "%",
            [(name, one.share_used) for name, _id, one in named],
        ),
        table=Table(
            report.by_words(asked),
            [
                report.first_head(asked),
                _("Open, hours"),
                _("Booked, hours"),
                _("Used, hours"),
                _("Booked"),
                _("Used"),
            ],
            [
                report.row(
                    asked,
                    name,
                    id,
                    report.hours(one.open),
                    report.hours(one.booked),
                    report.hours(one.used),
                    report.percent(one.share_booked),
                    report.percent(one.share_used),
                )
                for name, id, one in named
            ],
        ),
        definition=[
            _("Open: the hours of timetables and extra sessions, without absences and closed days."),
            _("Booked: the length of visits that were not called off. Used: of those where the patient came."),
            _("Visits beside or beyond the timetable count, so that it can be more than 100 %."),
        ],
        left_out=[
            _("Time kept free before and after visits, and timetables that are not in use any more."),
            _("Where fewer than ten hours were open, no share is given."),
        ],
        care=report.unclosed_words(now.unclosed),
    )


def _add_open(asked: Asked, found: visits.Counted[Use]) -> None:
    """The open minutes of every timetable, to its row and parts."""
    zone, parts = asked.facility.zone, [asked.period.before, *asked.period.parts]
    first, until = parts[0].first, parts[-1].until
    schedules = list(_schedules(asked))
    hours = kept.hours_of(schedules)
    days = Weekdays(closed_days(asked.facility, first, until))
    for row in schedules:
        one, role = hours[row.pk], row.practitioner_role
        differing = {opens: [each.span for each in one.exceptions if each.opens == opens] for opens in (False, True)}
        minutes = open_minutes(one.patterns, parts, days, zone, away=differing[False], extra=differing[True])
        if not any(minutes) or role is None:
            continue
        key = role.practitioner_id if asked.by_practitioner else role.department_id
        # The first part is the period before.
        for part, number in enumerate(minutes, visits.BEFORE):
            for heap in found.heaps(key, part):
                heap.open += number


def _schedules(asked: Asked) -> Iterable[Schedule]:
    schedules = Schedule.objects.in_force(asked.period.before.first, asked.period.until).filter(facility=asked.facility)
    if asked.department is not None:
        schedules = schedules.filter(practitioner_role__department=asked.department)
    if asked.own is not None:
        schedules = schedules.filter(practitioner_role__practitioner=asked.own)
    return kept.with_people(schedules)
