"""The dates of a series before anything is done: of a new one, and of one that is moved.

What is asked for stands in the address, so the dates are a page one can go back to; what is chosen for them is posted
to the same address. Nothing here holds a time: what is gone in between comes back as a problem of its date.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Conflict
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient
from hms.scheduling import codes, entries, facts, kept, queries, refusals, series_drafts
from hms.scheduling import series as reads
from hms.scheduling.actions import NewTime, book_series, move_series
from hms.scheduling.forms import SeriesForm, SeriesMoveForm, SeriesReasonForm
from hms.scheduling.models import Appointment, AppointmentSeries, HealthcareService, Schedule
from hms.scheduling.rules import series as rules
from hms.scheduling.series_drafts import Draft
from hms.scheduling.views.series import BOOKED, CHANGE, changeable_series, first_date, of_series, scopes

BOOK = "scheduling.book_series"
# In the address once somebody has asked for the dates.
SHOWN = "show"


@access(BOOK)
def create(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`?visit=` that is repeated, or `?department=`. With `show`: every date. POST books those that were chosen."""
    patient = facts.patient_for_booking(request.actor, patient_id)
    base = _base(request, patient)
    services = _services(request, base)
    # The one that was looked at is proposed, the others of the clinic can be chosen.
    service = services.filter(pk=_id(request.GET.get("service"))).first() or services.first()
    if service is None:
        return redirect("scheduling:book", patient.pk)
    schedules = kept.with_people(queries.schedules_for(service))
    form = SeriesForm(
        request.GET if SHOWN in request.GET else None,
        schedules=schedules,
        services=services,
        initial=_initial(request, service, schedules, base),
    )
    with timezone.override(service.facility.zone):
        reason = SeriesReasonForm(request.POST or None, initial={"reason": base.reason if base is not None else ""})
        found = _draft(request, patient, form, base) if form.is_bound and form.is_valid() else None
        if request.method == "POST" and found is not None:
            if (made := _book(request, patient, form, found, reason)) is not None:
                return redirect("scheduling:series", made.pk)
        elif request.method == "GET":
            trail.read(request, patient=patient, page="scheduling:series_new")
        context = {
            "patient": patient,
            "form": form,
            "reason_form": reason,
            "draft": found,
            "base": base,
            "told": entries.Told(base) if base is not None else None,
            "service": service,
            "department": service.department,
            "back": _back(patient, base, service),
        }
        return render(request, "scheduling/series_new.html", context, status=form.status)


