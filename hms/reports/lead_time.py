"""How long before the visit it was booked."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hms.reports import elapsed, report, visits
from hms.reports.asking import Asked
from hms.reports.report import Figure, Report, Table
from hms.reports.rules.samples import Sample
from hms.scheduling.codes import LISTED, AppointmentType, Channel

NAME, TITLE = gettext_lazy("Lead time"), gettext_lazy("From booking to visit")
# They come when they come.
NOT_BOOKED_AHEAD = (AppointmentType.WALKIN, AppointmentType.EMERGENCY)


def make(asked: Asked) -> Report:
    """One query, and one for the names of the rows."""
    found: visits.Counted[Counter[int]] = visits.Counted(Counter)
    rows = (
        visits.of_period(asked)
        .filter(status__in=LISTED)
        .exclude(appointment_type__in=NOT_BOOKED_AHEAD)
        .exclude(channel=Channel.IMPORT)
        .annotate(days=elapsed.days("start_at", "booked_at"))
    )
    for key, part, days, number in visits.counted(rows, "days"):
        for heap in found.heaps(key, part):
            heap[days] += number
    now, before = Sample(found.now), Sample(found.before)
    named = [(name, id, Sample(heap)) for name, id, heap in found.named_rows(asked)]
    finding = report.compared(
        now.median,
        before.median,
        {
            "few": _("Too few visits to tell how long ahead they were booked"),
            "alone": _("Half of the visits were booked %(now)s ahead or more"),
            "same": _("Half of the visits were booked %(now)s ahead or more, as before"),
            "more": _("Half of the visits were booked %(now)s ahead or more, %(by)s longer than before"),
            "less": _("Half of the visits were booked %(now)s ahead or more, %(by)s shorter than before"),
        },
        report.days_words,
    )
    parts = [Sample(found.parts[number]) for number in range(len(asked.period.parts))]
    middle, ninetieth = _("Half booked within"), _("Nine in ten booked within")
    return Report(
        finding=finding,
        figures=[
            Figure(
                middle,
                report.amount(now.median).text,
                _("days") if now.median is not None else "",
                report.before_words(report.amount(before.median)),
            ),
            Figure(
                ninetieth,
                report.amount(now.ninetieth).text,
                _("days") if now.ninetieth is not None else "",
                report.before_words(report.amount(before.ninetieth)),
            ),
            Figure(_("Visits"), report.count(now.size).text, note=report.before_words(report.count(before.size))),
        ],
        line=report.trend(
            asked,
            finding,
            _("Days"),
            {_("Half"): [one.median for one in parts], _("Nine in ten"): [one.ninetieth for one in parts]},
        ),
        bars=report.bars(
            _("Half booked within, days"), pgettext("days", "d"), [(name, one.median) for name, _id, one in named]
        ),
        table=Table(
            report.by_words(asked),
            [report.first_head(asked), _("Visits"), _("Half within, days"), _("Nine in ten, days")],
            [
                report.row(
                    asked, name, id, report.count(one.size), report.amount(one.median), report.amount(one.ninetieth)
                )
                for name, id, one in named
            ],
        ),
        definition=[
            _("Days of 24 hours, rounded, from the booking to the start of the visit, by the day of the visit."),
            _("A visit that was moved counts from its first booking. Patients who did not come count."),
        ],
        left_out=[
            _("Walk-ins and emergencies, and visits that were called off."),
            report.taken_over(),
            report.small_numbers(),
        ],
    )
