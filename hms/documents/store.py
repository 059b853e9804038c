"""The one blob store: encrypted files under an opaque id, read and written as streams.

Format of a file: magic "HMSB", version (1 byte), chunk size (4 bytes), then chunks. A chunk is AES-256-GCM
over up to 1 MiB with the blob's own key. The nonce is the chunk's number and a last-chunk mark (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizar, 2015), the associated data the blob's id: a file that
was cut, reordered, or renamed to another blob does not open. The key is used for this one file, so a
counting nonce never repeats.

Bytes are on the disk, synced, before the row that names them is committed. A file whose row never came is
an orphan, and swept.
"""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from hms.core.crypto import Unreadable
from hms.core.problems import Busy, Problem

CHUNK: Final = 1024 * 1024
_MAGIC: Final = b"HMSB"
_HEAD: Final = struct.Struct(">4sBI")
_VERSION: Final = 1
_TAG: Final = 16
_NONCE: Final = struct.Struct(">QI")
_SUFFIX: Final = ".blob"
# The disk is full, over quota, or can't be written: the person hears of it in words, and nothing half-written stays.
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a stream: `size` and `digest` (SHA-256) of the plain bytes, `sha256` of the file as stored."""

    id: uuid.UUID
    key: bytes
    size: int
    digest: bytes
    sha256: bytes
    stored_size: int
    head: bytes

    def __str__(self) -> str:
        # Equal content reads equal, so that a form sent twice is recognised as the same request.
        return f"{self.digest.hex()} {self.size}"


def path_of(blob_id: uuid.UUID) -> Path:
    # The end of a UUIDv7 is random, so its last digits spread files over 65,536 folders evenly.
    name = blob_id.hex
    return Path(settings.BLOB_DIR) / name[-2:] / name[-4:-2] / f"{name}{_SUFFIX}"


def write(blob_id: uuid.UUID, pieces: Iterable[bytes]) -> Written:
    """Encrypt a stream into the store. Memory stays at two chunks, however long the stream is."""
    key = os.urandom(32)
    path = path_of(blob_id)
    temporary = path.with_suffix(".part")
    plain, stored, size, stored_size, head = hashlib.sha256(), hashlib.sha256(), 0, 0, b""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(temporary, "xb", opener=_private) as file:

            def put(data: bytes) -> None:
                nonlocal stored_size
                file.write(data)
                stored.update(data)
                stored_size += len(data)

            put(_HEAD.pack(_MAGIC, _VERSION, CHUNK))
            cipher = AESGCM(key)
            for number, last, chunk in _in_chunks(pieces):
                plain.update(chunk)
                size += len(chunk)
                head = head or chunk[:4096]
                put(cipher.encrypt(_NONCE.pack(number, last), chunk, blob_id.bytes))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            words = _("The file could not be kept: there is no room for it. Tell your IT; everything else goes on.")
            raise Busy(Problem(severity="fatal", code="no-store", text=words)) from error
        raise
    return Written(blob_id, key, size, plain.digest(), stored.digest(), stored_size, head)


def read(blob_id: uuid.UUID, key: bytes, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The plain bytes, or a part of them, as a stream. Raises Unreadable for anything changed, FileNotFoundError."""
    # Opened before the generator starts, so that a missing file is an error page and not a cut download.
    return _pieces(path_of(blob_id).open("rb"), blob_id, key, offset, length)


def remove(blob_id: uuid.UUID) -> None:
    """Take a file away. Only for blobs that no row names."""
    path_of(blob_id).unlink(missing_ok=True)


def verify(blob_id: uuid.UUID, sha256: bytes) -> bool:
    """Whether the stored file is the one that was written, without its key: for backups and bit rot."""
    try:
        with path_of(blob_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest() == sha256
    except FileNotFoundError:
        return False


def files() -> Iterator[tuple[uuid.UUID, Path]]:
    """Every file of the store with the id in its name."""
    root = Path(settings.BLOB_DIR)
    for path in root.glob(f"??/??/*{_SUFFIX}") if root.is_dir() else ():
        try:
            yield uuid.UUID(hex=path.stem), path
        except ValueError:
            continue


def left_over(older_than: float) -> Iterator[Path]:
    """Files of writes that broke off, last touched before `older_than` (seconds since 1970)."""
    root = Path(settings.BLOB_DIR)
    for part in root.glob("??/??/*.part") if root.is_dir() else ():
        if part.stat().st_mtime < older_than:
            yield part


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    """(number, is last, chunk) of a stream cut anew; an empty stream is one empty last chunk."""
    waiting, number = bytearray(), 0
    for piece in pieces:
        # A view, so that one huge piece is not copied again and again.
        view = memoryview(piece)
        while view:
            if len(waiting) == CHUNK:
                yield number, False, bytes(waiting)
                waiting.clear()
                number += 1
            room = CHUNK - len(waiting)
            waiting += view[:room]
            view = view[room:]
    yield number, True, bytes(waiting)


def _pieces(file: BinaryIO, blob_id: uuid.UUID, key: bytes, offset: int, length: int | None) -> Iterator[bytes]:
    with file:
        magic, version, size = _HEAD.unpack(file.read(_HEAD.size).ljust(_HEAD.size, b"\0"))
        if magic != _MAGIC or version != _VERSION or not 0 < size <= CHUNK:
            raise Unreadable("this is no blob of ours")
        stored = file.seek(0, os.SEEK_END) - _HEAD.size
        last_number = max(0, -(-stored // (size + _TAG)) - 1)
        number, skip = divmod(offset, size)
        file.seek(_HEAD.size + number * (size + _TAG))
        left = length
        cipher = AESGCM(key)
        while number <= last_number and (left is None or left > 0):
            try:
                chunk = cipher.decrypt(
                    _NONCE.pack(number, number == last_number), file.read(size + _TAG), blob_id.bytes
                )
            except InvalidTag as error:
                raise Unreadable("the stored file was changed") from error
            part = chunk[skip:] if left is None else chunk[skip : skip + left]
            skip = 0
            number += 1
            if left is not None:
                left -= len(part)
            if part:
                yield part


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """The file's name is on the disk too, not only its bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
