"""What may be said in this room, spelled as FHIR R4 spells it wherever FHIR has a word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentStatus(models.TextChoices):
    """http://hl7.org/fhir/document-reference-status"""

    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Replaced")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class DocumentKind(models.TextChoices):
    """What a document is (DocumentReference.type): LOINC codes, so that a letter is one elsewhere too."""

    CLINICAL_NOTE = "34109-9", _("Clinical note")
    DISCHARGE_SUMMARY = "18842-5", _("Discharge summary")
    REFERRAL = "57133-1", _("Referral letter")
    LETTER = "68609-7", _("Letter")
    LABORATORY_REPORT = "11502-2", _("Laboratory report")
    IMAGING_REPORT = "18748-4", _("Imaging report")
    CONSENT = "59284-0", _("Consent")
    INSURANCE_CARD = "64290-0", _("Insurance document")
    IDENTIFICATION = "51852-2", _("Letter or form of the patient")
    ADMINISTRATIVE = "51851-4", _("Administrative document")


class BlobKind(models.TextChoices):
    """Why bytes are kept: decides how long, and who may ask for them."""

    DOCUMENT = "document", _("Document")
    ORIGINAL = "original", _("Original of an import")
    ATTACHMENT = "attachment", _("Attachment of a message")
