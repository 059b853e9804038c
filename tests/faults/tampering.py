"""Six ways to tamper with a sealed trail, each tried and taken back. Run as a program inside a hospital.

python -m tests.faults.tampering
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any


def build() -> dict[str, Any]:
    """What `verify_audit` says of the trail as it is, and after each tampering: the error and the rows it names."""
    from django.core.management import call_command

    from hms.core import trail
    from hms.core.actor import system

    call_command("seal_audit", stdout=io.StringIO())
    trail.observe(system("a test"), "trail.looked_at")
    call_command("seal_audit", stdout=io.StringIO())
    ways = {
        "edit": edit, "swap the actor": swap_actor, "delete": delete, "insert": insert, "reorder": reorder, "cut": cut,
    }  # fmt: skip
    return {"untouched": verified(), **{name: tampered(way) for name, way in ways.items()}, "afterwards": verified()}


def tampered(way: Callable[[], list[Any]]) -> dict[str, Any]:
    """Take the guards down, tamper, verify, and take all of it back."""
    from django.db import connection, transaction

    from hms.core import guards
    from hms.core.models import AuditEvent, AuditSeal

    with transaction.atomic():
        with connection.cursor() as cursor:
            for model in (AuditEvent, AuditSeal):
                for piece in guards.AppendOnly().pieces(model, connection.vendor, 0):
                    cursor.execute(piece.drop)
        touched = way()
        found = {**verified(), "touched": [str(one) for one in touched]}
        transaction.set_rollback(True)
    return found


def verified() -> dict[str, Any]:
    """The words of the command, and whether it ended with an error."""
    from django.core.management import CommandError, call_command

    said = io.StringIO()
    try:
        call_command("verify_audit", stdout=said, no_color=True)
    except CommandError as error:
        return {"error": str(error), "said": said.getvalue()}
    return {"error": "", "said": said.getvalue()}


# --- The six ways: each returns the events it touched ----------------------------------------------------------------
def events() -> list[Any]:
    """The sealed events in the order of their seals."""
    from hms.core import sealing

    return [event for _position, event in sealing._events(f"ORDER BY {sealing._position()}, id", [])]


def edit() -> list[Any]:
    return _update(events()[3], verb="nothing.happened")


def swap_actor() -> list[Any]:
    return _update(events()[6], actor_label="somebody else")


def delete() -> list[Any]:
    event = events()[2]
    _sql("DELETE FROM core_auditevent WHERE id = %s", _key(event.pk))
    return [event.pk]


def insert() -> list[Any]:
    """Between two that are sealed: on SQLite, where places are single, everything behind it moves up."""
    from hms.core.models import AuditEvent
    from hms.core.records import uuid7

    like = events()[2]
    copied = {field.attname: getattr(like, field.attname) for field in AuditEvent._meta.concrete_fields}
    forged = AuditEvent(**{**copied, "id": uuid7()})
    if _on_postgresql():
        forged.save(force_insert=True)
        _move(forged.pk, like.placed)
    else:
        _sql("UPDATE core_auditevent SET rowid = -rowid WHERE rowid > %s", like.placed)
        _sql("UPDATE core_auditevent SET rowid = 1 - rowid WHERE rowid < 0")
        forged.save(force_insert=True)
        _move(forged.pk, like.placed + 1)
    return [forged.pk]


def reorder() -> list[Any]:
    """Two events change places; on PostgreSQL the later takes a place before the earlier, as a transaction has one."""
    first, *others = events()
    other = next(one for one in others if one.placed > first.placed)
    _move(first.pk, 2**40)
    _move(other.pk, first.placed)
    _move(first.pk, other.placed)
    return [first.pk, other.pk]


def cut() -> list[Any]:
    """The last seal and all its events: what remains fits together, but a checkpoint elsewhere knows better."""
    from hms.core.models import AuditSeal
    from hms.core.sealing import _position

    last = AuditSeal.objects.order_by("-number").first()
    _sql(f"DELETE FROM core_auditevent WHERE {_position()} >= %s", last.from_position)
    AuditSeal.objects.filter(number=last.number).delete()
    return []


def _update(event: Any, **columns: Any) -> list[Any]:
    from hms.core.models import AuditEvent

    AuditEvent.objects.filter(pk=event.pk).update(**columns)
    return [event.pk]


def _move(id: Any, place: int) -> None:
    from hms.core.sealing import _position

    _sql(f"UPDATE core_auditevent SET {_position()} = %s WHERE id = %s", place, _key(id))


def _sql(statement: str, *parameters: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))


def _key(id: Any) -> Any:
    return id if _on_postgresql() else id.hex


def _on_postgresql() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(), sys.stdout)
