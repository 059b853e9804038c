"""What the database itself refuses and keeps, on both engines, whoever writes: ORM, bulk or raw SQL.

Models declare guards; `migrate` installs them after Django's own migrations, because a table rebuild on
SQLite drops triggers and `ExclusionConstraint` in Meta breaks SQLite. A law in tests/architecture compares
what is promised with what each engine holds.

A refusal reaches Python as `django.db.IntegrityError` with the guard's name in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL, SQLITE = "postgresql", "sqlite"


# PostgreSQL cuts names at 63 characters, and a trigger's function has three more.
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """One trigger or constraint: its name, the statements that make it, the statement that drops it."""

    name: str
    make: tuple[str, ...]
    drop: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > _LONGEST_NAME:
            raise ValueError(f"{self.name} is longer than {_LONGEST_NAME} characters.")


class Guard:
    """Something a model's table refuses."""

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        raise NotImplementedError


# --- Declarations ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Frozen(Guard):
    """Columns that can't change once a row has reached a state.

    `columns`: field names, or "*" for all; `when`: SQL over the row's columns as they were before the
    update; `moves`: per field the (old, new) pairs still allowed; `except_columns`: never frozen.
    """

    columns: Sequence[str] | str = "*"
    when: str = "1 = 1"
    moves: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    except_columns: Sequence[str] = ()

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        table = model._meta.db_table
        name = f"{table}_frozen_{position}"
        names = {f.name: str(f.column) for f in model._meta.concrete_fields}
        left_out = {"version", *self.except_columns}
        chosen = [n for n in names if n not in left_out] if self.columns == "*" else list(self.columns)
        differs = "IS DISTINCT FROM" if vendor == POSTGRESQL else "IS NOT"
        changed = []
        for one in chosen:
            column = quote(names[one])
            test = f"NEW.{column} {differs} OLD.{column}"
            if allowed := self.moves.get(one):
                pairs = " OR ".join(f"(OLD.{column} = '{a}' AND NEW.{column} = '{b}')" for a, b in allowed)
                test = f"({test} AND NOT ({pairs}))"
            changed.append(test)
        condition = f"({_of_old(self.when, names.values())}) AND ({' OR '.join(changed)})"
        yield refusing_trigger(vendor, name, table, "UPDATE", condition)


@dataclass(frozen=True)
class AppendOnly(Guard):
    """Rows are written once: no UPDATE, no DELETE, no TRUNCATE."""

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        table = model._meta.db_table
        yield refusing_trigger(vendor, f"{table}_no_update", table, "UPDATE")
        yield refusing_trigger(vendor, f"{table}_no_delete", table, "DELETE")
        if vendor == POSTGRESQL:
            yield _no_truncate(table)


@dataclass(frozen=True)
class SqlGuard(Guard):
    """Anything else, spelled out per engine. The statements make an object called `name`."""

    name: str
    sqlite: Sequence[str] = ()
    postgresql: Sequence[str] = ()
    drop_sqlite: str = ""
    drop_postgresql: str = ""

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        statements = self.postgresql if vendor == POSTGRESQL else self.sqlite
        drop = self.drop_postgresql if vendor == POSTGRESQL else self.drop_sqlite
        if isinstance(drop, (list, tuple)):
            drop = ";\n".join(drop)
        if statements:
            yield Piece(self.name, tuple(statements), drop)


# --- Building blocks ---------------------------------------------------------------------------------------
def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _of_old(condition: str, columns: Iterable[str]) -> str:
    """The condition with every column of the table read from the row before the change."""
    pattern = re.compile(
        r"(?<![\w.\"])(" + "|".join(sorted(map(re.escape, columns), key=len, reverse=True)) + r")(?![\w\"])"
    )
    parts = condition.split("'")
    # Every second part is inside a quoted literal.
    parts[::2] = [pattern.sub(lambda found: f"OLD.{quote(found[1])}", part) for part in parts[::2]]
    return "'".join(parts)


def refusing_trigger(vendor: str, name: str, table: str, event: str, condition: str = "") -> Piece:
    """A trigger that refuses an event on a table, always or where a condition over OLD and NEW holds."""
    if vendor == SQLITE:
        when = f"WHEN {condition} " if condition else ""
        make = (
            f"CREATE TRIGGER {quote(name)} BEFORE {event} ON {quote(table)} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{name}: the database refuses this'); END",
        )
        return Piece(name, make, f"DROP TRIGGER IF EXISTS {quote(name)}")
    row = "OLD" if event == "DELETE" else "NEW"
    body = f"RAISE EXCEPTION '{name}: the database refuses this' USING ERRCODE = 'integrity_constraint_violation';"
    if condition:
        body = f"IF {condition} THEN {body} END IF;"
    return _postgresql_trigger(name, table, f"BEFORE {event}", f"{body} RETURN {row};")


