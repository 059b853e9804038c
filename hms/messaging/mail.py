"""Django's mail, written to the outbox: it goes if and only if the deed that wrote it is committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from hms.core.actor import system
from hms.core.records import uuid7
from hms.messaging.actions import queue_mail
from hms.messaging.channels import Attachment


class OutboxBackend(BaseEmailBackend):
    """settings.EMAIL_BACKEND. One delivery for each recipient, so that nobody reads who else was written to."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        by = system("mail", "messaging.queue_mail")
        sent = 0
        for message in email_messages:
            attachments = [_attachment(part) for part in message.attachments]
            for recipient in message.recipients():
                queue_mail(
                    by=by,
                    recipient=recipient,
                    subject=str(message.subject),
                    body=str(message.body),
                    key=f"mail:{uuid7()}",
                    attachments=attachments,
                )
            sent += bool(message.recipients())
        return sent


def _attachment(part: Any) -> Attachment:
    name, content, content_type = part
    return Attachment(
        name=name or "attachment",
        content_type=content_type or "application/octet-stream",
        content=content if isinstance(content, bytes) else str(content).encode(),
    )
