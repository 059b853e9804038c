"""One consistent view of the data for a chart, an export, a report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside sees the database at one moment. Writing inside is an error.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a deferred transaction, which reads from the
    write-ahead log as it stood at the first read and holds no writer up. Inside a transaction that is
    already open (an action, a test) the reads simply join it.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Not atomic(): that would begin IMMEDIATE and queue up behind the writer.
            cursor.execute("BEGIN DEFERRED")
            try:
                cursor.execute("PRAGMA query_only=ON")
                yield
            finally:
                cursor.execute("PRAGMA query_only=OFF")
                cursor.execute("COMMIT")
