"""What may be said in this room, spelled as FHIR R4 and HL7 v3 spell it wherever they have a word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


# --- The person ---------------------------------------------------------------------------------------------
class AdministrativeGender(models.TextChoices):
    """http://hl7.org/fhir/administrative-gender (Patient.gender): what papers say."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class SexForClinicalUse(models.TextChoices):
    """Which reference ranges and dose rules fit this body (HL7 Gender Harmony, Sex Parameter for Clinical Use)."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    SPECIFIED = "specified", _("See note")
    UNKNOWN = "unknown", _("Not known")


class GenderIdentity(models.TextChoices):
    """Who the person says they are (HL7 Gender Harmony)."""

    FEMALE = "female", _("Woman or girl")
    MALE = "male", _("Man or boy")
    NON_BINARY = "non-binary", _("Non-binary")
    OTHER = "other", _("Other")
    ASKED_DECLINED = "asked-declined", _("Prefers not to say")


class MaritalStatus(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"""

    MARRIED = "M", _("Married")
    NEVER_MARRIED = "S", _("Never married")
    DIVORCED = "D", _("Divorced")
    SEPARATED = "L", _("Legally separated")
    WIDOWED = "W", _("Widowed")
    PARTNER = "T", _("Domestic partner")
    UNKNOWN = "UNK", _("Not known")


class Restriction(models.TextChoices):
    """Why a person's record is kept closer than others."""

    NONE = "", _("Not restricted")
    VIP = "vip", _("Public person")
    STAFF = "staff", _("Works here")
    SENSITIVE = "sensitive", _("At risk if found")


class NameUse(models.TextChoices):
    """http://hl7.org/fhir/name-use"""

    USUAL = "usual", _("Name to use")
    OFFICIAL = "official", _("Official name")
    TEMP = "temp", _("Temporary name")
    NICKNAME = "nickname", _("Nickname")
    ANONYMOUS = "anonymous", _("Alias")
    OLD = "old", _("Former name")
    MAIDEN = "maiden", _("Name before marriage")


class ContactSystem(models.TextChoices):
    """http://hl7.org/fhir/contact-point-system, as far as a hospital uses it"""

    PHONE = "phone", _("Telephone")
    SMS = "sms", _("Mobile, text messages")
    EMAIL = "email", _("E-mail")
    FAX = "fax", _("Fax")
    OTHER = "other", _("Other")


class ContactUse(models.TextChoices):
    """http://hl7.org/fhir/contact-point-use"""

    HOME = "home", pgettext_lazy("where", "Home")
    WORK = "work", _("Work")
    MOBILE = "mobile", _("Mobile")
    TEMP = "temp", _("For the time being")
    OLD = "old", _("No longer in use")


class AddressUse(models.TextChoices):
    """http://hl7.org/fhir/address-use"""

    HOME = "home", pgettext_lazy("where", "Home")
    WORK = "work", _("Work")
    TEMP = "temp", _("For the time being")
    BILLING = "billing", _("For invoices")
    OLD = "old", _("Former address")


class IdentifierUse(models.TextChoices):
    """http://hl7.org/fhir/identifier-use"""

    USUAL = "usual", _("Usual")
    OFFICIAL = "official", _("Official")
    TEMP = "temp", _("Temporary")
    SECONDARY = "secondary", _("Secondary")
    OLD = "old", _("No longer valid")


