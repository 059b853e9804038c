"""The page on which a rule is tried before it is made the rule, and what came out as a spreadsheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hms.core import trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.frame import Choice
from hms.core.snapshot import snapshot
from hms.core.spreadsheet import csv_text
from hms.organization.models import Facility, Practitioner
from hms.organization.policies import policy
from hms.reports.asking import SEE, departments_of
from hms.reports.simulation import quarter
from hms.reports.simulation.answer import Answer, answer
from hms.reports.simulation.forms import TryForm
from hms.scheduling.actions.schedules import MANAGE
from hms.scheduling.facts import CAP
from hms.scheduling.queues import GRACE, customs_of
from hms.scheduling.views.places import facility_and_choices


@require_safe
@access(SEE)
def simulation(request: HttpRequest) -> HttpResponse:
    """The form, and what came out once something was asked. Nothing is changed by it."""
    facility, facilities = facility_and_choices(request, SEE)
    form = _form(request, facility)
    # With days that can't be meant there is no answer, and what was typed stays.
    found = _answered(request, form) if form.asked and form.is_valid() else None
    with timezone.override(facility.zone):
        context = {
            "form": form,
            "facility": facility,
            "facilities": facilities,
            "which": form.which if found is not None else None,
            "last_quarter": form.last_quarter,
            "answer": found,
            "changed": found is not None and bool(form.tried),
            "steps": _steps(request.actor, form) if found is not None else [],  # type: ignore[attr-defined]
            "csv_url": f"{reverse('reports:simulation_table')}?{request.GET.urlencode()}",
        }
        return render(request, "reports/simulation.html", context, status=form.status if form.asked else 200)


@require_safe
@access(SEE)
def table(request: HttpRequest) -> HttpResponse:
    """The same side by side: plain numbers, and the interval in columns of its own."""
    facility, _facilities = facility_and_choices(request, SEE)
    form = _form(request, facility)
    if not form.asked or not form.is_valid():
        return simulation(request)
    found = _answered(request, form)
    if found.refusal:
        heads, rows = [found.refusal], []
    else:
        heads, *rows = found.saved
    first = form.which.period.first
    headers = {
        "Content-Disposition": f'attachment; filename="simulation-{first}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(csv_text(heads, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _form(request: HttpRequest, facility: Facility) -> TryForm:
    return TryForm(
        request.GET,
        facility=facility,
        departments=departments_of(facility),
        practitioners=Practitioner.objects.filter(roles__facility=facility, roles__schedules__isnull=False).distinct(),
        grace=policy(GRACE, facility),
    )


def _answered(request: HttpRequest, form: TryForm) -> Answer:
    """Read in one consistent view of the data, then replayed. A line in the trail says who tried what."""
    which, customs = form.which, customs_of(form.house)
    change = form.changed_rule(customs)
    trail.observe(
        request.actor,  # type: ignore[attr-defined]
        "schedule.simulated",
        facility=form.house,
        detail={
            "department": str(which.department.pk) if which.department is not None else "",
            "practitioner": str(which.practitioner.pk) if which.practitioner is not None else "",
            "first": which.period.first.isoformat(),
            "tried": form.tried,
        },
    )
    with snapshot():
        read = quarter.read(which, scored=change is not None and bool(change.lanes))
    return answer(which, read, form.today_rule(customs), change)


def _steps(by: Actor, form: TryForm) -> list[Choice]:
    """Where what was tried is made the rule, the value filled in where it is one; without an address: by agreement."""
    tried, found = form.tried, []
    for name, policy_name, label in (
        ("grace", GRACE, _("Make this the grace")),
        ("lanes", CAP, _("Make this the number of overbooked visits")),
    ):
        if name in tried and by.may("organization.set_policy"):
            query = urlencode({"facility": form.house.code, "value": tried[name]})
            found.append(Choice(label, f"{reverse('organization:policy', args=[policy_name])}?{query}"))
    places: list[tuple[set[str], str, Any]] = [
        ({"reserve", "earlier"}, "scheduling:schedules", _("Change the sessions of timetables")),
        ({"more", "gap"}, "scheduling:services", _("Change the minutes of types of visit")),
    ]
    for names, address, label in places:
        if names & tried.keys() and by.may(MANAGE):
            found.append(Choice(label, f"{reverse(address)}?{urlencode({'facility': form.house.pk})}"))
    agreed = {
        "late": _("Who comes after the grace is the desk's decision: agree on it there."),
        "at_start": _("Several at the start are booked by staff, as overbooked visits: agree on it there."),
        "lanes": _("Beside whom a visit is squeezed in is up to who books it: agree on it there."),
    }
    return found + [Choice(sentence, "") for name, sentence in agreed.items() if tried.get(name)]
