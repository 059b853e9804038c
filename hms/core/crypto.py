"""Encryption of what people write, keys that can be turned, and signatures.

Envelope: key-encryption keys come from the environment (`HMS_KEYRING`), they wrap data keys kept in the
table `DataKey`, and data keys encrypt fields with AES-256-GCM. Turning a key-encryption key re-wraps a
handful of rows and touches no record.

The associated data of a field is its label and its row's id, so a ciphertext moved to another row or
field does not open. A label is declared on the field, so renaming a table breaks nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

_FORMAT: Final = 1
_HEAD: Final = struct.Struct(">BI")  # format, data key id
_NONCE: Final = 12

FIELD, INDEX, SIGN, BLOB = "field", "index", "sign", "blob"
PURPOSES: Final = (FIELD, INDEX, SIGN, BLOB)


class Unreadable(Exception):
    """A ciphertext does not open: wrong key, wrong row, or changed bytes. Never shown as empty text."""


# --- Key-encryption keys -----------------------------------------------------------------------------------
@lru_cache(maxsize=4)
def _keyring(text: str) -> Mapping[str, bytes]:
    ring: dict[str, bytes] = {}
    for part in text.split(","):
        name, colon, encoded = part.strip().partition(":")
        if not colon:
            if settings.PRODUCTION:
                raise ImproperlyConfigured(
                    "HMS_KEYRING must read name:base64-of-32-bytes[,older:…]. python manage.py make_keys prints one."
                )
            name, key = "try-out", hashlib.sha256(name.encode()).digest()
        else:
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:
                key = b""
            if len(key) != 32:
                raise ImproperlyConfigured(f"The key {name!r} in HMS_KEYRING is not 32 bytes of base64.")
        ring[name] = key
    return ring


def _current_kek() -> tuple[str, bytes]:
    ring = _keyring(settings.KEYRING)
    name = next(iter(ring))
    return name, ring[name]


def _wrap(key: bytes, purpose: str) -> tuple[str, bytes]:
    name, kek = _current_kek()
    nonce = os.urandom(_NONCE)
    return name, nonce + AESGCM(kek).encrypt(nonce, key, purpose.encode())


def _unwrap(name: str, wrapped: bytes, purpose: str) -> bytes:
    try:
        kek = _keyring(settings.KEYRING)[name]
        return AESGCM(kek).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], purpose.encode())
    except KeyError:
        raise ImproperlyConfigured(
            f"The database was encrypted with the key {name!r}, which HMS_KEYRING does not hold. "
            "Add it behind the current one; nothing is lost."
        ) from None
    except InvalidTag:
        raise ImproperlyConfigured(
            f"The key {name!r} in HMS_KEYRING is not the one this database was made with."
        ) from None


# --- Data keys ---------------------------------------------------------------------------------------------
class _Ring:
    """The data keys of this process, read once; read again when an unknown one turns up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._by_id: dict[int, bytes] = {}
        self._ciphers: dict[int, AESGCM] = {}
        self._current: dict[str, int] = {}

    def _load(self) -> None:
        from hms.core.models import DataKey

        with self._lock:
            for row in DataKey.objects.order_by("id"):
                self._by_id[row.id] = _unwrap(row.wrapped_by, bytes(row.wrapped), row.purpose)
                self._ciphers[row.id] = AESGCM(self._by_id[row.id])
                if row.retired_at is None:
                    self._current[row.purpose] = row.id

    def current(self, purpose: str) -> int:
        if purpose not in self._current:
            self._load()
        try:
            return self._current[purpose]
        except KeyError:
            raise ImproperlyConfigured("This database has no data keys yet. Run: python manage.py migrate") from None

    def key(self, key_id: int) -> bytes:
        if key_id not in self._by_id:
            self._load()
        try:
            return self._by_id[key_id]
        except KeyError:
            raise Unreadable(f"data key {key_id} is not in the table") from None

    def cipher(self, key_id: int) -> AESGCM:
        self.key(key_id)
        return self._ciphers[key_id]


ring: Final = _Ring()


def ensure_keys() -> None:
    """Make the data keys a new database lacks. Called by `migrate`."""
    from hms.core.models import DataKey

    for purpose in PURPOSES:
        if not DataKey.objects.filter(purpose=purpose, retired_at=None).exists():
            name, wrapped = _wrap(os.urandom(32), purpose)
            DataKey.objects.create(purpose=purpose, wrapped_by=name, wrapped=wrapped)
    ring.forget()


def rewrap() -> int:
    """Wrap every data key with the current key-encryption key. Returns how many were turned."""
    from hms.core.models import DataKey

    current, turned = _current_kek()[0], 0
    for row in DataKey.objects.exclude(wrapped_by=current):
        key = _unwrap(row.wrapped_by, bytes(row.wrapped), row.purpose)
        row.wrapped_by, row.wrapped = _wrap(key, row.purpose)
        row.save(update_fields=["wrapped_by", "wrapped"])
        turned += 1
    return turned


