"""New rows of one table at once, as fast as the engine takes them, few or many.

`save()` and `bulk_create` make their statement anew each time, which for one row costs more than the database's own
work, triggers and history included, and for thousands of rows much more. Here the statement of a table is kept; many
rows go to PostgreSQL by COPY and to SQLite by one prepared statement. It refuses nothing, the tables' constraints and
guards do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from hms.core.guards import quote

# So many rows go into one statement; it needs no transaction of its own.
FEW: Final = 5
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
    if len(new) <= FEW:
        _in_one_statement(table, new, connection, " ON CONFLICT DO NOTHING" if leave_known else "")
    elif leave_known:
        raise ValueError(f"More than {FEW} rows are all new.")
    else:
        _one_by_one(table, new, connection)
    for row in new:
        row._state.adding, row._state.db = False, connection.alias


def _in_one_statement(table: _Table, new: Sequence[models.Model], connection: Any, ending: str) -> None:
    marks = ", ".join([table.marks] * len(new))
    values = [read(row, connection) for row in new for read in table.readers]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table.columns} VALUES {marks}{ending}", values)


def _one_by_one(table: _Table, new: Sequence[models.Model], connection: Any) -> None:
    values = ([read(row, connection) for read in table.readers] for row in new)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table.columns} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table.columns} VALUES {table.marks}", values)


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of a model are written: name and columns, a mark for each, and what takes each value."""

    columns: str
    marks: str
    readers: tuple[Callable[[models.Model, Any], Any], ...]


@cache
def _table(model: type[models.Model]) -> _Table:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return _Table(f"{quote(model._meta.db_table)} ({columns})", f"({marks})", tuple(map(_reader, fields)))


def _reader(field: Any) -> Callable[[models.Model, Any], Any]:
    """What takes a column's value from an instance, ready for the database."""
    take: Callable[[models.Model], Any] = attrgetter(field.attname)
    if type(field).pre_save is not models.Field.pre_save:
        take = lambda row: field.pre_save(row, True)  # noqa: E731
    plain = _AS_THEY_ARE.get(field.get_internal_type())
    prepare = field.get_db_prep_save

    def read(row: models.Model, connection: Any) -> Any:
        value = take(row)
        return value if value is None or type(value) is plain else prepare(value, connection)

    return read
