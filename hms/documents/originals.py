"""Keeping every imported resource as it came, many to a blob.

`prepare()` before the transaction (it reads what is known and writes the file), `actions.keep_originals()`
inside it (it inserts rows). One call for a bundle, or for some thousand lines of an NDJSON file: memory
stays at the size of one call.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hms.core import crypto
from hms.core.bulk import in_batches
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


def _known(source: str, wanted: Collection[tuple[str, str, bytes]]) -> set[tuple[str, str, bytes]]:
    # By type and id, which lead the index. Asked for their contents alone, the database read all that a sender sent.
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, name, _index in wanted:
        ids[kind].add(name)
    found: set[tuple[str, str, bytes]] = set()
    for kind, names in ids.items():
        for some in in_batches(sorted(names)):
            rows = StoredOriginal.objects.filter(source=source, resource_type=kind, resource_id__in=some)
            found |= {(kind, name, bytes(index)) for name, index in rows.values_list("resource_id", "content_index")}
    return found & set(wanted)
