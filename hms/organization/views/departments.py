"""The department tree of a facility."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core.access import access
from hms.core.forms import HouseForm, guard_of
from hms.core.toasts import toast
from hms.organization import rules
from hms.organization.actions import create_department, edit_department, retire_department
from hms.organization.forms import DepartmentForm
from hms.organization.models import Department, Facility


@access("organization.view_directory")
@require_safe
def departments(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    """The tree, those in use; `?retired=1` shows the retired ones too."""
    facility = get_object_or_404(Facility, pk=facility_id)
    with_retired = request.GET.get("retired") == "1"
    rows = facility.departments.all() if with_retired else facility.departments.filter(active=True)
    tree = rules.in_tree_order(rows, id=lambda row: row.pk, parent=lambda row: row.parent_id, name=lambda row: row.name)
    # Bootstrap indents up to five steps; deeper ones line up with the fifth.
    shown = [(min(depth, 5), row) for depth, row in tree]
    context = {"facility": facility, "tree": shown, "with_retired": with_retired}
    return render(request, "organization/departments.html", context)


@access("organization.create_department")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    facility = get_object_or_404(Facility, pk=facility_id)
    form = DepartmentForm(request.POST or None, facility=facility, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            department = create_department(
                by=request.actor,
                facility=facility,
                idempotency_key=guard_of(request).idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("%(name)s is added.") % {"name": department.name})
            return redirect("organization:departments", facility.pk)
    context = {"form": form, "facility": facility}
    return render(request, "organization/department_form.html", context, status=form.status)


@access("organization.edit_department")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    department = get_object_or_404(Department.objects.select_related("facility"), pk=id)
    form = DepartmentForm(
        request.POST or None,
        facility=department.facility,
        department=department,
        initial={
            "name": department.name,
            "code": department.code,
            "parent": department.parent_id,
            "specialty": department.specialty,
            "phone": department.phone,
        },
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            edit_department(
                by=request.actor, department=department, version=guard_of(request).version, **form.cleaned_data
            )
            toast(request, _("Saved."))
            return redirect("organization:departments", department.facility_id)
    context = {"form": form, "facility": department.facility, "department": department}
    return render(request, "organization/department_form.html", context, status=form.status)


@access("organization.retire_department")
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Asks, then retires."""
    department = get_object_or_404(Department.objects.select_related("facility"), pk=id)
    form = HouseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            retire_department(by=request.actor, department=department, version=guard_of(request).version)
            toast(request, _("%(name)s is retired.") % {"name": department.name})
            return redirect("organization:departments", department.facility_id)
    context = {"form": form, "facility": department.facility, "department": department}
    return render(request, "organization/department_retire.html", context, status=form.status)
