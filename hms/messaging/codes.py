"""What may be said in this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How somebody is told."""

    IN_APP = "in-app", _("Here")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class NoticeKind(models.TextChoices):
    """What somebody is told about; each can be switched off by channel, but for `ALWAYS`."""

    APPOINTMENT = "appointment", _("Visits booked, moved or cancelled")
    REMINDER = "reminder", _("Reminders of visits")
    RESULT = "result", _("New results and documents")
    BILLING = "billing", _("Invoices and payments")
    WORK = "work", _("Work waiting for me")
    ACCOUNT = "account", _("Sign-in and security")


# Nobody can switch off the mail that says somebody else changed the password.
ALWAYS = frozenset({NoticeKind.ACCOUNT})
# What may wait until the morning. A confirmation answers somebody who is awake.
CAN_WAIT = frozenset({NoticeKind.REMINDER, NoticeKind.BILLING, NoticeKind.RESULT})


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Handed over")
    FAILED = "failed", _("Could not be delivered")
    WITHHELD = "withheld", _("Not sent on purpose")


class Reason(models.TextChoices):
    """Why a delivery was withheld or failed."""

    OPTED_OUT = "opted-out", _("The person does not want messages of this kind")
    DECEASED = "deceased", _("The patient has died")
    NO_ADDRESS = "no-address", _("No address of this kind is on file")
    ADDRESS_REFUSED = "address-refused", _("The address was refused")
    CARRIER_DOWN = "carrier-down", _("The mail or message service did not answer")
    NO_CARRIER = "no-carrier", _("No mail or message service is set up")


class AttemptOutcome(models.TextChoices):
    SENT = "sent", _("Handed over")
    TRY_LATER = "try-later", _("Not now")
    FAILED = "failed", _("Refused")


class Resolution(models.TextChoices):
    """What a member of staff did about a message that did not arrive."""

    PHONED = "phoned", _("Told by telephone")
    POSTED = "posted", _("Sent by post")
    CORRECTED = "corrected", _("Address put right, sent again")
    NOT_NEEDED = "not-needed", _("No longer needed")
