"""A series of visits: its page, dates that wait for a decision, its end, and how much of it a change is about."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.problems import Refused, Stale
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.wordings import worded
from hms.patients.models import Patient
from hms.scheduling import codes, entries, facts, ics, presenting, recurring, refusals, series_drafts
from hms.scheduling import series as reads
from hms.scheduling.actions import cancel_series, settle_occurrence
from hms.scheduling.forms import CancelForm
from hms.scheduling.models import Appointment, AppointmentSeries, SeriesOccurrence
from hms.scheduling.recurring import Row
from hms.scheduling.rules import slots
from hms.scheduling.series_drafts import OUT

SEE = ("scheduling.view_day", "workspace.portal")
CHANGE = "scheduling.change_series"
BOOKED, State = codes.AppointmentStatus.BOOKED, codes.OccurrenceState
# Refusals that the person can do something about on the same page.
MENDABLE = (409, 422)


@require_GET
@access(*SEE)
def series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """All dates of a series, for the patient too; those that wait for a decision can be settled here."""
    row = visible_series(request, series_id)
    trail.read(request, patient=row.series.patient, page="scheduling:series")
    return _page(request, row)


@access(CHANGE)
def cancel(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """`?from=`: the date from which on. Names what will not take place. POST calls it off and ends the series."""
    row = changeable_series(request, series_id)
    found = row.series
    from_on = first_date(request, row)
    coming = reads.to_come(found, from_on)
    form = CancelForm(request.POST or None, by_patient=facts.acts_as_patient(request.actor))
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
        context = of_series(request, row) | {
            "form": form,
            "coming": coming,
            "scopes": scopes(request, first, row, "cancel") if first is not None else [],
        }
        return render(request, "scheduling/series_cancel.html", context, status=form.status)


@require_GET
@access(*SEE)
def calendar_file(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """All dates to come for the patient's calendar program, each under the UID it has everywhere."""
    row = visible_series(request, series_id)
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
        return _page(request, visible_series(request, occurrence.series_id), wrong=str(refusals.NOTHING_CHOSEN))
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
        row = visible_series(request, occurrence.series_id)
        return _page(request, row, wrong=str(refusal.problems[0]), status=refusal.status)
    toast(request, _("The visit is booked.") if slot is not None else _("The date is left out."))
    return redirect("scheduling:series", occurrence.series_id)


def scopes(request: HttpRequest, occurrence: SeriesOccurrence, row: Row, verb: str) -> list[Choice]:
    """This visit, this and those that follow, or all to come: asked whenever a visit of a series is changed."""
    coming = [one for one in row.coming if one.appointment is not None and one.appointment.status == BOOKED]
    coming = [one for one in coming if one.appointment.start_at > row.now]  # type: ignore[union-attr]
    here = request.resolver_match.url_name if request.resolver_match else ""
    page = reverse(f"scheduling:series_{verb}", args=[occurrence.series_id])
    first = min((one.occurs_on for one in coming), default=occurrence.occurs_on)
    single = reverse(f"scheduling:{verb}", args=[occurrence.appointment_id])
    of_all = here != verb and occurrence.occurs_on == first
    return [
        Choice(_("Only this visit"), f"{single}?patient={row.series.patient_id}", here == verb),
        Choice(
            _("This and following"),
            f"{page}?from={occurrence.occurs_on.isoformat()}",
            here != verb and not of_all,
        ),
        Choice(_("All to come"), f"{page}?from={first.isoformat()}", of_all),
    ]


def scopes_of(request: HttpRequest, visit: Appointment, patient: Patient | None, verb: str) -> list[Choice]:
    """The same for a patient's visit; empty where it belongs to no series of theirs, or one that may not be changed."""
    if not request.actor.may(CHANGE):
        return []
    occurrence = visit.occurrences.filter(series__patient=patient).first()
    if occurrence is None:
        return []
    rows = AppointmentSeries.objects.changeable_by(request.actor)
    found = recurring.rows_of(rows.filter(pk=occurrence.series_id, ended_at__isnull=True))
    return scopes(request, occurrence, found[0], verb) if found else []


def _page(request: HttpRequest, row: Row, *, wrong: str = "", status: int = 0) -> HttpResponse:
    now = clock.now()
    waiting = [one for one in row.dates if one.is_open]
    may_change = _may_change(request, row)
    may_settle = may_change and not facts.acts_as_patient(request.actor)
    with timezone.override(row.series.facility.zone):
        visits = [one.appointment for one in row.dates if one.appointment is not None]
        context = of_series(request, row) | {
            "rows": presenting.day_rows(
                sorted(visits, key=lambda visit: visit.start_at),
                now,
                states={
                    one.appointment_id: presenting.given_up_state()
                    for one in row.dates
                    if one.appointment_id and one.is_given_up
                },
            ),
            "left_out": [one for one in row.dates if one.state in (State.SKIPPED, State.LEFT_OUT)],
            "waiting": series_drafts.open_lines(row.series, waiting)
            if may_settle
            else [(one, None) for one in waiting],
            "later": reads.count_left(row.series) if row.series.next_on else None,
            "may_change": may_change,
            "wrong": wrong,
        }
        return render(request, "scheduling/series.html", context, status=status or (422 if wrong else 200))


def of_series(request: HttpRequest, row: Row) -> dict[str, Any]:
    """What every page about one series shows."""
    return {
        "row": row,
        "series": row.series,
        "patient": row.series.patient,
        "service_name": worded(row.series.service, "name"),
        "by_patient": facts.acts_as_patient(request.actor),
    }


def visible_series(request: HttpRequest, id: UUID) -> Row:
    """The series with its dates, or 404."""
    found = recurring.rows_of(AppointmentSeries.objects.visible_to(request.actor).filter(pk=id))
    if not found:
        raise missing()
    return found[0]


def changeable_series(request: HttpRequest, id: UUID) -> Row:
    """The series, for whoever may move and end it; else 404."""
    found = recurring.rows_of(AppointmentSeries.objects.changeable_by(request.actor).filter(pk=id))
    if not found:
        raise missing()
    return found[0]


def _may_change(request: HttpRequest, row: Row) -> bool:
    if not request.actor.may(CHANGE) or not row.series.is_going_on:
        return False
    return AppointmentSeries.objects.changeable_by(request.actor).filter(pk=row.series.pk).exists()


def first_date(request: HttpRequest, row: Row) -> date:
    """The date the address names; without one, the first that is still to come."""
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        coming = reads.to_come(row.series)
        return coming[0].occurs_on if coming else row.series.starts_on
