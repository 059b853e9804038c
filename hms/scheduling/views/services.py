"""Types of visit: what can be booked, how long it takes, and who may book it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Department
from hms.scheduling.actions import create_service, edit_service
from hms.scheduling.actions.schedules import MANAGE
from hms.scheduling.models import HealthcareService
from hms.scheduling.schedule_forms import ServiceForm
from hms.scheduling.views.places import facilities_where, facility_and_choices


@require_GET
@access(MANAGE)
def services(request: HttpRequest) -> HttpResponse:
    """All of a facility, by department."""
    facility, choices = facility_and_choices(request, MANAGE)
    context = {
        "facility": facility,
        "facilities": choices,
        "services": HealthcareService.objects.filter(facility=facility)
        .select_related("department")
        .order_by("department__name", "-active", "rank", "name"),
        "departments": Department.objects.filter(facility=facility, active=True).order_by("name"),
    }
    return render(request, "scheduling/services.html", context)


@require_http_methods(["GET", "POST"])
@access(MANAGE)
def create(request: HttpRequest, department_id: uuid.UUID) -> HttpResponse:
    departments = Department.objects.filter(facility__in=facilities_where(request, MANAGE), active=True)
    department = departments.select_related("facility").filter(pk=department_id).first()
    if department is None:
        raise missing()
    form = ServiceForm(request.POST or None, facility=department.facility)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            key = guard_of(request).idempotency_key
            made = create_service(by=request.actor, department=department, idempotency_key=key, **form.cleaned_data)
            toast(request, _("%(name)s can be booked.") % {"name": made.name})
            return redirect("scheduling:services")
    context = {"form": form, "department": department}
    return render(request, "scheduling/service_form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@access(MANAGE)
def edit(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Visits already booked keep what they were promised."""
    services = HealthcareService.objects.filter(facility__in=facilities_where(request, MANAGE)).select_related(
        "department", "facility"
    )
    service = services.filter(pk=service_id).first()
    if service is None:
        raise missing()
    form = ServiceForm(
        request.POST or None,
        facility=service.facility,
        initial={name: getattr(service, name) for name in ServiceForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            version = guard_of(request).version
            edit_service(by=request.actor, service=service, version=version, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect("scheduling:services")
    context = {"form": form, "department": service.department, "service": service}
    return render(request, "scheduling/service_form.html", context, status=form.status)
