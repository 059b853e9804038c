"""Locks on scarce things, taken in one order so that nobody waits in a circle.

The exclusion constraint decides who gets a time, but alone it deadlocks: 50 connections on one time gave
49 deadlocks in 250 tries. With these locks first, everybody but one is refused cleanly.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection


def lock_actors(ids: Iterable[uuid.UUID]) -> None:
    """Hold the practitioners, patients, rooms and devices of these ids until the transaction ends.

    SQLite has one writer at a time and every deed begins by becoming it, so nothing is left to lock there.
    """
    if connection.vendor != "postgresql":
        return
    if not connection.in_atomic_block:
        raise RuntimeError("lock_actors() holds until the transaction ends, so it needs one.")
    # 64 bits of the id: two ids that share them merely wait for each other.
    keys = sorted({(one.int & (2**64 - 1)) - 2**63 for one in ids})
    if keys:
        with connection.cursor() as cursor:
            # unnest keeps the order of the array, so the locks are taken in the order of the keys.
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted(key, n)",
                [keys],
            )
