"""Makes the trail tamper-evident: batches of events are digested in order, chained and signed.

Only events that no open transaction can still precede are sealed. On PostgreSQL each event carries the
number of its transaction, and a seal takes those below the snapshot's xmin: every transaction below it has
ended, so a late commit can't slip into a range that is already sealed. On SQLite there is one writer and
the rowid is the order of the commits.

A checkpoint (the newest seal's number and digest) is also appended to a file outside the database, so that
cutting the tail, seals and all, shows: also after new seals have grown where the old ones were.
"""

from __future__ import annotations

import hashlib
import json
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from hms.core import clock, crypto
from hms.core.models import AuditEvent, AuditSeal

BATCH: Final = 5_000
# So many checkpoints are compared by one question.
_LINES: Final = 500
_FIELDS: Final = [f.attname for f in AuditEvent._meta.concrete_fields if f.name != "id"]
_GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Finding:
    """What verification found: in which seal, at which event, and in words what is wrong."""

    seal: int
    event: uuid.UUID | None
    what: str

    def __str__(self) -> str:
        where = f"event {self.event}" if self.event else "the seal itself"
        return f"seal {self.seal}, {where}: {self.what}"


def seal_pending() -> int:
    """Seal what is ready, in batches. Returns how many events were sealed. One sealer at a time."""
    total = 0
    while sealed := _seal_batch():
        total += sealed
    if total:
        _write_checkpoint()
    return total


def _seal_batch() -> int:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(7305)")
        last = AuditSeal.objects.order_by("-number").first()
        start = last.upto_position if last else 0
        rows = _ready(start)
        if not rows:
            return 0
        upto = _cut(rows)
        batch = [row for row in rows if row[0] < upto]
        entries = b"".join(event.id.bytes + digest_of(event) for _position, event in batch)
        number = last.number + 1 if last else 1
        previous = bytes(last.digest) if last else _GENESIS
        digest = _seal_digest(number, start, upto, previous, entries)
        AuditSeal.objects.create(
            number=number,
            sealed_at=clock.now(),
            from_position=start,
            upto_position=upto,
            count=len(batch),
            entries=entries,
            digest=digest,
            previous_digest=previous,
            signature=crypto.sign(digest),
        )
        return len(batch)


def _position() -> str:
    return "position" if connection.vendor == "postgresql" else "rowid"


def _ready(start: int) -> list[tuple[int, AuditEvent]]:
    """The events from a position on that nothing can precede any more, in order."""
    where = f"{_position()} >= %s"
    if connection.vendor == "postgresql":
        where += " AND position < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    return _events(f"WHERE {where} ORDER BY {_position()}, id LIMIT {BATCH + 1}", [start])


def _cut(rows: list[tuple[int, AuditEvent]]) -> int:
    """The position a batch ends before: a transaction's events are never torn apart."""
    last = rows[-1][0]
    if len(rows) <= BATCH:
        return last + 1
    return last if rows[0][0] != last else last + 1


def _events(rest: str, parameters: list[Any]) -> list[tuple[int, AuditEvent]]:
    table = AuditEvent._meta.db_table
    found = AuditEvent.objects.raw(f"SELECT *, {_position()} AS placed FROM {table} {rest}", parameters)
    return [(event.placed, event) for event in found]  # type: ignore[attr-defined]


def digest_of(event: AuditEvent) -> bytes:
    """SHA-256 over the event's canonical bytes: every field, named, in a fixed order and spelling."""
    canonical = {name: _plain(getattr(event, name)) for name in _FIELDS}
    return hashlib.sha256(json.dumps(canonical, sort_keys=True, separators=(",", ":")).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _seal_digest(number: int, start: int, upto: int, previous: bytes, entries: bytes) -> bytes:
    return hashlib.sha256(struct.pack(">QQQ", number, start, upto) + previous + entries).digest()


# --- Verifying -----------------------------------------------------------------------------------------------
def verify() -> Iterator[Finding]:
    """Everything that does not fit, in order. Nothing found means: as it was sealed."""
    previous, number, upto = _GENESIS, 0, 0
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=20):
        number += 1
        if seal.number != number:
            yield Finding(number, None, "this seal is missing")
            number = seal.number
        entries, digest = bytes(seal.entries), bytes(seal.digest)
        if bytes(seal.previous_digest) != previous or seal.from_position != upto:
            yield Finding(seal.number, None, "it does not follow the seal before it")
        if (
            _seal_digest(seal.number, seal.from_position, seal.upto_position, bytes(seal.previous_digest), entries)
            != digest
        ):
            yield Finding(seal.number, None, "its digest does not match its contents")
        elif not crypto.verify(digest, bytes(seal.signature)):
            yield Finding(seal.number, None, "its signature is not ours")
        yield from _verify_events(seal, entries)
        previous, upto = digest, seal.upto_position
    yield from _verify_checkpoints(number)