@access(CHANGE)
def move(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """`?from=`: the date from which on. With `show`: every date at its new time. POST moves those that were chosen."""
    row = changeable_series(request, series_id)
    found = row.series
    coming = reads.to_come(found, first_date(request, row))
    if not coming:
        raise missing()
    first = coming[0]
    schedules = kept.with_people(queries.schedules_for(found.service))
    term = found.term_on(first.occurs_on)
    with timezone.override(found.facility.zone):
        form = SeriesMoveForm(
            request.GET if SHOWN in request.GET else None,
            schedules=schedules,
            initial={
                # As the series has it: where this one visit was moved by itself, the others did not follow it.
                "schedule": term.schedule_id,
                "day": first.occurs_on + term.shift_days * rules.DAY,
                "at": term.at,
            },
        )
        draft = None
        if form.is_bound and form.is_valid():
            said = form.cleaned_data
            shift = (said["day"] - first.occurs_on).days
            answers = request.POST.dict() if request.method == "POST" else None
            draft = series_drafts.redraft(
                found,
                coming,
                said["schedule"],
                at=said["at"],
                shift=shift,
                answers=answers,
                by_patient=facts.acts_as_patient(request.actor),
            )
            if request.method == "POST" and _move(request, found, first.occurs_on, form, draft, shift):
                return redirect("scheduling:series", found.pk)
        context = of_series(request, row) | {
            "form": form,
            "draft": draft,
            "first": first,
            "coming": coming,
            "scopes": scopes(request, first, row, "move"),
        }
        return render(request, "scheduling/series_move.html", context, status=form.status)


def _base(request: HttpRequest, patient: Patient) -> Appointment | None:
    """The visit that is repeated, if the address names one."""
    rows = Appointment.objects.visible_to(request.actor).of_patient(patient.pk).with_people()
    return rows.filter(pk=_id(request.GET.get("visit")), capacity=1, service__isnull=False).first()


def _joins(base: Appointment | None) -> Appointment | None:
    """The repeated visit, if it can be the first of the series: one that is over is only its pattern."""
    if base is None or base.status != BOOKED or base.start_at <= clock.now() or base.occurrences.exists():
        return None
    return base


def _services(request: HttpRequest, base: Appointment | None) -> Any:
    services = queries.bookable_services(request.actor).select_related("facility", "department")
    if base is not None:
        return services.filter(pk=base.service_id)
    return services.filter(department=_id(request.GET.get("department")))


def _initial(
    request: HttpRequest, service: HealthcareService, schedules: Any, base: Appointment | None
) -> dict[str, Any]:
    now = clock.now()
    told: dict[str, Any] = {"every": 1, "unit": codes.SeriesUnit.WEEK, "count": 6, "when_closed": codes.WhenClosed.SKIP}
    practitioner = (
        base.practitioner.pk if base is not None and base.practitioner else _id(request.GET.get("practitioner"))
    )
    told["schedule"] = schedules.filter(practitioner_role__practitioner=practitioner).first() or schedules.first()
    told["service"] = service
    today = clock.today(service.facility.time_zone)
    if base is None:
        return told | {"first": today, "weekdays": [today.weekday()]}
    day = base.local_start.date()
    while day < today or (day == today and base.start_at <= now):
        day += rules.DAY * 7
    return told | {"first": day, "at": base.local_start.time(), "weekdays": [day.weekday()]}


def _draft(request: HttpRequest, patient: Patient, form: SeriesForm, base: Appointment | None) -> Draft | None:
    asked, service = form.recurrence(), form.cleaned_data["service"]
    if problems := rules.recurrence_problems(asked, today=clock.today(service.facility.time_zone)):
        form.add_problems(problems)
        return None
    first = _joins(base)
    if first is not None and first.local_start.date() not in set(
        rules.dates(asked.rule, asked.first, until=first.local_start.date())
    ):
        # Another day was chosen: the visit there is stays by itself.
        first = None
    answers = request.POST.dict() if request.method == "POST" else None
    return series_drafts.draft(patient.pk, form.cleaned_data["schedule"], service, asked, base=first, answers=answers)


def _book(
    request: HttpRequest, patient: Patient, form: SeriesForm, found: Draft, reason: SeriesReasonForm
) -> AppointmentSeries | None:
    """Book what was chosen, unless one of the times is gone."""
    if not reason.is_valid():
        return None
    if found.is_stale:
        form.refused_status = Conflict.status
        form.add_problems([refusals.TIMES_GONE])
        return None
    with form.attempt():
        made = book_series(
            by=request.actor,
            patient=patient,
            schedule=found.schedule,
            service=form.cleaned_data["service"],
            asked=form.recurrence(),
            chosen=found.as_proposed,
            base=found.base,
            reason=reason.cleaned_data["reason"],
            idempotency_key=guard_of(request).idempotency_key,
        )
    if not form.is_valid():
        return None
    number = found.booked
    words = ngettext("%(number)d visit is booked.", "%(number)d visits are booked.", number) % {"number": number}
    toast(request, words)
    return made


def _move(
    request: HttpRequest, found: AppointmentSeries, from_on: date, form: SeriesMoveForm, draft: Draft, shift: int
) -> bool:
    if draft.is_stale:
        form.refused_status = Conflict.status
        form.add_problems([refusals.TIMES_GONE])
        return False
    guard = guard_of(request)
    schedule: Schedule = form.cleaned_data["schedule"]
    with form.attempt():
        move_series(
            by=request.actor,
            series=found,
            from_on=from_on,
            schedule=schedule,
            at=form.cleaned_data["at"],
            shift_days=shift,
            times=[NewTime(line.planned.on, line.start) for line in draft.lines],
            version=guard.version,
            idempotency_key=guard.idempotency_key,
        )
    if not form.is_valid():
        return False
    toast(request, _("The visits have new times. The times before are free again."))
    return True


def _back(patient: Patient, base: Appointment | None, service: HealthcareService) -> str:
    """To the visit, or to the free times one came from."""
    if base is not None:
        return reverse("scheduling:appointment", args=[base.pk])
    times = reverse("scheduling:book", args=[patient.pk])
    return f"{times}?department={service.department_id}&service={service.pk}"


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
