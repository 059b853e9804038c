"""Many new rows of one table at once, as fast as the engine takes them.

`bulk_create` builds a statement of thousands of placeholders for every batch, which costs more than the database's
own work, triggers and history included. Here PostgreSQL gets COPY and SQLite one prepared statement. It's for actions
that register, import or load by the hundred; it refuses nothing, the tables' constraints and guards do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from hms.core.guards import quote

# Values of these types a field of that kind hands to the database as they are.
_AS_THEY_ARE: Final[dict[str, type]] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "SmallIntegerField": int,
    "IntegerField": int,
    "BigIntegerField": int,
    "PositiveSmallIntegerField": int,
    "PositiveIntegerField": int,
    "PositiveBigIntegerField": int,
}
# What says the time by itself when it is written.
_STAMPS: Final = ("auto_now", "auto_now_add")


def insert(rows: Iterable[models.Model]) -> None:
    """Write unsaved instances of one model, whose ids and defaults they bring along. Neither save() nor signals."""
    new = list(rows)
    if not new:
        return
    # Not the proxy called `connection`, which looks itself up for every value.
    connection = connections[DEFAULT_DB_ALIAS]
    meta = new[0]._meta
    fields: list[Any] = [field for field in meta.concrete_fields if not field.generated]
    # Column by column: what a kind of field needs is asked once, not once a value.
    values = list(zip(*(_column(field, new, connection) for field in fields), strict=True))
    columns = ", ".join(quote(field.column) for field in fields)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", values)
    for row in new:
        row._state.adding, row._state.db = False, connection.alias


def _column(field: Any, rows: Sequence[models.Model], connection: Any) -> list[Any]:
    """A column's values of all rows, ready for the database."""
    if _says_more_than_it_holds(field):
        values = [field.pre_save(row, True) for row in rows]
    else:
        # Past the descriptors: an unsaved row has everything in its own dictionary.
        name = field.attname
        values = [row.__dict__[name] for row in rows]
    if plain := _AS_THEY_ARE.get(field.get_internal_type()):
        if all(value is None or type(value) is plain for value in values):
            return values
    elif connection.vendor == "sqlite" and _is_uuid(field):
        return [value if value is None else _hex(value) for value in values]
    prepare = field.get_db_prep_save
    return [value if value is None or type(value) is plain else prepare(value, connection) for value in values]


def _says_more_than_it_holds(field: Any) -> bool:
    """Whether the value is made when it is written (encrypted, stamped), not when it is set."""
    if isinstance(field, models.DateField | models.TimeField):
        return any(getattr(field, stamp) for stamp in _STAMPS)
    return type(field).pre_save is not models.Field.pre_save


def _is_uuid(field: Any) -> bool:
    return isinstance(getattr(field, "target_field", field), models.UUIDField)


def _hex(value: Any) -> str:
    return value.hex if isinstance(value, uuid.UUID) else uuid.UUID(str(value)).hex
