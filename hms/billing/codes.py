"""What may be said in this room, spelled as FHIR R4 spells it wherever FHIR has a word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChargeItemStatus(models.TextChoices):
    """http://hl7.org/fhir/chargeitem-status"""

    PLANNED = "planned", _("Planned")
    BILLABLE = "billable", _("To be billed")
    NOT_BILLABLE = "not-billable", _("Not billed")
    ABORTED = "aborted", _("Stopped")
    BILLED = "billed", _("Billed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
    UNKNOWN = "unknown", _("Unknown")


class InvoiceStatus(models.TextChoices):
    """http://hl7.org/fhir/invoice-status"""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("To be paid")
    BALANCED = "balanced", _("Paid")
    CANCELLED = "cancelled", _("Cancelled by a credit note")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit-note", _("Credit note")


class PaymentStatus(models.TextChoices):
    """http://hl7.org/fhir/fm-status, as far as a payment uses it"""

    ACTIVE = "active", _("Received")
    CANCELLED = "cancelled", _("Taken back")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    TRANSFER = "transfer", _("Bank transfer")


class Account(models.TextChoices):
    """The accounts of the ledger."""

    RECEIVABLE = "receivable", _("Owed by patients")
    REVENUE = "revenue", _("Revenue")
    TAX = "tax", _("Tax owed")
    CASH = "cash", _("Cash box")
    CARD = "card", _("Card payments")
    BANK = "bank", _("Bank")
    CREDIT = "credit", _("Owed to patients")


MONEY_ACCOUNT = {
    PaymentMethod.CASH: Account.CASH,
    PaymentMethod.CARD: Account.CARD,
    PaymentMethod.TRANSFER: Account.BANK,
}


class CreditReason(models.TextChoices):
    """Why an invoice is credited."""

    WRONG_SERVICE = "wrong-service", _("The service was not given, or another one")
    WRONG_PRICE = "wrong-price", _("The price was wrong")
    WRONG_PERSON = "wrong-person", _("It is another person's")
    GOODWILL = "goodwill", _("Goodwill")


class NotBillableReason(models.TextChoices):
    """Why a charge is not billed."""

    WAIVED = "waived", _("Waived")
    INCLUDED = "included", _("Included in another service")
    NOT_GIVEN = "not-given", _("The service was not given")


class StatementKind(models.TextChoices):
    """Which FHIR resource an imported statement was."""

    CLAIM = "Claim", _("Claim")
    EXPLANATION_OF_BENEFIT = "ExplanationOfBenefit", _("Explanation of benefit")


# The system of our own price codes.
PRICE_SYSTEM = "urn:hms:price"
# What a visit costs where its own kind has no price.
PLAIN_VISIT = "visit"
