"""The waiting list: joining it, the desk's list in order, and one entry with everything that was offered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Department, Facility, Practitioner
from hms.organization.wordings import worded
from hms.scheduling import codes, facts, queries, waits
from hms.scheduling.actions import join_waiting_list, leave_waiting_list, offer_time, set_urgency
from hms.scheduling.forms import ChooseForm, UrgencyForm, WaitForm, WaitingFilterForm
from hms.scheduling.models import Appointment, HealthcareService, WaitingListEntry
from hms.scheduling.views.places import CHOSEN

SEE = ("scheduling.view_waiting_list", "workspace.portal")
VIEW = "scheduling.view_waiting_list"
PER_PAGE = 25


@access("scheduling.join_waiting_list")
def wait(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`?service=` and perhaps `practitioner=`, or `?visit=` that is kept. Without either: choose a clinic first."""
    patient = facts.patient_for_booking(request.actor, patient_id)
    visits = _visits(request, patient.pk)
    visit = visits.filter(pk=_id(request.GET.get("visit"))).first()
    service = _service(request, visit)
    if service is not None and service.capacity > 1:
        # Places in other group visits are kept, whatever is offered.
        visits = visits.none()
    if service is None:
        return redirect("scheduling:book", patient.pk)
    by_patient = facts.acts_as_patient(request.actor)
    form = WaitForm(
        request.POST or None,
        practitioners=_practitioners(service),
        visits=visits,
        by_patient=by_patient,
        group=service.capacity > 1,
        initial={"practitioner": request.GET.get("practitioner"), "current": visit},
    )
    with timezone.override(service.facility.zone):
        if request.method == "POST" and form.is_valid():
            with form.attempt():
                entry = join_waiting_list(
                    by=request.actor,
                    patient=patient,
                    service=service,
                    idempotency_key=guard_of(request).idempotency_key,
                    **form.cleaned_data,
                )
            if form.is_valid():
                toast(
                    request,
                    _("On the waiting list. As soon as a time is free, you are asked.")
                    if by_patient
                    else _("%(name)s is on the waiting list.") % {"name": patient.label},
                )
                return redirect("scheduling:waiting_entry", entry.pk)
        if request.method == "GET":
            trail.read(request, patient=patient, page="scheduling:wait")
        context = {
            "patient": patient,
            "form": form,
            "service": service,
            "service_name": worded(service, "name"),
            "by_patient": by_patient,
            "back": _back(patient.pk, service, visit),
        }
        return render(request, "scheduling/wait.html", context, status=form.status)


@require_GET
@access(VIEW)
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Who waits, in the order in which they are asked; filters live in the address. Fragment `#list`."""
    facility = _facility(request)
    departments = Department.objects.active().filter(facility=facility, healthcare_services__active=True).distinct()
    form = WaitingFilterForm(request.GET, departments=departments)
    entries = _filtered(request, facility, form)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    with timezone.override(facility.zone):
        context = {
            "facility": facility,
            "form": form,
            "page": page,
            "rows": waits.rows_of(page.object_list, now, page.start_index() if page.object_list else 1),
            "offered": WaitingListEntry.objects.visible_to(request.actor)
            .waiting()
            .filter(facility=facility, offers__outcome="", offers__expires_at__gt=now)
            .count(),
            "now": now,
        }
        template = "scheduling/waiting_list.html"
        return render(request, f"{template}#list" if request.headers.get("HX-Request") else template, context)


@require_GET
@access(*SEE)
def waiting_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One wait: what for, what was offered and why, and what can be done about it."""
    entry = _visible(request, entry_id)
    trail.read(request, patient=entry.patient, page="scheduling:waiting_entry")
    return _entry_page(request, entry)


