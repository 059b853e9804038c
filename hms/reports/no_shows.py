"""How many patients did not come."""

from __future__ import annotations

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hms.reports import report, visits
from hms.reports.asking import Asked
from hms.reports.report import Figure, Report, Table
from hms.reports.rules.attendance import Attendance
from hms.scheduling.codes import HOSPITAL_REASONS, OWN_REASONS

NAME, TITLE = gettext_lazy("Did not come"), gettext_lazy("Visits where the patient did not come")


def make(asked: Asked) -> Report:
    """One query, and one for the names of the rows."""
    found: visits.Counted[Attendance] = visits.Counted(Attendance)
    # Reasons are asked about cancelled visits alone, so that the others make one row.
    by_hospital = Case(When(Q(cancellation_reason__in=sorted(HOSPITAL_REASONS)), then=Value(1)), default=Value(0))
    # Held times that ran out or were given back end as cancelled, too: nobody called them off.
    rows = visits.of_period(asked).exclude(cancellation_reason__in=OWN_REASONS).annotate(by_hospital=by_hospital)
    for key, part, status, hospital, late, number in visits.counted(rows, "status", "by_hospital", "cancelled_late"):
        for heap in found.heaps(key, part):
            heap.add(status, number, by_hospital=bool(hospital), late=late)
    now, before, named = found.now, found.before, found.named_rows(asked)
    finding = report.compared(
        now.rate.percent,
        before.rate.percent,
        {
            "few": _("Too few visits to tell how many patients did not come"),
            "alone": _("%(now)s %% of the patients did not come"),
            "same": _("%(now)s %% of the patients did not come, as many as before"),
            "more": _("%(now)s %% of the patients did not come, %(by)s points more than before"),
            "less": _("%(now)s %% of the patients did not come, %(by)s points fewer than before"),
        },
    )
    share = report.percent(now.rate.percent)
    parts = [found.parts[number].rate.percent for number in range(len(asked.period.parts))]
    return Report(
        finding=finding,
        figures=[
            Figure(_("Did not come"), share.text, note=report.before_words(report.percent(before.rate.percent))),
            Figure(
                _("Of visits"),
                report.count(now.rate.whole).text,
                note=report.before_words(report.count(before.rate.whole)),
            ),
            Figure(
                _("Called off late"),
                report.count(now.late).text,
                note=report.before_words(report.count(before.late)),
            ),
        ],
        line=report.trend(asked, finding, _("Percent"), {_("Did not come"): parts}, digits=1),
        bars=report.bars(_("Did not come"), "%", [(name, one.rate.percent) for name, _id, one in named]),
        table=Table(
            report.by_words(asked),
            [
                report.first_head(asked),
                _("Came"),
                _("Did not come"),
                _("Share"),
                _("Called off"),
                _("Called off late"),
                _("Called off by us"),
                _("No status"),
            ],
            [
                report.row(
                    asked,
                    name,
                    id,
                    report.count(one.came),
                    report.count(one.absent),
                    report.percent(one.rate.percent),
                    report.count(one.called_off),
                    report.count(one.late),
                    report.count(one.by_hospital),
                    report.count(one.unclosed),
                )
                for name, id, one in named
            ],
        ),
        definition=[
            _("Visits whose day is over, where the patient came or was marked as not having come."),
            _("Called off: by the patient. Late: with less notice than the facility asks for. A group counts once."),
        ],
        left_out=[
            _("Visits that were called off, by the patient or by the hospital, however late."),
            _("Visits without a status, and times that were held and never booked."),
            report.small_numbers(),
        ],
        care=report.unclosed_words(now.unclosed),
    )
