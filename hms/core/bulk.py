"""Many new rows of one table at once, as fast as the engine takes them.

`bulk_create` builds a statement of thousands of placeholders for every batch, which costs more than the database's
own work, triggers and history included. Here PostgreSQL gets COPY and SQLite one prepared statement. It's for actions
that register, import or load by the hundred; it refuses nothing, the tables' constraints and guards do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from hms.core.guards import quote

# Values of these types a field of that kind hands to the database as they are.
_AS_THEY_ARE: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "SmallIntegerField": int,
    "IntegerField": int,
    "BigIntegerField": int,
    "PositiveSmallIntegerField": int,
    "PositiveIntegerField": int,
}


def insert(rows: Iterable[models.Model]) -> None:
    """Write unsaved instances of one model, whose ids and defaults they bring along. Neither save() nor signals."""
    new = list(rows)
    if not new:
        return
    # Not the proxy called `connection`, which looks itself up for every value.
    connection = connections[DEFAULT_DB_ALIAS]
    meta = new[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    readers = [_reader(field, connection) for field in fields]
    values = ([read(row) for read in readers] for row in new)
    columns = ", ".join(quote(field.column) for field in fields)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy,
            ):
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", values)
    for row in new:
        row._state.adding, row._state.db = False, connection.alias


def _reader(field: Any, connection: Any) -> Callable[[models.Model], Any]:
    """What takes a column's value from an instance, ready for the database."""
    take = attrgetter(field.attname)
    if type(field).pre_save is not models.Field.pre_save:
        take = lambda row: field.pre_save(row, True)  # noqa: E731
    plain = _AS_THEY_ARE.get(field.get_internal_type())
    prepare = field.get_db_prep_save

    def read(row: models.Model) -> Any:
        value = take(row)
        return value if value is None or type(value) is plain else prepare(value, connection)

    return read
