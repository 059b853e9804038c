"""What lies behind the administrator's numbers, by facility and department; and the effects that wait."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.billing.ledger import outstanding_in_all
from hms.billing.models import ChargeItem, Invoice
from hms.core import clock
from hms.core.access import access
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.money import Money
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.codes import Specialty
from hms.organization.models import Department, Facility
from hms.patients.codes import GlassReason
from hms.patients.models import GlassBreak
from hms.scheduling.models import Appointment

_PAGE = 50
# Of refusals, what the administrator's home counts.
LATELY: Final = dt.timedelta(hours=24)


@require_GET
@access("workspace.administration")
def figures(request: HttpRequest) -> HttpResponse:
    """Today by department, money by facility, emergency accesses by age. Counts alone."""
    now = clock.now()
    today = now.date()
    days = {one.pk: clock.day_bounds(clock.today(one.time_zone), one.time_zone) for one in Facility.objects.active()}
    ranges = Q(pk__in=[])
    for key, (start, end) in days.items():
        ranges |= Q(facility=key, start_at__gte=start, start_at__lt=end)
    visits = (
        Appointment.objects.filter(ranges)
        .values("department__name", "facility__name")
        .annotate(
            booked=Count("pk", filter=Q(status="booked")),
            here=Count("pk", filter=Q(status__in=["arrived", "checked-in"])),
            seen=Count("pk", filter=Q(status="fulfilled")),
            missed=Count("pk", filter=Q(status="noshow")),
            cancelled=Count("pk", filter=Q(status="cancelled")),
        )
        .order_by("facility__name", "department__name")
    )
    context = {
        "now": now,
        "visits": list(visits),
        "money": [_money(one, today) for one in Facility.objects.active().order_by("name")],
        "glass": [
            (facility, GlassReason(reason).label, number)
            for facility, reason, number in GlassBreak.objects.filter(reviewed_at__isnull=True)
            .values_list("facility__name", "reason")
            .annotate(number=Count("pk"))
            .order_by("facility__name", "reason")
        ],
        "departments": [
            (facility, Specialty(specialty).label if specialty else "", number)
            for facility, specialty, number in Department.objects.active()
            .values_list("facility__name", "specialty")
            .annotate(number=Count("pk"))
            .order_by("facility__name", "specialty")
        ],
    }
    return render(request, "workspace/figures.html", context)


def _money(facility: Facility, today: object) -> dict[str, object]:
    charges = ChargeItem.objects.to_be_billed().filter(facility=facility).count()
    open_ = Invoice.objects.open().filter(facility=facility)
    return {
        "facility": facility,
        "charges": charges,
        "invoices": open_.count(),
        "overdue": open_.filter(due_on__lt=today).count(),
        "total": Money(outstanding_in_all(open_), facility.currency),
    }


@require_GET
@access("ops.view_status")
def effects(request: HttpRequest) -> HttpResponse:
    """Effects that wait or were given up: topics, times and where it failed; never content."""
    asked = request.GET.get("state")
    state = OutboxMessage.State(asked if asked in OutboxMessage.State.values else OutboxMessage.State.DEAD)
    rows = OutboxMessage.objects.filter(state=state).order_by("due_at")
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "state": state,
        "states": [(s.value, s.label) for s in OutboxMessage.State if s != OutboxMessage.State.DONE],
    }
    return render(request, "workspace/effects.html", context)


@require_POST
@access("ops.replay_message")
def replay(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Try a message that was given up once more."""
    from hms.workspace.actions import replay_effect

    message = OutboxMessage.objects.filter(pk=message_id, state=OutboxMessage.State.DEAD).first()
    if message is None:
        raise missing()
    replay_effect(by=request.actor, message=message)  # type: ignore[attr-defined]
    toast(request, _("It will be tried again now."))
    return redirect("workspace:effects")


@require_GET
@access("ops.view_technical_audit")
def refusals(request: HttpRequest) -> HttpResponse:
    """What was refused, of the last day or of all time: who, what, when and why by code. No patient is named here."""
    rows = AuditEvent.objects.filter(outcome=AuditEvent.Outcome.REFUSED).order_by("-at")
    if lately := request.GET.get("lately") == "1":
        rows = rows.filter(at__gte=clock.now() - LATELY)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    return render(request, "workspace/refusals.html", {"page": page, "lately": lately})
