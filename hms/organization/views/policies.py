"""Policies: what each means, what is in force, and since when."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.organization.actions import set_policy
from hms.organization.forms import PolicyForm, shown
from hms.organization.models import Facility, Policy
from hms.organization.policies import KINDS, ROOMS, in_words, policies


@access("organization.set_policy")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All policies of the group, or of one facility (`?facility=<code>`), with what comes next."""
    facility = _facility(request)
    today = _today(facility)
    values = policies(KINDS, facility, today)
    decided: dict[str, list[Policy]] = {}
    for row in Policy.objects.filter(facility=facility).order_by("-in_force_from"):
        decided.setdefault(row.name, []).append(row)
    rooms: dict[str, list[dict[str, object]]] = {}
    for name, kind in KINDS.items():
        rows = decided.get(name, [])
        rooms.setdefault(name.partition(".")[0], []).append(
            {
                "kind": kind,
                "value": in_words(values[name]),
                "since": next((row.in_force_from for row in rows if row.in_force_from <= today), None),
                "next": next((row for row in reversed(rows) if row.in_force_from > today), None),
            }
        )
    groups = [(room, ROOMS[room], entries) for room, entries in rooms.items()]
    context = {"groups": groups, "facility": facility, "facilities": Facility.objects.active()}
    return render(request, "organization/policies.html", context)


@access("organization.set_policy")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, name: str) -> HttpResponse:
    """One policy: explanation, history of decisions, and the form for the next; `?value=` fills it in."""
    kind = KINDS.get(name)
    if kind is None:
        raise Http404
    facility = _facility(request)
    today = _today(facility)
    value = policies([name], facility, today)[name]
    filled_in = request.GET.get("value") or shown(kind, value)
    form = PolicyForm(request.POST or None, kind=kind, initial={"value": filled_in, "in_force_from": today})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            set_policy(
                by=request.actor,
                name=name,
                facility=facility,
                idempotency_key=guard_of(request).idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("Decided. It counts from the day you chose."))
            query = f"?facility={facility.code}" if facility else ""
            return redirect(reverse("organization:policies") + query)
    context = {
        "kind": kind,
        "form": form,
        "facility": facility,
        "decisions": [(row, in_words(row.value)) for row in Policy.objects.filter(name=name, facility=facility)],
    }
    return render(request, "organization/policy_form.html", context, status=form.status)


def _facility(request: HttpRequest) -> Facility | None:
    wanted = request.GET.get("facility", "")
    if not wanted:
        return None
    # Compared here: what stands in an address may be nothing that a database can be asked.
    facility = next((one for one in Facility.objects.all() if one.code == wanted), None)
    if facility is None:
        raise Http404
    return facility


def _today(facility: Facility | None) -> object:
    return clock.today(facility.time_zone if facility else "UTC")
