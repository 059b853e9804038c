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


@pytest.mark.parametrize("few", [bulk.FEW, 0], ids=["in one statement", "as many"])
def test_every_table_holds_what_save_would_have_written(few, monkeypatch):
    monkeypatch.setattr(bulk, "FEW", few)
    rows = Rows()
    for model in guards.records():
        row = rows.unsaved(model)
        twin = copy.copy(row)
        saved = written(row, lambda row: row.save(force_insert=True))
        assert written(twin, lambda row: bulk.insert([row])) == saved, model._meta.label


@pytest.mark.parametrize("count", [3, bulk.FEW + 1])
def test_history_and_the_root_know_of_it(count):
    things = [Thing(name=f"cup {number}") for number in range(count)]
    bulk.insert(things)
    bulk.insert(Part(thing=thing, end="a") for thing in things)
    assert [one.change for one in history.versions(Thing, things[0].pk)] == ["+", "~"]
    assert Thing.objects.get(pk=things[0].pk).version == 2
    assert not things[0]._state.adding


def test_nothing_is_nothing():
    bulk.insert([])


def test_what_is_known_already_is_left_as_it_is():
    cup = Thing.objects.create(name="cup")
    bulk.insert([Thing(id=cup.id, name="mug"), Thing(name="pot")], leave_known=True)
    assert sorted(Thing.objects.values_list("name", flat=True)) == ["cup", "pot"]
    with pytest.raises(ValueError, match="are all new"):
        bulk.insert([Thing(name="lid")] * (bulk.FEW + 1), leave_known=True)


@pytest.mark.parametrize("more", [0, bulk.FEW])
def test_what_a_table_refuses_is_an_integrity_error_and_all_of_it_is_left_out(more):
    cup = Thing(name="cup")
    others = [Thing(name="pot") for _number in range(more + 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([*others, cup, Thing(id=cup.id, name="the same")])
    assert not Thing.objects.exists()
    assert connection.is_usable()
