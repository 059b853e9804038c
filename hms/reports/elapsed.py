"""Time between two columns, in the database's own arithmetic: Django's on SQLite calls Python for every row."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, Value
from django.db.models.functions import Greatest

MINUTE, DAY = 60, 24 * 60 * 60


class Seconds(Func):
    """Whole seconds from the second to the first instant; less than nothing where they stand the other way round."""

    arity = 2
    arg_joiner = " - "
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(ROUND((%(expressions)s) * 86400) AS INTEGER)"
        days = Func(*(Func(one, function="julianday") for one in self.source_expressions), arg_joiner=" - ")
        days.template, days.output_field = template, self.output_field
        return days.as_sql(compiler, connection)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(ROUND(EXTRACT(EPOCH FROM (%(expressions)s))) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template, **context)


def minutes(end: str, start: str) -> Any:
    """Whole minutes from `start` to `end`, both columns; none where it ends before it starts."""
    return Greatest(Seconds(end, start), Value(0)) / Value(MINUTE)


def days(end: str, start: str) -> Any:
    """Days of 24 hours, rounded; none where it ends before it starts."""
    return (Greatest(Seconds(end, start), Value(0)) + Value(DAY // 2)) / Value(DAY)
