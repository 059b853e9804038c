"""A load is written without care, and whatever happens the connection is careful again afterwards."""

from __future__ import annotations

import gc

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from hms.ops.demo import hurry
from hms.ops.demo.hurry import hurried


@pytest.fixture
def careful(tmp_path, monkeypatch, db):
    """What a connection of its own says of itself before; on SQLite of a file, because memory has no journal."""
    own = connection.copy("hurried")
    if connection.vendor == "sqlite":
        own.settings_dict["NAME"] = tmp_path / "load.sqlite3"
        own.settings_dict["OPTIONS"] = {"init_command": settings.DATABASES["default"]["OPTIONS"]["init_command"]}
    connections["hurried"] = own
    monkeypatch.setattr(hurry, "connection", own)
    if connection.vendor == "postgresql":
        # Servers for tests are careless from the start.
        hurry._set({"synchronous_commit": "on"})
    yield hurry._settings()
    own.close()
    del connections["hurried"]


@pytest.fixture
def full(careful):
    """A table of that connection that refuses every row."""
    with hurry.connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE full_table (a integer CHECK (a IS NULL))")


def test_it_hurries_and_everything_is_as_before(careful):
    with hurried():
        during = hurry._settings()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert hurry._settings() == careful
    assert all(during[name] != value for name, value in careful.items()), (careful, during)


def test_after_an_exception_too(careful):
    with pytest.raises(ZeroDivisionError), hurried():
        raise ZeroDivisionError
    assert gc.isenabled()
    assert hurry._settings() == careful


def test_after_a_batch_that_the_database_refused(careful, full):
    with (
        pytest.raises(IntegrityError),
        hurried(),
        transaction.atomic(using=hurry.connection.alias),
        hurry.connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO full_table VALUES (1)")
    assert hurry._settings() == careful


def test_who_collects_no_garbage_does_not_begin_to(careful):
    gc.disable()
    try:
        with hurried():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_is_not_begun_in_a_transaction(careful):
    with pytest.raises(RuntimeError), transaction.atomic(using=hurry.connection.alias), hurried():
        pass
    assert hurry._settings() == careful


def test_a_load_that_is_refused_leaves_a_careful_connection(careful, monkeypatch):
    monkeypatch.setattr("hms.ops.management.commands.demo.KNOWN", 0)
    monkeypatch.setattr("hms.ops.management.commands.demo.call_command", lambda *_told, **_more: None)

    def fails(*_told):
        assert hurry._settings() != careful
        raise ZeroDivisionError

    monkeypatch.setattr("hms.ops.demo.staff.build", fails)
    with pytest.raises(ZeroDivisionError):
        call_command("demo", patients=1, verbosity=0)
    assert hurry._settings() == careful
