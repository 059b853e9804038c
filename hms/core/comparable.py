"""Instants in the form in which an engine hands over many of them fastest, and in which they can still be compared.

SQLite keeps instants as text, PostgreSQL's become numbers cheaply; to make a datetime of each takes several times as
long as reading them. Who asks for thousands in order to join or count them, compares first and converts what is left.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Field, Func

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Comparable(Func):
    """A column of instants as text (SQLite) or microseconds (PostgreSQL): smaller is earlier."""

    arity = 1
    # Of no kind that Django would convert: what comes is handed on as it is.
    output_field = Field()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) * 1000000 AS BIGINT)"
        return self.as_sql(compiler, connection, template=template, **context)


def instant(value: str | int) -> datetime:
    """The datetime that a compared value stands for."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return _EPOCH + timedelta(microseconds=value)
