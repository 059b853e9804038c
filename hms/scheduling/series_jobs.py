"""What follows from a series: one message with all its dates, the next dates as the timetable opens, and open ones.

One message and one calendar file for a deed, however many visits it touched; each visit in the file has its own UID, as
it has in the messages about it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.actions import notify
from hms.messaging.channels import Attachment
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import of_patient, of_user
from hms.scheduling import actions, codes, entries, ics
from hms.scheduling import series as reads
from hms.scheduling.models import Appointment, AppointmentSeries


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
    visits = Appointment.objects.filter(occurrences__series=series, cancelled_at=at).with_people().order_by("start_at")
    _tell(series, list(visits), "scheduling/mail/series_cancelled.txt", ics.CANCEL, message)


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


def _coming(series: AppointmentSeries) -> list[Appointment]:
    found = [one.appointment for one in reads.to_come(series) if one.appointment is not None]
    return sorted(found, key=lambda visit: visit.start_at)


def _tell(
    series: AppointmentSeries, visits: Sequence[Appointment], template: str, method: str, message: OutboxMessage
) -> None:
    # Said too late: what happened since has its own message.
    if not visits:
        return
    recipient = of_patient(series.patient)
    language = recipient.language or series.facility.language or settings.LANGUAGE_CODE
    link = reverse("scheduling:series", args=[series.pk])
    with translation.override(language):
        stream = ics.calendar(
            [entries.for_patient(visit) for visit in visits], method=method, organizer=series.facility.email
        )
    file = Attachment(
        name="visits.ics", content_type=f'text/calendar; charset="utf-8"; method={method}', content=stream
    )
    notify(
        by=system("scheduling"),
        to=recipient,
        kind=NoticeKind.APPOINTMENT,
        template=template,
        context={
            "visits": [entries.Told(visit) for visit in visits],
            "patient": series.patient,
            "series_link": settings.BASE_URL + link,
        },
        key=message.key or "",
        facility=series.facility,
        attachments=[file],
        link=link,
    )
