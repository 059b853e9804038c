"""A practitioner's day: as a line, as a list, on paper. The doctor's home puts the same pieces together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hms.core import clock
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.records import missing
from hms.organization.models import Facility, Practitioner, PractitionerRole
from hms.scheduling import presenting, queries, queues
from hms.scheduling.views.places import day_of, facility_of
from hms.scheduling.views.queue import of_board


@require_GET
@access("scheduling.view_day")
def day(request: HttpRequest) -> HttpResponse:
    """The own day, or a colleague's (`?practitioner=`): cover is one click away."""
    template = "scheduling/day.html#list" if request.headers.get("HX-Request") else "scheduling/day.html"
    return _render(request, template)


@require_GET
@access("scheduling.view_day")
def day_on_paper(request: HttpRequest) -> HttpResponse:
    """The day list for the pocket, and for when the system is down."""
    return _render(request, "scheduling/day_print.html")


def of_day(by: Actor, practitioner: Practitioner, facility: Facility, day: date) -> dict[str, Any]:
    """Everything a day shows, in a fixed number of queries. For this page and for the doctor's home."""
    now = clock.now()
    visits = queries.day_of_practitioner(by, practitioner, day, facility)
    today = day == clock.today(facility.time_zone)
    board = queues.board_of_practitioner(by, practitioner, facility, now) if today else None
    return {
        **(of_board(by, practitioner, facility, board) if board is not None else {}),
        "practitioner": practitioner,
        "facility": facility,
        "day": day,
        "now": now,
        "rows": presenting.day_rows(visits, now, queries.namesakes(visits), tokens=queues.tokens_of(visits)),
        "line": presenting.day_line(visits, now),
        "counts": queries.counts(visits, now),
        "next": queues.next_of(board, visits) if board is not None else queries.next_of_day(visits),
        "total": len(visits),
    }


def _render(request: HttpRequest, template: str) -> HttpResponse:
    facility = facility_of(request)
    shown = day_of(request, facility)
    colleagues = list(_colleagues(facility, shown))
    practitioner = _practitioner(request, colleagues)
    around = f"?practitioner={practitioner.pk}&facility={facility.pk}&day="
    context = of_day(request.actor, practitioner, facility, shown) | {
        "colleagues": colleagues,
        "before": around + (shown - timedelta(days=1)).isoformat(),
        "after": around + (shown + timedelta(days=1)).isoformat(),
        "print_url": reverse("scheduling:day_print") + around + shown.isoformat(),
    }
    with timezone.override(facility.zone):
        return render(request, template, context)


def _colleagues(facility: Facility, day: date) -> Any:
    roles = PractitionerRole.objects.in_force(day).filter(facility=facility)
    return Practitioner.objects.active().filter(pk__in=roles.values("practitioner"))


def _practitioner(request: HttpRequest, colleagues: list[Practitioner]) -> Practitioner:
    """The one the address names, or oneself, or (for the desk) the first."""
    wanted = request.GET.get("practitioner", "")
    found = next((one for one in colleagues if str(one.pk) == wanted), None)
    found = found or next((one for one in colleagues if one.user_id == request.actor.id), None)
    found = found or next(iter(colleagues), None)
    if found is None:
        raise missing()
    return found
