"""Encrypted fields open only where they belong, and keys can be turned."""

from __future__ import annotations

import base64
import os

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from hms.core import crypto
from hms.core.actor import system
from hms.core.models import DataKey
from tests.things.actions import make_thing
from tests.things.models import Thing

pytestmark = pytest.mark.django_db
by = system("somebody")


def stored(thing):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret FROM things_thing WHERE id = %s",
            [thing.pk if connection.vendor == "postgresql" else thing.pk.hex],
        )
        return bytes(cursor.fetchone()[0])


def test_what_is_written_is_read_again():
    thing = make_thing(by=by, name="cup", secret="Grüße 🩺")
    assert Thing.objects.get(pk=thing.pk).secret == "Grüße 🩺"
    assert "Grüße".encode() not in stored(thing)


def test_a_ciphertext_moved_to_another_row_does_not_open():
    one, two = make_thing(by=by, name="a", secret="one"), make_thing(by=by, name="b", secret="two")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE things_thing SET secret = %s WHERE name = 'b'", [stored(one)])
    with pytest.raises(crypto.Unreadable):
        _ = Thing.objects.get(pk=two.pk).secret


@pytest.mark.parametrize("position", [0, 4, 8, 20, -1])
def test_one_changed_byte_does_not_open(position):
    data = bytearray(crypto.encrypt(b"words", b"here"))
    data[position] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(data), b"here")


def test_an_encrypted_field_can_be_neither_searched_nor_updated_in_bulk():
    make_thing(by=by, name="cup")
    for attempt in (
        lambda: Thing.objects.filter(secret="swordfish").count(),
        lambda: Thing.objects.update(secret="plain"),
        lambda: Thing.objects.filter(secret__contains="s").count(),
    ):
        with pytest.raises(FieldError):
            attempt()


def test_bulk_create_encrypts():
    Thing.objects.bulk_create([Thing(name=str(n), secret=f"secret {n}") for n in range(3)])
    assert sorted(thing.secret for thing in Thing.objects.all()) == ["secret 0", "secret 1", "secret 2"]


def test_a_blind_index_is_the_same_for_the_same_value_only():
    assert crypto.blind_index("phone", "+49151") == crypto.blind_index("phone", "+49151")
    assert crypto.blind_index("phone", "+49151") != crypto.blind_index("email", "+49151")


def test_a_signature_covers_every_byte():
    signature = crypto.sign(b"5 mg")
    assert crypto.verify(b"5 mg", signature)
    assert not crypto.verify(b"50 mg", signature)
    assert not crypto.verify(b"5 mg", signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not crypto.verify(b"5 mg", b"")


class TestKeys:
    def fresh(self, name):
        return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"

    def test_turning_the_key_encryption_key_touches_no_record(self, settings):
        thing = make_thing(by=by, name="cup", secret="before")
        kept, old = stored(thing), settings.KEYRING
        settings.KEYRING = f"{self.fresh('new')},try-out:{base64.b64encode(crypto._keyring(old)['try-out']).decode()}"
        try:
            assert crypto.rewrap() == len(crypto.PURPOSES)
            crypto.ring.forget()
            assert Thing.objects.get(pk=thing.pk).secret == "before"
            assert stored(thing) == kept
            assert set(DataKey.objects.values_list("wrapped_by", flat=True)) == {"new"}
        finally:
            crypto.ring.forget()

    def test_a_lost_key_is_a_refusal_in_words_not_garbage(self, settings):
        settings.KEYRING = self.fresh("other")
        crypto.ring.forget()
        try:
            with pytest.raises(ImproperlyConfigured, match="HMS_KEYRING does not hold"):
                crypto.ring.current(crypto.FIELD)
        finally:
            crypto.ring.forget()


@pytest.mark.parametrize("length", range(34))
def test_bytes_that_were_cut_off_are_unreadable_however_short(length):
    whole = crypto.encrypt(b"5 mg", b"label")
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(whole[:length], b"label")
