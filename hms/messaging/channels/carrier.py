"""What every carrier is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from hms.messaging.codes import Channel, Reason


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. Its id is the same at every attempt, so the other side can drop the second of two."""

    id: uuid.UUID
    recipient: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()


class TryLater(Exception):
    """The carrier can't be reached at the moment. `args[0]`: a short code for the log."""


class Undeliverable(Exception):
    """The carrier refuses this message for good. `reason` is a codes.Reason."""

    def __init__(self, reason: str = Reason.ADDRESS_REFUSED, error: str = "") -> None:
        self.reason = reason
        self.error = error
        super().__init__(error or reason)


class Carrier(Protocol):
    name: str

    def send(self, letter: Letter) -> str:
        """Hand the letter over; return the carrier's receipt."""


def carrier_for(channel: str) -> Carrier:
    """The carrier that settings name for a channel."""
    from hms.messaging.channels import email, sms

    return email.carrier() if channel == Channel.EMAIL else sms.carrier()
