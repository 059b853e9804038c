"""Keeping the store clean: files that no row names, and files that are gone or changed."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable
from typing import Final

from hms.core import clock
from hms.core.models import OutboxMessage
from hms.documents import store
from hms.documents.models import Blob

log = logging.getLogger("hms.documents")

# Longer than any transaction lasts.
GRACE: Final = dt.timedelta(hours=24)
_BATCH: Final = 500


def on_sweep(message: OutboxMessage) -> None:
    """Topic documents.sweep, once a day."""
    removed = sweep()
    log.info("blob store swept", extra={"removed": removed})


def sweep(grace: dt.timedelta = GRACE) -> int:
    """Remove files that no row names and that are older than the grace. Returns how many."""
    before = (clock.now() - grace).timestamp()
    removed = 0
    batch: list[uuid.UUID] = []
    for blob_id, path in store.files():
        if path.stat().st_mtime < before:
            batch.append(blob_id)
        if len(batch) == _BATCH:
            removed += _remove_orphans(batch)
            batch.clear()
    removed += _remove_orphans(batch)
    for part in store.left_over(before):
        part.unlink(missing_ok=True)
        removed += 1
    return removed


def damaged() -> list[uuid.UUID]:
    """Blobs whose file is missing or no longer what was written. Reads the whole store."""
    rows = Blob.objects.values_list("pk", "sha256").iterator(chunk_size=2000)
    return [blob_id for blob_id, sha256 in rows if not store.verify(blob_id, bytes(sha256))]


def _remove_orphans(ids: Iterable[uuid.UUID]) -> int:
    known = set(Blob.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
    orphans = [blob_id for blob_id in ids if blob_id not in known]
    for blob_id in orphans:
        store.remove(blob_id)
    return len(orphans)
