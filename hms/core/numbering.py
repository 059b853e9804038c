"""Numbers without gaps, for invoices and receipts.

A sequence leaves a gap at every rollback, and gaps in invoice numbers are a tax offence in many countries.
A counter row, locked until the deed ends, does not.
"""

from __future__ import annotations

from django.db import connection

from hms.core.models import Counter


def next_number(series: str) -> int:
    """The next number of a series, held back from others until the transaction ends. Needs a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("A number taken outside a transaction leaves a gap when the deed fails.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Counter._meta.db_table} (series, value) VALUES (%s, 1) "
            f"ON CONFLICT (series) DO UPDATE SET value = {Counter._meta.db_table}.value + 1 RETURNING value",
            [series],
        )
        return int(cursor.fetchone()[0])