class IdentifierType(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v2-0203, the types a front desk meets"""

    NATIONAL = "NI", _("National identity number")
    SOCIAL_SECURITY = "SS", _("Social security number")
    PASSPORT = "PPN", _("Passport")
    DRIVING_LICENCE = "DL", _("Driving licence")
    INSURANCE_CARD = "HC", _("Health card")
    MEDICAL_RECORD = "MR", _("Record number elsewhere")
    RESOURCE = "RI", _("Id in another system")
    OTHER = "U", _("Other")


# --- Relatives, proxies and who treats ------------------------------------------------------------------------
class RelatedKind(models.TextChoices):
    """What somebody is to the record. A blocked person is refused whatever else speaks for them."""

    GUARDIAN = "guardian", _("Guardian")
    PROXY = "proxy", _("Proxy chosen by the patient")
    EMERGENCY_CONTACT = "emergency-contact", _("Emergency contact")
    NEXT_OF_KIN = "next-of-kin", _("Next of kin")
    BLOCKED = "blocked", _("Must not have access")


class Relationship(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/v3-RoleCode"""

    MOTHER = "MTH", _("Mother")
    FATHER = "FTH", _("Father")
    PARENT = "PRN", _("Parent")
    CHILD = "CHILD", _("Child")
    SPOUSE = "SPS", _("Husband or wife")
    PARTNER = "DOMPART", _("Partner")
    SIBLING = "SIB", _("Brother or sister")
    GRANDPARENT = "GRPRN", _("Grandparent")
    LEGAL_GUARDIAN = "GUARD", _("Legal guardian")
    POWER_OF_ATTORNEY = "POWATT", _("Holds power of attorney")
    FRIEND = "FRND", _("Friend")
    NEIGHBOUR = "NBOR", _("Neighbour")
    OTHER = "O", _("Other")


class Scope(models.TextChoices):
    """What a guardian or proxy may do in the patient's name."""

    VIEW = "view", _("See the record")
    BOOK = "book", _("Book and cancel visits")
    MESSAGE = "message", _("Write messages")
    PAY = "pay", _("Pay invoices")


class RelatedStatus(models.TextChoices):
    ACTIVE = "active", _("In force")
    ENDED = "ended", _("Ended")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class CareKind(models.TextChoices):
    """Why a practitioner or department is related to a patient."""

    APPOINTMENT = "appointment", _("Appointment")
    ENCOUNTER = "encounter", _("Visit")
    STAY = "stay", _("Stay on a ward")
    ORDER = "order", _("Order")
    REFERRAL = "referral", _("Referral")
    PRESCRIPTION = "prescription", _("Prescription")
    PANEL = "panel", _("Own doctor")
    IMPORT = "import", _("Earlier care, imported")


class GlassReason(models.TextChoices):
    EMERGENCY = "emergency", _("Emergency treatment")
    ON_CALL = "on-call", _("On call for a colleague")
    ADVICE = "advice", _("Asked for advice by the treating team")
    PATIENT_ASKED = "patient-asked", _("The patient asked me")
    OTHER = "other", _("Other reason")


class GlassOutcome(models.TextChoices):
    JUSTIFIED = "justified", _("Justified")
    QUESTIONED = "questioned", _("Ask the person")
    BREACH = "breach", _("Not justified: case opened")


# --- Safety facts ------------------------------------------------------------------------------------------------
class AllergyClinicalStatus(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    RESOLVED = "resolved", _("Resolved")


class AllergyVerificationStatus(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"""

    UNCONFIRMED = "unconfirmed", _("Reported, not confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUTED = "refuted", _("Refuted")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class AllergyType(models.TextChoices):
    """http://hl7.org/fhir/allergy-intolerance-type"""

    ALLERGY = "allergy", _("Allergy")
    INTOLERANCE = "intolerance", _("Intolerance")


class AllergyCategory(models.TextChoices):
    """http://hl7.org/fhir/allergy-intolerance-category"""

    MEDICATION = "medication", _("Medicine")
    FOOD = "food", _("Food")
    ENVIRONMENT = "environment", _("Environment")
    BIOLOGIC = "biologic", _("Biologic")


class AllergyCriticality(models.TextChoices):
    """http://hl7.org/fhir/allergy-intolerance-criticality"""

    LOW = "low", _("Low risk")
    HIGH = "high", _("High risk")
    UNABLE_TO_ASSESS = "unable-to-assess", _("Risk not known")


class ReactionSeverity(models.TextChoices):
    """http://hl7.org/fhir/reaction-event-severity"""

    MILD = "mild", _("mild")
    MODERATE = "moderate", _("moderate")
    SEVERE = "severe", _("severe")


class AllergyStatement(models.TextChoices):
    """What can be said of allergies where there is no list. Nothing said is 'not recorded', which is not 'none'."""

    NONE_KNOWN = "no-known-allergies", _("No known allergies")
    NO_DRUG_ALLERGIES = "no-known-drug-allergies", _("No known allergies to medicines")
    UNABLE_TO_ASK = "unable-to-ask", _("Could not be asked yet")


class FlagCode(models.TextChoices):
    FALL_RISK = "fall-risk", _("Fall risk")
    ISOLATION = "isolation", _("Isolation")
    PRESSURE_ULCER = "pressure-ulcer", _("Pressure ulcer risk")
    SEIZURES = "seizures", _("Seizures")
    DIFFICULT_AIRWAY = "difficult-airway", _("Difficult airway")
    BLEEDING_RISK = "bleeding-risk", _("Bleeding risk")
    IMPLANT = "implant", _("Implant, check before imaging")
    HEARING = "hearing", _("Hard of hearing")
    SIGHT = "sight", _("Low vision")
    COMMUNICATION = "communication", _("Needs help to communicate")
    ADVANCE_DIRECTIVE = "advance-directive", _("Advance directive on file")
    AGGRESSION = "aggression", _("Has been violent")
    SAFEGUARDING = "safeguarding", _("Safeguarding")
    NAME_ALERT = "name-alert", _("Same or similar name")
    OTHER = "other", _("Other alert")


class FlagCategory(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/flag-category"""

    SAFETY = "safety", _("Safety")
    CLINICAL = "clinical", _("Clinical")
    BEHAVIORAL = "behavioral", _("Behaviour")
    ADMINISTRATIVE = "admin", _("Administrative")
    CONTACT = "contact", _("Contact")


class FlagStatus(models.TextChoices):
    """http://hl7.org/fhir/flag-status"""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Ended")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


# --- Coverage ------------------------------------------------------------------------------------------------------
class CoverageStatus(models.TextChoices):
    """http://hl7.org/fhir/fm-status"""

    ACTIVE = "active", _("Active")
    CANCELLED = "cancelled", _("Cancelled")
    DRAFT = "draft", _("Not checked yet")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class CoverageKind(models.TextChoices):
    PUBLIC = "public", _("Public insurance")
    PRIVATE = "private", _("Private insurance")
    ACCIDENT = "accident", _("Accident or employer")
    SELF_PAY = "self-pay", _("Pays themselves")
    OTHER = "other", _("Other")


class SubscriberRelationship(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/subscriber-relationship"""

    SELF = "self", _("The patient")
    SPOUSE = "spouse", _("Husband or wife")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    OTHER = "other", _("Somebody else")


class DuplicateVerdict(models.TextChoices):
    DIFFERENT = "different", _("Different people")
    UNSURE = "unsure", _("To be looked at")
    SAME = "same", _("The same person")