def _postgresql_trigger(name: str, table: str, when: str, body: str, each: str = "ROW") -> Piece:
    function = quote(f"{name}_fn")
    return Piece(
        name,
        (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $guard$ BEGIN {body} END $guard$",
            f"CREATE OR REPLACE TRIGGER {quote(name)} {when} ON {quote(table)} "
            f"FOR EACH {each} EXECUTE FUNCTION {function}()",
        ),
        f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}",
    )


def _no_truncate(table: str) -> Piece:
    # Row triggers don't see TRUNCATE.
    name = f"{table}_no_truncate"
    refusal = f"RAISE EXCEPTION '{name}: the database refuses this' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"{refusal}; RETURN NULL;"
    return _postgresql_trigger(name, table, "BEFORE TRUNCATE", body, "STATEMENT")


# --- History -----------------------------------------------------------------------------------------------
# What history takes a row's deed and time from. Empty outside an action: such a row is shown as made
# outside the application, with the database's own clock.
_DEED = {
    POSTGRESQL: "NULLIF(current_setting('hms.deed', true), '')::uuid",
    SQLITE: "(SELECT deed FROM core_currentdeed)",
}
_DEED_AT = {
    POSTGRESQL: "COALESCE(NULLIF(current_setting('hms.deed_at', true), '')::timestamptz, clock_timestamp())",
    SQLITE: "COALESCE((SELECT at FROM core_currentdeed), strftime('%Y-%m-%d %H:%M:%f', 'now'))",
}


def history_table(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_history"


def records() -> list[type[models.Model]]:
    """Every table whose rows have a history."""
    from hms.core.records import Record

    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, Record) and model._meta.managed and not model._meta.proxy and model.keeps_history
    ]


def _kept_without_history() -> list[type[models.Model]]:
    """Records whose rows never change or have a log of their own, and may not be deleted either."""
    from hms.core.records import Record

    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, Record)
        and model._meta.managed
        and not (model._meta.proxy or model.keeps_history or model.may_delete)
    ]


def _history_pieces(model: Any, vendor: str) -> Iterator[Piece]:
    from hms.core.records import Owned

    table, kept = model._meta.db_table, history_table(model)
    columns = [f.column for f in model._meta.concrete_fields if f.name not in model.history_leaves_out]
    names = ", ".join(map(quote, columns))
    head = f"INSERT INTO {quote(kept)} (deed, history_at, change, {names})"
    stamp = f"{_DEED[vendor]}, {_DEED_AT[vendor]}"
    of = {row: ", ".join(f"{row}.{quote(c)}" for c in columns) for row in ("NEW", "OLD")}
    root = model._meta.get_field(model.root) if issubclass(model, Owned) else None

    def advance(row: str, unless: str = "") -> str:
        """Advance the root's version, once a deed: a form and an ETag cover the whole aggregate."""
        if root is None:
            return ""
        above, key = root.related_model, f"{row}.{quote(root.column)}"
        moved = f" AND {key} <> {unless}.{quote(root.column)}" if unless else ""
        return (
            f"UPDATE {quote(above._meta.db_table)} SET version = version + 1 WHERE id = {key}{moved} AND NOT EXISTS "
            f"(SELECT 1 FROM {quote(history_table(above))} WHERE id = {key} AND deed = {_DEED[vendor]});"
        )

    if vendor == SQLITE:
        bump = f"UPDATE {quote(table)} SET version = OLD.version + 1 WHERE id = NEW.id AND version = OLD.version;"
        copy = f"{head} SELECT {stamp}, '~', {names} FROM {quote(table)} WHERE id = NEW.id;"
        bodies = {
            "insert": f"{head} VALUES ({stamp}, '+', {of['NEW']}); {advance('NEW')}",
            "update": f"{bump} {copy} {advance('OLD', unless='NEW')} {advance('NEW')}",
            "delete": f"{head} VALUES ({stamp}, '-', {of['OLD']}); {advance('OLD')}",
        }
        for event, body in bodies.items():
            name = f"{table}_history_{event}"
            yield Piece(
                name,
                (f"CREATE TRIGGER {quote(name)} AFTER {event.upper()} ON {quote(table)} BEGIN {body} END",),
                f"DROP TRIGGER IF EXISTS {quote(name)}",
            )
    else:
        yield _postgresql_trigger(
            f"{table}_version",
            table,
            "BEFORE UPDATE",
            "IF NEW.version = OLD.version THEN NEW.version := OLD.version + 1; END IF; RETURN NEW;",
        )
        body = (
            f"IF TG_OP = 'DELETE' THEN {head} VALUES ({stamp}, '-', {of['OLD']}); {advance('OLD')} "
            f"ELSE {head} VALUES ({stamp}, CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END, {of['NEW']}); "
            f"IF TG_OP = 'UPDATE' THEN {advance('OLD', unless='NEW')} END IF; {advance('NEW')} END IF; RETURN NULL;"
            if root is not None
            else f"IF TG_OP = 'DELETE' THEN {head} VALUES ({stamp}, '-', {of['OLD']}); "
            f"ELSE {head} VALUES ({stamp}, CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END, {of['NEW']}); END IF; "
            "RETURN NULL;"
        )
        yield _postgresql_trigger(f"{table}_history", table, "AFTER INSERT OR UPDATE OR DELETE", body)
        yield _no_truncate(table)
        yield _no_truncate(kept)
    yield refusing_trigger(vendor, f"{kept}_no_update", kept, "UPDATE")
    yield refusing_trigger(vendor, f"{kept}_no_delete", kept, "DELETE")
    if not model.may_delete:
        yield refusing_trigger(vendor, f"{table}_kept", table, "DELETE")


