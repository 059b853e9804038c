"""What may be said in this room, spelled as FHIR R4 spells it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObservationStatus(models.TextChoices):
    """http://hl7.org/fhir/observation-status"""

    REGISTERED = "registered", _("Expected")
    PRELIMINARY = "preliminary", _("Preliminary")
    FINAL = "final", _("Final")
    AMENDED = "amended", _("Amended")
    CORRECTED = "corrected", _("Corrected")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


FINISHED: Final = (ObservationStatus.FINAL, ObservationStatus.AMENDED, ObservationStatus.CORRECTED)


class ObservationCategory(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/observation-category"""

    VITAL_SIGNS = "vital-signs", _("Vital signs")
    LABORATORY = "laboratory", _("Laboratory")
    IMAGING = "imaging", _("Imaging")
    SOCIAL_HISTORY = "social-history", _("Social history")
    EXAM = "exam", _("Examination")
    SURVEY = "survey", _("Questionnaire")
    PROCEDURE = "procedure", _("Procedure")
    THERAPY = "therapy", _("Therapy")
    ACTIVITY = "activity", _("Activity")


class Interpretation(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation, those that a result list shows"""

    CRITICALLY_LOW = "LL", _("Critically low")
    LOW = "L", _("Low")
    NORMAL = "N", _("Normal")
    HIGH = "H", _("High")
    CRITICALLY_HIGH = "HH", _("Critically high")
    ABNORMAL = "A", _("Abnormal")
    CRITICALLY_ABNORMAL = "AA", _("Critically abnormal")
    POSITIVE = "POS", _("Positive")
    NEGATIVE = "NEG", _("Negative")
    SUSCEPTIBLE = "S", _("Susceptible")
    INTERMEDIATE = "I", _("Intermediate")
    RESISTANT = "R", _("Resistant")


CRITICAL: Final = (
    Interpretation.CRITICALLY_LOW,
    Interpretation.CRITICALLY_HIGH,
    Interpretation.CRITICALLY_ABNORMAL,
)


class Comparator(models.TextChoices):
    """http://hl7.org/fhir/quantity-comparator"""

    LESS = "<", "<"
    AT_MOST = "<=", "≤"
    AT_LEAST = ">=", "≥"
    MORE = ">", ">"


class AbsentReason(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/data-absent-reason"""

    UNKNOWN = "unknown", _("Not known")
    NOT_PERFORMED = "not-performed", _("Not done")
    ERROR = "error", _("Failed")
    MASKED = "masked", _("Hidden")
    NOT_APPLICABLE = "not-applicable", _("Does not apply")
    ASKED_DECLINED = "asked-declined", _("The patient declined")
    TEMPORARILY_UNKNOWN = "temp-unknown", _("Not known yet")
    UNSUPPORTED = "unsupported", _("Can't be shown")


class ReportStatus(models.TextChoices):
    """http://hl7.org/fhir/diagnostic-report-status"""

    REGISTERED = "registered", _("Expected")
    PARTIAL = "partial", _("In part")
    PRELIMINARY = "preliminary", _("Preliminary")
    FINAL = "final", _("Final")
    AMENDED = "amended", _("Amended")
    CORRECTED = "corrected", _("Corrected")
    APPENDED = "appended", _("Added to")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


class ImagingStatus(models.TextChoices):
    """http://hl7.org/fhir/imagingstudy-status"""

    REGISTERED = "registered", _("Expected")
    AVAILABLE = "available", _("Available")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


# LOINC codes that pages and rules speak of.
BLOOD_PRESSURE: Final = "85354-9"
# Older exports, Synthea's among them, use this one for the same panel.
BLOOD_PRESSURE_OLD: Final = "55284-4"
SYSTOLIC: Final = "8480-6"
DIASTOLIC: Final = "8462-4"
HEART_RATE: Final = "8867-4"
RESPIRATORY_RATE: Final = "9279-1"
BODY_TEMPERATURE: Final = "8310-5"
OXYGEN_SATURATION: Final = "2708-6"
PULSE_OXIMETRY: Final = "59408-5"
BODY_WEIGHT: Final = "29463-7"
BODY_HEIGHT: Final = "8302-2"
BODY_MASS_INDEX: Final = "39156-5"
PAIN: Final = "72514-3"

# What people call what they measure, in the order of the form.
VITAL_NAMES: Final = {
    SYSTOLIC: _("Systolic blood pressure"),
    DIASTOLIC: _("Diastolic blood pressure"),
    HEART_RATE: _("Heart rate"),
    BODY_TEMPERATURE: _("Body temperature"),
    RESPIRATORY_RATE: _("Respiratory rate"),
    OXYGEN_SATURATION: _("Oxygen saturation"),
    BODY_WEIGHT: _("Body weight"),
    BODY_HEIGHT: _("Body height"),
    PAIN: _("Pain, 0 to 10"),
}

# Codes that mean the same to a reader of a list.
SAME_AS: Final = {BLOOD_PRESSURE_OLD: BLOOD_PRESSURE, PULSE_OXIMETRY: OXYGEN_SATURATION}
_OTHER_NAMES: Final = {BLOOD_PRESSURE: _("Blood pressure"), BODY_MASS_INDEX: _("Body mass index")}


def short_name(code: str) -> object:
    """What people call a measurement, or an empty string where we have no word of our own."""
    code = SAME_AS.get(code, code)
    return VITAL_NAMES.get(code) or _OTHER_NAMES.get(code) or ""
