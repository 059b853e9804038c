"""Strings that nobody writes by chance, and where they are found: as they are, and in the spellings of a database dump.

Run as a program inside a hospital it prints what is packed there and would hide them (sessions, the cache), and what
those may read who have the keys: there all of them must stand, or they were never planted.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

# All of them hold one of these; in small letters, as the search keeps words.
WORD, NUMBER = "zqcanary", "4930937118"
CONTROL = "Zqcontrolbird"


class Flock:
    """Gives out the strings and remembers which: a word for texts, and a telephone number that looks like one."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self._numbers = count(1)

    def text(self, where: str) -> str:
        self.planted[where] = f"{WORD}{next(self._numbers):04d}"
        return self.planted[where]

    def phone(self, where: str) -> str:
        self.planted[where] = f"+{NUMBER}{next(self._numbers):04d}"
        return self.planted[where]

    def email(self, where: str) -> str:
        self.planted[where] = f"{self.text(where)}@example.org"
        return self.planted[where]


def spellings(mark: str) -> dict[str, bytes]:
    """A string as a file may hold it, in small letters."""
    plain = mark.encode()
    found = {"as it is": plain, "in hexadecimal": plain.hex().encode(), "in two-byte letters": mark.encode("utf-16-le")}
    for offset in range(3):
        # Base64 goes by threes: cut off what depends on the neighbours.
        packed = base64.b64encode(bytes(offset) + plain)
        found[f"in base64 ({offset})"] = packed[(0, 2, 3)[offset] : len(packed) - 4].lower()
    return found


def found_in(name: str, content: bytes, *marks: str) -> Iterator[str]:
    """Where a string stands in some bytes, with what follows it, so that one sees which it is."""
    small = content.lower()
    for mark in marks:
        for spelling, bytes_ in spellings(mark.lower()).items():
            if (at := small.find(bytes_)) >= 0:
                yield f"{name}: {mark} {spelling}: {content[max(0, at - 60) : at + 60]!r}"


def found_in_files(files: list[Path], *marks: str) -> list[str]:
    return [one for path in files for one in found_in(path.name, path.read_bytes(), *marks)]


def unpacked() -> dict[str, object]:
    """What sessions say, and what lies in the cache."""
    from django.contrib.sessions.models import Session
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM core_cache")
        # NB: pickled; looked at as bytes and never loaded.
        kept = [base64.b64decode(value).decode("latin-1") for (value,) in cursor.fetchall()]
    return {"sessions": [one.get_decoded() for one in Session.objects.all()], "cache": kept}


def readable() -> list[str]:
    """Every encrypted text of every table, opened, and every file."""
    from django.apps import apps

    from hms.core.crypto import EncryptedBinaryField, EncryptedTextField
    from hms.documents.models import Blob

    found = [b"".join(one.read()).decode("latin-1") for one in Blob.objects.all()]
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedBinaryField)]
        texts = {name for name in names if isinstance(model._meta.get_field(name), EncryptedTextField)}
        for row in model._base_manager.all() if names else ():
            found += [str(text) for name in texts if (text := getattr(row, name))]
    return [one for one in found if WORD in one or NUMBER in one]


if __name__ == "__main__":
    import django

    django.setup()
    json.dump({"packed": unpacked(), "readable": readable()}, sys.stdout, default=str)
