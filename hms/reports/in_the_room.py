"""How long visits take, beside the time that was planned for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hms.reports import elapsed, report, visits
from hms.reports.asking import Asked
from hms.reports.report import Cell, Figure, Report, Table
from hms.reports.rules.samples import Sample, Share
from hms.scheduling.codes import AppointmentStatus, Channel

NAME, TITLE = gettext_lazy("In the room"), gettext_lazy("How long visits take")
# Minutes beyond the plan from which a visit counts as longer.
LONGER = 5


@dataclass(slots=True)
class Lengths:
    """Minutes in the room, each with how often; all planned seconds together; how many went beyond their plan."""

    minutes: Counter[int] = field(default_factory=Counter)
    planned: int = 0
    longer: int = 0

    @property
    def sample(self) -> Sample:
        return Sample(self.minutes)

    @property
    def share_longer(self) -> Share:
        return Share(self.longer, self.sample.size)

    @property
    def plan(self) -> Cell:
        """The mean of what was planned, in minutes."""
        size = self.sample.size
        return report.amount(round(self.planned / elapsed.MINUTE / size, 1) if size else None)


def make(asked: Asked) -> Report:
    """One query, and one for the names of the rows."""
    found: visits.Counted[Lengths] = visits.Counted(Lengths)
    rows = (
        visits.of_period(asked)
        .filter(status=AppointmentStatus.FULFILLED, started_at__isnull=False, fulfilled_at__gt=F("started_at"))
        .exclude(channel=Channel.IMPORT)
        .annotate(
            stay=elapsed.minutes("fulfilled_at", "started_at"),
            seconds=elapsed.Seconds("fulfilled_at", "started_at"),
            plan=elapsed.Seconds("end_at", "start_at"),
        )
    )
    longer = Count(Case(When(seconds__gt=F("plan") + LONGER * elapsed.MINUTE, then=Value(1))))
    for key, part, stay, number, planned, beyond in visits.counted(rows, "stay", planned=Sum("plan"), longer=longer):
        for heap in found.heaps(key, part):
            heap.minutes[stay] += number
            heap.planned += planned
            heap.longer += beyond
    now, before, named = found.now, found.before, found.named_rows(asked)
    finding = report.compared(
        now.share_longer.percent,
        before.share_longer.percent,
        {
            "few": _("Too few visits to tell how long they take"),
            "alone": _("%(now)s %% of the visits took longer than planned"),
            "same": _("%(now)s %% of the visits took longer than planned, as many as before"),
            "more": _("%(now)s %% of the visits took longer than planned, %(by)s points more than before"),
            "less": _("%(now)s %% of the visits took longer than planned, %(by)s points fewer than before"),
        },
    )
    parts = [found.parts[number].share_longer.percent for number in range(len(asked.period.parts))]
    return Report(
        finding=finding,
        figures=[
            Figure(
                _("Half took at most"),
                report.amount(now.sample.median).text,
                _("minutes") if now.sample.median is not None else "",
                report.before_words(report.amount(before.sample.median)),
            ),
            Figure(_("Planned, mean"), now.plan.text, _("minutes") if now.plan.raw is not None else ""),
            Figure(
                _("Longer than planned"),
                report.percent(now.share_longer.percent).text,
                note=report.before_words(report.percent(before.share_longer.percent)),
            ),
        ],
        line=report.trend(asked, finding, _("Percent"), {_("Longer than planned"): parts}, digits=1),
        bars=report.bars(_("Longer than planned"), "%", [(name, one.share_longer.percent) for name, _id, one in named]),
        table=Table(
            report.by_words(asked),
            [
                report.first_head(asked),
                _("Visits"),
                _("Planned, min"),
                _("Half at most, min"),
                _("Nine in ten, min"),
                _("Longer than planned"),
            ],
            [
                report.row(
                    asked,
                    name,
                    id,
                    report.count(one.sample.size),
                    one.plan,
                    report.amount(one.sample.median),
                    report.amount(one.sample.ninetieth),
                    report.percent(one.share_longer.percent),
                )
                for name, id, one in named
            ],
        ),
        definition=[
            _("Whole minutes from the moment the visit was begun until it was finished in HMS."),
            _("Longer than planned: more than %(minutes)d minutes beyond the time that was booked.")
            % {"minutes": LONGER},
        ],
        left_out=[_("Visits that were not finished, or never begun."), report.taken_over(), report.small_numbers()],
        care=[_("Who finishes the records of a morning at noon makes visits look longer than they were.")]
        if now.sample.size
        else [],
    )
