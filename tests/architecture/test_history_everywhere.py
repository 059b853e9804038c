"""Two laws for every table there is, and for every one that comes: no state of a row without its history, no write to
a row of an aggregate without a new version of its root.

Each test runs on the engine of the test run, so both engines keep both laws, column by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from hms.core import guards
from hms.core.guards import history_table, quote
from hms.core.records import Owned, Record
from tests.architecture.rows import Rows
from tests.things.models import Part, Thing

pytestmark = pytest.mark.django_db


# --- The laws -------------------------------------------------------------------------------------------------------
def unlike_history(model: type[Record], row: models.Model, change: str) -> list[str]:
    """In what the newest line of history differs from the row as it stands."""
    columns = [field.column for field in model._meta.concrete_fields]
    left_out = {model._meta.get_field(name).column for name in model.history_leaves_out}
    names = ", ".join(map(quote, columns))
    (stands,) = _rows(f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE id = %s", row)
    kept = _rows(
        f"SELECT {names}, change FROM {quote(history_table(model))} WHERE id = %s ORDER BY history_id DESC LIMIT 1", row
    )
    if not kept:
        return [f"{model._meta.label} has no history"]
    wanted = [None if column in left_out else value for column, value in zip(columns, stands, strict=True)]
    pairs = zip([*columns, "change"], [*wanted, change], kept[0], strict=True)
    return [
        f"{model._meta.label}.{column} is {is_!r} and {was!r} in history" for column, is_, was in pairs if is_ != was
    ]


def roots_that_stand_still(model: type[Owned]) -> Iterator[str]:
    """Which writes to an owned row leave the version of its root as it was."""
    rows = Rows()
    root: Any = rows.of(model._meta.get_field(model.root).related_model)  # type: ignore[arg-type]
    before = _version(root)
    row = rows.of(model)
    if _version(root) == before:
        yield f"{model._meta.label}: INSERT"
    table = quote(model._meta.db_table)
    for deed in (f"UPDATE {table} SET id = id WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
        before = _version(root)
        with transaction.atomic():
            if _done(deed, row) and _version(root) == before:
                yield f"{model._meta.label}: {deed.split()[0]}"
            transaction.set_rollback(True)


def _rows(query: str, row: models.Model) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [_key(row)])
        return [
            tuple(bytes(one) if isinstance(one, memoryview) else one for one in found) for found in cursor.fetchall()
        ]


def _done(deed: str, row: models.Model) -> bool:
    """Do it past the application. False where the database refuses such a write anyway."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed, [_key(row)])
    except IntegrityError:
        return False
    return True


def _version(root: models.Model) -> int:
    return int(_rows(f"SELECT version FROM {quote(root._meta.db_table)} WHERE id = %s", root)[0][0])


def _key(row: models.Model) -> Any:
    return row.pk if connection.vendor == "postgresql" else row.pk.hex


# --- In the house, and planted --------------------------------------------------------------------------------------
def test_the_newest_line_of_history_is_the_row_column_by_column():
    rows, breaches = Rows(), []
    for model in guards.records():
        row = rows.of(model)
        # An owned row that came later has advanced this one.
        (version,) = _rows(f"SELECT version FROM {quote(model._meta.db_table)} WHERE id = %s", row)
        breaches += unlike_history(model, row, "+" if version == (1,) else "~")
        if _done(f"UPDATE {quote(model._meta.db_table)} SET id = id WHERE id = %s", row):
            breaches += unlike_history(model, row, "~")
    assert breaches == []


def test_a_write_to_an_owned_row_advances_its_root():
    owned = [model for model in guards.records() if issubclass(model, Owned)]
    assert len(owned) > 20
    assert [one for model in owned for one in roots_that_stand_still(model)] == []


def test_an_owned_table_has_a_root_with_a_version():
    for model in guards.records():
        if issubclass(model, Owned):
            assert issubclass(model._meta.get_field(model.root).related_model, Record), model._meta.label


def test_planted_a_row_without_its_line():
    row = Rows().of(Thing)
    _drop_history("things_thing")
    assert _done("UPDATE things_thing SET name = 'past the application' WHERE id = %s", row)
    differing = unlike_history(Thing, row, "~")
    assert any(one.startswith("things.Thing.name is") for one in differing)
    assert unlike_history(Thing, Rows().of(Thing), "+") == ["things.Thing has no history"]


def test_planted_a_root_that_stands_still():
    _drop_history("things_part")
    assert list(roots_that_stand_still(Part)) == [
        "things.Part: INSERT",
        "things.Part: UPDATE",
        "things.Part: DELETE",
    ]


def _drop_history(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for piece in guards.pieces(connection.vendor):
            if piece.name.startswith(f"{table}_history") and not piece.name.endswith(("_no_update", "_no_delete")):
                cursor.execute(piece.drop)
