"""Practitioners: who they are and where they work."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.organization.actions import assign_role, create_practitioner, edit_practitioner, end_role
from hms.organization.forms import EndRoleForm, PractitionerForm, PractitionerSearchForm, RoleForm
from hms.organization.models import Facility, Practitioner, PractitionerRole
from hms.organization.models.practitioner import LICENCES_SOON

_PLAIN = [name for name in PractitionerForm.base_fields if name not in {"languages", "qualifications"}]


@access("organization.view_directory")
@require_safe
def practitioners(request: HttpRequest) -> HttpResponse:
    form = PractitionerSearchForm(request.GET)
    clean = form.cleaned_data if form.is_valid() else {}
    today = clock.today("UTC")
    roles = PractitionerRole.objects.in_force(today).select_related("department", "facility").order_by("start")
    rows = Practitioner.objects.all() if clean.get("out") else Practitioner.objects.active()
    if clean.get("licence"):
        rows = rows.licence_ends_by(today + LICENCES_SOON)
    for word in clean.get("q", "").split():
        rows = rows.filter(
            Q(family__icontains=word) | Q(given__icontains=word) | Q(prefix__icontains=word) | Q(licence_number=word)
        )
    wanted = {name: clean[name] for name in ("facility", "specialty") if clean.get(name)}
    if wanted:
        rows = rows.filter(pk__in=PractitionerRole.objects.in_force(today).filter(**wanted).values("practitioner"))
    rows = rows.prefetch_related(Prefetch("roles", roles, to_attr="roles_now"), "languages")
    page = Paginator(rows.order_by("family", "given", "pk"), 25).get_page(request.GET.get("page"))
    return render(request, "organization/practitioners.html", {"form": form, "page": page})


@access("organization.create_practitioner")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = PractitionerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            row = create_practitioner(
                by=request.actor, idempotency_key=guard_of(request).idempotency_key, **form.cleaned_data
            )
            toast(request, _("%(name)s is entered. Say where they work.") % {"name": row.label})
            return redirect("organization:practitioner", row.pk)
    return render(request, "organization/practitioner_form.html", {"form": form}, status=form.status)


@access("organization.view_directory")
@require_safe
def practitioner(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(
        Practitioner.objects.select_related("user").prefetch_related("languages", "qualifications", "identifiers"),
        pk=id,
    )
    today = clock.today("UTC")
    context = {
        "practitioner": row,
        "roles": row.roles.select_related("facility", "department").order_by("-start"),
        "today": today,
        "licensed": row.licensed_on(today),
        "facilities": Facility.objects.active(),
    }
    return render(request, "organization/practitioner.html", context)


@access("organization.edit_practitioner")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Practitioner.objects.prefetch_related("languages", "qualifications"), pk=id)
    initial = {name: getattr(row, name) for name in _PLAIN} | {
        "languages": ", ".join(sorted(one.code for one in row.languages.all())),
        "qualifications": "\n".join(
            ", ".join(filter(None, (one.code, one.issuer))) for one in row.qualifications.all()
        ),
    }
    form = PractitionerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            edit_practitioner(
                by=request.actor, practitioner=row, version=guard_of(request).version, **form.cleaned_data
            )
            toast(request, _("Saved."))
            return redirect("organization:practitioner", row.pk)
    context = {"form": form, "practitioner": row}
    return render(request, "organization/practitioner_form.html", context, status=form.status)


@access("organization.assign_role")
@require_http_methods(["GET", "POST"])
def add_role(request: HttpRequest, id: uuid.UUID, facility_id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Practitioner, pk=id)
    facility = get_object_or_404(Facility, pk=facility_id)
    form = RoleForm(request.POST or None, facility=facility, initial={"start": clock.today(facility.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            assign_role(
                by=request.actor,
                practitioner=row,
                facility=facility,
                idempotency_key=guard_of(request).idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("The role is entered."))
            return redirect("organization:practitioner", row.pk)
    context = {"form": form, "practitioner": row, "facility": facility}
    return render(request, "organization/role_form.html", context, status=form.status)


@access("organization.end_role")
@require_http_methods(["GET", "POST"])
def finish_role(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    role = get_object_or_404(PractitionerRole.objects.select_related("practitioner", "facility", "department"), pk=id)
    form = EndRoleForm(request.POST or None, initial={"end": clock.today(role.facility.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            end_role(by=request.actor, role=role, end=form.cleaned_data["end"], version=guard_of(request).version)
            toast(request, _("The role ends on that day."))
            return redirect("organization:practitioner", role.practitioner_id)
    context = {"form": form, "practitioner": role.practitioner, "role": role, "facility": role.facility}
    return render(request, "organization/role_form.html", context, status=form.status)
