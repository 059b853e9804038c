"""What the hospital consists of, split by noun."""

from hms.organization.models.department import Department, Device, Location
from hms.organization.models.facility import ClosedDay, ExternalOrganization, Facility, Letterhead
from hms.organization.models.policy import Policy
from hms.organization.models.practitioner import (
    Practitioner,
    PractitionerIdentifier,
    PractitionerLanguage,
    PractitionerQualification,
    PractitionerRole,
)
from hms.organization.models.wording import Wording

__all__ = [
    "ClosedDay",
    "Department",
    "Device",
    "ExternalOrganization",
    "Facility",
    "Letterhead",
    "Location",
    "Policy",
    "Practitioner",
    "PractitionerIdentifier",
    "PractitionerLanguage",
    "PractitionerQualification",
    "PractitionerRole",
    "Wording",
]
