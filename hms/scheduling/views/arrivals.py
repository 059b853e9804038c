"""The front desk's list of who comes today, with check-in in one tap and undo for ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.toasts import toast
from hms.organization.models import Facility
from hms.organization.policies import policies
from hms.scheduling import codes, presenting, queries, queues
from hms.scheduling.actions import check_in, mark_noshow, undo_check_in, undo_noshow
from hms.scheduling.models import Appointment
from hms.scheduling.views.appointment import visible
from hms.scheduling.views.places import facility_of

Status = codes.AppointmentStatus
GRACE, UNDO = "scheduling.no_show_grace", "scheduling.check_in_undo"
SHOWS = ("expected", "late", "waiting", "all")


@require_GET
@access("scheduling.view_day")
def arrivals(request: HttpRequest) -> HttpResponse:
    """Today's visits of the facility, by time. Fragment `#list` for htmx and polling."""
    facility = facility_of(request)
    template = "scheduling/arrivals.html#list" if request.headers.get("HX-Request") else "scheduling/arrivals.html"
    with timezone.override(facility.zone):
        return render(request, template, listing(request, facility))


def listing(request: HttpRequest, facility: Facility) -> dict[str, object]:
    """What the list shows. The front desk's home puts the same list beside its search."""
    now, today = clock.now(), clock.today(facility.time_zone)
    day = queries.day_of_facility(request.actor, facility, today)
    show = request.GET.get("show", "expected")
    decided = policies([GRACE, UNDO], facility)
    rows = presenting.day_rows(
        day,
        now,
        queries.namesakes(day),
        grace=decided[GRACE],
        undo=decided[UNDO],
        tokens=queues.tokens_of(day),
        doubts=queues.doubts_of(day),
    )
    return {
        "facility": facility,
        "today": today,
        "now": now,
        "rows": [row for row in rows if _is_shown(row, show, now)],
        "counts": queries.counts(day, now),
        "total": len(day),
        "filters": [
            Choice(label, f"{request.path}?show={name}", show == name)
            for name, label in (
                ("expected", _("Expected")),
                ("late", _("Late")),
                ("waiting", _("Waiting")),
                ("all", _("All")),
            )
        ],
        "may_check_in": request.actor.may("scheduling.check_in"),
        "may_mark_noshow": request.actor.may("scheduling.mark_no_show"),
        "fragment": bool(request.headers.get("HX-Request")),
        "list_url": reverse("scheduling:arrivals") + f"?show={show if show in SHOWS else 'expected'}",
    }


def _is_shown(row: presenting.DayRow, show: str, now: object) -> bool:
    if show == "late":
        return queries.is_late(row.visit, now)  # type: ignore[arg-type]
    if show == "waiting":
        return row.visit.status == Status.ARRIVED
    if show == "all":
        return True
    # Expected, and who has just come: a check-in of the wrong person is seen at once.
    return row.visit.status in {Status.BOOKED, Status.ARRIVED}


@require_POST
@access("scheduling.check_in")
def do_check_in(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    visit = _tap(request, appointment_id, check_in)
    undo = reverse("scheduling:undo_check_in", args=[visit.pk])
    token = queues.tokens_of([visit]).get(visit.pk, "")
    words = _("%(name)s is checked in: token %(token)s.") if token else _("%(name)s is checked in.")
    toast(request, words % {"name": _name(visit), "token": token}, undo=undo)
    return _back(request)


@require_POST
@access("scheduling.check_in")
def do_undo_check_in(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    visit = _tap(request, appointment_id, undo_check_in)
    toast(request, _("The check-in of %(name)s is taken back.") % {"name": _name(visit)})
    return _back(request)


@require_POST
@access("scheduling.mark_no_show")
def do_mark_noshow(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    visit = _tap(request, appointment_id, mark_noshow)
    undo = reverse("scheduling:undo_no_show", args=[visit.pk])
    toast(request, _("%(name)s did not come; the time is free.") % {"name": _name(visit)}, undo=undo)
    return _back(request)


@require_POST
@access("scheduling.mark_no_show")
def do_undo_noshow(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    visit = _tap(request, appointment_id, undo_noshow)
    toast(request, _("%(name)s is expected again.") % {"name": _name(visit)})
    return _back(request)


def _tap(request: HttpRequest, id: UUID, deed: Callable[..., Appointment]) -> Appointment:
    visit = visible(request, id)
    guard = guard_of(request)
    return deed(by=request.actor, appointment=visit, version=guard.version, idempotency_key=guard.idempotency_key)


def _name(visit: Appointment) -> str:
    patient = visit.patient
    return patient.label if patient is not None else ""


def _back(request: HttpRequest) -> HttpResponse:
    """The list again: swapped in by htmx, or the page the tap came from."""
    if request.headers.get("HX-Request"):
        facility = facility_of(request)
        with timezone.override(facility.zone):
            return render(request, "scheduling/arrivals.html#list", listing(request, facility))
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if ours else "scheduling:arrivals")
