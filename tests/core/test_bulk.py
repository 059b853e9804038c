"""Rows written by the hundred are the rows that `save()` would have written, on either engine, history included."""

from __future__ import annotations

import copy

import pytest
from django.db import IntegrityError, connection, models, transaction

from hms.core import bulk, guards, history
from hms.core.crypto import EncryptedBinaryField
from tests.architecture.rows import Rows
from tests.things.models import Part, Thing

pytestmark = pytest.mark.django_db


def written(row, write):
    """The row's columns as the database gives them back; it's not kept. Ciphertexts are opened."""
    with transaction.atomic():
        write(row)
        fresh = type(row)._base_manager.get(pk=row.pk)
        found = {
            field.name: getattr(fresh, field.attname)
            for field in row._meta.concrete_fields
            if not isinstance(field, models.BinaryField) or isinstance(field, EncryptedBinaryField)
        }
        transaction.set_rollback(True)
    return found


def test_every_table_holds_what_save_would_have_written():
    rows = Rows()
    for model in guards.records():
        row = rows.unsaved(model)
        twin = copy.copy(row)
        saved = written(row, lambda row: row.save(force_insert=True))
        assert written(twin, lambda row: bulk.insert([row])) == saved, model._meta.label


def test_history_and_the_root_know_of_it():
    things = [Thing(name=f"cup {number}") for number in range(3)]
    bulk.insert(things)
    bulk.insert(Part(thing=thing, end="a") for thing in things)
    assert [one.change for one in history.versions(Thing, things[0].pk)] == ["+", "~"]
    assert Thing.objects.get(pk=things[0].pk).version == 2
    assert not things[0]._state.adding


def test_nothing_is_nothing():
    bulk.insert([])


def test_what_a_table_refuses_is_an_integrity_error_and_all_of_it_is_left_out():
    cup = Thing(name="cup")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([Thing(name="pot"), cup, Thing(id=cup.id, name="the same")])
    assert not Thing.objects.exists()
    assert connection.is_usable()
