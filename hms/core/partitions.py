"""Yearly partitions of what only grows: the trail and every history table. PostgreSQL only.

A default partition takes whatever has none yet, so a forgotten run of `make_partitions` loses nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db.backends.base.base import BaseDatabaseWrapper

from hms.core import clock
from hms.core.guards import POSTGRESQL, history_table, quote, records


def partitioned() -> dict[str, str]:
    """Table name → column it is partitioned by."""
    return {"core_auditevent": "at", **{history_table(model): "history_at" for model in records()}}


def make_partitions(connection: BaseDatabaseWrapper, years: int = 2) -> int:
    """Make the partitions of this year and the following ones that are still missing. Returns how many."""
    if connection.vendor != POSTGRESQL:
        return 0
    made = 0
    this_year = clock.now().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
        have = {name for (name,) in cursor.fetchall()}
        for table in partitioned():
            for year in range(this_year, this_year + years):
                name = f"{table}_y{year}"
                if name in have or table not in have or _rest_holds(cursor, table, year):
                    continue
                cursor.execute(
                    f"CREATE TABLE {quote(name)} PARTITION OF {quote(table)} "
                    f"FOR VALUES FROM ('{year}-01-01 00:00+00') TO ('{year + 1}-01-01 00:00+00')"
                )
                made += 1
    return made


def _rest_holds(cursor: object, table: str, year: int) -> bool:
    """Whether the default partition already took rows of that year; they stay there, readable as ever."""
    column = partitioned()[table]
    start, end = dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    cursor.execute(  # type: ignore[attr-defined]
        f"SELECT EXISTS (SELECT 1 FROM {quote(table + '_rest')} WHERE {quote(column)} >= %s AND {quote(column)} < %s)",
        [start, end],
    )
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]
