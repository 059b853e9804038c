"""What may be said in this room, spelled as FHIR R4 spells it wherever FHIR has a word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NameOrder(models.TextChoices):
    """Which part of a person's name comes first where this facility prints it."""

    GIVEN_FAMILY = "given-family", _("Given name first")
    FAMILY_GIVEN = "family-given", _("Family name first")


class Paper(models.TextChoices):
    """The sheet in this facility's printers."""

    A4 = "a4", _("A4")
    LETTER = "letter", _("Letter")


class LocationStatus(models.TextChoices):
    """http://hl7.org/fhir/location-status"""

    ACTIVE = "active", _("In use")
    SUSPENDED = "suspended", _("Closed for now")
    INACTIVE = "inactive", _("Retired")


class LocationKind(models.TextChoices):
    """http://terminology.hl7.org/CodeSystem/location-physical-type (Location.physicalType)"""

    ROOM = "ro", _("Room")
    WARD = "wa", _("Ward")
    AREA = "area", _("Area")
    BUILDING = "bu", _("Building")
    WING = "wi", _("Wing")
    LEVEL = "lvl", _("Floor")
    SITE = "si", _("Site")
    VEHICLE = "ve", _("Vehicle")
    VIRTUAL = "vi", _("Virtual")


class DeviceStatus(models.TextChoices):
    """http://hl7.org/fhir/device-status"""

    ACTIVE = "active", _("In use")
    INACTIVE = "inactive", _("Out of use")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class RoleCode(models.TextChoices):
    """What a practitioner does for a department (PractitionerRole.code).

    doctor, nurse and pharmacist are http://terminology.hl7.org/CodeSystem/practitioner-role; the
    rest are ours, because that system has no word for them.
    """

    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    PHARMACIST = "pharmacist", _("Pharmacist")
    LABORATORY = "laboratory", _("Laboratory scientist")
    THERAPIST = "therapist", _("Therapist")
    DENTIST = "dentist", _("Dentist")
    MIDWIFE = "midwife", _("Midwife")


class Gender(models.TextChoices):
    """http://hl7.org/fhir/administrative-gender, asked because patients choose their doctor by it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not recorded")


class QualificationKind(models.TextChoices):
    """Why a line stands under Practitioner.qualification."""

    DEGREE = "degree", _("Degree")
    SPECIALTY = "specialty", _("Specialist certificate")
    CERTIFICATE = "certificate", _("Certificate")


class PolicyType(models.TextChoices):
    """Which value column of a policy is filled."""

    INTEGER = "integer", _("Number")
    DECIMAL = "decimal", _("Decimal number")
    BOOLEAN = "boolean", _("Yes or no")
    TEXT = "text", _("Words")
    TIME = "time", _("Time of day")
    DURATION = "duration", _("Length of time")


class Specialty(models.TextChoices):
    """Fields of medicine a department or practitioner works in.

    Plain words of our own: the usual FHIR value set is SNOMED CT, which needs a licence.
    """

    GENERAL_PRACTICE = "general-practice", _("General practice")
    INTERNAL_MEDICINE = "internal-medicine", _("Internal medicine")
    EMERGENCY_MEDICINE = "emergency-medicine", _("Emergency medicine")
    CARDIOLOGY = "cardiology", _("Cardiology")
    PULMONOLOGY = "pulmonology", _("Lung medicine")
    GASTROENTEROLOGY = "gastroenterology", _("Gastroenterology")
    NEPHROLOGY = "nephrology", _("Kidney medicine")
    ENDOCRINOLOGY = "endocrinology", _("Endocrinology and diabetes")
    RHEUMATOLOGY = "rheumatology", _("Rheumatology")
    HAEMATOLOGY = "haematology", _("Haematology")
    ONCOLOGY = "oncology", _("Oncology")
    INFECTIOUS_DISEASES = "infectious-diseases", _("Infectious diseases")
    NEUROLOGY = "neurology", _("Neurology")
    PSYCHIATRY = "psychiatry", _("Psychiatry")
    PAEDIATRICS = "paediatrics", _("Paediatrics")
    GERIATRICS = "geriatrics", _("Medicine for older people")
    DERMATOLOGY = "dermatology", _("Dermatology")
    SURGERY = "surgery", _("General surgery")
    ORTHOPAEDICS = "orthopaedics", _("Orthopaedics and trauma")
    UROLOGY = "urology", _("Urology")
    OBSTETRICS = "obstetrics", _("Obstetrics and gynaecology")
    OPHTHALMOLOGY = "ophthalmology", _("Eye medicine")
    OTOLARYNGOLOGY = "otolaryngology", _("Ear, nose and throat")
    ANAESTHESIOLOGY = "anaesthesiology", _("Anaesthesia and intensive care")
    RADIOLOGY = "radiology", _("Radiology")
    LABORATORY_MEDICINE = "laboratory-medicine", _("Laboratory medicine")
    PHARMACY = "pharmacy", _("Pharmacy")
    PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")
    DENTISTRY = "dentistry", _("Dentistry")
