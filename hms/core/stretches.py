"""Stretches of time in the form in which an engine hands over many of them fastest, and in which they can be compared.

SQLite keeps instants as text, PostgreSQL makes numbers of them cheaply; a row for each, and a datetime for each end,
take several times as long as reading them. Who asks for thousands in order to join or count them gets one text for
each group, compares, and converts what is left.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, TextField

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stretches(Aggregate):
    """All stretches of a group, from one column of instants to another, as a text for `joined`."""

    arity = 2
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        start, end = self.get_source_expressions()[:2]
        template = "GROUP_CONCAT(%(start)s || '/' || %(end)s)"
        return self._of(compiler, template, "%s", start, end)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        start, end = self.get_source_expressions()[:2]
        # Microseconds have sixteen digits from 2001 to 2286: as text they compare as they do as numbers.
        number = "CAST(CAST(EXTRACT(EPOCH FROM %s) * 1000000 AS BIGINT) AS TEXT)"
        return self._of(compiler, "STRING_AGG(%(start)s || '/' || %(end)s, ',')", number, start, end)

    def _of(self, compiler: Any, template: str, each: str, start: Any, end: Any) -> Any:
        (first, of_first), (last, of_last) = compiler.compile(start), compiler.compile(end)
        return template % {"start": each % first, "end": each % last}, [*of_first, *of_last]


def joined(text: str) -> tuple[list[datetime], list[datetime]]:
    """Starts and ends of what a text of stretches covers, in order: those that touch or overlap are one."""
    starts, ends, last = list[str](), list[str](), ""
    for stretch in sorted(text.split(",")):
        start, end = stretch.split("/")
        if start > last:
            starts.append(start)
            ends.append(end)
            last = end
        elif end > last:
            ends[-1] = last = end
    return [*map(_instant, starts)], [*map(_instant, ends)]


@lru_cache(maxsize=65536)
def _instant(value: str) -> datetime:
    """The datetime a compared value stands for. Many begin and end at the same times."""
    if value.isdecimal():
        return _EPOCH + timedelta(microseconds=int(value))
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
