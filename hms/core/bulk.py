"""New rows of one table at once, as fast as the engine takes them, few or many.

`save()` and `bulk_create` make their statement anew each time, which for one row costs more than the database's own
work, triggers and history included, and for thousands of rows much more. Here the statement of a table is kept, and
values are taken column by column, so that what a kind of field needs is asked once. Many rows go to PostgreSQL by COPY
and to SQLite by one prepared statement. It refuses nothing, the tables' constraints and guards do.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from hms.core.guards import quote

T = TypeVar("T")

# So many rows go into one statement; it needs no transaction of its own.
FEW: Final = 5
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


def in_batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """So many at a time: as many as a statement may name, or as a transaction should take."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert(rows: Iterable[models.Model], *, leave_known: bool = False) -> None:
    """Write unsaved instances of one model, whose ids and defaults they bring along. Neither save() nor signals.

    `leave_known`: a few rows of which those that are there already (by a unique column) are left as they are.
    """
    new = list(rows)
    if not new:
        return
    # Not the proxy called `connection`, which looks itself up for every value.
    connection = connections[DEFAULT_DB_ALIAS]
    table = _table(type(new[0]))
    values = list(zip(*(column.values(new, connection) for column in table.columns), strict=True))
    if len(new) <= FEW:
        _in_one_statement(table, values, connection, " ON CONFLICT DO NOTHING" if leave_known else "")
    elif leave_known:
        raise ValueError(f"More than {FEW} rows are all new.")
    else:
        _one_by_one(table, values, connection)
    for row in new:
        row._state.adding, row._state.db = False, connection.alias


def _in_one_statement(table: _Table, values: Sequence[Sequence[Any]], connection: Any, ending: str) -> None:
    marks = ", ".join([table.marks] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table.named} VALUES {marks}{ending}", [one for row in values for one in row])


def _one_by_one(table: _Table, values: Sequence[Sequence[Any]], connection: Any) -> None:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table.named} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table.named} VALUES {table.marks}", values)


# --- What is kept of a table ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Column:
    """How a column's values are taken. `made`: when they are written (encrypted, stamped), not when they are set."""

    name: str
    made: Callable[[models.Model, bool], Any] | None
    plain: type | None
    is_uuid: bool
    prepare: Callable[[Any, Any], Any]

    def values(self, rows: Sequence[models.Model], connection: Any) -> list[Any]:
        """Of all rows, ready for the database."""
        if self.made is not None:
            found = [self.made(row, True) for row in rows]
        else:
            # Past the descriptors: an unsaved row has everything in its own dictionary.
            found = [row.__dict__[self.name] for row in rows]
        if self.is_uuid and connection.vendor == "sqlite":
            return [value if value is None else _hex(value) for value in found]
        plain, prepare = self.plain, self.prepare
        if plain is not None and all(value is None or type(value) is plain for value in found):
            return found
        return [value if value is None or type(value) is plain else prepare(value, connection) for value in found]


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of a model are written: its name with the columns, and a mark for each."""

    named: str
    marks: str
    columns: tuple[_Column, ...]


@cache
def _table(model: type[models.Model]) -> _Table:
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return _Table(f"{quote(model._meta.db_table)} ({names})", f"({marks})", tuple(map(_column, fields)))


def _column(field: Any) -> _Column:
    return _Column(
        name=field.attname,
        made=field.pre_save if _says_more_than_it_holds(field) else None,
        plain=_AS_THEY_ARE.get(field.get_internal_type()),
        is_uuid=isinstance(getattr(field, "target_field", field), models.UUIDField),
        prepare=field.get_db_prep_save,
    )


def _says_more_than_it_holds(field: Any) -> bool:
    if isinstance(field, models.DateField | models.TimeField):
        return any(getattr(field, stamp) for stamp in _STAMPS)
    return type(field).pre_save is not models.Field.pre_save


def _hex(value: Any) -> str:
    return value.hex if isinstance(value, uuid.UUID) else uuid.UUID(str(value)).hex
