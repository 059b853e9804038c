"""What a record said before, who changed it, and the record as it was at a moment.

The rows come from triggers (see guards.py), so bulk writes and raw SQL are in it too. A row whose deed
is unknown was changed outside the application, and is shown so.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models

from hms.core.guards import history_table, quote
from hms.core.models import AuditEvent
from hms.core.records import Record

M = TypeVar("M", bound=Record)


@dataclass(frozen=True, slots=True)
class Version(Generic[M]):
    """One state of a record: the row itself (unsaved), when, by which deed and whom, and the kind of change.

    `change` is "+", "~" or "-". `actor_label` is None for a change made outside the application.
    """

    row: M
    at: dt.datetime
    deed: uuid.UUID | None
    actor_label: str | None
    actor_role: str
    verb: str
    change: str

    @property
    def outside(self) -> bool:
        return self.deed is None


def versions(model: type[M], ids: uuid.UUID | Iterable[uuid.UUID], foreign_key: str = "") -> list[Version[M]]:
    """All states of one record or of several, oldest first. Two queries.

    With `foreign_key` the ids are those of the aggregate's root: `versions(PatientName, patient.pk, "patient")`.
    """
    wanted = [ids] if isinstance(ids, uuid.UUID) else list(ids)
    if not wanted:
        return []
    column = _column(model, foreign_key)
    rows = _rows(model, f"WHERE {quote(column)} IN ({_marks(wanted)}) ORDER BY history_id", _prepared(wanted))
    return _with_deeds(rows)


def as_of(model: type[M], moment: dt.datetime, ids: Iterable[uuid.UUID], foreign_key: str = "") -> list[M]:
    """The records of these ids (or of these roots) as they stood at a moment, without those deleted by then."""
    wanted = list(ids)
    if not wanted:
        return []
    table = history_table(model)
    column = _column(model, foreign_key)
    newest = (
        f"SELECT max(history_id) FROM {quote(table)} WHERE {quote(column)} IN ({_marks(wanted)}) "
        f"AND history_at <= %s GROUP BY id"
    )
    rows = _rows(model, f"WHERE history_id IN ({newest})", [*_prepared(wanted), _moment(moment)])
    return [row for row in rows if row.history_change != "-"]  # type: ignore[attr-defined]


def deeds_of(model: type[M], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID | None]]:
    """The deeds that wrote each record; None among them for a change made outside the application. One query."""
    wanted = list(ids)
    found: dict[uuid.UUID, set[uuid.UUID | None]] = {}
    if not wanted:
        return found
    sql = f"SELECT DISTINCT id, deed FROM {quote(history_table(model))} WHERE id IN ({_marks(wanted)})"
    with connection.cursor() as cursor:
        cursor.execute(sql, _prepared(wanted))
        for id, deed in cursor.fetchall():
            found.setdefault(id if isinstance(id, uuid.UUID) else uuid.UUID(id), set()).add(_uuid(deed))
    return found


def _rows(model: type[M], where: str, parameters: list[Any]) -> list[M]:
    columns = ", ".join(quote(str(f.column)) for f in model._meta.concrete_fields)
    sql = (
        f"SELECT {columns}, deed AS history_deed, history_at, change AS history_change "
        f"FROM {quote(history_table(model))} {where}"
    )
    return list(model._base_manager.raw(sql, parameters))


def _with_deeds(rows: list[M]) -> list[Version[M]]:
    deeds = {_uuid(row.history_deed) for row in rows} - {None}  # type: ignore[attr-defined]
    lines: dict[uuid.UUID, AuditEvent] = {}
    for event in AuditEvent.objects.filter(deed__in=deeds).order_by("-id"):
        lines[event.deed] = event
    out = []
    for row in rows:
        deed = _uuid(row.history_deed)  # type: ignore[attr-defined]
        line = lines.get(deed) if deed else None
        out.append(
            Version(
                row=row,
                at=_instant(row.history_at),  # type: ignore[attr-defined]
                deed=deed,
                actor_label=line.actor_label if line else None,
                actor_role=line.actor_role if line else "",
                verb=line.verb if line else "",
                change=row.history_change,  # type: ignore[attr-defined]
            )
        )
    return out


def differences(older: models.Model | None, newer: models.Model) -> list[str]:
    """The names of the fields whose values differ between two states of a record."""
    names = [f.attname for f in newer._meta.concrete_fields if f.name not in ("id", "version")]
    return [name for name in names if older is None or getattr(older, name) != getattr(newer, name)]


def _column(model: type[Record], foreign_key: str) -> str:
    field: Any = model._meta.get_field(foreign_key or "id")
    return str(field.column)


def _marks(values: list[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _prepared(ids: list[uuid.UUID]) -> list[Any]:
    return [one if connection.vendor == "postgresql" else one.hex for one in ids]


def _moment(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment) if connection.vendor == "sqlite" else moment


def _uuid(value: Any) -> uuid.UUID | None:
    return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)


def _instant(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