def pieces(vendor: str) -> Iterator[Piece]:
    """Everything the models promise on this engine."""
    kept = records()
    for model in kept:
        yield from _history_pieces(model, vendor)
    for model in _kept_without_history():
        yield refusing_trigger(vendor, f"{model._meta.db_table}_kept", model._meta.db_table, "DELETE")
        if vendor == POSTGRESQL:
            yield _no_truncate(model._meta.db_table)
    for model in apps.get_models(include_auto_created=True):
        for position, guard in enumerate(getattr(model, "guards", ())):
            yield from guard.pieces(model, vendor, position)


# --- Installing --------------------------------------------------------------------------------------------
def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Before migrations on SQLite: a table can't be rebuilt while other tables' triggers speak of it."""
    if connection.vendor != SQLITE:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {quote(name)}")


def install(connection: BaseDatabaseWrapper) -> int:
    """Make history tables and every guard. Idempotent. Returns how many pieces stand."""
    vendor, count = connection.vendor, 0
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in records():
            for statement in _history_table_statements(model, connection, cursor, tables):
                cursor.execute(statement)
        for piece in pieces(vendor):
            if piece.drop:
                for statement in piece.drop.split(";\n"):
                    cursor.execute(statement)
            for statement in piece.make:
                cursor.execute(statement)
            count += 1
    return count


def _history_table_statements(
    model: Any, connection: BaseDatabaseWrapper, cursor: Any, tables: set[str]
) -> Iterator[str]:
    kept = history_table(model)
    columns = {f.column: f.db_type(connection) for f in model._meta.concrete_fields}
    if kept not in tables:
        listed = ", ".join(f"{quote(name)} {kind}" for name, kind in columns.items())
        if connection.vendor == POSTGRESQL:
            yield (
                f"CREATE TABLE {quote(kept)} (history_id bigint GENERATED ALWAYS AS IDENTITY, deed uuid, "
                f"history_at timestamptz NOT NULL, change char(1) NOT NULL, {listed}) PARTITION BY RANGE (history_at)"
            )
            yield f"CREATE TABLE {quote(kept + '_rest')} PARTITION OF {quote(kept)} DEFAULT"
        else:
            # Without AUTOINCREMENT, which would double the cost of a row: it keeps numbers of deleted rows from coming
            # again, and no row of history can be deleted.
            yield (
                f"CREATE TABLE {quote(kept)} (history_id integer PRIMARY KEY, deed char(32), "
                f"history_at datetime NOT NULL, change varchar(1) NOT NULL, {listed})"
            )
        yield f"CREATE INDEX {quote(kept + '_of')} ON {quote(kept)} (id, version)"
        return
    present = {info.name for info in connection.introspection.get_table_description(cursor, kept)}
    for name, kind in columns.items():
        if name not in present:
            yield f"ALTER TABLE {quote(kept)} ADD COLUMN {quote(name)} {kind}"


def promised(vendor: str) -> set[str]:
    """The names of all triggers and constraints the models promise."""
    return {piece.name for piece in pieces(vendor)}


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all triggers, constraints and indexes the database holds."""
    with connection.cursor() as cursor:
        if connection.vendor == SQLITE:
            cursor.execute("SELECT name FROM sqlite_master")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
                "UNION SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')"
            )
        return {row[0] for row in cursor.fetchall()}
