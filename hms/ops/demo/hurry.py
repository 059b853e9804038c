"""A load hospital is made from nothing and thrown away if its making is interrupted, so none of it needs care."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

# MEMORY: a batch can still be taken back, a power cut in the midst of it can't be survived.
_SQLITE: Final = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-400000")
_SQLITE_AGAIN: Final = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000")


@contextmanager
def hurried() -> Iterator[None]:
    """Write without waiting for the disk, and let Python look for garbage afterwards: half the time of a large load."""
    _set(_SQLITE, "SET synchronous_commit = off")
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _set(_SQLITE_AGAIN, "RESET synchronous_commit")


def _set(pragmas: tuple[str, ...], statement: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement)
            return
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
