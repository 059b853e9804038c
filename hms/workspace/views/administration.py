"""The administrator's home: is the hospital running, what needs a decision, people and settings. Counts, no patient."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hms.accounts.codes import GrantStatus
from hms.accounts.models import Grant, User
from hms.billing.models import ChargeItem, Invoice
from hms.core import clock, outbox
from hms.core.access import access
from hms.core.models import AuditEvent, OutboxMessage
from hms.formulary.models import KnowledgeVersion
from hms.organization.models import Department, Facility, Practitioner
from hms.organization.models.practitioner import LICENCES_SOON
from hms.patients.models import GlassBreak
from hms.scheduling.models import Appointment
from hms.workspace.views.figures import LATELY


@require_GET
@access("workspace.administration")
def administration(request: HttpRequest) -> HttpResponse:
    """Four lines (system, safety, flow, money), decisions that wait, and the day of each facility in numbers."""
    now = clock.now()
    facilities = [_facility(one) for one in Facility.objects.active().order_by("name")]
    due = OutboxMessage.objects.exclude(state=OutboxMessage.State.DONE)
    context: dict[str, Any] = {
        "now": now,
        "facilities": facilities,
        "total": {
            key: sum(one[key] for one in facilities) for key in ("booked", "here", "seen", "missed", "cancelled")
        },
        "jobs_due": due.filter(state=OutboxMessage.State.DUE).count(),
        "jobs_dead": due.filter(state=OutboxMessage.State.DEAD).count(),
        "oldest": int(outbox.age_of_oldest().total_seconds()),
        "refusals": AuditEvent.objects.filter(outcome="refused", at__gte=now - LATELY).count(),
        "knowledge": KnowledgeVersion.objects.order_by("-loaded_at").first(),
        "glass": GlassBreak.objects.filter(reviewed_at__isnull=True).count(),
        "licences": Practitioner.objects.active().licence_ends_by(now.date() + LICENCES_SOON).count(),
        "approvals": Grant.objects.filter(status=GrantStatus.PENDING).count(),
        "people": User.objects.filter(is_active=True).count(),
        "departments": Department.objects.active().count(),
        "uninvoiced": ChargeItem.objects.to_be_billed().count(),
        "invoices": Invoice.objects.open().count(),
        "overdue": Invoice.objects.open().filter(due_on__lt=now.date()).count(),
    }
    return render(request, "workspace/administration.html", context)


def _facility(facility: Facility) -> dict[str, Any]:
    start, end = clock.day_bounds(clock.today(facility.time_zone), facility.time_zone)
    counts = Appointment.objects.filter(facility=facility, start_at__gte=start, start_at__lt=end).aggregate(
        booked=Count("pk", filter=Q(status="booked")),
        here=Count("pk", filter=Q(status__in=["arrived", "checked-in"])),
        seen=Count("pk", filter=Q(status="fulfilled")),
        missed=Count("pk", filter=Q(status="noshow")),
        cancelled=Count("pk", filter=Q(status="cancelled")),
    )
    return {"facility": facility, **counts}
