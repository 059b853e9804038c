"""What the rules of this room need to know about a patient, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hms.diagnostics import codes
from hms.diagnostics.models import Observation
from hms.diagnostics.rules.interpreting import Facts
from hms.patients.models import Patient
from hms.patients.rules.partial_dates import age_range

MONTH = dt.timedelta(days=30)


def of(patient: Patient, at: dt.datetime | None) -> Facts:
    """Sex for clinical use and the range of ages the birth date allows."""
    ages = None
    if patient.birth_low and patient.birth_high and at:
        ages = age_range(patient.birth_low, patient.birth_high, at.date())
    return Facts(sex=patient.sex_for_clinical_use, ages=ages)


def earlier_values(patient: Patient, before: dt.datetime) -> dict[str, Decimal]:
    """The last weight of the last 30 days, and the last height."""
    found: dict[str, Decimal] = {}
    rows = (
        Observation.objects.filter(
            patient=patient,
            code__in=[codes.BODY_WEIGHT, codes.BODY_HEIGHT],
            value__isnull=False,
            effective_at__lt=before,
        )
        .current()
        .order_by("-effective_at", "-id")
        .values_list("code", "value", "effective_at", "unit")[:50]
    )
    wanted = {codes.BODY_WEIGHT: "kg", codes.BODY_HEIGHT: "cm"}
    for code, value, at, unit in rows:
        if code in found or unit != wanted[code] or (code == codes.BODY_WEIGHT and at < before - MONTH):
            continue
        found[code] = value
    return found
