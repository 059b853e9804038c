"""What follows here from a death, and from one recorded by mistake: `patients` says so, and knows no visits."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from hms.accounts.codes import Duty, GrantStatus
from hms.accounts.models import User
from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.actions import notify
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import of_user
from hms.patients.models import Patient
from hms.scheduling import actions, codes, entries
from hms.scheduling.models import Appointment, AppointmentParticipant, AppointmentSeries, WaitingListEntry

DIED = codes.CancellationReason.PATIENT_DECEASED


def on_patient_died(message: OutboxMessage) -> None:
    """End what was planned. May run twice: then there is nothing left to end."""
    patient = Patient.objects.get(pk=message.subject_id)
    with suppress(Refused):  # taken back in this moment
        actions.end_for_death(by=system("scheduling"), patient=patient)


def on_death_taken_back(message: OutboxMessage) -> None:
    """Tell the desks what was cancelled for it. Nothing is booked again by itself: the times may be somebody else's."""
    patient = Patient.objects.get(pk=message.subject_id)
    if patient.deceased:
        return
    visits = _cancelled(patient)
    waits = list(WaitingListEntry.objects.filter(patient=patient, status=codes.WaitingStatus.DECEASED))
    series = list(AppointmentSeries.objects.filter(patient=patient, ended_reason=DIED))
    if not (visits or waits or series):
        return
    link = reverse("scheduling:visits", args=[patient.pk])
    for user in _desks({one.facility_id for one in [*visits, *waits, *series]}):
        notify(
            by=system("scheduling"),
            to=of_user(user),
            kind=NoticeKind.WORK,
            template="scheduling/mail/death_taken_back.txt",
            context={
                "visits": [entries.Told(visit) for visit in visits],
                "number": len(visits),
                "waits": len(waits),
                "series": len(series),
                "visits_link": settings.BASE_URL + link,
            },
            key=message.key or "",
            link=link,
        )


def _cancelled(patient: Patient) -> list[Appointment]:
    """Visits to come that were cancelled for the death, and group visits in which the place was given up for it."""
    places = AppointmentParticipant.objects.filter(patient=patient, declined_reason=DIED)
    mine = AppointmentParticipant.objects.filter(patient=patient)
    rows = Appointment.objects.filter(
        Q(pk__in=places.values("appointment")) | Q(cancellation_reason=DIED, pk__in=mine.values("appointment")),
        start_at__gt=clock.now(),
    )
    return list(rows.with_people().order_by("start_at"))


def _desks(facilities: Iterable[UUID]) -> Iterable[User]:
    """The front desks of these houses."""
    now = clock.now()
    return User.objects.filter(
        Q(grants__end_at=None) | Q(grants__end_at__gt=now),
        Q(grants__facility_id=None) | Q(grants__facility_id__in=list(facilities)),
        grants__duty=Duty.FRONT_DESK,
        grants__status=GrantStatus.ACTIVE,
        grants__start_at__lte=now,
        is_active=True,
    ).distinct()
