"""Keeping every imported resource as it came, many to a blob.

`prepare()` before the transaction (it reads what is known and writes the file), `actions.keep_originals()`
inside it (it inserts rows). One call for a bundle, or for some thousand lines of an NDJSON file: memory
stays at the size of one call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hms.core import crypto
from hms.core.records import uuid7
from hms.documents import store
from hms.documents.models import StoredOriginal


@dataclass(frozen=True, slots=True)
class Original:
    """One resource of an import: its type, its id at the sender, its bytes exactly as they came."""

    resource_type: str
    resource_id: str
    data: bytes

    @property
    def name(self) -> tuple[str, str]:
        return self.resource_type, self.resource_id


@dataclass(frozen=True, slots=True)
class Slice:
    """Where a new original lies in the blob."""

    resource_type: str
    resource_id: str
    content_index: bytes
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `keep_originals` will insert. `known` counts the ones kept by an earlier import, byte for byte."""

    source: str
    known: int
    new: list[Slice] = field(default_factory=list)
    content: store.Written | None = None


def prepare(source: str, originals: Iterable[Original]) -> Prepared:
    """Write what is not kept yet into one blob file. Nothing is written when all is known."""
    wanted: dict[tuple[str, str, bytes], bytes] = {}
    for one in originals:
        wanted.setdefault((*one.name, content_index(one.data)), one.data)
    known = _known(source, wanted)
    slices, pieces, offset = [], [], 0
    for (resource_type, resource_id, index), data in wanted.items():
        if (resource_type, resource_id, index) in known:
            continue
        slices.append(Slice(resource_type, resource_id, index, offset, len(data)))
        pieces.append(data)
        offset += len(data)
    return Prepared(source, len(known), slices, store.write(uuid7(), pieces) if slices else None)


def content_index(data: bytes) -> bytes:
    """By which the same bytes are recognised, without telling what they are."""
    return crypto.keyed_digest(hashlib.sha256(data).digest(), "documents.original")


def _known(source: str, wanted: Iterable[tuple[str, str, bytes]]) -> set[tuple[str, str, bytes]]:
    found: set[tuple[str, str, bytes]] = set()
    for batch in _batches(list(wanted), 500):
        rows = StoredOriginal.objects.filter(source=source, content_index__in=[index for _, _, index in batch])
        found |= {
            (kind, name, bytes(index))
            for kind, name, index in rows.values_list("resource_type", "resource_id", "content_index")
        }
    return found & set(wanted)


def _batches(items: list[tuple[str, str, bytes]], size: int) -> Iterator[list[tuple[str, str, bytes]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
