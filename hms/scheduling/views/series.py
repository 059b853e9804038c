"""Series of visits: asking for one, looking through its dates before anything is booked, its page, and its changes.

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
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.problems import Conflict, Refused, Stale
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.wordings import worded
from hms.patients.models import Patient
from hms.scheduling import codes, entries, facts, ics, kept, presenting, queries, recurring, refusals
from hms.scheduling import series as reads
from hms.scheduling.actions import NewTime, book_series, cancel_series, move_series, settle_occurrence
from hms.scheduling.forms import CancelForm, SeriesForm, SeriesMoveForm, SeriesReasonForm
from hms.scheduling.models import Appointment, AppointmentSeries, HealthcareService, Schedule, SeriesOccurrence
from hms.scheduling.recurring import OUT, Draft, Row
from hms.scheduling.rules import series as rules
from hms.scheduling.rules import slots

SEE = ("scheduling.view_day", "workspace.portal")
BOOK, CHANGE = "scheduling.book_series", "scheduling.change_series"
BOOKED, State = codes.AppointmentStatus.BOOKED, codes.OccurrenceState
# Refusals that the person can do something about on the same page.
MENDABLE = (409, 422)
# In the address once somebody has asked for the dates.
SHOWN = "show"


@access(BOOK)
def create(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`?visit=` that is repeated, or `?department=`. With `show`: every date. POST books those that were chosen."""
    patient = facts.patient_for_booking(request.actor, patient_id)
    base = _base(request, patient)
    services = _services(request, base)
    service = services.first()
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


@require_GET
@access(*SEE)
def series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """All dates of a series, for the patient too; those that wait for a decision can be settled here."""
    row = _visible(request, series_id)
    trail.read(request, patient=row.series.patient, page="scheduling:series")
    return _page(request, row)


