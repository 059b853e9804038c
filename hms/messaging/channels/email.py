"""E-mail: by SMTP, or for a try-out into a folder or onto the console."""

from __future__ import annotations

import smtplib
import sys
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from hms.messaging.channels.carrier import Carrier, Letter, TryLater, Undeliverable
from hms.messaging.codes import Reason

_TIMEOUT: Final = 20


def carrier() -> Carrier:
    """The carrier of settings.CARRIER_EMAIL: "file", "console", "none", or smtp://user:password@host:587."""
    wanted: str = settings.CARRIER_EMAIL
    if wanted.startswith(("smtp://", "smtps://")):
        return Smtp(wanted)
    # A folder or a terminal full of patients' mail is for try-outs only.
    if settings.PRODUCTION or wanted not in {"file", "console"}:
        return Nobody()
    return Folder() if wanted == "file" else Console()


def message(letter: Letter) -> EmailMessage:
    """The letter as a mail: our own Message-ID, and a word to robots not to answer."""
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=sender,
        to=[letter.recipient],
        headers={"Message-ID": f"<{letter.id}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    for attachment in letter.attachments:
        mail.attach(attachment.name, attachment.content, attachment.content_type)
    return mail


class Smtp:
    """A mail server: TLS from the first byte with smtps://, else by STARTTLS; ?tls=off only on this machine."""

    name = "smtp"

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        implicit = parts.scheme == "smtps"
        plain = options.get("tls") == "off" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        self._options: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or (465 if implicit else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": implicit,
            "use_tls": not implicit and not plain,
            "timeout": _TIMEOUT,
        }

    def send(self, letter: Letter) -> str:
        mail = message(letter)
        try:
            EmailBackend(**self._options, fail_silently=False).send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (0, b""))[0]
            if 400 <= code < 500:
                raise TryLater(f"smtp-{code}") from error
            raise Undeliverable(Reason.ADDRESS_REFUSED, f"smtp-{code}") from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise Undeliverable(Reason.ADDRESS_REFUSED, f"smtp-{error.smtp_code}") from error
            raise TryLater(f"smtp-{error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(type(error).__name__) from error
        except ValueError as error:
            # No address at all, as records from elsewhere may hold: no carrier would take it, now or later.
            raise Undeliverable(Reason.ADDRESS_REFUSED, type(error).__name__) from error
        return str(mail.extra_headers["Message-ID"])


class Folder:
    """Writes each mail into DATA_DIR/mail, for the demo and for tests."""

    name = "file"

    def send(self, letter: Letter) -> str:
        folder = settings.DATA_DIR / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{letter.id}.eml"
        path.write_bytes(message(letter).message().as_bytes())
        return path.name


class Console:
    """Prints each mail, for development."""

    name = "console"

    def send(self, letter: Letter) -> str:
        sys.stdout.write(message(letter).message().as_string() + "\n" + "-" * 79 + "\n")
        sys.stdout.flush()
        return "console"


class Nobody:
    """No mail server is set up: every mail becomes a task for the staff rather than a silent loss."""

    name = "none"

    def send(self, letter: Letter) -> str:
        raise Undeliverable(Reason.NO_CARRIER)
