"""Text messages. Ours are for try-outs; a provider is one more class with `name` and `send`."""

from __future__ import annotations

import sys

from django.conf import settings

from hms.messaging.channels.carrier import Carrier, Letter, Undeliverable
from hms.messaging.codes import Reason


def carrier() -> Carrier:
    """The carrier of settings.CARRIER_SMS: "file", "console" or "none"."""
    wanted: str = getattr(settings, "CARRIER_SMS", "none")
    if settings.PRODUCTION or wanted not in {"file", "console"}:
        return Nobody()
    return Folder() if wanted == "file" else Console()


class Folder:
    """Writes each text message into DATA_DIR/sms."""

    name = "file"

    def send(self, letter: Letter) -> str:
        folder = settings.DATA_DIR / "sms"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{letter.id}.txt"
        path.write_text(f"{letter.recipient}\n{letter.body}", encoding="utf-8")
        return path.name


class Console:
    """Prints each text message, for development."""

    name = "console"

    def send(self, letter: Letter) -> str:
        sys.stdout.write(f"SMS to {letter.recipient}: {letter.body}\n")
        sys.stdout.flush()
        return "console"


class Nobody:
    """No provider is set up: every text message becomes a task for the staff."""

    name = "none"

    def send(self, letter: Letter) -> str:
        raise Undeliverable(Reason.NO_CARRIER)