@access(CHANGE)
def move(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """`?from=`: the date from which on. With `show`: every date at its new time. POST moves those that were chosen."""
    row = _visible(request, series_id)
    found = row.series
    coming = reads.to_come(found, _from(request, row))
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
            draft = recurring.redraft(found, coming, said["schedule"], at=said["at"], shift=shift, answers=answers)
            if request.method == "POST" and _move(request, found, first.occurs_on, form, draft, shift):
                return redirect("scheduling:series", found.pk)
        context = _of_series(request, row) | {
            "form": form,
            "draft": draft,
            "first": first,
            "coming": coming,
            "scopes": scopes(request, first, row, "move"),
        }
        return render(request, "scheduling/series_move.html", context, status=form.status)


@access(CHANGE)
def cancel(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """`?from=`: the date from which on. Names what will not take place. POST calls it off and ends the series."""
    row = _visible(request, series_id)
    found = row.series
    from_on = _from(request, row)
    coming = reads.to_come(found, from_on)
    form = CancelForm(request.POST or None, by_patient=False)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            cancel_series(
                by=request.actor,
                series=found,
                from_on=from_on,
                version=guard.version,
                idempotency_key=guard.idempotency_key,
                **form.cleaned_data,
            )
        if form.is_valid():
            toast(request, _("The visits are cancelled, and their times are free for somebody else."))
            return redirect("scheduling:series", found.pk)
    with timezone.override(found.facility.zone):
        first = coming[0] if coming else None
        context = _of_series(request, row) | {
            "form": form,
            "coming": coming,
            "scopes": scopes(request, first, row, "cancel") if first is not None else [],
        }
        return render(request, "scheduling/series_cancel.html", context, status=form.status)


@require_GET
@access(*SEE)
def calendar_file(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """All dates to come for the patient's calendar program, each under the UID it has everywhere."""
    row = _visible(request, series_id)
    visits = [one.appointment for one in row.coming if one.appointment is not None]
    stream = ics.calendar(entries.for_patient(visit) for visit in visits)
    return HttpResponse(
        stream,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="visits.ics"'},
    )


@require_POST
@access(CHANGE)
def settle(request: HttpRequest, occurrence_id: UUID) -> HttpResponse:
    """Another time for a date that waits, or none for good."""
    rows = SeriesOccurrence.objects.filter(series__in=AppointmentSeries.objects.visible_to(request.actor))
    occurrence = rows.filter(pk=occurrence_id).first()
    if occurrence is None:
        raise missing()
    answer, guard = request.POST.get("slot", ""), guard_of(request)
    slot = slots.parse(answer)
    if slot is None and answer != OUT:
        return _page(request, _visible(request, occurrence.series_id), wrong=str(refusals.NOTHING_CHOSEN))
    try:
        settle_occurrence(
            by=request.actor,
            occurrence=occurrence,
            start_at=slot.start if slot is not None else None,
            schedule=slot.schedule if slot is not None else None,
            version=guard.version,
            idempotency_key=guard.idempotency_key,
        )
    except Refused as refusal:
        if isinstance(refusal, Stale) or refusal.status not in MENDABLE:
            raise
        row = _visible(request, occurrence.series_id)
        return _page(request, row, wrong=str(refusal.problems[0]), status=refusal.status)
    toast(request, _("The visit is booked.") if slot is not None else _("The date is left out."))
    return redirect("scheduling:series", occurrence.series_id)


def scopes(request: HttpRequest, occurrence: SeriesOccurrence, row: Row, verb: str) -> list[Choice]:
    """This visit, this and those that follow, or all to come: asked whenever a visit of a series is changed."""
    coming = [one for one in row.dates if one.appointment is not None and one.appointment.status == BOOKED]
    coming = [one for one in coming if one.appointment.start_at > row.now]  # type: ignore[union-attr]
    here = request.resolver_match.url_name if request.resolver_match else ""
    page = reverse(f"scheduling:series_{verb}", args=[occurrence.series_id])
    first = coming[0].occurs_on if coming else occurrence.occurs_on
    of_all = here != verb and occurrence.occurs_on == first
    return [
        Choice(_("Only this visit"), reverse(f"scheduling:{verb}", args=[occurrence.appointment_id]), here == verb),
        Choice(
            _("This and following"),
            f"{page}?from={occurrence.occurs_on.isoformat()}",
            here != verb and not of_all,
        ),
        Choice(_("All to come"), f"{page}?from={first.isoformat()}", of_all),
    ]


def scopes_of(request: HttpRequest, visit: Appointment, verb: str) -> list[Choice]:
    """The same for a visit; empty where it belongs to no series, or for those who change one visit at a time."""
    if facts.acts_as_patient(request.actor) or not request.actor.may(CHANGE):
        return []
    occurrence = visit.occurrences.first()
    if occurrence is None:
        return []
    found = recurring.rows_of(AppointmentSeries.objects.filter(pk=occurrence.series_id))
    return scopes(request, occurrence, found[0], verb)


def _page(request: HttpRequest, row: Row, *, wrong: str = "", status: int = 0) -> HttpResponse:
    now = clock.now()
    waiting = [one for one in row.dates if one.is_open]
    may_change = _may_change(request, row)
    with timezone.override(row.series.facility.zone):
        visits = [one.appointment for one in row.dates if one.appointment is not None]
        context = _of_series(request, row) | {
            "rows": presenting.day_rows(sorted(visits, key=lambda visit: visit.start_at), now),
            "left_out": [one for one in row.dates if one.state in (State.SKIPPED, State.LEFT_OUT)],
            "waiting": recurring.open_lines(row.series, waiting) if may_change else [(one, None) for one in waiting],
            "later": reads.count_left(row.series) if row.series.next_on else None,
            "may_change": may_change,
            "wrong": wrong,
        }
        return render(request, "scheduling/series.html", context, status=status or (422 if wrong else 200))


def _of_series(request: HttpRequest, row: Row) -> dict[str, Any]:
    return {
        "row": row,
        "series": row.series,
        "patient": row.series.patient,
        "service_name": worded(row.series.service, "name"),
        "by_patient": facts.acts_as_patient(request.actor),
    }


def _visible(request: HttpRequest, id: UUID) -> Row:
    """The series with its dates, or 404."""
    found = recurring.rows_of(AppointmentSeries.objects.visible_to(request.actor).filter(pk=id))
    if not found:
        raise missing()
    return found[0]


def _may_change(request: HttpRequest, row: Row) -> bool:
    actor = request.actor
    staff = not facts.acts_as_patient(actor) and actor.may(CHANGE)
    return staff and row.series.is_going_on and actor.in_facility(row.series.facility_id, CHANGE)


def _from(request: HttpRequest, row: Row) -> date:
    """The date the address names; without one, the first that is still to come."""
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        coming = reads.to_come(row.series)
        return coming[0].occurs_on if coming else row.series.starts_on


# --- Asking for a series ------------------------------------------------------------------------------------------
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
    services = queries.bookable_services(request.actor).select_related("facility", "department").filter(capacity=1)
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
    return recurring.draft(patient.pk, form.cleaned_data["schedule"], service, asked, base=first, answers=answers)


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
