"""What the database refuses about time, on both engines.

One practitioner, patient, room or device is in one visit at a time (in each lane); a group visit has no more
patients than places; a status moves only as the table of rules/transitions.py allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import models

from hms.core.guards import POSTGRESQL, Guard, Piece, refusing_trigger
from hms.scheduling.rules.transitions import MOVES

OVERLAP = "scheduling_one_visit_at_a_time"
PLACES = "scheduling_no_more_than_places"
STATUS = "scheduling_status_moves"
QUEUE_STATUS = "scheduling_queue_status_moves"


@dataclass(frozen=True)
class OneVisitAtATime(Guard):
    """No two blocking rows of one actor and seat share an instant of `[start_at, end_at)`.

    PostgreSQL: an exclusion constraint, which also decides between transactions that can't see each other.
    SQLite has a single writer, so looking is enough.
    """

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        table = model._meta.db_table
        if vendor == POSTGRESQL:
            yield Piece(
                OVERLAP,
                (
                    "CREATE EXTENSION IF NOT EXISTS btree_gist",
                    f"ALTER TABLE {table} ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist "
                    "(actor WITH =, seat WITH =, tstzrange(start_at, end_at, '[)') WITH &&) WHERE (blocking)",
                ),
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {OVERLAP}",
            )
            return
        actor = "COALESCE(NEW.practitioner_id, NEW.patient_id, NEW.location_id, NEW.device_id)"
        clash = (
            f"NEW.blocking AND EXISTS (SELECT 1 FROM {table} AS taken WHERE taken.actor = {actor} "  # noqa: S608
            "AND taken.blocking AND taken.seat = NEW.seat AND taken.end_at > NEW.start_at "
            "AND taken.start_at < NEW.end_at{but_itself})"
        )
        yield refusing_trigger(vendor, OVERLAP, table, "INSERT", clash.format(but_itself=""))
        yield refusing_trigger(
            vendor, f"{OVERLAP}_update", table, "UPDATE", clash.format(but_itself=" AND taken.id <> NEW.id")
        )


@dataclass(frozen=True)
class NoMoreThanPlaces(Guard):
    """A patient's place is within the capacity of the visit, and a capacity is not lowered below a taken place."""

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        table, root = model._meta.db_table, model._meta.get_field("appointment").related_model._meta.db_table
        beyond = (
            "NEW.place IS NOT NULL AND NEW.place > "  # noqa: S608
            f"(SELECT capacity FROM {root} AS visit WHERE visit.id = NEW.appointment_id)"
        )
        yield refusing_trigger(vendor, PLACES, table, "INSERT", beyond)
        yield refusing_trigger(vendor, f"{PLACES}_update", table, "UPDATE", beyond)
        lowered = (
            "NEW.capacity < OLD.capacity AND EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {table} AS taken WHERE taken.appointment_id = NEW.id AND taken.place > NEW.capacity)"
        )
        yield refusing_trigger(vendor, f"{PLACES}_capacity", root, "UPDATE", lowered)


@dataclass(frozen=True)
class StatusMoves(Guard):
    """A status changes only along a table of moves: of visits, or of whoever names another."""

    name: str = STATUS
    moves: Mapping[str, frozenset[str]] = field(default_factory=lambda: MOVES, hash=False)

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        allowed = " OR ".join(
            f"(OLD.status = '{status}' AND NEW.status = '{new}')"
            for status in self.moves
            for new in sorted(self.moves[status])
        )
        condition = f"NEW.status <> OLD.status AND NOT ({allowed})"
        yield refusing_trigger(vendor, self.name, model._meta.db_table, "UPDATE", condition)
