"""What may be said in this room, spelled as FHIR R4 and HL7 v3 spell it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


# --- Encounter ----------------------------------------------------------------------------------------------
class EncounterStatus(models.TextChoices):
    """http://hl7.org/fhir/encounter-status"""

    PLANNED = "planned", _("Planned")
    ARRIVED = "arrived", _("Here")
    TRIAGED = "triaged", _("Triaged")
    IN_PROGRESS = "in-progress", _("In progress")
    ONLEAVE = "onleave", _("On leave")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


LIVE_ENCOUNTER: Final = (
    EncounterStatus.ARRIVED,
    EncounterStatus.TRIAGED,
    EncounterStatus.IN_PROGRESS,
    EncounterStatus.ONLEAVE,
)


class EncounterClass(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v3-ActCode, value set ActEncounterCode"""

    AMBULATORY = "AMB", _("Outpatient visit")
    EMERGENCY = "EMER", _("Emergency visit")
    FIELD = "FLD", _("Visit in the field")
    HOME = "HH", _("Home visit")
    INPATIENT = "IMP", _("Stay on a ward")
    ACUTE = "ACUTE", _("Acute stay on a ward")
    NON_ACUTE = "NONAC", _("Non-acute stay on a ward")
    OBSERVATION = "OBSENC", _("Observation")
    PRE_ADMISSION = "PRENC", _("Before admission")
    SHORT_STAY = "SS", _("Short stay")
    VIRTUAL = "VR", _("Video or telephone visit")


class ParticipantType(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v3-ParticipationType, as far as encounters use it"""

    PRIMARY_PERFORMER = "PPRF", _("Leads the visit")
    SECONDARY_PERFORMER = "SPRF", _("Takes part")
    ATTENDER = "ATND", _("Attends")
    ADMITTER = "ADM", _("Admitted")
    DISCHARGER = "DIS", _("Discharged")
    CONSULTANT = "CON", _("Advises")
    REFERRER = "REF", _("Referred")
    PARTICIPATION = "PART", _("Took part")


class DischargeDisposition(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/discharge-disposition"""

    HOME = "home", pgettext_lazy("where", "Home")
    ALTERNATIVE_HOME = "alt-home", _("To another home")
    OTHER_HOSPITAL = "other-hcf", _("To another hospital")
    HOSPICE = "hosp", _("To a hospice")
    LONG_TERM = "long", _("To long-term care")
    AGAINST_ADVICE = "aadvice", _("Left against advice")
    DIED = "exp", _("Died")
    PSYCHIATRIC = "psy", _("To a psychiatric hospital")
    REHABILITATION = "rehab", _("To rehabilitation")
    NURSING = "snf", _("To a nursing home")
    OTHER = "oth", _("Other")


# --- Condition ------------------------------------------------------------------------------------------------
class ConditionClinicalStatus(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/condition-clinical. Empty only for what was entered in error (con-5)."""

    ACTIVE = "active", _("Active")
    RECURRENCE = "recurrence", _("Come back")
    RELAPSE = "relapse", _("Relapse")
    INACTIVE = "inactive", _("Inactive")
    REMISSION = "remission", _("In remission")
    RESOLVED = "resolved", _("Resolved")


OPEN_CONDITION: Final = (
    ConditionClinicalStatus.ACTIVE,
    ConditionClinicalStatus.RECURRENCE,
    ConditionClinicalStatus.RELAPSE,
)
# FHIR con-4: whatever has an end is one of these.
ENDED_CONDITION: Final = (
    ConditionClinicalStatus.INACTIVE,
    ConditionClinicalStatus.REMISSION,
    ConditionClinicalStatus.RESOLVED,
)


class ConditionVerificationStatus(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/condition-ver-status"""

    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    PROVISIONAL = "provisional", _("Working diagnosis")
    DIFFERENTIAL = "differential", _("One of several possible")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUTED = "refuted", _("Ruled out")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class ConditionCategory(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/condition-category and US Core's health-concern"""

    PROBLEM = "problem-list-item", _("Problem")
    ENCOUNTER_DIAGNOSIS = "encounter-diagnosis", _("Diagnosis of a visit")
    HEALTH_CONCERN = "health-concern", _("Health concern")


class Severity(models.TextChoices):
    """Told to other systems in SNOMED CT: 24484000 severe, 6736007 moderate, 255604002 mild."""

    MILD = "mild", _("Mild")
    MODERATE = "moderate", _("Moderate")
    SEVERE = "severe", _("Severe")


class Laterality(models.TextChoices):
    LEFT = "left", pgettext_lazy("side of the body", "Left")
    RIGHT = "right", pgettext_lazy("side of the body", "Right")
    BILATERAL = "bilateral", _("Both sides")


class DiagnosisUse(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/diagnosis-role (Encounter.diagnosis.use)"""

    CHIEF_COMPLAINT = "CC", _("Chief complaint")
    COMORBIDITY = "CM", _("Comorbidity")
    ADMISSION = "AD", _("At admission")
    DISCHARGE = "DD", _("At discharge")
    BILLING = "billing", _("For billing")


# --- Notes --------------------------------------------------------------------------------------------------------
class NoteStatus(models.TextChoices):
    """http://hl7.org/fhir/composition-status"""

    PRELIMINARY = "preliminary", _("Not signed")
    FINAL = "final", _("Signed")
    AMENDED = "amended", _("Signed, with addendum")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


SIGNED_NOTE: Final = (NoteStatus.FINAL, NoteStatus.AMENDED)


class NoteType(models.TextChoices):
    """LOINC document types (US Core clinical note types, and the nurse's note)."""

    PROGRESS = "11506-3", _("Visit note")
    CONSULT = "11488-4", _("Consultation")
    HISTORY_AND_PHYSICAL = "34117-2", _("History and examination")
    PROCEDURE = "28570-0", _("Procedure note")
    DISCHARGE_SUMMARY = "18842-5", _("Discharge summary")
    NURSE = "34746-8", _("Nursing note")


class NoteSection(models.TextChoices):
    """The parts of a note in their order on the page. Values are the model's columns."""

    REASON = "reason", _("Reason")
    SUBJECTIVE = "subjective", _("History")
    OBJECTIVE = "objective", _("Examination")
    ASSESSMENT = "assessment", _("Assessment")
    PLAN = "plan", _("Plan")


class AddendumStatus(models.TextChoices):
    FINAL = "final", _("Signed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class SignatureState(models.TextChoices):
    UNSIGNED = "unsigned", _("Not signed")
    VALID = "valid", _("Signed")
    BROKEN = "broken", _("Signature does not match")


# --- Procedures and immunisations -----------------------------------------------------------------------------------
class EventStatus(models.TextChoices):
    """http://hl7.org/fhir/event-status (Procedure.status)"""

    PREPARATION = "preparation", _("Being prepared")
    IN_PROGRESS = "in-progress", _("In progress")
    NOT_DONE = "not-done", _("Not done")
    ON_HOLD = "on-hold", _("On hold")
    STOPPED = "stopped", _("Stopped")
    COMPLETED = "completed", _("Done")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


class ImmunizationStatus(models.TextChoices):
    """http://hl7.org/fhir/event-status, the three that Immunization allows"""

    COMPLETED = "completed", _("Given")
    NOT_DONE = "not-done", _("Not given")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


# --- Plans ------------------------------------------------------------------------------------------------------------
class RequestStatus(models.TextChoices):
    """http://hl7.org/fhir/request-status (CarePlan.status)"""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on-hold", _("On hold")
    REVOKED = "revoked", _("Revoked")
    COMPLETED = "completed", _("Completed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Not known")


class CarePlanIntent(models.TextChoices):
    """http://hl7.org/fhir/request-intent, the four that CarePlan allows"""

    PROPOSAL = "proposal", _("Proposal")
    PLAN = "plan", _("Plan")
    ORDER = "order", _("Order")
    OPTION = "option", _("Option")


class ActivityStatus(models.TextChoices):
    """http://hl7.org/fhir/care-plan-activity-status"""

    NOT_STARTED = "not-started", _("Not started")
    SCHEDULED = "scheduled", _("Scheduled")
    IN_PROGRESS = "in-progress", _("In progress")
    ON_HOLD = "on-hold", _("On hold")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    STOPPED = "stopped", _("Stopped")
    UNKNOWN = "unknown", _("Not known")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class CareTeamStatus(models.TextChoices):
    """http://hl7.org/fhir/care-team-status"""

    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    INACTIVE = "inactive", _("Ended")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class GoalStatus(models.TextChoices):
    """http://hl7.org/fhir/goal-status (Goal.lifecycleStatus)"""

    PROPOSED = "proposed", _("Proposed")
    PLANNED = "planned", _("Planned")
    ACCEPTED = "accepted", _("Accepted")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on-hold", _("On hold")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    REJECTED = "rejected", _("Rejected")


class GoalAchievement(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/goal-achievement"""

    IN_PROGRESS = "in-progress", _("In progress")
    IMPROVING = "improving", _("Improving")
    WORSENING = "worsening", _("Worsening")
    NO_CHANGE = "no-change", _("No change")
    ACHIEVED = "achieved", _("Achieved")
    SUSTAINING = "sustaining", _("Sustained")
    NOT_ACHIEVED = "not-achieved", _("Not achieved")
    NO_PROGRESS = "no-progress", _("No progress")
    NOT_ATTAINABLE = "not-attainable", _("Can't be reached")
