"""Homes of the nurse, the laboratory, the pharmacy, billing and integration: three questions each.

Every number that is a link opens the list it counts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hms.billing.models import ChargeItem, Invoice
from hms.billing.sources.visits import uncharged_visits
from hms.clinical.models import Encounter
from hms.core import clock
from hms.core.access import access
from hms.core.models import OutboxMessage
from hms.diagnostics.models import Observation
from hms.documents.models import StoredOriginal
from hms.patients.models import AllergyIntolerance, AllergyStatus, Patient
from hms.prescribing.models import MedicationRequest
from hms.scheduling import presenting, queries, queues
from hms.scheduling.codes import AppointmentStatus
from hms.scheduling.views.places import facility_of

_SHOWN = 25
# More tests than a laboratory has.
_TESTS_SHOWN = 500


@require_GET
@access("workspace.nursing")
def nursing(request: HttpRequest) -> HttpResponse:
    """Who waits, whose vital signs are not taken yet, who is in a room."""
    by = request.actor  # type: ignore[attr-defined]
    facility = facility_of(request)
    today, now = clock.today(facility.time_zone), clock.now()
    day = queries.day_of_facility(by, facility, today)
    here = [
        visit
        for visit in day
        if visit.status in (AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN) and visit.patient
    ]
    start = clock.day_bounds(today, facility.time_zone)[0]
    measured = set(
        Observation.objects.filter(
            patient__in=[visit.patient.pk for visit in here], category="vital-signs", effective_at__gte=start
        ).values_list("patient_id", flat=True)
    )
    open_charts = set(
        Patient.objects.visible_to(by).filter(pk__in=[visit.patient.pk for visit in here]).values_list("pk", flat=True)
    )
    rows = [
        (row, row.patient.pk in measured, row.patient.pk in open_charts)
        for row in presenting.day_rows(here, now, queries.namesakes(here), tokens=queues.tokens_of(here))
    ]
    only = request.GET.get("show", "")
    shown = [
        row
        for row in rows
        if not only
        or (only == "unmeasured" and not row[1])
        or (only == "waiting" and row[0].visit.status == AppointmentStatus.ARRIVED)
        or (only == "in-room" and row[0].is_now)
    ]
    context = {
        "facility": facility,
        "today": today,
        "now": now,
        "rows": shown,
        "counts": queries.counts(here, now),
        "unmeasured": sum(not done for _row, done, _open in rows),
        "in_room": sum(row.is_now for row, _done, _open in rows),
        "here": request.path,
    }
    with timezone.override(facility.zone):
        return render(request, "workspace/nursing.html", context)


@require_GET
@access("workspace.laboratory")
def laboratory(request: HttpRequest) -> HttpResponse:
    """What came in today, what is not final yet, what was out of range. Codes and counts, no names."""
    facility = facility_of(request)
    today = clock.today(facility.time_zone)
    start, end = clock.day_bounds(today, facility.time_zone)
    rows = Observation.objects.filter(category="laboratory", facility=facility).standing()
    week, open_ = Q(issued_at__gte=start - dt.timedelta(days=7)), Q(status__in=["registered", "preliminary"])
    numbers = {
        "today": Count("pk", filter=Q(issued_at__gte=start, issued_at__lt=end)),
        "open": Count("pk", filter=open_),
        "critical": Count("pk", filter=week & Q(interpretation__in=["LL", "HH", "AA"])),
        "week": Count("pk", filter=week),
    }
    told = rows.filter(week | open_)
    tests = told.values("code", "text").annotate(**numbers, latest=Max("issued_at")).order_by("-week", "text")
    context = {
        "facility": facility,
        "today": today,
        "tests": list(tests[:_TESTS_SHOWN]),
        "numbers": told.aggregate(**numbers),
    }
    return render(request, "workspace/laboratory.html", context)


@require_GET
@access("workspace.pharmacy")
def pharmacy(request: HttpRequest) -> HttpResponse:
    """What was prescribed today, what was overridden, and whose allergies nobody has asked about."""
    facility = facility_of(request)
    today = clock.today(facility.time_zone)
    start = clock.day_bounds(today, facility.time_zone)[0]
    signed = MedicationRequest.objects.filter(facility=facility).prescribed()
    week = signed.filter(authored_at__gte=start - dt.timedelta(days=7))
    unasked = signed.current(today).filter(
        ~Exists(AllergyIntolerance.objects.live().filter(patient=OuterRef("patient"))),
        ~Exists(AllergyStatus.objects.filter(patient=OuterRef("patient"), ended_at__isnull=True)),
    )
    context = {
        "facility": facility,
        "today": today,
        "today_count": signed.filter(authored_at__gte=start).count(),
        "week_count": week.count(),
        "unasked": unasked.values("patient").distinct().count(),
        "medicines": list(
            week.values("text")
            .annotate(number=Count("pk"), today=Count("pk", filter=Q(authored_at__gte=start)))
            .order_by("-number", "text")[:_SHOWN]
        ),
    }
    return render(request, "workspace/pharmacy.html", context)


@require_GET
@access("workspace.billing")
def billing(request: HttpRequest) -> HttpResponse:
    """What waits to be billed, what waits to be paid, what came in."""
    by = request.actor  # type: ignore[attr-defined]
    waiting = ChargeItem.objects.visible_to(by).to_be_billed()
    invoices = Invoice.objects.visible_to(by)
    context = {
        "charges": waiting.count(),
        "patients": waiting.values("patient").distinct().count(),
        "visits": uncharged_visits(by).count(),
        "open_invoices": list(invoices.open().select_related("patient", "facility").order_by("due_on")[:10]),
        "open_count": invoices.open().count(),
        "overdue": invoices.open().filter(due_on__lt=clock.today("UTC")).count(),
        "worklist": reverse("billing:worklist"),
        "invoices_url": reverse("billing:invoices"),
    }
    return render(request, "workspace/billing.html", context)


@require_GET
@access("workspace.integration")
def integration(request: HttpRequest) -> HttpResponse:
    """Do effects get done, what was given up, what came from outside."""
    by_topic = OutboxMessage.objects.exclude(state=OutboxMessage.State.DONE)
    context: dict[str, Any] = {
        "due": by_topic.filter(state=OutboxMessage.State.DUE).count(),
        "dead": by_topic.filter(state=OutboxMessage.State.DEAD).count(),
        "failed": list(by_topic.filter(state=OutboxMessage.State.DEAD).order_by("due_at")[:_SHOWN]),
        "kept": StoredOriginal.objects.count(),
        "kinds": list(
            StoredOriginal.objects.values("resource_type").annotate(number=Count("pk")).order_by("-number")[:_SHOWN]
        ),
        "imported_visits": Encounter.objects.exclude(source="").count(),
    }
    return render(request, "workspace/integration.html", context)
