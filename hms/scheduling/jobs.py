"""What follows from a booking: telling the patient, reminding, and clearing up held times that ran out.

A notifier reads visits and writes letters. It never changes a visit.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation

from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.messaging.actions import notify
from hms.messaging.channels import Attachment
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import Recipient, of_patient, of_user
from hms.organization.policies import policy
from hms.scheduling import actions, codes, entries, ics
from hms.scheduling.models import Appointment, AppointmentParticipant

REMIND_BEFORE = "messaging.reminder_lead"


def on_booked(message: OutboxMessage) -> None:
    """Confirm a booking, with the visit for the patient's calendar."""
    _tell(message.subject_id, "scheduling/mail/booked.txt", ics.REQUEST, while_status=codes.LIVE)


def on_moved(message: OutboxMessage) -> None:
    """Say the new time. The calendar file has the same UID, so the old entry moves."""
    _tell(message.subject_id, "scheduling/mail/moved.txt", ics.REQUEST, while_status=codes.LIVE)


def on_cancelled(message: OutboxMessage) -> None:
    """Say that the visit is called off, and take it out of the patient's calendar."""
    _tell(message.subject_id, "scheduling/mail/cancelled.txt", ics.CANCEL)


def on_reminder(message: OutboxMessage) -> None:
    """Remind of a visit, unless it was called off, moved to later, or is over."""
    row = AppointmentParticipant.objects.select_related("appointment__facility").get(pk=message.subject_id)
    visit, now = row.appointment, clock.now()
    due = visit.start_at - policy(REMIND_BEFORE, visit.facility)
    if due <= now < visit.start_at:
        _tell(row.pk, "scheduling/mail/reminder.txt", "", while_status={codes.AppointmentStatus.BOOKED}, lead="before")


def expire_holds(message: OutboxMessage) -> None:
    """End held times that ran out, so that lists and reports show no ghosts. Bookings do not wait for this."""
    if Appointment.objects.filter(
        status=codes.AppointmentStatus.PENDING, hold_expires_at__lte=clock.now() - timedelta(minutes=1)
    ).exists():
        actions.expire_holds(by=system("scheduling"))


def _tell(
    participation: UUID | None,
    template: str,
    method: str,
    *,
    while_status: frozenset[str] | set[str] | None = None,
    lead: str = "",
) -> None:
    row = (
        AppointmentParticipant.objects.select_related(
            "patient__user", "appointment__facility", "appointment__service", "appointment__booked_by"
        )
        .prefetch_related("appointment__participants__practitioner", "appointment__participants__location")
        .get(pk=participation)
    )
    visit = row.appointment
    # Said too late: what happened since has its own message.
    if while_status is not None and visit.status not in while_status:
        return
    for recipient in _recipients(row):
        language = recipient.language or visit.facility.language or settings.LANGUAGE_CODE
        notify(
            by=system("scheduling"),
            to=recipient,
            kind=NoticeKind.REMINDER if lead else NoticeKind.APPOINTMENT,
            template=template,
            context={"visit": entries.Told(visit), "patient": row.patient},
            key=f"appointment:{row.pk}:{visit.sequence}",
            facility=visit.facility,
            attachments=[_attachment(visit, method, language)] if method else [],
            link=entries.Told(visit).link.removeprefix(settings.BASE_URL),
            lead=lead,
        )


def _recipients(row: AppointmentParticipant) -> list[Recipient]:
    """The patient, and the proxy who booked for them."""
    patient, booker = row.patient, row.appointment.booked_by
    if patient is None:
        return []
    told = [of_patient(patient)]
    if booker is not None and row.appointment.channel == codes.Channel.PORTAL and booker.pk != patient.user_id:
        told.append(of_user(booker, patient))
    return told


def _attachment(visit: Appointment, method: str, language: str) -> Attachment:
    with translation.override(language):
        stream = ics.calendar([entries.for_patient(visit)], method=method, organizer=visit.facility.email)
    return Attachment(name="visit.ics", content_type=f'text/calendar; charset="utf-8"; method={method}', content=stream)
