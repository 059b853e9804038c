"""How long patients wait between the desk and the room, and how late visits begin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hms.reports import elapsed, report, visits
from hms.reports.asking import Asked
from hms.reports.report import Figure, Report, Table
from hms.reports.rules.samples import Sample, Share
from hms.scheduling.codes import Channel

NAME, TITLE = gettext_lazy("Wait at the desk"), gettext_lazy("From the desk to the room")
# Minutes after the promised time from which a visit counts as begun late.
LATE = 15


@dataclass(slots=True)
class Waits:
    """Minutes of waiting, each with how often, and how many visits began late."""

    minutes: Counter[int] = field(default_factory=Counter)
    late: int = 0

    @property
    def sample(self) -> Sample:
        return Sample(self.minutes)

    @property
    def share_late(self) -> Share:
        return Share(self.late, self.sample.size)


def make(asked: Asked) -> Report:
    """One query, and one for the names of the rows."""
    found: visits.Counted[Waits] = visits.Counted(Waits)
    rows = (
        visits.of_period(asked)
        # Whoever went straight into the room was checked in at that very moment, and did not wait at the desk.
        .filter(started_at__isnull=False, checked_in_at__lt=F("started_at"))
        .exclude(channel=Channel.IMPORT)
        .exclude(status="entered-in-error")
        .annotate(wait=elapsed.minutes("started_at", "checked_in_at"))
    )
    late = Count(Case(When(Q(seconds__gt=LATE * elapsed.MINUTE), then=Value(1))))
    rows = rows.annotate(seconds=elapsed.Seconds("started_at", "start_at"))
    for key, part, wait, number, began_late in visits.counted(rows, "wait", late=late):
        for heap in found.heaps(key, part):
            heap.minutes[wait] += number
            heap.late += began_late
    now, before, named = found.now, found.before, found.named_rows(asked)
    finding = report.compared(
        now.sample.median,
        before.sample.median,
        {
            "few": _("Too few visits to tell how long patients waited"),
            "alone": _("Half of the patients waited %(now)s or more"),
            "same": _("Half of the patients waited %(now)s or more, as before"),
            "more": _("Half of the patients waited %(now)s or more, %(by)s longer than before"),
            "less": _("Half of the patients waited %(now)s or more, %(by)s shorter than before"),
        },
        report.minutes_words,
    )
    parts = [found.parts[number].sample for number in range(len(asked.period.parts))]
    return Report(
        finding=finding,
        figures=[
            Figure(
                _("Half waited at most"),
                report.amount(now.sample.median).text,
                _("minutes") if now.sample.median is not None else "",
                report.before_words(report.amount(before.sample.median)),
            ),
            Figure(
                _("Nine in ten waited at most"),
                report.amount(now.sample.ninetieth).text,
                _("minutes") if now.sample.ninetieth is not None else "",
                report.before_words(report.amount(before.sample.ninetieth)),
            ),
            Figure(
                _("Begun over %(minutes)d minutes late") % {"minutes": LATE},
                report.percent(now.share_late.percent).text,
                note=report.before_words(report.percent(before.share_late.percent)),
            ),
        ],
        line=report.trend(
            asked,
            finding,
            _("Minutes"),
            {_("Half"): [one.median for one in parts], _("Nine in ten"): [one.ninetieth for one in parts]},
        ),
        bars=report.bars(
            _("Half waited at most, minutes"),
            pgettext("minutes", "min"),
            [(name, one.sample.median) for name, _id, one in named],
        ),
        table=Table(
            report.by_words(asked),
            [
                report.first_head(asked),
                _("Visits"),
                _("Half at most, min"),
                _("Nine in ten, min"),
                _("Begun late"),
            ],
            [
                report.row(
                    asked,
                    name,
                    id,
                    report.count(one.sample.size),
                    report.amount(one.sample.median),
                    report.amount(one.sample.ninetieth),
                    report.percent(one.share_late.percent),
                )
                for name, id, one in named
            ],
        ),
        definition=[
            _("Whole minutes from the check-in at the desk until the visit was begun. Who came early waited too."),
            _("Begun late: more than %(minutes)d minutes after the time that was promised.") % {"minutes": LATE},
        ],
        left_out=[
            _("Visits that were begun without a check-in at the desk."),
            report.taken_over(),
            report.small_numbers(),
        ],
    )
