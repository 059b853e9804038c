"""The pages of scheduling's numbers: one template for all reports, and each one's table as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.frame import Choice
from hms.core.records import missing
from hms.core.snapshot import snapshot
from hms.core.spreadsheet import csv_text
from hms.organization.models import Practitioner
from hms.reports import in_the_room, lead_time, no_shows, third_next, utilisation, waiting
from hms.reports.asking import SEE, SEE_OWN, Asked, AskForm, departments_of, permission_of, practitioner_of
from hms.reports.report import Report
from hms.scheduling.views.places import facility_and_choices

# By the word in the address; the first is shown where none is named.
REPORTS: Final[Mapping[str, Any]] = {
    "utilisation": utilisation,
    "no-shows": no_shows,
    "lead-time": lead_time,
    "third-next": third_next,
    "waiting": waiting,
    "in-the-room": in_the_room,
}
# It is about today, whatever the days asked for.
OF_TODAY: Final = frozenset({"third-next"})
_UNLINKED: Final = "reports/unlinked.html"


@require_safe
@access(SEE, SEE_OWN)
def scheduling(request: HttpRequest, name: str = "utilisation") -> HttpResponse:
    """One report, or another by its tab. Refused days are said beside the field; the numbers stay those of the list."""
    _known(name)
    own, form, asked, facilities = _asked(request, name)
    if asked is None:
        return render(request, _UNLINKED)
    with timezone.override(asked.facility.zone):
        context = {
            "title": REPORTS[name].TITLE,
            "report": _made(name, asked),
            "asked": asked,
            "own": own is not None,
            "of_today": name in OF_TODAY,
            "form": form,
            "facilities": facilities,
            "now": clock.now(),
            "tabs": [
                Choice(one.NAME, _with_query(request, reverse("reports:report", args=[word])), word == name)
                for word, one in REPORTS.items()
            ],
            "csv_url": _with_query(request, reverse("reports:table", args=[name])),
            "try_url": f"{reverse('reports:simulation')}?facility={asked.facility.pk}" if own is None else "",
            "row_query": _query(request, but="department"),
        }
        return render(request, "reports/report.html", context, status=form.status)


@require_safe
@access(SEE, SEE_OWN)
def table(request: HttpRequest, name: str) -> HttpResponse:
    """The same table for a spreadsheet: plain numbers, and an empty cell where there is too little to tell."""
    _known(name)
    _own, form, asked, _facilities = _asked(request, name)
    if asked is None:
        raise missing()
    if not form.is_valid():
        # A table of other days than those asked for would be taken for theirs.
        return scheduling(request, name)
    shown = _made(name, asked).table
    days = asked.period
    when = clock.today(asked.facility.time_zone) if name in OF_TODAY else f"{days.first}-{days.last}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{when}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    rows = ([row.name, *(cell.raw for cell in row.cells)] for row in shown.rows)
    return HttpResponse(csv_text(shown.heads, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _known(name: str) -> None:
    if name not in REPORTS:
        raise missing()


def _asked(request: HttpRequest, name: str) -> tuple[Practitioner | None, AskForm, Asked | None, list[Choice]]:
    """Who asks, about what, and which facilities there are; no `Asked` for a login that belongs to no practitioner."""
    by = request.actor  # type: ignore[attr-defined]
    permission = permission_of(by)
    facility, facilities = facility_and_choices(request, permission)
    own = practitioner_of(by) if permission == SEE_OWN else None
    form = AskForm(
        request.GET,
        facility=facility,
        departments=departments_of(facility) if permission == SEE else [],
        dated=name not in OF_TODAY,
    )
    if permission == SEE_OWN and own is None:
        return None, form, None, facilities
    return own, form, Asked(facility, form.asked_period, form.chosen_department, own), facilities


def _made(name: str, asked: Asked) -> Report:
    """Counted in one consistent view of the data."""
    with snapshot():
        made: Report = REPORTS[name].make(asked)
    return made


def _query(request: HttpRequest, but: str = "") -> str:
    kept = request.GET.copy()
    kept.pop(but, None)
    return kept.urlencode()


def _with_query(request: HttpRequest, address: str) -> str:
    query = _query(request)
    return f"{address}?{query}" if query else address
