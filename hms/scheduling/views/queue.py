"""The queue of a department: who waits and why in this order, and every press between the door and the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
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
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Department, Facility, Location, Practitioner
from hms.scheduling import codes, queues
from hms.scheduling.actions import (
    call,
    call_next,
    come_back,
    recall,
    send_for_tests,
    set_priority,
    skip,
    undo_call,
)
from hms.scheduling.models import QueueEntry
from hms.scheduling.views.places import facility_of

VIEW, CALL = "scheduling.view_day", "scheduling.call_patient"
# Refusals after which one looks at the list again: somebody was quicker, or nobody is left.
MENDABLE = (409, 422)


@require_GET
@access(VIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """One department's queue, `?department=`; without it, the first where somebody waits. Fragment `#list`."""
    facility = facility_of(request)
    departments = list(_departments(facility))
    department = _chosen(request, departments, facility)
    now = clock.now()
    context = {
        "facility": facility,
        "departments": departments,
        "department": department,
        "board": queues.board_of(request.actor, department, now) if department is not None else None,
        "now": now,
        "list_url": f"{request.path}?facility={facility.pk}&department={department.pk if department else ''}",
        **_rights(request.actor),
    }
    template = "scheduling/queue.html#list" if request.headers.get("HX-Request") else "scheduling/queue.html"
    with timezone.override(facility.zone):
        return render(request, template, context)


@require_GET
@access(VIEW)
def queue_of(request: HttpRequest, practitioner_id: UUID) -> HttpResponse:
    """Who waits for one practitioner, as a piece of their day: asked for again and again by the page that holds it."""
    facility = facility_of(request)
    practitioner = Practitioner.objects.active().filter(pk=practitioner_id).first()
    if practitioner is None:
        raise missing()
    board = queues.board_of_practitioner(request.actor, practitioner, facility, clock.now())
    with timezone.override(facility.zone):
        context = of_board(request.actor, practitioner, facility, board) | {"back_to": request.GET.get("back", "")}
        return render(request, "scheduling/queue_of.html", context)


def of_board(by: Actor, practitioner: Practitioner, facility: Facility, board: queues.Board) -> dict[str, Any]:
    """What the piece shows. The doctor's home and the day put it into their pages."""
    return {
        "queue_of": practitioner,
        "own_queue": board,
        "queue_url": f"{reverse('scheduling:queue_of', args=[practitioner.pk])}?facility={facility.pk}",
        **_rights(by),
    }


@require_POST
@access(CALL)
def do_call_next(request: HttpRequest, department_id: UUID) -> HttpResponse:
    """Call who is next of the department, or of the practitioner that the form names."""
    facilities = Facility.objects.active().worked_in_by(request.actor, CALL)
    department = Department.objects.filter(pk=department_id, facility__in=facilities).select_related("facility").first()
    if department is None:
        raise missing()
    practitioner = _practitioner(request.POST.get("practitioner", ""))
    return _press(
        request,
        call_next,
        _("%(token)s is called: %(name)s."),
        undo=True,
        department=department,
        practitioner=practitioner,
        location=_own_room(request, department.facility),
    )


@require_POST
@access(CALL)
def do_call(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    room = _own_room(request, _visible(request, entry_id).facility)
    return _press(request, call, _("%(token)s is called: %(name)s."), entry_id, undo=True, location=room)


@require_POST
@access(CALL)
def do_recall(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _press(request, recall, _("%(token)s is called once more: %(name)s."), entry_id)


@require_POST
@access(CALL)
def do_skip(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _press(request, skip, _("%(token)s did not answer and waits on: %(name)s."), entry_id)


@require_POST
@access(CALL)
def do_undo_call(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _press(request, undo_call, _("The call of %(token)s is taken back: %(name)s."), entry_id)


@require_POST
@access("scheduling.send_for_tests")
def do_send_for_tests(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _press(request, send_for_tests, _("%(token)s goes for tests and comes back: %(name)s."), entry_id)


@require_POST
@access("scheduling.send_for_tests")
def do_come_back(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _press(request, come_back, _("%(token)s is back and waits: %(name)s."), entry_id)


@require_POST
@access("scheduling.set_priority")
def do_set_priority(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    priority = request.POST.get("priority", "")
    return _press(request, set_priority, _("%(token)s waits differently now: %(name)s."), entry_id, priority=priority)


def _press(
    request: HttpRequest,
    deed: Callable[..., QueueEntry],
    words: str,
    entry_id: UUID | None = None,
    *,
    undo: bool = False,
    **named: Any,
) -> HttpResponse:
    """Do it, say so, and go back to the page the press came from; a colleague who was quicker is named there."""
    guard = guard_of(request)
    if entry_id is not None:
        named |= {"entry": _visible(request, entry_id), "version": guard.version}
    try:
        entry = deed(by=request.actor, idempotency_key=guard.idempotency_key, **named)
    except Refused as refusal:
        if refusal.status not in MENDABLE:
            raise
        toast(request, str(refusal.problems[0].text), level=40)
        return _back(request)
    patient = entry.appointment.patient
    said = words % {"token": entry.token, "name": patient.label if patient is not None else _("a group")}
    toast(request, said, undo=reverse("scheduling:undo_call", args=[entry.pk]) if undo else "")
    return _back(request)


def _visible(request: HttpRequest, id: UUID) -> QueueEntry:
    found = QueueEntry.objects.visible_to(request.actor).filter(pk=id).select_related("facility").first()
    if found is None:
        raise missing()
    return found


def _back(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("next", "")
    return redirect(address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else "scheduling:queue")


def _rights(by: Actor) -> dict[str, Any]:
    return {
        "may_call": by.may(CALL),
        "may_send": by.may("scheduling.send_for_tests"),
        "may_rank": by.may("scheduling.set_priority"),
        "may_manage_screens": by.may("scheduling.manage_screens"),
        "priorities": codes.QueuePriority,
    }


def _departments(facility: Facility) -> Any:
    found = Department.objects.active().filter(facility=facility, healthcare_services__active=True)
    return found.select_related("facility").distinct().order_by("name")


def _chosen(request: HttpRequest, departments: list[Department], facility: Facility) -> Department | None:
    """The one the address names; else the first with somebody in its queue; else the first."""
    wanted = request.GET.get("department", "")
    found = next((one for one in departments if str(one.pk) == wanted), None)
    if found is not None:
        return found
    today = clock.today(facility.time_zone)
    busy = QueueEntry.objects.visible_to(request.actor).filter(facility=facility, day=today).waiting()
    waits = set(busy.values_list("department", flat=True))
    return next((one for one in departments if one.pk in waits), next(iter(departments), None))


def _practitioner(id: str) -> Practitioner | None:
    try:
        return Practitioner.objects.active().filter(pk=UUID(id)).first()
    except ValueError:
        return None


def _own_room(request: HttpRequest, facility: Facility) -> Location | None:
    """The room of a practitioner who calls; None for the desk: then it is that of the visit."""
    caller = Practitioner.objects.active().filter(user=request.actor.id).first()
    return queues.room_of(caller.pk, facility, clock.now()) if caller is not None else None
