"""Ids of slots that say what they are: nothing is stored for a free time, and every door names it alike.

FHIR R4 allows 64 characters of A-Z a-z 0-9 - . in an id; two UUIDs in base 32, the start and one letter take 62.
"""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

_LETTERS = {"ROUTINE": "r", "FOLLOWUP": "f", "CHECKUP": "c", "WALKIN": "w", "EMERGENCY": "e"}
_TYPES = {letter: name for name, letter in _LETTERS.items()}
_SHAPE = re.compile(r"([a-z2-7]{26})\.([a-z2-7]{26})\.([0-9a-f]{7})\.([rfcwe])")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a schedule for a type of visit. Whether it is free is another question."""

    schedule: uuid.UUID
    service: uuid.UUID
    start: datetime
    appointment_type: str

    def __str__(self) -> str:
        minutes = int(self.start.timestamp()) // 60
        return f"{_short(self.schedule)}.{_short(self.service)}.{minutes:07x}.{_LETTERS[self.appointment_type]}"


def parse(text: str) -> Slot | None:
    """The slot an id speaks of, or None for anything that is no such id."""
    if not (found := _SHAPE.fullmatch(text)):
        return None
    schedule, service, minutes, letter = found.groups()
    start = datetime.fromtimestamp(int(minutes, 16) * 60, UTC)
    return Slot(_long(schedule), _long(service), start, _TYPES[letter])


def _short(id: uuid.UUID) -> str:
    return base64.b32encode(id.bytes).decode().rstrip("=").lower()


def _long(text: str) -> uuid.UUID:
    return uuid.UUID(bytes=base64.b32decode(text.upper() + "======"))
