"""What the demo hospital has put into the post: its carrier writes every e-mail into DATA_DIR/mail."""

from __future__ import annotations

import email
import email.policy
import time
from email.message import EmailMessage

from icalendar import Calendar

from tests.hospital import Hospital

PATIENCE = 20


def letter(hospital: Hospital, to: str, about: str) -> EmailMessage:
    """The letter to somebody whose subject says this; waits until the worker has sent it."""
    deadline = time.monotonic() + PATIENCE
    subjects: list[str] = []
    while time.monotonic() < deadline:
        found = [one for one in _letters(hospital) if one["To"] == to]
        subjects = [str(one["Subject"]) for one in found]
        for one in found:
            if about in str(one["Subject"]):
                return one
        time.sleep(0.2)
    raise AssertionError(f"No letter to {to} about “{about}”; there are: {subjects}")


def calendar_of(message: EmailMessage) -> Calendar:
    """The calendar file that hangs on a letter."""
    (attachment,) = [part for part in message.iter_attachments() if part.get_filename("").endswith(".ics")]
    return Calendar.from_ical(attachment.get_content())


def _letters(hospital: Hospital) -> list[EmailMessage]:
    found = []
    for path in (hospital.folder / "mail").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found