@access(*SEE)
def leave(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Asks once, naming what ends. POST takes the patient off the list."""
    entry = _visible(request, entry_id)
    if request.method == "POST":
        guard = guard_of(request)
        leave_waiting_list(by=request.actor, entry=entry, version=guard.version, idempotency_key=guard.idempotency_key)
        toast(request, _("Taken off the waiting list. Visits that are booked stay."))
        return redirect("scheduling:visits", entry.patient_id)
    return render(request, "scheduling/leave.html", _of_entry(request, entry))


@require_POST
@access("scheduling.set_urgency")
def urgency(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Move somebody up or down, with the reason."""
    entry = _visible(request, entry_id)
    form = UrgencyForm(request.POST)
    if form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            set_urgency(by=request.actor, entry=entry, version=guard.version, **form.cleaned_data)
    if form.is_valid():
        toast(request, _("The urgency is changed."))
        return redirect("scheduling:waiting_entry", entry.pk)
    return _entry_page(request, entry, urgency_form=form)


@require_POST
@access("scheduling.offer_time")
def offer_by_hand(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Offer a time that the desk has chosen."""
    entry = _visible(request, entry_id)
    form = ChooseForm(request.POST)
    if form.is_valid():
        slot, guard = form.cleaned_data["slot"], guard_of(request)
        with form.attempt():
            offer_time(
                by=request.actor,
                entry=entry,
                schedule=slot.schedule,
                start_at=slot.start,
                idempotency_key=guard.idempotency_key,
            )
    if form.is_valid():
        toast(request, _("The time is offered and kept for %(name)s.") % {"name": entry.patient.label})
        return redirect("scheduling:waiting_entry", entry.pk)
    return _entry_page(request, entry, choose_form=form)


def _entry_page(
    request: HttpRequest,
    entry: WaitingListEntry,
    *,
    urgency_form: UrgencyForm | None = None,
    choose_form: ChooseForm | None = None,
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    (row,) = waits.rows_of(WaitingListEntry.objects.filter(pk=entry.pk), now)
    staff = not facts.acts_as_patient(actor)
    may_offer = staff and entry.is_waiting and row.offer is None and actor.may("scheduling.offer_time")
    with timezone.override(entry.facility.zone):
        context = _of_entry(request, entry) | {
            "row": row,
            "offers": [(offer, waits.sentence(offer)) for offer in row.entry.offers.all()],
            "may_offer": may_offer,
            "free_times": waits.free_times(entry, now) if may_offer else [],
            "urgency_form": urgency_form or UrgencyForm(initial={"urgency": entry.urgency}),
            "choose_form": choose_form,
            "may_rank": staff and entry.is_waiting and actor.may("scheduling.set_urgency"),
        }
        status = next((form.status for form in (urgency_form, choose_form) if form is not None), 200)
        return render(request, "scheduling/waiting_entry.html", context, status=status)


def _of_entry(request: HttpRequest, entry: WaitingListEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "patient": entry.patient,
        "service_name": worded(entry.service, "name"),
        "by_patient": facts.acts_as_patient(request.actor),
        "may_change": WaitingListEntry.objects.changeable_by(request.actor).waiting().filter(pk=entry.pk).exists(),
    }


def _visible(request: HttpRequest, id: UUID) -> WaitingListEntry:
    """The entry, or 404."""
    rows = WaitingListEntry.objects.visible_to(request.actor)
    found = rows.select_related("patient", "service__facility", "department", "facility", "current", "practitioner")
    entry = found.filter(pk=id).first()
    if entry is None:
        raise missing()
    return entry


def _facility(request: HttpRequest) -> Facility:
    facilities = list(Facility.objects.active().worked_in_by(request.actor, VIEW))
    chosen = request.GET.get(CHOSEN, "")
    found = next((one for one in facilities if str(one.pk) == chosen), None) or next(iter(facilities), None)
    if found is None:
        raise missing()
    return found


def _filtered(request: HttpRequest, facility: Facility, form: WaitingFilterForm) -> QuerySet[WaitingListEntry]:
    entries = WaitingListEntry.objects.visible_to(request.actor).waiting().filter(facility=facility)
    if form.is_valid():
        if department := form.cleaned_data["department"]:
            entries = entries.filter(department=department)
        if wanted := form.cleaned_data["urgency"]:
            entries = entries.filter(urgency=wanted)
        if offered := form.cleaned_data["offered"]:
            entries = entries.filter(offers__outcome="") if offered == "yes" else entries.exclude(offers__outcome="")
    return entries.in_order()


def _visits(request: HttpRequest, patient: UUID) -> QuerySet[Appointment]:
    """Visits that could be given up for an earlier one."""
    visits = Appointment.objects.changeable_by(request.actor).of_patient(patient)
    booked = visits.filter(status=codes.AppointmentStatus.BOOKED, start_at__gt=clock.now(), capacity=1)
    return booked.with_people().order_by("start_at")


def _service(request: HttpRequest, visit: Appointment | None) -> HealthcareService | None:
    """The type of visit of the address, or of the visit it names."""
    wanted = visit.service_id if visit is not None else _id(request.GET.get("service"))
    services = queries.bookable_services(request.actor).select_related("facility", "department")
    return services.filter(pk=wanted).first()


def _back(patient: UUID, service: HealthcareService, visit: Appointment | None) -> str:
    """To the visit, or to the free times one came from."""
    if visit is not None:
        return reverse("scheduling:appointment", args=[visit.pk])
    times = reverse("scheduling:book", args=[patient])
    return f"{times}?department={service.department_id}&service={service.pk}"


def _practitioners(service: HealthcareService) -> QuerySet[Practitioner]:
    schedules = queries.schedules_for(service)
    return Practitioner.objects.filter(pk__in=schedules.values("practitioner_role__practitioner"))


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
