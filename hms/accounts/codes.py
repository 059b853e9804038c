"""The words this room uses for duties, grants, and the ends of sessions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    """What somebody is here to do. Duties add up; PATIENT is the duty of whoever uses the portal."""

    ADMINISTRATOR = "administrator", _("Administrator")
    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    FRONT_DESK = "front-desk", _("Front desk")
    LABORATORY = "laboratory", _("Laboratory and imaging")
    PHARMACIST = "pharmacist", _("Pharmacist")
    BILLING = "billing", _("Billing")
    PRIVACY_OFFICER = "privacy-officer", _("Privacy officer")
    INTEGRATION_ANALYST = "integration-analyst", _("Integration analyst")
    PATIENT = "patient", _("Patient")


STAFF_DUTIES = frozenset(Duty) - {Duty.PATIENT}


class Role(models.TextChoices):
    """Which of two hats a signed-in person wears at the moment: the hospital's or their own."""

    STAFF = "staff", _("Staff")
    PATIENT = "patient", _("Patient")


class GrantStatus(models.TextChoices):
    PENDING = "pending", _("Waits for a second person")
    ACTIVE = "active", _("In force")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SessionEnd(models.TextChoices):
    SIGNED_OUT = "signed-out", _("Signed out")
    IDLE = "idle", _("Not used for a while")
    ABSOLUTE = "absolute", _("Reached its longest time")
    REVOKED = "revoked", _("Ended by its owner")
    SECURITY = "security", _("Ended by a change of password or access")
    SWITCHED = "switched", _("Handed over to a colleague")


class Density(models.TextChoices):
    BY_ROLE = "", _("As usual for my role")
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")
