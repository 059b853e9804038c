"""The medicines of a patient as the chart, the portal and summaries read them: scoped, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from hms.clinical.models import Encounter
from hms.core.actor import Actor
from hms.patients.models import Patient
from hms.prescribing.models import DetectedIssue, MedicationRequest


def current_medicines(by: Actor, patient: Patient, today: dt.date) -> list[MedicationRequest]:
    """What the patient takes as far as is known, latest first."""
    return list(MedicationRequest.objects.visible_to(by, patient).current(today).for_list())


def past_medicines(by: Actor, patient: Patient, today: dt.date) -> QuerySet[MedicationRequest]:
    """What has ended or run out, latest first."""
    return MedicationRequest.objects.visible_to(by, patient).past(today).for_list()


def prescribed_in(by: Actor, encounter: Encounter) -> list[MedicationRequest]:
    """What was signed in a visit."""
    return list(MedicationRequest.objects.visible_to(by).filter(encounter=encounter).prescribed().for_list())


def issues_of(by: Actor, encounter: Encounter) -> list[DetectedIssue]:
    """What was detected at the prescriptions of a visit, and what was decided."""
    rows = DetectedIssue.objects.visible_to(by).filter(encounter=encounter, status="final")
    return list(rows.prefetch_related("implicated__medication_request").order_by("identified_at", "id"))
