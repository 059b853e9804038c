"""Encounters begin, and end."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Encounter, EncounterParticipant
from hms.clinical.people import open_chart
from hms.clinical.rules import encounters as rules
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Problem, Refused
from hms.core.records import take
from hms.organization.models import Department, Facility, Location, Practitioner
from hms.organization.policies import policy
from hms.patients.care import close_care_relationship, open_care_relationship
from hms.patients.codes import CareKind
from hms.patients.models import Patient
from hms.scheduling.actions.arrivals import fulfil_appointment, start_appointment
from hms.scheduling.codes import AppointmentStatus
from hms.scheduling.models import Appointment

Status = codes.EncounterStatus


@action("clinical.start_encounter")
def start_encounter(
    *,
    by: Actor,
    patient: Patient,
    facility: Facility,
    practitioner: Practitioner,
    appointment: Appointment | None = None,
    department: Department | None = None,
    location: Location | None = None,
    class_code: str = codes.EncounterClass.AMBULATORY,
    reason: str = "",
    start_at: dt.datetime | None = None,
) -> Encounter:
    """Begin a visit, of an appointment or without one; an appointment begins with it.

    Refused: a chart the actor may not open, a start in the future, a visit of this appointment that is over.
    Starting the same visit again gives back the one that is going on.
    """
    patient = open_chart(by, patient)
    start_at = start_at or clock.now()
    if problems := rules.period_problems(start_at, None, clock.now()):
        raise Refused(*problems)
    encounter = _of_appointment(appointment, patient)
    if encounter is not None and encounter.status == Status.IN_PROGRESS:
        trail.record("encounter.resumed", subject=encounter, patient=patient, facility=encounter.facility_id)
        return encounter
    if encounter is None:
        encounter = Encounter(
            patient=patient, facility=facility, appointment=appointment, class_code=class_code, released_at=clock.now()
        )
        if appointment:
            encounter.type_text = str(appointment.service or "")[:300]
            encounter.reason = reason or appointment.reason
    elif problems := rules.move_problems(encounter.status, Status.IN_PROGRESS):
        raise Refused(*problems)
    encounter.status, encounter.start_at = Status.IN_PROGRESS, start_at
    encounter.department = department or encounter.department or (appointment.department if appointment else None)
    encounter.location = location or encounter.location
    encounter.reason = reason or encounter.reason
    _save_new(encounter)
    EncounterParticipant.objects.get_or_create(
        encounter=encounter,
        practitioner=practitioner,
        type=codes.ParticipantType.PRIMARY_PERFORMER,
        defaults={"start_at": start_at},
    )
    _open_chart_to(practitioner, encounter, start_at)
    if appointment and appointment.status in (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED):
        start_appointment(by=by, appointment=appointment)
    trail.record(
        "encounter.started", subject=encounter, patient=patient, facility=facility, detail={"class": class_code}
    )
    return encounter


@action("clinical.record_arrival")
def record_arrival(
    *,
    by: Actor,
    patient: Patient,
    facility: Facility,
    department: Department | None = None,
    class_code: str = codes.EncounterClass.EMERGENCY,
    reason: str = "",
    arrived_at: dt.datetime | None = None,
) -> Encounter:
    """Somebody came without an appointment and waits to be seen. The department may open the chart from now on.

    Refused: an unknown patient record, one merged away, an arrival in the future.
    """
    arrived_at = arrived_at or clock.now()
    if problems := rules.period_problems(arrived_at, None, clock.now()):
        raise Refused(*problems)
    # Whoever registers an arrival need not be able to read the chart: finding the person is enough.
    patient = take(Patient.objects.findable_by(by).standing(), patient.pk)
    encounter = Encounter(
        patient=patient,
        facility=facility,
        department=department,
        status=Status.ARRIVED,
        class_code=class_code,
        start_at=arrived_at,
        reason=reason,
        released_at=clock.now(),
    )
    encounter.save(force_insert=True)
    if department:
        open_care_relationship(
            patient=patient,
            department=department,
            kind=CareKind.ENCOUNTER,
            start_at=arrived_at,
            end_at=None,
            source=encounter,
        )
    trail.record(
        "encounter.arrived", subject=encounter, patient=patient, facility=facility, detail={"class": class_code}
    )
    return encounter


@action("clinical.finish_encounter")
def finish_encounter(
    *,
    by: Actor,
    encounter: Encounter,
    version: int | None = None,
    end_at: dt.datetime | None = None,
    discharge_disposition: str = "",
) -> Encounter:
    """End a visit, and with it its appointment. Refused: one that is not going on, an end before the start."""
    ended = take(Encounter.objects.visible_to(by), encounter.pk, version)
    end_at = end_at or clock.now()
    problems = rules.move_problems(ended.status, Status.FINISHED)
    if problems := problems or rules.period_problems(ended.start_at, end_at, clock.now()):
        raise Refused(*problems)
    ended.status, ended.end_at = Status.FINISHED, end_at
    ended.discharge_disposition = discharge_disposition or ended.discharge_disposition
    ended.save()
    ended.participants.filter(end_at=None).update(end_at=end_at)
    _close_chart_after(ended, end_at)
    if ended.appointment and ended.appointment.status == AppointmentStatus.CHECKED_IN:
        fulfil_appointment(by=by, appointment=ended.appointment)
    trail.record("encounter.finished", subject=ended, patient=ended.patient_id, facility=ended.facility_id)
    outbox.say("encounter.finished", ended, key=f"encounter.finished:{ended.pk}")
    return ended


def _of_appointment(appointment: Appointment | None, patient: Patient) -> Encounter | None:
    """The visit of this appointment that is planned or going on, locked. Refused: it is over."""
    if appointment is None:
        return None
    found = (
        Encounter.objects.select_for_update(of=("self",))
        .filter(appointment=appointment, patient=patient)
        .exclude(status__in=[Status.CANCELLED, Status.ENTERED_IN_ERROR])
        .first()
    )
    if found and found.status == Status.FINISHED:
        raise Refused(*rules.move_problems(found.status, Status.IN_PROGRESS))
    return found


def _save_new(encounter: Encounter) -> None:
    try:
        # A savepoint, so that on a refusal the transaction can still be read.
        with transaction.atomic():
            encounter.save()
    except IntegrityError as error:
        if "clinical_one_encounter_an_appointment" not in str(error) and "appointment_id" not in str(error):
            raise
        text = _("Somebody else has just started this visit. Reload the page to join it.")
        raise Conflict(Problem(code="conflict", text=text)) from error


def _open_chart_to(practitioner: Practitioner, encounter: Encounter, start_at: dt.datetime) -> None:
    open_care_relationship(
        patient=encounter.patient,
        practitioner=practitioner,
        kind=CareKind.ENCOUNTER,
        start_at=start_at,
        end_at=None,
        source=encounter,
    )


def _close_chart_after(encounter: Encounter, end_at: dt.datetime) -> None:
    """Results and letters still come in for some time: the chart stays open for the facility's days after a visit."""
    days = dt.timedelta(days=policy("patients.relationship_days", encounter.facility))
    close_care_relationship(source=encounter, at=end_at + days)
