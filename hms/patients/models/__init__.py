"""The tables of this room."""

from hms.patients.models.access import CareRelationship, GlassBreak
from hms.patients.models.contact import Address, ContactPoint, PatientIdentifier
from hms.patients.models.coverage import Coverage
from hms.patients.models.index import SearchKey, SearchName
from hms.patients.models.patient import Patient, PatientName, PatientQuerySet, PrivacySettings
from hms.patients.models.relatives import DuplicateDecision, RelatedPerson
from hms.patients.models.safety import AllergyIntolerance, AllergyReaction, AllergyStatus, Flag

__all__ = [
    "Address",
    "AllergyIntolerance",
    "AllergyReaction",
    "AllergyStatus",
    "CareRelationship",
    "ContactPoint",
    "Coverage",
    "DuplicateDecision",
    "Flag",
    "GlassBreak",
    "Patient",
    "PatientIdentifier",
    "PatientName",
    "PatientQuerySet",
    "PrivacySettings",
    "RelatedPerson",
    "SearchKey",
    "SearchName",
]
