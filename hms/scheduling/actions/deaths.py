"""What ends in this room when a patient has died: visits to come, series, waiting, held times and proposals.

Nobody is written to: a family that has just lost somebody does not want to read that a visit is cancelled. What was
freed is offered to others. When the death was recorded by mistake nothing is booked again by itself; the desk is told.
"""

from __future__ import annotations

from datetime import datetime

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.patients.models import Patient
from hms.scheduling import codes, refusals
from hms.scheduling.actions import cancelling, changing_series, freeing, offering, placing
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentSeries,
    WaitingListEntry,
)

DIED = codes.CancellationReason.PATIENT_DECEASED
Status = codes.AppointmentStatus


@action("scheduling.end_for_death")
def end_for_death(*, by: Actor, patient: Patient) -> Patient:
    """End everything that was planned for a patient who died. Refused: the death was taken back meanwhile."""
    held = AppointmentParticipant.objects.filter(patient=patient.pk, appointment__status=Status.PENDING)
    coming = AppointmentParticipant.objects.filter(
        patient=patient.pk, appointment__status=Status.BOOKED, appointment__end_at__gt=clock.now()
    )
    ids = {*held.values_list("appointment", flat=True), *coming.values_list("appointment", flat=True)}
    placing.lock_visits(ids, patient.pk)
    died = take(Patient.objects.all(), patient.pk)
    if not died.deceased:
        raise Refused(refusals.NOT_DECEASED)
    now = clock.now()
    # Before the visits: offers end by their own verbs, and places that are kept with them.
    waits = _end_waits(died, now)
    visits = _cancel_visits(died, now)
    series = _end_series(died, now)
    chosen = list(Appointment.objects.chosen_holds().filter(participants__patient=died).values_list("pk", flat=True))
    placing.end_holds(chosen, codes.CancellationReason.HOLD_RELEASED)
    freeing.of_holds(AppointmentParticipant.objects.filter(appointment__in=chosen).select_related("appointment"))
    detail = {"visits": visits, "series": series, "waits": waits, "holds": len(chosen)}
    trail.record("patient.plans_ended", subject=died, patient=died, detail=detail)
    return died


def _cancel_visits(patient: Patient, now: datetime) -> int:
    rows = AppointmentParticipant.objects.taking_part().filter(
        patient=patient, appointment__status=Status.BOOKED, appointment__end_at__gt=now
    )
    count = 0
    for row in rows.order_by("appointment"):
        visit = take(Appointment.objects.all(), row.appointment_id)
        if visit.is_group:
            cancelling.give_up_place(visit, row, DIED, together_at=now)
        else:
            cancelling.give_up(visit, DIED, together_at=now)
        count += 1
    return count


def _end_series(patient: Patient, now: datetime) -> int:
    rows = AppointmentSeries.objects.filter(patient=patient, ended_at__isnull=True)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for id in ids:
        series = take(AppointmentSeries.objects.select_related("facility"), id)
        # A date of the past that still waits for a decision waits no more.
        waiting = series.occurrences.filter(state=codes.OccurrenceState.OPEN).values_list("occurs_on", flat=True)
        first = min([*waiting, clock.today(series.facility.time_zone)])
        changing_series.end(series, first, DIED, now)
        trail.record("series.cancelled", subject=series, patient=patient, facility=series.facility_id)
    return len(ids)


def _end_waits(patient: Patient, now: datetime) -> int:
    rows = WaitingListEntry.objects.waiting().filter(patient=patient)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for id in ids:
        entry = take(WaitingListEntry.objects.all(), id)
        offers = list(entry.offers.open())
        entry.status, entry.ended_at = codes.WaitingStatus.DECEASED, now
        entry.save()
        trail.record("waiting.withdrawn", subject=entry, patient=patient, facility=entry.facility_id)
        for offer in offers:
            offering.end(offer, entry, codes.OfferOutcome.WITHDRAWN)
    return len(ids)