def _verify_events(seal: AuditSeal, entries: bytes) -> Iterator[Finding]:
    expected = [
        (uuid.UUID(bytes=entries[at : at + 16]), entries[at + 16 : at + 48]) for at in range(0, len(entries), 48)
    ]
    position = _position()
    found = _events(
        f"WHERE {position} >= %s AND {position} < %s ORDER BY {position}, id", [seal.from_position, seal.upto_position]
    )
    have = {event.id: event for _placed, event in found}
    wanted = dict(expected)
    for (event_id, digest), (_placed, event) in zip(expected, found, strict=False):
        if event.id == event_id:
            if digest_of(event) != digest:
                yield Finding(seal.number, event_id, "it was changed after it was sealed")
        elif event_id not in have:
            yield Finding(seal.number, event_id, "it is missing")
            return
        elif event.id not in wanted:
            yield Finding(seal.number, event.id, "it was added after the seal")
            return
        else:
            yield Finding(seal.number, event.id, "it is not at the place it was sealed at")
            return
    for event_id, _digest in expected[len(found) :]:
        yield Finding(seal.number, event_id, "it is missing")
        return
    for _placed, event in found[len(expected) :]:
        yield Finding(seal.number, event.id, "it was added after the seal")
        return


# --- Checkpoints outside the database ------------------------------------------------------------------------
def _checkpoint_file() -> Path:
    return settings.DATA_DIR / "audit-checkpoints.jsonl"


def _write_checkpoint() -> None:
    seal = AuditSeal.objects.order_by("-number").first()
    if seal is None:
        return
    path = _checkpoint_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {
        "number": seal.number,
        "digest": bytes(seal.digest).hex(),
        "signature": bytes(seal.signature).hex(),
        "at": seal.sealed_at.isoformat(),
    }
    # A line that a full disk or a power cut tore must not take the next one with it.
    torn = path.exists() and path.stat().st_size > 0 and not _ends_its_line(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if torn else "") + json.dumps(line) + "\n")


def _ends_its_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _verify_checkpoints(last_number: int) -> Iterator[Finding]:
    """Each seal that was ever noted is still the one that stands, and none of them is gone."""
    path = _checkpoint_file()
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        while lines := list(islice(file, _LINES)):
            yield from _verify_lines([line for line in lines if line.strip()], last_number)


def _verify_lines(lines: list[str], last_number: int) -> Iterator[Finding]:
    noted = [_checkpoint(line) for line in lines]
    numbers = [one.number for one in noted if one is not None]
    stands = {
        number: bytes(digest)
        for number, digest in AuditSeal.objects.filter(number__in=numbers).values_list("number", "digest")
    }
    for one in noted:
        if one is None:
            yield Finding(last_number, None, "a checkpoint outside the database can't be read")
        elif stands.get(one.number) == one.digest:
            continue
        elif not crypto.verify(one.digest, one.signature):
            # Another installation's file, or somebody wrote into it: either way it proves nothing about this database.
            yield Finding(one.number, None, "the checkpoint outside the database is not signed by this installation")
        elif one.number not in stands:
            yield Finding(one.number, None, f"the trail was cut: seal {last_number} is the last, {one.number} was made")
        else:
            yield Finding(one.number, None, "it is not the seal that was made")


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    number: int
    digest: bytes
    signature: bytes


def _checkpoint(line: str) -> _Checkpoint | None:
    """What a line of the file says; None for one that is torn."""
    try:
        said = json.loads(line)
        return _Checkpoint(int(said["number"]), bytes.fromhex(said["digest"]), bytes.fromhex(said["signature"]))
    except (ValueError, KeyError, TypeError):
        return None