# --- Encrypting ----------------------------------------------------------------------------------------------
def encrypt(plain: bytes, associated: bytes, purpose: str = FIELD) -> bytes:
    """Head (format, key id), nonce, ciphertext and tag."""
    key_id = ring.current(purpose)
    nonce = os.urandom(_NONCE)
    return _HEAD.pack(_FORMAT, key_id) + nonce + ring.cipher(key_id).encrypt(nonce, plain, associated)


def decrypt(data: bytes, associated: bytes) -> bytes:
    """The plain bytes. Raises Unreadable for anything that was not encrypted just so."""
    try:
        version, key_id = _HEAD.unpack_from(data)
        if version != _FORMAT:
            raise Unreadable(f"unknown format {version}")
        nonce = data[_HEAD.size : _HEAD.size + _NONCE]
        return ring.cipher(key_id).decrypt(nonce, data[_HEAD.size + _NONCE :], associated)
    except (InvalidTag, struct.error, ValueError) as error:
        # ValueError: what is left of the bytes has no room for a nonce.
        raise Unreadable("the ciphertext does not belong here or was changed") from error


def blind_index(label: str, normalised: str) -> bytes:
    """32 bytes by which an encrypted value is found again exactly. Never for values that are easily guessed."""
    key = ring.key(ring.current(INDEX))
    return hmac.digest(key, f"{label}\0{normalised}".encode(), "sha256")


def keyed_digest(data: bytes, label: str = "") -> bytes:
    """32 bytes that tell equal content apart from different, without telling what it is."""
    key = ring.key(ring.current(INDEX))
    return hmac.digest(key, label.encode() + b"\0" + data, "sha256")


# --- Signing -------------------------------------------------------------------------------------------------
def sign(data: bytes) -> bytes:
    """The server's Ed25519 signature: 4 bytes key id, 64 bytes signature."""
    key_id = ring.current(SIGN)
    return struct.pack(">I", key_id) + _private(key_id).sign(data)


def verify(data: bytes, signature: bytes) -> bool:
    """Whether `signature` was made by `sign` over exactly these bytes."""
    if len(signature) != 68:
        return False
    (key_id,) = struct.unpack_from(">I", signature)
    try:
        _private(key_id).public_key().verify(signature[4:], data)
    except (InvalidSignature, Unreadable):
        return False
    return True


def _private(key_id: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ring.key(key_id))


# --- Fields --------------------------------------------------------------------------------------------------
class Cipher(bytes):
    """Encrypted bytes on their way between a field and the database."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<encrypted>"

    __str__ = __repr__


class _EncryptedAttribute(DeferredAttribute):
    """Opens a ciphertext when somebody reads the attribute, not before."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__.get(name) if name in instance.__dict__ else super().__get__(instance, cls)
        if isinstance(value, Cipher):
            plain = self.field.open(value, instance)  # type: ignore[attr-defined]
            instance.__dict__[name] = plain
            # Kept so that saving an unread or unchanged value writes the same bytes: history shows real changes only.
            instance.__dict__[f"_{name}_kept"] = (value, plain)
            return plain
        return value

    # A data descriptor: without this, the instance's own dictionary would win and show the cipher.
    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedBinaryField(models.Field):  # type: ignore[type-arg]
    """Bytes kept encrypted. Can't be filtered, ordered or written by `.update()`.

    `label` names the meaning for ever; it is part of what the ciphertext is bound to.
    """

    descriptor_class = _EncryptedAttribute
    empty_strings_allowed = False

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        self.label = label
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["label"] = self.label
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def _associated(self, instance: models.Model) -> bytes:
        if instance.pk is None:
            raise ValueError("An encrypted field is bound to its row's id, so the row needs one before it is saved.")
        return f"{self.label}\0{instance.pk}".encode()

    def _pack(self, value: Any) -> bytes:
        return bytes(value)

    def _unpack(self, plain: bytes) -> Any:
        return plain

    def open(self, value: bytes, instance: models.Model) -> Any:
        """The plain value of a stored one. Empty is stored as empty: there is nothing to hide in it."""
        return self._unpack(decrypt(bytes(value), self._associated(instance)) if value else b"")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Cipher):
            return value
        kept = model_instance.__dict__.get(f"_{self.attname}_kept")
        if kept is not None and kept[1] == value:
            return kept[0]
        packed = self._pack(value)
        cipher = Cipher(encrypt(packed, self._associated(model_instance)) if packed else b"")
        model_instance.__dict__[f"_{self.attname}_kept"] = (cipher, value)
        return cipher

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Cipher(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Cipher):
            return value
        raise FieldError(f"{self.name} is encrypted: set it on an instance and save that.")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and can't be searched; use its blind index.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError("Encrypted fields are not serialised.")


class EncryptedTextField(EncryptedBinaryField):
    """Text kept encrypted. See EncryptedBinaryField."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        if not kwargs.get("null"):
            kwargs.setdefault("default", "")
        super().__init__(*args, label=label, **kwargs)

    def _pack(self, value: Any) -> bytes:
        return str(value).encode()

    def _unpack(self, plain: bytes) -> str:
        return plain.decode()

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        defaults: dict[str, Any] = {
            "required": not self.blank,
            "widget": forms.Textarea,
            "label": self.verbose_name,
            "help_text": self.help_text,
        }
        return forms.CharField(**(defaults | kwargs))
