"""Lines of the trail as CSV: codes, ids, times and names of staff. No patient's name, no word about health."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hms.core import clock
from hms.core.bulk import in_batches
from hms.core.models import AuditEvent
from hms.core.spreadsheet import csv_text
from hms.patients.models import Patient

# What a spreadsheet program opens without complaint, and an answer carries in one piece.
MOST: Final = 20_000
_HEADING: Final = (
    "at", "actor", "actor_id", "actor_kind", "duties", "on_behalf_of_mrn", "verb", "page", "outcome", "purpose",
    "patient_mrn", "subject_type", "subject_id", "channel", "client",
)  # fmt: skip


def table(lines: Sequence[AuditEvent], zone: str) -> str:
    """The lines with a heading."""
    numbers = _numbers(lines)
    return csv_text(_HEADING, (_cells(line, zone, numbers) for line in lines))


def _cells(line: AuditEvent, zone: str, numbers: dict[Any, str]) -> tuple[Any, ...]:
    return (
        clock.local(line.at, zone).isoformat(timespec="seconds"),
        line.actor_label,
        line.actor_id,
        line.actor_kind,
        line.actor_role,
        numbers.get(line.on_behalf_of, ""),
        line.verb,
        line.detail.get("page", ""),
        line.outcome,
        line.purpose,
        numbers.get(line.patient_id, ""),
        line.subject_type,
        line.subject_id,
        line.channel,
        line.client,
    )


def _numbers(lines: Iterable[AuditEvent]) -> dict[Any, str]:
    """Record numbers of everybody named, in pieces that every database takes."""
    wanted = sorted({id for line in lines for id in (line.patient_id, line.on_behalf_of) if id})
    numbers: dict[Any, str] = {}
    for some in in_batches(wanted):
        numbers.update(Patient.objects.filter(pk__in=some).values_list("pk", "mrn"))
    return numbers
