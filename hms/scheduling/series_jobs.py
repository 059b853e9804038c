"""What follows from a series: one message with all its dates, the next dates as the timetable opens, and open ones.

One message and one calendar file for a deed, however many visits it touched; each visit in the file has its own UID, as
it has in the messages about it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.actions import notify
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import of_patient, of_user
from hms.scheduling import actions, codes, entries, ics
from hms.scheduling import series as reads
from hms.scheduling.models import Appointment, AppointmentParticipant, AppointmentSeries, SeriesOccurrence


def on_booked(message: OutboxMessage) -> None:
    """Confirm the dates that are booked: all that are to come, so that one letter says how it stands."""
    series = _series(message)
    _tell(series, _coming(series), "scheduling/mail/series_booked.txt", ics.REQUEST, message)


def on_moved(message: OutboxMessage) -> None:
    """Say the dates as they are now. The calendar file has the same UIDs, so the old entries move."""
    series = _series(message)
    _tell(series, _coming(series), "scheduling/mail/series_moved.txt", ics.REQUEST, message)


def on_cancelled(message: OutboxMessage) -> None:
    """Say which visits are called off, and take them out of the patient's calendar."""
    series = _series(message)
    at = datetime.fromisoformat((message.key or "").split(":", 2)[2])
    ended = Q(appointment__cancelled_at=at) | Q(participation__declined_at=at)
    _tell(
        series,
        _parts(reads.with_visits(series.occurrences.filter(ended))),
        "scheduling/mail/series_cancelled.txt",
        ics.CANCEL,
        message,
    )


def on_open(message: OutboxMessage) -> None:
    """Tell whoever made the series that some of its dates could not be booked."""
    series = _series(message)
    waiting = series.occurrences.filter(state=codes.OccurrenceState.OPEN).count()
    if series.made_by is None or not waiting:
        return
    link = reverse("scheduling:series", args=[series.pk])
    notify(
        by=system("scheduling"),
        to=of_user(series.made_by),
        kind=NoticeKind.WORK,
        template="scheduling/mail/series_open.txt",
        context={"waiting": waiting, "series_link": settings.BASE_URL + link},
        key=message.key or "",
        facility=series.facility,
        link=link,
    )


def continue_series(message: OutboxMessage) -> None:
    """Book the dates that have come within the horizon, of every series that has such."""
    by = system("scheduling")
    for series in AppointmentSeries.objects.to_continue(clock.today(settings.TIME_ZONE)):
        # Somebody ended it in this moment, or the patient can't be booked for any more: its page says so.
        with suppress(Refused):
            actions.continue_series(by=by, series=series)


def _series(message: OutboxMessage) -> AppointmentSeries:
    rows = AppointmentSeries.objects.select_related("patient__user", "facility", "made_by")
    return rows.get(pk=message.subject_id)


# A visit, and in a group visit the patient's place in it.
Part = tuple[Appointment, AppointmentParticipant | None]


def _coming(series: AppointmentSeries) -> list[Part]:
    return _parts(reads.to_come(series))


def _parts(dates: Iterable[SeriesOccurrence]) -> list[Part]:
    """The visits of dates, in order of time."""
    found = [(one.appointment, one.participation) for one in dates if one.appointment is not None]
    return sorted(found, key=lambda one: one[0].start_at)


def _given_up(series: AppointmentSeries, told: Iterable[Part]) -> list[ics.Entry]:
    """Group visits in which places were exchanged for those of the series, but those it comes to all the same."""
    told = list(told)
    coming = {visit.pk for visit, _part in told}
    places = [part.pk for _visit, part in told if part is not None]
    rows = AppointmentParticipant.objects.filter(pk__in=places, instead_of__isnull=False).exclude(
        instead_of__appointment__in=coming
    )
    former = [
        row.instead_of
        for row in rows.select_related("instead_of__appointment__facility", "instead_of__appointment__service")
    ]
    return [entries.for_patient(one.appointment, one) for one in former if one is not None]


def _tell(series: AppointmentSeries, told: Sequence[Part], template: str, method: str, message: OutboxMessage) -> None:
    # Said too late: what happened since has its own message.
    if not told or series.patient.deceased or series.ended_reason == codes.CancellationReason.PATIENT_DECEASED:
        return
    recipient = of_patient(series.patient)
    language = recipient.language or series.facility.language or settings.LANGUAGE_CODE
    link = reverse("scheduling:series", args=[series.pk])
    with translation.override(language):
        files = [ics.attached([entries.for_patient(*one) for one in told], method, "visits.ics", series.facility.email)]
        if method == ics.REQUEST and (former := _given_up(series, told)):
            files.append(ics.attached(former, ics.CANCEL, "given-up.ics", series.facility.email))
    notify(
        by=system("scheduling"),
        to=recipient,
        kind=NoticeKind.APPOINTMENT,
        template=template,
        context={
            "visits": [entries.Told(visit) for visit, _part in told],
            "patient": series.patient,
            "series_link": settings.BASE_URL + link,
        },
        key=message.key or "",
        facility=series.facility,
        attachments=files,
        link=link,
    )
