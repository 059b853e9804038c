"""What may be said of prescriptions, spelled as FHIR R4 spells it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MedicationRequestStatus(TextChoices):
    """http://hl7.org/fhir/CodeSystem/medicationrequest-status"""

    ACTIVE = "active", _("Active")
    ON_HOLD = "on-hold", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")
    COMPLETED = "completed", _("Completed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    STOPPED = "stopped", _("Stopped")
    DRAFT = "draft", _("Not signed")
    UNKNOWN = "unknown", _("Not known")


# What the patient takes now, as far as is known; and what is over for good.
CURRENT = (MedicationRequestStatus.ACTIVE, MedicationRequestStatus.ON_HOLD)
OVER = (MedicationRequestStatus.CANCELLED, MedicationRequestStatus.COMPLETED, MedicationRequestStatus.STOPPED)

# A signed prescription never changes; these are the moves its status may still make.
STATUS_MOVES = [
    *((before, after) for before in ("active", "on-hold") for after in ("cancelled", "completed", "stopped")),
    ("active", "on-hold"),
    ("on-hold", "active"),
    *((before, "entered-in-error") for before in ("active", "on-hold", "cancelled", "completed", "stopped", "unknown")),
    *(("unknown", after) for after in ("active", "on-hold", "cancelled", "completed", "stopped")),
]


class MedicationRequestIntent(TextChoices):
    """http://hl7.org/fhir/CodeSystem/medicationrequest-intent"""

    PROPOSAL = "proposal", _("Proposal")
    PLAN = "plan", _("Plan")
    ORDER = "order", _("Order")
    ORIGINAL_ORDER = "original-order", _("Original order")
    REFLEX_ORDER = "reflex-order", _("Reflex order")
    FILLER_ORDER = "filler-order", _("Filler order")
    INSTANCE_ORDER = "instance-order", _("Single dose of an order")
    OPTION = "option", _("Option")


class MedicationRequestCategory(TextChoices):
    """http://terminology.hl7.org/CodeSystem/medicationrequest-category"""

    INPATIENT = "inpatient", _("In the ward")
    OUTPATIENT = "outpatient", _("In the clinic")
    COMMUNITY = "community", _("At home")
    DISCHARGE = "discharge", _("At discharge")


class RequestPriority(TextChoices):
    """http://hl7.org/fhir/request-priority"""

    ROUTINE = "routine", _("Routine")
    URGENT = "urgent", _("Urgent")
    ASAP = "asap", _("As soon as possible")
    STAT = "stat", _("At once")


class PeriodUnit(TextChoices):
    """UCUM units of time, as FHIR Timing uses them."""

    MINUTE = "min", _("minutes")
    HOUR = "h", _("hours")
    DAY = "d", _("days")
    WEEK = "wk", _("weeks")
    MONTH = "mo", _("months")


class EventTiming(TextChoices):
    """http://hl7.org/fhir/event-timing and v3-TimingEvent, as far as people write them."""

    MORNING = "MORN", _("in the morning")
    NOON = "NOON", _("at noon")
    EVENING = "EVE", _("in the evening")
    BEDTIME = "HS", _("at bedtime")
    BEFORE_FOOD = "AC", _("before food")
    WITH_FOOD = "C", _("with food")
    AFTER_FOOD = "PC", _("after food")


class StatusReason(TextChoices):
    """Why a prescription ended: http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason, and ours."""

    ALTERNATIVE_CHOICE = "altchoice", _("Another treatment was chosen")
    CLARIFICATION = "clarif", _("The prescription was not clear")
    DRUG_HIGH = "drughigh", _("The blood level is too high")
    HOSPITAL_ADMISSION = "hospadm", _("Admitted to hospital")
    LABORATORY = "labint", _("Interferes with a test")
    NOT_AVAILABLE = "non-avail", _("The patient is not available")
    PREGNANT = "preg", _("The patient is pregnant")
    ALLERGY = "salg", _("Allergy")
    INTERACTION = "sddi", _("Interacts with another medicine")
    DUPLICATE = "sdupther", _("Duplicate therapy")
    INTOLERANCE = "sintol", _("Side effect")
    SURGERY = "surg", _("The patient is to have surgery")
    WASHOUT = "washout", _("Waiting for another medicine to wash out")
    PATIENT_CHOICE = "patient-choice", _("The patient does not want it")
    NOT_NEEDED = "not-needed", _("No longer needed")
    REPLACED = "replaced", _("Replaced by a new prescription")
    NOT_SIGNED = "not-signed", _("Taken out of the basket before signing")


class DetectedIssueStatus(TextChoices):
    """http://hl7.org/fhir/observation-status, as far as issues use it."""

    PRELIMINARY = "preliminary", _("Before signing")
    FINAL = "final", _("Signed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    CANCELLED = "cancelled", _("No longer applies")


class Outcome(TextChoices):
    """What the prescriber did with an alert: the numbers an alert is kept or retired by."""

    NOTED = "noted", _("Shown, did not interrupt")
    OVERRIDDEN = "overridden", _("Overridden with a reason")
    ACCEPTED = "accepted", _("The safer medicine was taken")


class OverrideReason(TextChoices):
    """A short list: whoever reads fifty reasons picks the first."""

    TOLERATED = "tolerated", _("Taken before without harm")
    BENEFIT_OUTWEIGHS = "benefit-outweighs", _("The benefit outweighs the risk")
    NO_ALTERNATIVE = "no-alternative", _("No alternative; will be monitored")
    MONITORED = "monitored", _("Dose adjusted or level monitored")
    NOT_TRUE = "not-true", _("The alert does not apply to this patient")
    PATIENT_CHOICE = "patient-choice", _("The patient was told and wants it")
    SPECIALIST = "specialist", _("Agreed with a specialist or pharmacist")
